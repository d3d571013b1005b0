"""Texts as they sound: each character as its toneless syllable, which is one private-use character.

A character may be written for another of the same sound, as pinyin, or as a picture. Such stand-ins are compared by
sound and never turned back into text: which character is meant, only a known passage can say.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

from .normalise import MappedText, is_han

_FIRST = 0xE000  # of the private-use characters
_LONGEST = 6  # letters of a syllable (zhuang)
_LONGEST_RUN = 60  # letters read as pinyin
_DIGITS = "零一二三四五六七八九"
_V = "wei"  # as in V信
_PICTURES = {
    "che": "🚗🚙🚘",
    "cha": "🍵",
    "dan": "🥚",
    "dao": "🔪",
    "er": "👂",
    "fan": "🍚",
    "gou": "🐶🐕",
    "hai": "🌊",
    "hu": "🐯🐅",
    "hua": "🌸🌺🌼🌻💐",
    "huo": "🔥",
    "ji": "🐔🐓🐣🐤🐥",
    "jia": "🏠🏡➕",
    "kou": "👄",
    "long": "🐲🐉",
    "ma": "🐴🐎",
    "mao": "🐱🐈",
    "men": "🚪",
    "niao": "🐦",
    "niu": "🐮🐂🐄",
    "qian": "💰💵💴",
    "ri": "☀🌞",
    "shan": "⛰",
    "shou": "✋🤚👋",
    "shu": "🌲🌳📖📚",
    "shui": "💧",
    "tang": "🍲🥣🍬🍭",
    "wang": "👑",
    "xin": "❤♥❣💓💔💕💖💗💘💙💚💛💜💝💞💟🖤🤍🤎🧡✉📧📨💌",
    "xing": "⭐🌟",
    "xue": "❄",
    "yan": "👀👁",
    "yang": "🐑🐏",
    "yao": "💊",
    "yu": "🐟🐠🌧",
    "yue": "🌙🌛🌜",
    "yun": "☁",
    "zhu": "🐷🐖",
}
_SYLLABLE_OF = {picture: syllable for syllable, pictures in _PICTURES.items() for picture in pictures}
_STAND_IN = re.compile(f"[a-z]+|[{''.join(_SYLLABLE_OF)}]")


@dataclass(frozen=True, slots=True)
class Heard(MappedText):
    """A skeleton in which every stand-in is the syllables it is read as.

    Attributes:
        ends: int32, shape (len(text),): where in the original each character ends; a syllable may be six letters.
    """

    ends: NDArray[np.int32]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The original span that `text[start:end]`, which must not be empty, came from."""
        return int(self.origin[start]), int(self.ends[end - 1])


def sounds(text: str) -> str:
    """A skeleton as it sounds, one for one: Chinese characters and digits are syllables, all else stays."""
    return text.translate(_SOUNDS)


def is_syllable(character: str) -> bool:
    """Whether this is a stand-in's syllable in a text that was heard."""
    return 0 <= ord(character) - _FIRST < len(_syllables())


def hear(text: MappedText) -> Heard | None:
    """The skeleton of a normalised text, its pinyin and pictures beside Chinese characters read as syllables.

    None where there are no such stand-ins. A foreign word that happens to be pinyin is read as such as well.
    """
    stand_ins = [(m.start(), m.end(), read) for m in _STAND_IN.finditer(text.text) if (read := _read(text.text, m))]
    if not stand_ins:
        return None
    characters: list[str] = []
    places: list[tuple[int, int]] = []  # in the normalised text

    def keep(start: int, end: int) -> None:
        kept = [i for i in range(start, end) if text.text[i].isalnum()]
        characters.extend(text.text[i] for i in kept)
        places.extend((i, i + 1) for i in kept)

    at = 0
    for start, end, syllables in stand_ins:
        keep(at, start)
        at = start
        for syllable in syllables:
            length = len(syllable) if len(syllables) > 1 else end - start
            characters.append(chr(_FIRST + _syllables()[syllable]))
            places.append((at, at + length))
            at += length
    keep(at, len(text.text))
    first, last = np.array(places, dtype=np.int64).T
    return Heard("".join(characters), text.origin[first], text.origin[last - 1] + 1)


def _read(text: str, found: re.Match[str]) -> tuple[str, ...]:
    """The syllables of a possible stand-in; none where it is no pinyin or stands among other letters."""
    start, end = found.span()
    beside = (text[max(0, start - 2) : start].rstrip(" ")[-1:], text[end : end + 2].lstrip(" ")[:1])
    if not any(c and (is_han(c) or c in _SYLLABLE_OF) for c in beside):
        return ()
    if found.group() in _SYLLABLE_OF:
        return (_SYLLABLE_OF[found.group()],)
    if len(found.group()) == 1:
        return (_V,) if found.group() == "v" else ()
    return split_pinyin(found.group())


@lru_cache(maxsize=4096)
def split_pinyin(letters: str) -> tuple[str, ...]:
    """Small letters as pinyin, the longest syllables first; empty where they are none, or more than a sentence."""
    if len(letters) > _LONGEST_RUN:
        return ()
    for length in range(min(_LONGEST, len(letters)), 0, -1):
        if letters[:length] in _syllables():
            if length == len(letters):
                return (letters,)
            if rest := split_pinyin(letters[length:]):
                return (letters[:length], *rest)
    return ()


class _Sounds(dict[int, str]):
    """For `str.translate`: what each character that was met sounds like."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        spoken = _DIGITS[int(character)] if "0" <= character <= "9" else character
        number = _syllables().get(lazy_pinyin(spoken)[0]) if is_han(spoken) else None
        self[point] = character if number is None else chr(_FIRST + number)
        return self[point]


_SOUNDS = _Sounds()


@cache
def _syllables() -> dict[str, int]:
    """The syllables of the 3,755 commonest characters (GB 2312, level 1), which are all there are, numbered."""
    common = bytes(b for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for b in (row, cell))
    spoken = {lazy_pinyin(c)[0] for c in common.decode("gb2312", "ignore")}
    return {syllable: number for number, syllable in enumerate(sorted(spoken))}
