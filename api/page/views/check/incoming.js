/** Text that comes from elsewhere: pasted from an editor, dropped or chosen as a file. */

import { fromFile, fromHtml } from "../../documents.js";
import { droppable } from "../../files.js";

/** @typedef {Awaited<ReturnType<typeof fromFile>>} Article */

const LONG = 10_000; // characters that a browser takes seconds to write as if by hand

/**
 * @param {object} taken
 * @param {import("./editor.js").Editor} taken.editor
 * @param {HTMLElement} taken.target on which files may be dropped
 * @param {AbortSignal} taken.signal
 * @param {() => void} taken.started
 * @param {(title: string) => void} taken.titled of what is about to be written in the draft
 * @param {(article: Article) => void} taken.opened it is to take the place of the draft
 * @param {(error: unknown, saved: boolean) => void} taken.failed `saved`: the plain text was written instead
 * @returns {{open: (file: File) => Promise<void>}}
 */
export function incoming({ editor, target, signal, started, titled, opened, failed }) {
  const { field } = editor;

  field.addEventListener("paste", (event) => {
    const html = event.clipboardData?.getData("text/html");
    const file = event.clipboardData?.files[0];
    if (!html?.trim() && !file) return;
    event.preventDefault();
    if (html?.trim()) pasted(html, event.clipboardData?.getData("text/plain") ?? "");
    else if (file) open(file);
  });
  droppable(target, ([file]) => open(file));

  /**
   * @param {string} html
   * @param {string} plain
   */
  async function pasted(html, plain) {
    const { selectionStart, selectionEnd } = field;
    const whole = selectionEnd - selectionStart === field.value.length;
    started();
    try {
      const article = await fromHtml(html, signal);
      if (whole && article.text.length > LONG) return opened(article);
      // A heading within a draft is part of it, as it was where it was copied from.
      const read = article.text || plain;
      const text = whole || !article.title ? read : `${article.title}\n${read}`;
      if (whole && article.title) titled(article.title); // before the text, or that would be checked without it as well
      editor.write(text, selectionStart, selectionEnd);
    } catch (error) {
      if (signal.aborted) return;
      editor.write(plain, selectionStart, selectionEnd);
      failed(error, true);
    }
  }

  /** @param {File} file */
  async function open(file) {
    started();
    try {
      opened(await fromFile(file, signal));
    } catch (error) {
      if (!signal.aborted) failed(error, false);
    }
  }

  return { open };
}
