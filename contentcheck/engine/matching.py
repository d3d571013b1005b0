"""Which known pieces a draft took something from, where, and in which way."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .alignment import SHORT, SURE, Alignment, MatchKind, align_or_hear, whole_passages
from .collection import Collection
from .encoder import Encode
from .normalise import MappedText, bare, normalise, skeleton
from .paraphrase import LEAST, LEAST_WORDS, Floors, Pointers, find_restated, shared_words
from .passages import KnownPassage
from .segment import Passage
from .sound import hear, sounds
from .wording import WordingHit

_THEMES = 3

_Nearest = list[tuple[KnownPassage, float]]
"""Known passages with their cosines to one passage of a draft, nearest first; titles left out."""
_Wordings = list[tuple[WordingHit, NDArray[np.int64]]]
"""As `Collection.wordings` gives them."""


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


def match_passages(
    text: str,
    passages: list[Passage],
    near: tuple[NDArray[np.float32], NDArray[np.int64]],
    known: Collection,
    floors: Floors,
    encode: Encode,
) -> list[list[Match]]:
    """For each passage its matches: taken ones first, most alike first, then at most three themes.

    Args:
        near: cosines and keys of the known passages nearest to each passage, (len(passages), k), nearest first.
        encode: gives vectors of the few clauses that have to be compared one by one.
    """
    matches: list[list[Match]] = [[] for _ in passages]
    bones, heard = skeleton(normalise(text)), hear(normalise(text))
    wordings = known.wordings(bones.text)
    heard_wordings = known.wordings(heard.text) if heard else []
    similarities, keys = near
    likely = keys[similarities >= floors.theme]
    found = known.passages(np.concatenate([likely, *(holders for _, holders in wordings + heard_wordings)]))
    copies = _by_wording(bones, passages, wordings, found)
    if heard:
        copies = _better(copies, _by_wording(heard, passages, heard_wordings, found))
    worded: list[list[Match]] = [[] for _ in passages]
    sure: dict[tuple[str, int], bool] = {}
    pointers: Pointers = defaultdict(lambda: defaultdict(dict))
    for key, match in copies:
        owner = _passage_of(match, passages)
        if owner is not None:
            worded[owner].append(match)
            sure[match.item_id, owner] = sure.get((match.item_id, owner), True) and _is_sure(match)
            pointers[match.item_id][owner][key] = floors.theme  # at least; the nearest follow with their own
    nearest: list[_Nearest] = [[] for _ in passages]
    for i, row in enumerate(zip(keys.tolist(), similarities.tolist(), strict=True)):
        for key, cosine in zip(*row, strict=True):
            if cosine >= floors.theme and key in found and not found[key].is_title:
                nearest[i].append((found[key], cosine))
                pointers[found[key].item_id][i][key] = cosine
    restated = find_restated(text, passages, pointers, sure, known.passages, floors, encode)
    for i, passage in enumerate(passages):
        restates = {item for item, at in restated if at == i}
        taken = [m for m in worded[i] if _is_sure(m) or m.item_id in restates]
        named = {m.item_id for m in taken}
        others = [n for n in nearest[i] if n[0].item_id not in named]
        meant = _by_meaning(passage, others, restates, float(similarities[i, -1]) if others else 0.0, floors)
        themes = [m for m in meant if not m.kind.taken]
        matches[i] = [*taken, *(m for m in meant if m.kind.taken), *themes[:_THEMES]]
        matches[i].sort(key=lambda m: (not m.kind.taken, -m.similarity, m.item_id))
    return matches


def _by_wording(
    bones: MappedText, passages: list[Passage], wordings: _Wordings, found: dict[int, KnownPassage]
) -> list[tuple[int, Match]]:
    """Every stretch of the draft that was taken from a known passage, with the key of each passage that holds it."""
    matches: list[tuple[int, Match]] = []
    spans = [bones.from_original(p.start, p.end) for p in passages]
    sounding = sounds(bones.text) if wordings else ""
    for hit, keys in wordings:
        holders = [k for k in keys.tolist() if k in found]
        if holders:
            wanted = bare(found[holders[0]].text)
            if len(wanted) >= SHORT:
                alignments = align_or_hear(bones.text, sounding, wanted, hit)
            else:
                alignments = whole_passages(bones.text, wanted, spans)
            matches += [(k, _match(found[k], alignment, bones)) for alignment in alignments for k in holders]
    return matches


def _better(read: list[tuple[int, Match]], heard: list[tuple[int, Match]]) -> list[tuple[int, Match]]:
    """The matches of a draft as it is read and as it is heard: of two for the same thing the more alike, or longer."""
    rivals = _by_item(heard)
    kept = [
        (key, m)
        for key, m in read
        if not any(_overlap(m, rival) and _alike(rival) > _alike(m) for rival in rivals[m.item_id])
    ]
    mine = _by_item(kept)
    return kept + [(key, m) for key, m in heard if not any(_overlap(m, other) for other in mine[m.item_id])]


def _by_item(keyed: list[tuple[int, Match]]) -> defaultdict[str, list[Match]]:
    by_item: defaultdict[str, list[Match]] = defaultdict(list)
    for _, match in keyed:
        by_item[match.item_id].append(match)
    return by_item


def _alike(match: Match) -> tuple[float, int]:
    return match.similarity, match.item_end - match.item_start


def _overlap(one: Match, other: Match) -> bool:
    """Whether two matches with an item overlap in the draft and in the item."""
    return (
        one.start < other.end
        and other.start < one.end
        and one.item_start < other.item_end
        and other.item_start < one.item_end
    )


def _match(known: KnownPassage, alignment: Alignment, bones: MappedText) -> Match:
    """An alignment with its spans in the original texts."""
    start, end = bones.to_original(*alignment.here)
    first, last = skeleton(normalise(known.text)).to_original(*alignment.there)
    return Match(
        item_id=known.item_id,
        kind=alignment.kind,
        similarity=round(min(alignment.similarity, 1.0), 4),
        start=start,
        end=end,
        item_start=known.start + first,
        item_end=known.start + last,
        item_text=known.text[first:last],
        item_title=known.title,
        item_published=known.published,
        genre=known.genre,
        counts=alignment.there[1] - alignment.there[0] >= SHORT,
    )


def _is_sure(match: Match) -> bool:
    """Whether the wording alone says that it was taken."""
    return match.kind is MatchKind.VERBATIM or match.similarity >= SURE


def _by_meaning(passage: Passage, nearest: _Nearest, restates: set[str], tenth: float, floors: Floors) -> list[Match]:
    """One match for each item that a passage is near to, nearest first.

    Args:
        restates: items that it says again together with its neighbours.
        tenth: cosine of the tenth nearest known passage.
    """
    matches: dict[str, Match] = {}
    counts = sum(c.isalnum() for c in passage.text) >= SHORT
    for known, cosine in nearest:
        if known.item_id not in matches:
            matches[known.item_id] = Match(
                item_id=known.item_id,
                kind=_kind_by_meaning(passage, known, cosine, restates, tenth, floors),
                similarity=round(cosine, 4),
                start=passage.start,
                end=passage.end,
                item_start=known.start,
                item_end=known.end,
                item_text=known.text,
                item_title=known.title,
                item_published=known.published,
                genre=known.genre,
                counts=counts,
            )
    return list(matches.values())


def _kind_by_meaning(
    passage: Passage, known: KnownPassage, cosine: float, restates: set[str], tenth: float, floors: Floors
) -> MatchKind:
    if cosine < floors.candidate and known.item_id not in restates:  # no text is so far from itself with other marks
        return MatchKind.THEME
    here, there = bare(passage.text), bare(known.text)
    if here == there:
        return MatchKind.VERBATIM
    if known.item_id in restates:
        return MatchKind.PARAPHRASE
    # Nearness alone tells where it stands out and shared words do not explain it.
    stands_out = cosine >= floors.paraphrase and cosine - tenth >= floors.margin
    if stands_out and min(len(here), len(there)) >= LEAST and shared_words(passage.text, known.text) < LEAST_WORDS:
        return MatchKind.PARAPHRASE
    return MatchKind.THEME


def _passage_of(match: Match, passages: list[Passage]) -> int | None:
    """The passage that holds most of a match; None where it lies in lines that are set aside."""
    overlaps = [min(p.end, match.end) - max(p.start, match.start) for p in passages]
    best = int(np.argmax(overlaps)) if overlaps else -1
    return best if best >= 0 and overlaps[best] > 0 else None


def copied_by_kind(passages: list[Passage], matches: list[list[Match]]) -> dict[str, float]:
    """By kind, gravest first: part of the passages' characters, 0-1, that lie in a match of that kind that counts.

    A character in several matches is of the gravest kind, so the shares sum to what is copied in all.
    """
    kinds = [kind for kind in MatchKind if kind.taken]
    rank = np.full(passages[-1].end if passages else 0, len(kinds))
    for match in (m for found in matches for m in found if m.kind.taken and m.counts):
        here = rank[match.start : match.end]
        np.minimum(here, kinds.index(match.kind), out=here)
    within = np.concatenate([rank[:0], *(rank[p.start : p.end] for p in passages)])
    shares = np.bincount(within, minlength=len(kinds)) / max(len(within), 1)
    return {kind.value: float(share) for kind, share in zip(kinds, shares, strict=False)}


def copied_share(passages: list[Passage], matches: list[list[Match]]) -> float:
    """0-1: part of the passages' characters that lie in a taken match that counts."""
    return sum(copied_by_kind(passages, matches).values())
