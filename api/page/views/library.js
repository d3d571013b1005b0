import { el } from "../elements.js";

/** @type {import("../app.js").View} */
export function view() {
  return el("section", {}, el("h1", {}, "library"));
}
