/** Words of an editor's word on a finding. */

const zh = {
  wrong: "这里判断得不对",
  noted: "已记下 · ",
  undo: "撤销",
};

/** @type {typeof zh} */
const en = {
  wrong: "This is judged wrong",
  noted: "Noted · ",
  undo: "Undo",
};

export const opinion = { zh, en };
