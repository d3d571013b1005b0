/** What the columns of a table are called, and what is wrong with a row told by those names. */

/** @type {Record<string, string>} */
const zh = {
  id: "编号",
  title: "标题",
  text: "正文",
  brand: "品牌",
  genre: "体裁",
  source: "来源",
  published: "发布日期",
  licence: "许可",
  tags: "标签",
  product_id: "产品编号",
  name: "产品名",
  synonyms: "别名",
  key_points: "卖点",
};

/**
 * The service names a row's fields as programs do.
 * @param {string} remedy in Chinese, as all that the service says
 * @returns {string} with the names that stand in editors' tables
 */
export const inColumns = (remedy) =>
  remedy.replace(/字段 (\w+) ?/g, (said, field) => (Object.hasOwn(zh, field) ? `“${zh[field]}”列` : said));
