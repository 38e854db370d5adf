// The nodes: whose agent reports, and where paths fail.

import { h } from './preact.js';
import { compare, count, span } from './model.js';
import { Finding, Link, Name, Shape, Table } from './parts.js';
import { Documents, Paths, query } from './paths.js';

const AGENTS = {
  reporting: 'reports',
  silent: 'silent',
  no_agent: 'no agent runs there',
};

const shapeOf = (node) =>
  node.agent !== 'reporting' ? 'blind' : node.failing > 0 ? 'unanswered' : node.vantages === 0 ? 'untested' : 'good';

const order = (node) => (node.failing > 0 && node.agent === 'reporting' ? 0 : node.agent !== 'reporting' ? 1 : 2);

/** The view of all nodes, those with failures first. */
export function Nodes({ model, go }) {
  const nodes = [...model.nodes.values()].sort(
    (one, other) => order(one) - order(other) || other.failing - one.failing || compare(one.node, other.node),
  );
  return h(
    'main',
    { id: 'main', tabIndex: -1 },
    h('h1', null, 'Nodes'),
    nodes.length === 0
      ? h('p', { class: 'plain' }, 'No node is known yet.')
      : h(Table, {
          caption: 'Nodes, those with failing paths first',
          columns: 5,
          rows: nodes,
          keyOf: (node) => node.node,
          head: h(
            'tr',
            null,
            ['Node', 'Failing paths', 'Probed pods'].map((word) => h('th', { scope: 'col' }, word)),
            ['Zone', 'Agent'].map((word) => h('th', { scope: 'col', class: 'spare' }, word)),
          ),
          row: (node) => [
            h(
              'th',
              { scope: 'row' },
              h(
                'div',
                { class: 'title' },
                h(Link, { to: { view: 'node', name: node.node }, go }, h(Name, { text: node.node })),
                h('span', { class: 'soft name' }, agentWords(node, model.at)),
              ),
            ),
            h('td', null, h('span', { class: 'cell' }, h(Shape, { state: shapeOf(node) }), node.agent === 'reporting' ? String(node.failing) : '?')),
            h('td', null, node.agent === 'reporting' ? String(node.vantages) : '?'),
            h('td', { class: 'spare' }, node.zone ?? '\u2013'),
            h('td', { class: 'spare' }, node.version ?? '\u2013'),
          ],
        }),
  );
}

function agentWords(node, at) {
  const since =
    node.agent === 'silent' && node.reported !== null ? ` for ${span(at - Date.parse(node.reported))}` : '';
  const unknown = node.agent === 'reporting' ? '' : ': nothing is known of its pods';
  return (AGENTS[node.agent] ?? node.agent) + since + unknown;
}

/** The paths of a node in words; nothing is known of the node of a silent agent. */
const stateOf = (node) =>
  node.agent === 'reporting'
    ? `${count(node.failing, 'path')} in use ${node.failing === 1 ? 'fails' : 'fail'}; ${count(node.vantages, 'pod')} ${node.vantages === 1 ? 'is' : 'are'} probed.`
    : '';

/** The view of one node. */
export function Node({ model, place, go, present }) {
  const node = model.nodes.get(place.name);
  return h(
    'main',
    { id: 'main', tabIndex: -1 },
    h('p', null, h(Link, { to: { view: 'nodes' }, go }, 'All nodes')),
    h('h1', null, 'Node ', h('span', { class: 'wrap' }, place.name ?? '')),
    node === undefined
      ? h('p', { class: 'plain' }, 'No agent has reported from this node in the last ten minutes.')
      : h(
          'p',
          { class: 'plain' },
          h(Shape, { state: shapeOf(node) }),
          ` ${[stateOf(node), `Agent${node.version === null ? '' : ` ${node.version}`}: ${agentWords(node, model.at)}.`, node.zone === null ? '' : `Zone ${node.zone}.`].join(' ').trim()}`,
        ),
    h(
      Documents,
      {
        of: [`/api/v1/findings?${query('node', place.name ?? '')}`],
        present,
        before: h(Causes, { model, ids: listing(model, place.name), go }),
      },
      ([{ findings }]) => h(Causes, { model, ids: new Set(findings.map((finding) => finding.id)), go }),
    ),
    h(Paths, { by: 'node', name: place.name ?? '', go, present }),
  );
}

/** The findings that list the node, or are an agent's. Each lists a few nodes only: others may be missing. */
const listing = (model, node) =>
  new Set(model.findings.filter(({ nodes }) => nodes.length === 0 || nodes.includes(node)).map((finding) => finding.id));

/** The findings of the node, as the cluster has them. */
function Causes({ model, ids, go }) {
  const findings = model.findings.filter((finding) => ids.has(finding.id));
  return findings.length === 0
    ? null
    : h(
        'section',
        null,
        h('h2', null, 'Why'),
        findings.map((finding) => h(Finding, { key: finding.id, finding, at: model.at, go, open: false })),
      );
}
