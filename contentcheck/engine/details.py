"""Concrete details of a text: whom and what it names, and how much of it. Common content goes without."""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cache

from .terms import Terms, dictionary_words

_NAME_TAGS = r"n(?:r\w*|s|t|z)"  # people, places, organisations, other proper names
_AMOUNT_TAGS = "mq?"  # numerals, and numerals with their measure
_VAGUE = frozenset({"一个", "一种", "一些", "许多", "很多"})  # numerals that count nothing
_DIGITS = frozenset("二两三四五六七八九十百千万亿半")  # other single characters are measures without a number
_UNITS = "毫[升米克]|厘米|公[里斤]|分钟|小时|平[方米]|[年月日号点时分秒元块米克度人个家次天岁斤升件种位名间条台辆%吨亩]"
_FIGURE = re.compile(rf"\d+(?:\.\d+)?(?:{_UNITS})")


@dataclass(frozen=True, slots=True)
class Details:
    """Names and amounts in a text, in the order of the text, as often as they occur."""

    names: list[str]
    amounts: list[str]


def find_details(text: str, terms: Terms, everyday: Set[str]) -> Details:
    """Details of a normalised text.

    Args:
        terms: a brand's own words, which are kept whole and are no details: soup with the brand's name in it stays
            soup.
        everyday: names by the dictionary that common pieces use as well (see `everyday_names`).
    """
    words = [w for w in terms.words(text, guess=False) if w not in terms.own]
    names, amounts = _tagged(_NAME_TAGS), _tagged(_AMOUNT_TAGS)
    return Details(
        names=[w for w in words if w in names and w not in everyday],
        amounts=[w for w in words if w in amounts and _tells(w)] + _FIGURE.findall(text),
    )


def _tells(amount: str) -> bool:
    return amount not in _VAGUE and (len(amount) > 1 or amount in _DIGITS)


def everyday_names(texts: list[str], least: int = 3) -> list[str]:
    """What jieba's dictionary takes for names (太阳, 东西, 谢谢) although `least` of the normalised texts use it."""
    cut = Terms()
    names = _tagged(_NAME_TAGS)
    used: dict[str, int] = {}
    for text in texts:
        for word in set(cut.words(text, guess=False)) & names:
            used[word] = used.get(word, 0) + 1
    return sorted(word for word, count in used.items() if count >= least)


@cache
def _tagged(tags: str) -> frozenset[str]:
    return dictionary_words(tags)
