"""From scores to a verdict with reasons an editor can act on."""

from dataclasses import dataclass
from enum import StrEnum

from .homogeneity import LEAST_LETTERS, Homogeneity
from .promotion import Part, Promotion
from .relevance import Relevance
from .repetition import Repetition
from .thresholds import USUAL, Thresholds
from .title import Title

_COPIED_REJECT = 0.3
_COPIED_REVISE = 0.03
_ADVERTISING = 60
SAID_BEFORE = 30  # percent of the draft
_ABOUT_THE_PRODUCT = 80  # relevance of a paragraph that names what is sold, not only its surroundings
_MANY_CALLS = 3
CLICKBAIT = 60  # two strong kinds of pattern, or three weaker ones
UNKEPT = 5  # none of 60 original drafts of our own, and a third of their titles over another draft of the trade


class Verdict(StrEnum):
    """What to do with the draft."""

    PUBLISH = "publish"
    REVISE = "revise"
    REJECT = "reject"
    INSUFFICIENT_TEXT = "insufficient_text"


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code for programs and a Chinese sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ParagraphSigns:
    """What one paragraph is like: its length in characters, first words, scores 0-100, and whether it sells."""

    length: int
    opening: str
    homogeneity: float
    relevance: float | None
    selling: bool


def decide(
    homogeneity: Homogeneity,
    relevance: Relevance | None,
    promotion: Promotion,
    repetition: Repetition | None,
    title: Title | None,
    paragraphs: list[ParagraphSigns],
    letters: int,
    taken_from: int,
    thresholds: Thresholds = USUAL,
) -> tuple[Verdict, list[Reason]]:
    """The verdict and its reasons, gravest first.

    Args:
        taken_from: how many known pieces something was taken from.
        thresholds: the brand's, or the usual ones.
    """
    if letters < LEAST_LETTERS:
        message = f"正文只有 {letters} 个字，不足以判断（至少需要 {LEAST_LETTERS} 个字）。"
        return Verdict.INSUFFICIENT_TEXT, [Reason("insufficient_text", message)]
    tail = _advertising_tail(paragraphs, thresholds)
    reject = _grave(homogeneity, relevance, taken_from, paragraphs, tail, thresholds)
    grave = {r.code for r in reject}
    revise = _mendable(homogeneity, relevance, promotion, paragraphs, taken_from, grave, thresholds)
    if repetition is not None and repetition.score >= SAID_BEFORE:
        revise.append(_said_before(repetition))
    revise += _of_the_title(title) if title is not None else []
    verdict = Verdict.REJECT if reject else Verdict.REVISE if revise else Verdict.PUBLISH
    return verdict, [*reject, *revise]


def _said_before(repetition: Repetition) -> Reason:
    post = repetition.posts[0]
    name = f"《{post.title}》" if post.title else f"编号 {post.post_id} 的那一篇"
    when = f"（{post.published}）" if post.published else ""
    message = f"约 {repetition.score:.0f}% 的内容本账号已经发过，最接近的是{name}{when}；请写出新的事实，或换一个角度。"
    return Reason("repeats_post", message)


def _of_the_title(title: Title) -> list[Reason]:
    reasons: list[Reason] = []
    if title.clickbait_score >= CLICKBAIT:
        signs = "、".join(f"{c.name}“{c.text}”" for c in title.clickbait)
        reasons.append(Reason("clickbait_title", f"标题像标题党（{signs}）；请直接写出正文里最有用的事实。"))
    if title.listing is not None and title.listing.falls_short:
        message = f"标题答应了 {title.listing.promised} 条，正文只列出 {title.listing.found} 条；请补齐，或改标题。"
        reasons.append(Reason("title_not_delivered", message))
    elif title.promise is not None and title.promise < UNKEPT:
        message = "正文里几乎找不到标题所说的内容；请按正文改写标题，或把标题答应的写进正文。"
        reasons.append(Reason("title_not_delivered", message))
    return reasons


