/** What is wrong with a report's passages: what colours each, and which of them is the worst. Pure functions. */

/** @typedef {import("./types.js").Report} Report */
/** @typedef {import("./types.js").Passage} Passage */
/** @typedef {import("./types.js").Match} Match */
/** @typedef {NonNullable<Passage["fault"]>} Fault */
/** @typedef {Fault["kind"] | "quoted"} Kind */
/** @typedef {Fault & {number: number, passage: Passage}} Finding `number`: of the passage, from 0 */

/** @type {readonly Kind[]} in the order of gravity; what is quoted is no fault */
export const KINDS = ["verbatim", "edited", "paraphrase", "theme", "off_topic", "advertising", "quoted"];

/**
 * @param {Match} match
 * @returns {boolean} whether it says that the passage was taken from the item
 */
export const isTaken = (match) => match.kind !== "theme";

/**
 * @param {Kind | null} kind
 * @returns {"homogeneity" | "relevance" | "promotion"} the score that a passage of this kind worsens
 */
export const scoreOf = (kind) =>
  kind === "off_topic" ? "relevance" : kind === "advertising" ? "promotion" : "homogeneity";

/**
 * @param {Report} report one of an earlier version does not say what is wrong
 * @returns {(Kind | null)[]} of each passage
 */
export const kindsOf = ({ passages }) =>
  passages.map(({ fault, matches }) => fault?.kind ?? (quotes(matches) ? "quoted" : null));

/** @param {Match[]} matches */
const quotes = (matches) => matches.some((match) => isTaken(match) && match.quoted);

/**
 * @param {Report} report
 * @returns {Finding[]} every passage with something wrong, worst first; equally bad ones as they stand in the draft
 */
export function worstFirst({ passages }) {
  const found = passages.flatMap((passage, number) => (passage.fault ? [{ ...passage.fault, number, passage }] : []));
  return found.sort((a, b) => b.gravity - a.gravity);
}
