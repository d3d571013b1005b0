/** A list that is read a page at a time, as far as the reader wants. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { ask } from "../../service.js";
import { history } from "../../words/history.js";

const MANY = 20; // of a page

/**
 * @template Item
 * @param {object} told
 * @param {string} told.label
 * @param {() => string} told.path with the filters of now
 * @param {(item: Item) => HTMLElement} told.line
 * @param {() => Node} told.empty what is said where there is nothing
 * @param {AbortSignal} told.signal
 * @returns {{node: HTMLElement, reload: () => void}} `reload`: from the beginning
 */
export function listing({ label, path, line, empty, signal }) {
  const words = say(history);
  const list = el("ul", { class: "listing", "aria-label": label });
  const foot = el("div", {});
  const node = el("div", { class: "listed", "aria-busy": "true" }, list, foot);
  let leaving = new AbortController();

  async function read(/** @type {string} */ cursor) {
    const reading = AbortSignal.any([signal, leaving.signal]);
    const [address, query] = path().split("?");
    const asked = new URLSearchParams(query);
    asked.set("limit", String(MANY));
    if (cursor) asked.set("cursor", cursor);
    node.setAttribute("aria-busy", "true");
    try {
      const page = await ask(`${address}?${asked}`, { signal: reading });
      const made = /** @type {HTMLElement[]} */ (page.items.map(line));
      if (cursor) list.append(...made);
      else list.replaceChildren(...made);
      foot.replaceChildren(
        ...(page.next ? [el("button", { type: "button", onclick: () => read(page.next) }, words.more)] : []),
        ...(list.children.length ? [] : [empty()]),
      );
      if (cursor) /** @type {HTMLElement | null} */ (made[0]?.querySelector("a, summary"))?.focus();
      node.removeAttribute("aria-busy");
    } catch (error) {
      if (reading.aborted) return;
      foot.replaceChildren(failure(error, { label: words.retry, again: () => read(cursor) }));
      node.removeAttribute("aria-busy");
    }
  }

  const reload = () => {
    leaving.abort();
    leaving = new AbortController();
    read("");
  };
  reload();
  return { node, reload };
}
