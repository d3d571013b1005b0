/** Words of the thresholds. */

/** @typedef {{common: number, mixed: number, off_topic: number, weak: number}} Thresholds */

const zh = {
  thresholdsAbout: "从几分起算问题，每个品牌可以不同。分数本身不变，变的是结论。",
  homogeneity: "同质化",
  relevance: "与产品的相关性",
  thresholds: {
    common: { name: "套路内容", meaning: "同质化达到这个分数，结论是“不宜发布”。调高则放行更多，调低则拦下更多。" },
    mixed: { name: "部分套路", meaning: "同质化达到这个分数，结论是“建议修改”。" },
    off_topic: {
      name: "无关",
      meaning: "相关性低于这个分数，结论是“不宜发布”；低于它的段落算跑题。调低则放行更多，调高则拦下更多。",
    },
    weak: { name: "关系弱", meaning: "相关性低于这个分数，结论是“建议修改”。" },
  },
  verdicts: { publish: "可以发布", revise: "修改", reject: "不宜" },
  homogeneityChart: "同质化分数从多少分起算时的查准率和查全率",
  relevanceChart: "相关性分数从多少分起算时的查准率和查全率",
  discard: "放弃改动",
  usual: "恢复默认",
  unsaved: "有改动还没保存",
  thresholdsSaved: (/** @type {string} */ brand) => `已保存“${brand}”的判定标准，下一次检查起生效。`,
  overtaken: (/** @type {Thresholds} */ now) =>
    `刚才有人改了这个品牌的标准，所以没有保存你的。他们设的是：套路内容 ${now.common}、部分套路 ${now.mixed}、无关 ${now.off_topic}、关系弱 ${now.weak}。你的还在上面，请选一个。`,
  keepMine: "保存我的",
  takeTheirs: "改用他们的",
};

/** @type {typeof zh} */
const en = {
  thresholdsAbout: "From which score on something is wrong; each brand can have its own. Scores stay, verdicts change.",
  homogeneity: "Homogeneity",
  relevance: "Relevance to the products",
  thresholds: {
    common: {
      name: "Common content",
      meaning: "Homogeneity from here on: “not fit to publish”. Higher lets more pass, lower stops more.",
    },
    mixed: { name: "Partly common", meaning: "Homogeneity from here on: “should be revised”." },
    off_topic: {
      name: "Off topic",
      meaning:
        "Relevance below this: “not fit to publish”, and paragraphs below it stray. Lower lets more pass, higher stops more.",
    },
    weak: { name: "Weak tie", meaning: "Relevance below this: “should be revised”." },
  },
  verdicts: { publish: "Publish", revise: "Revise", reject: "Reject" },
  homogeneityChart: "Precision and recall of homogeneity by the score from which it counts",
  relevanceChart: "Precision and recall of relevance by the score from which it counts",
  discard: "Discard changes",
  usual: "Reset to default",
  unsaved: "Not saved yet",
  thresholdsSaved: (brand) => `The thresholds of “${brand}” are saved and count from the next check on.`,
  overtaken: (now) =>
    `Somebody has just changed this brand's thresholds, so yours were not saved. Theirs: common ${now.common}, partly common ${now.mixed}, off topic ${now.off_topic}, weak tie ${now.weak}. Yours still stand above; choose one.`,
  keepMine: "Save mine",
  takeTheirs: "Take theirs",
};

export const thresholds = { zh, en };
