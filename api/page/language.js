/** The language of the page: Chinese unless the reader has chosen English. */

/** @typedef {"zh" | "en"} Language */

const KEPT = "contentcheck.language";

/** @returns {Language} */
export const language = () => (localStorage.getItem(KEPT) === "en" ? "en" : "zh");

/** @param {Language} chosen */
export function choose(chosen) {
  localStorage.setItem(KEPT, chosen);
}

/**
 * Words in the reader's language; each file in words/ holds those of one view in both.
 * @template Words
 * @param {Record<Language, Words>} words
 * @returns {Words}
 */
export const say = (words) => words[language()];
