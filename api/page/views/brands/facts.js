/** What is known of a product, to read. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { brands } from "../../words/brands.js";

/** @param {{text: string, key_points: string[], synonyms: string[], product_id?: string}} product */
export function facts({ text, key_points, synonyms, product_id }) {
  const words = say(brands);
  return [
    el("p", { class: "text" }, text),
    key_points.length > 0 && el("ul", { class: "points" }, ...key_points.map((point) => el("li", {}, point))),
    synonyms.length > 0 && el("p", { class: "faint" }, words.synonyms, synonyms.join("、")),
    product_id !== undefined && el("p", { class: "faint" }, words.number, product_id),
  ];
}
