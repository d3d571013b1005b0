/** Two versions of a draft side by side: how their scores moved, and what was changed between them. */

import { compared, comparedByLine } from "../../diff.js";
import { el } from "../../elements.js";
import { language, say } from "../../language.js";
import { versionWords } from "../../words/versions.js";

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {{made: Date, title: string, text: string, report: Report}} Version of a draft, with the report of it */
/** @typedef {{older: Version, newer: Version}} Pair */

const SCORES = /** @type {const} */ (["homogeneity", "relevance", "promotion", "repetition"]);
const FOLDED = 60; // characters of unchanged lines from which they are folded away
const LONGEST = 160; // characters of an unchanged stretch within a changed line that are shown
const BESIDE = 40; // of which so many on either side of the fold

/** @type {Pair | null} */
let chosen = null; // by the reader; else the last two

/**
 * @param {Version[]} versions oldest first
 * @returns {HTMLElement}
 */
export function versionsView(versions) {
  const words = say(versionWords);
  const heading = el("h2", {}, words.heading);
  if (versions.length < 2)
    return el("section", { class: "versions" }, heading, el("p", { class: "faint" }, words.only));
  const kept = chosen && versions.includes(chosen.older) && versions.includes(chosen.newer);
  const pair = kept && chosen ? chosen : { older: versions[versions.length - 2], newer: versions[versions.length - 1] };
  const result = el("div", {}, ...comparison(pair));
  const choose = (/** @type {keyof Pair} */ side, /** @type {number} */ at) => {
    pair[side] = versions[at];
    chosen = pair;
    result.replaceChildren(...comparison(pair));
  };
  const picker = (/** @type {keyof Pair} */ side) =>
    el(
      "label",
      {},
      `${words[side]} `,
      el(
        "select",
        {
          onchange: (/** @type {Event} */ e) => choose(side, /** @type {HTMLSelectElement} */ (e.target).selectedIndex),
        },
        ...versions.map((v, i) => el("option", { selected: v === pair[side] }, words.version(i + 1, time(v.made)))),
      ),
    );
  return el(
    "section",
    { class: "versions" },
    heading,
    el("div", { class: "bar" }, picker("older"), picker("newer")),
    result,
  );
}

/**
 * @param {Pair} pair
 * @returns {Node[]}
 */
const comparison = (pair) => [scores(pair), changes(pair)];

/** @param {Pair} pair */
function scores({ older, newer }) {
  const words = say(versionWords);
  const rows = SCORES.filter((name) => older.report[name] || newer.report[name]).map((name) => {
    const [before, after] = [older.report[name]?.score, newer.report[name]?.score];
    const hint = name === "relevance" ? words.higherIsBetter : words.lowerIsBetter;
    return row(
      el("span", {}, words.names[name], el("small", {}, ` ${hint}`)),
      shown(before),
      shown(after),
      moved(name, before, after),
    );
  });
  const verdicts = [older, newer].map((v) => words.verdicts[v.report.verdict]);
  const same = verdicts[0] === verdicts[1];
  return el(
    "div",
    {},
    el("h3", {}, words.scores),
    el(
      "table",
      {},
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ...[words.score, words.older, words.newer, words.difference].map((h) => el("th", { scope: "col" }, h)),
        ),
      ),
      el("tbody", {}, ...rows, row(words.verdict, verdicts[0], verdicts[1], same ? words.unmoved : "")),
    ),
  );
}

/**
 * @param {Node | string} name
 * @param {...(Node | string)} cells
 */
const row = (name, ...cells) => el("tr", {}, el("th", { scope: "row" }, name), ...cells.map((c) => el("td", {}, c)));

/** @param {number | undefined} score */
const shown = (score) => (score === undefined ? say(versionWords).none : String(Math.round(score)));

/**
 * @param {typeof SCORES[number]} name
 * @param {number | undefined} before
 * @param {number | undefined} after
 * @returns {Node | string}
 */
