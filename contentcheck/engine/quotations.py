"""Quotations that name their source: shown as matches, but no copies.

A source is what a reader can look up: a work in 《》, or a person by name. Nobody ("有人说"), everybody ("俗话说",
"古人云"), a role ("老师说") and somebody known to the writer alone ("小李", "王师傅") are none; common content
introduces its aphorisms in just these ways.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .matching import Match
from .normalise import plain
from .segment import Passage
from .spans import Span, union, within
from .terms import tagged

_LONGEST = 200  # characters; what is longer is a reprint, with or without a name
_MOST = 1 / 3  # of a draft's letters; a draft made of more than that says what others have said
_NEAR = 40  # characters before or after a quotation in which its source is named

_MARKED = re.compile(r'“([^“”]+)”|「([^「」]+)」|『([^『』]+)』|"([^"\n]+)"')
_LINE = re.compile(r"[^\n]+")
_DASH = "(?:[—–―]{1,3}|--+)"  # a single hyphen begins an entry of a list

_WORK = re.compile(r"《[^《》\n]{1,40}》")
_FOREIGN = re.compile(r"[\u4e00-\u9fff]{1,8}(?:[·•・‧][\u4e00-\u9fff]{1,8})+|[a-z]+(?:[ ·][a-z]+\.?){1,3}")
_MASTER = re.compile(r"(?<![\u4e00-\u9fff])子(?=曰)")
_ALSO_PEOPLE = re.compile(  # whom jieba's dictionary holds to be something else
    "老子|老舍|三毛|冰心|海子|木心|荣格|黑塞|雨果|苏东坡|孔夫子|叔本华|莎士比亚|村上春树|稻盛和夫"
)
_FAMILIAR = re.compile(
    "[小老阿大].|小..|古人.*|.*(?:师傅|经理|老板|老师|医生|主任|校长|院长|女士|先生|小姐|太太|同学|阿姨|[哥姐叔伯婶嫂爷奶妈爸总某])"
)

_NOT_OVER = r"[^。!?;:“”「」『』\n]"  # what does not end a sentence
_HOW = "(?:曾经?|也|就|早|已经?|常常?|还|所|如是|如此|这样|这么|便|又|总是?|都|有|过|里面?|中|上|笔下|先生|女士|教授)*+"
_WHEN = f"(?:,?[在于]{_NOT_OVER}{{1,24}}?(?:里|中|上|时|前|后|期间|》|结尾|开头),?)?"
_TO = f"(?:[对向给]{_NOT_OVER}{{1,8}}?)?"
_SAID = "(?:[说讲写言云曰道叹谈吟唱问载记]|指出|认为|感叹|感慨|强调|提到|记载|形容|(?:告诫|提醒|教导|劝).{0,4}?)"
_SO_FAR = "(?:[道过到下的了有得好着是来]|这样|这么|更?(?:直接|明白|透彻))*"
_WORDS = "(?:[那这]?一?[句段首番](?:老|名)?(?:话|诗|词|台词|名言|歌词)?|话|名言|诗|台词|歌词|句子|说法)"
_SAYS = re.compile(
    rf"\s*{_HOW}{_WHEN}{_HOW}{_TO}(?:{_SAID}{_SO_FAR}{_WORDS}?|的?{_WORDS}{_SO_FAR}{_SAID}?{_SO_FAR}|(?<=有)|(?=:))[,:、\s]*"
)
"""From the source to the opening mark, as in 鲁迅[在《故乡》里写道：]“…”."""
_SAYS_AFTER = re.compile(rf"{_HOW}{_WHEN}{_HOW}(?:{_SAID}|的{_WORDS}){_SO_FAR}(?=[,。!;\s]|$)")
"""After a source that follows the quotation, as in “…”，鲁迅[这样说过]。"""

_TAKEN_FROM = "(?:引用自|引自|摘自|选自|出自|语出|源自|来自|取自|来源:?|出处:?)"
_ROLE = "(?:[\u4e00-\u9fff]{0,4}?(?:作家|诗人|家|学者|导演|演员|歌手))?"
_FROM = re.compile(rf"[。.,;]*\s*(?:{_DASH}|[(\[【]?(?:这句话|这段话)?{_TAKEN_FROM}|[(\[【]|,(?:这|那)是)\s*{_ROLE}")
"""From the closing mark to the source, as in “…”[——作家]林清玄."""
_OUTRIGHT = re.compile(
    r"[。.,;]*\s*[(\[【]?(?:引用自|引自|摘自|选自|(?:来源|出处):)\s*"
    r"(?!.{0,6}(?:网|佚名|未知|不详|朋友圈|[某您你我他她]|一位|读者))[^\s,。;)\]】]{2,20}"
)
"""A source that is called so, whatever its name, as in “…”[来源：人民日报]."""


def attributed_quotations(text: str) -> list[Span]:
    """What stands between quotation marks, or in the line above a dash, and names its source; in order.

    Quotations of more than 200 characters are left out, and all of them where they make up more than a third of
    the text's letters.
    """
    read = "".join(map(_fold, text))
    quotations = union(s for s in _quotations(read) if s[1] - s[0] <= _LONGEST)
    letters = sum(_letters(text[start:end]) for start, end in quotations)
    return quotations if letters <= _MOST * _letters(text) else []


def set_apart(matches: list[list[Match]], quotations: Sequence[Span]) -> list[list[Match]]:
    """The matches of each passage, those that are mostly quotation marked as such, behind others that are taken."""
    marked = [
        [replace(m, quoted=True, counts=False) if _is_quoted(m, quotations) else m for m in found] for found in matches
    ]
    return [sorted(found, key=lambda m: (not m.kind.taken, m.quoted)) for found in marked]


def own_words(passages: Sequence[Passage], quotations: Sequence[Span]) -> NDArray[np.bool_]:
    """For each passage whether it is the writer's own, not mostly quotation; all of them where none is."""
    own = np.array([not _is_quoted(p, quotations) for p in passages], dtype=np.bool_)
    return own if own.any() else ~own


