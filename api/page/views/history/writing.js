/** A post that is typed or pasted in. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure, tell } from "../../notices.js";
import { ask } from "../../service.js";
import { history } from "../../words/history.js";

const typed = { title: "", published: "", text: "" };

/**
 * @param {object} told
 * @param {string} told.posts where it is to be sent
 * @param {() => void} told.added
 * @param {AbortSignal} told.signal
 */
export function writing({ posts, added, signal }) {
  const words = say(history);
  const trouble = el("div", {});
  const title = el("input", { value: typed.title, maxlength: 2000 });
  const published = el("input", { type: "date", value: typed.published });
  const text = el("textarea", { rows: 6, required: true }, typed.text);
  const fields = { title, published, text };
  const button = el("button", { class: "primary" }, words.save);

  const kept = () => {
    for (const name of /** @type {(keyof typeof typed)[]} */ (Object.keys(fields))) typed[name] = fields[name].value;
  };
  const sent = async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const { items } = await ask(posts, { method: "POST", body: typed, signal });
      tell(words.outcomes[items[0].outcome]);
      for (const field of Object.values(fields)) field.value = "";
      kept();
      trouble.replaceChildren();
      added();
    } catch (error) {
      if (!signal.aborted) trouble.replaceChildren(failure(error));
    } finally {
      button.disabled = false;
    }
  };
  return el(
    "form",
    { class: "writing", oninput: kept, onsubmit: sent },
    el("label", {}, words.postTitle, title),
    el("label", {}, words.published, published),
    el("label", { class: "whole" }, words.text, text),
    el("div", { class: "bar whole" }, button),
    trouble,
  );
}
