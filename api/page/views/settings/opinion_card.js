/** One thing that an editor said of a report. */

import { confirmed } from "../../confirm.js";
import { openInCheck } from "../../draft.js";
import { el, takeOut } from "../../elements.js";
import { say } from "../../language.js";
import { localTime } from "../../moments.js";
import { failure, inWords, tell } from "../../notices.js";
import { ask } from "../../service.js";
import { settings } from "../../words/settings.js";

/** @typedef {import("../../types.js").Schemas["ListedFeedback"]} Listed */

/**
 * @param {Listed} said
 * @param {AbortSignal} signal
 * @param {() => void} removed
 */
export function opinionCard(said, signal, removed) {
  const words = say(settings);
  const { about, score, passage } = said.finding;
  const what = `${words.scores[about]} ${Math.round(score)}`;
  const draft = el("div", { class: "draft" });
  const reader = el("details", { ontoggle: opened }, el("summary", {}, words.readDraft), draft);

  async function opened() {
    if (!reader.open || draft.hasChildNodes()) return;
    draft.append(el("p", { class: "faint" }, words.loading));
    try {
      const { text } = await ask(`/v1/feedback/${said.id}`, { signal });
      const again = () => openInCheck({ title: "", text, brand: said.brand ?? "" });
      draft.replaceChildren(
        el(
          "p",
          {
            class: "draft-text",
            tabindex: "0",
            role: "region",
            "aria-label": `${words.draft} ${localTime(said.made_at)}`,
          },
          text,
        ),
        el("button", { type: "button", onclick: again }, words.checkAgain),
      );
    } catch (error) {
      if (!signal.aborted) draft.replaceChildren(failure(error));
    }
  }

  async function remove() {
    if (!(await confirmed(words.removeAbout, words.remove))) return;
    try {
      await ask(`/v1/feedback/${said.id}`, { method: "DELETE" });
      takeOut(node);
      removed();
      tell(words.feedbackRemoved);
    } catch (error) {
      tell(inWords(error));
    }
  }

  const node = el(
    "li",
    {},
    el(
      "p",
      { class: "bar" },
      el("strong", { class: said.agrees ? "agrees" : "disagrees" }, said.agrees ? words.agrees : words.disagrees),
      what,
      passage !== null && el("span", {}, words.passage(passage + 1)),
      el("span", { class: "faint" }, said.brand ?? words.noBrand),
      el("time", { class: "faint", datetime: said.made_at }, localTime(said.made_at)),
    ),
    said.note !== "" && el("blockquote", {}, said.note),
    reader,
    el(
      "button",
      { type: "button", class: "quiet danger", "aria-label": `${words.remove} ${what}`, onclick: remove },
      words.remove,
    ),
  );
  return node;
}
