/** Words of the settings; what each section alone says is in settings/. */

import { common } from "./common.js";
import { feedback } from "./settings/feedback.js";
import { keys } from "./settings/keys.js";
import { policy } from "./settings/policy.js";
import { thresholds } from "./settings/thresholds.js";

const zh = {
  comma: "、",
  title: "设置",
  navigation: "设置的各部分",
  sections: {
    thresholds: "判定标准",
    policy: "发布规则",
    feedback: "意见",
    keys: "密钥",
    language: "语言",
    about: "关于",
  },
  save: "保存",
  brand: "品牌",
  noBrands: "还没有品牌。",
  addBrands: "先建立一个品牌。",
  readOnly: "你的密钥只能看，不能改；要改请找管理员。",
  languageAbout: "只改本页的文字。检查结果里的理由、品牌和稿件都是中文。",
  version: "版本",
  model: "模型",
  library: "内容库",
  calibration: "校准",
  you: "你",
  aboutAbout: "稿件只在这台服务器上检查，不会发给别的网站。",
  interface: "给程序用的接口（REST）",
};

/** @type {typeof zh} */
const en = {
  comma: ", ",
  title: "Settings",
  navigation: "Parts of the settings",
  sections: {
    thresholds: "Thresholds",
    policy: "Publishing rules",
    feedback: "Feedback",
    keys: "Keys",
    language: "Language",
    about: "About",
  },
  save: "Save",
  brand: "Brand",
  noBrands: "There are no brands yet. ",
  addBrands: "Add one first.",
  readOnly: "Your key lets you see this but not change it; ask the administrator.",
  languageAbout: "Only of this page. Reasons, brands and drafts stay in Chinese.",
  version: "Version",
  model: "Model",
  library: "Library",
  calibration: "Calibration",
  you: "You",
  aboutAbout: "Drafts are checked on this server only and sent to no other site.",
  interface: "For programs (REST)",
};

export const settings = {
  zh: { ...common.zh, ...zh, ...thresholds.zh, ...policy.zh, ...feedback.zh, ...keys.zh },
  en: { ...common.en, ...en, ...thresholds.en, ...policy.en, ...feedback.en, ...keys.en },
};
