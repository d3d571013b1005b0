/** Elements are made by name and never from markup: whatever a draft holds stays text. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} [properties] attributes (true: without a value; null, undefined, false: left out) and
 *   `on…` listeners
 * @param {...Child} children what is null, undefined or false is left out
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function el(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}

/**
 * The same for a drawing.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} [properties]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, name), properties, children);
}

/**
 * Take an entry out of its list; the focus, if it was there, goes to the entry that takes its place.
 * @param {HTMLElement} entry
 */
export function takeOut(entry) {
  const next = entry.nextElementSibling ?? entry.previousElementSibling;
  const held = entry.contains(document.activeElement);
  entry.remove();
  if (held) /** @type {HTMLElement | null | undefined} */ (next?.querySelector("a, summary"))?.focus();
}

/**
 * @template {Element} Made
 * @param {Made} made
 * @param {Record<string, unknown>} properties
 * @param {Child[]} children
 * @returns {Made}
 */
function filled(made, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (value !== undefined && value !== null && value !== false)
      made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}
