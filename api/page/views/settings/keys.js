/** Keys to the service: who has one, a new one, and an end to one. */

import { confirmed } from "../../confirm.js";
import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { inWords, tell } from "../../notices.js";
import { all, ask } from "../../service.js";
import { settings } from "../../words/settings.js";
import { keyForm } from "./key_form.js";
import { madeKey } from "./key_made.js";

/** @typedef {import("../../types.js").Schemas["KeyShown"]} Key */
/** @typedef {import("../../app.js").Me} Me */

/** @type {import("../settings.js").Section} */
export function keys({ me, signal }) {
  const words = say(settings);
  return loaded(
    (signal) => Promise.all([all("/v1/keys", signal), all("/v1/brands", signal)]),
    ([found, brands], again) => {
      const live = found.filter((/** @type {Key} */ key) => key.revoked_at === null);
      const gone = found.filter((/** @type {Key} */ key) => key.revoked_at !== null);
      const names = brands.map((/** @type {{name: string}} */ brand) => brand.name);
      return el(
        "div",
        {},
        el("p", { class: "faint" }, live.length ? words.keysAbout : words.noKeys),
        madeKey(),
        live.length > 0 && table(words.keysLive, live, (key) => end(key, { live, me, again })),
        el("h3", {}, live.length ? words.newKey : words.firstKey),
        keyForm({ brands: names, first: live.length === 0, again }),
        gone.length > 0 &&
          el(
            "details",
            {},
            el("summary", {}, words.keysGone(gone.length)),
            table(words.keysGone(gone.length), gone, (key) => el("span", {}, day(key.revoked_at ?? ""))),
          ),
      );
    },
    signal,
  );
}

/**
 * @param {string} label
 * @param {Key[]} shown
 * @param {(key: Key) => Node} last what the last column holds
 */
function table(label, shown, last) {
  const words = say(settings);
  const heads = [words.keyName, words.scopes, words.brands, words.rate, words.made, words.revoked];
  const head = el("tr", {}, ...heads.map((name) => el("th", { scope: "col" }, name)));
  const rows = shown.map((key) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, key.name),
      el(
        "td",
        {},
        key.scopes.map((scope) => words.scope[/** @type {keyof typeof words.scope} */ (scope)].name).join(words.comma),
      ),
      el("td", {}, key.brands === null ? words.allBrands : key.brands.join(words.comma) || words.brandsRemoved),
      el("td", {}, String(key.rate)),
      el("td", {}, day(key.made_at)),
      el("td", {}, last(key)),
    ),
  );
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    el("table", { class: "keys" }, el("thead", {}, head), el("tbody", {}, ...rows)),
  );
}

/**
 * @param {Key} key
 * @param {{live: Key[], me: Me, again: () => Promise<void>}} among
 */
function end(key, { live, me, again }) {
  const words = say(settings);
  const manages = (/** @type {Key} */ one) => one.scopes.includes("admin") && one.brands === null;
  if (manages(key) && live.filter(manages).length === 1) return el("span", { class: "faint" }, words.lastKey);
  const revoke = async () => {
    const question = key.name === me.name ? words.revokeOwn : words.revokeAbout(key.name);
    if (!(await confirmed(question, words.revoke))) return;
    try {
      await ask(`/v1/keys/${key.id}`, { method: "DELETE" });
      tell(words.keyRevoked(key.name));
      await again();
    } catch (error) {
      tell(inWords(error));
    }
  };
  const label = `${words.revoke} ${key.name}`;
  return el("button", { type: "button", class: "quiet danger", "aria-label": label, onclick: revoke }, words.revoke);
}

/** @param {string} moment */
const day = (moment) => moment.slice(0, 10);
