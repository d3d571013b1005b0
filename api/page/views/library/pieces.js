/** What the parts of the library have in common: pieces, their names, and how they go and come back. */

import { language, say } from "../../language.js";
import { inWords, tell } from "../../notices.js";
import { ask } from "../../service.js";
import { library } from "../../words/library.js";

/** @typedef {import("../../types.js").Schemas["StoredPiece"]} Piece */
/** @typedef {import("../../types.js").Schemas["Stats"]} Stats */

const FIRST = 24; // characters that stand for a title

export const ITEMS = "/v1/corpus/items";

export const addressOf = (/** @type {string} */ id) => `${ITEMS}/${encodeURIComponent(id)}`;
export const linkTo = (/** @type {string} */ id) => `#/library/piece/${encodeURIComponent(id)}`;

/**
 * @param {{title: string, text: string}} piece
 * @returns {string} its title, or its first words
 */
export function nameOf({ title, text }) {
  const characters = Array.from(text.trim().replace(/\s+/g, " "));
  return title || (characters.length > FIRST ? `${characters.slice(0, FIRST).join("")}…` : characters.join(""));
}

/**
 * @param {{title: string, text: string}} piece
 * @param {number} length in characters
 * @returns {string} how its text begins; where that is its name already, how it goes on
 */
export function startOf({ title, text }, length) {
  const characters = Array.from(text.trim().replace(/\s+/g, " "));
  return characters
    .slice(title ? 0 : FIRST)
    .slice(0, length)
    .join("");
}

export const number = (/** @type {number} */ count) => count.toLocaleString(language());
export const percent = (/** @type {number} */ share) => `${Math.floor(share * 100)}%`;

/**
 * Remove a piece, and offer to bring it back.
 * @param {Piece} piece
 * @param {() => void} restored called if it was brought back
 */
export async function remove(piece, restored) {
  const words = say(library);
  const undo = async () => {
    try {
      await ask(`${addressOf(piece.id)}/restore`, { method: "POST" });
      tell(words.restored);
      restored();
    } catch (error) {
      tell(inWords(error), { label: words.retry, action: undo });
    }
  };
  await ask(addressOf(piece.id), { method: "DELETE" });
  tell(words.removed(nameOf(piece)), { label: words.undo, action: undo });
}
