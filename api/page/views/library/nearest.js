/** Which known passages a text is like, and why they count as its source or do not. */

import { alike } from "../../alike.js";
import { el } from "../../elements.js";
import { genreNames } from "../../genres.js";
import { kindMark } from "../../kind.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { ask } from "../../service.js";
import { library } from "../../words/library.js";
import { linkTo, percent } from "./pieces.js";

/** @typedef {import("../../types.js").Schemas["NearPassage"]} Near */

/** What was asked last, which another language or view leaves as it is. */
const asked = {
  text: "",
  of: "",
  found: /** @type {Near[] | null} */ (null),
  names: /** @type {Map<string, string>} */ (new Map()),
};

/** @param {import("../library.js").Part} part */
export function nearestView({ signal }) {
  const words = say(library);
  const field = el("textarea", {
    id: "passage",
    rows: 4,
    required: true,
    oninput: () => {
      asked.text = field.value;
    },
  });
  field.value = asked.text;
  const button = el("button", { class: "primary" }, words.compare);
  const place = el("div", { class: "near", "aria-live": "polite" });

  async function compare() {
    button.disabled = true;
    place.replaceChildren(el("p", { class: "faint" }, words.comparing));
    const body = { text: asked.text, count: 5 };
    try {
      const [found, names] = await Promise.all([
        ask("/v1/corpus/nearest", { method: "POST", body, signal }),
        genreNames(signal),
      ]);
      Object.assign(asked, { found: found.items, names, of: body.text });
      place.replaceChildren(...results());
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(failure(error, { label: words.retry, again: compare }));
    }
    button.disabled = false;
  }

  function results() {
    if (asked.found === null) return [];
    if (!asked.found.length) return [el("p", {}, words.nothingNear)];
    return [
      el("h2", {}, words.nearestResults, " ", el("small", {}, words.equalWords)),
      el("ol", {}, ...asked.found.map(result)),
    ];
  }

  function result(/** @type {Near} */ near) {
    const genre = asked.names.get(near.genre) ?? near.genre;
    return el(
      "li",
      {},
      el(
        "p",
        { class: "bar" },
        near.kind ? kindMark(near.kind) : el("span", { class: "kind" }, words.noKind),
        el("span", { class: "faint" }, [genre, words.similarity(percent(near.similarity))].filter(Boolean).join(" · ")),
        el("a", { href: linkTo(near.item_id), "aria-label": `${words.whole} ${near.item_id}` }, words.whole),
      ),
      el("blockquote", {}, ...alike(near.text, asked.of)),
      el("p", { lang: "zh-CN" }, near.judgement),
    );
  }

  place.append(...results());
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    compare();
  };
  return el(
    "div",
    {},
    el(
      "form",
      { class: "fields", onsubmit: submitted },
      el("p", {}, words.nearestAbout),
      el("label", { for: "passage" }, words.passage),
      field,
      el("p", {}, button),
    ),
    place,
  );
}
