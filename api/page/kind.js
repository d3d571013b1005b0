/** What is wrong with a passage, as a word in the colour of its kind. */

import { el } from "./elements.js";
import { say } from "./language.js";
import { kinds } from "./words/kinds.js";

/** @param {import("./findings.js").Kind} kind */
export const kindMark = (kind) => el("b", { class: `kind ${kind}` }, say(kinds)[kind]);
