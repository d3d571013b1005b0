/** A choice among the brands that the reader may see. */

import { el } from "../../elements.js";
import { inWords, tell } from "../../notices.js";
import { all } from "../../service.js";

/**
 * @param {object} told
 * @param {string} told.chosen name of the brand; empty: none
 * @param {string} [told.all] what having chosen none is called, where that is a choice
 * @param {(names: string[]) => void} [told.known] called once the brands are there
 * @param {AbortSignal} told.signal
 * @returns {HTMLSelectElement}
 */
export function brandChoice({ chosen, all: none, known, signal }) {
  const option = (/** @type {string} */ name) => el("option", { value: name, selected: name === chosen }, name);
  const first = none === undefined ? [] : [el("option", { value: "" }, none)];
  const choice = el("select", { class: "brand" }, ...first, chosen && option(chosen));
  all("/v1/brands", signal).then(
    (brands) => {
      const names = brands.map(({ name }) => name);
      choice.append(...names.filter((name) => name !== chosen).map(option));
      known?.(names);
    },
    (error) => signal.aborted || tell(inWords(error)),
  );
  return choice;
}
