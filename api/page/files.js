/** Files from the reader, chosen by a button or dropped, and for the reader. */

import { el } from "./elements.js";

const KEPT = 60_000; // milliseconds that the browser may take to begin saving

/**
 * @param {string} label
 * @param {object} asked
 * @param {string} asked.accept endings of names, with commas between
 * @param {boolean} [asked.multiple] whether several may be chosen at once
 * @param {string} [asked.look] class of the button
 * @param {(files: File[]) => void} asked.take called with at least one
 * @returns {HTMLElement}
 */
export function fileButton(label, { accept, multiple = false, look, take }) {
  const field = el("input", { type: "file", accept, multiple, hidden: true });
  field.addEventListener("change", () => {
    const files = [...(field.files ?? [])];
    field.value = ""; // the same file, mended, may be chosen again
    if (files.length) take(files);
  });
  return el("span", {}, el("button", { type: "button", class: look, onclick: () => field.click() }, label), field);
}

/**
 * Lets files be dropped on an element, which has the class `dropping` while they are held over it. Dropped text is none of
 * its business.
 * @template {HTMLElement} Target
 * @param {Target} target
 * @param {(files: File[]) => void} take called with at least one
 * @returns {Target}
 */
export function droppable(target, take) {
  const leave = () => target.classList.remove("dropping");
  target.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    target.classList.add("dropping");
  });
  target.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && target.contains(event.relatedTarget))) leave();
  });
  target.addEventListener("drop", (event) => {
    leave();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  return target;
}

/**
 * @param {Blob} content
 * @param {string} name
 */
export function saveFile(content, name) {
  const url = URL.createObjectURL(content);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}
