/** Words of the result: what is wrong, what to do next, and what can be done with it. */

import messages from "../messages.json" with { type: "json" };

const zh = {
  result: "检查结果",
  empty: "粘贴一篇稿件，几句话就够。",
  emptySteps: [
    "选好品牌，才能看与产品有没有关系。",
    "粘贴或拖入稿件，结果自己会出来。",
    "点涂了颜色的句子，看它像哪一篇。",
  ],
  showResult: "看结果",
  hideResult: "回到稿件",
  worst: "最该改的一句",
  first: "还想改的话，先看这一句",
  like: (/** @type {string} */ text) => `像：${text}`,
  pointOf: (/** @type {string} */ product, /** @type {string} */ point) => `${product}：${point}`,
  scores: "分数",
  steps: "接下来怎么改",
  stepsHint: "最要紧的排在最前",
  stepNames: {
    verbatim: "删去或改写照搬的句子。",
    edited: "改写只动了几处的句子。",
    paraphrase: "改写换词再说的句子。",
    theme: "把老调换成自己的事实、数字和用户经历。",
    off_topic: "让跑题的段落说到产品，或者删去。",
    advertising: "少推销几句，多给读者用得上的内容。",
    missing_points: "把产品的这些要点写进去。",
  },
  reasons: /** @type {Record<string, string>} */ ({}), // the service says them in Chinese
  paragraph: (/** @type {number} */ number, /** @type {string} */ opening) => `第 ${number} 段：${opening}`,
  intoParagraph: (/** @type {number} */ number) => `可写进第 ${number} 段`,
  all: (/** @type {number} */ n) => `显示全部 ${n} 处`,
  fewer: "收起",
  nothing: "没有发现要改的句子。",
  sharing: "报告",
  keep: "保存这一版",
  unkept: "这一版还没有保存。保存后可以下载、打印、分享，也能在历史里找到。",
  notStored: "这份稿件没有保存，所以不能分享。取消“不保存这份稿件”再检查，就可以。",
  versions: (/** @type {number} */ n) => `比较版本（${n}）`,
  versionsTitle: "这次的各个版本",
  heatMap: "段落与产品",
  heatMapLabel: "热图：每一段与每个产品的相关程度，0 到 100",
  /** @type {(rows: number, ofRows: number, columns: number, ofColumns: number) => string} */
  heatMapFirst: (rows, ofRows, columns, ofColumns) =>
    `图中是前 ${rows} 段（共 ${ofRows} 段）和最接近的 ${columns} 个产品（共 ${ofColumns} 个）。`,
};

/** @type {typeof zh} */
const en = {
  result: "Result",
  empty: "Paste a draft; a few sentences are enough.",
  emptySteps: [
    "Choose the brand to see whether the draft has anything to do with its products.",
    "Paste or drop the draft: the result comes by itself.",
    "Click a coloured sentence to see what it is like.",
  ],
  showResult: "Show result",
  hideResult: "Back to draft",
  worst: "The sentence to mend first",
  first: "If you want to mend anything, look at this first",
  like: (text) => `Like: ${text}`,
  pointOf: (product, point) => `${product}: ${point}`,
  scores: "Scores",
  steps: "What to do next",
  stepsHint: "what matters most comes first",
  stepNames: {
    verbatim: "Delete or rewrite what is copied.",
    edited: "Rewrite what was only lightly edited.",
    paraphrase: "Rewrite what only says it in other words.",
    theme: "Put your own facts, figures and customers' stories in place of old themes.",
    off_topic: "Connect stray paragraphs to the products, or delete them.",
    advertising: "Advertise less; give readers something they can use.",
    missing_points: "Work in these points of the product.",
  },
  reasons: messages.reasons,
  paragraph: (number, opening) => `Paragraph ${number}: ${opening}`,
  intoParagraph: (number) => `could go into paragraph ${number}`,
  all: (n) => `Show all ${n}`,
  fewer: "Show fewer",
  nothing: "No sentence needs mending.",
  sharing: "Report",
  keep: "Keep this version",
  unkept: "This version is not kept yet. Keep it to download, print or share it, and to find it in the history.",
  notStored: "This draft is not stored, so it cannot be shared. Untick “Do not store this draft” and check again.",
  versions: (n) => `Compare versions (${n})`,
  versionsTitle: "The versions of this session",
  heatMap: "Paragraphs and products",
  heatMapLabel: "Heat map: how much each paragraph has to do with each product, 0 to 100",
  heatMapFirst: (rows, ofRows, columns, ofColumns) =>
    `The chart shows the first ${rows} of ${ofRows} paragraphs and the nearest ${columns} of ${ofColumns} products.`,
};

export const result = { zh, en };
