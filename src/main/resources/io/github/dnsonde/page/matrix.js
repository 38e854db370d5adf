// The first look: every namespace, by server and transport, the worst first.

import { h } from './preact.js';
import { KINDS, STATES, count, filtered, hurts, span } from './model.js';
import { Finding, Hidden, Link, Name, Shape, Table, words } from './parts.js';
import { blindShort, inRow } from './words.js';

/** The findings that are shown at once; the others on demand. */
const FINDINGS = 3;

/** The view of all namespaces. */
export function Overview({ model, place, go }) {
  const all = model.namespaces();
  const filter = { q: place.q ?? '', state: place.state ?? '', server: place.server ?? '' };
  const shown = filtered(all, filter);
  return h(
    'main',
    { id: 'main', tabIndex: -1 },
    h(Headline, { headline: model.headline }),
    h(FindingList, { id: 'why', word: 'Why', findings: model.findings.filter(hurts), model, go }),
    h(Filters, { all, shown, model, filter, place, go }),
    shown.length === 0
      ? h('p', { class: 'plain' }, all.length === 0 ? 'No namespace is known yet.' : 'No namespace matches the filter.')
      : h(Matrix, { shown, model, filter, go }),
    h(Legend),
    h(FindingList, { id: 'notes', word: 'Also noticed', findings: model.findings.filter((each) => !hurts(each)), model, go }),
    h(Costs, { model }),
  );
}

/** The state in one sentence. */
export function Headline({ headline }) {
  return h(
    'section',
    { class: `headline ${headline.mood}`, 'aria-label': 'Summary' },
    h(Shape, { state: headline.mood === 'good' ? 'good' : headline.mood }),
    h('h1', null, headline.sentence),
    // The span of time changes all the time, and is not announced again.
    h('p', { class: 'hidden', role: 'status' }, headline.sentence.replace(/, for \d+ \w+/, '')),
  );
}

function FindingList({ id, word, findings, model, go }) {
  if (findings.length === 0) return null;
  const article = (finding) => h(Finding, { key: finding.id, finding, at: model.at, go, open: false });
  return h(
    'section',
    { 'aria-labelledby': id },
    h('h2', { id }, word),
    findings.slice(0, FINDINGS).map(article),
    findings.length <= FINDINGS
      ? null
      : h(
          'details',
          { class: 'more' },
          h('summary', null, `${findings.length - FINDINGS} more`),
          findings.slice(FINDINGS, 100).map(article),
          findings.length > 100 ? h('p', null, `and ${findings.length - 100} more`) : null,
        ),
  );
}

function Filters({ all, shown, model, filter, place, go }) {
  const set = (change) => go({ ...place, ...change }, true);
  const servers = [...new Set(model.columns().map((column) => column.server))];
  return h(
    'section',
    { class: 'filters', 'aria-label': 'Filter' },
    h('h2', null, 'Namespaces'),
    h(
      'div',
      { class: 'kinds', role: 'group', 'aria-label': 'By state' },
      [...KINDS].map(([kind, word]) => {
        const number = all.filter((each) => each.kind === kind).length;
        return number === 0 && filter.state !== kind
          ? null
          : h(
              'button',
              {
                key: kind,
                type: 'button',
                'aria-pressed': String(filter.state === kind),
                onClick: () => set({ state: filter.state === kind ? '' : kind }),
              },
              h(Shape, { state: KIND_SHAPES[kind] }),
              `${number} ${word}`,
            );
      }),
    ),
    h(
      'div',
      { class: 'fields' },
      h(
        'label',
        null,
        'Name',
        h('input', {
          type: 'search',
          value: filter.q,
          maxLength: 253,
          onInput: (event) => set({ q: event.target.value }),
        }),
      ),
      h(
        'label',
        null,
        'State',
        h(
          'select',
          { value: filter.state, onChange: (event) => set({ state: event.target.value }) },
          h('option', { value: '' }, 'any'),
          [...KINDS].map(([kind, word]) => h('option', { value: kind }, word)),
          STATES.filter((state) => !KINDS.has(state)).map((state) => h('option', { value: state }, `a path is ${state}`)),
        ),
      ),
      servers.length < 2
        ? null
        : h(
            'label',
            null,
            'Server',
            h(
              'select',
              { value: filter.server, onChange: (event) => set({ server: event.target.value }) },
              h('option', { value: '' }, 'any'),
              servers.map((server) => h('option', { value: server }, server)),
            ),
          ),
      h(
        'p',
        { role: 'status', class: 'soft' },
        shown.length === all.length
          ? count(all.length, 'namespace')
          : `${shown.length} of ${count(all.length, 'namespace')}`,
        shown.length === all.length ? null : h('span', { class: 'paper' }, `; filter: ${filterWords(filter)}`),
      ),
    ),
  );
}

/** The filter in words: paper has no fields. */
function filterWords({ q, state, server }) {
  return inRow([
    q === '' ? null : `the name contains ${q}`,
    state === '' ? null : `the state is ${KINDS.get(state) ?? state}`,
    server === '' ? null : `the server is ${server}`,
  ]);
}

const KIND_SHAPES = {
  failing: 'unanswered',
  uncertain: 'uncertain',
  unseen: 'blind',
  partly: 'untested',
  expected: 'expected',
  good: 'good',
};

