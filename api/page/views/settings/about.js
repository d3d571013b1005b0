/** What this program is and rests on, and who is using it. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { ask } from "../../service.js";
import { settings } from "../../words/settings.js";

/** @type {import("../settings.js").Section} */
export function about({ me, signal }) {
  const words = say(settings);
  const show = (/** @type {Record<string, string>} */ info) => {
    const facts = {
      [words.version]: `contentcheck ${info.version}`,
      [words.model]: `${info.model} ${info.revision}`,
      [words.library]: info.library_version,
      [words.calibration]: info.calibration,
      [words.you]: me.name,
      [words.scopes]: me.scopes
        .map((scope) => words.scope[/** @type {keyof typeof words.scope} */ (scope)].name)
        .join(words.comma),
      [words.brands]: me.brands === null ? words.allBrands : me.brands.join(words.comma),
    };
    return el("dl", {}, ...Object.entries(facts).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  };
  return el(
    "div",
    {},
    loaded((signal) => ask("/v1/info", { signal }), show, signal),
    el("p", { class: "faint" }, words.aboutAbout),
    el("p", {}, el("a", { href: "/docs" }, words.interface)),
  );
}
