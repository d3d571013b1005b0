/** What is being edited, by its address: it outlives a change of view or language, and the tab is not closed over it. */

/** @typedef {Record<string, string>} Values what stands in each field */
/** @typedef {{tag: string | null, before: Values, values: Values}} Edit `tag`: of what was there, null: nothing */

/** @type {Map<string, Edit>} */
const edits = new Map();

/** @param {string} at */
export const editOf = (at) => edits.get(at);

/**
 * @param {string} at
 * @param {string | null} tag
 * @param {Values} before
 * @returns {Edit}
 */
export function begin(at, tag, before) {
  const edit = { tag, before, values: { ...before } };
  edits.set(at, edit);
  return edit;
}

/** @param {string} at */
export const end = (at) => edits.delete(at);

/** @param {{before: Values, values: Values}} edit */
export const changed = ({ before, values }) => Object.keys(values).some((name) => values[name] !== before[name]);

/** @param {string} address */
const below = (address) => [...edits].filter(([at]) => at === address || at.startsWith(`${address}/`));

/**
 * Whether anything below an address has been changed and not saved.
 * @param {string} address
 */
export const unsaved = (address) => below(address).some(([, edit]) => changed(edit));

/**
 * For what is there no more.
 * @param {string} address
 */
export function endBelow(address) {
  for (const [at] of below(address)) edits.delete(at);
}

addEventListener("beforeunload", (event) => unsaved("/v1/brands") && event.preventDefault());
