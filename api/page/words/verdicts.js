/** Verdicts on a draft, called alike wherever they are shown. */

const zh = {
  publish: "可以发布",
  revise: "建议修改",
  reject: "不宜发布",
  insufficient_text: "文字太少，无法判断",
};

/** @type {typeof zh} */
const en = {
  publish: "Ready to publish",
  revise: "Should be revised",
  reject: "Not fit to publish",
  insufficient_text: "Too little text to judge",
};

export const verdicts = { zh, en };
