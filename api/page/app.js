/** The frame of the page: which view is shown, the language, and who is signed in. */

import { el } from "./elements.js";
import { choose, language, say } from "./language.js";
import { failure, tell } from "./notices.js";
import { ask, key, Refused, useKey } from "./service.js";
import { signIn } from "./signin.js";
import { shell } from "./words/shell.js";

/** @typedef {{name: string, scopes: string[], brands: string[] | null}} Me who is using the page, and what they may */
/**
 * @typedef {object} Place what a view is made with
 * @property {string[]} parts of the address after the view's name: #/history/ID
 * @property {AbortSignal} signal aborted when the view is left
 * @property {Me} me
 */
/** @typedef {(place: Place) => Node} View */

/** @type {Record<string, () => Promise<{view: View}>>} */
const VIEWS = {
  check: () => import("./views/check.js"),
  library: () => import("./views/library.js"),
  brands: () => import("./views/brands.js"),
  history: () => import("./views/history.js"),
  jobs: () => import("./views/jobs.js"),
  settings: () => import("./views/settings.js"),
};

const header = el("header", {});
const main = el("main", { id: "main", tabindex: "-1" });
document.body.replaceChildren(header, main, el("div", { id: "messages", role: "status" }));

let leaving = new AbortController();
/** @type {Me | undefined} */
let known;

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [name, ...parts] = address();
  frame(name);
  try {
    const me = /** @type {Me} */ (await ask("/v1/me", { signal }));
    const found = Object.hasOwn(VIEWS, name) ? await VIEWS[name]() : null;
    if (signal.aborted) return; // a view that is no longer wanted is not made: what it holds would never be let go
    const made = found ? found.view({ parts, signal, me }) : instead(name, failure(say(shell).noSuchView));
    known = me;
    frame(name);
    main.replaceChildren(made);
  } catch (error) {
    if (signal.aborted || (error instanceof Refused && error.status === 401)) return;
    main.replaceChildren(instead(name, failure(error, { label: say(shell).retry, again: show })));
  }
}

/**
 * What is told in place of a view, under its heading.
 * @param {string} name
 * @param {Node} told
 */
const instead = (name, told) => el("section", {}, el("h1", {}, titleOf(name) ?? "contentcheck"), told);

/** @param {string} name of a view; there may be none */
const titleOf = (name) => Object.entries(say(shell).views).find(([view]) => view === name)?.[1];

/** @returns {string[]} the view, and what of it */
function address() {
  const parts = (location.hash.slice(2) || "check").split("/");
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return parts; // a lone % that somebody has typed
  }
}

/**
 * Everything around the view. What does not change keeps its elements, and with them the focus.
 * @param {string} current
 */
function frame(current) {
  const drawn = JSON.stringify([language(), key() !== "" && known?.name]);
  if (header.dataset.drawn !== drawn) header.replaceChildren(...around());
  header.dataset.drawn = drawn;
  for (const link of header.querySelectorAll("nav a"))
    link.setAttribute("aria-current", link.getAttribute("href") === `#/${current}` ? "page" : "false");
  document.documentElement.lang = language() === "en" ? "en" : "zh-CN";
  const title = titleOf(current);
  document.title = title ? `${title} · contentcheck` : "contentcheck";
}

/** @returns {Node[]} */
function around() {
  const words = say(shell);
  const links = Object.entries(words.views).map(([name, label]) => el("a", { href: `#/${name}` }, label));
  const skipped = (/** @type {Event} */ event) => {
    event.preventDefault();
    main.focus();
  };
  const other = language() === "zh" ? "en" : "zh";
  const switched = () => {
    choose(other);
    show();
    header.querySelector("button")?.focus();
  };
  const tongue = { class: "quiet", lang: other === "zh" ? "zh-CN" : "en", onclick: switched };
  const made = [
    el("a", { class: "skip", href: "#main", onclick: skipped }, words.skip),
    el("a", { class: "name", href: "#/check" }, "contentcheck"),
    el("nav", { "aria-label": words.navigation }, ...links),
    el("button", tongue, other === "zh" ? "中文" : "English"),
  ];
  if (key() && known) {
    const out = el("button", { class: "quiet", onclick: signOut }, words.signOut);
    made.push(el("span", { class: "me" }, known.name), out);
  }
  return made;
}

/** Nothing stays in this tab, nor what was typed: the next reader may have no business with it. */
function signOut() {
  sessionStorage.clear();
  location.reload();
}

/**
 * The service wants a key, or another one.
 * @param {string} refused the key that was used, empty if none
 */
function askForKey(refused) {
  if (refused !== key()) return; // by now there is another
  if (!refused && main.querySelector(".sign-in")) return; // what is being typed there stays
  leaving.abort();
  useKey("");
  known = undefined;
  frame(address()[0]);
  main.replaceChildren(signIn(refused !== "", show));
  main.querySelector("input")?.focus();
}

async function move() {
  await show();
  if (document.activeElement === document.body) main.focus(); // what had the focus is gone
}

addEventListener("hashchange", move);
addEventListener("signin", (event) => askForKey(/** @type {CustomEvent<string>} */ (event).detail));
addEventListener("starting", () => tell(say(shell).starting));
show();
