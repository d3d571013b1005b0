/** A new job: the file, what goes with it, and what is wrong with its rows. */

import { el } from "../../elements.js";
import { droppable, fileButton, saveFile } from "../../files.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { may } from "../../rights.js";
import { all, Refused } from "../../service.js";
import { inColumns } from "../../words/columns.js";
import { jobs } from "../../words/jobs.js";
import { send } from "./sending.js";

const KINDS = [".jsonl", ".csv", ".xlsx"];

/** What has been chosen; it outlives the view. */
const draft = { file: /** @type {File | null} */ (null), brand: "", name: "", skipBad: false };

/**
 * @param {import("../../app.js").Me} me
 * @param {AbortSignal} signal
 */
export function uploadForm(me, signal) {
  const words = say(jobs);
  const told = el("div", { class: "told" });
  const start = el("button", { class: "primary" }, words.send);
  const show = () => {
    const named = draft.file ? el("strong", {}, draft.file.name) : words.drop;
    const label = draft.file ? words.otherFile : words.chooseFile;
    const held = zone.contains(document.activeElement);
    zone.replaceChildren(named, fileButton(label, { accept: KINDS.join(","), take }), el("small", {}, words.kinds));
    if (held) zone.querySelector("button")?.focus();
    start.disabled = !draft.file;
  };
  const take = (/** @type {File[]} */ [file]) => {
    const fits = KINDS.some((kind) => file.name.toLowerCase().endsWith(kind));
    draft.file = fits ? file : null;
    told.replaceChildren(...(fits ? [] : [failure(words.wrongKind(file.name))]));
    show();
  };
  const zone = droppable(el("div", { class: "drop" }), take);
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!draft.file) return;
    start.disabled = true;
    try {
      const made = await sent(draft.file, told, signal);
      Object.assign(draft, { file: null, name: "" });
      location.hash = `#/jobs/${made.id}`;
    } catch (error) {
      if (signal.aborted) return;
      told.replaceChildren(...(error instanceof DOMException ? [] : [refusal(error, again)]));
    }
    show();
  };
  const skip = /** @type {HTMLInputElement} */ (
    el("input", { type: "checkbox", onchange: () => (draft.skipBad = skip.checked) })
  );
  skip.checked = draft.skipBad;
  const again = () => {
    draft.skipBad = skip.checked = true;
    form.requestSubmit();
  };
  const name = el("input", { maxlength: 200, placeholder: words.nameHint, oninput: () => (draft.name = name.value) });
  name.value = draft.name;
  const form = el(
    "form",
    { class: "upload", "aria-label": words.newJob, onsubmit: submit },
    zone,
    el("p", { class: "faint" }, words.columns, " ", templateButton(words)),
    el("div", { class: "fields" }, brandField(me, signal), el("label", {}, words.name, name)),
    el("label", { class: "check" }, skip, words.skipBad),
    el("div", { class: "bar" }, start),
    told,
  );
  show();
  return form;
}

/**
 * Shows how far it is, with a button to stop.
 * @param {File} file
 * @param {Element} told
 * @param {AbortSignal} signal
 */
function sent(file, told, signal) {
  const words = say(jobs);
  const form = new FormData();
  form.set("brand", draft.brand);
  form.set("name", draft.name);
  form.set("skip_bad", String(draft.skipBad));
  form.set("file", file);
  const stopping = new AbortController();
  const bar = el("progress", { max: 1, value: 0, "aria-label": words.progress });
  const note = el("span", { role: "status" }, words.sending(0));
  const stop = el("button", { type: "button", onclick: () => stopping.abort() }, words.stop);
  told.replaceChildren(bar, el("div", { class: "bar" }, note, stop));
  const progress = (/** @type {number} */ share) => {
    bar.value = share;
    note.textContent = share < 1 ? words.sending(Math.floor(100 * share)) : words.reading;
  };
  return send("/v1/jobs", form, { signal: AbortSignal.any([signal, stopping.signal]), progress });
}

/**
 * What is wrong, row by row where it is the rows.
 * @param {unknown} error
 * @param {() => void} skip
 */
function refusal(error, skip) {
  const words = say(jobs);
  const rows = (error instanceof Refused ? error.errors : []).flatMap((wrong) => {
    const line = /^body\.file\.(\d+)$/.exec(wrong.field)?.[1];
    return line ? [el("tr", {}, el("td", {}, line), el("td", {}, inColumns(wrong.remedy)))] : [];
  });
  if (!rows.length) return failure(error);
  const head = el("tr", {}, el("th", { scope: "col" }, words.line), el("th", { scope: "col" }, words.why));
  return el(
    "div",
    { class: "bad-rows", role: "alert" },
    el("p", { class: "failure" }, words.badRows),
    el("p", {}, words.badAdvice),
    el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)),
    el("button", { type: "button", onclick: skip }, words.skipAndSend),
  );
}

/**
 * @param {import("../../app.js").Me} me
 * @param {AbortSignal} signal
 */
function brandField(me, signal) {
  const words = say(jobs);
  const select = el(
    "select",
    { onchange: () => (draft.brand = select.value) },
    el("option", { value: "" }, words.byColumn),
  );
  const show = (/** @type {string[]} */ names) => {
    select.append(...names.map((name) => el("option", { value: name }, name)));
    select.value = names.includes(draft.brand) ? draft.brand : "";
  };
  if (me.brands) show(me.brands);
  else if (may(me, "read"))
    all("/v1/brands", signal).then(
      (brands) => show(brands.filter((brand) => brand.products > 0).map((brand) => brand.name)),
      () => {}, // drafts can be checked all the same, and named in the file
    );
  return el("label", {}, words.brand, select);
}

/** @param {{template: string, templateName: string, templateRows: string[][]}} words */
function templateButton(words) {
  const save = () => {
    const content = `\ufeff${words.templateRows.map((row) => row.join(",")).join("\r\n")}\r\n`; // the mark is for Excel
    saveFile(new Blob([content], { type: "text/csv" }), words.templateName);
  };
  return el("button", { type: "button", class: "link", onclick: save }, words.template);
}
