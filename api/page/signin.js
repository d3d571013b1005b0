/** Signing in: a key for this tab. */

import { el } from "./elements.js";
import { say } from "./language.js";
import { useKey } from "./service.js";
import { shell } from "./words/shell.js";

/**
 * @param {boolean} refused whether a key was given that is not live
 * @param {() => void} done called once a key was given; a wrong one leads here again
 * @returns {Node}
 */
export function signIn(refused, done) {
  const words = say(shell);
  const field = el("input", {
    id: "key",
    type: "password",
    autocomplete: "current-password",
    required: true,
    placeholder: words.keyHint,
  });
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    useKey(field.value.trim());
    done();
  };
  return el(
    "form",
    { class: "sign-in", onsubmit: submitted },
    el("h1", {}, words.signIn),
    el("p", {}, words.welcome),
    refused && el("p", { class: "failure", role: "alert" }, words.wrongKey),
    el("label", { for: "key" }, words.key),
    field,
    el("button", { class: "primary" }, words.signIn),
  );
}
