/** A question before what cannot be taken back. */

import { el } from "../../elements.js";

/**
 * @param {string} question
 * @param {{yes: string, no: string}} answers
 * @returns {Promise<boolean>} false too if the question is put away by Escape
 */
export function confirmed(question, { yes, no }) {
  return new Promise((resolve) => {
    const asked = el(
      "dialog",
      { class: "confirm", "aria-label": question },
      el("p", {}, question),
      el(
        "div",
        { class: "bar" },
        el("button", { class: "danger", onclick: () => asked.close("yes") }, yes),
        el("button", { autofocus: true, onclick: () => asked.close() }, no),
      ),
    );
    asked.addEventListener("close", () => {
      asked.remove();
      resolve(asked.returnValue === "yes");
    });
    document.body.append(asked);
    asked.showModal();
  });
}
