/** Which verdicts keep a brand's drafts from being published, and how long its checks are kept. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { failure, inWords, tell } from "../../notices.js";
import { may } from "../../rights.js";
import { ask } from "../../service.js";
import { settings } from "../../words/settings.js";
import { ofBrand } from "./of_brand.js";

/** @typedef {import("../../types.js").Schemas["PolicyBody"]} Policy */

const BLOCKING = /** @type {const} */ (["reject", "revise", "insufficient_text"]);
const LONGEST = 36_500; // days

/** @type {import("../settings.js").Section} */
export function policy({ me, signal }) {
  const words = say(settings);
  return el(
    "div",
    {},
    el("p", { class: "faint" }, words.policyAbout),
    ofBrand(signal, (brand, signal) => {
      const path = `/v1/brands/${encodeURIComponent(brand)}/policy`;
      const show = (/** @type {Policy} */ now, /** @type {() => Promise<void>} */ again) =>
        form({ brand, path, now, again, fixed: !may(me, "gate") });
      return loaded(() => ask(path, { signal }), show, signal);
    }),
  );
}

/** @param {{brand: string, path: string, now: Policy, again: () => Promise<void>, fixed: boolean}} asked */
function form({ brand, path, now, again, fixed }) {
  const words = say(settings);
  const boxes = BLOCKING.map((verdict) => ({
    verdict,
    box: el("input", { type: "checkbox", checked: now.blocks.includes(verdict), disabled: fixed }),
  }));
  const days = el("input", {
    type: "number",
    min: 1,
    max: LONGEST,
    step: 1,
    inputmode: "numeric",
    value: now.retention_days,
    disabled: fixed,
    placeholder: words.forEver,
    "aria-describedby": "retention",
  });
  const trouble = el("div");
  const put = (/** @type {Policy} */ body) => ask(path, { method: "PUT", body });

  async function submitted(/** @type {Event} */ event) {
    event.preventDefault();
    const blocks = boxes.filter(({ box }) => box.checked).map(({ verdict }) => verdict);
    trouble.replaceChildren();
    try {
      await put({ blocks, retention_days: days.value === "" ? null : days.valueAsNumber });
      const undo = () => put(now).then(again, (error) => tell(inWords(error)));
      tell(words.policySaved(brand), { label: words.undo, action: undo });
      await again();
    } catch (error) {
      trouble.replaceChildren(failure(error));
    }
  }

  return el(
    "form",
    { class: "policy", onsubmit: submitted },
    fixed && el("p", {}, words.readOnly),
    el(
      "fieldset",
      {},
      el("legend", {}, words.blocked),
      ...boxes.map(({ verdict, box }) => el("label", { class: "choice" }, box, words.blocks[verdict])),
      el("p", { class: "faint" }, words.blockedAbout),
    ),
    el(
      "fieldset",
      {},
      el("legend", {}, words.retention),
      el("label", { class: "bar" }, words.retentionDays, days),
      el("p", { class: "faint", id: "retention" }, words.retentionAbout),
    ),
    !fixed && el("div", { class: "bar" }, el("button", { class: "primary" }, words.save)),
    trouble,
  );
}
