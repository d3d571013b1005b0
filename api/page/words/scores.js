/** Words of the scores: what each is called, and what is said of it in one sentence. */

const percent = (/** @type {number} */ share) => `${Math.round(100 * share)}%`;
const likely = (/** @type {number} */ share) => percent(Math.min(Math.max(share, 0.01), 0.99)); // never quite none or all
const signed = (/** @type {number} */ points) => `${points < 0 ? "−" : "+"}${Math.abs(Math.round(points))}`;
const titled = (/** @type {string} */ title) => title && `《${title}》`;

const zh = {
  scoreNames: {
    homogeneity: "同质化",
    relevance: "相关性",
    promotion: "广告味",
    repetition: "重复度",
    title: "标题党",
  },
  moved: (/** @type {number} */ points) => `比上一版 ${signed(points)}`,
  bands: /** @type {Record<string, string>} */ ({
    common: "随处可见",
    mixed: "半新半旧",
    original: "少见雷同",
    on_topic: "切题",
    partly: "沾边",
    off_topic: "跑题",
    advertising: "几乎全是广告",
    selling: "广告偏多",
    informative: "以内容为主",
  }),
  signals: {
    meaning: ["意思少见", "意思像常见内容"],
    names: ["人名地名多", "人名地名少"],
    amounts: ["数字日期多", "数字日期少"],
    phrases: ["没有套话", "有套话"],
    copied: ["没有照搬", "有照搬"],
  },
  parts: { advertising: "推销", product: "产品事实", use: "用法与体验", other: "其他" },
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
  scoreNames: {
    homogeneity: "Homogeneity",
    relevance: "Relevance",
    promotion: "Promotion",
    repetition: "Repetition",
    title: "Clickbait",
  },
  moved: (points) => `${signed(points)} since the last version`,
  bands: {
    common: "Found everywhere",
    mixed: "Partly familiar",
    original: "Rarely seen",
    on_topic: "On topic",
    partly: "Loosely related",
    off_topic: "Off topic",
    advertising: "Nearly all advertising",
    selling: "A good deal of advertising",
    informative: "Mostly content",
  },
  signals: {
    meaning: ["unusual meaning", "meaning like common content"],
    names: ["many names", "few names"],
    amounts: ["many figures and dates", "few figures and dates"],
    phrases: ["no set phrases", "set phrases"],
    copied: ["nothing copied", "copied text"],
  },
  parts: { advertising: "advertising", product: "product facts", use: "use and experience", other: "other" },
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