function moved(name, before, after) {
  const words = say(versionWords);
  if (before === undefined || after === undefined) return "";
  const by = Math.round(after) - Math.round(before);
  if (!by) return words.unmoved;
  const better = by > 0 === (name === "relevance");
  const written = `${by > 0 ? "+" : "−"}${Math.abs(by)}`;
  return el("span", { class: better ? "better" : "worse" }, better ? words.better(written) : words.worse(written));
}

/** @param {Pair} pair */
function changes({ older, newer }) {
  const words = say(versionWords);
  const title = older.title === newer.title ? [] : compared(older.title, newer.title);
  const lines = comparedByLine(older.text, newer.text).map(([before, after, same]) =>
    same ? before : compared(before, after),
  );
  const different = [title, ...lines].flatMap((part) => (typeof part === "string" ? [] : part.filter((p) => !p[2])));
  const count = (/** @type {0 | 1} */ side) =>
    different.reduce((sum, piece) => sum + length(piece[side].replace(/\s/g, "")), 0);
  return el(
    "div",
    {},
    el("h3", {}, words.changes),
    el("p", { role: "status" }, different.length ? words.summary(count(0), count(1)) : words.equal),
    title.length > 0 && el("div", {}, el("h4", {}, words.title), changed(title)),
    different.length > 0 &&
      el(
        "div",
        { class: "sides" },
        ...lines.map((line) => (typeof line === "string" ? unchanged(line) : changed(line))),
      ),
  );
}

/** @param {import("../../diff.js").Piece[]} found */
function changed(found) {
  const words = say(versionWords);
  const side = (/** @type {0 | 1} */ at) =>
    withoutEmptyEnds(found.flatMap((p) => (p[at] ? [{ text: p[at], same: p[2] }] : []))).flatMap(({ text, same }) =>
      same ? shortened(text) : [el(at ? "ins" : "del", {}, visible(text))],
    );
  const cell = (/** @type {string} */ label, /** @type {0 | 1} */ at) => {
    const content = side(at);
    const empty = el("span", { class: "faint" }, words.nothing);
    return el(
      "div",
      { role: "group", "aria-label": label },
      el("b", { "aria-hidden": "true" }, label),
      el("p", {}, ...(content.length ? content : [empty])),
    );
  };
  return el("div", { class: "changed" }, cell(words.older, 0), cell(words.newer, 1));
}

/**
 * @param {string} text whole lines
 * @returns {Node | null} nothing for empty ones
 */
function unchanged(text) {
  const lines = text.split("\n").filter((line) => line.trim()).length;
  if (!lines) return null;
  if (length(text) < FOLDED) return el("p", { class: "unchanged" }, text.trimEnd());
  const summary = el("summary", {}, say(versionWords).folded(lines, length(text.replace(/\s/g, ""))));
  return el("details", { class: "unchanged" }, summary, el("p", {}, text.trimEnd()));
}

/**
 * @param {string} text unchanged, within a changed line
 * @returns {(Node | string)[]}
 */
function shortened(text) {
  const characters = Array.from(text);
  if (characters.length <= LONGEST) return [text];
  const middle = characters.slice(BESIDE, -BESIDE).join("");
  const button = el(
    "button",
    { class: "quiet", onclick: () => button.replaceWith(middle) },
    say(versionWords).hidden(length(middle)),
  );
  return [characters.slice(0, BESIDE).join(""), button, characters.slice(-BESIDE).join("")];
}

/**
 * @param {{text: string, same: boolean}[]} pieces of a cell
 * @returns {{text: string, same: boolean}[]} without the empty lines that it would begin and end with
 */
const withoutEmptyEnds = (pieces) =>
  pieces.map(({ text, same }, i) => {
    if (!text.trim()) return { text, same };
    const begun = i === 0 ? text.replace(/^\n+/, "") : text;
    return { text: i === pieces.length - 1 ? begun.replace(/\n+$/, "") : begun, same };
  });

/** @param {string} text where nothing but line ends was put in or taken out, nobody would see it */
const visible = (text) => (text.trim() ? text : text.replace(/\n/g, "↵\n"));

/** @param {string} text */
const length = (text) => Array.from(text).length;

/** @param {Date} made */
const time = (made) => made.toLocaleTimeString(language() === "en" ? "en" : "zh-CN", { hour12: false });
