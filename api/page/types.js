/** Names for what the service answers; the shapes are those of docs/openapi.json. */

/** @typedef {import("contract").components["schemas"]} Schemas */
/** @typedef {Schemas["Report"]} Report */
/** @typedef {Report["passages"][number]} Passage */
/** @typedef {Report["paragraphs"][number]} Paragraph */
/** @typedef {Passage["matches"][number]} Match */

export {};
