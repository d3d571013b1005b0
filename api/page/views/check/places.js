/** Buttons that lead to places of the draft. */

import { el } from "../../elements.js";
import { kindMark } from "../../kind.js";

/** @typedef {import("./steps.js").Place} Place */
/** @typedef {import("./sentences.js").Words} Words */

/**
 * @param {Place} place
 * @param {Words} words
 * @param {(place: Place) => void} open
 */
export function placeButton(place, words, open) {
  const text = place.paragraph === undefined ? place.text : words.paragraph(place.paragraph + 1, place.text);
  const kind = place.paragraph === undefined && place.kind;
  return el(
    "button",
    { class: "place", onclick: () => open(place), "data-passage": place.passage },
    kind && kindMark(kind),
    kind && " ",
    el("span", { class: "excerpt" }, text),
  );
}
