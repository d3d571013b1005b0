/** A product of a brand: a card that turns into a form. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { inWords, tell } from "../../notices.js";
import { ask, Refused } from "../../service.js";
import { brands } from "../../words/brands.js";
import { begin, editOf, end } from "./edits.js";
import { facts } from "./facts.js";
import { productForm, valuesOf } from "./product_form.js";
import { productAt, put, read } from "./stored.js";

/** @typedef {import("./stored.js").Product} Product */
/** @typedef {import("./edits.js").Edit} Edit */
/**
 * @typedef {object} Shown
 * @property {string} brand
 * @property {boolean} writes whether it can be changed
 * @property {AbortSignal} signal
 * @property {() => void} gone called when there is no such product any more
 * @property {(product: Product) => void} back called when it was put back
 */

/**
 * @param {Product} product
 * @param {Shown} shown
 * @returns {HTMLElement}
 */
export function item(product, { brand, writes, signal, gone, back }) {
  const at = productAt(brand, product.product_id);
  const node = el("li", {});

  /** @param {Product} now */
  const rest = (now) => {
    const offered = writes && actions(now.name, { edit: () => attempt(edit), remove: () => attempt(remove) });
    const card = el("article", { class: "card" }, el("h3", { class: "name" }, now.name), ...facts(now), offered);
    node.classList.remove("open");
    node.replaceChildren(card);
  };
  /**
   * @param {Product} now
   * @param {Edit} begun
   */
  const open = (now, begun) => {
    const close = (/** @type {Product} */ stored) => {
      end(at);
      rest(stored);
      node.querySelector("button")?.focus();
    };
    const made = productForm({
      label: say(brands).editOf(now.name),
      edit: begun,
      save: async (body) => close(await put(at, body, begun.tag)),
      conflict: {
        takeTheirs: () => attempt(edit),
        keepMine: async () => {
          begun.tag = await tagAt(at);
        },
      },
      cancel: () => close(now),
    });
    node.classList.add("open");
    node.replaceChildren(made);
  };
  const edit = async () => {
    const { content, tag } = await read(at, signal);
    open(content, begin(at, tag, valuesOf(content)));
    node.querySelector("input")?.focus();
  };
  const remove = async () => {
    const { content, tag } = await read(at);
    await ask(at, { method: "DELETE", headers: { "If-Match": tag ?? "*" } });
    const { product_id: _, ...body } = content;
    const undo = () => put(at, body, null).then(back, (error) => tell(inWords(error)));
    tell(say(brands).deleted(content.name), { label: say(brands).undo, action: undo });
    gone();
  };
  /** @param {() => Promise<void>} doing */
  const attempt = async (doing) => {
    try {
      await doing();
    } catch (error) {
      if (signal.aborted) return;
      tell(inWords(error));
      if (!(error instanceof Refused && error.status === 404)) return;
      end(at);
      gone();
    }
  };

  const begun = editOf(at);
  if (writes && begun) open(product, begun);
  else rest(product);
  return node;
}

/**
 * @param {string} name of the product
 * @param {{edit: () => void, remove: () => void}} offered
 */
function actions(name, { edit, remove }) {
  const words = say(brands);
  return el(
    "p",
    { class: "bar" },
    el("button", { "aria-label": words.editOf(name), onclick: edit }, words.edit),
    el("button", { class: "quiet danger", "aria-label": words.deleteOf(name), onclick: remove }, words.delete),
  );
}

/**
 * The tag of what is there now; null: there is nothing any more.
 * @param {string} at
 */
async function tagAt(at) {
  try {
    return (await read(at)).tag;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}
