/** A brand's own words and standing texts. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { tell } from "../../notices.js";
import { Refused } from "../../service.js";
import { brands } from "../../words/brands.js";
import { begin, changed, editOf, end } from "./edits.js";
import { asLines, form } from "./form.js";
import { brandAt, put, read } from "./stored.js";

/** @typedef {import("./stored.js").Brand} Brand */

/** @type {("words" | "allowed")[]} */
const NAMES = ["words", "allowed"];

/**
 * @param {Brand} brand
 * @param {boolean} writes
 */
export function ownWords(brand, writes) {
  const node = el("section", { class: "own" });
  const heading = el("h2", {}, say(brands).own);
  const show = (/** @type {Brand} */ now) => node.replaceChildren(heading, editor(now, show));
  if (writes) show(brand);
  else node.append(heading, ...NAMES.map((name) => lines(name, brand[name])));
  return node;
}

/**
 * @param {Brand} brand
 * @param {(now: Brand) => void} show
 */
function editor(brand, show) {
  const words = say(brands);
  const at = brandAt(brand.name);
  const begun = editOf(at);
  const again = (/** @type {Brand} */ now) => {
    end(at);
    show(now);
  };
  const edit = begun && changed(begun) ? begun : begin(at, null, valuesOf(brand));
  return form({
    label: words.own,
    fields: NAMES.map((name) => ({ name, kind: "lines", words: words.ownFields[name] })),
    edit,
    save: async (body) => {
      again(await put(at, body, await tagOf(at, edit.before)));
      tell(words.saved);
    },
    conflict: {
      takeTheirs: async () => again((await read(at)).content),
      keepMine: async () => {
        edit.before = valuesOf((await read(at)).content);
      },
    },
  });
}

/** @param {Brand} brand */
const valuesOf = ({ words, allowed }) => ({ words: asLines(words), allowed: asLines(allowed) });

/**
 * The tag of a brand, which changes with its products as well: what counts here is that these lists have not.
 * @param {string} at
 * @param {import("./edits.js").Values} before
 * @throws {Refused} where they have
 */
async function tagOf(at, before) {
  const { content, tag } = await read(at);
  if (changed({ before, values: valuesOf(content) }))
    throw new Refused({ status: 412, type: "changed_meanwhile", detail: say(brands).conflict });
  return tag;
}

/**
 * A list to read.
 * @param {(typeof NAMES)[number]} name
 * @param {string[]} entries
 */
function lines(name, entries) {
  const [label, about] = say(brands).ownFields[name];
  return el(
    "div",
    { class: "field" },
    el("h3", {}, label),
    el("small", {}, about),
    entries.length > 0 && el("ul", {}, ...entries.map((entry) => el("li", {}, entry))),
  );
}
