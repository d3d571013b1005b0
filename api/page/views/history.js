/** What was checked, and what the brands' accounts have published. */

import { el } from "../elements.js";
import { say } from "../language.js";
import { may } from "../rights.js";
import { history } from "../words/history.js";
import { checksView } from "./history/checks.js";
import { postsView } from "./history/posts.js";

/** @type {import("../app.js").View} */
export function view({ parts: [asked, brand], signal, me }) {
  const words = say(history);
  const name = asked === "posts" ? "posts" : "checks";
  const links = Object.entries(words.tabs).map(([tab, label]) =>
    el(
      "a",
      { href: tab === "checks" ? "#/history" : "#/history/posts", "aria-current": tab === name && "page" },
      label,
    ),
  );
  return el(
    "section",
    { class: "history" },
    el("h1", {}, words.title),
    el("nav", { class: "tabs", "aria-label": words.tabsLabel }, ...links),
    name === "posts"
      ? postsView({ brand, mayChange: may(me, "write"), signal })
      : checksView({ mayDelete: may(me, "admin"), signal }),
  );
}
