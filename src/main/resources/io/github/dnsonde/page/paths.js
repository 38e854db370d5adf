// Single paths: of a namespace by workload and node, or of a node.

import { Component, h } from './preact.js';
import { columnKey, compare, count, span } from './model.js';
import { Hidden, Link, Name, Printable, Shape } from './parts.js';
import { read } from './source.js';
import { blindWords } from './words.js';

/** The shortest time between two readings of the same document, in milliseconds. */
const PACE = 5_000;

/** Rows that are shown at once; a button shows the others. */
const ROWS = 50;

/**
 * Reads documents of the API, and reads them again as the state changes. Properties: of (their
 * addresses), present, pace (a function of the documents that returns the shortest time
 * between two readings), before (the view until there are documents, none by default), children
 * (makes the view of the documents).
 */
export class Documents extends Component {
  state = { documents: null, read: 0, failed: false };
  #reading = false;
  #model = null;

  componentDidMount() {
    this.look();
  }

  componentDidUpdate(before) {
    if (before.of.join() !== this.props.of.join()) {
      this.#model = null;
      this.setState({ documents: null, read: 0, failed: false });
    } else {
      this.look();
    }
  }

  componentWillUnmount() {
    this.#reading = true; // nothing is read, or taken, any more
  }

  async look() {
    const { present, of, pace = () => PACE } = this.props;
    const { documents, read: at } = this.state;
    const due = documents === null || performance.now() - at >= pace(documents);
    if (this.#reading || !present.live || !due || this.#model === present.model) return;
    this.#reading = true;
    this.#model = present.model;
    let next = { failed: true };
    try {
      next = { documents: await Promise.all(of.map(read)), failed: false };
    } catch {
      // The next change of the state leads to the next try.
    }
    if (this.props.of.join() === of.join()) this.setState({ ...next, read: performance.now() });
    this.#reading = false;
  }

  render({ before = null, children }, { documents, failed }) {
    if (documents === null) {
      return [
        h('p', { class: 'soft', role: 'status' }, failed ? 'The details could not be read; the page tries again.' : 'Reading\u2026'),
        before,
      ];
    }
    return [
      failed ? h('p', { class: 'soft', role: 'status' }, 'The details are not current; the page tries again.') : null,
      children(documents),
    ];
  }
}

export const query = (name, value) => `${name}=${encodeURIComponent(value)}`;

/** The paths of a namespace or a node. */
export class Paths extends Printable {
  state = { ...this.state, all: false };

  render({ by, name, go, present }, { all, printing }) {
    const of = [`/api/v1/paths?${query(by, name)}`];
    if (by === 'namespace') of.push(`/api/v1/findings?${query('namespace', name)}`);
    return h(
      'section',
      { 'aria-labelledby': 'paths' },
      h('h2', { id: 'paths' }, 'Paths'),
      h(Documents, { of, present }, ([list, findings]) =>
        h(PathTable, {
          list,
          verdicts: findings?.policyVerdicts ?? [],
          judged: findings !== undefined,
          by,
          go,
          all: all || printing,
          showAll: () => this.setState({ all: true }),
        }),
      ),
    );
  }
}

const verdictKey = (each) => JSON.stringify([each.namespace, each.pod, each.server, each.transport]);

function PathTable({ list, verdicts, judged, by, go, all, showAll }) {
  const pods = grouped(list.paths);
  const shown = all ? pods : pods.slice(0, ROWS);
  const columns = columnsOf(list.paths);
  const policies = new Map(verdicts.map((each) => [verdictKey(each), each]));
  const at = Date.parse(list.at);
  if (pods.length === 0) {
    return [h('p', { class: 'plain' }, `No pod of this ${by} is probed.`), h(Unprobed, { pods: list.unprobed, by })];
  }
  return [
    h(
      'p',
      { class: 'soft' },
      `${count(pods.length, 'probed pod')}: of pods that the same policies select, one is enough.` +
        (list.total > list.paths.length ? ` The worst ${list.paths.length} of ${list.total} paths.` : ''),
    ),
    h(
      'div',
      { class: 'scroller', tabIndex: 0, role: 'region', 'aria-label': 'Paths by pod' },
      h(
        'table',
        { class: 'paths' },
        h('caption', { class: 'hidden' }, 'Paths by pod, the worst first'),
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            h('th', { scope: 'col' }, 'Workload and pod'),
            h('th', { scope: 'col' }, by === 'namespace' ? 'Node' : 'Namespace'),
            columns.map((column) => h('th', { scope: 'col' }, `${column.server} ${column.transport.toUpperCase()}`)),
          ),
        ),
        h(
          'tbody',
          null,
          shown.map((pod) =>
            h(
              'tr',
              { key: pod.key },
              h(
                'th',
                { scope: 'row' },
                h(
                  'div',
                  { class: 'title' },
                  h(Name, { text: pod.workload }),
                  h('span', { class: 'soft name', title: pod.pod }, pod.pod + (pod.core ? '' : ' (in the background)')),
                ),
              ),
              h(
                'td',
                null,
                by === 'namespace'
                  ? h(Link, { to: { view: 'node', name: pod.node }, go }, h(Name, { text: pod.node }))
                  : h(Link, { to: { view: 'namespace', name: pod.namespace }, go }, h(Name, { text: pod.namespace })),
              ),
              columns.map((column) => {
                const path = pod.paths.get(columnKey(column));
                return h('td', null, h(PathCell, { path, at, verdict: path && policies.get(verdictKey(path)) }));
              }),
            ),
          ),
        ),
      ),
    ),
    all || pods.length <= ROWS
      ? null
      : h('p', null, h('button', { type: 'button', onClick: showAll }, `Show all ${pods.length} pods`)),
    judged && verdicts.length === 0
      ? h('p', { class: 'soft' }, 'No verdicts of policies are known here. A controller judges policies only where something fails.')
      : h(Verdicts, { verdicts }),
    h(Unprobed, { pods: list.unprobed, by }),
  ];
}

