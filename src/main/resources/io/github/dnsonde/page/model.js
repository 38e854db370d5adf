// The state that the page shows, and what follows from it. Pure: no element, no request.

/**
 * @typedef {{namespace: string, server: string, transport: string, inUse: boolean, state: string,
 *   since: ?string, vantages: number, affected: number, nodes: number, affectedNodes: number,
 *   reasons: Object<string, number>}} Row paths of a namespace to a server, on all nodes
 * @typedef {{namespace: string, cause: string, nodes: string[]}} Blind
 * @typedef {{node: string, zone: ?string, agent: string, reported: ?string, version: ?string,
 *   vantages: number, failing: number}} NodeRow
 * @typedef {{key: string, server: string, transport: string, used: boolean}} Column
 * @typedef {{name: string, kind: string, state: string, since: ?number, cells: Map<string, Row>,
 *   blind: Blind[], failing: Row[], damage: number, share: number}} Namespace
 */

/** The states of a path, the worst first. */
export const STATES = ['unanswered', 'wrong', 'late', 'uncertain', 'untested', 'expected', 'good'];

const FAILING = new Set(['unanswered', 'wrong', 'late']);

/** The findings that do not mean that applications fail. */
const HARMLESS = new Set([
  'not_enforced', 'intercepted', 'no_agent', 'search_list_cost', 'nxdomain_hijacked',
  'old_sockets_fail', 'fragments_lost', 'large_answer_not_cut', 'no_dns_declared',
  'dns_not_expected', 'declaration_expired', 'declaration_invalid',
]);

/** Returns true if applications cannot resolve names because of this finding. */
export const hurts = (finding) => !HARMLESS.has(finding.code);

/** The kinds of namespaces, the worst first, with their words. */
export const KINDS = new Map([
  ['failing', 'failing'],
  ['uncertain', 'uncertain'],
  ['unseen', 'not seen'],
  ['partly', 'seen in part'],
  ['expected', 'need no DNS'],
  ['good', 'good'],
]);

const rank = (state) => {
  const found = STATES.indexOf(state);
  return found < 0 ? STATES.indexOf('untested') : found;
};

/** Returns true if applications notice this state. */
export const fails = (state) => FAILING.has(state);

const rowKey = (row) => JSON.stringify([row.namespace, row.server, row.transport, row.inUse]);

/** The status of a node or a cluster. Each change makes a new object, with the old maps reused. */
export class Model {
  #columns = null;
  #namespaces = null;

  /** @param {Object} overview the document of /api/v1/status */
  static of(overview) {
    const model = new Model();
    Object.assign(model, {
      subject: overview.subject,
      at: Date.parse(overview.at),
      headline: overview.headline,
      rows: new Map(overview.paths.map((row) => [rowKey(row), row])),
      nodes: new Map(overview.nodes.map((row) => [row.node, row])),
      blind: overview.blind,
      findings: overview.findings,
      usage: overview.usage,
      omitted: overview.omitted,
    });
    return model;
  }

  /** @param {Object} changes the difference that the stream sends */
  with(changes) {
    const model = new Model();
    Object.assign(model, this, {
      at: Date.parse(changes.at),
      headline: changes.headline,
      usage: changes.usage,
      omitted: changes.omitted,
      blind: changes.blind ?? this.blind,
    });
    const findings = new Map([...this.findings, ...changes.findings].map((finding) => [finding.id, finding]));
    const order = changes.findingOrder ?? this.findings.map((finding) => finding.id);
    model.findings = order.flatMap((id) => findings.get(id) ?? []);
    changes.paths.forEach((row) => model.rows.set(rowKey(row), row));
    changes.gone.forEach((key) => model.rows.delete(rowKey(key)));
    changes.nodes.forEach((row) => model.nodes.set(row.node, row));
    changes.goneNodes.forEach((node) => model.nodes.delete(node));
    return model;
  }

  /** @param {Object} now all that differs while nothing happens */
  still({ at, headline, usage, omitted }) {
    const model = Object.assign(new Model(), this, { at: Date.parse(at), headline, usage, omitted });
    model.#columns = this.#columns;
    model.#namespaces = this.#namespaces;
    return model;
  }

  /** @returns {Column[]} the servers and transports, those in use first */
  columns() {
    this.#columns ??= this.#madeColumns();
    return this.#columns;
  }

