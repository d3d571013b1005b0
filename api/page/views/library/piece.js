/** One piece: its text, and where it comes from. */

import { el } from "../../elements.js";
import { genreNames } from "../../genres.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { failure } from "../../notices.js";
import { fetched } from "../../service.js";
import { library } from "../../words/library.js";
import { addressOf, linkTo, nameOf, remove } from "./pieces.js";

/** @typedef {import("./pieces.js").Piece} Piece */

/** @param {import("../library.js").Part} part */
export function pieceView({ id, signal, mayChange }) {
  const words = say(library);

  /** @param {AbortSignal} signal */
  async function load(signal) {
    const [answer, names] = await Promise.all([fetched(addressOf(id), { signal }), genreNames(signal)]);
    const piece = /** @type {Piece} */ (await answer.json());
    return { piece, own: answer.headers.get("Allow")?.includes("DELETE") ?? false, names };
  }

  /** @param {{piece: Piece, own: boolean, names: Map<string, string>}} found */
  function shown({ piece, own, names }) {
    const values = {
      genre: names.get(piece.genre) ?? (piece.genre || words.noGenre),
      source: piece.source || words.noSource,
      published: piece.published,
      licence: piece.licence,
      tags: piece.tags.join("、"),
      id: piece.id,
    };
    const told = Object.entries(values).filter(([, value]) => value);
    const gone = async (/** @type {MouseEvent} */ event) => {
      const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
      button.disabled = true;
      try {
        await remove(piece, () => {
          location.hash = linkTo(piece.id);
        });
        location.hash = "#/library";
      } catch (error) {
        button.disabled = false;
        button.after(failure(error));
      }
    };
    return el(
      "div",
      { class: "piece" },
      el("h2", {}, nameOf(piece)),
      el("p", { class: "text" }, piece.text),
      el(
        "dl",
        {},
        ...told.flatMap(([field, value]) => [
          el("dt", {}, words.fields[/** @type {keyof typeof values} */ (field)]),
          el("dd", {}, value),
        ]),
      ),
      el(
        "p",
        { class: "bar" },
        el("span", { class: "faint" }, own ? words.ownPiece : words.shippedPiece),
        own && mayChange && el("button", { class: "danger", onclick: gone }, words.remove),
      ),
    );
  }

  return el("div", {}, el("p", {}, el("a", { href: "#/library" }, words.back)), loaded(load, shown, signal));
}
