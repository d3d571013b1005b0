/** The frame of the page: which view is shown, the language, and who is signed in. */

import { el } from "./elements.js";
import { choose, language, say } from "./language.js";
import { failure } from "./notices.js";
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
const AGAIN = 2_000; // milliseconds until a service that is starting is asked again

const main = el("main", { id: "main", tabindex: "-1" });
let leaving = new AbortController();

async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [name, ...parts] = (location.hash.slice(2) || "check").split("/").map(decodeURIComponent);
  frame(name);
  try {
    const me = /** @type {Me} */ (await ask("/v1/me", { signal }));
    const made = VIEWS[name]
      ? (await VIEWS[name]()).view({ parts, signal, me })
      : el("p", { class: "failure" }, say(shell).noSuchView);
    if (signal.aborted) return;
    frame(name, me);
    main.replaceChildren(made);
  } catch (error) {
    if (signal.aborted || (error instanceof Refused && error.status === 401)) return;
    main.replaceChildren(failure(error, { label: say(shell).retry, again: show }));
    if (error instanceof Refused && error.slug === "not_ready") setTimeout(() => signal.aborted || show(), AGAIN);
  }
}

/**
 * Everything around the view.
 * @param {string} current
 * @param {Me} [me]
 */
function frame(current, me) {
  const words = say(shell);
  document.documentElement.lang = language() === "en" ? "en" : "zh-CN";
  document.title = `${words.views[/** @type {keyof typeof words.views} */ (current)] ?? ""} · contentcheck`;
  const links = Object.entries(words.views).map(([name, label]) =>
    el("a", { href: `#/${name}`, "aria-current": name === current && "page" }, label),
  );
  const other = language() === "zh" ? "en" : "zh";
  const switched = () => {
    choose(other);
    show();
  };
  const signedOut = () => {
    useKey("");
    show();
  };
  const skipped = (/** @type {Event} */ event) => {
    event.preventDefault();
    main.focus();
  };
  const header = el(
    "header",
    {},
    el("a", { class: "skip", href: "#main", onclick: skipped }, words.skip),
    el("a", { class: "name", href: "#/check" }, "contentcheck"),
    el("nav", { "aria-label": words.navigation }, ...links),
    key() && me && el("span", { class: "me" }, me.name),
    key() && el("button", { class: "quiet", onclick: signedOut }, words.signOut),
    el(
      "button",
      { class: "quiet", lang: other === "zh" ? "zh-CN" : "en", onclick: switched },
      other === "zh" ? "中文" : "English",
    ),
  );
  const messages = document.getElementById("messages") ?? el("div", { id: "messages", role: "status" });
  document.body.replaceChildren(header, main, messages);
}

addEventListener("hashchange", show);
addEventListener("signin", () => main.replaceChildren(signIn(show)));
show();
