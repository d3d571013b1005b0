/** Which scores count in the verdicts on a brand's drafts. */

import { chart } from "../../chart.js";
import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { failure, inWords, tell } from "../../notices.js";
import { may } from "../../rights.js";
import { fetched, Refused } from "../../service.js";
import { settings } from "../../words/settings.js";
import { ofBrand } from "./of_brand.js";
import { scale } from "./scale.js";

/** @typedef {import("../../types.js").Schemas["Thresholds"]} Thresholds */
/** @typedef {{tag: string, thresholds: Thresholds}} Stored as the service has it, and the ETag of the brand */

/** @type {Thresholds} */
const USUAL = { common: 70, mixed: 50, off_topic: 20, weak: 35 };
/** @type {Map<string, Thresholds>} by brand: what was set here and not saved */
const unsaved = new Map();

/** @type {import("../settings.js").Section} */
export function thresholds({ me, signal }) {
  const words = say(settings);
  return el(
    "div",
    {},
    el("p", { class: "faint" }, words.thresholdsAbout),
    ofBrand(signal, (brand, signal) =>
      loaded(
        () => read(brand, signal),
        (stored, again) => form(brand, stored, { fixed: !may(me, "write"), again, signal }),
        signal,
      ),
    ),
  );
}

/**
 * @param {string} brand
 * @param {AbortSignal} [signal]
 * @returns {Promise<Stored>}
 */
async function read(brand, signal) {
  return stored(await fetched(`/v1/brands/${encodeURIComponent(brand)}`, { signal }));
}

/**
 * @param {string} brand
 * @param {Thresholds} thresholds
 * @param {string} tag of the brand as it was seen
 * @returns {Promise<Stored>}
 */
async function write(brand, thresholds, tag) {
  const headers = { "If-Match": tag };
  const asked = { method: "PUT", body: { thresholds }, headers };
  return stored(await fetched(`/v1/brands/${encodeURIComponent(brand)}`, asked));
}

/**
 * @param {Response} answer
 * @returns {Promise<Stored>}
 */
async function stored(answer) {
  return { tag: answer.headers.get("ETag") ?? "", thresholds: (await answer.json()).thresholds };
}

/**
 * @param {Thresholds} one
 * @param {Thresholds} other
 */
const same = (one, other) =>
  Object.entries(one).every(([name, value]) => other[/** @type {keyof Thresholds} */ (name)] === value);

/**
 * @param {string} brand
 * @param {Stored} seen
 * @param {{fixed: boolean, again: () => Promise<void>, signal: AbortSignal}} how
 */
function form(brand, seen, { fixed, again, signal }) {
  const words = say(settings);
  const values = { ...(unsaved.get(brand) ?? seen.thresholds) };
  const shared = { values, fixed, changed };
  const homogeneity = scale({
    ...shared,
    legend: words.homogeneity,
    low: "mixed",
    high: "common",
    verdicts: ["publish", "revise", "reject"],
  });
  const relevance = scale({
    ...shared,
    legend: words.relevance,
    low: "off_topic",
    high: "weak",
    verdicts: ["reject", "revise", "publish"],
  });
  const save = el("button", { class: "primary" }, words.save);
  const discard = el("button", { type: "button", onclick: () => take(seen.thresholds) }, words.discard);
  const usual = el("button", { type: "button", onclick: () => take(USUAL) }, words.usual);
  const trouble = el("div");
  const state = el("span", { class: "faint", role: "status" });

  /** @param {Thresholds} other */
  function take(other) {
    Object.assign(values, other);
    homogeneity.refresh();
    relevance.refresh();
    changed();
  }

  function changed() {
    const clean = same(values, seen.thresholds);
    if (clean) unsaved.delete(brand);
    else unsaved.set(brand, { ...values });
    save.disabled = discard.disabled = clean;
    usual.disabled = same(values, USUAL);
    state.textContent = clean ? "" : words.unsaved;
  }

  /** @param {Stored} onto */
  async function keep(onto) {
    trouble.replaceChildren();
    save.disabled = true;
    try {
      const now = await write(brand, values, onto.tag);
      unsaved.delete(brand);
      const undo = () => write(brand, onto.thresholds, now.tag).then(again, (error) => tell(inWords(error)));
      tell(words.thresholdsSaved(brand), { label: words.undo, action: undo });
      await again();
    } catch (error) {
      save.disabled = false;
      if (error instanceof Refused && error.status === 412) await overtaken();
      else if (!signal.aborted) trouble.replaceChildren(failure(error));
    }
  }

  /** Somebody has changed the brand since it was shown: what they set is told, and nothing is lost. */
  async function overtaken() {
    try {
      const now = await read(brand, signal);
      if (same(now.thresholds, seen.thresholds)) return await keep(now); // its products, say: nothing is undone by this
      const theirs = () => {
        unsaved.delete(brand);
        again();
      };
      trouble.replaceChildren(
        el("p", { class: "failure", role: "alert" }, words.overtaken(now.thresholds)),
        el(
          "div",
          { class: "bar" },
          el("button", { type: "button", onclick: () => keep(now) }, words.keepMine),
          el("button", { type: "button", onclick: theirs }, words.takeTheirs),
        ),
      );
    } catch (error) {
      if (!signal.aborted) trouble.replaceChildren(failure(error));
    }
  }

  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    keep(seen);
  };
  changed();
  return el(
    "form",
    { class: "thresholds", onsubmit: submitted },
    fixed && el("p", {}, words.readOnly),
    beside(homogeneity.node, "homogeneity", words.homogeneityChart),
    beside(relevance.node, "relevance", words.relevanceChart),
    !fixed && el("div", { class: "bar" }, save, discard, usual, state),
    trouble,
  );

  /**
   * @param {HTMLElement} node
   * @param {string} score
   * @param {string} label
   */
  function beside(node, score, label) {
    const path = `/v1/charts/thresholds?score=${score}&brand=${encodeURIComponent(brand)}`;
    return el("div", { class: "beside" }, node, chart(path, { label, signal }));
  }
}
