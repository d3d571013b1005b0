/** What else an editor should know of the text: what was not read, not scored, or hidden; and the heat map. */

import { chart } from "../../chart.js";
import { el } from "../../elements.js";

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("./sentences.js").Words} Words */
/** @typedef {import("../../types.js").Paragraph & {products?: {product_id: string, score: number}[]}} Paragraph stored ones may lack it */

const IMAGE = /［图片(?:：[^］]*)?］/g;
const ROWS = 60; // paragraphs in the heat map, beyond which nobody reads it
const COLUMNS = 30; // products, the nearest ones
const LABEL = 12; // characters of a paragraph that name it

let mapOpen = false;

/**
 * @param {string} text
 * @returns {number} how many images stand in it
 */
export const images = (text) => text.match(IMAGE)?.length ?? 0;

/** @param {string} text */
const isImage = (text) => text.replace(IMAGE, "").trim() === "";

/**
 * @param {Report} report
 * @param {string} text of the draft
 * @param {Words} words
 */
export function notes(report, text, words) {
  const pictures = images(text);
  const others = report.notices.filter((notice) => notice.code !== "images"); // which are counted here
  const lines = [
    ...(pictures ? [words.images(pictures)] : []),
    ...others.map(({ code, message }) => words.notices[code] ?? message),
  ];
  const { evasion } = report;
  const set_aside = report.set_aside.filter((line) => !isImage(line.text));
  const cliches = report.homogeneity.cliches.map((c) => (c.count > 1 ? `${c.phrase}×${c.count}` : c.phrase));
  if (lines.length + set_aside.length + evasion.length + cliches.length === 0) return null;
  return el(
    "section",
    { class: "notes" },
    el("h2", {}, words.notes),
    ...lines.map((line) => el("p", {}, line)),
    ...part(words.cliches, cliches.length ? [words.list(cliches)] : []),
    ...part(
      words.evasion,
      evasion.map((e) => `${words.evasions[e.kind]}，${words.places(e.count)}：${e.text}`),
    ),
    ...part(
      words.setAside,
      set_aside.map((line) => line.text),
    ),
  );
}

/**
 * @param {string} name
 * @param {string[]} lines
 */
const part = (name, lines) =>
  lines.length === 0 ? [] : [el("h3", {}, name), el("ul", {}, ...lines.map((line) => el("li", {}, line)))];

/**
 * Which paragraph has to do with which product, drawn when it is opened.
 * @param {Report} report
 * @param {Words} words
 * @param {AbortSignal} signal
 */
export function heatMap(report, words, signal) {
  const paragraphs = /** @type {Paragraph[]} */ (report.paragraphs);
  const drawn = paragraphs.slice(0, ROWS).filter((p) => p.products?.length);
  if (!report.relevance || drawn.length === 0) return null;
  const every = report.relevance.products;
  const products = every.slice(0, COLUMNS);
  const place = el("div", {});
  const draw = () => {
    const body = {
      paragraphs: drawn.map((p) => label(report, p)),
      products: products.map((one) => one.name),
      scores: drawn.map((p) => products.map(({ product_id }) => scoreOf(p, product_id))),
    };
    place.replaceChildren(chart("/v1/charts/relevance", { body, label: words.heatMapLabel, signal }));
  };
  const toggled = (/** @type {Event} */ event) => {
    mapOpen = /** @type {HTMLDetailsElement} */ (event.currentTarget).open;
    if (mapOpen && !place.firstChild) draw();
  };
  const left = paragraphs.length > ROWS || every.length > COLUMNS;
  const said =
    left && words.heatMapFirst(Math.min(ROWS, paragraphs.length), paragraphs.length, products.length, every.length);
  const more = said && el("p", { class: "faint" }, said);
  return el("details", { open: mapOpen, ontoggle: toggled }, el("summary", {}, words.heatMap), place, more);
}

/**
 * @param {Report} report
 * @param {Paragraph} paragraph
 */
function label(report, paragraph) {
  const opening = Array.from(report.passages[paragraph.passages[0]].text);
  const number = report.paragraphs.indexOf(paragraph) + 1;
  return `${number} ${opening.slice(0, LABEL).join("")}${opening.length > LABEL ? "…" : ""}`;
}

/**
 * @param {Paragraph} paragraph
 * @param {string} product_id
 * @returns {number} 0-100
 */
const scoreOf = ({ products }, product_id) => products?.find((one) => one.product_id === product_id)?.score ?? 0;
