"""Which known pieces a draft took something from, where, and in which way."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz.distance import LCSseq

from .index import KnownPassage
from .library import Library, Neighbourhood
from .normalise import MappedText, normalise, skeleton
from .segment import Passage
from .wording import WordingHit

_EDITED = 0.62  # shared wording from which a passage counts as taken; 0 of 240 clean news texts reached it
_RUN = 13  # characters in one piece that two texts do not share by chance, however long the known passage
_SHORT = 8  # characters; a shorter known passage is a phrase anyone may use, unless it is all a passage says
_PARAPHRASE = 0.72  # cosine that ordinary text does not reach with a known passage
_PARAPHRASE_WITH_WORDS = (0.66, 0.4)  # a lower cosine, where wording agrees as well
_THEME = 0.45  # cosine from which a passage is shown as the same old theme
_THEMES = 3
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
        counts: whether it counts towards the copied share; a few words that anyone could write do not.
    """

    item_id: str
    kind: MatchKind
    similarity: float
    start: int
    end: int
    item_start: int
    item_end: int
    item_text: str
    genre: str
    counts: bool


def match_passages(text: str, passages: list[Passage], around: Neighbourhood, library: Library) -> list[list[Match]]:
    """For each passage its matches: taken ones first, most alike first, then at most three themes."""
    matches: list[list[Match]] = [[] for _ in passages]
    bones = skeleton(normalise(text))
    for match in _by_wording(bones, library):
        owner = _passage_of(match, passages)
        if owner is not None:
            matches[owner].append(match)
    for i, passage in enumerate(passages):
        start, end = bones.from_original(passage.start, passage.end)
        taken = {m.item_id for m in matches[i]}
        meant = [m for m in _by_meaning(passage, bones.text[start:end], i, around, library) if m.item_id not in taken]
        themes = [m for m in meant if not m.kind.taken]
        matches[i] += [m for m in meant if m.kind.taken] + themes[:_THEMES]
        matches[i].sort(key=lambda m: (not m.kind.taken, -m.similarity, m.item_id))
    return matches


def _by_wording(bones: MappedText, library: Library) -> list[Match]:
    found = (_align(bones, hit, library) for hit in library.wording.search(bones.text))
    return [m for m in found if m is not None]


def _align(bones: MappedText, hit: WordingHit, library: Library) -> Match | None:
    """Decide the kind of a wording hit and its exact spans, or None where too little is shared."""
    known = library.known.passages[hit.row]
    wanted = library.skeletons[hit.row]
    if len(wanted) < _SHORT:
        return None
    at = bones.text.find(wanted, max(0, hit.start - len(wanted)))
    if at < 0:
        at = bones.text.find(wanted)
    if at >= 0:
        return _match(library, known, MatchKind.VERBATIM, 1.0, bones, (at, at + len(wanted)), (0, len(wanted)))
    start, end = max(0, hit.start - _SLACK), min(len(bones.text), hit.end + _SLACK)
    window = bones.text[start:end]
    blocks = [b for b in LCSseq.opcodes(wanted, window) if b.tag == "equal"]
    shared = sum(b.src_end - b.src_start for b in blocks)
    # A passage that repeats itself is covered by less than it is long: no more is taken than stands here.
    covered = min(hit.covered, (hit.end - hit.start) / len(wanted))
    similarity = max(covered, 2 * shared / (len(wanted) + len(window)))
    longest = max(blocks, key=lambda b: b.src_end - b.src_start)
    if similarity >= _EDITED:
        inner = (hit.start, hit.end)
        return _match(library, known, MatchKind.EDITED, similarity, bones, inner, (0, len(wanted)))
    if longest.src_end - longest.src_start >= _RUN:
        run = (start + longest.dest_start, start + longest.dest_end)
        part = (longest.src_start, longest.src_end)
        return _match(library, known, MatchKind.VERBATIM, 1.0, bones, run, part)
    return None


def _match(
    library: Library,
    known: KnownPassage,
    kind: MatchKind,
    similarity: float,
    bones: MappedText,
    here: tuple[int, int],
    there: tuple[int, int],
) -> Match:
    """A match from spans in the two skeletons."""
    item = library.items[known.owner]
    start, end = bones.to_original(*here)
    item_bones = skeleton(normalise(known.text))
    item_start, item_end = (known.start + i for i in item_bones.to_original(*there))
    return Match(
        item_id=item.id,
        kind=kind,
        similarity=round(min(similarity, 1.0), 4),
        start=start,
        end=end,
        item_start=item_start,
        item_end=item_end,
        item_text=known.text[item_start - known.start : item_end - known.start],
        genre=item.genre,
        counts=there[1] - there[0] >= _SHORT,
    )


def _by_meaning(passage: Passage, bones: str, i: int, around: Neighbourhood, library: Library) -> list[Match]:
    """Paraphrases and themes among the nearest known passages, nearest first, one for each item."""
    matches: list[Match] = []
    for row, similarity in zip(around.rows[i], around.similarities[i], strict=True):
        known = library.known.passages[int(row)]
        if similarity < _THEME or known.is_title or any(m.item_id == library.items[known.owner].id for m in matches):
            continue
        matches.append(
            Match(
                item_id=library.items[known.owner].id,
                kind=_kind_by_meaning(bones, library.skeletons[int(row)], float(similarity)),
                similarity=round(float(similarity), 4),
                start=passage.start,
                end=passage.end,
                item_start=known.start,
                item_end=known.end,
                item_text=known.text,
                genre=library.items[known.owner].genre,
                counts=len(bones) >= _SHORT,
            )
        )
    return matches


def _kind_by_meaning(here: str, there: str, cosine: float) -> MatchKind:
    if here == there:
        return MatchKind.VERBATIM
    if min(len(here), len(there)) < _SHORT:
        return MatchKind.THEME
    least_cosine, least_words = _PARAPHRASE_WITH_WORDS
    if cosine >= _PARAPHRASE or (cosine >= least_cosine and LCSseq.normalized_similarity(here, there) >= least_words):
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
