/** Brands and what they sell: the list of them, or one. */

import { one } from "./brands/brand.js";
import { list } from "./brands/list.js";

/** @type {import("../app.js").View} */
export function view({ parts: [name], signal, me }) {
  return name ? one(name, { signal, me }) : list({ signal, me });
}
