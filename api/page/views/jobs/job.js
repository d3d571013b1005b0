/** One job: how far it is, what can be done with it, and its results. */

import { confirmed } from "../../confirm.js";
import { el } from "../../elements.js";
import { say } from "../../language.js";
import { localTime } from "../../moments.js";
import { failure, inWords, tell } from "../../notices.js";
import { ask, download } from "../../service.js";
import { jobs } from "../../words/jobs.js";
import { estimator, follow } from "./following.js";
import { isOver, stateMark } from "./list.js";
import { triage } from "./triage.js";

/** @typedef {import("./list.js").Job} Job */

const FORMATS = /** @type {const} */ (["xlsx", "csv", "jsonl"]);

/**
 * @param {string} id
 * @param {AbortSignal} signal
 */
export function jobView(id, signal) {
  const words = say(jobs);
  const path = `/v1/jobs/${encodeURIComponent(id)}`;
  const head = el("div", { class: "job-head" }, el("h1", {}, words.loading));
  const bar = el("progress", { "aria-label": words.progress, value: 0 });
  const far = el("p", { class: "far" }, "\u00a0");
  const news = el("p", { class: "visually-hidden", role: "status" });
  const told = el("div", {});
  const actions = el("div", { class: "bar actions" });
  const results = triage(path, signal);
  const left = estimator();
  /** @type {Job | null} */
  let before = null;

  /** @param {Job} job */
  const show = (job) => {
    const over = job.done + job.failed;
    const seconds = job.state === "running" ? left(over, job.total, Date.now() / 1000) : null;
    Object.assign(bar, { max: job.total || 1, value: over });
    far.textContent = [
      words.checked(over, job.total),
      job.failed && words.failed(job.failed),
      seconds && words.left(seconds),
    ]
      .filter(Boolean)
      .join(" · ");
    if (before?.state !== job.state) {
      head.replaceChildren(...title(job));
      actions.replaceChildren(...buttons(job));
      if (before && isOver(job)) news.textContent = job.state === "done" ? words.finished : words.wasCancelled;
    }
    const changed = !before || before.done !== job.done || before.failed !== job.failed || before.state !== job.state;
    if (changed) results.refresh();
    before = job;
    return changed;
  };

  /** @param {Job} job */
  const buttons = (job) => {
    const ending = isOver(job)
      ? el("button", { class: "danger", onclick: () => remove() }, words.remove)
      : el("button", { onclick: () => cancel() }, words.cancel);
    const saved = FORMATS.map((format) =>
      el("button", { "aria-label": `${words.download} ${format}`, onclick: () => save(job, format) }, format),
    );
    return [el("span", {}, words.download), ...saved, el("span", { class: "space" }), ending];
  };
  const attempt = async (/** @type {() => Promise<void>} */ action) => {
    told.replaceChildren();
    await action().catch((error) => signal.aborted || told.replaceChildren(failure(error)));
  };
  const cancel = async () => {
    if (!(await confirmed(words.cancelSure, words.cancel))) return;
    attempt(async () => void show(await ask(`${path}/cancel`, { method: "POST", signal })));
  };
  const remove = async () => {
    if (!(await confirmed(words.removeSure, words.remove))) return;
    attempt(async () => {
      await ask(path, { method: "DELETE", signal });
      location.hash = "#/jobs";
      tell(words.removed);
    });
  };
  const save = (/** @type {Job} */ job, /** @type {string} */ format) => {
    const name = (job.name || job.id).replace(/\.(jsonl|csv|xlsx)$/i, "").replace(/[\\/:*?"<>|]/g, "_");
    attempt(() => download(`${path}/results?format=${format}`, `${name}.${format}`));
  };
  const look = async () => {
    try {
      const job = await ask(path, { signal });
      told.replaceChildren();
      const changed = show(job);
      return isOver(job) ? "over" : changed ? "news" : "none";
    } catch (error) {
      if (signal.aborted) return "over";
      const gone = !before;
      told.replaceChildren(
        gone ? failure(error, { label: words.retry, again: start }) : failure(words.waitingForService + inWords(error)),
      );
      if (gone) head.replaceChildren(el("h1", {}, words.heading));
      return gone ? "over" : "none";
    }
  };
  const start = () => follow(/** @type {() => Promise<"over" | "news" | "none">} */ (look), signal);
  start();
  return el(
    "section",
    { class: "jobs" },
    el("p", {}, el("a", { href: "#/jobs" }, `← ${words.back}`)),
    head,
    bar,
    far,
    news,
    actions,
    told,
    results.node,
  );
}

/** @param {Job} job */
function title(job) {
  const words = say(jobs);
  const about = [job.brand ?? words.noBrand, words.drafts(job.total), words.handedIn(localTime(job.made_at))];
  return [el("h1", {}, job.name || words.unnamed, " ", stateMark(job)), el("p", { class: "faint" }, about.join(" · "))];
}
