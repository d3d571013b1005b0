/** Words for comparing two versions of a draft. */

import { scores } from "./scores.js";
import { verdicts } from "./verdicts.js";

const zh = {
  heading: "比较两个版本",
  only: "还只有一个版本。改动正文后再检查一次，就能在这里比较。",
  older: "原来",
  newer: "后来",
  version: (/** @type {number} */ number, /** @type {string} */ time) => `第 ${number} 版（${time}）`,
  scores: "分数的变化",
  score: "项目",
  difference: "变化",
  names: scores.zh.scoreNames,
  verdict: "结论",
  verdicts: verdicts.zh,
  none: "无",
  unmoved: "没有变化",
  better: (/** @type {string} */ moved) => `${moved}，变好`,
  worse: (/** @type {string} */ moved) => `${moved}，变差`,
  lowerIsBetter: "越低越好",
  higherIsBetter: "越高越好",
  changes: "改动的地方",
  summary: (/** @type {number} */ gone, /** @type {number} */ come) => `删去 ${gone} 字，新增 ${come} 字。`,
  equal: "两个版本的标题和正文都一样。",
  title: "标题",
  folded: (/** @type {number} */ lines, /** @type {number} */ characters) => `${lines} 段没有改动，共 ${characters} 字`,
  hidden: (/** @type {number} */ characters) => `⋯ 中间 ${characters} 字没有改动 ⋯`,
  nothing: "（没有这一段）",
};

/** @type {typeof zh} */
const en = {
  heading: "Compare two versions",
  only: "There is only one version yet. Change the text and check it again to compare the two here.",
  older: "Before",
  newer: "After",
  version: (number, time) => `Version ${number} (${time})`,
  scores: "How the scores moved",
  score: "Score",
  difference: "Change",
  names: scores.en.scoreNames,
  verdict: "Verdict",
  verdicts: verdicts.en,
  none: "none",
  unmoved: "unchanged",
  better: (moved) => `${moved}, better`,
  worse: (moved) => `${moved}, worse`,
  lowerIsBetter: "lower is better",
  higherIsBetter: "higher is better",
  changes: "What was changed",
  summary: (gone, come) => `${gone} characters taken out, ${come} put in.`,
  equal: "Title and text of both versions are the same.",
  title: "Title",
  folded: (lines, characters) =>
    `${lines} unchanged paragraph${lines === 1 ? "" : "s"}, ${characters} character${characters === 1 ? "" : "s"}`,
  hidden: (characters) => `⋯ ${characters} unchanged characters ⋯`,
  nothing: "(not there)",
};

export const versionWords = { zh, en };
