// The page: it shows what the API serves, and sends nothing.

import { Component, h, render } from './preact.js';
import { Overview } from './matrix.js';
import { Link, address } from './parts.js';
import { Source } from './source.js';
import { instant, span } from './model.js';
import { Namespace } from './namespace.js';
import { Node, Nodes } from './nodes.js';
import { Incident } from './incident.js';

const SECOND = 1_000;

const VIEWS = {
  __proto__: null,
  namespace: Namespace,
  node: Node,
  nodes: Nodes,
  incident: Incident,
};

/** The tab that a view belongs to. */
const TABS = { __proto__: null, node: 'nodes', nodes: 'nodes', incident: 'incident' };

/** The view and its parameters, as the address has them. */
const placeOf = (url) => Object.fromEntries(new URLSearchParams(new URL(url).search));

class App extends Component {
  state = { place: placeOf(location.href), tick: 0 };
  source = new Source(() => this.setState((state) => ({ tick: state.tick + 1 })));

  componentDidUpdate() {
    if (this.source.present().model !== null && performance.getEntriesByName('shown').length === 0) {
      performance.mark('shown');
    }
  }

  componentDidMount() {
    this.source.start();
    addEventListener('popstate', () => this.setState({ place: placeOf(location.href) }));
    setInterval(() => {
      this.source.tick();
      this.setState((state) => ({ tick: state.tick + 1 }));
    }, SECOND);
  }

  /** Shows another view; a filter replaces the address, anything else can be gone back from. */
  go = (place, replace = false) => {
    const url = address(place);
    if (replace) history.replaceState(null, '', url);
    else {
      history.pushState(null, '', url);
      scrollTo(0, 0);
    }
    this.setState({ place: placeOf(location.href) }, () => {
      if (!replace) document.querySelector('#main')?.focus();
    });
  };

  render(_, { place }) {
    const present = this.source.present();
    const { model, live } = present;
    document.documentElement.classList.toggle('stale', model !== null && !live);
    document.title = title(present, place);
    const View = VIEWS[place.view] ?? Overview;
    return [
      h('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
      h(Head, { present, place, go: this.go }),
      h(Lost, { present }),
      model === null
        ? h('main', { id: 'main', tabIndex: -1 }, h('p', { class: 'plain', role: 'status' }, present.lost === null ? 'Waiting for the first data\u2026' : ''))
        : h(View, { model, place, go: this.go, present }),
    ];
  }
}

function title({ model, live, paused }, place) {
  if (paused) return 'dnsonde (paused)';
  if (model === null || !live) return 'dnsonde: no current data';
  const mark = { failing: '\u2716 ', incomplete: '\u25cb ', good: '\u2714 ' }[model.headline.mood] ?? '';
  return `${mark}${place.name ?? model.subject} \u00b7 dnsonde`;
}

function Head({ present, place, go }) {
  const { model } = present;
  const tab = (view, word) =>
    h(
      Link,
      { to: view === '' ? {} : { view }, go, 'aria-current': (TABS[place.view] ?? '') === view ? 'page' : undefined },
      word,
    );
  return h(
    'header',
    null,
    h('span', { class: 'brand' }, 'dnsonde'),
    h('span', { class: 'subject name' }, model === null ? '' : model.subject),
    h('nav', { 'aria-label': 'Views' }, tab('', 'Namespaces'), tab('nodes', 'Nodes'), tab('incident', 'Timeline')),
    h(Age, { present }),
  );
}

/** The age of the data, always visible. */
function Age({ present }) {
  const { model, live, age, polled, paused } = present;
  if (model === null) return h('span', { class: 'age' }, 'no data yet');
  const how = paused ? 'paused' : !live ? 'not current' : polled ? 'every 10 s' : 'live';
  return [
    h('span', { class: live ? 'age' : 'age old' }, `${how} \u00b7 ${span(age)} ago`),
    h('span', { class: 'paper' }, `${live ? 'State' : 'Old state, not current:'} of ${instant(model.at)}, ${new Date(model.at).toISOString().slice(0, 19)}Z`),
  ];
}

/** States plainly that nothing new arrives. */
function Lost({ present }) {
  const { model, live, lost, age, paused } = present;
  if (live || paused || (model === null && lost === null)) return null;
  const time = lost === null ? '' : ` since ${lost.toLocaleTimeString('en-GB')}`;
  return h(
    'p',
    { class: 'lost', role: 'alert' },
    `No data from dnsonde${time}. `,
    model === null
      ? 'The page tries again every few seconds. Is kubectl port-forward still running?'
      : `What is shown is from ${new Date(Date.now() - age).toLocaleTimeString('en-GB')} and may have changed. Is kubectl port-forward still running?`,
  );
}

render(h(App), document.querySelector('#page'));
