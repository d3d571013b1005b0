"""Why known passages would or would not be called the source of a text."""

from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import LCSseq

from .alignment import SURE, MatchKind
from .encoder import Encoder
from .errors import InputError
from .library import Library
from .matching import Match, match_passages
from .normalise import bare, normalise
from .paraphrase import LEAST_STRETCH, LEAST_WORDS, Floors, shared_words
from .passages import KnownPassage, cut
from .reference import GROUPS


@dataclass(frozen=True, slots=True)
class Comparison:
    """A known passage beside the text.

    Attributes:
        similarity: cosine, -1 to 1, to the text's nearest passage.
        kind: as a check would call it; None where it would not be shown at all.
        judgement: the same in a sentence, with the numbers it rests on and those it would take.
    """

    known: KnownPassage
    similarity: float
    kind: MatchKind | None
    judgement: str


def compare(text: str, library: Library, encoder: Encoder, count: int) -> list[Comparison]:
    """The `count` known passages nearest to a text: first those it would be called a copy of, then by meaning.

    Raises:
        InputError: if the text holds no word.
    """
    passages = [p for p in cut("", text) if any(c.isalnum() for c in p.text)]
    if not passages:
        raise InputError(f"“{text}”里没有可以比较的文字；请给出一段话")
    vectors = encoder.encode([normalise(p.text).text for p in passages])
    by_group = [library.known.nearest(vectors, count, group) for group in range(GROUPS)]
    keys = np.concatenate([k for _, k in by_group], axis=1)
    near = library.neighbourhood(vectors)
    floors = Floors.above(library.chance)
    found = match_passages(text, passages, (near.similarities, near.keys), library.known, floors, encoder.encode)
    matches = [m for of_passage in found for m in of_passage]
    wordings = [keys for _, keys in library.known.wordings(bare(text))]
    known = list(library.known.passages(np.concatenate([keys.ravel(), *wordings])).values())
    cosines = encoder.encode([normalise(k.text).text for k in known]) @ vectors.T
    compared = [
        _judged(k, _match_of(k, matches), round(float(row.max()), 4), passages[int(row.argmax())].text, floors)
        for k, row in zip(known, cosines, strict=True)
    ]
    ranked = sorted(compared, key=lambda c: (not (c.kind and c.kind.taken), -c.similarity, c.known.item_id))
    return ranked[:count]


def _match_of(known: KnownPassage, matches: list[Match]) -> Match | None:
    """The gravest match that lies in this passage of the item."""
    here = [
        m for m in matches if m.item_id == known.item_id and known.start <= m.item_start and m.item_end <= known.end
    ]
    return min(here, key=lambda m: (not m.kind.taken, -m.similarity), default=None)


def _judged(known: KnownPassage, match: Match | None, cosine: float, text: str, floors: Floors) -> Comparison:
    """`text`: the passage nearest to the known one."""
    kind = match.kind if match else None
    if match is not None and kind is MatchKind.VERBATIM:
        judgement = f"照搬：{match.item_end - match.item_start} 个字逐字相同"
    elif match is not None and kind is MatchKind.EDITED:
        same = f"相同的占 {min(match.similarity, 0.99):.0%}"
        judgement = f"照搬：改动了一些字，{same}（达到 {SURE:.0%} 即算，不到则要说的是同一回事）"
    elif kind is MatchKind.PARAPHRASE:
        judgement = f"照搬：换了说法，意思相近 {cosine:.2f}，说的是同一回事"
    else:
        words = LCSseq.normalized_similarity(bare(text), bare(known.text))
        theme = "只是同一主题" if cosine >= floors.theme else "不相干"
        why = _why_not(text, known, cosine, floors)
        judgement = f"不算照搬：{theme}；意思相近 {cosine:.2f}（{why}），相同的字 {words:.0%}"
    return Comparison(known, cosine, kind, judgement)


def _why_not(text: str, known: KnownPassage, cosine: float, floors: Floors) -> str:
    """Why a passage is no copy however near in meaning."""
    by_words = shared_words(text, known.text) >= LEAST_WORDS
    needed = floors.candidate if by_words else floors.paraphrase
    if cosine < needed:
        return f"不到 {needed:.2f}"
    if known.is_title:
        return "标题不算"
    weighed = by_words and sum(c.isalnum() for c in text) >= LEAST_STRETCH
    return "用字相近，说的不是一回事" if weighed else "太短，或不比别的内容更像"
