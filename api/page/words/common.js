/** What every view says alike. */

const zh = {
  loading: "正在读取…",
  retry: "再试一次",
  undo: "撤销",
  more: "显示更多",
};

/** @type {typeof zh} */
const en = {
  loading: "Loading…",
  retry: "Try again",
  undo: "Undo",
  more: "Show more",
};

export const common = { zh, en };
