"""Words of a text by jieba, with a brand's own words added, and the clichés in it."""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, partial

import ahocorasick
import jieba
from jieba.posseg import POSTokenizer

from .normalise import normalise

SLOT = "…"
"""In a cliché: some words, of 1 to 12 characters."""

_FILLING = r"[^。!?\n]{1,12}?"
_LOADING = threading.Lock()
_SHORTEST_TERM = 2
_NEIGHBOURHOOD = 6  # characters on either side that decide where words begin and end


@cache
def _general_dictionary() -> jieba.Tokenizer:
    """jieba's own dictionary, loaded once for the whole process."""
    with _LOADING:
        jieba.setLogLevel("WARNING")
        tokenizer = jieba.Tokenizer()
        tokenizer.initialize()
    return tokenizer


def dictionary_words(tags: str) -> frozenset[str]:
    """Words of jieba's dictionary whose part of speech matches the pattern `tags`."""
    with _general_dictionary().get_dict_file() as file:
        content = file.read().decode("utf-8")
    return frozenset(re.findall(rf"^(\S+) \d+ {tags}$", content, re.MULTILINE))


@cache
def _tagger() -> POSTokenizer:
    return POSTokenizer(_general_dictionary())


def tagged(text: str) -> list[tuple[str, str]]:
    """All words in order with jieba's tags for their parts of speech (`nr` and what begins so: a person's name)."""
    return [(pair.word, pair.flag) for pair in _tagger().cut(text)]


class Terms:
    """Cuts normalised text into words; `words` (names of a brand and its products) are kept whole."""

    def __init__(self, words: Iterable[str] = ()):
        """`words`: normalised, as the text will be."""
        self.own = frozenset(w for w in words if w.strip())
        longest_first = sorted(self.own, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def words(self, text: str, *, guess: bool = True) -> list[str]:
        """All words in order; joined they are the text. `guess`: also words that the dictionary lacks."""
        cut = partial(_general_dictionary().cut, HMM=guess)
        found: list[str] = []
        at = 0
        for own in self._pattern.finditer(text) if self._pattern else ():
            found += [*cut(text[at : own.start()]), own.group()]
            at = own.end()
        return [*found, *cut(text[at:])]

    def content(self, text: str) -> set[str]:
        """Words of two characters or more that hold a letter, digit or Chinese character."""
        return {w for w in self.words(text) if len(w) >= _SHORTEST_TERM and any(c.isalnum() for c in w)}


class Cliches:
    """Finds the set phrases and sentence patterns of common content."""

    def __init__(self, phrases: Iterable[str]):
        """`SLOT` in a phrase stands for 1 to 12 characters of one sentence."""
        self._patterns: defaultdict[str, list[tuple[re.Pattern[str], str]]] = defaultdict(list)
        self._automaton = ahocorasick.Automaton()
        for phrase in phrases:
            parts = [normalise(part).text for part in phrase.split(SLOT)]
            key = max(parts, key=len)
            self._patterns[key].append((re.compile(_FILLING.join(map(re.escape, parts))), phrase))
            self._automaton.add_word(key, key)
        self._automaton.make_automaton()

    def find(self, text: str) -> list[str]:
        """The phrase of every occurrence in a normalised text, in order, that cuts no word in two."""
        keys = {key for _, key in self._automaton.iter(text)} if self._patterns else set[str]()
        found = [
            (match.start(), match.end(), phrase)
            for key in keys
            for pattern, phrase in self._patterns[key]
            for match in pattern.finditer(text)
        ]
        return [phrase for start, end, phrase in sorted(found) if _is_whole(text, start, end)]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether jieba, reading the neighbourhood, begins a word at `start` and ends one at `end`."""
    first = max(0, start - _NEIGHBOURHOOD)
    edges = {first}
    for word in _general_dictionary().cut(text[first : end + _NEIGHBOURHOOD]):
        edges.add(max(edges) + len(word))
    return start in edges and end in edges
