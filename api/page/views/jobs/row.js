/** One draft of a job: a line that opens to what is wrong with it. */

import { alike } from "../../alike.js";
import { openInCheck } from "../../draft.js";
import { el } from "../../elements.js";
import { worstFirst } from "../../findings.js";
import { kindMark } from "../../kind.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { ask } from "../../service.js";
import { inColumns } from "../../words/columns.js";
import { jobs } from "../../words/jobs.js";

/** @typedef {import("../../types.js").Schemas["RowShown"]} Row */
/** @typedef {{title: string, text: string, brand: string | null, report: import("../../types.js").Report | null}} Whole */

const WORST = 5; // passages that are shown here

/**
 * @param {string} path of the job
 * @param {Row} row
 * @param {AbortSignal} signal
 */
export function rowItem(path, row, signal) {
  const words = say(jobs);
  const verdict = /** @type {keyof typeof words.verdicts | null} */ (row.verdict);
  const label = verdict ? words.verdicts[verdict] : row.state === "failed" ? words.noResult : words.waiting;
  const head = [
    el("span", { class: `mark ${verdict ? `verdict ${verdict}` : row.state}` }, label),
    el(
      "span",
      { class: "what" },
      el("strong", {}, row.title || (row.opening ? "" : words.untitled)),
      el("span", { class: "opening" }, row.opening),
      el("span", { class: "why" }, row.error ? inColumns(row.error) : (row.reasons[0]?.message ?? "")),
      el("span", { class: "place" }, place(row)),
    ),
    el("span", { class: "figures" }, ...figures(row)),
  ];
  const inside = el("div", { class: "inside" });
  let isLoaded = false;
  const load = async () => {
    isLoaded = true;
    inside.replaceChildren(el("p", { class: "faint" }, words.loading));
    try {
      const whole = /** @type {Whole} */ (await ask(`${path}/rows/${row.number}`, { signal }));
      inside.replaceChildren(...report(row, whole));
    } catch (error) {
      isLoaded = false;
      if (!signal.aborted) inside.replaceChildren(failure(error, { label: words.retry, again: load }));
    }
  };
  const opened = el(
    "details",
    { ontoggle: () => opened.open && !isLoaded && load() },
    el("summary", {}, ...head),
    inside,
  );
  return el("li", {}, opened);
}

/** @param {Row} row */
function place(row) {
  return [row.id, row.brand, say(jobs).atLine(row.line)].filter(Boolean).join(" · ");
}

/** @param {Row} row */
function figures(row) {
  const scores = Object.entries(say(jobs).scores).flatMap(([name, label]) => {
    const score = row.scores?.[/** @type {keyof NonNullable<Row["scores"]>} */ (name)];
    return score === null || score === undefined ? [] : [{ name, label, score: Math.round(score) }];
  });
  return scores.map(({ name, label, score }) => {
    const lost = name === "relevance" ? 100 - score : score;
    return el("span", { class: lost >= 60 ? "bad" : lost >= 40 ? "fair" : "good" }, `${label} ${score}`);
  });
}

/**
 * @param {Row} row
 * @param {Whole} whole
 */
function report(row, whole) {
  const words = say(jobs);
  const { title, text, brand } = whole;
  const open = el("button", { onclick: () => openInCheck({ title, text, brand: brand ?? "" }) }, words.openInCheck);
  const actions = el("div", { class: "bar" }, text ? open : null);
  if (!whole.report)
    return [row.error && el("p", { class: "failure" }, inColumns(row.error)), actions].filter((node) => node !== null);
  const found = worstFirst(whole.report);
  const reasons = whole.report.reasons.map((reason) => el("li", {}, reason.message));
  const rest = found.length - WORST;
  return [
    reasons.length ? el("ul", {}, ...reasons) : "",
    found.length ? el("h3", {}, words.worst) : el("p", { class: "faint" }, words.nothingWrong),
    ...found.slice(0, WORST).map(finding),
    rest > 0 ? el("p", { class: "faint" }, words.andMore(rest)) : "",
    actions,
  ];
}

/** @param {ReturnType<typeof worstFirst>[number]} found */
function finding({ passage, kind }) {
  const words = say(jobs);
  const match = passage.matches[0];
  const evidence =
    match &&
    el(
      "blockquote",
      {},
      el("cite", {}, `${words.known}${match.item_title ? ` 《${match.item_title}》` : ""}`),
      el("p", {}, ...alike(match.item_text, passage.text)),
    );
  return el("figure", { class: "finding" }, el("figcaption", {}, kindMark(kind)), el("p", {}, passage.text), evidence);
}
