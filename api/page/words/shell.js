/** Words around the views. */

import { common } from "./common.js";

const zh = {
  views: { check: "检查", library: "内容库", brands: "品牌", history: "历史", jobs: "批量任务", settings: "设置" },
  navigation: "页面",
  skip: "跳到正文",
  signIn: "登录",
  signOut: "退出",
  key: "密钥",
  keyHint: "以 ck_ 开头，由管理员建立",
  wrongKey: "密钥不对，或已被吊销。请向管理员要一个新的。",
  welcome: "请输入密钥。关闭这个标签页就会退出。",
  unreachable: "连不上服务：请确认 contentcheck serve 还在运行，再试一次。",
  no: "不了",
  starting: "服务正在启动，几秒后自动重试…",
  noSuchView: "没有这个页面。",
};

/** @type {typeof zh} */
const en = {
  views: {
    check: "Check",
    library: "Library",
    brands: "Brands",
    history: "History",
    jobs: "Jobs",
    settings: "Settings",
  },
  navigation: "Pages",
  skip: "Skip to content",
  signIn: "Sign in",
  signOut: "Sign out",
  key: "Key",
  keyHint: "begins with ck_; made by the administrator",
  wrongKey: "The key is wrong or was revoked. Ask the administrator for another.",
  welcome: "Enter your key. Closing this tab signs you out.",
  unreachable: "The service cannot be reached: is contentcheck serve still running? Then try again.",
  no: "No",
  starting: "The service is starting; trying again in a few seconds…",
  noSuchView: "There is no such page.",
};

export const shell = { zh: { ...common.zh, ...zh }, en: { ...common.en, ...en } };
