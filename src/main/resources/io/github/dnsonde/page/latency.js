// The times of answers as a plot, and in words.

import { Component, h } from './preact.js';
import { beginOf, moment } from './model.js';

const HEIGHT = 220;

/** The parts of the time for the table, which stands for the plot. */
const PARTS = 12;

/** The series of the plot: their name in the document, their words, and the variable of their colour. */
const SERIES = [
  { key: 'p50', word: 'median', colour: '--good', dash: [] },
  { key: 'p99', word: 'slowest 1 %', colour: '--link', dash: [6, 3] },
];

/** A time of an answer in words. */
function words(seconds) {
  if (seconds === null || seconds === undefined) return 'not known';
  return seconds < 1 ? `${Number((seconds * 1_000).toPrecision(2))} ms` : `${Number(seconds.toPrecision(2))} s`;
}

const known = (values) => values.filter((value) => value !== null);

/** The end of a step, which stands for it; the last one has not ended yet. */
const endOf = (trend, index, end) => Math.min(end, beginOf(trend, index + 1));

/** The times of answers. Nothing is shown where nothing is known. */
export function Latency({ trend, end }) {
  const days = Math.round((trend.stepSeconds * trend.states.length) / 86_400);
  const p99 = known(trend.p99);
  if (p99.length === 0) {
    return trend.problems.length > 0 ? null : h('p', { class: 'soft' }, 'Prometheus has no times of answers for this time.');
  }
  return h(
    'figure',
    { class: 'latency', 'aria-labelledby': 'latency' },
    h('figcaption', { id: 'latency' }, 'Time of an answer'),
    h(Plot, { trend, days, end }),
    h(
      'p',
      { class: 'soft' },
      `The median was at most ${words(Math.max(...known(trend.p50)))}; one of a hundred answers took more than ${words(Math.max(...p99))} at worst.`,
    ),
    h(Table, { trend, days }),
  );
}

/** The plot as text: the worst of each part of the time. */
function Table({ trend, days }) {
  const size = Math.ceil(trend.p99.length / PARTS);
  const worst = (values, part) => {
    const some = known(values.slice(part * size, (part + 1) * size));
    return words(some.length === 0 ? null : Math.max(...some));
  };
  return h(
    'details',
    null,
    h('summary', null, 'Times of answers as a table'),
    h(
      'table',
      { class: 'numbers' },
      h('caption', { class: 'hidden' }, 'The longest times of answers in each part of the time'),
      h('thead', null, h('tr', null, ['From', ...SERIES.map((each) => each.word)].map((word) => h('th', { scope: 'col' }, word)))),
      h(
        'tbody',
        null,
        Array.from({ length: PARTS }, (_, part) =>
          h(
            'tr',
            { key: part },
            h('th', { scope: 'row' }, moment(beginOf(trend, part * size), days)),
            SERIES.map((each) => h('td', null, worst(trend[each.key], part))),
          ),
        ),
      ),
    ),
  );
}

/** The plot itself, which the plotting library draws. It is loaded when it is needed. */
class Plot extends Component {
  state = { at: null };
  #element = null;
  #plot = null;
  #printing = false;
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #sizes = new ResizeObserver(() => this.#plot?.setSize({ width: this.#width(), height: HEIGHT }));

  async componentDidMount() {
    addEventListener('beforeprint', this.print);
    addEventListener('afterprint', this.printed);
    this.#dark.addEventListener('change', this.redraw);
    const { default: UPlot } = await import('./uplot.js');
    if (this.#element === null) return; // the reader has gone on
    this.#plot = new UPlot(this.#options(), this.#data(), this.#element);
    this.#sizes.observe(this.#element);
  }

  componentDidUpdate(before) {
    if (before.trend !== this.props.trend) this.#plot?.setData(this.#data());
  }

  componentWillUnmount() {
    removeEventListener('beforeprint', this.print);
    removeEventListener('afterprint', this.printed);
    this.#dark.removeEventListener('change', this.redraw);
    this.#sizes.disconnect();
    this.#plot?.destroy();
  }

  print = () => this.redraw(void (this.#printing = true));
  printed = () => this.redraw(void (this.#printing = false));
  redraw = () => this.#plot?.redraw();

  #width() {
    return this.#element.clientWidth;
  }

  #data() {
    const { trend, end } = this.props;
    return [trend.p99.map((_, index) => endOf(trend, index, end) / 1_000), trend.p50, trend.p99];
  }

  /** A colour of the style sheet; paper is light. */
  #colour(variable) {
    if (this.#printing) return variable === '--line' ? '#ccc' : '#333';
    return getComputedStyle(this.#element).getPropertyValue(variable).trim();
  }

  #options() {
    const axis = {
      stroke: () => this.#colour('--soft'),
      grid: { stroke: () => this.#colour('--line'), width: 1 },
      ticks: { stroke: () => this.#colour('--line'), width: 1 },
      font: '12px system-ui, sans-serif',
    };
    return {
      width: this.#width(),
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(1.1 * most, 0.001)] } },
      axes: [
        { ...axis, values: (_, times) => times.map((time) => moment(time * 1_000, this.props.days)), space: 110 },
        { ...axis, values: (_, values) => values.map((value) => (value === 0 ? '0' : words(value))), size: 64 },
      ],
      series: [
        {},
        ...SERIES.map(({ colour, dash }) => ({ stroke: () => this.#colour(colour), width: 2, dash, points: { show: false } })),
      ],
      hooks: { setCursor: [(plot) => plot.cursor.idx !== this.state.at && this.setState({ at: plot.cursor.idx ?? null })] },
    };
  }

  render({ trend, days, end }, { at }) {
    const time = endOf(trend, at ?? 0, end);
    return [
      h(
        'p',
        { class: 'series soft', 'aria-hidden': 'true' },
        SERIES.map(({ key, word }) => h('span', { class: key }, at === null ? word : `${word}: ${words(trend[key][at])}`)),
        at === null ? null : h('span', null, `until ${moment(time, days)}`),
      ),
      h('div', { class: 'plot', 'aria-hidden': 'true', ref: (element) => (this.#element = element) }),
    ];
  }
}
