// Parts that several views share. Texts of others become text nodes only, never markup.

import { Component, h } from './preact.js';
import { count, span } from './model.js';

/** The drawing of each state: they differ by shape, not only by colour. */
const SHAPES = {
  __proto__: null,
  good: ['circle', 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z', 'M4.8 8.3l2.2 2.3 4.3-4.9'],
  unanswered: ['square', 'M2 2h12v12H2z', 'M5 5l6 6M11 5l-6 6'],
  wrong: ['diamond', 'M8 .8L15.2 8 8 15.2.8 8z', 'M8 4.4v4.4M8 10.8v.9'],
  late: ['half', 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z', 'M8 4.2V8l2.8 1.8'],
  uncertain: ['triangle', 'M8 1.4L15.2 14H.8z', 'M8 5.8v4.1M8 11.4v.9'],
  untested: ['ring', 'M8 1.9a6.1 6.1 0 1 0 0 12.2a6.1 6.1 0 1 0 0-12.2z', 'M5.6 8h4.8'],
  blind: ['box', 'M2.2 2.2h11.6v11.6H2.2z', 'M2.5 9.5l7-7M4.5 13.5l9-9M9.5 13.5l4-4'],
  expected: ['shield', 'M2.2 2.2h11.6v11.6H2.2z', 'M5 8h6'],
  incomplete: ['ring', 'M8 1.9a6.1 6.1 0 1 0 0 12.2a6.1 6.1 0 1 0 0-12.2z', 'M5.6 8h4.8'],
  failing: ['square', 'M2 2h12v12H2z', 'M5 5l6 6M11 5l-6 6'],
};

/** The symbol of a state. Its meaning is always also written next to it, or for screen readers. */
export function Shape({ state, faint }) {
  const [, outline, mark] = SHAPES[state] ?? SHAPES.untested;
  return h(
    'svg',
    { class: `shape ${state}${faint ? ' faint' : ''}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    h('path', { class: 'outline', d: outline }),
    h('path', { class: 'mark', d: mark }),
  );
}

/** Text for screen readers alone. */
export const Hidden = ({ children }) => h('span', { class: 'hidden' }, children);

/** Text that has only as much room as there is; the whole is shown on hover. */
export const Name = ({ text }) => h('span', { class: 'name', title: text }, text);

/** A link within the page. */
export function Link({ to, go, children, ...others }) {
  const click = (event) => {
    if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      go(to);
    }
  };
  return h('a', { href: address(to), onClick: click, ...others }, children);
}

/** The address of a view: everything that a colleague needs to see the same. */
export function address(place) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(place)) {
    if (value !== '') query.set(key, value);
  }
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}

/** The state of a row in words. */
export function words(row, at) {
  const nodes =
    row.nodes > 1 ? ` on ${row.affectedNodes} of ${row.nodes} nodes` : '';
  const pods =
    row.vantages > 1 && row.nodes === 1 ? ` from ${row.affected} of ${row.vantages} pods` : '';
  const since = row.since === null ? '' : `, for ${span(at - Date.parse(row.since))}`;
  const reasons = Object.keys(row.reasons);
  return (
    `${row.state}${nodes}${pods}${since}` +
    (reasons.length === 0 ? '' : ` (${reasons.join(', ')})`) +
    (row.inUse ? '' : '; not in use by the pods')
  );
}

/** The confidence of a finding in words. */
const CONFIDENCE = { __proto__: null, likely: 'likely', possible: 'possible', observed: 'observed, cause unknown' };

/** A finding: the sentence, and on demand what supports it and how to fix it. */
export function Finding({ finding, at, go, open, of }) {
  const others = finding.namespaces.filter((name) => name !== of);
  return h(
    'article',
    { class: 'finding' },
    h('h3', null, finding.sentence),
    h(
      'p',
      { class: 'soft' },
      `${finding.code} · ${CONFIDENCE[finding.confidence] ?? finding.confidence} · for ` +
        span(at - Date.parse(finding.since)) +
        (finding.nodeCount > 1 ? ` · ${count(finding.nodeCount, 'node')}` : ''),
    ),
    others.length === 0
      ? null
      : h(
          'p',
          null,
          of !== undefined ? 'Also affects: ' : others.length === 1 ? 'Namespace: ' : 'Namespaces: ',
          others.slice(0, 8).map((name, index) => [
            index === 0 ? '' : ', ',
            h(Link, { key: name, to: { view: 'namespace', name }, go }, name),
          ]),
          others.length > 8 ? ` and ${others.length - 8} more` : '',
        ),
    h(
      Opened,
      { open },
      h('summary', null, 'Evidence', finding.suggestedPolicy === null ? '' : ' and the policy that fixes it'),
      h(
        'ul',
        null,
        finding.evidence.map((sentence) => h('li', null, sentence)),
        finding.policies.length === 0
          ? null
          : h('li', null, `NetworkPolicies that decide: ${finding.policies.join(', ')}`),
        finding.nodes.length === 0
          ? null
          : h('li', null, `Nodes: ${finding.nodes.slice(0, 20).join(', ')}${finding.nodeCount > 20 ? ` and ${finding.nodeCount - 20} more` : ''}`),
      ),
      finding.suggestedPolicy === null ? null : h(Fix, { yaml: finding.suggestedPolicy }),
    ),
  );
}

/** Details that are open or not at first; from then on the reader decides. */
class Opened extends Component {
  state = { open: this.props.open };

  render({ children }, { open }) {
    return h('details', { open }, children);
  }
}

/** The policy that fixes it, to copy, and the command that applies it. */
class Fix extends Component {
  state = { copied: '' };

  async copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      this.setState({ copied: `${what} copied` });
    } catch {
      this.setState({ copied: 'The browser does not allow copying: select the text' });
    }
  }

  render({ yaml }, { copied }) {
    const apply = `kubectl apply -f - <<'EOF'\n${yaml.trimEnd()}\nEOF`;
    return h(
      'div',
      { class: 'fix' },
      h('p', null, 'This policy allows it, in addition to those that exist. Review it, then apply it:'),
      h('pre', { tabIndex: 0, role: 'region', 'aria-label': 'Suggested policy' }, yaml),
      h('p', { class: 'soft' }, h('code', null, 'kubectl apply -f -'), ' with this text as its input.'),
      h(
        'p',
        null,
        h('button', { type: 'button', onClick: () => this.copy(yaml, 'Policy') }, 'Copy policy'),
        ' ',
        h('button', { type: 'button', onClick: () => this.copy(apply, 'Command') }, 'Copy kubectl command'),
        ' ',
        h('span', { role: 'status' }, copied),
      ),
    );
  }
}

/** Rows beyond this are drawn only where they are seen. */
const DRAWN_AT_ONCE = 120;

/** Rows above and below the screen that are drawn already. */
const SPARE = 12;

/** A component that knows while the page is printed, because paper shows everything: `printing` in its state. */
export class Printable extends Component {
  state = { printing: false };

  componentDidMount() {
    addEventListener('beforeprint', this.print);
    addEventListener('afterprint', this.printed);
  }

  componentWillUnmount() {
    removeEventListener('beforeprint', this.print);
    removeEventListener('afterprint', this.printed);
  }

  print = () => this.setState({ printing: true });
  printed = () => this.setState({ printing: false });
}

/**
 * A table of which only the visible rows exist. All have one height. Properties: caption, head
 * (cells of the head), rows, row (makes the cells of a row), keyOf, columns (their number).
 */
export class Table extends Printable {
  state = { ...this.state, first: 0, last: DRAWN_AT_ONCE };
  #waiting = false;
  #body = null;

  componentDidMount() {
    super.componentDidMount();
    addEventListener('scroll', this.look, { passive: true });
    addEventListener('resize', this.look);
    this.look();
  }

  componentWillUnmount() {
    removeEventListener('scroll', this.look);
    removeEventListener('resize', this.look);
    super.componentWillUnmount();
  }

  look = () => {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      if (this.#body === null) return;
      const top = -this.#body.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(top / rowHeight()) - SPARE);
      const last = first + Math.ceil(innerHeight / rowHeight()) + 2 * SPARE;
      if (first !== this.state.first || last !== this.state.last) this.setState({ first, last });
    });
  };

  render({ caption, head, rows, row, keyOf, columns }, { first, last, printing }) {
    const all = printing || rows.length <= DRAWN_AT_ONCE;
    const from = all ? 0 : Math.min(first, Math.max(0, rows.length - 1));
    const to = all ? rows.length : Math.min(last, rows.length);
    return h(
      'div',
      { class: 'scroller', tabIndex: 0, role: 'region', 'aria-label': caption },
      h(
        'table',
        { 'aria-rowcount': rows.length + 1 },
        h('caption', { class: 'hidden' }, caption),
        h('thead', null, head),
        h(
          'tbody',
          { ref: (element) => (this.#body = element) },
          space(from, columns),
          rows
            .slice(from, to)
            .map((each, index) =>
              h('tr', { key: keyOf(each), 'aria-rowindex': from + index + 2 }, row(each)),
            ),
          space(rows.length - to, columns),
        ),
      ),
    );
  }
}

function space(rows, columns) {
  return rows === 0
    ? null
    : h(
        'tr',
        { class: 'space', 'aria-hidden': 'true' },
        h('td', { colSpan: columns, style: { height: `${rows * rowHeight()}px` } }),
      );
}

/** The height of a row in pixels: it follows the size of the text. */
function rowHeight() {
  const style = getComputedStyle(document.documentElement);
  return parseFloat(style.getPropertyValue('--row')) * parseFloat(style.fontSize);
}
