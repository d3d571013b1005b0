/** Making a key. */

import { el } from "../../elements.js";
import { say } from "../../language.js";
import { failure } from "../../notices.js";
import { ask, useKey } from "../../service.js";
import { settings } from "../../words/settings.js";
import { keepShown } from "./key_made.js";

const SCOPES = /** @type {const} */ (["check", "read", "feedback", "write", "gate", "admin"]);
const NEW = {
  name: "",
  scopes: ["check", "read", "feedback"],
  brands: /** @type {string[] | null} */ (null),
  rate: 120,
};

/** What was filled in and not sent. */
let filled = { ...NEW };

/**
 * @param {object} asked
 * @param {string[]} asked.brands that there are
 * @param {boolean} asked.first there is no key yet: from now on everybody needs one, so it has to be one that makes others
 * @param {() => Promise<void>} asked.again
 */
export function keyForm({ brands, first, again }) {
  const words = say(settings);
  const name = el("input", {
    id: "key-name",
    required: true,
    maxlength: 200,
    value: filled.name,
    placeholder: words.keyNameHint,
    autocomplete: "off",
    oninput: () => {
      filled.name = name.value;
    },
  });
  const rate = el("input", {
    id: "key-rate",
    type: "number",
    min: 1,
    max: 60_000,
    required: true,
    value: filled.rate,
    oninput: () => {
      filled.rate = rate.valueAsNumber;
    },
  });
  const trouble = el("div");
  const send = el("button", { class: "primary" }, words.make);

  const scopes = SCOPES.map((scope) => {
    const box = el("input", { type: "checkbox", checked: filled.scopes.includes(scope), onchange: ticked });
    function ticked() {
      filled.scopes = SCOPES.filter((each) => (each === scope ? box.checked : filled.scopes.includes(each)));
    }
    const { name, meaning } = words.scope[scope];
    return el("label", { class: "choice" }, box, el("span", {}, name, el("small", {}, meaning)));
  });

  async function submitted(/** @type {Event} */ event) {
    event.preventDefault();
    trouble.replaceChildren();
    if (!first && filled.scopes.length === 0) return trouble.replaceChildren(failure(words.noScopes));
    if (!first && filled.brands?.length === 0) return trouble.replaceChildren(failure(words.noBrandTicked));
    send.disabled = true;
    try {
      const body = first ? { ...filled, scopes: ["admin"], brands: null } : filled;
      keepShown(await ask("/v1/keys", { method: "POST", body }).then(first ? signedIn : (made) => made));
      filled = { ...NEW };
      if (first)
        dispatchEvent(new HashChangeEvent("hashchange")); // the frame says who is signed in
      else await again().then(() => document.getElementById("made-key")?.focus());
    } catch (error) {
      send.disabled = false;
      trouble.replaceChildren(failure(error));
    }
  }

  return el(
    "form",
    { class: "key-form", onsubmit: submitted },
    first && el("p", { class: "warning" }, words.firstKeyAbout),
    el("div", { class: "field" }, el("label", { for: "key-name" }, words.keyName), name),
    !first && el("fieldset", {}, el("legend", {}, words.scopes), ...scopes),
    !first && brands.length > 0 && limits(brands),
    el("div", { class: "field" }, el("label", { for: "key-rate" }, words.rateLong), rate),
    el("div", { class: "bar" }, send),
    trouble,
  );
}

/** @param {{name: string, key: string}} made */
function signedIn(made) {
  useKey(made.key);
  return made;
}

/**
 * All brands, or some.
 * @param {string[]} brands
 */
function limits(brands) {
  const words = say(settings);
  const list = el("div", { class: "brand-choice" });
  const radio = (/** @type {string} */ label, /** @type {boolean} */ some) => {
    const chosen = () => {
      filled.brands = some ? [] : null;
      show();
    };
    const input = el("input", {
      type: "radio",
      name: "limits",
      checked: some === (filled.brands !== null),
      onchange: chosen,
    });
    return el("label", { class: "choice" }, input, label);
  };

  function show() {
    list.hidden = filled.brands === null;
    list.replaceChildren(...brands.map(choice));
  }

  /** @param {string} brand */
  function choice(brand) {
    const box = el("input", { type: "checkbox", checked: filled.brands?.includes(brand), onchange: ticked });
    function ticked() {
      filled.brands = brands.filter((each) => (each === brand ? box.checked : filled.brands?.includes(each)));
    }
    return el("label", { class: "choice" }, box, brand);
  }

  show();
  return el(
    "fieldset",
    {},
    el("legend", {}, words.brands),
    radio(words.allBrands, false),
    radio(words.someBrands, true),
    list,
  );
}
