/** Products of a brand out of a file. */

import { el } from "../../elements.js";
import { importer } from "../../importing.js";
import { say } from "../../language.js";
import { ask, fetched } from "../../service.js";
import { brands } from "../../words/brands.js";
import { productAt } from "./stored.js";

/** @typedef {import("./stored.js").Product} Product */

/**
 * @param {import("./stored.js").Brand} brand
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} done
 */
export function importing({ name, products }, signal, done) {
  const words = say(brands);
  const known = new Map(products.map((product) => [product.product_id, product]));
  const store = async (/** @type {(Product & {brand?: string})[]} */ rows, /** @type {AbortSignal} */ cancelled) => {
    const outcomes = [];
    for (const row of rows) outcomes.push(await storeOne(name, row, known, cancelled));
    return outcomes;
  };
  const undo = async (/** @type {string[]} */ ids) => {
    for (const id of ids) await ask(productAt(name, id), { method: "DELETE" });
    await done();
  };
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
 * @param {Product & {brand?: string}} row
 * @param {Map<string, Product>} known what the brand has
 * @param {AbortSignal} signal
 * @returns {Promise<{outcome: "added" | "replaced" | "unchanged" | "skipped", id: string}>} `skipped`: another brand's
 */
async function storeOne(brand, { product_id: id, brand: meant, ...body }, known, signal) {
  if (meant !== undefined && meant !== brand) return { outcome: "skipped", id };
  const answer = await fetched(productAt(brand, id), { method: "PUT", body, signal });
  const now = await answer.json();
  const before = known.get(id);
  known.set(id, now);
  const same = JSON.stringify(before) === JSON.stringify(now);
  return { outcome: answer.status === 201 ? "added" : same ? "unchanged" : "replaced", id };
}
