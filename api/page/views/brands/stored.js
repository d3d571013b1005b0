/** Brands and products as the service keeps them. */

import { ask, fetched } from "../../service.js";

/** @typedef {import("../../types.js").Schemas} Schemas */
/** @typedef {Schemas["StoredBrand"]} Brand */
/** @typedef {Schemas["StoredProduct"]} Product */

/** @param {string} name */
export const brandAt = (name) => `/v1/brands/${encodeURIComponent(name)}`;

/**
 * @param {string} brand
 * @param {string} id
 */
export const productAt = (brand, id) => `${brandAt(brand)}/products/${encodeURIComponent(id)}`;

/**
 * What is there now, and the tag that a change of it has to name.
 * @param {string} at
 * @param {AbortSignal} [signal]
 * @returns {Promise<{content: any, tag: string | null}>}
 */
export async function read(at, signal) {
  const answer = await fetched(at, { signal });
  return { content: await answer.json(), tag: answer.headers.get("ETag") };
}

/**
 * A change is not given up when the view is left: it has been asked for.
 * @param {string} at
 * @param {unknown} body
 * @param {string | null} tag of what is replaced; null: there must be nothing yet
 * @returns {Promise<any>} what is there from now on
 */
export function put(at, body, tag) {
  return ask(at, { method: "PUT", body, headers: tag === null ? { "If-None-Match": "*" } : { "If-Match": tag } });
}

/**
 * Whether a name can stand in an address: the service takes its parts at each “/”, the browser goes up at “..”.
 * @param {string} name
 */
export const addressable = (name) => !/^\.*$|\//u.test(name.trim());
