/** What is wrong with a passage, in a word. */

import names from "./names.json" with { type: "json" };

/** @typedef {import("../findings.js").Kind} Kind */

/** @type {Record<import("../language.js").Language, Record<Kind, string>>} */
export const kinds = { zh: names.zh.kinds, en: names.en.kinds };
