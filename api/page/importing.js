/** Importing files: chosen or dropped, stored with progress, cancelled, gone on with, undone. */

import { el } from "./elements.js";
import { droppable, fileButton } from "./files.js";
import { Run } from "./importing/run.js";
import { language, say } from "./language.js";
import { failure, inWords } from "./notices.js";
import { inColumns } from "./words/columns.js";
import { importing } from "./words/importing.js";

/**
 * @typedef {object} Import
 * @property {import("./importing/run.js").Kind} kind what the rows of a file are to become
 * @property {import("./importing/run.js").Store} store
 * @property {import("./importing/run.js").Undo} [undo] removes what was added, by id; what is gone already is no error
 * @property {() => void} done called when something was stored or taken back
 * @property {string} label what is imported, for screen readers
 * @property {Node} [options] shown with the picker, and not while an import runs: `store` may depend on them
 * @property {AbortSignal} [signal] where it is given, the import waits while its view is not shown
 */

const LARGEST = 20 * 2 ** 20; // bytes, as api/routes/rows.py has it: a larger file need not be sent to be refused
const SHOWN = 100; // bad rows
const OVER = new Set(["stopped", "done", "undone"]);
const FILES = { items: ".jsonl,.csv,.xlsx,.txt,.md,.html,.htm,.docx", products: ".jsonl,.csv,.xlsx" };

/** @type {Map<string, Run>} by the address they were begun at: an import outlives its view */
const runs = new Map();

addEventListener("beforeunload", (event) => {
  if ([...runs.values()].some(({ phase }) => phase === "running" || phase === "undoing")) event.preventDefault();
});

/**
 * @param {Import} asked
 * @returns {HTMLElement}
 */
export function importer({ kind, store, undo, done, label, options, signal }) {
  const words = say(importing);
  const place = `${location.hash} ${kind}`;
  const node = el("section", { class: "importer", "aria-label": label });
  const run = runs.get(place) ?? new Run(kind);
  /** @type {string | null} */
  let shown = null;

  function start(/** @type {File[]} */ files) {
    const next = attached(new Run(kind));
    next.unread = files.filter(({ size }) => size > LARGEST).map(({ name }) => ({ file: name, error: words.tooLarge }));
    next.begin(files.filter(({ size }) => size <= LARGEST));
  }

  function attached(/** @type {Run} */ made) {
    runs.set(place, made);
    Object.assign(made, { store, takeBack: undo, changed: () => show(made) });
    signal?.addEventListener("abort", () => made.interrupt(), { once: true });
    return made;
  }

  function show(/** @type {Run} */ now) {
    const state = `${now.phase} ${now.file.name} ${now.waits}`;
    if (state === shown) return progressed(node, now);
    const [before] = (shown ?? "").split(" ");
    const held = node.contains(document.activeElement);
    shown = state;
    const idle = now.phase === "idle" || now.phase === "done" || now.phase === "undone";
    node.replaceChildren(...told(now), ...(idle ? [picker(kind, start), options ?? ""] : []));
    progressed(node, now);
    if (held) node.querySelector("p")?.focus();
    if (before && before !== now.phase && OVER.has(now.phase) && node.isConnected) done();
  }

  show(attached(run));
  if (run.interrupted) run.goOn();
  return node;
}

/**
 * @param {Run} run
 * @returns {Node[]} how it is going, or went
 */
function told(run) {
  const words = say(importing);
  const status = (/** @type {string} */ text) => el("p", { role: "status", tabindex: "-1" }, text);
  const bar = () => el("progress", { "aria-label": words.storing });
  const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
    el("button", { type: "button", onclick }, text);
  const { stored, total } = run.rows;
  const { name, number: nth, of } = run.file;
  switch (run.phase) {
    case "running":
      return [
        status(run.waits ? words.waits : name ? words.reading(name, nth, of) : words.storing),
        bar(),
        el(
          "div",
          { class: "bar" },
          el("span", { class: "faint far" }),
          button(words.cancel, () => run.stop()),
        ),
      ];
    case "undoing":
      return [status(run.waits ? words.waits : ""), bar(), el("span", { class: "faint far" })];
    case "stopped":
      return [
        status(stored ? words.stopped(number(stored), number(total)) : words.stoppedEarly),
        ...(run.error ? [failure(run.error)] : []),
        el(
          "div",
          { class: "bar" },
          button(run.error ? words.again : words.goOn, () => run.goOn()),
          button(words.leaveIt, () => run.finish()),
        ),
        ...summary(run),
      ];
    case "done":
      return [
        status(stored || run.bad.length ? words.finished : words.nothing),
        ...(run.error ? [failure(run.error)] : []),
        ...summary(run),
      ];
    case "undone":
      return [status(words.undone)];
    default:
      return [];
  }
}