function Matrix({ shown, model, filter, go }) {
  const columns = model.columns().filter((column) => filter.server === '' || column.server === filter.server);
  return h(Table, {
    caption: 'State of DNS by namespace, server and transport, the worst first',
    columns: columns.length + 1,
    rows: shown,
    keyOf: (namespace) => namespace.name,
    head: head(columns),
    row: (namespace) => [
      h('th', { scope: 'row' }, h(Title, { namespace, at: model.at, go })),
      columns.map((column) =>
        h(
          'td',
          { key: column.key, class: column.used ? '' : 'unused' },
          h(Cell, { row: namespace.cells.get(column.key), namespace, at: model.at }),
        ),
      ),
    ],
  });
}

function head(columns) {
  const servers = [];
  for (const column of columns) {
    const last = servers.at(-1);
    if (last !== undefined && last.server === column.server) last.number++;
    else servers.push({ server: column.server, number: 1, used: columns.some((each) => each.server === column.server && each.used) });
  }
  return [
    h(
      'tr',
      null,
      h('th', { scope: 'col', rowSpan: 2, class: 'first' }, 'Namespace'),
      servers.map(({ server, number, used }) =>
        h(
          'th',
          { key: server, scope: 'colgroup', colSpan: number, class: used ? '' : 'unused' },
          h(Name, { text: server }),
          used ? null : h('span', { class: 'soft' }, ' not in use'),
        ),
      ),
    ),
    h(
      'tr',
      null,
      columns.map((column) =>
        h('th', { key: column.key, scope: 'col', class: column.used ? '' : 'unused' }, column.transport.toUpperCase()),
      ),
    ),
  ];
}

/** What each kind of namespace means for its pods. */
function meaning(namespace, at) {
  const since = namespace.since === null ? '' : ` for ${span(at - namespace.since)}`;
  switch (namespace.kind) {
    case 'failing':
      return namespace.state === 'late' ? `answers late${since}` : `fails${since}`;
    case 'uncertain':
      return since === '' ? 'one query lost' : `one query lost, ${span(at - namespace.since)} ago`;
    case 'unseen':
      return namespace.blind.length === 0
        ? 'not seen: no path in use is tested'
        : `not seen: ${blindShort(namespace.blind[0].cause)}`;
    case 'expected':
      return 'needs no DNS, says its owner';
    case 'partly':
      return namespace.blind.length > 0
        ? `resolves; not seen on ${count(new Set(namespace.blind.flatMap((each) => each.nodes)).size, 'node')}`
        : 'resolves where it is tested';
    default:
      return `good${since}`;
  }
}

function Title({ namespace, at, go }) {
  return h(
    'div',
    { class: 'title' },
    h(Link, { to: { view: 'namespace', name: namespace.name }, go }, h(Name, { text: namespace.name })),
    h('span', { class: `soft name ${namespace.kind}` }, meaning(namespace, at)),
  );
}

function Cell({ row, namespace, at }) {
  if (row === undefined) {
    const blind = namespace.cells.size === 0 && namespace.blind.length > 0;
    return h(
      'span',
      { class: 'cell' },
      blind ? h(Shape, { state: 'blind' }) : h('span', { class: 'soft', 'aria-hidden': 'true' }, '\u2013'),
      h(Hidden, null, blind ? 'not seen' : 'not probed'),
    );
  }
  const text = words(row, at);
  const some = row.affectedNodes < row.nodes || row.nodes > 1;
  return h(
    'span',
    { class: row.inUse ? `cell ${row.state}` : `cell ${row.state} faint`, title: text },
    h(Shape, { state: row.state, faint: !row.inUse }),
    h(
      'span',
      { class: 'word', 'aria-hidden': 'true' },
      h('span', { class: 'state' }, row.state),
      row.state !== 'good' && some ? h('span', { class: 'share' }, `${row.affectedNodes}/${row.nodes}`) : null,
    ),
    h(Hidden, null, text),
  );
}

/** The meanings of the symbols. */
function Legend() {
  const entries = [
    ['good', 'every query is answered, rightly and in time'],
    ['unanswered', 'no response, two queries or more in a row'],
    ['wrong', 'wrong answers, such as SERVFAIL'],
    ['late', 'right answers, too late for most clients'],
    ['uncertain', 'one query without a response, perhaps a lost packet'],
    ['untested', 'no query could be sent: says nothing about DNS'],
    ['blind', 'its pods cannot be probed from', 'not seen'],
    ['expected', 'its owner has declared that it needs no DNS'],
  ];
  return h(
    'section',
    { class: 'legend', 'aria-label': 'Meaning of the symbols' },
    h(
      'dl',
      null,
      entries.map(([state, text, word = state]) =>
        h('div', null, h('dt', null, h(Shape, { state }), word), h('dd', null, text)),
      ),
    ),
    h(
      'p',
      { class: 'soft' },
      'Numbers: nodes in this state, of all nodes where pods of the namespace are probed. Faint: the pods\u2019 own resolvers do not take this path.',
    ),
  );
}

function Costs({ model }) {
  const nodes = [...model.nodes.values()];
  const reporting = nodes.filter((node) => node.agent === 'reporting').length;
  const { offNode, onNode, series, processors } = model.usage;
  const number = (value) => value.toFixed(value < 10 ? 1 : 0);
  return h(
    'p',
    { class: 'soft costs' },
    `${reporting} of ${count(nodes.length, 'node')} reporting. Cost: ${number(offNode.used)} queries/s off the node, ` +
      `${number(onNode.used)} to its cache; ${series.toLocaleString('en')} series; ${number(processors * 100)} % of a processor.` +
      (model.omitted > 0 ? ` Left out, beyond the limits: ${count(model.omitted, 'part')}.` : ''),
  );
}
