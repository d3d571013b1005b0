/** A question before what cannot be undone. */

import { el } from "./elements.js";
import { say } from "./language.js";
import { shell } from "./words/shell.js";

/**
 * Asks over the page, and gives the focus back afterwards.
 * @param {string} question what will become of it
 * @param {string} yes what the button says that does it
 * @returns {Promise<boolean>} false for no, for Escape, and where the view is left
 */
export function confirmed(question, yes) {
  return new Promise((resolve) => {
    const asked = el(
      "dialog",
      { class: "question", "aria-label": question },
      el("p", {}, question),
      el(
        "div",
        { class: "bar" },
        el("button", { type: "button", class: "danger", onclick: () => asked.close("yes") }, yes),
        el("button", { type: "button", autofocus: true, onclick: () => asked.close() }, say(shell).no),
      ),
    );
    const left = () => asked.close();
    addEventListener("hashchange", left);
    asked.addEventListener("close", () => {
      removeEventListener("hashchange", left);
      asked.remove();
      resolve(asked.returnValue === "yes");
    });
    document.body.append(asked);
    asked.showModal();
  });
}
