/** A form for something that is stored: it saves what was changed, unless somebody else has changed it meanwhile. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { Refused } from "../../service.js";
import { brands } from "../../words/brands.js";

/** @typedef {import("./edits.js").Edit} Edit */
/**
 * @typedef {object} Field
 * @property {string} name as the service calls it
 * @property {string[]} words its label, and what to write there
 * @property {"line" | "text" | "lines"} kind `lines`: a list, one a line
 */

let made = 0;

/**
 * @param {object} asked
 * @param {string} asked.label what the form is of
 * @param {Field[]} asked.fields
 * @param {Edit} asked.edit what was there and what stands in the fields; kept up to date
 * @param {(body: Record<string, string | string[]>) => Promise<void>} asked.save may throw Refused
 * @param {{takeTheirs: () => Promise<void>, keepMine: () => Promise<void>}} [asked.conflict] what can be done where
 *   somebody else was faster: leave what was typed for what is stored now, or let `edit` take its place
 * @param {() => void} [asked.cancel]
 */
export function form({ label, fields, edit, save, conflict, cancel }) {
  const words = say(brands);
  made += 1;
  const id = `form-${made}`;
  const inputs = fields.map((field) => input(field, `${id}-${field.name}`, edit));
  const told = el("div", { class: "told" });
  const primary = el("button", { class: "primary" }, words.save);

  const attempt = async (/** @type {() => Promise<unknown>} */ doing) => {
    if (primary.ariaBusy) return;
    primary.ariaBusy = "true";
    told.replaceChildren();
    for (const shown of inputs) shown.wrong([]);
    try {
      await doing();
    } catch (error) {
      const late = conflict && error instanceof Refused && error.slug === "changed_meanwhile";
      told.replaceChildren(...(late ? [choice(conflict)] : notAtFields(error, inputs)));
    } finally {
      primary.ariaBusy = null;
    }
  };
  const sent = () => save(Object.fromEntries(fields.map((field) => [field.name, read(field, edit)])));
  const choice = (/** @type {NonNullable<typeof conflict>} */ { takeTheirs, keepMine }) =>
    el(
      "div",
      { class: "failure", role: "alert" },
      el("p", {}, words.conflict),
      el(
        "p",
        { class: "bar" },
        el("button", { type: "button", onclick: () => attempt(takeTheirs) }, words.takeTheirs),
        el("button", { type: "button", onclick: () => attempt(() => keepMine().then(sent)) }, words.keepMine),
      ),
    );
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    attempt(sent);
  };
  return el(
    "form",
    { class: "edit", "aria-label": label, novalidate: true, onsubmit: submitted },
    ...inputs.map((shown) => shown.node),
    told,
    el("p", { class: "bar" }, primary, cancel && el("button", { type: "button", onclick: cancel }, words.cancel)),
  );
}

/**
 * The lines of a list that say something, with their numbers in the field.
 * @param {string} value
 */
const linesOf = (value) =>
  value
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line);

/**
 * What a field holds, as the service takes it.
 * @param {Field} field
 * @param {Edit} edit
 */
const read = ({ name, kind }, { values }) =>
  kind === "lines" ? linesOf(values[name]).map(({ line }) => line) : values[name].trim();

/**
 * A list as it stands in a field. Line breaks within an entry mean nothing to the service.
 * @param {string[]} entries
 */
export const asLines = (entries) => entries.map((entry) => entry.replace(/\s*\n\s*/g, " ")).join("\n");

/**
 * @param {Field} field
 * @param {string} id
 * @param {Edit} edit
 */
function input({ name, words: [label, hint], kind }, id, edit) {
  const control = el(kind === "line" ? "input" : "textarea", {
    id,
    name,
    autocomplete: "off",
    rows: kind !== "line" && (kind === "text" ? 6 : 4),
    "aria-describedby": `${id}-hint ${id}-wrong`,
    oninput: () => {
      edit.values[name] = control.value;
    },
  });
  control.value = edit.values[name];
  const told = el("div", { id: `${id}-wrong`, class: "failure" });
  /** @param {import("../../service.js").Wrong[]} found */
  const wrong = (found) => {
    if (found.length) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    told.replaceChildren(...found.map((one) => el("p", {}, where(one, kind, control.value), one.remedy)));
  };
  const node = el(
    "div",
    { class: kind === "lines" ? "field" : "field wide" },
    el("label", { for: id }, label),
    el("small", { id: `${id}-hint` }, hint),
    control,
    told,
  );
  return { name, control, node, wrong };
}

/**
 * Which line of a list is meant: body.allowed.2 is the third that is not empty.
 * @param {import("../../service.js").Wrong} wrong
 * @param {string} kind
 * @param {string} value
 */
function where(wrong, kind, value) {
  const index = Number(wrong.field.split(".").at(-1));
  const found = kind === "lines" ? linesOf(value)[index] : undefined;
  return found && say(brands).line(found.number);
}

/**
 * Say each thing that is wrong at the field it is wrong with, and go there.
 * @param {unknown} error
 * @param {ReturnType<typeof input>[]} inputs
 * @returns {Node[]} what is said of the rest
 */
function notAtFields(error, inputs) {
  const errors = error instanceof Refused ? error.errors : [];
  const named = inputs.map((shown) => errors.filter((wrong) => wrong.field.split(".").includes(shown.name)));
  inputs.forEach((shown, n) => {
    shown.wrong(named[n]);
  });
  const first = inputs[named.findIndex((found) => found.length)];
  first?.control.focus();
  return first && named.flat().length === errors.length ? [] : [failure(error)];
}