def _grave(
    homogeneity: Homogeneity,
    relevance: Relevance | None,
    taken_from: int,
    paragraphs: list[ParagraphSigns],
    tail: int | None,
    thresholds: Thresholds,
) -> list[Reason]:
    reasons: list[Reason] = []
    if homogeneity.copied >= _COPIED_REJECT:
        share = f"{homogeneity.copied:.0%}"
        reasons.append(
            Reason(
                "copied_text",
                f"约 {share} 的文字与 {taken_from} 篇已知内容相同或几乎相同，等于转载；请删去或注明出处。",
            )
        )
    if homogeneity.score >= thresholds.common:
        reasons.append(
            Reason(
                "common_content",
                f"整篇读起来是随处可见的内容{_genres(homogeneity)}，读者已经看过太多遍；请换成只有你们知道的事实、数字和用户经历。",
            )
        )
    if tail is not None:
        message = f"前面是与产品无关的套路内容，从“{paragraphs[tail].opening}……”这一段起突然转成广告，读者会觉得受骗。"
        reasons.append(Reason("advertising_tail", message))
    elif relevance is not None and relevance.score < thresholds.off_topic:
        reasons.append(Reason("off_topic", "通篇与本品牌的产品没有关系；请从产品的用途、做法或使用者的经历写起。"))
    return reasons


def _mendable(
    homogeneity: Homogeneity,
    relevance: Relevance | None,
    promotion: Promotion,
    paragraphs: list[ParagraphSigns],
    taken_from: int,
    grave: set[str],
    thresholds: Thresholds,
) -> list[Reason]:
    reasons: list[Reason] = []
    if homogeneity.copied >= _COPIED_REVISE and "copied_text" not in grave:
        share = f"{homogeneity.copied:.0%}"
        reasons.append(Reason("copied_passages", f"约 {share} 的文字取自 {taken_from} 篇已知内容，请改写或注明出处。"))
    if homogeneity.score >= thresholds.mixed and "common_content" not in grave:
        reasons.append(
            Reason("partly_common", f"相当一部分读起来是套路内容{_genres(homogeneity)}，请换成自己的事实和例子。")
        )
    if relevance is not None and not grave & {"off_topic", "advertising_tail"}:
        if relevance.score < thresholds.weak:
            reasons.append(Reason("weak_relevance", "与本品牌产品的关系很弱，请写到产品的用途、做法或使用者的经历。"))
        stray = [p.opening for p in paragraphs if p.relevance is not None and p.relevance < thresholds.off_topic]
        if stray and 2 * len(stray) >= len(paragraphs) and relevance.score >= thresholds.weak:
            message = f"共 {len(paragraphs)} 段，其中 {len(stray)} 段与产品无关，从“{stray[0]}……”那一段起。"
            reasons.append(Reason("off_topic_paragraphs", message))
    if promotion.score >= _ADVERTISING:
        reasons.append(Reason("only_advertising", "通篇只有价格和促销，没有读者用得上的内容。"))
    if len(promotion.calls) > _MANY_CALLS:
        calls = "、".join(call.name for call in promotion.calls)
        message = f"同时要读者做 {len(promotion.calls)} 种动作（{calls}），请只留最重要的一种。"
        reasons.append(Reason("too_many_calls", message))
    claims = dict.fromkeys(s.text for s in promotion.superlatives if s.part in (Part.ADVERTISING, Part.PRODUCT))
    if claims:
        words = "、".join(f"“{word}”" for word in claims)
        message = f"{words}属于广告法禁止或容易被认定违法的用语，请删去，或换成能够证明的事实。"
        reasons.append(Reason("superlatives", message))
    return reasons


def _genres(homogeneity: Homogeneity) -> str:
    names = "、".join(g.name for g in homogeneity.genres[:2] if g.genre != "unknown")
    return f"（像{names}）" if names else ""


def _advertising_tail(paragraphs: list[ParagraphSigns], thresholds: Thresholds) -> int | None:
    """Where common content that has nothing to do with the brand turns into advertising up to its end, if it does."""
    if any(p.relevance is None for p in paragraphs):
        return None
    tail = len(paragraphs)
    while tail and _advertises(paragraphs[tail - 1]):
        tail -= 1
    head = paragraphs[:tail]
    length = sum(p.length for p in head)
    if tail == len(paragraphs) or 2 * length < sum(p.length for p in paragraphs):
        return None
    common = sum(p.length * p.homogeneity for p in head) / length
    relevant = sum(p.length * (p.relevance or 0.0) for p in head) / length
    return tail if common >= thresholds.mixed and relevant < thresholds.weak else None


def _advertises(paragraph: ParagraphSigns) -> bool:
    return paragraph.selling or (paragraph.relevance or 0.0) >= _ABOUT_THE_PRODUCT
