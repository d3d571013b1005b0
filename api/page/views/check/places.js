/** Buttons that lead to places of the draft. */

import { el } from "../../elements.js";

/** @typedef {import("./steps.js").Place} Place */
/** @typedef {import("./sentences.js").Words} Words */

/**
 * @param {Place} place
 * @param {Words} words
 * @param {(place: Place) => void} open
 */
export function placeButton(place, words, open) {
  const text = place.paragraph === undefined ? place.text : words.paragraph(place.paragraph + 1, place.text);
  const named = place.paragraph === undefined && place.kind;
  return el(
    "button",
    { class: "place", onclick: () => open(place), "data-passage": place.passage },
    named && chip(place.kind, words),
    named && " ",
    el("span", { class: "excerpt" }, text),
  );
}

/**
 * The name of a kind, in its colour and with its line.
 * @param {import("../../findings.js").Kind | null} kind
 * @param {Words} words
 */
export const chip = (kind, words) => kind && el("b", { class: `chip ${kind}` }, words.kind[kind]);
