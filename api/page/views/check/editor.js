/**
 * The draft: a text field above a copy of its text. The field is what is written in, with the browser's own undo; the copy,
 * one text node, is what passages are painted on, since nothing inside a field can be.
 */

import { el } from "../../elements.js";

/** @typedef {ReturnType<typeof editor>} Editor */

/**
 * @param {object} made
 * @param {string} made.text
 * @param {string} made.label
 * @param {string} made.hint
 * @param {(added: number, pasted: boolean) => void} made.changed after the copy was brought up to date: how many UTF-16 units
 *   are new
 */
export function editor({ text, label, hint, changed }) {
  const copy = document.createTextNode("");
  const field = el("textarea", { class: "paper", "aria-label": label, placeholder: hint, spellcheck: "false" });
  // Without a character after the last line break the copy would be one line shorter than the field.
  const node = el(
    "div",
    { class: "editor" },
    el("div", { class: "paper", "aria-hidden": "true" }, copy, "\u200b"),
    field,
  );
  field.value = flat(text);
  copy.data = field.value;

  field.addEventListener("input", (event) => {
    if (field.value === copy.data) return; // what is written at once is told of once for every line
    const { isComposing, inputType = "" } = /** @type {InputEvent} */ (event);
    const added = follow(copy, field.value);
    if (!isComposing) changed(added, inputType === "insertFromPaste" || inputType === "insertFromDrop");
  });
  field.addEventListener("compositionend", () => changed(0, false));

  return {
    node,
    field,
    copy,
    /**
     * Written in as if by hand, so that it can be undone.
     * @param {string} words
     * @param {number} start units; from here
     * @param {number} end to here
     */
    write(words, start, end) {
      field.focus({ preventScroll: true });
      field.setSelectionRange(start, end);
      document.execCommand("insertText", false, flat(words));
    },
    /** @param {string} words in place of everything; what was written before cannot be undone */
    show(words) {
      field.value = flat(words);
      follow(copy, field.value);
    },
  };
}

/**
 * Line breaks as a text field has them; every character keeps its place.
 * @param {string} text
 */
const flat = (text) => text.replaceAll("\r\n", " \n").replaceAll("\r", "\n");

/**
 * Bring the copy up to date where it differs, so that ranges before and after stay on their words.
 * @param {Text} copy
 * @param {string} text
 * @returns {number} how many units are new
 */
function follow(copy, text) {
  const old = copy.data;
  const most = Math.min(old.length, text.length);
  let start = 0;
  while (start < most && old[start] === text[start]) start += 1;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
  copy.replaceData(start, old.length - end - start, text.slice(start, text.length - end));
  return text.length - end - start;
}
