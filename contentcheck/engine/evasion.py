"""Spelling that hides what a draft says, found where it is undone for comparison (`normalise`, `sound`).

Ways of writing that are merely usual somewhere (a whole article in traditional characters, an emoji's joiners, dots in
foreign names) are none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from unicodedata import category, normalize

import numpy as np
from opencc import OpenCC
from rapidfuzz.distance import LCSseq

from .homoglyphs import replace_homoglyphs
from .matching import Match, MatchKind
from .normalise import INSERTED_MARKS, MappedText, bare, is_han, normalise, skeleton
from .sound import hear, is_syllable, sounds, split_pinyin
from .terms import Terms

Span = tuple[int, int]
_Gap = tuple[int, int, int]  # the characters before and after in the original, and the former's place when normalised

# How many places of a kind are no chance; of 4,755 published texts these reported four, each with hidden
# marks or characters in it.
_LEAST_TRADITIONAL = 6
_LEAST_SIMPLIFIED = 0.3  # for one traditional character; in articles from Taiwan and Hong Kong there are hardly any
_LEAST_INVISIBLE = 2
_LEAST_MARKS = 3
_LEAST_SPACES = 6
_LEAST_PINYIN = 2
_LEAST_HOMOPHONES = 2
_USUAL_MARKS = frozenset("\"' ")  # quotation marks; spaces have a limit of their own
_NEIGHBOURHOOD = 6  # characters on either side that decide where words begin and end
_CONTEXT = 3  # characters alike in sound in a row; fewer are chance
_MIXED_WIDTH = re.compile(r"[A-Za-z]+[Ａ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ]*|[Ａ-Ｚａ-ｚ]+[A-Za-z][A-Za-zＡ-Ｚａ-ｚ]*")
_V_FOR_WEI = re.compile(r"(?<![A-Za-z])[Vv](?=信)")
_LETTERS = re.compile(  # but of addresses and foreign phrases
    r"(?<![A-Za-z0-9.@/_:-])(?<![A-Za-z0-9] )[a-z]{2,}(?![A-Za-z0-9.@/_:-])(?! [A-Za-z0-9])"
)
_OFTEN_CONFUSED = tuple(map(frozenset, ("他她它", "的地得", "在再", "做作", "像象", "那哪", "和合", "份分", "坐座")))
_NEAR = 4  # characters between places that are shown as one
_LONGEST_SHOWN = 20


class EvasionKind(StrEnum):
    """A way to hide wording."""

    TRADITIONAL = "traditional"
    ZERO_WIDTH = "zero_width"
    INSERTED_MARKS = "inserted_marks"
    HOMOGLYPH = "homoglyph"
    FULL_WIDTH = "full_width"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Evasion:
    """One kind, in how many places, and where the first is: `text` is the draft's [start:end]."""

    kind: EvasionKind
    count: int
    start: int
    end: int
    text: str


def find_evasion(text: str, matches: Iterable[Match]) -> list[Evasion]:
    """The kinds of evasion in a draft, in the order of `EvasionKind`; `matches` show what its stand-ins stand for."""
    normalised = normalise(text)
    gaps = _gaps(text, normalised)
    places = {
        EvasionKind.TRADITIONAL: _traditional(text),
        EvasionKind.ZERO_WIDTH: _invisible(text, gaps),
        EvasionKind.INSERTED_MARKS: _inserted(text, normalised.text, gaps),
        EvasionKind.HOMOGLYPH: _homoglyphs(text),
        EvasionKind.FULL_WIDTH: [m.span() for m in _MIXED_WIDTH.finditer(text)],
        EvasionKind.SOUND: _stand_ins(text, matches),
    }
    return [_evasion(text, kind, sorted(found)) for kind, found in places.items() if found]


def _evasion(text: str, kind: EvasionKind, places: list[Span]) -> Evasion:
    """The first place is shown with those that follow closely."""
    start, end = places[0]
    for first, last in places[1:]:
        if first - end > _NEAR or last - start > _LONGEST_SHOWN:
            break
        end = max(end, last)
    return Evasion(kind, len(places), start, end, text[start:end])


def _traditional(text: str) -> list[Span]:
    """Traditional characters in a draft that is written in simplified ones."""
    traditional, simplified = _character_sets()
    places = [m.span() for m in traditional.finditer(text)]
    enough = len(places) >= _LEAST_TRADITIONAL and len(simplified.findall(text)) >= _LEAST_SIMPLIFIED * len(places)
    return places if enough else []


