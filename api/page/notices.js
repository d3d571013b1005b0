/** What went wrong or well, said where it can be heard: errors in words with what to do, and an undo where there is one. */

import { el } from "./elements.js";
import { Refused } from "./service.js";

const SHOWN = 8_000; // milliseconds that a message stays

/**
 * An error as a reader is told of it.
 * @param {unknown} error
 * @returns {string}
 */
export function inWords(error) {
  if (!(error instanceof Refused)) return String(error instanceof Error ? error.message : error);
  const remedies = error.errors.map((wrong) => wrong.remedy).filter((remedy) => !error.message.includes(remedy));
  return [error.message, ...remedies].join("；");
}

/**
 * An error where it happened, with a button that tries again.
 * @param {unknown} error
 * @param {{label: string, again: () => void}} [retry]
 */
export function failure(error, retry) {
  return el(
    "p",
    { class: "failure", role: "alert" },
    inWords(error),
    retry && el("button", { onclick: retry.again }, retry.label),
  );
}

/**
 * A message at the foot of the page that goes away by itself, though not from under a hand.
 * @param {string} message
 * @param {{label: string, action: () => void}} [offer] something that can be done about it, as undoing
 */
export function tell(message, offer) {
  const region = document.getElementById("messages");
  const taken = () => {
    offer?.action();
    made.remove();
  };
  const made = el("p", { class: "message" }, message, offer && el("button", { onclick: taken }, offer.label));
  const passing = () => {
    if (made.matches(":hover, :focus-within")) setTimeout(passing, SHOWN);
    else made.remove();
  };
  region?.replaceChildren(made);
  setTimeout(passing, SHOWN);
}
