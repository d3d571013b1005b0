/** What the account of a brand has published: what a check calls said before. */

import { el, takeOut } from "../../elements.js";
import { importer } from "../../importing.js";
import { say } from "../../language.js";
import { inWords, tell } from "../../notices.js";
import { ask } from "../../service.js";
import { history } from "../../words/history.js";
import { brandChoice } from "./brands.js";
import { listing } from "./listing.js";
import { writing } from "./writing.js";

/** @typedef {import("../../types.js").Schemas["StoredPiece"]} Post */

let sought = "";
const open = { add: false, importing: false };

/** @param {{brand: string | undefined, mayChange: boolean, signal: AbortSignal}} place */
export function postsView({ brand, mayChange, signal }) {
  const words = say(history);
  const node = el("div", {});
  const known = (/** @type {string[]} */ names) => {
    if (!names.length)
      node.replaceChildren(
        el("p", { class: "empty" }, words.noBrands, " ", el("a", { href: "#/brands" }, words.toBrands)),
      );
    else if (!brand) location.replace(`#/history/posts/${encodeURIComponent(names[0])}`);
  };
  const choice = brandChoice({ chosen: brand ?? "", known, signal });
  choice.addEventListener("change", () => {
    location.hash = `#/history/posts/${encodeURIComponent(choice.value)}`;
  });
  node.append(el("div", { class: "bar" }, el("label", {}, `${words.brand} `, choice)));
  if (brand) node.append(...ofBrand(brand, mayChange, signal));
  return node;
}

/**
 * @param {string} brand
 * @param {boolean} mayChange
 * @param {AbortSignal} signal
 */
function ofBrand(brand, mayChange, signal) {
  const words = say(history);
  const posts = `/v1/brands/${encodeURIComponent(brand)}/posts`;
  const field = el("input", { type: "search", value: sought, "aria-label": words.words, placeholder: words.words });
  const path = () => (sought ? `${posts}?words=${encodeURIComponent(sought)}` : posts);
  const empty = () => el("p", { class: "empty" }, sought ? words.notFound(sought) : words.noPosts);
  const line = (/** @type {Post} */ post) => lineOf(post, `${posts}/${encodeURIComponent(post.id)}`);
  const { node, reload } = listing({ label: words.tabs.posts, path, line, empty, signal });

  const searched = (/** @type {Event} */ event) => {
    event.preventDefault();
    sought = field.value.trim();
    reload();
  };
  const lineOf = (/** @type {Post} */ post, /** @type {string} */ at) => {
    const name = post.title || words.untitled(Array.from(post.text).slice(0, 24).join(""));
    const restored = () =>
      ask(`${at}/restore`, { method: "POST" }).then(
        () => {
          tell(words.restored(name));
          reload();
        },
        (error) => tell(inWords(error)),
      );
    const removed = async () => {
      try {
        await ask(at, { method: "DELETE", signal });
        takeOut(made);
        tell(words.postRemoved(name), { label: words.undo, action: restored });
      } catch (error) {
        if (!signal.aborted) tell(inWords(error));
      }
    };
    const made = el(
      "li",
      {},
      el(
        "details",
        {},
        el("summary", {}, el("span", {}, name), el("small", {}, post.published || words.unknownDate)),
        el("p", { class: "text" }, post.text),
        mayChange &&
          el(
            "button",
            { type: "button", class: "danger", "aria-label": words.removeOne(name), onclick: removed },
            words.remove,
          ),
      ),
    );
    return made;
  };

  /** @type {(rows: Post[], signal: AbortSignal, key: string) => Promise<{outcome: string, id: string}[]>} */
  const store = async (rows, signal, key) =>
    (await ask(posts, { method: "POST", body: rows, headers: { "Idempotency-Key": key }, signal })).items;
  const undo = (/** @type {string[]} */ ids) => ask(`${posts}/remove`, { method: "POST", body: { ids } });
  const box = (/** @type {"add" | "importing"} */ which, /** @type {Node} */ content) => {
    const made = el("details", { class: "box", open: open[which] }, el("summary", {}, words[which]), content);
    made.addEventListener("toggle", () => {
      open[which] = made.open;
    });
    return made;
  };
  const imported = () =>
    importer({ kind: "posts", store, undo, done: reload, label: `${words.importing} · ${brand}`, signal });
  return [
    mayChange && box("add", writing({ posts, added: reload, signal })),
    mayChange && box("importing", imported()),
    el("form", { class: "bar", role: "search", onsubmit: searched }, field, el("button", {}, words.search)),
    node,
  ].filter((part) => part !== false);
}
