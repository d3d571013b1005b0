/** Words of the publishing rules. */

import { verdicts } from "../verdicts.js";

const zh = {
  policyAbout: "哪些稿件不准发布（内容系统在发布前来问），检查记录留多久。",
  blocked: "结论是这些时，不准发布",
  blocks: verdicts.zh,
  blockedAbout: "都不选，则一律放行。个别稿件可以由管理员准许例外。",
  retention: "检查记录和批量任务",
  retentionDays: "保留天数",
  forEver: "一直保留",
  retentionAbout: "到期后连同稿件彻底删除，不能恢复。不填则一直保留。意见不删。",
  policySaved: (/** @type {string} */ brand) => `已保存“${brand}”的发布规则。`,
};

/** @type {typeof zh} */
const en = {
  policyAbout: "Which drafts may not be published (the CMS asks before it publishes), and how long checks are kept.",
  blocked: "Not to be published with these verdicts",
  blocks: verdicts.en,
  blockedAbout: "With none of them, everything may pass. An administrator can except single drafts.",
  retention: "Checks and jobs",
  retentionDays: "Days they are kept",
  forEver: "for ever",
  retentionAbout: "After that they are deleted for good with their drafts. Empty: kept for ever. Feedback stays.",
  policySaved: (brand) => `The publishing rules of “${brand}” are saved.`,
};

export const policy = { zh, en };