/**
 * What changes all the time, without disturbing what is around it.
 * @param {HTMLElement} node
 * @param {Run} run
 */
function progressed(node, run) {
  const words = say(importing);
  const bar = node.querySelector("progress");
  const far = node.querySelector(".far");
  if (!bar || !far) return;
  const { stored, total } = run.rows;
  if (run.phase === "undoing") {
    bar.max = run.outcomes.added;
    bar.value = run.outcomes.added - run.added.length;
    far.textContent = words.undoing(number(run.added.length));
  } else if (total) {
    bar.max = total;
    bar.value = stored;
    far.textContent = words.stored(number(stored), number(total));
  }
}

/**
 * @param {Run} run
 * @returns {Node[]} what became of the rows
 */
function summary(run) {
  const words = say(importing);
  const counts = Object.entries({ ...run.outcomes, bad: run.bad.length }).filter(([, count]) => count > 0);
  const rows = run.bad
    .slice(0, SHOWN)
    .map(({ file, line, reason }) =>
      el("tr", {}, el("td", {}, file), el("td", {}, String(line)), el("td", {}, inColumns(reason))),
    );
  const more = run.bad.length - rows.length;
  const outcome = (/** @type {string} */ name) => words.outcomes[/** @type {keyof typeof words.outcomes} */ (name)];
  const undoable = run.takeBack && run.added.length > 0 && run.phase === "done";
  return [
    el(
      "ul",
      { class: "outcomes" },
      ...counts.map(([name, count]) => el("li", {}, el("b", {}, number(count)), ` ${outcome(name)}`)),
    ),
    undoable &&
      el(
        "p",
        {},
        el("button", { type: "button", onclick: () => run.undo() }, words.undo(number(run.added.length))),
        run.outcomes.replaced > 0 && el("small", {}, ` ${words.replacedStay}`),
      ),
    run.unread.length > 0 &&
      el(
        "div",
        { class: "failure" },
        el("h3", {}, words.unread),
        el("ul", {}, ...run.unread.map(({ file, error }) => el("li", {}, reason(file, inWords(error))))),
      ),
    rows.length > 0 &&
      el(
        "details",
        { open: rows.length <= 10 },
        el("summary", {}, `${words.badRows}（${number(run.bad.length)}）`),
        el("p", { class: "faint" }, more > 0 ? words.more(number(more)) : words.fix),
        el(
          "div",
          { class: "scroll", tabindex: "0", role: "region", "aria-label": words.badRows },
          el(
            "table",
            {},
            el("thead", {}, el("tr", {}, ...words.badColumns.map((column) => el("th", { scope: "col" }, column)))),
            el("tbody", {}, ...rows),
          ),
        ),
      ),
  ].filter((part) => part instanceof Node);
}

/**
 * @param {import("./importing/run.js").Kind} kind
 * @param {(files: File[]) => void} start
 */
function picker(kind, start) {
  const words = say(importing);
  const accept = kind === "products" ? FILES.products : FILES.items;
  const zone = el(
    "div",
    { class: "drop" },
    words.drop,
    fileButton(words.choose, { accept, multiple: true, look: "primary", take: start }),
    el("small", {}, words.kinds[kind], " ", words.limits),
  );
  return droppable(zone, start);
}

/**
 * The service's own words often begin with the name of the file.
 * @param {string} file
 * @param {string} told
 */
const reason = (file, told) => (told.includes(file) ? told : `${file}：${told}`);

const number = (/** @type {number} */ count) => count.toLocaleString(language());
