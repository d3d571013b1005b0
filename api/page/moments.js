/** Moments as people say them. */

import { language } from "./language.js";

/**
 * @param {string} moment ISO, with a time zone
 * @returns {string} day and time, in the reader's language and time zone
 */
export const localTime = (moment) =>
  new Intl.DateTimeFormat(language() === "en" ? "en" : "zh-CN", { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(moment),
  );
