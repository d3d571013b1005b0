/** Words of what editors have said of reports. */

import { scores } from "../scores.js";

const zh = {
  feedbackAbout: "编辑在检查结果里点“这里判断得不对”，就会记在这里，供以后校准分数。",
  any: "全部",
  about: "分数",
  opinion: "看法",
  agrees: "同意",
  disagrees: "不同意",
  scores: scores.zh.scoreNames,
  passage: (/** @type {number} */ number) => `第 ${number} 句`,
  noBrand: "未对照品牌",
  noFeedback: "没有这样的意见。",
  readDraft: "看稿件",
  draft: "稿件",
  checkAgain: "重新检查这篇稿件",
  remove: "删除",
  removeAbout: "要删除这条意见吗？它的稿件会一并删除，不能恢复。",
  feedbackRemoved: "已删除这条意见。",
};

/** @type {typeof zh} */
const en = {
  feedbackAbout:
    "When an editor clicks “This is judged wrong” on a finding, it is noted here, to calibrate the scores.",
  any: "All",
  about: "Score",
  opinion: "Opinion",
  agrees: "Agrees",
  disagrees: "Disagrees",
  scores: scores.en.scoreNames,
  passage: (number) => `sentence ${number}`,
  noBrand: "no brand",
  noFeedback: "There is no such feedback.",
  readDraft: "Read the draft",
  draft: "Draft",
  checkAgain: "Check this draft again",
  remove: "Delete",
  removeAbout: "Delete this feedback? Its draft is deleted with it, for good.",
  feedbackRemoved: "The feedback is deleted.",
};

export const feedback = { zh, en };
