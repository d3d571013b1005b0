/** Words of the importer. */

const zh = {
  choose: "选择文件…",
  drop: "把文件拖到这里，或",
  kinds: {
    items:
      "可用 jsonl、csv、xlsx（列名用中文或英文），txt（一行一条，或用空行隔开），以及 md、html、docx（一个文件一条）。",
    posts:
      "可用 jsonl、csv、xlsx（列名用中文或英文），txt（一行一篇，或用空行隔开），以及 md、html、docx（一个文件一篇）。",
    products: "可用 jsonl、csv、xlsx；列：产品编号、产品名、正文，可加卖点、别名、品牌。",
  },
  limits: "每个文件最多 20 MB、1 万行；更多请在命令行用 contentcheck 导入。",
  tooLarge: "文件超过 20 MB；请拆成几个，或在命令行用 contentcheck 导入。",
  reading: (/** @type {string} */ name, /** @type {number} */ number, /** @type {number} */ of) =>
    of > 1 ? `正在读取 ${name}（第 ${number} 个，共 ${of} 个）` : `正在读取 ${name}`,
  storing: "正在导入",
  stored: (/** @type {string} */ stored, /** @type {string} */ total) => `已存入 ${stored} / ${total} 行`,
  waits: "服务正忙，稍等会自动继续。",
  cancel: "取消",
  stopped: (/** @type {string} */ stored, /** @type {string} */ total) =>
    `已停下：${total} 行中存入了 ${stored} 行，它们会保留。`,
  stoppedEarly: "已停下：还没有存入任何内容。",
  goOn: "继续导入",
  again: "再试一次",
  leaveIt: "到此为止",
  finished: "导入完成。",
  nothing: "没有可以导入的内容。",
  outcomes: {
    added: "新增",
    replaced: "替换了编号相同的旧内容",
    unchanged: "早已有了，未变",
    skipped: "跳过",
    repeated: "与同一文件里前面的行相同，只存一次",
    bad: "不能用的行",
  },
  undo: (/** @type {string} */ count) => `撤销新增的 ${count} 条`,
  undoing: (/** @type {string} */ count) => `正在撤销，还剩 ${count} 条`,
  undone: "已撤销：刚才新增的都已移除。",
  replacedStay: "被替换的不会复原。",
  badRows: "不能用的行",
  badColumns: ["文件", "行", "原因"],
  more: (/** @type {string} */ count) => `还有 ${count} 行没有列出；改正文件后再导入一次即可，已存入的不会重复。`,
  fix: "改正文件后再导入一次即可，已存入的不会重复。",
  unread: "读不了的文件",
};

/** @type {typeof zh} */
const en = {
  choose: "Choose files…",
  drop: "Drop files here, or",
  kinds: {
    items:
      "jsonl, csv, xlsx (columns named in Chinese or English), txt (one piece a line, or separated by blank lines), md, html and docx (one piece a file).",
    posts:
      "jsonl, csv, xlsx (columns named in Chinese or English), txt (one post a line, or separated by blank lines), md, html and docx (one post a file).",
    products: "jsonl, csv, xlsx with the columns product_id, name, text, and perhaps key_points, synonyms, brand.",
  },
  limits: "A file may have 20 MB and 10,000 rows; for more, use contentcheck on the command line.",
  tooLarge: "The file is larger than 20 MB: split it, or use contentcheck on the command line.",
  reading: (name, number, of) => (of > 1 ? `Reading ${name} (${number} of ${of})` : `Reading ${name}`),
  storing: "Importing",
  stored: (stored, total) => `${stored} of ${total} rows stored`,
  waits: "The service is busy; this goes on by itself in a moment.",
  cancel: "Cancel",
  stopped: (stored, total) => `Stopped: ${stored} of ${total} rows were stored and stay.`,
  stoppedEarly: "Stopped: nothing was stored yet.",
  goOn: "Go on",
  again: "Try again",
  leaveIt: "Leave it at that",
  finished: "Imported.",
  nothing: "There was nothing to import.",
  outcomes: {
    added: "added",
    replaced: "replaced something of the same id",
    unchanged: "there already, unchanged",
    skipped: "skipped",
    repeated: "the same as an earlier row of the file, stored once",
    bad: "could not be used",
  },
  undo: (count) => `Undo: remove the ${count} added`,
  undoing: (count) => `Undoing: ${count} left`,
  undone: "Undone: what was just added is removed.",
  replacedStay: "What was replaced stays replaced.",
  badRows: "Rows that cannot be used",
  badColumns: ["File", "Row", "Reason"],
  more: (count) =>
    `${count} more are not shown. Mend the file and import it again: what is stored is not stored twice.`,
  fix: "Mend the file and import it again: what is stored is not stored twice.",
  unread: "Files that cannot be read",
};

export const importing = { zh, en };
