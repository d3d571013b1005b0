/** Beside the draft, on a phone a sheet over it: the result, or the evidence of one passage. */

import { el } from "../../elements.js";
import { kindsOf, scoreOf, worstFirst } from "../../findings.js";
import { disagree } from "../../opinion.js";
import { may } from "../../rights.js";
import { sharing } from "../../share.js";
import { compare } from "./comparing.js";
import { evidence } from "./evidence.js";
import { heatMap, notes } from "./notes.js";
import { scores, steps, worst } from "./overview.js";
import { session } from "./session.js";

/** @typedef {import("./sentences.js").Words} Words */
/** @typedef {import("./steps.js").Place} Place */

/**
 * @param {object} made
 * @param {import("../../app.js").Me} made.me
 * @param {{open: (place: Place) => void, close: () => void, move: (by: number) => void}} made.go to a place, back from the
 *   evidence, to the finding so many further
 * @param {() => void} made.store this version
 * @param {AbortSignal} signal
 * @param {Words} words
 */
export function panel({ me, go, store }, signal, words) {
  const verdict = el("h2", { class: "verdict" }, words.result);
  const handle = el("button", { class: "handle", "aria-expanded": "false", onclick: () => raise(!isRaised()) });
  const overview = el("div", { class: "overview" });
  const beside = el("div", { class: "closer", hidden: true });
  const node = el("section", { class: "result", "aria-label": words.result }, verdict, handle, overview, beside);
  const isRaised = () => node.classList.contains("raised");
  /** @type {Map<string, string>} */
  let genres = new Map();

  /** @param {boolean} up on a phone: whether the sheet stands over the draft */
  function raise(up) {
    node.classList.toggle("raised", up);
    handle.setAttribute("aria-expanded", String(up));
    handle.textContent = up ? words.hideResult : words.showResult;
  }

  /** The result as the session has it. */
  function show() {
    const { report, checked, checkId } = session;
    node.classList.toggle("none", report === null);
    verdict.className = `verdict ${report?.verdict ?? ""}`;
    verdict.textContent = report ? words.verdict[report.verdict] : words.result;
    if (!report || !checked) {
      beside.hidden = true;
      overview.hidden = false;
      overview.replaceChildren(
        el("p", {}, words.empty),
        el("ol", {}, ...words.emptySteps.map((step) => el("li", {}, step))),
      );
      return;
    }
    const before = session.versions.at(-2)?.report ?? null;
    const comparable = before?.provenance.brand === report.provenance.brand ? before : null;
    const many = session.versions.length;
    const parts = [
      worst(report, words, go.open),
      scores(report, comparable, opinion, words),
      many > 1 ? el("button", { onclick: () => compare(words) }, words.versions(many)) : null,
      steps(report, words, go.open, opinion),
      heatMap(report, words, signal),
      notes(report, checked.text, words),
      el("section", { class: "sharing-part" }, el("h2", {}, words.sharing), ...share(checkId)),
    ];
    overview.replaceChildren(...parts.filter((part) => part !== null));
    point();
  }

  /** @type {import("./overview.js").Opinion} */
  function opinion(about, passage) {
    const { report, checked } = session;
    if (!report || !checked || !may(me, "feedback")) return null;
    return disagree({ report, text: checked.text, about, passage, brand: checked.brand || null });
  }

  /**
   * @param {string} checkId
   * @returns {Node[]}
   */
  function share(checkId) {
    if (checkId) return [sharing(checkId, signal)];
    if (session.noStore) return [el("p", { class: "faint" }, words.notStored)];
    return [el("p", { class: "faint" }, words.unkept), el("button", { onclick: store }, words.keep)];
  }

  /** The evidence of the chosen passage, or none. */
  function point() {
    const { report, chosen } = session;
    const shown = report !== null && chosen !== null;
    overview.hidden = shown;
    beside.hidden = !shown;
    if (!shown) return beside.replaceChildren();
    const found = worstFirst(report);
    const at = found.findIndex((one) => one.number === chosen);
    const kind = kindsOf(report)[chosen];
    const told = {
      report,
      number: chosen,
      kind,
      opinion: opinion(scoreOf(kind), chosen),
      mayRead: may(me, "read"),
      genres,
    };
    beside.replaceChildren(
      el(
        "div",
        { class: "bar" },
        el("button", { onclick: go.close }, words.back),
        el("button", { onclick: () => go.move(-1) }, words.previous),
        el("button", { onclick: () => go.move(1) }, words.next),
        at >= 0 && el("small", {}, words.position(at + 1, found.length)),
      ),
      evidence(told, words, signal),
      el("p", { class: "faint keys" }, words.keys),
    );
    node.scrollTop = 0;
  }

  raise(false);
  return {
    node,
    show,
    point,
    raise,
    /** @param {Map<string, string>} names of genres */
    name(names) {
      genres = names;
      point();
    },
    /** The evidence is read on from here. */
    focus: () => beside.querySelector("h2")?.focus({ preventScroll: true }),
    /** @param {number} passage whose button in the result is gone back to */
    back: (passage) =>
      /** @type {HTMLElement | null} */ (overview.querySelector(`[data-passage="${passage}"]`))?.focus(),
  };
}
