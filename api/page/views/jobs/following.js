/** Asking again and again while something goes on. */

import { pause } from "../../pause.js";

const SOON = 1_000; // milliseconds until the next look while there is news
const LATE = 10_000; // at most, while there is none
const SLOWER = 1.5;

/**
 * Calls `look` until it says that all is over or `signal` is aborted: every second while there is news, then less often.
 * @param {() => Promise<"over" | "news" | "none">} look never rejects
 * @param {AbortSignal} signal
 */
export async function follow(look, signal) {
  let wait = SOON;
  while (!signal.aborted) {
    const found = await look();
    if (found === "over") return;
    wait = found === "news" ? SOON : Math.min(wait * SLOWER, LATE);
    await pause(wait, signal).catch(() => {}); // the view is left
  }
}

const SURE = 5; // seconds and drafts that have to be seen before the rest is estimated

/**
 * @returns {(over: number, total: number, now: number) => number | null} told how many drafts are over at a moment (in
 *   seconds), the seconds that the others will take; null while that cannot be said
 */
export function estimator() {
  /** @type {{over: number, at: number} | null} */
  let first = null;
  return (over, total, now) => {
    first ??= { over, at: now };
    const [drafts, seconds] = [over - first.over, now - first.at];
    return drafts < SURE || seconds < SURE || over >= total ? null : ((total - over) * seconds) / drafts;
  };
}
