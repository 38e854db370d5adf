// A namespace over time: what the controller remembers, and what Prometheus has.

import { h } from './preact.js';
import { beginOf, clock, count, fails, moment, span } from './model.js';
import { Documents, query } from './paths.js';
import { Latency } from './latency.js';
import { inRow } from './words.js';

const DAY = 24 * 3_600_000;

/** Prometheus is asked again after this time, in milliseconds: sooner if it gave no answer. */
const trendPace = ([trend]) => (trend.problems.length === 0 ? 60_000 : 10_000);

/** The spans of time to choose from, in days. */
const RANGES = new Map([
  [1, '24 hours'],
  [7, '7 days'],
  [30, '30 days'],
]);

/**
 * @typedef {{state: string, from: number, to: number}} Span a state, and when it was
 */

/** The history of a namespace. Properties: name, place, go, present. */
export function History({ name, place, go, present }) {
  const days = RANGES.has(Number(place.days)) ? Number(place.days) : 1;
  return h(
    'section',
    { 'aria-labelledby': 'history' },
    h(Documents, { of: [`/api/v1/history?${query('namespace', name)}`], present }, ([history]) => {
      const shown = history.prometheus ? days : 1;
      return [
        h('h2', { id: 'history' }, `Last ${RANGES.get(shown)}`),
        history.prometheus ? h(Choice, { days, place, go }) : null,
        history.prometheus
          ? h(
              Documents,
              { of: [`/api/v1/trend?${query('namespace', name)}&days=${days}`], present, pace: trendPace },
              ([trend]) => h(Both, { history, trend, days }),
            )
          : h(Strip, { end: Date.parse(history.at), days: 1, spans: remembered(history), known: knownFrom(history) }),
      ];
    }),
  );
}

function Choice({ days, place, go }) {
  return h(
    'div',
    { class: 'kinds', role: 'group', 'aria-label': 'Time to show' },
    [...RANGES].map(([each, word]) =>
      h(
        'button',
        {
          key: each,
          type: 'button',
          'aria-pressed': String(each === days),
          onClick: () => go({ ...place, days: each === 1 ? '' : String(each) }, true),
        },
        word,
      ),
    ),
  );
}

/** The last 24 hours are remembered in steps of 10 s; before that, Prometheus is asked. */
function Both({ history, trend, days }) {
  const end = Date.parse(history.at);
  const known = knownFrom(history);
  const before = recorded(trend)
    .filter((each) => each.from < known)
    .map((each) => ({ ...each, to: Math.min(each.to, known) }));
  return [
    h(Strip, { end, days, spans: joined([...before, ...remembered(history)]), known: null }),
    trend.problems.map((problem) => h('p', { class: 'problem', role: 'status' }, problem)),
    h(Latency, { trend, end }),
  ];
}

const knownFrom = (history) => Math.max(Date.parse(history.at) - DAY, Date.parse(history.completeFrom));

/** @returns {Span[]} what the controller remembers */
function remembered(history) {
  const end = Date.parse(history.at);
  const known = knownFrom(history);
  return history.states
    .map((each, index) => ({
      state: each.state,
      from: Math.max(known, Date.parse(each.from)),
      to: index + 1 < history.states.length ? Date.parse(history.states[index + 1].from) : end,
    }))
    .filter((each) => each.to > each.from);
}

/** @returns {Span[]} what Prometheus has: steps without a state are left out */
function recorded(trend) {
  return trend.states
    .map((state, index) => ({ state, from: beginOf(trend, index), to: beginOf(trend, index + 1) }))
    .filter((each) => each.state !== null);
}

/** @returns {Span[]} with one span where several of one state follow each other */
function joined(spans) {
  const all = [];
  for (const each of spans) {
    const last = all.at(-1);
    if (last !== undefined && last.state === each.state && last.to >= each.from) last.to = each.to;
    else all.push({ ...each });
  }
  return all;
}

const QUARTERS = [0, 1, 2, 3, 4];

/** The worse, the higher: the strip is readable without colours. */
const LOW = { __proto__: null, good: 14, untested: 8, expected: 8 };

/**
 * The states of a namespace as a strip. What is not known is hatched. Properties: end, days, spans,
 * known (the begin of the memory, if nothing else is known).
 */
function Strip({ end, days, spans, known }) {
  const begin = end - days * DAY;
  const x = (time) => (1_000 * (Math.min(end, Math.max(begin, time)) - begin)) / (end - begin);
  const shown = spans.filter((each) => each.to > begin);
  const width = (each) => x(each.to) - x(each.from);
  const changes = shown.filter((each) => each.state !== 'good');
  const bar = (each) => {
    const height = LOW[each.state] ?? 40;
    return h('rect', { class: `span ${each.state}`, x: x(each.from), width: Math.max(2, width(each)), y: 40 - height, height });
  };
  return h(
    'div',
    { class: 'history' },
    h(
      'svg',
      { viewBox: '0 0 1000 40', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      h(
        'defs',
        null,
        h(
          'pattern',
          { id: 'unknown', width: 10, height: 10, patternUnits: 'userSpaceOnUse' },
          h('path', { class: 'hatch', d: 'M0 10L10 0' }),
        ),
      ),
      h('rect', { x: 0, y: 0, width: 1_000, height: 40, fill: 'url(#unknown)' }),
      shown.map((each) => h('rect', { class: 'known', x: x(each.from), y: 0, width: width(each), height: 40 })),
      // The worse ones last: none is hidden by what surrounds it.
      shown.filter((each) => each.state === 'good').map(bar),
      changes.map(bar),
    ),
    h(
      'p',
      { class: 'ticks soft', 'aria-hidden': 'true' },
      QUARTERS.map((quarter) => h('span', null, quarter === 4 ? 'now' : moment(begin + (quarter * days * DAY) / 4, days))),
    ),
    known === null || known <= begin
      ? h(Unknown, { shown, begin, end })
      : h('p', { class: 'soft' }, `Hatched: not known. The memory begins at ${clock(known)}.`),
    changes.length === 0
      ? h('p', { class: 'soft' }, goodSince(shown, begin, end, days))
      : h(
          'details',
          null,
          h('summary', null, periods(changes)),
          h(
            'ul',
            null,
            changes
              .slice(-50)
              .reverse()
              .map((each) =>
                h('li', null, `${each.state} from ${moment(each.from, days)}${each.to >= end ? '' : ` to ${moment(each.to, days)}`} (${span(each.to - each.from)})`),
              ),
          ),
        ),
  );
}

/** The number of periods: one in which no DNS is needed, or nothing is known, is no problem. */
function periods(changes) {
  const problems = changes.filter((each) => fails(each.state)).length;
  const others = changes.length - problems;
  return inRow([
    problems === 0 ? null : `${count(problems, 'period')} with problems`,
    others === 0 ? null : count(others, 'other period'),
  ]);
}

/** States since when all that is known is good; nothing across a gap. */
function goodSince(shown, begin, end, days) {
  const last = shown.at(-1);
  if (last === undefined) {
    return 'No state is known.';
  }
  const from = moment(Math.max(begin, last.from), days);
  return last.to >= end ? `Good since ${from}.` : `Good from ${from} to ${moment(last.to, days)}.`;
}

/** States how much is not known. */
function Unknown({ shown, begin, end }) {
  const known = shown.reduce((sum, each) => sum + Math.min(end, each.to) - Math.max(begin, each.from), 0);
  const unknown = end - begin - known;
  return known === 0 || unknown * 1_000 < end - begin ? null : h('p', { class: 'soft' }, `Hatched: not known, ${span(unknown)} in all.`);
}
