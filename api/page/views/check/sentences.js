/** Each score in one sentence, and how good it is. */

/** @typedef {import("../../types.js").Report} Report */
/** @typedef {import("../../dial.js").Level} Level */
/** @typedef {typeof import("../../words/check.js").check.zh} Words */
/** @typedef {"homogeneity" | "relevance" | "promotion" | "repetition" | "title"} ScoreName */
/** @typedef {{name: ScoreName, score: number, uncertainty?: number, level: Level, highIsGood: boolean, sentence: string}} Told */

const LIKE_OTHERS = 40; // from this homogeneity on it is said what a draft is like
const CLICKBAIT = 60;
const UNKEPT = 5;
const SAID_BEFORE = 30;

/** @type {Record<string, Level>} */
const LEVELS = {
  common: "bad",
  mixed: "fair",
  original: "good",
  on_topic: "good",
  partly: "fair",
  off_topic: "bad",
  advertising: "bad",
  selling: "fair",
  informative: "good",
};

/**
 * @param {Report} report
 * @param {Words} words
 * @returns {Told[]} those that the report has, in the order they are shown
 */
export function told(report, words) {
  const { homogeneity, relevance, promotion, repetition, title } = report;
  const unsure = report.verdict === "insufficient_text";
  const level = (/** @type {Level} */ of) => (unsure ? "unsure" : of);
  /** @type {(Told | null)[]} */
  const all = [
    {
      name: "homogeneity",
      score: homogeneity.score,
      uncertainty: homogeneity.uncertainty,
      level: level(LEVELS[homogeneity.band]),
      highIsGood: false,
      sentence: ofHomogeneity(homogeneity, words),
    },
    relevance && {
      name: "relevance",
      score: relevance.score,
      uncertainty: relevance.uncertainty,
      level: level(LEVELS[relevance.band]),
      highIsGood: true,
      sentence: ofRelevance(relevance, words),
    },
    {
      name: "promotion",
      score: promotion.score,
      level: level(LEVELS[promotion.band]),
      highIsGood: false,
      sentence: ofPromotion(promotion, words),
    },
    repetition && {
      name: "repetition",
      score: repetition.score,
      level: level(repetition.score >= SAID_BEFORE ? "bad" : repetition.posts.length ? "fair" : "good"),
      highIsGood: false,
      sentence: words.sentence([
        repetition.posts.length
          ? words.repeated(repetition.posts.length, repetition.posts[0].title || repetition.posts[0].post_id)
          : words.neverSaid,
      ]),
    },
    title && {
      name: "title",
      score: title.clickbait_score,
      level: title.clickbait_score >= CLICKBAIT ? "bad" : title.clickbait.length ? "fair" : "good",
      highIsGood: false,
      sentence: ofTitle(title, words),
    },
  ];
  return all.filter((one) => one !== null);
}

/**
 * @param {Report["homogeneity"]} homogeneity
 * @param {Words} words
 */
function ofHomogeneity({ score, band, band_precision, copied, genres, signals }, words) {
  const named = genres.slice(0, 2).filter((g) => g.genre !== "unknown");
  const like = score >= LIKE_OTHERS ? named.map((g) => g.name) : [];
  const strongest = signals
    .filter((s) => Math.abs(s.effect) >= 1)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .map((s) => words.signal(words.signals[s.name][s.effect > 0 ? 1 : 0], s.effect));
  return words.sentence([
    like.length > 0 ? words.likeGenres(words.bands[band], words.list(like)) : words.bands[band],
    copied >= 0.005 && words.copied(copied),
    words.list(strongest),
    band_precision !== null && words.precise(band_precision),
  ]);
}

/**
 * @param {NonNullable<Report["relevance"]>} relevance
 * @param {Words} words
 */
function ofRelevance({ band, band_precision, products }, words) {
  const best = band === "off_topic" ? undefined : products[0];
  return words.sentence([
    best ? words.nearest(words.bands[band], best.name) : words.bands[band],
    band_precision !== null && words.preciseRelevance(band_precision),
  ]);
}

/**
 * @param {Report["promotion"]} promotion
 * @param {Words} words
 */
function ofPromotion({ band, shares, calls }, words) {
  const parts = /** @type {(keyof Words["parts"])[]} */ (Object.keys(words.parts)).filter(
    (part) => shares[part] >= 0.005,
  );
  return words.sentence([
    words.bands[band],
    words.list(parts.map((part) => words.share(words.parts[part], shares[part]))),
    calls.length > 0 && words.calls(words.list(calls.map((call) => call.name))),
  ]);
}

/**
 * @param {NonNullable<Report["title"]>} title
 * @param {Words} words
 */
function ofTitle({ clickbait, promise }, words) {
  const signs = clickbait.map((sign) => `${sign.name}“${sign.text}”`);
  return words.sentence([
    signs.length > 0 ? words.clickbait(words.list(signs)) : words.plainTitle,
    promise !== null && (promise < UNKEPT ? words.brokenPromise : words.promise),
  ]);
}
