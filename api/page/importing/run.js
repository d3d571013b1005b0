/** An import under way: files are read as rows, the rows stored in parts. It knows nothing of how it is shown. */

import { pause } from "../pause.js";
import { ask, Refused } from "../service.js";

/** @typedef {"items" | "posts" | "products"} Kind */
/** @typedef {"idle" | "running" | "stopped" | "done" | "undoing" | "undone"} Phase */
/** @typedef {{outcome: string, id?: string}} Taken `outcome`: added, replaced, unchanged or skipped */
/**
 * Stores rows, all or none. `key` names this part, the same one whenever it is sent again: with it as `Idempotency-Key`
 * the service answers what it answered the first time.
 * @typedef {(rows: any[], signal: AbortSignal, key: string) => Promise<Taken[]>} Store
 */
/** @typedef {(ids: string[]) => Promise<void>} Undo */

const ROWS = 100; // of a part
const LONGEST = 1_000_000; // UTF-16 units of a part's JSON, at most three bytes each: a request may have 4 MiB
const BUSY = new Set(["overloaded", "rate_limited", "not_ready"]);
const PAUSE = 5_000; // milliseconds before a busy service is asked again
const PATIENCE = 24; // times
const UNDONE = 500; // at a time, so that it can be seen how far it is

/**
 * @template {{id?: string}} Row
 * @param {Row[]} rows
 * @returns {Row[][]} in order; no two rows of a part have the same id, which the service would refuse
 */
export function inParts(rows) {
  /** @type {Row[][]} */
  const parts = [];
  const ids = new Set();
  let length = 0;
  for (const row of rows) {
    const long = JSON.stringify(row).length;
    const part = parts.at(-1);
    if (part && part.length < ROWS && length + long <= LONGEST && !(row.id && ids.has(row.id))) part.push(row);
    else {
      parts.push([row]);
      ids.clear();
      length = 0;
    }
    length += long;
    ids.add(row.id);
  }
  return parts;
}

export class Run {
  /** @type {Phase} */
  phase = "idle";
  /** @type {unknown} why it stopped; null where it was told to */
  error = null;
  /** What is being read, if anything is, and how much there is. */
  file = { name: "", number: 0, of: 0 };
  rows = { stored: 0, total: 0 };
  /** Whether the service has asked for patience. */
  waits = false;
  /** @type {Record<string, number>} rows by what became of them; `repeated`: left out by the reading */
  outcomes = { added: 0, replaced: 0, unchanged: 0, skipped: 0, repeated: 0 };
  /** @type {string[]} ids of what was added */
  added = [];
  /** @type {{file: string, line: number, reason: string}[]} */
  bad = [];
  /** @type {{file: string, error: unknown}[]} files that cannot be read */
  unread = [];
  /** Whether it was interrupted and should go on by itself. */
  interrupted = false;

  /** @type {Store} */
  store = async () => [];
  /** @type {Undo | undefined} */
  takeBack;
  /** Called after every change. */
  changed = () => {};

  /** @type {File[]} */
  #files = [];
  /** @type {any[]} */
  #rows = [];
  /** @type {{rows: any[], key: string}[]} */
  #parts = [];
  #halt = new AbortController();
  #leave = new AbortController();

  /** @param {Kind} kind */
  constructor(kind) {
    this.kind = kind;
  }

  /**
   * @param {File[]} files
   * @returns {Promise<void>} when it is over, or has stopped
   */
  begin(files) {
    this.#files = files;
    this.file.of = files.length;
    return this.goOn();
  }

  /** Begin, or go on where it stopped; nothing is stored twice. */
  goOn() {
    return this.#during("running", "done", async () => {
      for (; this.#files.length; this.#files.shift()) await this.#read(this.#files[0]);
      this.file = { ...this.file, name: "" };
      this.changed();
      this.#parts.push(...inParts(this.#rows.splice(0)).map((rows) => ({ rows, key: newKey() })));
      for (; this.#parts.length; this.#parts.shift()) {
        this.#halt.signal.throwIfAborted();
        await this.#stored(this.#parts[0]);
      }
    });
  }

  /** Stop once the part that is being stored is stored. */
  stop() {
    this.#halt.abort();
  }

  /** Stop at once, to go on when it is shown again. */
  interrupt() {
    if (this.phase !== "running") return;
    this.interrupted = true;
    this.#halt.abort();
    this.#leave.abort();
  }

  /** Stay stopped: what is stored is stored, the rest is forgotten. */
  finish() {
    this.phase = "done";
    this.error = null;
    this.changed();
  }

  /** Take back what was added. What was replaced stays replaced. */
  undo() {
    const { takeBack } = this;
    if (!takeBack) return Promise.resolve();
    return this.#during("undoing", "undone", async () => {
      while (this.added.length) {
        const last = this.added.slice(-UNDONE);
        await this.#patiently(() => takeBack(last));
        this.added.length -= last.length;
        this.changed();
      }
    });
  }

  /**
   * @param {"running" | "undoing"} phase
   * @param {Phase} then
   * @param {() => Promise<void>} work
   */
  async #during(phase, then, work) {
    this.#halt = new AbortController();
    this.#leave = new AbortController();
    this.interrupted = false;
    this.error = null;
    this.phase = phase;
    this.changed();
    try {
      await work();
      this.phase = then;
    } catch (error) {
      this.error = this.#halt.signal.aborted ? null : error;
      this.phase = phase === "undoing" ? "done" : "stopped";
    }
    this.changed();
  }

  /** @param {File} file */
  async #read(file) {
    this.file = { ...this.file, name: file.name, number: this.file.of - this.#files.length + 1 };
    this.changed();
    const body = new FormData();
    body.append("file", file);
    const path = `/v1/rows?kind=${this.kind}`;
    try {
      const read = await this.#patiently(() => ask(path, { method: "POST", body, signal: this.#halt.signal }));
      this.#rows.push(...read.rows);
      this.rows.total += read.rows.length;
      this.outcomes.repeated += read.repeated;
      for (const { line, reason } of read.bad) this.bad.push({ file: file.name, line, reason });
    } catch (error) {
      if (!isOfTheFile(error)) throw error;
      this.unread.push({ file: file.name, error });
    }
  }

  /** @param {{rows: any[], key: string}} part */
  async #stored({ rows, key }) {
    const taken = await this.#patiently(() => this.store(rows, this.#leave.signal, key));
    taken.forEach(({ outcome, id }, number) => {
      this.outcomes[outcome] += 1;
      if (outcome === "added") this.added.push(id ?? rows[number].id ?? rows[number].product_id);
    });
    this.rows.stored += rows.length;
    this.changed();
  }

  /**
   * @template Done
   * @param {() => Promise<Done>} request
   * @returns {Promise<Done>}
   */
  async #patiently(request) {
    for (let asked = 1; ; asked += 1) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof Refused && BUSY.has(error.slug ?? "")) || asked === PATIENCE) throw error;
        this.waits = true;
        this.changed();
        await pause(PAUSE, this.#halt.signal);
        this.waits = false;
        this.changed();
      }
    }
  }
}

/**
 * Whether it is the file that is wrong, and others may still be read.
 * @param {unknown} error
 */
const isOfTheFile = (error) => error instanceof Refused && [400, 413, 415, 422].includes(error.status);

/** A name that nobody else will give. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");
