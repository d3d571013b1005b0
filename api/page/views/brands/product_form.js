/** The form of a product, of one there is or a new one. */

import { say } from "../../language.js";
import { brands } from "../../words/brands.js";
import { asLines, form } from "./form.js";

/** @typedef {keyof typeof brands.zh.productFields} Name */

/** @type {[Name, import("./form.js").Field["kind"]][]} */
const FIELDS = [
  ["name", "line"],
  ["text", "text"],
  ["key_points", "lines"],
  ["synonyms", "lines"],
];
/** @type {typeof FIELDS} */
const NUMBER = [["product_id", "line"]];

/**
 * A product as it stands in the fields.
 * @param {Omit<import("./stored.js").Product, "product_id">} product
 */
export const valuesOf = ({ name, text, key_points, synonyms }) => ({
  name,
  text,
  key_points: asLines(key_points),
  synonyms: asLines(synonyms),
});

/** @param {Omit<Parameters<typeof form>[0], "fields"> & {numbered?: boolean}} asked `numbered`: its number can be given */
export function productForm({ numbered = false, ...asked }) {
  const words = say(brands).productFields;
  const fields = numbered ? [...FIELDS, ...NUMBER] : FIELDS;
  return form({ ...asked, fields: fields.map(([name, kind]) => ({ name, kind, words: words[name] })) });
}
