/** The check view: a draft, what is wrong with it, and why. */

import { handedOver, openCheck } from "../draft.js";
import { el } from "../elements.js";
import { fileButton } from "../files.js";
import { kindsOf, worstFirst } from "../findings.js";
import { genreNames } from "../genres.js";
import { say } from "../language.js";
import { failure, inWords, tell } from "../notices.js";
import { ask } from "../service.js";
import { check as both } from "../words/check.js";
import { asking } from "./check/asking.js";
import { editor } from "./check/editor.js";
import { incoming } from "./check/incoming.js";
import { moving } from "./check/moving.js";
import { painting } from "./check/painting.js";
import { panel } from "./check/panel.js";
import { found, isSame, keep, replace, restore, session, storing } from "./check/session.js";
import { brandChooser, legend } from "./check/toolbar.js";

/** @typedef {import("../draft.js").Draft} Draft */

const FILES = ".docx,.md,.txt,.html,.htm";
const AT_ONCE = 30; // units that nobody types at once: a text has come from elsewhere

/** @type {import("../app.js").View} */
export function view({ parts: [stored], signal, me }) {
  const words = say(both);
  restore();

  const asked = asking({ signal, started: () => state(words.checking), done, failed: refuse });
  const written = editor({ text: session.draft.text, label: words.draft, hint: words.draftHint, changed });
  const colours = painting(written.copy, signal);
  const key = legend(words);
  const go = moving({ written, colours, side: () => side }, signal);
  const side = panel({ me, go, store: () => asked.now(true) }, signal, words);
  const status = el("p", { class: "status", role: "status" });
  const trouble = el("div", { class: "trouble" });
  const size = el("span", { class: "faint size" });
  const title = el("input", {
    class: "title",
    "aria-label": words.title,
    placeholder: words.titleHint,
    maxlength: 2000,
    oninput: () => edited({ title: title.value }),
  });
  const brand = brandChooser({ me, brand: session.draft.brand, chosen: branded, failed: refuse }, signal, words);
  const unkept = el("input", { type: "checkbox", checked: session.noStore, onchange: kept });
  const files = incoming({
    editor: written,
    target: written.node,
    signal,
    started: () => state(words.reading),
    titled: retitled,
    opened: ({ title: name, text }) => take({ ...session.draft, title: name, text }),
    failed: (error, saved) => (saved ? tell(`${words.pasteFailed}${inWords(error)}`) : refuse(error)),
  });

  genreNames(signal).then(side.name, (error) => signal.aborted || refuse(error));
  refresh();
  const given = handedOver();
  if (given && !isSame(given, session.draft)) put(given);
  if (stored && stored !== session.checkId) load(stored);
  else upToDate();

  return el(
    "div",
    { class: "checking" },
    el(
      "section",
      { class: "desk" },
      el("h1", {}, words.heading),
      el(
        "div",
        { class: "bar" },
        el("label", {}, `${words.brand} `, brand.field),
        fileButton(words.open, { accept: FILES, take: ([file]) => files.open(file) }),
        el("button", { class: "primary", onclick: () => asked.now(true) }, words.check),
        el("button", { class: "quiet", onclick: () => take({ ...session.draft, title: "", text: "" }) }, words.clear),
        el("label", { class: "unkept" }, unkept, ` ${words.noStore}`),
      ),
      key.node,
      el("div", { class: "bar state" }, status, size),
      trouble,
      title,
      written.node,
    ),
    side.node,
  );

  /** A draft without a report of it gets one. */
  function upToDate() {
    if (session.draft.text.trim() && !isSame(session.draft, session.checked)) asked.now(false);
  }

  /** @param {string} said */
  function state(said) {
    status.textContent = said;
  }

  /** @param {unknown} error */
  function refuse(error) {
    state("");
    trouble.replaceChildren(failure(error, { label: words.retry, again: () => asked.now(true) }));
  }

  /** Everything as the session has it. */
  function refresh() {
    const { draft, report, checked } = session;
    title.value = draft.title;
    brand.show(draft.brand);
    written.show(draft.text);
    trouble.replaceChildren();
    state("");
    counted();
    if (report && checked?.text === draft.text) colours.paint(report);
    else colours.clear();
    shown();
  }

  /** The report of the session beside the draft. */
  function shown() {
    key.count(session.report ? kindsOf(session.report) : []);
    side.show();
    if (session.chosen !== null) colours.choose(session.chosen);
  }

  function counted() {
    size.textContent = words.characters(Array.from(session.draft.text).length);
  }

  /**
   * @param {number} added
   * @param {boolean} pasted
   */
  function changed(added, pasted) {
    const text = written.field.value;
    if (added === text.length) {
      replace({ ...session.draft, text }); // nothing is left of the draft before
      colours.clear();
      shown();
    }
    colours.fade();
    edited({ text }, pasted || added >= AT_ONCE);
  }

  /**
   * @param {Partial<Draft>} part
   * @param {boolean} [atOnce] to be checked without a pause
   */
  function edited(part, atOnce = false) {
    session.draft = { ...session.draft, ...part };
    keep();
    counted();
    trouble.replaceChildren();
    leave();
    if (!session.draft.text.trim()) {
      asked.stop();
      state("");
    } else if (atOnce) asked.now(true);
    else {
      state(words.changed);
      asked.soon();
    }
  }

  /** What stands here is no longer what is stored under the address. */
  function leave() {
    if (stored) history.replaceState(null, "", "#/check");
  }

  /** @param {string} name */
  function retitled(name) {
    title.value = name;
    edited({ title: name });
  }

  /** @param {string} name */
  function branded(name) {
    edited({ brand: name }, true);
  }

  function kept() {
    storing(unkept.checked);
    side.show();
  }

  /**
   * @param {Draft} sent
   * @param {import("../types.js").Report} report
   * @param {string} checkId
   * @param {boolean} wanted
   */
  function done(sent, report, checkId, wanted) {
    found(sent, report, checkId);
    trouble.replaceChildren();
    colours.paint(report);
    shown();
    const bad = worstFirst(report);
    state(words.finished(words.verdict[report.verdict], bad.length));
    if (wanted && bad.length > 0 && session.chosen === null) go.seen(colours.choose(bad[0].number));
  }

  /**
   * Another draft in place of this one, which can be brought back.
   * @param {Draft} draft
   */
  function take(draft) {
    leave();
    put(draft);
    if (draft.text.trim()) asked.now(true);
  }

  /** @param {Draft} draft */
  function put(draft) {
    asked.stop();
    const had = session.draft.text.trim() !== "";
    const back = replace(draft);
    const undone = () => {
      asked.stop();
      back();
      if (signal.aborted) return openCheck();
      refresh();
      upToDate();
    };
    refresh();
    scrollTo({ top: 0 });
    if (had) tell(draft.text ? words.replaced : words.cleared, { label: words.bringBack, action: undone });
  }

  /** @param {string} id of a check that the service has kept */
  async function load(id) {
    state(words.reading);
    try {
      const { check, text, ...report } = await ask(`/v1/checks/${encodeURIComponent(id)}`, { signal });
      const draft = { title: check.title, text, brand: check.brand ?? "" };
      put(draft);
      found(draft, report, id);
      refresh();
    } catch (error) {
      if (!signal.aborted) trouble.replaceChildren(failure(error, { label: words.retry, again: () => load(id) }));
    }
  }
}
