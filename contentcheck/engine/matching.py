"""Which known pieces a draft took something from, where, and in which way."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from .collection import Collection
from .normalise import MappedText, normalise, skeleton
from .passages import KnownPassage
from .segment import Passage
from .sound import hear, sounds
from .wording import WordingHit

EDITED = 0.62  # shared wording from which a passage counts as taken; 0 of 240 clean news texts reached it
_RUN = 13  # characters in one piece that two texts do not share by chance, however long the known passage
_SHORT = 8  # characters; a shorter known passage, or part of one, is a phrase anyone may use, unless it is all it says
# Cosines below are those of the default encoder; where chance alone reaches them, they give way to it.
_PARAPHRASE = 0.72  # ordinary text does not reach it with a known passage
_LESS_WITH_WORDS = 0.06  # so much less is enough where this part of the wording agrees as well:
_WORDS = 0.4
_THEME = 0.45  # from here a passage is shown as the same old theme
_THEMES = 3
_ALIKE = 2  # characters in a row that sound alike; that a single one does is chance
_SLACK = 4  # characters around a hit that are aligned as well


class MatchKind(StrEnum):
    """How a passage relates to a known piece; all but THEME say it was taken from there."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    PARAPHRASE = "paraphrase"
    THEME = "theme"

    @property
    def taken(self) -> bool:
        return self is not MatchKind.THEME


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of the draft and the stretch of a known piece it resembles.

    Attributes:
        similarity: 0-1; shared wording for verbatim and edited, cosine for paraphrase and theme.
        start, end: span in the draft. item_start, item_end: span in the item's text, `item_text`.
        item_title, item_published: of the piece, so that a reader knows which one it is.
        counts: whether it counts towards the copied share; a few words that anyone could write do not, nor does
            what is quoted.
        quoted: whether it is a quotation that names its source.
    """

    item_id: str
    kind: MatchKind
    similarity: float
    start: int
    end: int
    item_start: int
    item_end: int
    item_text: str
    item_title: str
    item_published: str
    genre: str
    counts: bool
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Floors:
    """The cosines from which a likeness in meaning is a theme, and a paraphrase."""

    theme: float
    paraphrase: float

    @classmethod
    def above(cls, chance: tuple[float, float]) -> "Floors":
        """Those of the default encoder, raised to what ordinary writing reaches by chance (`Library.chance`)."""
        usual, rare = chance
        return cls(max(_THEME, usual), max(_PARAPHRASE, rare))


def match_passages(
    text: str,
    passages: list[Passage],
    near: tuple[NDArray[np.float32], NDArray[np.int64]],
    known: Collection,
    floors: Floors,
) -> list[list[Match]]:
    """For each passage its matches: taken ones first, most alike first, then at most three themes.

    Args:
        near: cosines and keys of the known passages nearest to each passage, (len(passages), k), nearest first.
    """
    matches: list[list[Match]] = [[] for _ in passages]
    bones, heard = skeleton(normalise(text)), hear(normalise(text))
    wordings = known.wordings(bones.text)
    heard_wordings = known.wordings(heard.text) if heard else []
    similarities, keys = near
    likely = keys[similarities >= floors.theme]
    found = known.passages(np.concatenate([likely, *(holders for _, holders in wordings + heard_wordings)]))
    worded = _by_wording(bones, wordings, found)
    if heard:
        worded = _better(worded, _by_wording(heard, heard_wordings, found))
    for match in worded:
        owner = _passage_of(match, passages)
        if owner is not None:
            matches[owner].append(match)
    for i, passage in enumerate(passages):
        start, end = bones.from_original(passage.start, passage.end)
        taken = {m.item_id for m in matches[i]}
        nearest = [(found[k], s) for k, s in zip(keys[i].tolist(), similarities[i].tolist(), strict=True) if k in found]
        meant = [m for m in _by_meaning(passage, bones.text[start:end], nearest, floors) if m.item_id not in taken]
        themes = [m for m in meant if not m.kind.taken]
        matches[i] += [m for m in meant if m.kind.taken] + themes[:_THEMES]
        matches[i].sort(key=lambda m: (not m.kind.taken, -m.similarity, m.item_id))
    return matches


def _by_wording(
    bones: MappedText, wordings: list[tuple[WordingHit, NDArray[np.int64]]], found: dict[int, KnownPassage]
) -> list[Match]:
    """Every stretch of the draft that was taken from a known passage, for every item that holds the passage.

    What is no copy to the letter, or a poor one, may be a better one by sound.
    """
    matches: list[Match] = []
    sounding = sounds(bones.text) if wordings else ""
    for hit, keys in wordings:
        holders = [found[k] for k in keys.tolist() if k in found]
        if holders:
            wanted = skeleton(normalise(holders[0].text)).text
            stretches = _align(bones.text, wanted, hit)
            if not stretches or stretches[0].kind is not MatchKind.VERBATIM:
                alike = _align(sounding, sounds(wanted), hit, _ALIKE)
                if alike and (not stretches or alike[0].similarity > stretches[0].similarity):
                    stretches = [replace(s, kind=MatchKind.EDITED) for s in alike]
            matches += [_match(known, stretch, bones) for stretch in stretches for known in holders]
    return matches


def _better(read: list[Match], heard: list[Match]) -> list[Match]:
    """The matches of a draft as it is read and as it is heard: of two for the same thing the more alike."""
    by_item: defaultdict[str, tuple[list[Match], list[Match]]] = defaultdict(lambda: ([], []))
    for which, matches in enumerate((read, heard)):
        for match in matches:
            by_item[match.item_id][which].append(match)
    better: list[Match] = []
    for mine, rivals in by_item.values():
        kept = [m for m in mine if not any(_overlap(m, r) and r.similarity > m.similarity for r in rivals)]
        better += kept + [r for r in rivals if not any(_overlap(r, m) for m in kept)]
    return better


def _overlap(one: Match, other: Match) -> bool:
    """Whether two matches with an item overlap in the draft and in the item."""
    return (
        one.start < other.end
        and other.start < one.end
        and one.item_start < other.item_end
        and other.item_start < one.item_end
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Spans in two skeletons, the draft's and a known passage's, and how they relate."""

    kind: MatchKind
    similarity: float
    here: tuple[int, int]
    there: tuple[int, int]


