/** Words of the evidence of a passage. */

import { genreless } from "../genres.js";

const zh = {
  why: {
    verbatim: "这一句和已知内容一字不差。请删去、注明出处，或换成自己的话和事实。",
    edited: "这一句只比已知内容改动了几处。请删去、注明出处，或换成自己的话和事实。",
    paraphrase: "这一句是已知内容换了词再说一遍。请换成只有你们知道的事实。",
    theme: "不是抄来的，但这个意思别处说得太多了。请换成自己的事实、数字或用户的经历。",
    off_topic: "所在段落与这个品牌的产品没有关系。请联系到产品的用途、做法或使用者的经历，或者删去。",
    advertising: "这一句只在推销。请留给读者用得上的内容。",
    quoted: "这是注明了出处的引用，不计入分数。",
  },
  evidence: "依据",
  back: "返回结果",
  previous: "上一处",
  next: "下一处",
  keys: "按 n、p 看下一处、上一处，按 Esc 返回",
  position: (/** @type {number} */ at, /** @type {number} */ of) => `第 ${at} 处，共 ${of} 处`,
  inDraft: "稿件里",
  sources: (/** @type {number} */ n) => (n > 1 ? `可能取自这 ${n} 篇之一` : "取自"),
  alike: "意思相近的已知内容",
  noSource: "没有具体的哪一篇可以对照。",
  noGenre: genreless.zh,
  untitled: "无题",
  sourceOf: (/** @type {string} */ source) => `来源：${source}`,
  noSourceKnown: "来源不详",
  shipped: "来源：随程序附带的内容库",
  published: (/** @type {string} */ day) => `发表于 ${day}`,
  quotedMatch: "引用，不计",
  uncounted: "太短，不计",
  taken: ["有一部分相同", "大部分相同", "几乎一字不差"],
  themes: ["意思有些像", "意思相近", "意思很近"],
  strayParagraph: (/** @type {number} */ number, /** @type {number} */ score) =>
    `所在的第 ${number} 段与产品无关（相关性 ${Math.round(score)}）。`,
  passageScore: (/** @type {number} */ score) => `这一句的同质化 ${Math.round(score)}`,
};

/** @type {typeof zh} */
const en = {
  why: {
    verbatim: "This is a known text word for word. Delete it, name the source, or use your own words and facts.",
    edited: "This is a known text with a few changes. Delete it, name the source, or use your own words and facts.",
    paraphrase: "This says a known text again in other words. Use facts that only you know.",
    theme: "Not copied, but it has been said too often. Use your own facts, figures or customers' stories.",
    off_topic: "Its paragraph has nothing to do with the brand's products. Connect it to their use, or delete it.",
    advertising: "This only advertises. Give readers something they can use.",
    quoted: "A quotation that names its source; it does not count.",
  },
  evidence: "Evidence",
  back: "Back to result",
  previous: "Previous",
  next: "Next",
  keys: "n and p: next and previous; Esc: back",
  position: (at, of) => `${at} of ${of}`,
  inDraft: "In the draft",
  sources: (n) => (n > 1 ? `May be taken from one of these ${n}` : "Taken from"),
  alike: "Known pieces that say much the same",
  noSource: "There is no single piece to hold it against.",
  noGenre: genreless.en,
  untitled: "untitled",
  sourceOf: (source) => `Source: ${source}`,
  noSourceKnown: "Source unknown",
  shipped: "Source: the library that comes with the program",
  published: (day) => `published ${day}`,
  quotedMatch: "quoted, does not count",
  uncounted: "too short to count",
  taken: ["partly the same", "mostly the same", "almost word for word"],
  themes: ["somewhat alike", "alike in meaning", "very close in meaning"],
  strayParagraph: (number, score) =>
    `Its paragraph, number ${number}, has nothing to do with the products (relevance ${Math.round(score)}).`,
  passageScore: (score) => `Homogeneity of this sentence ${Math.round(score)}`,
};

export const evidence = { zh, en };
