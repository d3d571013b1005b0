"""What is written on charts, in both languages."""

from dataclasses import dataclass

from contentcheck.names import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Templates are filled by `str.format`."""

    heat: str
    own: str
    shipped: str
    no_genre: str
    other_genres: str
    by_genre: str
    by_month: str
    by_year: str
    undated: str
    no_dates: str
    precision: str
    recall: str
    threshold: str
    measured: dict[str, str]
    marks: dict[str, str]
    at: str
    never: str
    rests_on: str
    held_out: str
    opinions: str
    biased: str
    left_out: str
    between: str
    """Of several sources."""
    none: str
    too_few: str


_ZH = Words(
    heat="每格是一段文字和一个产品的相关性，0 到 100：60 起切题，20 以下无关。",
    own="自有",
    shipped="随程序附带",
    no_genre="未分体裁",
    other_genres="其他 {count} 种体裁",
    by_genre="自有 {own} 篇，随程序附带 {shipped} 篇。",
    by_month="按发表月份。",
    by_year="按发表年份（跨度超过五年）。",
    undated="日期不明、没有画出的：自有 {own} 篇，随程序附带 {shipped} 篇。",
    no_dates="没有一篇注明发表日期",
    precision="查准率",
    recall="查全率",
    threshold="从多少分起算作“是”",
    measured={
        "homogeneity": "查准率：算作同质的稿件里，真是同质的占多少。查全率：同质的稿件里，算出来的占多少。"
        "两类稿件按各占一半折算。",
        "relevance": "查准率：算作相关的稿件里，真是相关的占多少。查全率：相关的稿件里，算出来的占多少。"
        "两类稿件按各占一半折算。",
    },
    marks={
        "common": "{score} 起：套路内容",
        "mixed": "{score} 起：部分套路",
        "off_topic": "低于 {score}：无关",
        "weak": "低于 {score}：关系弱",
    },
    at="从 {score} 分起算：查准率 {precision}，查全率 {recall}。",
    never="没有稿件到此分数",
    rests_on="依据：{sources}；{yes} 篇“是”，{no} 篇“否”。",
    held_out="{count} 篇校准时没有用过的标注稿件",
    opinions="{count} 篇编辑给过意见的稿件",
    biased="编辑多半在觉得判错时才给意见，所以实际会比图上好一些。",
    left_out="另有 {count} 条意见针对别的模型或校准的分数，没有算入。",
    between="、",
    none="没有标注过的稿件",
    too_few="标注过的稿件太少：{yes} 篇“是”，{no} 篇“否”，每类至少要 {least} 篇。请在检查结果上多给意见。",
)
_EN = Words(
    heat="Each cell: relevance of a paragraph to a product, 0 to 100. On topic from 60, off topic below 20.",
    own="own",
    shipped="shipped",
    no_genre="no genre",
    other_genres="{count} other genres",
    by_genre="{own} own pieces, {shipped} shipped with the program.",
    by_month="By month of publication.",
    by_year="By year of publication (more than five years).",
    undated="Without a date, and not drawn: {own} own, {shipped} shipped.",
    no_dates="No piece has a date of publication",
    precision="precision",
    recall="recall",
    threshold="called so from this score on",
    measured={
        "homogeneity": "Precision: of the drafts called common, the share that are. "
        "Recall: of the common drafts, the share called so. Both classes weigh alike.",
        "relevance": "Precision: of the drafts called relevant, the share that are. "
        "Recall: of the relevant drafts, the share called so. Both classes weigh alike.",
    },
    marks={
        "common": "{score} up: common",
        "mixed": "{score} up: partly common",
        "off_topic": "below {score}: off topic",
        "weak": "below {score}: weakly related",
    },
    at="Called so from {score}: precision {precision}, recall {recall}.",
    never="no draft scores so high",
    rests_on="Rests on {sources}; {yes} yes, {no} no.",
    held_out="{count} labelled drafts that no curve was fitted to",
    opinions="{count} drafts that editors gave their word on",
    biased="Editors mostly speak up when they disagree, so the truth is a little better than this.",
    left_out="{count} more opinions are on scores of another model or calibration, and are not counted.",
    between=", ",
    none="no labelled drafts",
    too_few="Too few labelled drafts: {yes} yes, {no} no; at least {least} of each are needed. "
    "Give your word on more reports.",
)


def words(language: Language) -> Words:
    """Those of a language."""
    return _EN if language == "en" else _ZH
