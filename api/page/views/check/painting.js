/** Passages coloured by what is wrong with them. Ranges move with the text, so that colours stay while it is edited. */

import { KINDS, kindsOf } from "../../findings.js";
import { offsetsOf } from "../../offsets.js";

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("../../findings.js").Kind} Kind */
/** @typedef {{range: Range, text: string, kind: Kind | null}} Mark */
/** @typedef {ReturnType<typeof painting>} Painting */

const CHOSEN = "chosen";

/**
 * @param {Text} copy of the draft
 * @param {AbortSignal} signal ends the painting
 */
export function painting(copy, signal) {
  /** @type {Mark[]} of each passage */
  let marks = [];
  const layers = Object.fromEntries(KINDS.map((kind) => [kind, new Highlight()]));
  const chosen = new Highlight();
  chosen.priority = 1;
  for (const kind of KINDS) CSS.highlights.set(kind, layers[kind]);
  CSS.highlights.set(CHOSEN, chosen);
  signal.addEventListener("abort", () => CSS.highlights.clear());

  /**
   * @param {number} start units
   * @param {number} end units
   */
  function rangeOf(start, end) {
    const range = new Range();
    range.setStart(copy, Math.min(start, copy.length));
    range.setEnd(copy, Math.min(end, copy.length));
    return range;
  }

  return {
    /**
     * @param {Report} report of the text as the copy has it now
     */
    paint(report) {
      const { toUnits } = offsetsOf(copy.data);
      const kinds = kindsOf(report);
      for (const kind of KINDS) layers[kind].clear();
      chosen.clear();
      marks = report.passages.map(({ start, end }, number) => {
        const range = rangeOf(toUnits(start), toUnits(end));
        const kind = kinds[number];
        if (kind) layers[kind].add(range);
        return { range, text: range.toString(), kind };
      });
    },
    /** Nothing is painted. */
    clear() {
      marks = [];
      for (const kind of KINDS) layers[kind].clear();
      chosen.clear();
    },
    /** After an edit: what was said of a passage is not said of other words. */
    fade() {
      for (const mark of marks)
        if (mark.kind && mark.range.toString() !== mark.text) {
          layers[mark.kind].delete(mark.range);
          mark.kind = null;
        }
    },
    /**
     * @param {number} unit
     * @returns {number | null} the coloured passage there
     */
    at(unit) {
      const number = marks.findIndex(({ kind, range }) => kind && range.startOffset <= unit && unit < range.endOffset);
      return number < 0 ? null : number;
    },
    /**
     * @param {number | null} number the passage to point out
     * @returns {Range | null} where it stands now
     */
    choose(number) {
      chosen.clear();
      const range = number === null ? undefined : marks[number]?.range;
      if (range) chosen.add(range);
      return range ?? null;
    },
    /**
     * Point out a span of the report.
     * @param {number} start code points
     * @param {number} end
     */
    point(start, end) {
      const { toUnits } = offsetsOf(copy.data);
      const range = rangeOf(toUnits(start), toUnits(end));
      chosen.clear();
      chosen.add(range);
      return range;
    },
  };
}
