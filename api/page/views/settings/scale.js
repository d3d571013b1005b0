/** One score's two thresholds: sliders with numbers, and what a draft of each score comes to. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { settings } from "../../words/settings.js";

/** @typedef {import("../../types.js").Schemas["Thresholds"]} Thresholds */
/** @typedef {keyof Thresholds} Name */
/** @typedef {"publish" | "revise" | "reject"} Verdict */

/**
 * @param {object} asked
 * @param {string} asked.legend
 * @param {Name} asked.low the threshold that stays below the other
 * @param {Name} asked.high
 * @param {Verdict[]} asked.verdicts from score 0 up: below both, between, above
 * @param {Thresholds} asked.values changed in place
 * @param {boolean} asked.fixed
 * @param {() => void} asked.changed
 * @returns {{node: HTMLElement, refresh: () => void}} `refresh` shows the values as they are now
 */
export function scale({ legend, low, high, verdicts, values, fixed, changed }) {
  const words = say(settings);
  const zones = verdicts.map((verdict) => el("span", { class: verdict }, words.verdicts[verdict]));
  const fields = { [low]: threshold(low, 0, 99), [high]: threshold(high, 1, 100) };

  /**
   * @param {Name} name
   * @param {number} min
   * @param {number} max
   */
  function threshold(name, min, max) {
    const shared = { min, max, step: 1, disabled: fixed, "aria-describedby": `${name}-meaning` };
    const range = el("input", { ...shared, type: "range", "aria-label": words.thresholds[name].name });
    const number = el("input", { ...shared, type: "number", id: name, inputmode: "numeric", required: true });
    range.addEventListener("input", () => set(name, range.valueAsNumber));
    number.addEventListener("input", () => number.validity.valid && set(name, number.valueAsNumber));
    number.addEventListener("change", refresh); // what was no threshold is as it was
    const node = el(
      "div",
      { class: "threshold" },
      el("label", { for: name }, words.thresholds[name].name),
      number,
      range,
      el("p", { id: `${name}-meaning` }, words.thresholds[name].meaning),
    );
    return { node, range, number };
  }

  /**
   * @param {Name} name
   * @param {number} value
   */
  function set(name, value) {
    values[name] = value;
    if (name === low) values[high] = Math.max(values[high], value + 1);
    else values[low] = Math.min(values[low], value - 1);
    refresh();
    changed();
  }

  function refresh() {
    for (const [name, { range, number }] of Object.entries(fields)) {
      const value = String(values[/** @type {Name} */ (name)]);
      if (range.value !== value) range.value = value;
      if (number.value !== value) number.value = value;
    }
    const widths = [values[low], values[high] - values[low], 100 - values[high]];
    zones.forEach((zone, i) => {
      zone.style.setProperty("flex-grow", String(widths[i]));
    });
  }

  refresh();
  const node = el(
    "fieldset",
    { class: "scale" },
    el("legend", {}, legend),
    el("div", { class: "zones", "aria-hidden": "true" }, ...zones),
    fields[high].node,
    fields[low].node,
  );
  return { node, refresh };
}
