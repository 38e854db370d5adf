// The timeline of changes and failures: of one namespace, or of all.

import { Component, h } from './preact.js';
import { span, zoned } from './model.js';
import { Link } from './parts.js';
import { Documents, query } from './paths.js';

const SHAPES = {
  __proto__: null,
  policy: '\u270e',
  failure: '\u2716',
  finding: '\u2315',
  spread: '\u2922',
  recovery: '\u2714',
  lasting: '\u2026',
};

const WORDS = {
  __proto__: null,
  policy: 'Policy changed',
  failure: 'First failure',
  finding: 'Cause found',
  spread: 'Spread, or changed',
  recovery: 'Recovered',
  lasting: 'Not over',
};

/** What the memory lacks: the controller does not watch the policies of a cluster in which nothing fails. */
const unread = (timeline) =>
  timeline.policies === 'while_failing' ? 'Changes of policies are known only from times when a namespace failed.' : '';

/** The statement about a time without entries, of which something may not be known. */
const nothingSince = (time) => `No change of a policy and no failure is known since ${time}.`;

/** Lines that are shown at once; the export has all. */
const LINES = 300;

const seconds = (time) => time.replace(/\.\d+Z$/, 'Z');

/** The view of a timeline. */
export function Incident({ place, go, present }) {
  const name = place.name ?? '';
  const address = name === '' ? '/api/v1/incident' : `/api/v1/incident?${query('namespace', name)}`;
  return h(
    'main',
    { id: 'main', tabIndex: -1 },
    name === '' ? null : h('p', null, h(Link, { to: { view: 'namespace', name }, go }, `Namespace ${name}`)),
    h('h1', null, 'Timeline', name === '' ? ' of all namespaces' : [' of ', h('span', { class: 'wrap' }, name)]),
    h(Documents, { of: [address], present }, ([timeline]) => h(Timeline, { timeline, name, go })),
  );
}

class Timeline extends Component {
  state = { copied: '' };

  async copy() {
    try {
      await navigator.clipboard.writeText(markdown(this.props));
      this.setState({ copied: 'Timeline copied' });
    } catch {
      this.setState({ copied: 'The browser does not allow copying: save it instead' });
    }
  }

  save() {
    const url = URL.createObjectURL(new Blob([markdown(this.props)], { type: 'text/markdown' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'dns-timeline.md';
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1_000);
  }

  render({ timeline, name, go }, { copied }) {
    const entries = timeline.entries.slice(-LINES).reverse();
    return [
      h(
        'p',
        { class: 'soft' },
        `Seen by ${timeline.subject}. Complete from ${zoned(timeline.completeFrom)}: what was before is not known here. ${unread(timeline)} The newest first.`,
      ),
      entries.length === 0
        ? h('p', { class: 'plain' }, nothingSince(zoned(timeline.completeFrom)))
        : h(
            'ol',
            { class: 'timeline' },
            entries.map((entry) =>
              h(
                'li',
                { class: `kind-${entry.kind}` },
                h('span', { class: 'sign', 'aria-hidden': 'true' }, SHAPES[entry.kind] ?? '\u2022'),
                h(
                  'div',
                  null,
                  h(
                    'p',
                    { class: 'soft' },
                    h('time', { dateTime: entry.at, title: seconds(entry.at) }, zoned(entry.at)),
                    ` \u00b7 ${span(Date.parse(timeline.at) - Date.parse(entry.at))} ago \u00b7 `,
                    h('strong', null, WORDS[entry.kind] ?? entry.kind),
                  ),
                  h('p', null, entry.text),
                  name !== '' || entry.namespaces.length === 0
                    ? null
                    : h(
                        'p',
                        { class: 'soft' },
                        entry.namespaces.slice(0, 5).map((each, index) => [
                          index === 0 ? '' : ', ',
                          h(Link, { to: { view: 'incident', name: each }, go }, each),
                        ]),
                        entry.namespaces.length > 5 ? ` and ${entry.namespaces.length - 5} more` : '',
                      ),
                ),
              ),
            ),
          ),
      timeline.entries.length > LINES ? h('p', { class: 'soft' }, `${timeline.entries.length - LINES} earlier lines are in the export.`) : null,
      h(
        'p',
        null,
        h('button', { type: 'button', onClick: () => this.copy() }, 'Copy as Markdown'),
        ' ',
        h('button', { type: 'button', onClick: () => this.save() }, 'Save as Markdown'),
        ' ',
        h('span', { role: 'status' }, copied),
      ),
    ];
  }
}

/** Characters that would be markup: names of others must not become links, images or mentions. */
const MARKUP = /[\\`*[\]<~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)/g;

/** The points where a bare address or a mention would become a link; a space without width breaks it. */
const LINKED = /:(?=\/\/)|@|www(?=\.)/gi;

const escaped = (text) => text.replaceAll(/\s/g, ' ').replaceAll(MARKUP, '\\$&').replaceAll(LINKED, '$&&#8203;');

/** The timeline as {@code dnsonde incident} prints it, and of the whole memory. */
export function markdown({ timeline, name }) {
  const lines = [
    name === '' ? '# DNS of all namespaces' : `# DNS of namespace ${escaped(name)}`,
    '',
    `Seen by ${escaped(timeline.subject)}, at ${seconds(timeline.at)}.`,
    `Complete from ${seconds(timeline.completeFrom)}. ${unread(timeline)}`.trimEnd(),
    '',
    ...timeline.entries.map((entry) => `- ${seconds(entry.at)} **${entry.kind}** ${escaped(entry.text)}`),
  ];
  if (timeline.entries.length === 0) lines.push(nothingSince(seconds(timeline.completeFrom)));
  return `${lines.join('\n')}\n`;
}
