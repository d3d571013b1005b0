/** What is being written and what was found in it: it outlives the view, and the draft the page, unless it must not. */

import { forget, keep as keepDraft, kept } from "../../draft.js";
import { key } from "../../service.js";

const UNKEPT = "contentcheck.no_store";
const MOST = 20; // versions remembered

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("../../draft.js").Draft} Draft */
/** @typedef {{made: Date, title: string, text: string, report: Report}} Version */

/**
 * @typedef {object} Session
 * @property {Draft} draft as it stands now
 * @property {Draft | null} checked as it was when `report` was made
 * @property {Report | null} report
 * @property {string} checkId under which the service has kept `report`; empty: not kept
 * @property {Version[]} versions oldest first; the last one is `report`'s
 * @property {number | null} chosen the passage whose evidence is shown
 * @property {boolean} noStore
 * @property {string} key whose report it is: another reader is not shown it
 */

/** @type {Session} */
export const session = {
  draft: { title: "", text: "", brand: "" },
  checked: null,
  report: null,
  checkId: "",
  versions: [],
  chosen: null,
  noStore: sessionStorage.getItem(UNKEPT) !== null,
  key: key(),
};

/** Take up the draft that this tab has kept. */
export function restore() {
  const draft = kept() ?? session.draft;
  if (!isSame(draft, session.draft) || session.key !== key()) replace(draft);
  keep();
}

/** Keep the draft for the next time the page is loaded, unless it is not to be stored. */
export function keep() {
  if (session.noStore) forget();
  else keepDraft(session.draft);
}

/** @param {boolean} noStore */
export function storing(noStore) {
  session.noStore = noStore;
  if (noStore) sessionStorage.setItem(UNKEPT, "1");
  else sessionStorage.removeItem(UNKEPT);
  keep();
}

/**
 * @param {Draft} one
 * @param {Draft | null} other
 */
export const isSame = (one, other) =>
  other !== null && one.text === other.text && one.title === other.title && one.brand === other.brand;

/**
 * A report has come.
 * @param {Draft} draft
 * @param {Report} report
 * @param {string} checkId
 */
export function found(draft, report, checkId) {
  const before = session.report?.passages[session.chosen ?? -1];
  const again = before ? report.passages.findIndex((p) => p.text === before.text) : -1;
  const last = session.versions.at(-1);
  if (last && isSame(draft, session.checked)) session.versions.pop();
  session.versions = [...session.versions, { made: new Date(), title: draft.title, text: draft.text, report }].slice(
    -MOST,
  );
  Object.assign(session, { checked: draft, report, checkId, chosen: again < 0 ? null : again });
}

/**
 * Another draft takes the place of this one.
 * @param {Draft} draft
 * @returns {() => void} brings back what was there
 */
export function replace(draft) {
  const before = { ...session };
  Object.assign(session, { draft, checked: null, report: null, checkId: "", versions: [], chosen: null, key: key() });
  keep();
  return () => {
    Object.assign(session, before);
    keep();
  };
}