def _align(text: str, wanted: str, hit: WordingHit, least: int = 1) -> list[_Stretch]:
    """Decide the kind of a wording hit and its exact spans; nothing where too little is shared.

    `least`: characters in a row that count as shared.
    """
    if len(wanted) < _SHORT:
        return []
    whole = (0, len(wanted))
    if wanted in text:
        return [_Stretch(MatchKind.VERBATIM, 1.0, m.span(), whole) for m in re.finditer(re.escape(wanted), text)]
    start, end = max(0, hit.start - _SLACK), min(len(text), hit.end + _SLACK)
    window = text[start:end]
    blocks = [b for b in LCSseq.opcodes(wanted, window) if b.tag == "equal" and b.src_end - b.src_start >= least]
    shared = sum(b.src_end - b.src_start for b in blocks)
    # A passage that repeats itself is covered by less than it is long: no more is taken than stands here.
    covered = min(hit.covered, (hit.end - hit.start) / len(wanted))
    similarity = max(covered, 2 * shared / (len(wanted) + len(window)))
    if similarity >= EDITED and max(shared, covered * len(wanted)) >= _SHORT:
        return [_Stretch(MatchKind.EDITED, similarity, (hit.start, hit.end), whole)]
    run = max(blocks, key=lambda b: b.src_end - b.src_start, default=None)
    if run is not None and run.src_end - run.src_start >= _RUN:
        here = (start + run.dest_start, start + run.dest_end)
        return [_Stretch(MatchKind.VERBATIM, 1.0, here, (run.src_start, run.src_end))]
    return []


def _match(known: KnownPassage, stretch: _Stretch, bones: MappedText) -> Match:
    """A stretch with its spans in the original texts."""
    start, end = bones.to_original(*stretch.here)
    first, last = skeleton(normalise(known.text)).to_original(*stretch.there)
    return Match(
        item_id=known.item_id,
        kind=stretch.kind,
        similarity=round(min(stretch.similarity, 1.0), 4),
        start=start,
        end=end,
        item_start=known.start + first,
        item_end=known.start + last,
        item_text=known.text[first:last],
        item_title=known.title,
        item_published=known.published,
        genre=known.genre,
        counts=stretch.there[1] - stretch.there[0] >= _SHORT,
    )


def _by_meaning(passage: Passage, bones: str, nearest: list[tuple[KnownPassage, float]], floors: Floors) -> list[Match]:
    """Paraphrases and themes among the nearest known passages, nearest first, one for each item."""
    matches: list[Match] = []
    for known, similarity in nearest:
        if similarity < floors.theme or known.is_title or any(m.item_id == known.item_id for m in matches):
            continue
        matches.append(
            Match(
                item_id=known.item_id,
                kind=_kind_by_meaning(bones, skeleton(normalise(known.text)).text, similarity, floors.paraphrase),
                similarity=round(similarity, 4),
                start=passage.start,
                end=passage.end,
                item_start=known.start,
                item_end=known.end,
                item_text=known.text,
                item_title=known.title,
                item_published=known.published,
                genre=known.genre,
                counts=len(bones) >= _SHORT,
            )
        )
    return matches


def _kind_by_meaning(here: str, there: str, cosine: float, paraphrase: float) -> MatchKind:
    if here == there:
        return MatchKind.VERBATIM
    if min(len(here), len(there)) < _SHORT:
        return MatchKind.THEME
    if cosine >= paraphrase or (
        cosine >= paraphrase - _LESS_WITH_WORDS and LCSseq.normalized_similarity(here, there) >= _WORDS
    ):
        return MatchKind.PARAPHRASE
    return MatchKind.THEME


def _passage_of(match: Match, passages: list[Passage]) -> int | None:
    """The passage that holds most of a match; None where it lies in lines that are set aside."""
    overlaps = [min(p.end, match.end) - max(p.start, match.start) for p in passages]
    best = int(np.argmax(overlaps)) if overlaps else -1
    return best if best >= 0 and overlaps[best] > 0 else None


def copied_share(passages: list[Passage], matches: list[list[Match]]) -> float:
    """0-1: part of the passages' characters that lie in a taken match that counts."""
    total = sum(p.end - p.start for p in passages)
    if not total:
        return 0.0
    taken = np.zeros(passages[-1].end, dtype=bool)
    for match in (m for found in matches for m in found if m.kind.taken and m.counts):
        taken[match.start : match.end] = True
    return sum(int(taken[p.start : p.end].sum()) for p in passages) / total
