/** What is wrong with a report's passages, gravest first: the one thing that colours a passage. Pure functions. */

/** @typedef {import("./types.js").Report} Report */
/** @typedef {import("./types.js").Passage} Passage */
/** @typedef {import("./types.js").Paragraph} Paragraph */
/** @typedef {"verbatim" | "edited" | "paraphrase" | "theme" | "off_topic" | "advertising"} Kind */

/** In the order of gravity. */
export const KINDS = /** @type {const} */ (["verbatim", "edited", "paraphrase", "theme", "off_topic", "advertising"]);
const TAKEN = new Set(["verbatim", "edited", "paraphrase"]);
const COMMON = 60; // a passage reads like common content from this homogeneity on
const OFF_TOPIC = 20; // and has nothing to do with the products below this relevance

/**
 * @param {Passage} passage
 * @param {Paragraph | undefined} paragraph it stands in
 * @returns {Kind | null}
 */
export function kindOf(passage, paragraph) {
  const taken = passage.matches.find((m) => TAKEN.has(m.kind) && m.counts && !m.quoted);
  if (taken) return taken.kind;
  if (passage.homogeneity >= COMMON) return "theme";
  if (passage.part === "advertising") return "advertising";
  if (paragraph && paragraph.relevance !== null && paragraph.relevance < OFF_TOPIC) return "off_topic";
  return null;
}

/**
 * @param {Report} report
 * @returns {{number: number, passage: Passage, kind: Kind}[]} every passage with something wrong, worst first
 */
export function worstFirst(report) {
  /** @type {Map<number, Paragraph>} */
  const owners = new Map();
  for (const paragraph of report.paragraphs) for (const number of paragraph.passages) owners.set(number, paragraph);
  const found = report.passages.flatMap((passage, number) => {
    const kind = kindOf(passage, owners.get(number));
    return kind ? [{ number, passage, kind }] : [];
  });
  const weight = (/** @type {{kind: Kind, passage: Passage}} */ f) =>
    KINDS.length - KINDS.indexOf(f.kind) + f.passage.homogeneity / 100;
  return found.sort((a, b) => weight(b) - weight(a));
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {[string, boolean][]} `one` in pieces, each with whether it stands in `other` as well (runs of two or more)
 */
export function equalWords(one, other) {
  const shared = new Set();
  const here = Array.from(one);
  const there = other.replace(/\s/g, "");
  for (let i = 0; i + 2 <= here.length; i += 1) {
    if (there.includes(here[i] + here[i + 1])) {
      shared.add(i);
      shared.add(i + 1);
    }
  }
  /** @type {[string, boolean][]} */
  const pieces = [];
  here.forEach((c, i) => {
    const equal = shared.has(i);
    if (pieces.length && pieces[pieces.length - 1][1] === equal) pieces[pieces.length - 1][0] += c;
    else pieces.push([c, equal]);
  });
  return pieces;
}
