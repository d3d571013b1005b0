/** Above the draft: the brand it is held against, files, whether it is kept, and what the colours mean. */

import { el } from "../../elements.js";
import { KINDS } from "../../findings.js";
import { all } from "../../service.js";
import { chip } from "./places.js";

/** @typedef {import("../../app.js").Me} Me */
/** @typedef {import("./sentences.js").Words} Words */

const NOTHING = "\u00a0"; // as high as a figure: nothing moves when figures come

/**
 * A chooser of brands; the one chosen stays so while they are looked up.
 * @param {object} made
 * @param {Me} made.me
 * @param {string} made.brand
 * @param {(brand: string) => void} made.chosen
 * @param {(error: unknown) => void} made.failed
 * @param {AbortSignal} signal
 * @param {Words} words
 */
export function brandChooser({ me, brand, chosen, failed }, signal, words) {
  const field = el("select", { "aria-label": words.brand, onchange: () => chosen(field.value) });
  const offer = (/** @type {string[]} */ names) => {
    const offered = me.brands === null ? ["", ...names] : names; // a key for some brands checks nothing without one
    const now = offered.includes(field.value || brand) ? field.value || brand : (offered[0] ?? "");
    field.replaceChildren(...offered.map((name) => el("option", { value: name }, name || words.noBrand)));
    field.value = now;
    if (now !== brand) chosen(now);
  };
  const mayRead = me.scopes.includes("read") || me.scopes.includes("admin");
  if (me.brands !== null || !mayRead) offer(me.brands ?? []);
  else {
    field.append(el("option", { value: brand }, brand || words.noBrand));
    all("/v1/brands", signal)
      .then((brands) => offer(brands.map((one) => one.name)))
      .catch((error) => signal.aborted || failed(error));
  }
  return field;
}

/**
 * @param {(file: File) => void} open
 * @param {Words} words
 */
export function fileChooser(open, words) {
  const chosen = () => {
    const [file] = field.files ?? [];
    if (file) open(file);
    field.value = "";
  };
  const field = el("input", {
    type: "file",
    accept: ".docx,.md,.txt,.html,.htm",
    hidden: true,
    "aria-label": words.open,
    onchange: chosen,
  });
  return el("span", {}, field, el("button", { onclick: () => field.click() }, words.open));
}

/**
 * What the colours mean, and how many passages have each.
 * @param {Words} words
 */
export function legend(words) {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, el("span", { class: "count" })]));
  const node = el(
    "ul",
    { class: "legend", "aria-label": words.legend },
    ...KINDS.map((kind) => el("li", {}, chip(kind, words), counts[kind])),
  );
  /** @param {(import("../../findings.js").Kind | null)[]} kinds of the passages */
  const count = (kinds) => {
    for (const kind of KINDS) counts[kind].textContent = String(kinds.filter((k) => k === kind).length || NOTHING);
  };
  return { node, count };
}
