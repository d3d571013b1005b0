/** How many pieces there are, by genre and by month. */

import { chart } from "../../chart.js";
import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { ask } from "../../service.js";
import { library } from "../../words/library.js";
import { number } from "./pieces.js";

/** @typedef {import("./pieces.js").Stats} Stats */

/** @param {import("../library.js").Part} part */
export function statisticsView({ signal }) {
  const words = say(library);
  const figures = el("div", { class: "figures" }, words.loading);
  const table = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": words.byGenre });

  async function load() {
    try {
      const stats = /** @type {Stats} */ (await ask("/v1/corpus/stats", { signal }));
      figures.replaceChildren(...counted(stats));
      table.replaceChildren(byGenre(stats));
    } catch (error) {
      if (!signal.aborted) figures.replaceChildren(failure(error, { label: words.retry, again: load }));
    }
  }

  function counted(/** @type {Stats} */ stats) {
    const names = /** @type {(keyof typeof words.figures)[]} */ (Object.keys(words.figures));
    return [
      el(
        "dl",
        {},
        ...names.map((name) => el("div", {}, el("dt", {}, words.figures[name]), el("dd", {}, number(stats[name])))),
      ),
      el("p", { class: "faint" }, words.edition(stats.edition)),
    ];
  }

  function byGenre(/** @type {Stats} */ stats) {
    const rows = [...stats.genres].sort((a, b) => b.own - a.own || b.shipped - a.shipped);
    return el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...words.columns.map((column) => el("th", { scope: "col" }, column)))),
      el(
        "tbody",
        {},
        ...rows.map(({ genre, name, own, shipped }) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, name || genre || words.noGenre),
            el("td", {}, number(own)),
            el("td", {}, number(shipped)),
          ),
        ),
      ),
    );
  }

  load();
  return el(
    "div",
    { class: "statistics" },
    figures,
    el("h2", {}, words.byMonth),
    chart("/v1/charts/library?by=month", { label: words.byMonth, signal }),
    el("h2", {}, words.byGenre),
    chart("/v1/charts/library?by=genre", { label: words.byGenre, signal }),
    table,
  );
}
