"""How a stretch of a draft and a known wording relate, letter by letter."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import LCSseq

from .sound import sounds
from .wording import WordingHit

EDITED = 0.62  # shared wording from which a passage may be taken; 0 of 240 clean news texts reached it
SURE = 0.9  # from here nothing else has to be asked
SHORT = 8  # characters; a shorter known passage, or part of one, is a phrase anyone may use, unless it is all it says
_RUN = 13  # characters in one piece that two texts do not share by chance, however long the known passage
_ALIKE = 2  # characters in a row that sound alike; that a single one does is chance
_SLACK = 4  # characters around a hit that are aligned as well
_DENSE = 0.4  # of a stretch that was taken stands in the known passage; a few common words far apart are chance


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
class Alignment:
    """Spans in two skeletons, the draft's and a known passage's, and how they relate."""

    kind: MatchKind
    similarity: float
    here: tuple[int, int]
    there: tuple[int, int]

    @property
    def how_alike(self) -> tuple[float, int]:
        """The larger, the better: of two as alike, the longer."""
        return self.similarity, self.there[1] - self.there[0]


def whole_passages(text: str, wanted: str, spans: list[tuple[int, int]]) -> list[Alignment]:
    """Where a passage of the draft says no more than `wanted`, a phrase that means nothing among other words."""
    return [Alignment(MatchKind.VERBATIM, 1.0, (a, b), (0, b - a)) for a, b in spans if text[a:b] == wanted]


def align_or_hear(text: str, sounding: str, wanted: str, hit: WordingHit) -> list[Alignment]:
    """As `align`; what is no copy to the letter, or a poor or short one, may be a better one by sound.

    `sounding`: the text as it sounds.
    """
    read, heard = align(text, wanted, hit), align(sounding, sounds(wanted), hit, _ALIKE)
    if heard and (not read or heard[0].how_alike > read[0].how_alike):
        return [replace(a, kind=MatchKind.EDITED) for a in heard]
    return read


def align(text: str, wanted: str, hit: WordingHit, least: int = 1) -> list[Alignment]:
    """Decide the kind of a wording hit and its exact spans; nothing where too little is shared.

    `least`: characters in a row that count as shared.
    """
    whole = (0, len(wanted))
    if wanted in text:
        return [Alignment(MatchKind.VERBATIM, 1.0, m.span(), whole) for m in re.finditer(re.escape(wanted), text)]
    start, end = max(0, hit.start - _SLACK), min(len(text), hit.end + _SLACK)
    window = text[start:end]
    blocks = [b for b in LCSseq.opcodes(wanted, window) if b.tag == "equal" and b.src_end - b.src_start >= least]
    shared = sum(b.src_end - b.src_start for b in blocks)
    # A passage that repeats itself is covered by less than it is long: no more is taken than stands here.
    covered = min(hit.covered, (hit.end - hit.start) / len(wanted))
    similarity = max(covered, 2 * shared / (len(wanted) + len(window)))
    dense = covered * len(wanted) >= _DENSE * (hit.end - hit.start)
    if dense and similarity >= EDITED and max(shared, covered * len(wanted)) >= SHORT:
        at = wanted.find(text[hit.start : hit.end])
        if at >= 0:  # a part of the known passage in one piece, nothing edited
            return [Alignment(MatchKind.VERBATIM, 1.0, (hit.start, hit.end), (at, at + hit.end - hit.start))]
        return [Alignment(MatchKind.EDITED, similarity, (hit.start, hit.end), whole)]
    run = max(blocks, key=lambda b: b.src_end - b.src_start, default=None)
    if run is not None and run.src_end - run.src_start >= _RUN:
        here = (start + run.dest_start, start + run.dest_end)
        return [Alignment(MatchKind.VERBATIM, 1.0, here, (run.src_start, run.src_end))]
    return []
