/** New pieces: one by a form, or many from files. */

import { el } from "../../elements.js";
import { genreNames } from "../../genres.js";
import { importer } from "../../importing.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { ask, Refused } from "../../service.js";
import { library } from "../../words/library.js";
import { ITEMS, linkTo, nameOf, percent, remove } from "./pieces.js";

const FIELDS = /** @type {const} */ (["text", "title", "genre", "source", "published", "licence", "tags"]);

/** What was typed and chosen, which another language or view leaves as it is. */
const written = { text: "", title: "", genre: "", source: "", published: "", licence: "", tags: "" };
const chosen = { genre: "", skip: false };

/** @param {import("../library.js").Part} part */
export function addingView({ signal }) {
  const names = genreNames(signal);
  return el(
    "div",
    {},
    byFile(genreSelect("rows-genre", chosen, names)),
    byForm(genreSelect("piece-genre", written, names), signal),
  );
}

/**
 * @param {HTMLSelectElement} genre
 * @param {AbortSignal} signal
 */
function byForm(genre, signal) {
  const words = say(library);
  const result = el("div", { "aria-live": "polite" });
  const button = el("button", { class: "primary" }, words.add);
  const inputs = {
    text: bound("textarea", "text", { rows: 6, required: true, placeholder: words.textHint }),
    title: bound("input", "title", { placeholder: words.titleHint }),
    genre,
    source: bound("input", "source", { placeholder: words.sourceHint }),
    published: bound("input", "published", { type: "date" }),
    licence: bound("input", "licence", { placeholder: words.licenceHint }),
    tags: bound("input", "tags", { placeholder: words.tagsHint }),
  };

  async function add(/** @type {Event} */ event) {
    event.preventDefault();
    button.disabled = true;
    button.textContent = words.adding;
    const tags = written.tags.split(/[、，,;；|]/).map((tag) => tag.trim());
    const body = { ...written, tags: tags.filter(Boolean) };
    try {
      const { items } = await ask(ITEMS, { method: "POST", body });
      for (const name of FIELDS) inputs[name].value = written[name] = "";
      result.replaceChildren(...added(items[0], { ...body, id: items[0].id }));
    } catch (error) {
      if (!signal.aborted) result.replaceChildren(failure(error));
      if (error instanceof Refused) wrongField(error)?.focus();
    }
    button.textContent = words.add;
    button.disabled = false;
  }

  function added(
    /** @type {import("../../types.js").Schemas["Taken"]} */ taken,
    /** @type {import("./pieces.js").Piece} */ piece,
  ) {
    const undo = async () => {
      try {
        await remove(piece, () => {});
        result.replaceChildren();
      } catch (error) {
        result.append(failure(error));
      }
    };
    return [
      el(
        "p",
        { class: "bar" },
        el("span", {}, words.outcomes[taken.outcome]),
        el("a", { href: linkTo(taken.id) }, nameOf(piece)),
        taken.outcome === "added" && el("button", { type: "button", onclick: undo }, words.undo),
      ),
      ...(taken.duplicate_of
        ? [
            el(
              "p",
              {},
              words.alike(percent(taken.likeness)),
              " ",
              el("a", { href: linkTo(taken.duplicate_of) }, words.see),
            ),
          ]
        : []),
    ];
  }

  /** @param {Refused} error */
  function wrongField(error) {
    const name = FIELDS.find((field) => error.errors.some((wrong) => wrong.field === `body.${field}`));
    return name && inputs[name];
  }

  const labelled = (/** @type {keyof typeof inputs} */ name, /** @type {string} */ label) =>
    el("div", {}, el("label", { for: inputs[name].id }, label), inputs[name]);
  return el(
    "form",
    { class: "fields", onsubmit: add },
    el("h2", {}, words.addOne),
    labelled("text", words.text),
    el("div", { class: "two" }, labelled("title", words.pieceTitle), labelled("genre", words.genre)),
    el(
      "details",
      { open: Boolean(written.source || written.published || written.licence || written.tags) },
      el("summary", {}, words.optional),
      el(
        "div",
        { class: "two" },
        labelled("source", words.fields.source),
        labelled("published", words.fields.published),
        labelled("licence", words.fields.licence),
        labelled("tags", words.fields.tags),
      ),
    ),
    el("p", {}, button),
    result,
  );
}

/** @param {HTMLSelectElement} genre */
function byFile(genre) {
  const words = say(library);
  const skip = el("input", { type: "checkbox", checked: chosen.skip });
  skip.addEventListener("change", () => {
    chosen.skip = skip.checked;
  });
  return el(
    "div",
    {},
    el("h2", {}, words.importing),
    importer({
      kind: "items",
      label: words.importing,
      options: el(
        "div",
        { class: "bar" },
        el("label", { for: genre.id }, words.genreOfRows),
        genre,
        el("label", {}, skip, " ", words.skipDuplicates),
      ),
      store: async (rows, signal, key) => {
        const path = `${ITEMS}?skip_duplicates=${chosen.skip}`;
        const body = rows.map((row) => ({ ...row, genre: row.genre || chosen.genre }));
        return (await ask(path, { method: "POST", body, signal, headers: { "Idempotency-Key": key } })).items;
      },
      undo: (ids) => ask(`${ITEMS}/remove`, { method: "POST", body: { ids } }),
      done: () => {},
    }),
  );
}

/**
 * A control that shows, and keeps, what was written.
 * @template {"input" | "textarea"} Name
 * @param {Name} kind
 * @param {keyof typeof written} name
 * @param {Record<string, unknown>} properties
 */
function bound(kind, name, properties) {
  const made = el(kind, { id: `piece-${name}`, ...properties });
  made.value = written[name];
  made.addEventListener("input", () => {
    written[name] = made.value;
  });
  return made;
}

/**
 * A choice of genre, whose names come later.
 * @param {string} id
 * @param {{genre: string}} kept what is shown, and keeps what is chosen
 * @param {Promise<Map<string, string>>} names
 */
function genreSelect(id, kept, names) {
  const made = el("select", { id }, el("option", { value: "" }, say(library).genreChoice));
  made.addEventListener("change", () => {
    kept.genre = made.value;
  });
  names.then(
    (known) => {
      made.append(...Array.from(known, ([genre, name]) => el("option", { value: genre }, name)));
      made.value = kept.genre;
    },
    () => {}, // pieces can do without a genre
  );
  return made;
}
