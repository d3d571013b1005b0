/** The library of known pieces: browsed, searched, added to, and counted. */

import { el } from "../elements.js";
import { say } from "../language.js";
import { may } from "../rights.js";
import { library } from "../words/library.js";
import { addingView } from "./library/adding.js";
import { browseView } from "./library/browse.js";
import { nearestView } from "./library/nearest.js";
import { pieceView } from "./library/piece.js";
import { statisticsView } from "./library/statistics.js";

/**
 * @typedef {object} Part what a part of this view is made with
 * @property {AbortSignal} signal
 * @property {boolean} mayChange
 * @property {string} id of the piece that is meant, if any
 */

/** @type {Record<string, (part: Part) => Node>} */
const PARTS = {
  browse: browseView,
  nearest: nearestView,
  add: addingView,
  statistics: statisticsView,
  piece: pieceView,
};

/** @type {import("../app.js").View} */
export function view({ parts: [asked = "browse", id = ""], signal, me }) {
  const words = say(library);
  const mayChange = may(me, "write") && me.brands === null; // the library is common to all brands
  const name = PARTS[asked] && (asked !== "add" || mayChange) ? asked : "browse";
  const links = Object.entries(words.tabs)
    .filter(([tab]) => tab !== "add" || mayChange)
    .map(([tab, label]) =>
      el(
        "a",
        { href: tab === "browse" ? "#/library" : `#/library/${tab}`, "aria-current": tab === name && "page" },
        label,
      ),
    );
  return el(
    "section",
    { class: "library" },
    el("h1", {}, words.title),
    el("nav", { class: "tabs", "aria-label": words.tabsLabel }, ...links),
    !mayChange && el("p", { class: "faint" }, words.readOnly),
    PARTS[name]({ signal, mayChange, id }),
  );
}
