/** The REST service, as any other client sees it. */

import { saveFile } from "./files.js";
import { say } from "./language.js";
import { pause } from "./pause.js";
import { shell } from "./words/shell.js";

const KEPT = "contentcheck.key";
const AGAIN = 2_000; // milliseconds until a service that is starting is asked again
const TRIES = 30; // that it may take

/** @typedef {{field: string, value?: unknown, remedy: string}} Wrong */
/** @typedef {{method?: string, body?: unknown, headers?: Record<string, string>, signal?: AbortSignal}} Asked */
/** @template Item @typedef {{items: Item[], next: string | null}} Page */

/** An error that the service has answered with, in words for the reader. */
export class Refused extends Error {
  /** @param {{status: number, type: string, detail: string, errors?: Wrong[]}} problem */
  constructor(problem) {
    super(problem.detail);
    this.status = problem.status;
    this.slug = problem.type.split(":").at(-1);
    this.errors = problem.errors ?? [];
  }
}

/** @returns {string} the key of this tab, empty if none was given */
export const key = () => sessionStorage.getItem(KEPT) ?? "";

/** @param {string} value empty: sign out */
export function useKey(value) {
  if (value) sessionStorage.setItem(KEPT, value);
  else sessionStorage.removeItem(KEPT);
}

/**
 * What the service answers; one that is still starting, and has done nothing yet, is waited for.
 * @param {string} path
 * @param {Asked} [asked] `body`: FormData or Blob as they are, anything else as JSON
 * @returns {Promise<Response>} one that went well
 * @throws {Refused} what the service says is wrong; where it cannot be reached, status 0
 */
export async function fetched(path, asked = {}) {
  for (let left = TRIES; ; left -= 1) {
    const used = key();
    const answer = await sent(path, asked, used);
    if (answer.ok) return answer;
    const refused = new Refused(await problemOf(answer));
    if (refused.status === 401) dispatchEvent(new CustomEvent("signin", { detail: used }));
    if (refused.slug !== "not_ready" || left === 0) throw refused;
    dispatchEvent(new CustomEvent("starting"));
    await pause(AGAIN, asked.signal);
  }
}

/**
 * @param {string} path
 * @param {Asked} asked
 * @param {string} used the key
 */
async function sent(path, { method = "GET", body, headers = {}, signal }, used) {
  const raw = body instanceof FormData || body instanceof Blob;
  const json = body !== undefined && !raw;
  try {
    return await fetch(path, {
      method,
      headers: {
        ...(used && { Authorization: `Bearer ${used}` }),
        ...(json && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: json ? JSON.stringify(body) : /** @type {FormData | Blob | undefined} */ (body),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused({ status: 0, type: "unreachable", detail: say(shell).unreachable });
  }
}

/** @param {Response} answer */
const problemOf = (answer) =>
  answer.json().catch(() => ({ status: answer.status, type: "unreadable", detail: answer.statusText }));

/**
 * The same, read as JSON; null for an empty answer.
 * @param {string} path
 * @param {Asked} [asked]
 * @returns {Promise<any>}
 */
export async function ask(path, asked) {
  const answer = await fetched(path, asked);
  return answer.status === 204 ? null : answer.json();
}

/**
 * Every item of a list, page after page.
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any[]>}
 */
export async function all(path, signal) {
  const items = [];
  for (let next = ""; next !== null; ) {
    const at = `${path}${path.includes("?") ? "&" : "?"}limit=200${next && `&cursor=${encodeURIComponent(next)}`}`;
    const page = await ask(at, { signal });
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

/**
 * Save what a path answers as a file.
 * @param {string} path
 * @param {string} name
 */
export async function download(path, name) {
  saveFile(await (await fetched(path)).blob(), name);
}
