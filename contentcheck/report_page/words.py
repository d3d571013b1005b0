"""The words of the report as a page, in both languages; what codes are called is in `contentcheck.names`."""

from collections.abc import Mapping
from dataclasses import dataclass

from contentcheck.names import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Templates are filled by `str.format`. What is said of scores is what the editors' page says (words/scores.js)."""

    lang: str
    title: str
    kicker: str
    moment: str
    """As `strftime` takes it."""
    untitled: str
    scores: str
    why: str
    worst: str
    draft: str
    empty: str
    places: str
    unscored: str
    quoted: str
    uncounted: str
    unclassified: str
    more_pieces: str
    published_before: str
    share_of_draft: str
    dated: str
    stray: str
    paragraph: str
    missing: str
    into_paragraph: str
    cliches: str
    notes: str
    estimate: str
    encoder: str
    library: str
    calibration: str
    brand_digest: str
    check: str
    gone: str
    gone_heading: str
    gone_why: str
    too_often: str
    too_often_heading: str
    too_often_why: str

    listed: str
    """Between things of a list."""
    joined: str
    """Between the parts of a sentence."""
    stop: str
    like_genres: str
    signal: str
    copied: str
    precise: str
    precise_relevance: str
    nearest: str
    share: str
    calls: str
    repeated_once: str
    repeated: str
    never_said: str
    plain_title: str
    clickbait: str
    broken_promise: str
    promise: str


_ZH = Words(
    lang="zh-CN",
    title="检查报告：{title}",
    kicker="发布前检查报告",
    moment="%Y-%m-%d %H:%M（UTC%z）",
    untitled="（没有标题）",
    scores="分数",
    why="为什么",
    worst="先看这几句",
    draft="稿件",
    empty="（没有正文）",
    places="{count} 处",
    unscored="不计分",
    quoted="引用，不计",
    uncounted="太短，不计",
    unclassified="未分类",
    more_pieces="{number} 另有 {count} 篇已知内容与它相同或相近。",
    published_before="本账号已经发过",
    share_of_draft="：占这篇稿件的 {share:.0%}",
    dated="（{day}）",
    stray="与产品无关的段落",
    paragraph="第 {number} 段：",
    missing="还可以写进去的产品要点",
    into_paragraph="（可写进第 {number} 段）",
    cliches="用到的套话",
    notes="说明",
    estimate="分数是有误差的估计：“同质化 80”指这样的稿件约有八成确是随处可见的内容。发不发由编辑决定。",
    encoder="编码器 {model}（{revision}）",
    library="内容库 {version}",
    calibration="校准 {name}",
    brand_digest="品牌资料 {digest}",
    check="检查编号 {number}",
    gone="链接打不开",
    gone_heading="这个链接打不开报告",
    gone_why="它可能已经过期、被收回，或者没有复制完整。请向发给你链接的人要一个新的。",
    too_often="请稍后再打开",
    too_often_heading="打开得太频繁了",
    too_often_why="从你所在的网络打开报告的次数太多，已暂停片刻。报告还在，请过 {seconds} 秒再刷新本页。",
    listed="、",
    joined="；",
    stop="。",
    like_genres="{band}，像{genres}",
    signal="{name} {points}",
    copied="约 {share} 是照搬",
    precise="这一档的稿件里约 {share} 确是套路",
    precise_relevance="这一档的稿件里约 {share} 确与产品有关",
    nearest="{band}，最接近“{product}”",
    share="{name} {share}",
    calls="要读者{names}",
    repeated_once="与 1 篇已发文章重复，最多的是《{title}》",
    repeated="与 {count} 篇已发文章重复，最多的是《{title}》",
    never_said="本账号没有说过",
    plain_title="没有标题党的写法",
    clickbait="像标题党：{signs}",
    broken_promise="正文里几乎找不到标题所说的内容",
    promise="标题与正文对得上",
)

_EN = Words(
    lang="en",
    title="Report: {title}",
    kicker="Report of a check before publishing",
    moment="%Y-%m-%d %H:%M (UTC%z)",
    untitled="(no title)",
    scores="Scores",
    why="Why",
    worst="Look at these first",
    draft="Draft",
    empty="(no text)",
    places="×{count}",
    unscored="not scored",
    quoted="quoted, does not count",
    uncounted="too short to count",
    unclassified="unclassified",
    more_pieces="Other known pieces like {number}: {count}.",
    published_before="Published by this account before",
    share_of_draft=": {share:.0%} of this draft",
    dated=" ({day})",
    stray="Paragraphs that have nothing to do with the products",
    paragraph="Paragraph {number}: ",
    missing="Points of the product that could be worked in",
    into_paragraph=" (could go into paragraph {number})",
    cliches="Set phrases",
    notes="Notes",
    estimate="Scores are estimates with a margin of error: of drafts with “Homogeneity 80”, about eight in ten are "
    "indeed content found everywhere. Whether to publish is for the editor to decide.",
    encoder="Encoder {model} ({revision})",
    library="library {version}",
    calibration="calibration {name}",
    brand_digest="brand {digest}",
    check="check {number}",
    gone="The link opens nothing",
    gone_heading="This link opens no report",
    gone_why="It may have expired, been withdrawn, or not been copied whole. Ask whoever sent it to you for a new one.",
    too_often="Please open it later",
    too_often_heading="Opened too often",
    too_often_why="Reports were opened too often from your network, so this waits a moment. The report is still there: "
    "reload this page in {seconds} seconds.",
    listed=", ",
    joined="; ",
    stop=".",
    like_genres="{band}, like {genres}",
    signal="{name} {points}",
    copied="about {share} is copied",
    precise="about {share} of the drafts in this band are indeed common content",
    precise_relevance="about {share} of the drafts in this band are indeed about the products",
    nearest="{band}, nearest to “{product}”",
    share="{name} {share}",
    calls="asks the reader to: {names}",
    repeated_once="Repeats 1 published post, most of all 《{title}》",
    repeated="Repeats {count} published posts, most of all 《{title}》",
    never_said="Never said by this account",
    plain_title="No clickbait",
    clickbait="Reads like clickbait: {signs}",
    broken_promise="the text hardly delivers what the title says",
    promise="the text delivers what the title says",
)

WORDS: Mapping[Language, Words] = {"zh": _ZH, "en": _EN}
