// The connection to the agent or the controller: the stream, and single requests where there is none.

import { Model } from './model.js';

/** Data older than this may not be shown as the present, in milliseconds. */
const STALE = 15_000;

/** The server ends a request after this time, in milliseconds. */
const LONGEST = 15_000;

const FIRST_RETRY = 1_000;
const LAST_RETRY = 10_000;

/**
 * The present state, and how old it is.
 *
 * @typedef {{model: ?Model, live: boolean, age: number, lost: ?Date, polled: boolean}} Present
 */
export class Source {
  #changed;
  #stream = null;
  #model = null;
  #received = 0;
  #lost = null;
  #polled = false;
  #retry = FIRST_RETRY;
  #timer = 0;

  /** @param {() => void} changed called after each change */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Connects, and follows the visibility of the page: a hidden page reads nothing. */
  start() {
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#close();
      else this.#connect();
    });
    this.#connect();
  }

  /** @returns {Present} */
  present() {
    const age = this.#model === null ? 0 : performance.now() - this.#received;
    return {
      model: this.#model,
      age,
      live: this.#model !== null && this.#lost === null && age < STALE,
      lost: this.#lost,
      polled: this.#polled,
    };
  }

  #connect() {
    this.#close();
    const stream = new EventSource('/api/v1/stream');
    this.#stream = stream;
    stream.addEventListener('status', (event) => this.#take(Model.of(parsed(event.data)), false));
    stream.addEventListener('changes', (event) =>
      this.#take(this.#model.with(parsed(event.data)), false),
    );
    stream.addEventListener('unchanged', (event) =>
      this.#take(this.#model.still(parsed(event.data)), false),
    );
    stream.addEventListener('error', () => this.#failed(stream));
    this.#watch();
  }

  /** Ends a stream that is open and silent. */
  #watch() {
    clearTimeout(this.#timer);
    const stream = this.#stream;
    this.#timer = setTimeout(() => this.#failed(stream), STALE);
  }

  async #failed(stream) {
    if (stream !== this.#stream) return;
    this.#close();
    this.#timer = setTimeout(() => this.#connect(), this.#retry);
    this.#retry = Math.min(2 * this.#retry, LAST_RETRY);
    try {
      this.#take(Model.of(await read('/api/v1/status')), true);
    } catch {
      this.#lost ??= new Date();
      this.#changed();
    }
  }

  #take(model, polled) {
    this.#model = model;
    this.#received = performance.now();
    this.#lost = null;
    this.#polled = polled;
    if (!polled) {
      this.#retry = FIRST_RETRY;
      this.#watch();
    }
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
