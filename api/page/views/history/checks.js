/** The checks that were kept, the newest first. */

import { confirmed } from "../../confirm.js";
import { el, takeOut } from "../../elements.js";
import { say } from "../../language.js";
import { localTime } from "../../moments.js";
import { inWords, tell } from "../../notices.js";
import { ask } from "../../service.js";
import { history } from "../../words/history.js";
import { brandChoice } from "./brands.js";
import { listing } from "./listing.js";

/** @typedef {import("../../types.js").Schemas["CheckLine"]} CheckLine */

const chosen = { brand: "", verdict: "" };

/** @param {{mayDelete: boolean, signal: AbortSignal}} place */
export function checksView({ mayDelete, signal }) {
  const words = say(history);
  const verdicts = Object.entries(words.verdicts).map(([slug, name]) =>
    el("option", { value: slug, selected: slug === chosen.verdict }, name),
  );
  const verdict = el("select", {}, el("option", { value: "" }, words.all), ...verdicts);
  const brand = brandChoice({ chosen: chosen.brand, all: words.all, signal });
  const path = () => `/v1/checks?${new URLSearchParams(Object.entries(chosen).filter(([, value]) => value))}`;
  const line = (/** @type {CheckLine} */ check) => lineOf(check, mayDelete, signal);
  const { node, reload } = listing({ label: words.tabs.checks, path, line, empty, signal });

  verdict.addEventListener("change", () => {
    chosen.verdict = verdict.value;
    reload();
  });
  brand.addEventListener("change", () => {
    chosen.brand = brand.value;
    reload();
  });

  function empty() {
    if (!chosen.brand && !chosen.verdict)
      return el("p", { class: "empty" }, words.noChecks, " ", el("a", { href: "#/check" }, words.checkOne));
    const cleared = () => {
      chosen.brand = brand.value = chosen.verdict = verdict.value = "";
      reload();
    };
    return el(
      "p",
      { class: "empty" },
      words.noneFound,
      el("button", { type: "button", onclick: cleared }, words.showAll),
    );
  }

  return el(
    "div",
    {},
    el(
      "div",
      { class: "bar" },
      el("label", {}, `${words.brand} `, brand),
      el("label", {}, `${words.verdict} `, verdict),
    ),
    node,
  );
}

/**
 * @param {CheckLine} check
 * @param {boolean} mayDelete
 * @param {AbortSignal} signal
 */
function lineOf(check, mayDelete, signal) {
  const words = say(history);
  const name = check.title || words.untitled(check.opening);
  const removed = async () => {
    if (!(await confirmed(words.sure(name), words.remove))) return;
    try {
      await ask(`/v1/checks/${check.id}`, { method: "DELETE", signal });
      takeOut(made);
      tell(words.removed(name));
    } catch (error) {
      if (!signal.aborted) tell(inWords(error));
    }
  };
  const scores = Object.entries(words.scores).flatMap(([score, label]) => {
    const value = check[/** @type {keyof typeof words.scores} */ (score)];
    return typeof value === "number" ? [el("span", {}, `${label} `, el("b", {}, String(Math.round(value))))] : [];
  });
  const made = el(
    "li",
    { class: "check-line" },
    el(
      "span",
      { class: `verdict ${check.verdict}` },
      words.verdicts[/** @type {keyof typeof words.verdicts} */ (check.verdict)],
    ),
    el(
      "div",
      { class: "what" },
      el("a", { href: `#/check/${check.id}` }, name),
      el("small", {}, `${localTime(check.made_at)} · ${check.brand ?? words.noBrand}`),
    ),
    el("div", { class: "figures" }, ...scores),
    mayDelete &&
      el(
        "button",
        { type: "button", class: "quiet danger", "aria-label": words.removeOne(name), onclick: removed },
        words.remove,
      ),
  );
  return made;
}