/** The pods that cannot be probed from, by cause. */
function Unprobed({ pods, by }) {
  if (pods.length === 0) return null;
  const causes = Map.groupBy(pods, (pod) => pod.cause);
  return h(
    'details',
    null,
    h('summary', null, `${count(pods.length, 'pod')} that cannot be probed from, and why`),
    h(
      'ul',
      null,
      [...causes].map(([cause, all]) =>
        h(
          'li',
          { key: cause },
          h('strong', null, `${count(all.length, 'pod')}: ${blindWords(cause)} (${cause})`),
          `. ${all
            .slice(0, ROWS)
            .map((pod) => `${pod.pod} (${by === 'namespace' ? pod.node : pod.namespace})`)
            .join(', ')}`,
          all.length > ROWS ? ` and ${all.length - ROWS} more` : '',
        ),
      ),
    ),
  );
}

function PathCell({ path, at, verdict }) {
  if (path === undefined) return h('span', { class: 'soft' }, h('span', { 'aria-hidden': 'true' }, '\u2013'), h(Hidden, null, 'not probed'));
  const since = path.since === null ? '' : ` for ${span(at - Date.parse(path.since))}`;
  const reasons = Object.keys(path.reasons).filter((reason) => reason !== path.state).join(', ');
  return h(
    'span',
    { class: path.inUse ? `cell ${path.state}` : `cell ${path.state} faint` },
    h(Shape, { state: path.state, faint: !path.inUse }),
    h(
      'span',
      { class: 'word' },
      h('span', null, path.state + (path.state === 'good' ? '' : since)),
      reasons === '' ? null : h('span', { class: 'soft' }, reasons),
      verdict === undefined ? null : h('span', { class: 'soft', title: verdict.because }, `policies: ${verdict.verdict}`),
      path.inUse ? null : h(Hidden, null, ' not in use by the pod'),
    ),
  );
}

/** What the policies say of the paths, each statement once. */
function Verdicts({ verdicts }) {
  const statements = new Map();
  for (const each of verdicts) {
    const key = JSON.stringify([each.server, each.transport, each.verdict, each.because]);
    if (!statements.has(key)) statements.set(key, { ...each, pods: 0 });
    statements.get(key).pods++;
  }
  if (statements.size === 0) return null;
  const all = [...statements.values()].slice(0, ROWS);
  return h(
    'details',
    null,
    h('summary', null, 'What the NetworkPolicies say of these paths'),
    h(
      'ul',
      null,
      all.map((each) =>
        h(
          'li',
          null,
          h('strong', null, `${each.server}, ${each.transport.toUpperCase()}: ${each.verdict}`),
          each.verdict === 'unknown' && each.likely !== 'unknown' ? ` (likely ${each.likely})` : '',
          ` for ${count(each.pods, 'pod')}. ${each.because}`,
          each.policies.length === 0 ? '' : ` (${each.policies.join(', ')})`,
        ),
      ),
      statements.size > all.length ? h('li', null, `and ${statements.size - all.length} more`) : null,
    ),
  );
}

function grouped(paths) {
  const pods = new Map();
  for (const path of paths) {
    const key = JSON.stringify([path.node, path.namespace, path.pod, path.workload]);
    if (!pods.has(key)) {
      const { node, namespace, workload, pod, core } = path;
      pods.set(key, { key, node, namespace, workload, pod, core, paths: new Map() });
    }
    pods.get(key).paths.set(columnKey(path), path);
  }
  return [...pods.values()];
}

function columnsOf(paths) {
  const columns = new Map(paths.map(({ server, transport }) => [columnKey({ server, transport }), { server, transport }]));
  return [...columns.values()].sort(
    (one, other) => compare(one.server, other.server) || compare(other.transport, one.transport),
  );
}
