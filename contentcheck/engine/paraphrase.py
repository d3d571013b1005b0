"""Whether a text says again, in other words, what a known one says: by its statements, not by one cosine.

A near miss (the same words, another meaning) is as near in meaning as a rewriting is, and has as many words in common.
What differs: a rewriting keeps the content and changes the phrases, a near miss keeps phrases and changes the content.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .encoder import Encode
from .normalise import bare, normalise
from .passages import KnownPassage
from .segment import Passage
from .wording import SHINGLE

# Cosines below are those of the default encoder; where chance alone reaches them, they give way to it.
_THEME = 0.45  # from here a passage is shown as the same old theme
_CANDIDATE = 0.6  # from here its statements are compared; nearly all of our own rewritings have such a passage
_PARAPHRASE = 0.72  # from here nearness alone may tell, where hardly a word is shared
_STANDS_OUT = 0.52  # and where so much of the way from chance to identity lies between it and the tenth nearest

LEAST = 10  # characters; what a shorter passage says, anyone may say
LEAST_STRETCH = 20  # characters; ordinary sentences share most of their few words with one of many thousands
LEAST_WORDS = 0.45  # of a rewriting's content characters that its source has; nearly all of ours have more
_LEAST_CLAUSE = 5  # characters; a shorter clause is read together with the next
_CLAUSE = re.compile(r"[^，,、。！？!?；;：:…\n“”\"]+")
_EMPTY = frozenset(
    "的了是在我你他她它们也就都和与着过把被给让这那个一有人不没说上下里啊呢吧吗呀哦嘛么之为以而又还才再很太"
)  # characters that say little of what a text is about
_NEGATIONS = frozenset("不没别无莫未非甭")
_FEW_PHRASES, _MANY_PHRASES = 0.15, 0.4  # fewer tell nothing; more tell a light rewriting, no near miss

# Logistic regression over the rewritings and near misses of corpus/benchmark/rewrites.jsonl, the constant moved so that
# nine in ten heavy ones are found. Fitted on one half of the pairs and measured on the other (five times two): 91 % of
# the heavy rewritings and 25 % of the near misses are taken for copies, 8 % by their wording alone.
_WEIGHTS = (5.75, 7.4, 10.6, -21.4, -0.59)  # nearness, support, words, phrases, negations
_CONSTANT = -7.9


@dataclass(frozen=True, slots=True)
class Floors:
    """The cosines from which a likeness in meaning is a theme, is looked into, and may be a paraphrase by itself.

    Attributes:
        margin: how far the last must lie above the tenth nearest known passage.
        chance: what half of ordinary passages reach with some known passage.
    """

    theme: float
    candidate: float
    paraphrase: float
    margin: float
    chance: float

    @classmethod
    def above(cls, chance: tuple[float, float]) -> "Floors":
        """Those of the default encoder, raised to what ordinary writing reaches by chance (`Library.chance`)."""
        usual, rare = chance
        return cls(
            theme=max(_THEME, usual),
            candidate=max(_CANDIDATE, usual),
            paraphrase=max(_PARAPHRASE, rare),
            margin=_STANDS_OUT * (1 - usual),
            chance=usual,
        )


PassagesOf = Callable[[NDArray[np.int64]], dict[int, KnownPassage]]
"""`Collection.passages`."""
Pointers = dict[str, dict[int, dict[int, float]]]
"""By item and number of the draft's passage: keys of the item's passages that it points at, each with its cosine."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A stretch of a draft and what it may restate.

    Attributes:
        nearness: mean cosine of the stretch's passages to their nearest in the source.
    """

    text: str
    source: str
    nearness: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a text has in common with its supposed source; shares are 0-1.

    Attributes:
        nearness: as in the pair.
        support: mean cosine of the text's clauses, by length, to the likest clause of the source.
        words: share of the text's content characters that stand in the source as well.
        phrases: share of its shingles that do.
        negations: how many of its clauses say more or fewer times no than their likest.
    """

    nearness: float
    support: float
    words: float
    phrases: float
    negations: int

    def restates(self, chance: float) -> bool:
        """`chance`: the cosine that ordinary writing reaches with some known passage, which differs by encoder."""
        near, supported = ((cosine - chance) / (1 - chance) for cosine in (self.nearness, self.support))
        features = (
            near,
            supported,
            self.words,
            float(np.clip(self.phrases, _FEW_PHRASES, _MANY_PHRASES)),
            self.negations,
        )
        return _CONSTANT + float(np.dot(_WEIGHTS, features)) >= 0


