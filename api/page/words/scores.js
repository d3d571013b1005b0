/** Words of the scores: what each is called, and what is said of it in one sentence. The report as a file says the same. */

import names from "./names.json" with { type: "json" };

const percent = (/** @type {number} */ share) => `${Math.round(100 * share)}%`;
const likely = (/** @type {number} */ share) => percent(Math.min(Math.max(share, 0.01), 0.99)); // never quite none or all
const signed = (/** @type {number} */ points) => `${points < 0 ? "−" : "+"}${Math.abs(Math.round(points))}`;
const titled = (/** @type {string} */ title) => title && `《${title}》`;

const zh = {
  scoreNames: names.zh.scores,
  moved: (/** @type {number} */ points) => `比上一版 ${signed(points)}`,
  bands: /** @type {Record<string, string>} */ (names.zh.bands),
  signals: names.zh.signals,
  parts: names.zh.parts,
  signal: (/** @type {string} */ name, /** @type {number} */ effect) => `${name} ${signed(effect)}`,
  list: (/** @type {string[]} */ names) => names.join("、"),
  sentence: (/** @type {(string | false | null)[]} */ parts) => `${parts.filter(Boolean).join("；")}。`,
  likeGenres: (/** @type {string} */ band, /** @type {string} */ genres) => `${band}，像${genres}`,
  copied: (/** @type {number} */ share) => `约 ${percent(share)} 是照搬`,
  precise: (/** @type {number} */ share) => `这一档的稿件里约 ${likely(share)} 确是套路`,
  preciseRelevance: (/** @type {number} */ share) => `这一档的稿件里约 ${likely(share)} 确与产品有关`,
  nearest: (/** @type {string} */ band, /** @type {string} */ product) => `${band}，最接近“${product}”`,
  share: (/** @type {string} */ name, /** @type {number} */ share) => `${name} ${percent(share)}`,
  calls: (/** @type {string} */ names) => `要读者${names}`,
  repeated: (/** @type {number} */ n, /** @type {string} */ title) =>
    `与 ${n} 篇已发文章重复，最多的是${titled(title)}`,
  neverSaid: "本账号没有说过",
  plainTitle: "没有标题党的写法",
  clickbait: (/** @type {string} */ signs) => `像标题党：${signs}`,
  brokenPromise: "正文里几乎找不到标题所说的内容",
  promise: "标题与正文对得上",
};

/** @type {typeof zh} */
const en = {
  scoreNames: names.en.scores,
  moved: (points) => `${signed(points)} since the last version`,
  bands: names.en.bands,
  signals: names.en.signals,
  parts: names.en.parts,
  signal: (name, effect) => `${name} ${signed(effect)}`,
  list: (names) => names.join(", "),
  sentence: (parts) => `${parts.filter(Boolean).join("; ")}.`,
  likeGenres: (band, genres) => `${band}, like ${genres}`,
  copied: (share) => `about ${percent(share)} is copied`,
  precise: (share) => `about ${likely(share)} of the drafts in this band are indeed common content`,
  preciseRelevance: (share) => `about ${likely(share)} of the drafts in this band are indeed about the products`,
  nearest: (band, product) => `${band}, nearest to “${product}”`,
  share: (name, share) => `${name} ${percent(share)}`,
  calls: (names) => `asks the reader to: ${names}`,
  repeated: (n, title) => `Repeats ${n} published ${n === 1 ? "post" : "posts"}, most of all ${titled(title)}`,
  neverSaid: "Never said by this account",
  plainTitle: "No clickbait",
  clickbait: (signs) => `Reads like clickbait: ${signs}`,
  brokenPromise: "the text hardly delivers what the title says",
  promise: "the text delivers what the title says",
};

export const scores = { zh, en };
