/** Words of what else there is to say of a text. */

import messages from "../messages.json" with { type: "json" };

const zh = {
  notes: "说明",
  images: (/** @type {number} */ n) => `稿件里有 ${n} 张图片。图片里的文字没有读，请自己看一遍。`,
  setAside: "这些行不计分",
  evasion: "绕开检查的写法",
  evasions: {
    traditional: "夹用繁体",
    zero_width: "看不见的字符",
    inserted_marks: "词里夹符号",
    homoglyph: "形近字母",
    full_width: "全角半角混用",
    sound: "谐音、拼音、图形代字",
  },
  places: (/** @type {number} */ n) => `${n} 处`,
  cliches: "用到的套话",
  notices: /** @type {Record<string, string>} */ ({}), // the service says them in Chinese
};

/** @type {typeof zh} */
const en = {
  notes: "Notes",
  images: (n) =>
    `The draft has ${n} ${n === 1 ? "image" : "images"}. Text inside images is not read: look at it yourself.`,
  setAside: "Lines that are not scored",
  evasion: "Spelling that evades the check",
  evasions: {
    traditional: "traditional characters mixed in",
    zero_width: "invisible characters",
    inserted_marks: "marks within words",
    homoglyph: "look-alike letters",
    full_width: "full and half width mixed",
    sound: "homophones, pinyin or pictures for words",
  },
  places: (n) => `${n} ${n === 1 ? "place" : "places"}`,
  cliches: "Set phrases",
  notices: messages.notices,
};

export const notes = { zh, en };
