/** Files of drafts: uploaded, followed, and their results gone through, the worst first. */

import { el } from "../elements.js";
import { say } from "../language.js";
import { jobs } from "../words/jobs.js";
import { jobView } from "./jobs/job.js";
import { jobList } from "./jobs/list.js";
import { uploadForm } from "./jobs/upload.js";

/** @type {import("../app.js").View} */
export function view({ parts: [id], signal, me }) {
  const words = say(jobs);
  if (!me.scopes.some((scope) => scope === "check" || scope === "admin"))
    return el("section", {}, el("h1", {}, words.heading), el("p", { class: "failure" }, words.notAllowed));
  if (id) return jobView(id, signal);
  return el(
    "section",
    { class: "jobs" },
    el("h1", {}, words.heading),
    el("p", { class: "faint" }, words.lead),
    uploadForm(me, signal),
    el("h2", {}, words.jobs),
    jobList(signal),
  );
}
