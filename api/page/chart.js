/** Charts that the service draws, as pictures: in the reader's language and colours, and as wide as there is room. */

import { el } from "./elements.js";
import { language, say } from "./language.js";
import { failure } from "./notices.js";
import { fetched } from "./service.js";
import { shell } from "./words/shell.js";

const SETTLED = 200; // milliseconds without a change of width until a chart is drawn again
const NARROW = 480; // pixels; below, sentences above a chart take more lines
const [LEAST, MOST] = [280, 960]; // pixels of width
const COLUMN = 46; // pixels that a number needs
const NAMES = 0.4; // of the width, for what stands beside the columns

/** @typedef {{paragraphs: string[], products: string[], scores: number[][]}} HeatMap at most 100 and 30 */

/**
 * A chart. It is drawn once it stands in the page, and again when its colours or its width are no longer right.
 * @param {string} path of the service: /v1/charts/…
 * @param {{body?: HeatMap, label: string, signal: AbortSignal}} asked `label`: what the picture shows, for those who do
 *   not see it; `body` is sent by POST
 * @returns {HTMLElement} with the place that it will take
 */
export function chart(path, { body, label, signal }) {
  const frame = el("div", { class: "chart scroll", "aria-busy": "true" });
  const image = el("img", { alt: label });
  image.style.setProperty("display", "block");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let drawing = new AbortController();
  let drawn = "";
  let room = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;

  async function draw() {
    drawing.abort();
    drawing = new AbortController();
    const here = AbortSignal.any([signal, drawing.signal]);
    const size = sizeOf(path, body, room);
    frame.style.setProperty("min-height", `${size.height}px`);
    const look = { scheme: dark.matches ? "dark" : "light", language: language(), ...size };
    frame.setAttribute("aria-busy", "true");
    try {
      const answer = body
        ? await fetched(path, { method: "POST", body: { ...body, ...look }, signal: here })
        : await fetched(withLook(path, look), { signal: here });
      const picture = await answer.blob();
      if (here.aborted) return;
      URL.revokeObjectURL(drawn);
      drawn = URL.createObjectURL(picture);
      image.width = size.width;
      image.height = size.height;
      image.src = drawn;
      await image.decode();
      if (here.aborted) return;
      frame.replaceChildren(image);
      reachable(frame, label);
    } catch (error) {
      if (here.aborted) return;
      frame.replaceChildren(failure(error, { label: say(shell).retry, again: draw }));
    }
    frame.setAttribute("aria-busy", "false");
  }

  const watching = new ResizeObserver(() => {
    if (!frame.clientWidth || frame.clientWidth === room) return;
    const first = room === 0;
    room = frame.clientWidth;
    clearTimeout(settling);
    if (first) draw();
    else settling = setTimeout(draw, SETTLED);
  });
  watching.observe(frame);
  dark.addEventListener("change", draw, { signal });
  signal.addEventListener("abort", () => {
    watching.disconnect();
    clearTimeout(settling);
    URL.revokeObjectURL(drawn);
  });
  frame.style.setProperty("min-height", `${sizeOf(path, body, innerWidth).height}px`);
  return frame;
}

/**
 * @param {string} path
 * @param {HeatMap | undefined} body
 * @param {number} room pixels there are
 * @returns {{width: number, height: number}} of the picture
 */
function sizeOf(path, body, room) {
  const width = Math.min(Math.max(room, LEAST), MOST);
  if (body) {
    const wide = Math.ceil((COLUMN * body.products.length) / (1 - NAMES));
    return { width: Math.max(width, wide), height: 110 + 30 * body.paragraphs.length };
  }
  if (path.includes("/thresholds")) return { width, height: width < NARROW ? 560 : 460 };
  return { width, height: path.includes("by=month") ? 340 : 560 };
}

/**
 * @param {string} path
 * @param {Record<string, string | number>} look
 */
function withLook(path, look) {
  const url = new URL(path, location.href);
  for (const [name, value] of Object.entries(look)) url.searchParams.set(name, String(value));
  return url.pathname + url.search;
}

/**
 * Let keys scroll a chart that is wider than its place.
 * @param {HTMLElement} frame
 * @param {string} label
 */
function reachable(frame, label) {
  const scrolls = frame.scrollWidth > frame.clientWidth;
  const told = { tabindex: "0", role: "region", "aria-label": label };
  for (const [name, value] of Object.entries(told)) {
    if (scrolls) frame.setAttribute(name, value);
    else frame.removeAttribute(name);
  }
}
