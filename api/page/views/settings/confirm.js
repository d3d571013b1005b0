/** What cannot be undone is asked about first, in the place of its button. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { settings } from "../../words/settings.js";

/**
 * @param {object} asked
 * @param {string} asked.label of the button
 * @param {string} [asked.of] what it is about, for those who hear the button alone
 * @param {string} asked.question what will become of it
 * @param {() => Promise<void>} asked.act
 */
export function confirmed({ label, of = "", question, act }) {
  const words = say(settings);
  const place = el("div", { class: "confirm" });

  function offer() {
    place.replaceChildren(
      el("button", { type: "button", class: "quiet danger", "aria-label": `${label} ${of}`, onclick: ask }, label),
    );
  }

  function ask() {
    const no = el("button", { type: "button", onclick: refused }, words.no);
    const yes = el("button", { type: "button", class: "danger", onclick: () => done(yes) }, label);
    place.replaceChildren(el("p", { role: "alert" }, question), yes, no);
    no.focus();
  }

  function refused() {
    offer();
    place.querySelector("button")?.focus();
  }

  /** @param {HTMLButtonElement} yes */
  async function done(yes) {
    yes.disabled = true;
    try {
      await act();
    } catch (error) {
      offer();
      place.append(failure(error));
    }
  }

  offer();
  return place;
}
