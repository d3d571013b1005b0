/** An editor's word on a finding in one click: “this is judged wrong”, with undo. */

import { el } from "./elements.js";
import { say } from "./language.js";
import { inWords } from "./notices.js";
import { ask, Refused } from "./service.js";
import { opinion } from "./words/opinion.js";

/**
 * @typedef {object} Finding what is meant
 * @property {import("./types.js").Report} report
 * @property {string} text of the draft
 * @property {"homogeneity" | "relevance" | "promotion" | "repetition" | "title"} about
 * @property {number | null} [passage] its number in the report; null: the whole draft
 * @property {string | null} [brand] that the report was made for
 */

/** @type {Map<string, number>} numbers of the opinions given in this tab: what is shown again is shown as given */
const given = new Map();

/**
 * @param {Finding} finding
 * @returns {HTMLElement} a button; once clicked, that it was noted, and a button that takes it back
 */
export function disagree({ report, text, about, passage = null, brand = null }) {
  const words = say(opinion);
  const name = JSON.stringify([text, brand, about, passage]);
  const made = el("span", { class: "opinion", role: "status" });

  async function give() {
    const body = { report, text, about, passage, brand, agrees: false };
    given.set(name, (await ask("/v1/feedback", { method: "POST", body })).id);
  }

  async function takeBack() {
    await ask(`/v1/feedback/${given.get(name)}`, { method: "DELETE" }).catch(unlessGone);
    given.delete(name);
  }

  /** @param {() => Promise<void>} doing */
  const doing = (doing) => async (/** @type {Event} */ event) => {
    const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
    const focused = button === document.activeElement;
    button.disabled = true;
    let trouble = "";
    await doing().catch((error) => {
      trouble = inWords(error);
    });
    show(trouble);
    if (focused) made.querySelector("button")?.focus();
  };

  function show(trouble = "") {
    const [said, label, act] = given.has(name) ? [words.noted, words.undo, takeBack] : ["", words.wrong, give];
    made.replaceChildren(
      said,
      el("button", { type: "button", class: "quiet", onclick: doing(act) }, label),
      trouble && el("span", { class: "failure" }, trouble),
    );
  }

  show();
  return made;
}

/** @param {unknown} error one that was deleted elsewhere is taken back as well */
function unlessGone(error) {
  if (!(error instanceof Refused && error.status === 404)) throw error;
}
