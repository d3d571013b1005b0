/** Asking the service for a report: at once or after a pause; a new question ends the one before. */

import { fetched } from "../../service.js";
import { session } from "./session.js";

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("./session.js").Draft} Draft */

const PAUSE = 700; // milliseconds without typing before a changed draft is checked again

/**
 * @param {object} asked
 * @param {AbortSignal} asked.signal
 * @param {() => void} asked.started
 * @param {(draft: Draft, report: Report, checkId: string, wanted: boolean) => void} asked.done
 * @param {(error: unknown) => void} asked.failed
 */
export function asking({ signal, started, done, failed }) {
  let running = new AbortController();
  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
  };
  signal.addEventListener("abort", stop);

  /** @param {boolean} wanted by the reader, or else only kept up to date: every pause would be in the account's history */
  async function now(wanted) {
    stop();
    const mine = running;
    const sent = session.draft;
    const { title, text, brand } = sent;
    started();
    try {
      const body = { title, text, brand: brand || null, no_store: session.noStore || !wanted };
      const answer = await fetched("/v1/checks", { method: "POST", body, signal: mine.signal });
      const report = await answer.json();
      done(sent, report, answer.headers.get("Content-Location")?.split("/").at(-1) ?? "", wanted);
    } catch (error) {
      if (!mine.signal.aborted) failed(error);
    }
  }

  return {
    now,
    stop,
    /** After a pause in typing. */
    soon() {
      stop();
      timer = setTimeout(() => now(false), PAUSE);
    },
  };
}
