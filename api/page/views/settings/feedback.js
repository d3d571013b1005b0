/** What editors said of reports, newest first, to be read and taken out again. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { failure } from "../../notices.js";
import { may } from "../../rights.js";
import { all, ask } from "../../service.js";
import { settings } from "../../words/settings.js";
import { opinionCard } from "./opinion_card.js";

/** @typedef {import("../../types.js").Schemas["ListedFeedback"]} Listed */
/** @typedef {import("../../service.js").Page<Listed>} Page */

const ABOUT = /** @type {const} */ (["homogeneity", "relevance", "promotion", "repetition", "title"]);
const AT_ONCE = 20;

/** Which are shown; empty: whatever it is. */
const filters = { brand: "", about: "", agrees: "" };

/** @type {import("../settings.js").Section} */
export function feedback({ me, signal }) {
  const words = say(settings);
  const place = el("div");
  let leaving = new AbortController();

  function show() {
    leaving.abort();
    leaving = new AbortController();
    const wanted = AbortSignal.any([signal, leaving.signal]);
    place.replaceChildren(
      loaded(
        (signal) => page("", signal),
        (first) => list(first, wanted),
        wanted,
      ),
    );
  }

  /**
   * @param {keyof typeof filters} name
   * @param {string} label
   * @param {[string, string][]} options value and label
   */
  function filter(name, label, options) {
    const made = [["", words.any], ...options].map(([value, text]) =>
      el("option", { value, selected: value === filters[name] }, text),
    );
    const chosen = () => {
      filters[name] = select.value;
      show();
    };
    const select = el("select", { onchange: chosen }, ...made);
    return el("label", { class: "bar" }, label, select);
  }

  const ofBrand = (/** @type {{name: string}[]} */ brands) => {
    if (!brands.some(({ name }) => name === filters.brand)) filters.brand = "";
    show();
    return el(
      "div",
      { class: "bar filters" },
      brands.length > 0 &&
        filter(
          "brand",
          words.brand,
          brands.map(({ name }) => [name, name]),
        ),
      filter(
        "about",
        words.about,
        ABOUT.map((about) => [about, words.scores[about]]),
      ),
      filter("agrees", words.opinion, [
        ["false", words.disagrees],
        ["true", words.agrees],
      ]),
    );
  };
  const brands = async (/** @type {AbortSignal} */ signal) => (may(me, "read") ? all("/v1/brands", signal) : []);
  return el("div", {}, el("p", { class: "faint" }, words.feedbackAbout), loaded(brands, ofBrand, signal), place);
}

/**
 * @param {string} cursor
 * @param {AbortSignal} signal
 * @returns {Promise<Page>}
 */
function page(cursor, signal) {
  const given = Object.entries({ ...filters, cursor }).filter(([, value]) => value !== "");
  const query = new URLSearchParams([["order", "newest"], ["limit", String(AT_ONCE)], ...given]);
  return ask(`/v1/feedback?${query}`, { signal });
}

/**
 * @param {Page} first
 * @param {AbortSignal} signal
 */
function list(first, signal) {
  const words = say(settings);
  const cards = el("ul", { class: "opinions" });
  const more = el("button", { type: "button", onclick: follow }, words.more);
  const none = el("p", {}, words.noFeedback);
  const trouble = el("div");
  let next = first.next;

  /** @param {Page} got */
  function add(got) {
    cards.append(...got.items.map((item) => opinionCard(item, signal, removed)));
    next = got.next;
    more.hidden = next === null;
    none.hidden = cards.children.length > 0;
  }

  function removed() {
    none.hidden = cards.children.length > 0;
  }

  async function follow() {
    more.disabled = true;
    trouble.replaceChildren();
    try {
      const got = await page(next ?? "", signal);
      add(got);
    } catch (error) {
      if (!signal.aborted) trouble.replaceChildren(failure(error));
    }
    more.disabled = false;
  }

  add(first);
  return el("div", {}, cards, none, more, trouble);
}
