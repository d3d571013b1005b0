"""A brand's standing texts in a draft: slogans, legal lines, the first and last lines of a column."""

from collections.abc import Iterable
from functools import lru_cache

import ahocorasick

from .errors import InputError
from .normalise import bare, is_han, normalise, skeleton
from .spans import Span, union

SHORTEST = 4  # letters and characters; what is shorter stands in texts of anybody by chance
_OPENING = "“‘「『【《〈（([{"


def allowed_spans(text: str, allowed: tuple[str, ...]) -> list[Span]:
    """Where allowed texts stand, whatever their spelling and marks: in order, without overlap.

    Each span takes the marks around it along, so that what is left of the sentence begins with a letter.
    """
    automaton = _automaton(allowed)
    if not automaton:
        return []
    bones = skeleton(normalise(text))
    found = (bones.to_original(last + 1 - len(letters), last + 1) for last, letters in automaton.iter(bones.text))
    return union(_with_marks(text, *span) for span in found if not _cuts_a_word(text, *span))


def refuse_too_short(texts: Iterable[str]) -> None:
    """Raises InputError for a text that cannot be looked for."""
    for text in texts:
        if len(bare(text)) < SHORTEST:
            raise InputError(
                f"固定用语“{text}”太短：至少要有 {SHORTEST} 个字，否则正文里碰巧出现的字也会被略过；请写完整的一句"
            )


@lru_cache(maxsize=64)  # brands; a list is the same from draft to draft
def _automaton(allowed: tuple[str, ...]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for letters in filter(None, map(bare, allowed)):
        automaton.add_word(letters, letters)
    automaton.make_automaton()
    return automaton


def _with_marks(text: str, start: int, end: int) -> Span:
    while start and text[start - 1] in _OPENING:
        start -= 1
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return start, end


def _is_mark(character: str) -> bool:
    return not character.isspace() and character not in _OPENING and not bare(character)


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether the span begins or ends within a word of letters, or a number."""
    edges = [text[i - 1 : i + 1] for i in (start, end) if 0 < i < len(text)]
    return any(all(c.isalnum() and not is_han(c) for c in edge) for edge in edges)
