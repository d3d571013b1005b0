/** The end of a brand: asked for by its name, since its posts go with it and cannot be put back. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure, tell } from "../../notices.js";
import { ask } from "../../service.js";
import { brands } from "../../words/brands.js";
import { endBelow } from "./edits.js";
import { brandAt } from "./stored.js";

/** @param {string} name */
export function removal(name) {
  const words = say(brands);
  const told = el("div", {});
  const button = el("button", { class: "danger", disabled: true }, words.remove);
  const field = el("input", {
    id: "remove",
    autocomplete: "off",
    oninput: () => {
      button.disabled = field.value.trim() !== name.trim();
    },
  });
  const submitted = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      await ask(brandAt(name), { method: "DELETE" });
      endBelow(brandAt(name));
      tell(words.deleted(name));
      location.hash = "#/brands";
    } catch (error) {
      told.replaceChildren(failure(error));
    }
  };
  return el(
    "details",
    { class: "removal" },
    el("summary", {}, words.remove),
    el("p", {}, words.removeAbout),
    el(
      "form",
      { onsubmit: submitted },
      el("label", { for: "remove" }, words.removeConfirm(name)),
      el("p", { class: "bar" }, field, button),
    ),
    told,
  );
}
