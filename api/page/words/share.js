/** Words about a report as a file and as a link. */

const zh = {
  label: "报告文件和分享",
  download: "下载报告",
  print: "打印或存为 PDF",
  fileName: "检查报告",
  blocked: "浏览器拦住了新窗口：请允许本站弹出窗口，或下载报告后打印。",
  links: "分享链接",
  what: "有链接的人不用密钥就能看这份报告，到期自动失效；删除检查记录，链接也就失效。",
  onlyHere: "现在用的是本机地址，这样的链接只有这台电脑打得开；要发给别人，请用服务对外的地址打开本页。",
  days: "有效期",
  dayCount: (/** @type {number} */ days) => `${days} 天`,
  make: "生成链接",
  made: "链接只显示这一次，请现在就复制。",
  url: "链接地址",
  copy: "复制",
  copied: "链接已复制。",
  copyByHand: "浏览器不让复制：链接已选中，请按 Ctrl+C 或 ⌘C。",
  until: (/** @type {string} */ time, /** @type {string} */ name) => `${time} 到期 · ${name}`,
  withdraw: "收回",
  withdrawn: "链接已收回，不能再打开。",
  none: "现在没有有效的链接。",
};

/** @type {typeof zh} */
const en = {
  label: "Report file and sharing",
  download: "Download the report",
  print: "Print or save as PDF",
  fileName: "report",
  blocked: "The browser blocked the new window: allow pop-ups for this site, or download the report and print that.",
  links: "Links to share",
  what: "Whoever has the link can read this report without a key, until it expires or the check is deleted.",
  onlyHere:
    "You are using this machine's own address, so a link opens on this machine only. To share it, open this page by the address others use.",
  days: "Opens for",
  dayCount: (days) => `${days} days`,
  make: "Make a link",
  made: "The link is shown only once: copy it now.",
  url: "Link",
  copy: "Copy",
  copied: "Copied.",
  copyByHand: "The browser does not allow copying: the link is selected, press Ctrl+C or ⌘C.",
  until: (time, name) => `until ${time} · ${name}`,
  withdraw: "Withdraw",
  withdrawn: "The link is withdrawn and opens nothing.",
  none: "There is no link that opens this report.",
};

export const share = { zh, en };
