/** A score as a dial: a half circle with the number in it, how sure it is, and a sentence beside it. */

import { el, svg } from "./elements.js";

const LENGTH = Math.PI * 40;
const HALF = "M10 52 A40 40 0 0 1 90 52";

/** @typedef {"good" | "fair" | "bad" | "unsure"} Level */

/**
 * @param {string} name
 * @param {{score: number, uncertainty?: number}} figure 0-100
 * @param {object} told
 * @param {Level} told.level what colours it
 * @param {string} told.sentence
 * @param {{words: string, better: boolean} | null} [told.moved] since the version before
 * @param {...(Node | null)} actions
 */
export function dial(name, { score, uncertainty }, { level, sentence, moved }, ...actions) {
  const shown = Math.round(score);
  return el(
    "figure",
    { class: `dial ${level}` },
    el(
      "div",
      { class: "face" },
      svg(
        "svg",
        { viewBox: "0 0 100 56", "aria-hidden": "true" },
        svg("path", { class: "track", d: HALF }),
        shown > 0 &&
          svg("path", { class: "value", d: HALF, "stroke-dasharray": `${(LENGTH * shown) / 100} ${LENGTH}` }),
      ),
      el("b", {}, String(shown)),
      uncertainty !== undefined && el("small", {}, `±${Math.round(uncertainty)}`),
    ),
    el(
      "figcaption",
      {},
      el("h3", {}, name, moved && el("small", { class: moved.better ? "better" : "worse" }, moved.words)),
      el("p", {}, sentence),
      ...actions,
    ),
  );
}
