/** One brand: what it sells, how it speaks, and its end. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { tell } from "../../notices.js";
import { may } from "../../rights.js";
import { brands } from "../../words/brands.js";
import { unsaved } from "./edits.js";
import { importing } from "./importing.js";
import { ownWords } from "./own_words.js";
import { products } from "./products.js";
import { removal } from "./removal.js";
import { brandAt, read } from "./stored.js";

/** @typedef {import("./stored.js").Brand} Brand */

/**
 * @param {string} name
 * @param {{signal: AbortSignal, me: import("../../app.js").Me}} place
 */
export function one(name, { signal, me }) {
  const words = say(brands);
  const rest = loaded(
    (signal) => read(brandAt(name), signal),
    ({ content }) => el("div", {}, ...parts(/** @type {Brand} */ (content), may(me, "write"), signal)),
    signal,
  );
  signal.addEventListener("abort", () => remind(name));
  const back = el("a", { href: "#/brands" }, words.back);
  return el("section", { class: "brands" }, el("p", { class: "back" }, "‹ ", back), el("h1", {}, name), rest);
}

/**
 * @param {Brand} brand
 * @param {boolean} writes
 * @param {AbortSignal} signal
 * @returns {Node[]}
 */
function parts(brand, writes, signal) {
  let sold = products(brand, writes, signal);
  const refresh = async () => {
    const now = products((await read(brandAt(brand.name), signal)).content, writes, signal);
    sold.replaceWith(now);
    sold = now;
  };
  const own = ownWords(brand, writes);
  return writes ? [sold, importing(brand.name, signal, refresh), own, removal(brand.name)] : [sold, own];
}

/**
 * Whoever leaves with changes that are not saved is told of it, and led back.
 * @param {string} name
 */
function remind(name) {
  const here = `#/brands/${encodeURIComponent(name)}`;
  const words = say(brands);
  const left = decodeURIComponent(location.hash) !== decodeURIComponent(here);
  if (left && unsaved(brandAt(name)))
    tell(words.unsaved(name), { label: words.goBack, action: () => location.assign(here) });
}
