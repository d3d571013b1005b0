"""What is wrong with a title: clickbait, or a promise that the body does not keep."""

import itertools
import math
import re
from dataclasses import dataclass

import numpy as np

from .clickbait import Clickbait, clickbait_score, find_clickbait
from .encoder import Vectors
from .normalise import normalise
from .terms import Terms

_MOST_LIKE = 3  # passages of the body that a title is held against
_PER_LIKENESS, _PER_WORDS, _OFFSET = 1.96, 6.37, -6.58
"""Logistic curve of `promise`: fitted with the default encoder, both classes weighted alike, on the fitting half of
corpus/benchmark/drafts.jsonl (own body against bodies of other trades). On the other half its AUC is 0.970 against
other trades; on both, 0.954 against the same trade."""
_DIGITS = "〇一二三四五六七八九"
_ITEM = r"(方法|办法|招|技巧|建议|理由|原因|误区|步|细节|习惯|要点|问题|真相|秘诀|窍门|信号|好处|坏处|坑|错误)"
_NUMBER = r"([2-9]|[1-9]\d|[二两三四五六七八九]?十[一二三四五六七八九]?|[二两三四五六七八九])"
_LISTING = re.compile(
    rf"(?<![\d第.]){_NUMBER}(?![\d十百千万])(?:[个条种大点]?(?!月|年|小时|分钟)[^,。!?:\d]{{0,4}}?{_ITEM}|招|件事(?=[,。!?:]|$))"
)
_ORDINAL = re.compile(
    r"(?:^|(?<=[\n。!?;]))\s*[(【]?(?:第|其|方法|误区|步骤|原因|技巧)?(\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    r"(?:[、.,:)】\s]|[个条种招点步件是](?=[,、:是]?))"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """How many items (methods, reasons...) a title promises, and how many the body numbers, 0 where it numbers none."""

    promised: int
    found: int

    @property
    def falls_short(self) -> bool:
        """Whether the body numbers some of them, and not all."""
        return 2 <= self.found < self.promised


@dataclass(frozen=True, slots=True)
class Title:
    """A title's own homogeneity and clickbait score, 0-100, and how far the body delivers what it promises.

    Attributes:
        clickbait: one entry for each kind of pattern.
        promise: 0-100, 50 where the body is as likely its own as that of a draft of another trade; None: no body.
        listing: None where no number of items is promised.
    """

    text: str
    homogeneity: float
    clickbait_score: float
    clickbait: list[Clickbait]
    promise: float | None
    listing: Listing | None


def judge_title(title: str, homogeneity: float, body: str, vectors: Vectors, ordinary: Vectors) -> Title:
    """A title by its wording and against its body.

    `vectors`: of the title, then of the body's passages; `ordinary`: of passages of ordinary writing, which tell what
    likeness means nothing with this encoder and this title.
    """
    clickbait = find_clickbait(title)
    return Title(
        text=title,
        homogeneity=homogeneity,
        clickbait_score=clickbait_score(clickbait),
        clickbait=clickbait,
        promise=_promise(title, body, vectors, ordinary),
        listing=_listing(title, body),
    )


def _promise(title: str, body: str, vectors: Vectors, ordinary: Vectors) -> float | None:
    by_chance = ordinary @ vectors[0]
    if len(vectors) < 2 or not by_chance.size or not by_chance.std():
        return None
    nearest = np.sort(vectors[1:] @ vectors[0])[-_MOST_LIKE:].mean()
    likeness = (nearest - by_chance.mean()) / by_chance.std()
    words = Terms().content(normalise(title).text)
    read = normalise(body).text
    said = sum(word in read for word in words) / len(words) if words else 0.0
    return round(100 / (1 + math.exp(-(_PER_LIKENESS * likeness + _PER_WORDS * said + _OFFSET))), 2)


def _listing(title: str, body: str) -> Listing | None:
    promised = _LISTING.search(normalise(title).text)
    if not promised:
        return None
    numbers = {_number(match.group(1)) for match in _ORDINAL.finditer(normalise(body).text)}
    found = next(n for n in itertools.count() if n + 1 not in numbers)
    return Listing(_number(promised.group(1)), found)


def _number(written: str) -> int:
    """1 to 99, in digits or Chinese."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.replace("两", "二").rpartition("十")
    value = _DIGITS.index(ones) if ones else 0
    return value + 10 * (_DIGITS.index(tens) if tens else 1) if ten else value
