/** Settings of one brand, and which. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { loaded } from "../../loaded.js";
import { all } from "../../service.js";
import { settings } from "../../words/settings.js";

let chosen = "";

/**
 * @param {AbortSignal} signal
 * @param {(brand: string, signal: AbortSignal) => Node} show its settings
 */
export function ofBrand(signal, show) {
  const words = say(settings);
  return loaded(
    (signal) => all("/v1/brands", signal),
    (/** @type {{name: string}[]} */ brands) => choice(brands),
    signal,
  );

  /** @param {{name: string}[]} brands */
  function choice(brands) {
    if (brands.length === 0) return el("p", {}, words.noBrands, el("a", { href: "#/brands" }, words.addBrands));
    if (!brands.some((brand) => brand.name === chosen)) chosen = brands[0].name;
    const place = el("div");
    let leaving = new AbortController();
    const picked = () => {
      chosen = select.value;
      leaving.abort();
      leaving = new AbortController();
      place.replaceChildren(show(chosen, AbortSignal.any([signal, leaving.signal])));
    };
    const options = brands.map(({ name }) => el("option", { value: name, selected: name === chosen }, name));
    const select = el("select", { onchange: picked }, ...options);
    picked();
    return el("div", {}, el("label", { class: "bar of-brand" }, words.brand, select), place);
  }
}
