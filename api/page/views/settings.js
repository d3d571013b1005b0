/** Settings: what counts, what may be published, who may come in, what editors have said, and what this program is. */

import { el } from "../elements.js";
import { say } from "../language.js";
import { may, mayManageKeys } from "../rights.js";
import { settings } from "../words/settings.js";
import { about } from "./settings/about.js";
import { feedback } from "./settings/feedback.js";
import { keys } from "./settings/keys.js";
import { chooseLanguage } from "./settings/language.js";
import { policy } from "./settings/policy.js";
import { thresholds } from "./settings/thresholds.js";

/** @typedef {import("../app.js").Me} Me */
/** @typedef {(place: {me: Me, signal: AbortSignal}) => Node} Section */
/** @typedef {keyof typeof settings.zh.sections} Name */

/** @type {Record<Name, {offered: (me: Me) => boolean, show: Section}>} */
const SECTIONS = {
  thresholds: { offered: (me) => may(me, "read"), show: thresholds },
  policy: { offered: (me) => may(me, "read"), show: policy },
  feedback: { offered: (me) => may(me, "feedback"), show: feedback },
  keys: { offered: mayManageKeys, show: keys },
  language: { offered: () => true, show: chooseLanguage },
  about: { offered: () => true, show: about },
};

/** @type {import("../app.js").View} */
export function view({ parts: [wanted], signal, me }) {
  const words = say(settings);
  const offered = /** @type {Name[]} */ (Object.keys(SECTIONS)).filter((name) => SECTIONS[name].offered(me));
  const section = el("div", { class: "setting" });
  const links = offered.map((name) => {
    const opened = (/** @type {MouseEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState(null, "", `#/settings/${name}`); // not a new view: the focus stays on the link
      open(name);
    };
    return { name, link: el("a", { href: `#/settings/${name}`, onclick: opened }, words.sections[name]) };
  });
  let leaving = new AbortController();

  /** @param {Name} name */
  function open(name) {
    leaving.abort();
    leaving = new AbortController();
    for (const each of links) each.link.toggleAttribute("aria-current", false);
    links.find((each) => each.name === name)?.link.setAttribute("aria-current", "page");
    const shown = SECTIONS[name].show({ me, signal: AbortSignal.any([signal, leaving.signal]) });
    section.replaceChildren(el("h2", {}, words.sections[name]), shown);
  }

  open(offered.find((name) => name === wanted) ?? offered[0]);
  const navigation = el("nav", { class: "tabs", "aria-label": words.navigation }, ...links.map((each) => each.link));
  return el("section", { class: "settings" }, el("h1", {}, words.title), navigation, section);
}
