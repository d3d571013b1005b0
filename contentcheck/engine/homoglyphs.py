"""Characters that look like others, taken from the confusables table of Unicode (UTS 39)."""

import re
from functools import cache

from confusable_homoglyphs.confusables import confusables_data

_GREEK_AND_CYRILLIC = range(0x370, 0x530)
_RADICALS = range(0x2E80, 0x2FE0)
_KATAKANA = range(0x30A0, 0x3100)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"


def replace_homoglyphs(text: str) -> str:
    """The text, one for one, with Latin and Chinese characters in place of those that only look like them.

    Radicals always give way; katakana between two Chinese characters; Greek and Cyrillic letters in a word that has
    Latin ones as well. Small Greek letters, which stand in scientific names (TNFα, μm), stay but for the omicron.
    """
    if text.isascii():
        return text
    _, alone, in_words = _patterns()
    replaced = alone.sub(_replace, text)
    return in_words.sub(_replace, replaced)


def _replace(found: re.Match[str]) -> str:
    table, _, _ = _patterns()
    return found.group().translate(table)


@cache
def _patterns() -> tuple[dict[int, str], re.Pattern[str], re.Pattern[str]]:
    """What each lookalike stands for; where one is found by itself; words of Latin and other letters."""
    letters = {c: t for c in map(chr, _GREEK_AND_CYRILLIC) if not _is_symbol(c) and (t := _latin(c))}
    radicals = {c: t for c in map(chr, _RADICALS) if (t := _chinese(c))}
    katakana = {c: t for c in map(chr, _KATAKANA) if (t := _chinese(c))}
    alone = f"[{''.join(radicals)}]|(?<=[{_HAN}])[{''.join(katakana)}](?=[{_HAN}])"
    other = "".join(letters)
    in_words = f"[A-Za-z]+[{other}][A-Za-z{other}]*|[{other}]+[A-Za-z][A-Za-z{other}]*"
    return str.maketrans({**letters, **radicals, **katakana}), re.compile(alone), re.compile(in_words)


def _is_symbol(letter: str) -> bool:
    return "α" <= letter <= "ϡ" and letter != "ο"


def _latin(letter: str) -> str | None:
    found = [a["c"] for a in confusables_data.get(letter, []) if len(a["c"]) == 1 and a["c"].isascii()]
    letters = [c for c in found if c.isalpha()]
    if not letters:
        return None
    # The table's upper-case I is a small l, as both look the same.
    return "I" if letter.isupper() and letters[0] == "l" else letters[0]


def _chinese(character: str) -> str | None:
    found = [a["c"] for a in confusables_data.get(character, [])]
    return next((c for c in found if "\u4e00" <= c <= "\u9fff"), None)
