/** The results of a job: chips that say how many there are of each kind, and the drafts, the worst first. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { pause } from "../../pause.js";
import { ask } from "../../service.js";
import { jobs } from "../../words/jobs.js";
import { rowItem } from "./row.js";

/** @typedef {import("../../types.js").Schemas["SummaryShown"]} Summary */

const VERDICTS = /** @type {const} */ (["reject", "revise", "insufficient_text", "publish"]);
const SHOWN = 50;
const RESTS = 4; // times as long as the service took to count: it has other things to do

/** @typedef {{order: string, kind: string, reason: string}} Choice `kind`: parameters of the query that choose */
/** What was chosen, by job; it outlives the view. @type {Map<string, Choice>} */
const choices = new Map();

/**
 * @param {string} path of the job
 * @param {AbortSignal} signal
 * @returns {{node: Node, refresh: () => void}} `refresh`: after results have come in
 */
export function triage(path, signal) {
  const words = say(jobs);
  const choice = choices.get(path) ?? { order: "worst", kind: "", reason: "" };
  choices.set(path, choice);
  const chips = el("div", { class: "chips" });
  const fresh = el("button", { hidden: true, onclick: () => load() }, words.refresh);
  const told = el("div", {});
  const list = el("ol", { class: "rows" });
  const more = el("button", { hidden: true, onclick: () => load(next) }, words.more);
  const order = el("select", {}, ...Object.entries(words.orders).map(([value, name]) => el("option", { value }, name)));
  order.value = choice.order;
  order.addEventListener("change", () => {
    choice.order = order.value;
    load();
  });
  let next = "";
  /** @type {Summary | null} */
  let summary = null;
  let asked = 0;
  let busy = false;
  let missed = false;

  // What is being read is not to move by itself.
  const isRead = () => list.childElementCount > SHOWN || list.querySelector("details[open], :focus") !== null;
  const load = async (cursor = "", byItself = false) => {
    const mine = ++asked;
    const at = new URLSearchParams({ order: choice.order, limit: String(SHOWN), ...(cursor && { cursor }) });
    for (const chosen of [choice.kind, choice.reason]) for (const [k, v] of new URLSearchParams(chosen)) at.set(k, v);
    try {
      const page = await ask(`${path}/rows?${at}`, { signal });
      if (mine !== asked) return;
      if (byItself && isRead()) {
        fresh.hidden = false;
        return;
      }
      if (!cursor) fresh.hidden = true;
      next = page.next ?? "";
      more.hidden = !next;
      const items = page.items.map((/** @type {import("./row.js").Row} */ row) => rowItem(path, row, signal));
      if (cursor) list.append(...items);
      else list.replaceChildren(...items);
      told.replaceChildren(...(list.childElementCount ? [] : [el("p", { class: "faint" }, words.nothingHere)]));
    } catch (error) {
      if (!signal.aborted) told.replaceChildren(failure(error, { label: words.retry, again: () => load(cursor) }));
    }
  };
  const refresh = async () => {
    if (busy) {
      missed = true;
      return;
    }
    busy = true;
    const begun = performance.now();
    try {
      summary = await ask(`${path}/summary`, { signal });
      draw();
      if (isRead()) fresh.hidden = false;
      else await load("", true);
    } catch (error) {
      if (!signal.aborted) told.replaceChildren(failure(error, { label: words.retry, again: refresh }));
    }
    await pause(RESTS * (performance.now() - begun), signal).catch(() => {}); // the view is left
    busy = false;
    if (missed && !signal.aborted) {
      missed = false;
      refresh();
    }
  };

  const draw = () => {
    if (!summary) return;
    const { verdicts, failed, waiting, reasons } = summary;
    const everything = Object.values(verdicts).reduce((sum, count) => sum + count, failed + waiting);
    const kinds = [
      chip(words.all, everything, "kind", ""),
      ...VERDICTS.map((v) => chip(words.verdicts[v], verdicts[v] ?? 0, "kind", `verdict=${v}`, `verdict ${v}`)),
      chip(words.noResult, failed, "kind", "state=failed", "failed"),
    ];
    const named = /** @type {Record<string, string>} */ (words.reasons);
    const whys = reasons.map((r) => chip(named[r.code] ?? r.code, r.count, "reason", `reason=${r.code}`));
    const focused = chips.contains(document.activeElement) && document.activeElement?.getAttribute("data-chip");
    chips.replaceChildren(
      el("div", { class: "bar", role: "group", "aria-label": words.byVerdict }, ...kinds),
      whys.length ? el("div", { class: "bar", role: "group", "aria-label": words.byReason }, ...whys) : "",
    );
    if (focused) /** @type {HTMLElement | null} */ (chips.querySelector(`[data-chip="${focused}"]`))?.focus();
  };

  /**
   * @param {string} name
   * @param {number} count without any, there is no chip, unless it is the one that is chosen
   * @param {"kind" | "reason"} what
   * @param {string} query
   * @param {string} [look]
   */
  const chip = (name, count, what, query, look) => {
    const isChosen = choice[what] === query;
    if (!count && !isChosen) return null;
    const toggle = () => {
      choice[what] = isChosen ? "" : query;
      draw();
      load();
    };
    const properties = {
      class: `chip ${look ?? ""}`,
      "aria-pressed": String(isChosen),
      "data-chip": `${what}:${query}`,
    };
    return el("button", { ...properties, onclick: toggle }, name, " ", el("b", {}, String(count)));
  };

  const node = el(
    "div",
    { class: "triage" },
    el(
      "div",
      { class: "bar" },
      el("h2", {}, words.results),
      el("span", { class: "space" }),
      el("label", {}, words.order, " ", order),
    ),
    chips,
    fresh,
    told,
    list,
    more,
  );
  return { node, refresh };
}
