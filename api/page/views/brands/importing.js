/** Products of a brand out of a file. */

import { el } from "../../elements.js";
import { importer } from "../../importing.js";
import { say } from "../../language.js";
import { brands } from "../../words/brands.js";
import { brandAt, put, read } from "./stored.js";

/** @typedef {import("./stored.js").Product} Product */
/** @typedef {Product & {brand?: string}} Row `brand`: the one that the file names, empty where it names none */

/**
 * @param {string} brand
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} done
 */
export function importing(brand, signal, done) {
  const words = say(brands);
  const store = (/** @type {Row[]} */ rows, /** @type {AbortSignal} */ cancelled) => storeRows(brand, rows, cancelled);
  const undo = async (/** @type {string[]} */ ids) => void (await takeBack(brand, ids));
  return el(
    "section",
    {},
    el("h2", {}, words.import),
    el("p", { class: "faint" }, words.importAbout),
    importer({ kind: "products", store, done, undo, label: words.importLabel, signal }),
  );
}

/**
 * @param {string} brand
 * @param {Row[]} rows
 * @param {AbortSignal} signal
 * @returns {Promise<{outcome: "added" | "replaced" | "unchanged" | "skipped", id: string}[]>} `skipped`: another brand's
 */
export async function storeRows(brand, rows, signal) {
  const own = rows.filter((row) => !row.brand || row.brand === brand).map(({ brand: _, ...product }) => product);
  const merged = (/** @type {Product[]} */ before) => [...byId([...before, ...own]).values()];
  const { before, after } = await change(brand, merged, signal);
  return rows.map((row) => ({ outcome: outcome(row, brand, before, after), id: row.product_id }));
}

/**
 * @param {string} brand
 * @param {string[]} ids of products
 */
export const takeBack = (brand, ids) =>
  change(brand, (before) => before.filter(({ product_id }) => !ids.includes(product_id)));

/**
 * All at once: a brand is never left with half of a batch.
 * @param {string} brand
 * @param {(before: Product[]) => Product[]} changed
 * @param {AbortSignal} [signal]
 */
async function change(brand, changed, signal) {
  const { content, tag } = await read(brandAt(brand), signal);
  const stored = await put(brandAt(brand), { products: changed(content.products) }, tag);
  return { before: byId(content.products), after: byId(stored.products) };
}

/** @param {Product[]} products */
const byId = (products) => new Map(products.map((product) => [product.product_id, product]));

/**
 * @param {Row} row
 * @param {string} brand
 * @param {Map<string, Product>} before
 * @param {Map<string, Product>} after
 */
function outcome({ product_id, brand: meant }, brand, before, after) {
  if (meant && meant !== brand) return "skipped";
  if (!before.has(product_id)) return "added";
  return JSON.stringify(before.get(product_id)) === JSON.stringify(after.get(product_id)) ? "unchanged" : "replaced";
}
