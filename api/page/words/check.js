/** Words of the check view; those beside the draft are in check/. */

import { evidence } from "./check/evidence.js";
import { notes } from "./check/notes.js";
import { result } from "./check/result.js";
import { common } from "./common.js";
import { scores } from "./scores.js";
import { verdicts } from "./verdicts.js";

const zh = {
  heading: "检查稿件",
  brand: "品牌",
  noBrand: "不对照品牌",
  title: "标题",
  titleHint: "标题（可不填）",
  draft: "正文",
  draftHint: "把稿件粘贴到这里，结果自己会出来。也可以把 Word、Markdown、txt 或 HTML 文件拖进来。",
  open: "打开文件…",
  noStore: "不保存这份稿件",
  check: "检查",
  clear: "清空",
  cleared: "已清空。",
  replaced: "换成了这一篇，原来写的还留着。",
  bringBack: "换回原来的",
  reading: "正在读取…",
  checking: "正在检查…",
  changed: "改过了，稍等就重新检查…",
  pasteFailed: "网页格式没有读成，已按纯文字粘贴。",
  characters: (/** @type {number} */ n) => `${n.toLocaleString("zh")} 字`,
  finished: (/** @type {string} */ verdict, /** @type {number} */ n) =>
    n ? `检查完：${verdict}，${n} 处可以改。` : `检查完：${verdict}。`,
  legend: "颜色",
  verdict: verdicts.zh,
  close: "关闭",
};

/** @type {typeof zh} */
const en = {
  heading: "Check a draft",
  brand: "Brand",
  noBrand: "No brand",
  title: "Title",
  titleHint: "Title (optional)",
  draft: "Text",
  draftHint: "Paste a draft here; the result comes by itself. Or drop a Word, Markdown, txt or HTML file.",
  open: "Open a file…",
  noStore: "Do not store this draft",
  check: "Check",
  clear: "Clear",
  cleared: "Cleared.",
  replaced: "Another draft was opened; what you had written is still there.",
  bringBack: "Bring it back",
  reading: "Reading…",
  checking: "Checking…",
  changed: "Changed; checking again in a moment…",
  pasteFailed: "The formatted text could not be read; it was pasted as plain text.",
  characters: (n) => `${n.toLocaleString("en")} characters`,
  finished: (verdict, n) => (n ? `Checked: ${verdict}; ${n} places to mend.` : `Checked: ${verdict}.`),
  legend: "Colours",
  verdict: verdicts.en,
  close: "Close",
};

export const check = {
  zh: { ...common.zh, ...zh, ...result.zh, ...evidence.zh, ...notes.zh, ...scores.zh },
  en: { ...common.en, ...en, ...result.en, ...evidence.en, ...notes.en, ...scores.en },
};
