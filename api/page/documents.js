/** What is pasted or dropped into the editor, as the text that will be checked. */

import { ask } from "./service.js";

/** @typedef {{title: string, text: string, images: number}} Read `images`: how many marks of images the text has */

const EMBEDDED = /\bdata:[\w.+-]+\/[\w.+-]+;base64,[\w+/=%\s-]+/g; // whole images, which Word and Feishu paste along

/**
 * @param {string} html as the clipboard has it
 * @param {AbortSignal} [signal]
 * @returns {Promise<Read>}
 * @throws {import("./service.js").Refused} where it holds nothing that can be read
 */
export const fromHtml = (html, signal) =>
  ask("/v1/documents", { method: "POST", body: { html: html.replace(EMBEDDED, "data:,") }, signal });

/**
 * @param {File} file txt, md, html or docx
 * @param {AbortSignal} [signal]
 * @returns {Promise<Read>}
 * @throws {import("./service.js").Refused} another kind of file, one that is damaged, too large or without words
 */
export function fromFile(file, signal) {
  const body = new FormData();
  body.append("file", file);
  return ask("/v1/documents", { method: "POST", body, signal });
}
