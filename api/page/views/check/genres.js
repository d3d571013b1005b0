/** What the genres are called. */

import { ask } from "../../service.js";

/** @type {Record<string, string>} */
let known = {};

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, string>>} Chinese names by slug; of those that come with the program
 */
export async function genreNames(signal) {
  if (Object.keys(known).length === 0) known = (await ask("/v1/info", { signal })).genres;
  return known;
}
