/** A score as a dial: a half circle, the number in it, how sure it is, and a sentence. */

import { el, svg } from "./elements.js";

const LENGTH = Math.PI * 40;
const HALF = "M10 52 A40 40 0 0 1 90 52";

/**
 * @param {string} name
 * @param {{score: number, uncertainty?: number}} figure 0-100
 * @param {{highIsGood: boolean, sentence: string, moved?: string}} told
 */
export function dial(name, { score, uncertainty }, { highIsGood, sentence, moved }) {
  const shown = Math.round(score);
  const good = highIsGood ? shown : 100 - shown;
  const level = good >= 60 ? "good" : good >= 40 ? "fair" : "bad";
  return el(
    "figure",
    { class: `dial ${level}`, role: "group", "aria-label": `${name} ${shown}` },
    svg(
      "svg",
      { viewBox: "0 0 100 56", "aria-hidden": "true" },
      svg("path", { class: "track", d: HALF }),
      svg("path", { class: "value", d: HALF, "stroke-dasharray": `${(LENGTH * shown) / 100} ${LENGTH}` }),
    ),
    el("output", {}, String(shown)),
    el("figcaption", {}, name, uncertainty !== undefined && el("small", {}, ` ± ${Math.round(uncertainty)}`)),
    el("p", {}, sentence),
    moved && el("p", { class: "moved" }, moved),
  );
}
