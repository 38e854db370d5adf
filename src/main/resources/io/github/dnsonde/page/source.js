// The connection to the agent or the controller: the stream, and single requests where there is none.

import { Model } from './model.js';

/** Data older than this may not be shown as the present, in milliseconds. */
const STALE = 15_000;

/** The server ends a request after this time, in milliseconds. */
const LONGEST = 15_000;

const FIRST_RETRY = 1_000;
const LAST_RETRY = 10_000;

/** A time by both clocks: one stops while the machine sleeps, people set the other. */
const clocks = () => ({ steady: performance.now(), wall: Date.now() });

/** The milliseconds since a time, by the clock that counted more of them. */
const since = ({ steady, wall }) => Math.max(performance.now() - steady, Date.now() - wall);

/**
 * The present state, and how old it is. It is paused while the page is hidden, and then until the
 * first answer.
 *
 * @typedef {{model: ?Model, live: boolean, age: number, lost: ?Date, polled: boolean, paused: boolean}} Present
 */
export class Source {
  #changed;
  #stream = null;
  #model = null;
  #received = clocks();
  #heard = clocks();
  #lost = null;
  #polled = false;
  #paused = false;
  #retry = FIRST_RETRY;
  #timer = 0;

  /** Requests and events in their order: an answer is too late if a later one was taken. */
  #asked = 0;
  #taken = 0;

  /** @param {() => void} changed called after each change */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Connects, and follows the visibility of the page: a hidden page reads nothing. */
  start() {
    document.addEventListener('visibilitychange', () => this.#follow());
    this.#follow();
  }

  #follow() {
    if (document.hidden) {
      this.#close();
      this.#paused = true;
      this.#changed();
    } else {
      this.#connect();
    }
  }

  /** @returns {Present} */
  present() {
    const age = this.#model === null ? 0 : since(this.#received);
    return {
      model: this.#model,
      age,
      live: this.#model !== null && this.#lost === null && age < STALE,
      lost: this.#lost,
      polled: this.#polled,
      paused: this.#paused,
    };
  }

  /** Ends a stream that is open and silent. Called each second. */
  tick() {
    if (this.#stream !== null && since(this.#heard) >= STALE) this.#failed(this.#stream);
  }

  #connect() {
    this.#close();
    const stream = new EventSource('/api/v1/stream');
    this.#stream = stream;
    this.#heard = clocks();
    const on = (name, model) =>
      stream.addEventListener(name, (event) => {
        if (stream !== this.#stream) return;
        this.#retry = FIRST_RETRY;
        this.#heard = clocks();
        this.#take(model(parsed(event.data)), ++this.#asked, false);
      });
    on('status', (overview) => Model.of(overview));
    on('changes', (changes) => this.#model.with(changes));
    on('unchanged', (now) => this.#model.still(now));
    stream.addEventListener('error', () => this.#failed(stream));
  }

  async #failed(stream) {
    if (stream !== this.#stream) return;
    this.#close();
    this.#timer = setTimeout(() => this.#connect(), this.#retry);
    this.#retry = Math.min(2 * this.#retry, LAST_RETRY);
    const asked = ++this.#asked;
    try {
      this.#take(Model.of(await read('/api/v1/status?brief=true')), asked, true);
    } catch {
      if (asked < this.#taken) return;
      this.#lost ??= new Date();
      this.#paused &&= document.hidden;
      this.#changed();
    }
  }

  #take(model, asked, polled) {
    if (asked < this.#taken) return;
    this.#taken = asked;
    this.#model = model;
    this.#received = clocks();
    this.#lost = null;
    this.#polled = polled;
    this.#paused &&= document.hidden;
    this.#changed();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }
}

/** Reads a document of the API. */
export async function read(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(LONGEST) });
  if (!response.ok) {
    throw new Error(`${path} is answered with status ${response.status}`);
  }
  return parsed(await response.text());
}

/** Characters that hide or reorder others; line feeds are part of a policy in YAML. */
const INVISIBLE = /(?!\n)[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]/gu;

/** Reads JSON. In texts, characters that cannot be seen are written as their numbers. */
function parsed(json) {
  return JSON.parse(json, (_, value) =>
    typeof value === 'string' && value.search(INVISIBLE) >= 0
      ? value.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0).toString(16)}}`)
      : value,
  );
}
