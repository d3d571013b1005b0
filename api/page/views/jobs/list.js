/** The jobs there are, newest first; those that go on are kept up to date. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { localTime } from "../../moments.js";
import { failure } from "../../notices.js";
import { ask } from "../../service.js";
import { jobs } from "../../words/jobs.js";
import { follow } from "./following.js";

/** @typedef {import("../../types.js").Schemas["JobShown"]} Job */

const PAGE = 20;

/** @param {Job} job */
export const isOver = (job) => job.state === "done" || job.state === "cancelled";

/** @param {AbortSignal} signal */
export function jobList(signal) {
  const words = say(jobs);
  const list = el("ul", { class: "job-list" }, el("li", { class: "faint" }, words.loading));
  const more = el("button", { hidden: true }, words.more);
  const told = el("div", {});
  /** @type {{job: Job, node: HTMLElement}[]} */
  let shown = [];
  /** @type {string | null} */
  let next = null;

  /** @param {Job[]} items those that have changed are drawn anew, so that the focus stays where it is */
  const draw = (items) => {
    const before = new Map(shown.map((entry) => [entry.job.id, entry]));
    shown = items.map((job) => {
      const known = before.get(job.id);
      return known && JSON.stringify(known.job) === JSON.stringify(job) ? known : { job, node: entry(job) };
    });
    const nodes = shown.length ? shown.map(({ node }) => node) : [el("li", { class: "faint" }, words.none)];
    if (nodes.length !== list.childElementCount || nodes.some((node, i) => node !== list.children[i]))
      list.replaceChildren(...nodes);
    more.hidden = next === null;
  };
  const look = async () => {
    const page = await ask(`/v1/jobs?limit=${PAGE}`, { signal });
    const older = shown.slice(page.items.length).map(({ job }) => job);
    if (!older.length) next = page.next;
    const ids = new Set(page.items.map((/** @type {Job} */ job) => job.id));
    draw([...page.items, ...older.filter((job) => !ids.has(job.id))]);
    return page.items.every(isOver) ? "over" : "news";
  };
  const start = () => {
    told.replaceChildren();
    const watched = () =>
      look().catch((error) => {
        if (!signal.aborted) told.replaceChildren(failure(error, { label: words.retry, again: start }));
        return "over";
      });
    follow(/** @type {() => Promise<"over" | "news">} */ (watched), signal);
  };
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      const page = await ask(`/v1/jobs?limit=${PAGE}&cursor=${encodeURIComponent(next ?? "")}`, { signal });
      next = page.next;
      draw([...shown.map(({ job }) => job), ...page.items]);
    } catch (error) {
      if (!signal.aborted) told.replaceChildren(failure(error));
    }
    more.disabled = false;
  });
  start();
  return el("div", {}, told, list, more);
}

/** @param {Job} job */
function entry(job) {
  const words = say(jobs);
  return el(
    "li",
    {},
    el("a", { href: `#/jobs/${job.id}` }, job.name || words.unnamed),
    stateMark(job),
    el(
      "span",
      { class: "faint" },
      [
        job.brand,
        isOver(job) ? words.drafts(job.total) : words.checked(job.done + job.failed, job.total),
        job.failed && words.failed(job.failed),
        words.handedIn(localTime(job.made_at)),
      ]
        .filter(Boolean)
        .join(" · "),
    ),
  );
}

/** @param {Job} job */
export function stateMark(job) {
  const state = /** @type {"queued" | "running" | "done" | "cancelled"} */ (job.state);
  return el("span", { class: `mark ${state}` }, say(jobs).states[state]);
}