def _is_quoted(stretch: Match | Passage, quotations: Sequence[Span]) -> bool:
    """Whether more than half of its characters stand in quotations."""
    quoted = sum(end - start for start, end in within(quotations, stretch.start, stretch.end))
    return 2 * quoted > stretch.end - stretch.start


def _quotations(read: str) -> Iterator[Span]:
    for found in _MARKED.finditer(read):
        if _named_before(read[max(0, found.start() - _NEAR) : found.start()]) or _named_after(
            read[found.end() : found.end() + _NEAR]
        ):
            yield found.span(found.lastindex or 0)
    lines = [line.span() for line in _LINE.finditer(read) if not line.group().isspace()]
    for (start, end), (below, last) in pairwise(lines):
        if last - below <= _NEAR and re.match(rf"\s*{_DASH}", read[below:last]) and _named_after(read[below:last]):
            yield start, end


def _named_before(read: str) -> bool:
    """Whether the last sentence of a text, which a quotation follows, names who says it."""
    sentence = re.split(r"[。!?;\n”」』]", read)[-1]
    ends = {end for end in range(1, len(sentence)) if _SAYS.fullmatch(sentence, end)}
    return bool(ends) and any(end in ends for _, end in _sources(sentence))


def _named_after(read: str) -> bool:
    """Whether a text, which follows a quotation, begins by naming who said it."""
    if _OUTRIGHT.match(read):
        return True
    if _FROM.match(read):
        return any(_FROM.fullmatch(read, 0, start) for start, _ in _sources(read))
    ends = {end for end in range(2, len(read)) if _SAYS_AFTER.match(read, end)}
    return bool(ends) and any(read[:start] in ("", ",") and end in ends for start, end in _sources(read))


def _sources(read: str) -> list[Span]:
    """Works and people that are named in a stretch of folded text."""
    sources = [m.span() for pattern in (_WORK, _FOREIGN, _MASTER) for m in pattern.finditer(read)]
    at = 0
    for word, flag in tagged(read):
        is_person = len(word) > 1 and flag.startswith("nr") and not _FAMILIAR.fullmatch(word)
        if is_person or _ALSO_PEOPLE.fullmatch(word):
            sources.append((at, at + len(word)))
        at += len(word)
    return sources


def _letters(text: str) -> int:
    return sum(c.isalnum() for c in text)


@cache
def _fold(character: str) -> str:
    """Simplified, half width, lower case, where that is one character for one, so that offsets stay."""
    folded = plain(character)
    return folded if len(folded) == 1 else character
