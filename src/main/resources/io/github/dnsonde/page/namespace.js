// One namespace: its paths, why they fail, how to fix it, and what is not seen.

import { h } from './preact.js';
import { count } from './model.js';
import { Finding, Link, Shape, words } from './parts.js';
import { blindWords } from './words.js';
import { History } from './history.js';
import { Paths } from './paths.js';

/** The view of one namespace. */
export function Namespace({ model, place, go, present }) {
  const name = place.name ?? '';
  const namespace = model.namespaces().find((each) => each.name === name);
  const findings = model.findingsOf(name);
  return h(
    'main',
    { id: 'main', tabIndex: -1 },
    h('p', null, h(Link, { to: {}, go }, 'All namespaces')),
    h('h1', null, 'Namespace ', h('span', { class: 'wrap' }, name)),
    namespace === undefined
      ? h('p', { class: 'plain' }, 'Nothing is known about this namespace: no pod of it is probed.')
      : h(Summary, { namespace, model }),
    h(
      'section',
      { 'aria-label': 'Causes' },
      findings.length === 0
        ? namespace?.kind === 'failing'
          ? h('p', { class: 'plain' }, 'No cause is known yet.')
          : null
        : [
            h('h2', null, 'Why, and what to do'),
            findings.map((finding, index) =>
              h(Finding, { key: finding.id, finding, at: model.at, go, open: index === 0, of: name }),
            ),
          ],
    ),
    namespace === undefined ? null : h(NotSeen, { namespace, go }),
    namespace === undefined ? null : h(History, { name, place, go, present }),
    h('p', null, h(Link, { to: { view: 'incident', name }, go }, 'Timeline: who changed what, and when')),
    h(Paths, { by: 'namespace', name, go, present }),
  );
}

function Summary({ namespace, model }) {
  const rows = model.columns().flatMap((column) => namespace.cells.get(column.key) ?? []);
  if (rows.length === 0) return null;
  return h(
    'ul',
    { class: 'cards' },
    rows.map((row) =>
      h(
        'li',
        { key: row.server + row.transport, class: row.inUse ? row.state : `${row.state} faint` },
        h(Shape, { state: row.state, faint: !row.inUse }),
        h('strong', null, `${row.server}, ${row.transport.toUpperCase()}`),
        h('span', { class: 'soft' }, words(row, model.at)),
      ),
    ),
  );
}

function NotSeen({ namespace, go }) {
  if (namespace.blind.length === 0) return null;
  return h(
    'section',
    { 'aria-labelledby': 'unseen' },
    h('h2', { id: 'unseen' }, 'Not seen'),
    h(
      'ul',
      null,
      namespace.blind.map((row) =>
        h(
          'li',
          { key: row.cause },
          h(Shape, { state: 'blind' }),
          ` ${count(row.nodes.length, 'node')}: ${blindWords(row.cause)} (${row.cause}). `,
          row.nodes.slice(0, 10).map((node, index) => [
            index === 0 ? '' : ', ',
            h(Link, { key: node, to: { view: 'node', name: node }, go }, node),
          ]),
          row.nodes.length > 10 ? ` and ${row.nodes.length - 10} more` : '',
        ),
      ),
    ),
    h(
      'p',
      { class: 'soft' },
      'The pods of a node, and why some are not probed: ',
      h('code', null, `kubectl dnsonde vantages --node ${namespace.blind[0].nodes[0] ?? 'NODE'}`),
    ),
  );
}

