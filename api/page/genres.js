/** What the genres are called. */

import { ask } from "./service.js";

/** @type {Map<string, string> | null} */
let known = null;

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Map<string, string>>} Chinese names by slug, of the genres that come with the program; asked for once
 */
export async function genreNames(signal) {
  known ??= new Map(Object.entries((await ask("/v1/info", { signal })).genres));
  return known;
}
