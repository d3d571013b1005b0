/** What is wrong with a passage, in a word. */

/** @typedef {import("../findings.js").Kind} Kind */

/** @type {Record<Kind, string>} */
const zh = {
  verbatim: "原文照搬",
  edited: "改动几处",
  paraphrase: "换词改写",
  theme: "老调重弹",
  off_topic: "与产品无关",
  advertising: "推销",
  quoted: "引用",
};

/** @type {Record<Kind, string>} */
const en = {
  verbatim: "Copied",
  edited: "Lightly edited",
  paraphrase: "Reworded",
  theme: "Old theme",
  off_topic: "Off topic",
  advertising: "Advertising",
  quoted: "Quoted",
};

export const kinds = { zh, en };
