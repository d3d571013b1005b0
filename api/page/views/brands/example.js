/** What a good description of a product looks like. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { brands } from "../../words/brands.js";
import { facts } from "./facts.js";

export function example() {
  const words = say(brands);
  const product = { text: words.exampleText, key_points: words.examplePoints, synonyms: words.exampleSynonyms };
  return el(
    "aside",
    { class: "example", "aria-label": words.example },
    el("p", { class: "name" }, words.example),
    el("p", { class: "faint" }, words.exampleWhy),
    el("div", { class: "card", lang: "zh-CN" }, el("p", { class: "name" }, words.exampleName), ...facts(product)),
  );
}