@cache
def _character_sets() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that are only traditional, and those that are only simplified."""
    every = [chr(c) for c in range(0x4E00, 0xA000)]
    return _changed(every, "t2s"), _changed(every, "s2t")


def _changed(characters: list[str], way: str) -> re.Pattern[str]:
    """Those that OpenCC writes otherwise."""
    converted = OpenCC(way).convert("\n".join(characters)).split("\n")
    return re.compile(f"[{''.join(c for c, other in zip(characters, converted, strict=True) if c != other)}]")


def _gaps(text: str, normalised: MappedText) -> list[_Gap]:
    """Where characters were taken out between letters, one of them Chinese or all of them ASCII."""
    origin = normalised.origin
    return [
        (int(origin[i]), int(origin[i + 1]), i)
        for i in np.flatnonzero(np.diff(origin) > 1).tolist()
        if _hides(normalised.text[i], normalised.text[i + 1])
    ]


def _hides(before: str, after: str) -> bool:
    both = before + after
    return both.isalnum() and (both.isascii() or is_han(before) or is_han(after))


def _invisible(text: str, gaps: list[_Gap]) -> list[Span]:
    """Zero width characters, direction marks and controls inside of text, with the characters around them."""
    places = [
        (before, after + 1)
        for before, after, _ in gaps
        if all(category(c) in ("Cf", "Cc") and c != "\u00ad" for c in text[before + 1 : after])
    ]
    return places if len(places) >= _LEAST_INVISIBLE else []


def _inserted(text: str, normalised: str, gaps: list[_Gap]) -> list[Span]:
    """Marks, spaces or struck-over lines that cut words of the dictionary in two, with the characters around them."""
    marked = [(normalize("NFKC", text[before + 1 : after]), (before, after + 1), i) for before, after, i in gaps]
    struck = [place for marks, place, i in marked if _strikes(marks) and is_han(normalised[i])]
    spaces = [(place, i) for marks, place, i in marked if not marks.strip(" ")]
    visible = [(place, i) for marks, place, i in marked if set(marks) & INSERTED_MARKS - _USUAL_MARKS]
    places = struck if len(struck) >= _LEAST_MARKS else []
    for found, least in ((visible, _LEAST_MARKS), (spaces, _LEAST_SPACES)):
        cuts = _cuts(normalised, [i for _, i in found]) if len(found) >= least else {}
        if len(set(cuts.values())) >= least:
            places += [place for place, i in found if i in cuts]
    return places


def _strikes(marks: str) -> bool:
    return all("\u0300" <= c <= "\u036f" or "\u20d0" <= c <= "\u20ff" for c in marks)


def _cuts(normalised: str, places: list[int]) -> dict[int, tuple[str, int]]:
    """The places after which a word goes on: the word, and how far into it."""
    cuts: dict[int, tuple[str, int]] = {}
    for place in places:
        at = max(0, place + 1 - _NEIGHBOURHOOD)
        for word in Terms().words(normalised[at : place + 1 + _NEIGHBOURHOOD], guess=False):
            if at <= place < at + len(word) - 1:
                cuts[place] = (word, place - at)
            at += len(word)
    return cuts


def _homoglyphs(text: str) -> list[Span]:
    replaced = replace_homoglyphs(text)
    if replaced == text:
        return []
    return [(i, i + 1) for i in range(len(text)) if text[i] != replaced[i]]


def _stand_ins(text: str, matches: Iterable[Match]) -> list[Span]:
    """Pinyin inside of Chinese, and whatever stands in a taken passage for a character of the same sound."""
    edited = {(m.start, m.end, m.item_text) for m in matches if m.kind is MatchKind.EDITED}
    places = {place for start, end, known in edited for place in _same_sound(text, start, end, known)}
    places.update(m.span() for m in _V_FOR_WEI.finditer(text))
    pinyin = [m.span() for m in _LETTERS.finditer(text) if _is_pinyin(text, *m.span())]
    if len({text[start:end] for start, end in pinyin}) >= _LEAST_PINYIN:
        places.update((start, end) for start, end in pinyin if not any(start <= at < end for at, _ in places))
    return list(places)


def _is_pinyin(text: str, start: int, end: int) -> bool:
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(map(is_han, beside)) and bool(split_pinyin(text[start:end]))


def _same_sound(text: str, start: int, end: int, known: str) -> list[Span]:
    """Where the draft's [start, end) has something else of the same sound than the known text it was taken from."""
    bones = normalise(text[start:end])
    here, there = hear(bones) or skeleton(bones), bare(known)
    stand_ins: list[Span] = []
    homophones: list[Span] = []
    for block in LCSseq.opcodes(sounds(there), sounds(here.text)):
        if block.tag != "equal" or block.src_end - block.src_start < _CONTEXT:
            continue
        for i, character in enumerate(here.text[block.dest_start : block.dest_end]):
            meant = there[block.src_start + i]
            first, last = here.to_original(block.dest_start + i, block.dest_start + i + 1)
            if is_syllable(character):
                stand_ins.append((start + first, start + last))
            elif is_han(character) and _is_disguise(character, meant):
                homophones.append((start + first, start + last))
    return stand_ins + homophones if stand_ins or len(homophones) >= _LEAST_HOMOPHONES else []


def _is_disguise(character: str, meant: str) -> bool:
    return is_han(meant) and character != meant and not any({character, meant} <= same for same in _OFTEN_CONFUSED)
