/** The user's own pieces: searched, filtered, removed. */

import { el } from "../../elements.js";
import { genreNames } from "../../genres.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { ask } from "../../service.js";
import { library } from "../../words/library.js";
import { ITEMS, linkTo, nameOf, number, remove, startOf } from "./pieces.js";

/** @typedef {import("../../types.js").Schemas["ListedPiece"]} Listed */

const PAUSE = 250; // milliseconds without a key until what was typed is searched for
const SHOWN = 160; // characters of a text, of which the page shows two lines
const PAGE = 30;

/** What was asked for last, which another language or view leaves as it is. */
const asked = { words: "", genre: "", duplicates: false };

/** @param {import("../library.js").Part} part */
export function browseView({ signal, mayChange }) {
  const words = say(library);
  const counts = el("p", { class: "faint counts" });
  const genres = el("select", { onchange: () => search({ genre: genres.value }) });
  genres.append(el("option", { value: "" }, words.everyGenre));
  const list = el("ul", { class: "pieces", "aria-label": words.list });
  const foot = el("div", { class: "foot", role: "status" }, words.loading);
  const field = el("input", { type: "search", value: asked.words, placeholder: words.searchHint });
  const duplicates = el("input", { type: "checkbox", checked: asked.duplicates });
  duplicates.addEventListener("change", () => search({ duplicates: duplicates.checked }));
  let latest = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  /** @type {Map<string, string>} */
  let names = new Map();

  function search(/** @type {Partial<typeof asked>} */ changes = {}) {
    Object.assign(asked, changes, { words: field.value });
    clearTimeout(typing); // what was typed is searched for now
    latest.abort();
    latest = new AbortController();
    load("", latest.signal);
  }

  function typed(/** @type {Event} */ event) {
    if (event instanceof InputEvent && event.isComposing) return; // letters on their way to becoming characters
    if (field.value === asked.words) return;
    clearTimeout(typing);
    typing = setTimeout(search, PAUSE);
  }

  async function load(/** @type {string} */ cursor, /** @type {AbortSignal} */ current) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (asked.words.trim()) query.set("words", asked.words);
    if (asked.genre) query.set("genre", asked.genre);
    if (asked.duplicates) query.set("duplicates", "true");
    if (cursor) query.set("cursor", cursor);
    list.setAttribute("aria-busy", "true");
    const both = AbortSignal.any([signal, current]);
    try {
      const page = await ask(`${ITEMS}?${query}`, { signal: both });
      const rows = page.items.map((/** @type {Listed} */ piece) => row(piece));
      if (cursor) list.append(...rows);
      else list.replaceChildren(...rows);
      if (cursor) rows[0]?.querySelector("a")?.focus();
      foot.replaceChildren(...below(page.next, current));
    } catch (error) {
      if (both.aborted) return;
      if (!cursor) list.replaceChildren();
      foot.replaceChildren(failure(error, { label: words.retry, again: () => load(cursor, current) }));
    }
    list.removeAttribute("aria-busy");
  }

  function below(/** @type {string | null} */ next, /** @type {AbortSignal} */ current) {
    if (next) return [el("button", { onclick: () => load(next, current) }, words.more)];
    if (list.children.length) return [el("span", { class: "faint" }, words.allShown(number(list.children.length)))];
    if (asked.words.trim() || asked.genre || asked.duplicates) return [words.nothingFound];
    const link = el("a", { href: "#/library/add" }, words.goAdd);
    return [el("p", {}, words.empty), el("p", {}, words.emptyAdvice, " ", mayChange && link)];
  }

  function row(/** @type {Listed} */ piece) {
    const about = [names.get(piece.genre) ?? piece.genre, piece.source, piece.published].filter(Boolean);
    const gone = async (/** @type {MouseEvent} */ event) => {
      const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
      button.disabled = true;
      try {
        await remove(piece, () => signal.aborted || refresh());
        if (!signal.aborted) refresh(Math.max([...list.children].indexOf(made), 0));
      } catch (error) {
        button.disabled = false;
        button.after(failure(error));
      }
    };
    const made = el(
      "li",
      {},
      el("h3", {}, el("a", { href: linkTo(piece.id) }, nameOf(piece))),
      el(
        "p",
        { class: "faint" },
        about.join(" · ") || words.noGenre,
        piece.duplicate_of && el("a", { class: "duplicate", href: linkTo(piece.duplicate_of) }, words.duplicate),
      ),
      el("p", { class: "start" }, startOf(piece, SHOWN)),
      mayChange &&
        el(
          "button",
          { class: "quiet danger", "aria-label": words.removeNamed(nameOf(piece)), onclick: gone },
          words.remove,
        ),
    );
    return made;
  }

  /** @param {number} [at] the row whose place gets the focus */
  async function refresh(at) {
    count();
    latest.abort();
    latest = new AbortController();
    await load("", latest.signal);
    if (at === undefined) return;
    const next = list.children[Math.min(at, list.children.length - 1)];
    (next?.querySelector("a") ?? field).focus();
  }

  async function count() {
    try {
      const stats = /** @type {import("./pieces.js").Stats} */ (await ask("/v1/corpus/stats", { signal }));
      counts.textContent = words.counts(number(stats.own), number(stats.shipped));
      const own = stats.genres.filter(({ genre, own }) => genre && (own || genre === asked.genre));
      genres.replaceChildren(
        el("option", { value: "" }, words.everyGenre),
        ...own.map(({ genre, name, own }) => el("option", { value: genre }, `${name || genre}（${number(own)}）`)),
      );
      genres.value = asked.genre;
    } catch {
      // whatever is wrong, the list says it
    }
  }

  async function begin() {
    try {
      names = await genreNames(signal);
    } catch (error) {
      if (!signal.aborted) foot.replaceChildren(failure(error, { label: words.retry, again: begin }));
      return;
    }
    search();
  }

  count();
  begin();
  signal.addEventListener("abort", () => clearTimeout(typing));
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    search();
  };
  return el(
    "div",
    {},
    el("p", {}, words.about),
    counts,
    el(
      "form",
      { class: "bar", role: "search", onsubmit: submitted, oninput: typed, oncompositionend: typed },
      el("label", { class: "words" }, words.search, " ", field),
      el("label", {}, words.genre, " ", genres),
      el("label", {}, duplicates, " ", words.duplicatesOnly),
    ),
    list,
    foot,
  );
}
