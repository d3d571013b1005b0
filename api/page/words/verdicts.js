/** Verdicts on a draft, called alike wherever they are shown. */

import names from "./names.json" with { type: "json" };

export const verdicts = { zh: names.zh.verdicts, en: names.en.verdicts };
