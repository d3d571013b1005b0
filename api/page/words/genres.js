/** What is said of pieces without a genre. */

export const genreless = { zh: "未分体裁", en: "no genre" };
