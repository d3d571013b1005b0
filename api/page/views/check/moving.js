/** From finding to finding: by clicks in the draft, by buttons, by keys. */

import { worstFirst } from "../../findings.js";
import { session } from "./session.js";

/** @typedef {import("./steps.js").Place} Place */

const NARROW = matchMedia("(max-width: 48rem)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const MARGIN = 64; // pixels that a passage keeps from the edges, and from the legend

/**
 * @param {object} parts
 * @param {import("./editor.js").Editor} parts.written
 * @param {import("./painting.js").Painting} parts.colours
 * @param {() => ReturnType<typeof import("./panel.js").panel>} parts.side
 * @param {AbortSignal} signal
 */
export function moving({ written, colours, side }, signal) {
  const { field } = written;

  /** @param {Range | null} range to be seen, above the sheet where there is one */
  function seen(range) {
    if (!range) return;
    const { top, bottom } = range.getBoundingClientRect();
    const foot = NARROW.matches ? side().node.getBoundingClientRect().top : innerHeight;
    if (top >= MARGIN && bottom <= foot - MARGIN) return;
    const by = Math.min((top + bottom - foot) / 2, top - MARGIN);
    scrollBy({ top: by, behavior: STILL.matches ? "auto" : "smooth" });
  }

  /** @param {Place} place */
  function open({ start, end, passage }) {
    session.chosen = passage;
    side().point();
    side().raise(passage !== null);
    const whole = passage === null ? null : session.report?.passages[passage];
    seen(whole && whole.end === end ? colours.choose(passage) : colours.point(start, end));
    if (passage !== null) side().focus();
  }

  function close() {
    const was = session.chosen;
    const inside = side().node.contains(document.activeElement);
    session.chosen = null;
    colours.choose(null);
    side().point();
    if (inside && was !== null) side().back(was);
  }

  /** @param {number} by */
  function move(by) {
    const found = session.report ? worstFirst(session.report) : [];
    if (found.length === 0) return;
    const at = found.findIndex((one) => one.number === session.chosen);
    const next = found[at < 0 ? (by > 0 ? 0 : found.length - 1) : (at + by + found.length) % found.length];
    open({ ...next.passage, passage: next.number, kind: next.kind });
  }

  function clicked() {
    if (!session.report || field.selectionStart !== field.selectionEnd) return;
    const number = colours.at(field.selectionStart);
    if (number === null) {
      if (session.chosen !== null) close();
      return side().raise(false);
    }
    const again = number === session.chosen;
    session.chosen = number;
    side().point();
    side().raise(!again); // a second touch is for writing
    if (NARROW.matches && !again) field.blur();
    seen(colours.choose(number));
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if (key === "Escape" && session.chosen !== null) return close();
    const writing = target instanceof Element && target.matches("input, textarea, select");
    if (writing || ctrlKey || metaKey || altKey) return;
    if (key === "n") move(1);
    if (key === "p") move(-1);
  }

  field.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed, { signal });

  return { open, close, move, seen };
}
