/** The language of the page. */

import { el } from "../../elements.js";
import { choose, language, say } from "../../language.js";
import { settings } from "../../words/settings.js";

const NAMES = /** @type {const} */ ([
  ["zh", "中文", "zh-CN"],
  ["en", "English", "en"],
]);

/** @type {import("../settings.js").Section} */
export function chooseLanguage() {
  const words = say(settings);
  const choices = NAMES.map(([name, label, tag]) => {
    const chosen = () => {
      choose(name);
      dispatchEvent(new HashChangeEvent("hashchange")); // everything is said anew
    };
    const radio = el("input", { type: "radio", name: "language", checked: language() === name, onchange: chosen });
    return el("label", { class: "choice", lang: tag }, radio, label);
  });
  return el(
    "fieldset",
    {},
    el("legend", {}, words.sections.language),
    ...choices,
    el("p", { class: "faint" }, words.languageAbout),
  );
}
