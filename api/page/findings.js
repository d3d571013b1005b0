/** What is wrong with a report's passages: the one thing that colours each, and which of them is the worst. Pure functions. */

/** @typedef {import("./types.js").Report} Report */
/** @typedef {import("./types.js").Passage} Passage */
/** @typedef {import("./types.js").Paragraph} Paragraph */
/** @typedef {import("./types.js").Match} Match */
/** @typedef {"verbatim" | "edited" | "paraphrase" | "theme" | "off_topic" | "advertising" | "quoted"} Kind */
/** @typedef {{number: number, passage: Passage, kind: Kind}} Finding `number`: of the passage, from 0 */

/** In the order of gravity; what is quoted is no fault. */
export const KINDS = /** @type {const} */ ([
  "verbatim",
  "edited",
  "paraphrase",
  "theme",
  "off_topic",
  "advertising",
  "quoted",
]);
const TAKEN = new Set(["verbatim", "edited", "paraphrase"]);
const GRAVITY = { verbatim: 3, edited: 2.5, paraphrase: 2 }; // of a whole passage, where the plainest old theme is 1.5
const COMMON = 60; // a passage reads like common content from this homogeneity on
export const OFF_TOPIC = 20; // and has nothing to do with the products below this relevance

/**
 * @param {Match} match
 * @returns {boolean} whether it says that the passage was taken from the item
 */
export const isTaken = (match) => TAKEN.has(match.kind);

/**
 * @param {Passage} passage
 * @param {Paragraph | undefined} paragraph it stands in
 * @returns {Kind | null}
 */
export function kindOf(passage, paragraph) {
  const taken = passage.matches.find((m) => isTaken(m) && m.counts && !m.quoted);
  if (taken) return taken.kind;
  if (passage.homogeneity >= COMMON) return "theme";
  if (passage.part === "advertising") return "advertising";
  if (paragraph && paragraph.relevance !== null && paragraph.relevance < OFF_TOPIC) return "off_topic";
  return passage.matches.some((m) => isTaken(m) && m.quoted) ? "quoted" : null;
}

/**
 * @param {Kind | null} kind
 * @returns {"homogeneity" | "relevance" | "promotion"} the score that a passage of this kind worsens
 */
export const scoreOf = (kind) =>
  kind === "off_topic" ? "relevance" : kind === "advertising" ? "promotion" : "homogeneity";

/**
 * @param {Report} report
 * @returns {(Kind | null)[]} of each passage
 */
export function kindsOf(report) {
  /** @type {Map<number, Paragraph>} */
  const owners = new Map();
  for (const paragraph of report.paragraphs) for (const number of paragraph.passages) owners.set(number, paragraph);
  return report.passages.map((passage, number) => kindOf(passage, owners.get(number)));
}

/**
 * @param {Report} report
 * @returns {Finding[]} every passage with something wrong, worst first; equally bad ones as they stand in the draft
 */
export function worstFirst(report) {
  const kinds = kindsOf(report);
  const found = report.passages.flatMap((passage, number) => {
    const kind = kinds[number];
    return kind && kind !== "quoted" ? [{ number, passage, kind, weight: weight(passage, kind, report) }] : [];
  });
  return found.sort((a, b) => b.weight - a.weight).map(({ weight: _, ...finding }) => finding);
}

/**
 * How much an editor gains by mending a passage: a few borrowed words in a long sentence are less than a sentence that
 * everyone has read before, and what can be shown beside its like convinces more. A sentence that sells is a fault where
 * most others do. The report as a file has the same (report_page/marks.py).
 * @param {Passage} passage
 * @param {Kind} kind
 * @param {Report} report
 * @returns {number}
 */
function weight(passage, kind, { promotion }) {
  const common = passage.homogeneity / 100;
  if (kind === "theme") return common * (0.5 + (passage.matches[0]?.similarity ?? 0));
  if (kind === "advertising") return Math.max(common / 4, promotion.score / 100);
  if (kind === "off_topic") return common / 4;
  const taken = passage.matches.filter((m) => isTaken(m) && m.counts && !m.quoted);
  return Math.max(
    ...taken.map((m) => GRAVITY[/** @type {keyof GRAVITY} */ (m.kind)] * m.similarity * covered(passage, m)),
  );
}

/**
 * @param {Passage} passage
 * @param {Match} match
 * @returns {number} 0-1: part of the passage
 */
function covered(passage, match) {
  const shared = Math.min(passage.end, match.end) - Math.max(passage.start, match.start);
  return Math.max(0, shared) / (passage.end - passage.start);
}