  #madeColumns() {
    const columns = new Map();
    for (const row of this.rows.values()) {
      const key = columnKey(row);
      const known = columns.get(key);
      columns.set(key, {
        key,
        server: row.server,
        transport: row.transport,
        used: row.inUse || (known !== undefined && known.used),
      });
    }
    const serverUsed = new Set([...columns.values()].filter((c) => c.used).map((c) => c.server));
    return [...columns.values()].sort(
      (a, b) =>
        Number(serverUsed.has(b.server)) - Number(serverUsed.has(a.server)) ||
        compare(a.server, b.server) ||
        compare(b.transport, a.transport),
    );
  }

  /** @returns {Namespace[]} the worst first */
  namespaces() {
    this.#namespaces ??= this.#madeNamespaces();
    return this.#namespaces;
  }

  #madeNamespaces() {
    const byName = new Map();
    const of = (name) => {
      if (!byName.has(name)) {
        byName.set(name, { name, rows: [], blind: [] });
      }
      return byName.get(name);
    };
    for (const row of this.rows.values()) {
      of(row.namespace).rows.push(row);
    }
    this.blind.forEach((blind) => of(blind.namespace).blind.push(blind));
    return [...byName.values()].map(namespace).sort(worstFirst);
  }

  /** @returns {Object[]} the findings that concern a namespace */
  findingsOf(name) {
    return this.findings.filter((finding) => finding.namespaces.includes(name));
  }
}

/** The column that a row belongs to. */
export const columnKey = (row) => JSON.stringify([row.server, row.transport]);

/** @returns {Namespace} the same rules as those of the headline, which the server computes */
function namespace({ name, rows, blind }) {
  const used = rows.filter((row) => row.inUse);
  const failing = used.filter((row) => fails(row.state));
  const seen = used.filter((row) => row.state !== 'untested' || row.affected < row.vantages);
  const state = used.map((row) => row.state).sort((a, b) => rank(a) - rank(b))[0] ?? 'untested';
  const worst = used.filter((row) => row.state === state && row.since !== null);
  const cells = new Map();
  for (const row of rows) {
    const key = columnKey(row);
    if (row.inUse || !cells.has(key)) {
      cells.set(key, row);
    }
  }
  return {
    name,
    cells,
    blind,
    failing,
    state,
    kind: kind({ used, seen, failing, blind, state }),
    damage: damage(used),
    share: Math.max(0, ...failing.map((row) => row.affectedNodes / Math.max(1, row.nodes))),
    since: worst.length === 0 ? null : Math.min(...worst.map((row) => Date.parse(row.since))),
  };
}

/** The degree of failure, the worst first: cut off, cut off in part, wrong answers, late ones. */
function damage(used) {
  const states = new Set(used.map((row) => row.state));
  if (states.has('unanswered')) return states.size === 1 ? 0 : 1;
  return states.has('wrong') ? 2 : 3;
}

function kind({ used, seen, failing, blind, state }) {
  if (failing.length > 0) return 'failing';
  if (used.length > 0 && used.every((row) => row.state === 'expected' && row.affected === row.vantages)) {
    return 'expected';
  }
  if (seen.length === 0) return 'unseen';
  if (state === 'uncertain') return 'uncertain';
  return state === 'untested' || blind.length > 0 ? 'partly' : 'good';
}

const ORDER = [...KINDS.keys()];

/** The damage comes first, as in the headline, then the share of nodes, then the age. */
function worstFirst(one, other) {
  return (
    ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) ||
    (one.kind === 'failing'
      ? one.damage - other.damage || other.share - one.share || (one.since ?? 0) - (other.since ?? 0)
      : rank(one.state) - rank(other.state)) ||
    compare(one.name, other.name)
  );
}

/** Compares texts by their code units, as the server does. */
export const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/**
 * @param {Namespace[]} namespaces
 * @param {{q: string, state: string, server: string}} filter
 */
export function filtered(namespaces, { q, state, server }) {
  const text = q.trim().toLowerCase();
  return namespaces.filter(
    (each) =>
      (text === '' || each.name.toLowerCase().includes(text)) &&
      (state === '' ||
        each.kind === state ||
        [...each.cells.values()].some((row) => row.inUse && row.state === state)) &&
      (server === '' || [...each.cells.values()].some((row) => row.server === server)),
  );
}

/** A span of time in one unit, as the commands print it. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** A number with its noun. */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** A time of the day in words, by the reader's clock. */
export const clock = (time) => new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A time in words: with its day if there are several. */
export const moment = (time, days) =>
  days === 1 ? clock(time) : `${new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${clock(time)}`;

/** A time with its day and its seconds, by the reader's clock. */
export const instant = (time) => `${moment(time)}:${String(new Date(time).getSeconds()).padStart(2, '0')}`;

const ZONE = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });

/** The same with the reader's zone: people in other zones read what is printed or copied. */
export const zoned = (time) =>
  `${instant(time)} ${ZONE.formatToParts(new Date(time)).find((part) => part.type === 'timeZoneName').value}`;

/** The begin of a step of a trend, which is the end of the one before. */
export const beginOf = (trend, step) => Date.parse(trend.from) + 1_000 * step * trend.stepSeconds;
