/** What is shown once it has come: until then it is said that it is coming, and a failure can be tried again. */

import { el } from "./elements.js";
import { say } from "./language.js";
import { failure } from "./notices.js";
import { common } from "./words/common.js";

/**
 * @template Got
 * @param {(signal: AbortSignal) => Promise<Got>} load
 * @param {(got: Got, again: () => Promise<void>) => Node} show `again` loads and shows anew, without a gap
 * @param {AbortSignal} signal
 */
export function loaded(load, show, signal) {
  const words = say(common);
  const place = el("div", { class: "loaded" }, el("p", { class: "faint" }, words.loading));
  async function again() {
    try {
      const got = await load(signal);
      if (!signal.aborted) place.replaceChildren(show(got, again));
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(failure(error, { label: words.retry, again }));
    }
  }
  again();
  return place;
}
