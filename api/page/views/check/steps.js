/** What to do next, in order of effect: what the verdict rests on first, each with the places it is about. Pure functions. */

import { KINDS, worstFirst } from "../../findings.js";

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("../../findings.js").Kind} Kind */
/**
 * @typedef {object} Place where something is to be done
 * @property {number} start code points of the draft
 * @property {number} end
 * @property {string} text
 * @property {number | null} passage whose evidence there is
 * @property {Kind | null} kind
 * @property {number} [paragraph] from 0, where the place is a whole one
 */
/** @typedef {{product: string, point: string, place: Place | null}} Missing a key point, and the paragraph that could carry it */
/** @typedef {{code: string, message: string, places: Place[], missing: Missing[]}} Step `code`: of the reason, or a kind */

/** @type {Record<string, Kind[]>} what reasons are about */
const ABOUT = {
  copied_text: ["verbatim", "edited", "paraphrase"],
  copied_passages: ["verbatim", "edited", "paraphrase"],
  common_content: ["theme"],
  partly_common: ["theme"],
  advertising_tail: ["off_topic"],
  off_topic: ["off_topic"],
  weak_relevance: ["off_topic"],
  off_topic_paragraphs: ["off_topic"],
  only_advertising: ["advertising"],
};

/**
 * @param {Report} report
 * @returns {Step[]}
 */
export function nextSteps(report) {
  if (report.verdict === "insufficient_text")
    return report.reasons.map((reason) => ({ ...reason, places: [], missing: [] }));
  const places = byKind(report);
  /** @type {Set<Kind>} */
  const told = new Set();
  const steps = report.reasons.map(({ code, message }) => {
    const kinds = (ABOUT[code] ?? []).filter((kind) => !told.has(kind));
    for (const kind of kinds) told.add(kind);
    return { code, message, places: [...kinds.flatMap((kind) => places[kind]), ...spans(report, code)], missing: [] };
  });
  const rest = KINDS.filter((kind) => kind !== "quoted" && !told.has(kind) && places[kind].length > 0);
  const missing = missingPoints(report);
  return [
    ...steps,
    ...rest.map((kind) => ({ code: kind, message: "", places: places[kind], missing: [] })),
    ...(missing.length > 0 ? [{ code: "missing_points", message: "", places: [], missing }] : []),
  ];
}

/**
 * @param {Report} report
 * @returns {Record<Kind, Place[]>} worst first; of what is off topic whole paragraphs, as they stand
 */
function byKind(report) {
  const made = /** @type {Record<Kind, Place[]>} */ ({});
  for (const kind of KINDS) made[kind] = [];
  for (const { number, passage, kind } of worstFirst(report))
    if (kind !== "off_topic") made[kind].push({ ...span(passage), passage: number, kind });
  made.off_topic = (report.relevance?.off_topic_paragraphs ?? []).map((number) => ofParagraph(report, number));
  return made;
}

/**
 * @param {Report} report
 * @param {string} code
 * @returns {Place[]} what a reason names by itself
 */
function spans(report, code) {
  const { promotion, repetition } = report;
  const named =
    code === "superlatives"
      ? promotion.superlatives.filter((s) => s.part === "advertising" || s.part === "product")
      : code === "too_many_calls"
        ? promotion.calls.flatMap((call) => call.spans)
        : [];
  const said = code === "repeats_post" ? (repetition?.matches ?? []) : [];
  return [
    ...named.map((found) => ({ ...span(found), passage: null, kind: null })),
    ...said.map(({ start, end, item_text }) => ({ start, end, text: item_text, passage: null, kind: null })),
  ];
}

/**
 * @param {Report} report
 * @returns {Missing[]} of a draft that is about the products at all
 */
function missingPoints({ relevance, ...report }) {
  if (relevance === null || relevance.band === "off_topic") return [];
  const names = new Map(relevance.products.map((p) => [p.product_id, p.name]));
  return relevance.missing.map(({ product_id, key_point, paragraph }) => ({
    product: names.get(product_id) ?? product_id,
    point: key_point,
    place: paragraph === null ? null : ofParagraph(report, paragraph, null),
  }));
}

/**
 * @param {Pick<Report, "paragraphs" | "passages">} report
 * @param {number} number
 * @param {Kind | null} [kind]
 * @returns {Place}
 */
function ofParagraph({ paragraphs, passages }, number, kind = "off_topic") {
  const { start, end, passages: inside } = paragraphs[number];
  return { start, end, text: passages[inside[0]].text, passage: kind && inside[0], kind, paragraph: number };
}

/** @param {{start: number, end: number, text: string}} found */
const span = ({ start, end, text }) => ({ start, end, text });
