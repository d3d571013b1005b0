/** Adding a product to a brand. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { Refused } from "../../service.js";
import { brands } from "../../words/brands.js";
import { begin, editOf, end } from "./edits.js";
import { productForm, valuesOf } from "./product_form.js";
import { productAt, put } from "./stored.js";

const EMPTY = { ...valuesOf({ name: "", text: "", key_points: [], synonyms: [] }), product_id: "" };

/**
 * @param {string} brand
 * @param {(product: import("./stored.js").Product) => void} added
 */
export function adder(brand, added) {
  const words = say(brands);
  const here = productAt(brand, ""); // the new one has no address of its own yet
  const node = el("div", { class: "adding" });
  const offer = () => {
    const opened = () => {
      open();
      node.querySelector("input")?.focus();
    };
    node.replaceChildren(el("button", { class: "primary", onclick: opened }, words.add));
  };
  const close = () => {
    end(here);
    offer();
    node.querySelector("button")?.focus();
  };
  const open = () => {
    const made = productForm({
      label: words.newProduct,
      numbered: true,
      edit: editOf(here) ?? begin(here, null, EMPTY),
      save: async ({ product_id, ...body }) => {
        const product = await put(productAt(brand, number(String(product_id))), body, null).catch(orTaken);
        close();
        added(product);
      },
      cancel: close,
    });
    node.replaceChildren(el("h3", {}, words.newProduct), made);
  };
  if (editOf(here)) open();
  else offer();
  return node;
}

/**
 * The number that a product gets.
 * @param {string} typed
 * @throws {Refused} for one that cannot stand in an address: browsers go up at “..”
 */
function number(typed) {
  if (/^\.{1,2}$/.test(typed)) throw wrongNumber(say(brands).dots);
  return typed || `p-${crypto.randomUUID().slice(0, 8)}`;
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function orTaken(error) {
  throw error instanceof Refused && error.slug === "changed_meanwhile" ? wrongNumber(say(brands).takenNumber) : error;
}

/** @param {string} remedy */
const wrongNumber = (remedy) =>
  new Refused({ status: 422, type: "invalid", detail: remedy, errors: [{ field: "body.product_id", remedy }] });
