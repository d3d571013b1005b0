/** The draft that this tab keeps while it is written, and those that other views hand over to be checked. */

const KEPT = "contentcheck.draft";

/** @typedef {{title: string, text: string, brand: string}} Draft `brand`: empty for none */

/** @type {Draft | null} */
let handed = null;

/** @returns {Draft | null} what was kept, before the page was loaded again too */
export function kept() {
  const stored = sessionStorage.getItem(KEPT);
  return stored === null ? null : { title: "", text: "", brand: "", ...JSON.parse(stored) };
}

/** @param {Draft} draft */
export function keep(draft) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(draft));
  } catch {
    forget(); // beyond what a browser has room for, which is several million characters
  }
}

export const forget = () => sessionStorage.removeItem(KEPT);

/**
 * Go to the check view with a draft; what was being written there can be brought back.
 * @param {Draft} draft
 */
export function openInCheck(draft) {
  handed = draft;
  openCheck();
}

/** Go to the check view; where it is shown already, it is made anew. */
export function openCheck() {
  if (location.hash === "#/check") dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = "#/check";
}

/** @returns {Draft | null} the draft that another view has handed over, once */
export function handedOver() {
  const draft = handed;
  handed = null;
  return draft;
}
