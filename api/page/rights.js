/** What the holder of a key may do; the service has the last word. */

/** @typedef {import("./app.js").Me} Me */

/**
 * @param {Me} me
 * @param {string} scope
 */
export const may = (me, scope) => me.scopes.includes(scope) || me.scopes.includes("admin");

/** @param {Me} me */
export const mayManageKeys = (me) => me.scopes.includes("admin") && me.brands === null;
