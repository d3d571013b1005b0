/** The report of a stored check for others: as a file, on paper, by a link that expires. */

import { el } from "./elements.js";
import { language, say } from "./language.js";
import { localTime } from "./moments.js";
import { failure, inWords, tell } from "./notices.js";
import { all, ask, download, fetched } from "./service.js";
import { share } from "./words/share.js";

/** @typedef {import("./types.js").Schemas["Share"]} Share */

const DAYS = [7, 30, 90];
const KEPT = 60_000; // milliseconds that a printed report stays open to its window
const HERE = /^(localhost|127\..*|\[::1\])$/;

let days = DAYS[0];
let opened = false;
/** @type {Map<string, string>} addresses of the links made here, by their id: the service tells them once */
const addresses = new Map();

/**
 * Buttons for what can be done with the report of a check.
 * @param {string} checkId
 * @param {AbortSignal} signal
 * @returns {HTMLElement}
 */
export function sharing(checkId, signal) {
  const words = say(share);
  const check = `/v1/checks/${encodeURIComponent(checkId)}`;
  const page = `${check}/report.html?language=${language()}`;
  const told = (/** @type {unknown} */ error) => signal.aborted || tell(inWords(error));
  const saved = () => download(page, `${words.fileName} ${checkId}.html`).catch(told);
  const printed = () => print(page, signal).catch(told);
  return el(
    "section",
    { class: "sharing", "aria-label": words.label },
    el(
      "div",
      { class: "bar" },
      el("button", { type: "button", onclick: saved }, words.download),
      el("button", { type: "button", onclick: printed }, words.print),
    ),
    links(check, signal),
  );
}

/**
 * @param {string} page
 * @param {AbortSignal} signal
 */
async function print(page, signal) {
  const url = URL.createObjectURL(await (await fetched(page, { signal })).blob());
  const tab = open(url, "_blank");
  if (!tab) tell(say(share).blocked);
  else tab.addEventListener("load", () => tab.print());
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

/**
 * @param {string} check its path
 * @param {AbortSignal} signal
 */
function links(check, signal) {
  const words = say(share);
  const list = el("ul", { class: "links" });
  const choice = el(
    "select",
    {},
    ...DAYS.map((n) => el("option", { value: n, selected: n === days }, words.dayCount(n))),
  );
  choice.addEventListener("change", () => {
    days = Number(choice.value);
  });
  const trouble = (/** @type {unknown} */ error) => {
    if (!signal.aborted) list.replaceChildren(el("li", {}, failure(error)));
  };

  const listed = async () => {
    const found = /** @type {Share[]} */ (await all(`${check}/shares`, signal));
    list.replaceChildren(
      ...(found.length
        ? found.map((link) => line(link, withdrawn, signal))
        : [el("li", { class: "faint" }, words.none)]),
    );
  };
  const withdrawn = async (/** @type {string} */ id) => {
    await ask(`/v1/shares/${id}`, { method: "DELETE", signal });
    tell(words.withdrawn);
    await listed();
  };
  const made = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const link = await ask(`${check}/shares`, { method: "POST", body: { days, language: language() }, signal });
      // By the address of this page, which is right for others too where a proxy stands before the service.
      const { pathname, search } = new URL(link.url);
      addresses.set(link.id, new URL(pathname + search, location.href).href);
      await listed();
      list.querySelector("input")?.select();
    } catch (error) {
      trouble(error);
    }
  };

  const box = el(
    "details",
    { open: opened },
    el("summary", {}, words.links),
    el("p", { class: "faint" }, words.what),
    HERE.test(location.hostname) && el("p", { class: "faint" }, words.onlyHere),
    el(
      "form",
      { class: "bar", onsubmit: made },
      el("label", {}, `${words.days} `, choice),
      el("button", {}, words.make),
    ),
    list,
  );
  box.addEventListener("toggle", () => {
    opened = box.open;
    if (opened) listed().catch(trouble);
  });
  return box;
}

/**
 * @param {Share} link
 * @param {(id: string) => Promise<void>} withdraw
 * @param {AbortSignal} signal
 */
function line(link, withdraw, signal) {
  const words = say(share);
  const address = addresses.get(link.id);
  const field = address && el("input", { readonly: true, value: address, "aria-label": words.url });
  const copied = async () => {
    try {
      await navigator.clipboard.writeText(address ?? "");
      tell(words.copied);
    } catch {
      if (field) field.select(); // not allowed, or no such thing without https
      tell(words.copyByHand);
    }
  };
  const withdrawn = () => withdraw(link.id).catch((error) => signal.aborted || tell(inWords(error)));
  return el(
    "li",
    {},
    address && el("p", { class: "faint" }, words.made),
    el(
      "div",
      { class: "bar" },
      field,
      address && el("button", { type: "button", onclick: copied }, words.copy),
      el("span", {}, words.until(localTime(link.expires_at), link.made_by)),
      el("button", { type: "button", onclick: withdrawn }, words.withdraw),
    ),
  );
}