def find_restated(
    text: str,
    passages: list[Passage],
    pointers: Pointers,
    worded: dict[tuple[str, int], bool],
    known: PassagesOf,
    floors: Floors,
    encode: Encode,
) -> set[tuple[str, int]]:
    """Items and the numbers of the passages that say again what they say.

    Passages in a row that point at one item are judged as one stretch, beside what stands around in the item: a near
    miss has single sentences in common. Of a passage by itself, shared wording is evidence enough.

    Args:
        worded: the items and passages that share their wording, and whether that alone says they were taken: of a
            stretch in which all do, nothing else is asked, and it is left out.
    """
    likely = [
        (item, run)
        for item, by_passage in pointers.items()
        for run in _runs(sorted(by_passage))
        if any((item, i) in worded or max(by_passage[i].values()) >= floors.candidate for i in run)
        and not all(worded.get((item, i)) for i in run)
    ]
    pointed = [[key for i in run for key in pointers[item][i]] for item, run in likely]
    beside = known(np.array([key + side for keys in pointed for key in keys for side in (-1, 0, 1)], dtype=np.int64))
    stretches: list[tuple[str, list[int], Pair]] = []
    for (item, run), keys in zip(likely, pointed, strict=True):
        source = {passage for key in keys for passage in _in_context(key, beside)}
        pair = Pair(
            text=text[passages[run[0]].start : passages[run[-1]].end],
            source="\n".join(p.text for p in sorted(source, key=lambda p: p.start)),
            nearness=float(np.mean([max(pointers[item][i].values()) for i in run])),
        )
        long = sum(c.isalnum() for c in pair.text) >= LEAST_STRETCH
        if long and shared_words(pair.text, pair.source) >= LEAST_WORDS:
            stretches.append((item, run, pair))
    agreed = agreements([pair for _, _, pair in stretches], encode)
    by_wording = {(item, run[0]) for item, run in likely if len(run) == 1 and (item, run[0]) in worded}
    return by_wording | {
        (item, i)
        for (item, run, _), agreement in zip(stretches, agreed, strict=True)
        if agreement.restates(floors.chance)
        for i in run
    }


def _in_context(key: int, found: dict[int, KnownPassage]) -> list[KnownPassage]:
    """A passage with those before and after it in its item; none where it is gone.

    The next key may be of another item, or of an earlier text of the same one.
    """
    here, before, after = (found.get(k) for k in (key, key - 1, key + 1))
    if here is None:
        return []
    follows = after is not None and after.item_id == here.item_id and after.start >= here.end
    precedes = before is not None and before.item_id == here.item_id and before.end <= here.start
    return [p for p, stands in ((before, precedes), (here, True), (after, follows)) if p and stands and not p.is_title]


def _runs(numbers: list[int]) -> list[list[int]]:
    """Ascending numbers in runs, in which one may be missing between two."""
    breaks = [i for i, (a, b) in enumerate(pairwise(numbers), 1) if b - a > 2]
    return [numbers[a:b] for a, b in pairwise([0, *breaks, len(numbers)])]


def shared_words(text: str, source: str) -> float:
    """0-1: share of a text's content characters that stand in the source as well."""
    here, there = (Counter(c for c in bare(t) if c not in _EMPTY) for t in (text, source))
    return (here & there).total() / max(here.total(), 1)


def agreements(pairs: list[Pair], encode: Encode) -> list[Agreement]:
    """What each pair has in common; all clauses are encoded together."""
    cut = [(_clauses(p.text), _clauses(p.source)) for p in pairs]
    different = list(dict.fromkeys(clause for both in cut for side in both for clause in side))
    vectors = dict(zip(different, encode(different), strict=True))
    return [
        _agreement(pair, here, there, np.stack([vectors[c] for c in here]) @ np.stack([vectors[c] for c in there]).T)
        for pair, (here, there) in zip(pairs, cut, strict=True)
    ]


def _agreement(pair: Pair, here: list[str], there: list[str], cosines: NDArray[np.float32]) -> Agreement:
    likest = cosines.argmax(axis=1)
    said, known = (np.array([sum(c in _NEGATIONS for c in clause) for clause in side]) for side in (here, there))
    return Agreement(
        nearness=pair.nearness,
        support=float(np.average(cosines.max(axis=1), weights=[len(c) for c in here])),
        words=shared_words(pair.text, pair.source),
        phrases=_shared_phrases(pair.text, pair.source),
        negations=int(np.count_nonzero(said != known[likest])),
    )


def _shared_phrases(text: str, source: str) -> float:
    here, there = (
        Counter(bones[i : i + SHINGLE] for i in range(len(bones) - SHINGLE + 1)) for bones in map(bare, (text, source))
    )
    return (here & there).total() / max(here.total(), 1)


def _clauses(text: str) -> list[str]:
    """What stands between marks, the short joined with what follows; at least one."""
    readable = normalise(text).text
    clauses = [""]
    for found in _CLAUSE.findall(readable):
        if len(clauses[-1]) >= _LEAST_CLAUSE:
            clauses.append("")
        clauses[-1] += found
    if len(clauses) > 1 and len(clauses[-1]) < _LEAST_CLAUSE:
        last = clauses.pop()
        clauses[-1] += last
    return clauses if clauses[0] else [readable]
