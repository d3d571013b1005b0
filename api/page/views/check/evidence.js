/** Why a passage is coloured: beside it the known pieces, with equal words marked. */

import { alike } from "../../alike.js";
import { el } from "../../elements.js";
import { isTaken } from "../../findings.js";
import { kindMark } from "../../kind.js";
import { ask } from "../../service.js";

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("../../types.js").Match} Match */
/** @typedef {import("../../findings.js").Kind} Kind */
/** @typedef {import("./sentences.js").Words} Words */

const CLOSE = [0.8, 0.95]; // similarity of wording from which it is mostly, and almost wholly, the same
const ALIKE = [0.6, 0.75]; // of meaning

/** @type {Map<string, Promise<any>>} pieces asked for in this tab */
const pieces = new Map();

/**
 * @param {object} shown
 * @param {Report} shown.report
 * @param {number} shown.number of the passage
 * @param {Kind | null} shown.kind
 * @param {Node | null} shown.opinion a button that gives the reader's own
 * @param {boolean} shown.mayRead whether pieces may be looked up
 * @param {Map<string, string>} shown.genres their names
 * @param {Words} words
 * @param {AbortSignal} signal
 */
export function evidence({ report, number, kind, opinion, mayRead, genres }, words, signal) {
  const passage = report.passages[number];
  const at = report.paragraphs.findIndex((p) => p.passages.includes(number));
  const relevance = report.paragraphs[at]?.relevance ?? null;
  const strays = report.relevance?.off_topic_paragraphs.includes(at);
  const taken = passage.matches.filter(isTaken);
  const themes = passage.matches.filter((match) => !isTaken(match));
  const shown = (/** @type {Match} */ match) => card(match, passage.text, genres, mayRead, words, signal);
  return el(
    "article",
    { class: "evidence" },
    el("h2", { tabindex: "-1" }, words.evidence, " ", kind && kindMark(kind)),
    el("h3", {}, words.inDraft),
    el("blockquote", { class: kind ?? "" }, ...marked(passage.text, passage.matches[0])),
    el("p", {}, kind && words.why[kind], " ", el("small", {}, words.passageScore(passage.homogeneity))),
    strays && relevance !== null && el("p", {}, words.strayParagraph(at + 1, relevance)),
    taken.length > 0 && el("h3", {}, words.sources(taken.length)),
    ...taken.map(shown),
    themes.length > 0 && el("h3", {}, words.alike),
    ...themes.map(shown),
    passage.matches.length === 0 && el("p", { class: "faint" }, words.noSource),
    opinion,
  );
}

/**
 * @param {Match} match
 * @param {string} passage
 * @param {Map<string, string>} genres
 * @param {boolean} mayRead
 * @param {Words} words
 * @param {AbortSignal} signal
 */
function card(match, passage, genres, mayRead, words, signal) {
  const origin = el("small", { class: "origin" }, "…");
  if (mayRead) source(match.item_id, signal).then((said) => origin.replaceChildren(said(words)));
  else origin.replaceChildren(match.item_id);
  return el(
    "section",
    { class: "known" },
    el("h4", {}, match.item_title || words.untitled),
    el(
      "p",
      { class: "tags" },
      kindMark(match.kind),
      el("span", {}, inWords(match, words)),
      el("span", {}, genres.get(match.genre) ?? (match.genre || words.noGenre)),
      match.quoted && el("strong", {}, words.quotedMatch),
      !match.quoted && !match.counts && isTaken(match) && el("strong", {}, words.uncounted),
      match.item_published && el("span", {}, words.published(match.item_published)),
    ),
    el("blockquote", {}, ...alike(match.item_text, passage)),
    origin,
  );
}

/**
 * @param {string} text
 * @param {Match | undefined} match
 * @returns {(Node | string)[]}
 */
const marked = (text, match) => (match ? alike(text, match.item_text) : [text]);

/**
 * @param {Match} match
 * @param {Words} words
 */
function inWords(match, words) {
  const [levels, steps] = isTaken(match) ? [words.taken, CLOSE] : [words.themes, ALIKE];
  const share = isTaken(match) ? ` ${Math.round(100 * match.similarity)}%` : ""; // that of a meaning is no share of anything
  return levels[steps.filter((step) => match.similarity >= step).length] + share;
}

/**
 * Where a piece comes from, asked for once.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<(words: Words) => string>}
 */
async function source(id, signal) {
  const path = `/v1/corpus/items/${id.split("/").map(encodeURIComponent).join("/")}`;
  if (!pieces.has(id)) pieces.set(id, ask(path, { signal }));
  try {
    const { source } = await pieces.get(id);
    const from = (/** @type {Words} */ words) =>
      source === "contentcheck" ? words.shipped : source ? words.sourceOf(source) : words.noSourceKnown;
    return (words) => `${from(words)} · ${id}`;
  } catch {
    pieces.delete(id); // it may have been removed since, or come the next time
    return () => id;
  }
}
