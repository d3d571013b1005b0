/** The versions of this session side by side, over the page. */

import { el } from "../../elements.js";
import { session } from "./session.js";
import { versionsView } from "./versions.js";

/**
 * @param {import("./sentences.js").Words} words
 */
export function compare(words) {
  const dialog = el(
    "dialog",
    { class: "comparing", "aria-label": words.versionsTitle, onclose: () => dialog.remove() },
    el("button", { onclick: () => dialog.close() }, words.close),
    versionsView(session.versions),
  );
  document.getElementById("main")?.append(dialog);
  dialog.showModal();
}
