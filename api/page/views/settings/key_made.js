/** A key just made, shown until its owner says that it is in a safe place. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { tell } from "../../notices.js";
import { settings } from "../../words/settings.js";

/** @type {{name: string, key: string} | null} */
let made = null;

/** @param {{name: string, key: string}} key */
export function keepShown(key) {
  made = key;
}

/** @returns {Node | null} */
export function madeKey() {
  if (made === null) return null;
  const words = say(settings);
  const field = el("input", {
    id: "made-key",
    class: "made-key",
    readonly: true,
    value: made.key,
    spellcheck: "false",
  });
  async function copied() {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      tell(words.copied);
    } catch {
      tell(words.copyYourself); // not over plain HTTP from another machine
    }
  }
  const stored = () => {
    made = null;
    node.remove();
  };
  const node = el(
    "div",
    { class: "made" },
    el("p", { role: "alert" }, words.keyMade(made.name)),
    el("label", { for: "made-key" }, words.theKey),
    el(
      "div",
      { class: "bar" },
      field,
      el("button", { type: "button", class: "primary", onclick: copied }, words.copy),
      el("button", { type: "button", onclick: stored }, words.stored),
    ),
  );
  return node;
}
