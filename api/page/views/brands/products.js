/** What a brand sells, and how more is added. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { brands } from "../../words/brands.js";
import { adder } from "./adder.js";
import { example } from "./example.js";
import { item } from "./product.js";

/** @typedef {import("./stored.js").Product} Product */

/**
 * @param {import("./stored.js").Brand} brand
 * @param {boolean} writes
 * @param {AbortSignal} signal
 */
export function products(brand, writes, signal) {
  const words = say(brands);
  const count = el("small", {});
  const heading = el("h2", { tabindex: "-1" }, words.products, " ", count);
  const hint = example();
  const cards = el("ul", { class: "cards" });
  const counted = () => {
    const shown = cards.childElementCount;
    count.textContent = words.count(shown);
    hint.hidden = !writes || shown > 0;
    cards.hidden = shown === 0;
  };
  /** @param {Product} product */
  const add = (product) => {
    const gone = () => {
      node.remove();
      counted();
      heading.focus();
    };
    const node = item(product, { brand: brand.name, writes, signal, gone, back: added });
    cards.append(node);
    return node;
  };
  /** @param {Product} product */
  const added = (product) => {
    const node = add(product);
    counted();
    node.querySelector("button")?.focus();
  };
  brand.products.forEach(add);
  counted();
  return el("section", {}, heading, writes && adder(brand.name, added), hint, cards);
}
