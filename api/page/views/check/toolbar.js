/** Above the draft: the brand it is held against, and what the colours mean. */

import { el } from "../../elements.js";
import { KINDS } from "../../findings.js";
import { kindMark } from "../../kind.js";
import { may } from "../../rights.js";
import { all } from "../../service.js";

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
  let wanted = brand;
  const field = el("select", { "aria-label": words.brand, onchange: () => choose(field.value) });
  const choose = (/** @type {string} */ name) => {
    wanted = name;
    chosen(name);
  };
  const option = (/** @type {string} */ name) => el("option", { value: name }, name || words.noBrand);
  const offer = (/** @type {string[]} */ names) => {
    const offered = me.brands === null ? ["", ...names] : names; // a key for some brands checks nothing without one
    field.replaceChildren(...offered.map(option));
    if (!offered.includes(wanted)) choose(offered[0] ?? "");
    field.value = wanted;
  };
  /** @param {string} name of the draft that is shown now */
  const show = (name) => {
    wanted = name;
    if (![...field.options].some((one) => one.value === name)) field.append(option(name));
    field.value = name;
  };
  if (me.brands !== null || !may(me, "read")) offer(me.brands ?? []);
  else {
    show(brand);
    all("/v1/brands", signal)
      .then((brands) => offer(brands.map((one) => one.name)))
      .catch((error) => signal.aborted || failed(error));
  }
  return { field, show };
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
    ...KINDS.map((kind) => el("li", {}, kindMark(kind), counts[kind])),
  );
  /** @param {(import("../../findings.js").Kind | null)[]} kinds of the passages */
  const count = (kinds) => {
    for (const kind of KINDS) counts[kind].textContent = String(kinds.filter((k) => k === kind).length || NOTHING);
  };
  return { node, count };
}
