/** What was found, at a glance: the worst sentence, the scores, what to do next. */

import { dial } from "../../dial.js";
import { el } from "../../elements.js";
import { scoreOf, worstFirst } from "../../findings.js";
import { kindMark } from "../../kind.js";
import { placeButton } from "./places.js";
import { told } from "./sentences.js";
import { nextSteps } from "./steps.js";

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("./sentences.js").Words} Words */
/** @typedef {import("./steps.js").Place} Place */
/** @typedef {import("./steps.js").Step} Step */
/** @typedef {(place: Place) => void} Open */
/** @typedef {(about: import("./sentences.js").ScoreName, passage: number | null) => Node | null} Opinion a button to say that this is wrong; null: not offered */

const FEW = 3; // places of a step that are shown at first

/** @type {Set<string>} steps of which all places are shown */
const unfolded = new Set();

/**
 * The sentence that an editor should look at first.
 * @param {Report} report
 * @param {Words} words
 * @param {Open} open
 */
export function worst(report, words, open) {
  const [found] = report.verdict === "insufficient_text" ? [] : worstFirst(report);
  if (!found) return null;
  const { passage, number, kind } = found;
  const like = kind === "off_topic" || kind === "advertising" ? undefined : passage.matches[0];
  const place = { ...passage, passage: number, kind };
  return el(
    "section",
    { class: `worst ${kind}` },
    el("h2", {}, report.verdict === "publish" ? words.first : words.worst, " ", kindMark(kind)),
    el(
      "button",
      { class: "sentence", onclick: () => open(place), "data-passage": number },
      el("span", {}, passage.text),
      like && el("small", {}, words.like(like.item_text)),
    ),
  );
}

/**
 * @param {Report} report
 * @param {Report | null} before the version before, if it is of the same draft
 * @param {Opinion} opinion
 * @param {Words} words
 */
export function scores(report, before, opinion, words) {
  const earlier = new Map(before ? told(before, words).map((one) => [one.name, one.score]) : []);
  const moved = (/** @type {import("./sentences.js").Told} */ { name, score, highIsGood }) => {
    const points = Math.round(score) - Math.round(earlier.get(name) ?? score);
    return points === 0 ? null : { words: words.moved(points), better: points > 0 === highIsGood };
  };
  const dials = told(report, words).map((one) => {
    const { name, score, uncertainty, level, sentence } = one;
    return dial(
      words.scoreNames[name],
      { score, uncertainty },
      { level, sentence, moved: moved(one) },
      opinion(name, null),
    );
  });
  return el("section", { class: "scores" }, el("h2", {}, words.scores), ...dials);
}

/**
 * @param {Report} report
 * @param {Words} words
 * @param {Open} open
 * @param {Opinion} opinion
 */
export function steps(report, words, open, opinion) {
  const made = nextSteps(report);
  return el(
    "section",
    { class: "steps" },
    el("h2", {}, words.steps, made.length > 1 && el("small", {}, words.stepsHint)),
    made.length > 0
      ? el("ol", {}, ...made.map((step) => el("li", {}, ...body(step, words, open, opinion))))
      : el("p", {}, words.nothing),
  );
}

/**
 * @param {Step} step
 * @param {Words} words
 * @param {Open} open
 * @param {Opinion} opinion
 * @returns {(Node | null)[]}
 */
function body({ code, message, places, missing }, words, open, opinion) {
  // A reason comes with a message; a kind has none, and may be called as a reason is.
  const said = message
    ? (words.reasons[code] ?? message)
    : words.stepNames[/** @type {keyof Words["stepNames"]} */ (code)];
  const list = el("ul", { class: "places" });
  const item = (/** @type {Place} */ place) => {
    const { passage, kind } = place;
    const made = el("li", {}, placeButton(place, words, open));
    const offer = () => {
      const said = passage === null || made.querySelector(".said") ? null : opinion(scoreOf(kind), passage);
      if (said) made.append(el("span", { class: "said" }, said));
    };
    for (const reached of ["pointerenter", "focusin"]) made.addEventListener(reached, offer);
    return made;
  };
  const shown = () => (unfolded.has(code) ? places : places.slice(0, FEW));
  const folding = el("button", { class: "quiet", onclick: fold });
  const label = () => (unfolded.has(code) ? words.fewer : words.all(places.length));
  function fold() {
    if (!unfolded.delete(code)) unfolded.add(code);
    list.replaceChildren(...shown().map(item));
    folding.textContent = label();
    folding.setAttribute("aria-expanded", String(unfolded.has(code)));
  }
  list.append(...shown().map(item));
  folding.textContent = label();
  folding.setAttribute("aria-expanded", String(unfolded.has(code)));
  return [
    el("p", {}, said),
    places.length > 0 ? list : null,
    places.length > FEW ? folding : null,
    missing.length > 0 ? el("ul", { class: "missing" }, ...missing.map((one) => point(one, words, open))) : null,
  ];
}

/**
 * @param {import("./steps.js").Missing} missing
 * @param {Words} words
 * @param {Open} open
 */
function point({ product, point, place }, words, open) {
  const at = place?.paragraph ?? 0;
  return el(
    "li",
    {},
    words.pointOf(product, point),
    place && " ",
    place && el("button", { class: "link", onclick: () => open(place) }, words.intoParagraph(at + 1)),
  );
}
