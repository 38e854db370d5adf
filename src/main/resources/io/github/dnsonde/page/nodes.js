// The nodes: whose agent reports, and where paths fail.

import { h } from './preact.js';
import { compare, count, span } from './model.js';
import { Link, Name, Shape, Table } from './parts.js';
import { Paths } from './paths.js';

const AGENTS = {
  reporting: 'reports',
  silent: 'silent: nothing is known about its pods',
  no_agent: 'no agent runs there: its pods are not seen',
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
            ['Node', 'Failing paths', 'Probed pods', 'Zone', 'Agent'].map((word) => h('th', { scope: 'col' }, word)),
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
            h('td', null, String(node.vantages)),
            h('td', null, node.zone ?? '\u2013'),
            h('td', null, node.version ?? '\u2013'),
          ],
        }),
  );
}

function agentWords(node, at) {
  const since =
    node.agent === 'silent' && node.reported !== null ? `, for ${span(at - Date.parse(node.reported))}` : '';
  return (AGENTS[node.agent] ?? node.agent) + since;
}

/** The view of one node. */
export function Node({ model, place, go, present }) {
  const node = model.nodes.get(place.name);
  const findings = model.findings.filter((finding) => finding.nodes.includes(place.name));
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
          ` Agent ${node.version ?? ''} ${agentWords(node, model.at)}. ` +
            `${count(node.failing, 'path')} in use ${node.failing === 1 ? 'fails' : 'fail'}, of ${count(node.vantages, 'probed pod')}.` +
            (node.zone === null ? '' : ` Zone ${node.zone}.`),
        ),
    findings.length === 0
      ? null
      : h('section', null, h('h2', null, 'Why'), h('ul', null, findings.map((finding) => h('li', null, finding.sentence)))),
    h(Paths, { by: 'node', name: place.name ?? '', go, present }),
  );
}
