/** All brands that the reader may see. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { inWords } from "../../notices.js";
import { may } from "../../rights.js";
import { all, Refused } from "../../service.js";
import { brands } from "../../words/brands.js";
import { example } from "./example.js";
import { addressable, brandAt, put } from "./stored.js";

/** @typedef {{name: string, products: number}} Listed */

let typed = ""; // the name of a brand that is about to be made

/** @param {{signal: AbortSignal, me: import("../../app.js").Me}} place */
export function list({ signal, me }) {
  const words = say(brands);
  const found = loaded(
    (signal) => all("/v1/brands", signal),
    (listed) => shown(listed, me),
    signal,
  );
  return el("section", { class: "brands" }, el("h1", {}, words.title), el("p", { class: "faint" }, words.about), found);
}

/**
 * @param {Listed[]} listed
 * @param {import("../../app.js").Me} me
 */
function shown(listed, me) {
  const words = say(brands);
  const names = new Set(listed.map(({ name }) => name));
  const free = me.brands?.filter((name) => !names.has(name));
  const makes = may(me, "write") && (free === undefined || free.length > 0);
  return el(
    "div",
    {},
    listed.length === 0 && el("p", { class: "empty" }, makes ? words.none : words.noneShown),
    listed.length > 0 && el("ul", { class: "cards" }, ...listed.map((brand) => el("li", {}, link(brand)))),
    makes && maker(free),
    listed.length === 0 && makes && example(),
  );
}

/** @param {Listed} brand */
function link({ name, products }) {
  return el(
    "a",
    { class: "card", href: hrefOf(name) },
    el("span", { class: "name" }, name),
    el("small", {}, say(brands).count(products)),
  );
}

/** @param {string} name */
const hrefOf = (name) => `#/brands/${encodeURIComponent(name)}`;

/**
 * A form that makes a brand.
 * @param {string[]} [free] the only names it can have
 */
function maker(free) {
  const words = say(brands);
  const attributes = { id: "new-brand", name: "brand", autocomplete: "off", "aria-describedby": "new-brand-wrong" };
  const field = free
    ? el("select", attributes, ...free.map((name) => el("option", {}, name)))
    : el("input", { ...attributes, value: typed, oninput: () => (typed = field.value) });
  const wrong = el("p", { id: "new-brand-wrong", class: "failure", role: "alert" });
  const submitted = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = field.value.trim();
    if (!addressable(name)) {
      wrong.replaceChildren(name ? words.badName : words.newBrand);
      field.focus();
      return;
    }
    try {
      await put(brandAt(name), {}, null);
      typed = "";
      location.hash = hrefOf(name);
    } catch (error) {
      const taken = error instanceof Refused && error.slug === "changed_meanwhile";
      if (taken) wrong.replaceChildren(words.taken(name), el("a", { href: hrefOf(name) }, words.open));
      else wrong.replaceChildren(inWords(error));
      field.focus();
    }
  };
  return el(
    "form",
    { class: "make", onsubmit: submitted },
    el("label", { for: "new-brand" }, words.newBrand),
    el("p", { class: "bar" }, field, el("button", { class: "primary" }, words.make)),
    wrong,
  );
}
