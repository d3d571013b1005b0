/** A text with what another one has as well marked in it. */

import { equalRuns } from "./diff.js";
import { el } from "./elements.js";

/**
 * @param {string} text
 * @param {string} other
 * @returns {(Node | string)[]} the whole text
 */
export const alike = (text, other) =>
  equalRuns(text, other)[0].map(([run, same]) => (same ? el("mark", {}, run) : run));
