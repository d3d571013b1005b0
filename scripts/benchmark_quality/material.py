"""What is measured on: labelled drafts, rewriting pairs and their brands, and the shipped edition as the library."""

import json
from dataclasses import dataclass
from pathlib import Path

from contentcheck.corpus.reading.rows import read_rows
from contentcheck.corpus.records import group_brands, product_from_row
from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.documents import Brand, Edition
from contentcheck.engine.normalise import normalise
from contentcheck.engine.passages import cut

FOLDER = Path(__file__).parents[2] / "corpus" / "benchmark"
REWRITINGS = ("light", "heavy", "expanded", "near_miss")
"""How a source was rewritten; all but the last still say the same."""


@dataclass(frozen=True, slots=True)
class LabelledDraft:
    """A brand draft with its labels; those not held out may be used to choose thresholds."""

    id: str
    text: str
    brand: str
    homogeneous: bool
    relevant: bool
    held_out: bool


@dataclass(frozen=True, slots=True)
class RewritingPair:
    """Part of a known item, rewritten in each of `REWRITINGS`."""

    item_id: str
    rewritten: dict[str, str]


@dataclass(frozen=True, slots=True)
class Material:
    """All of it. `edition` holds the library and, as samples of ordinary writing, the background."""

    drafts: list[LabelledDraft]
    pairs: list[RewritingPair]
    brands: list[Brand]
    edition: Edition

    @property
    def sizes(self) -> str:
        """How much there is, in a sentence."""
        held_out = sum(d.held_out for d in self.drafts)
        homogeneous, relevant = (sum(getattr(d, label) for d in self.drafts) for label in ("homogeneous", "relevant"))
        return (
            f"{len(self.drafts)} drafts ({held_out} held out, {homogeneous} homogeneous, {relevant} relevant), "
            f"{len(self.pairs)} rewriting pairs, {len(self.brands)} brands, "
            f"edition {self.edition.version} with {len(self.edition.items)} known pieces and "
            f"{len(self.edition.background)} samples of ordinary writing"
        )


def material() -> Material:
    """Read from the repository."""
    drafts = [
        LabelledDraft(r["id"], r["text"], r["brand"], r["homogeneous"], r["relevant"], r["split"] == "held_out")
        for r in _rows("drafts.jsonl")
    ]
    pairs = [RewritingPair(r["item_id"], {kind: r[kind] for kind in REWRITINGS}) for r in _rows("rewrites.jsonl")]
    brands = group_brands(product_from_row(row) for row in read_rows(FOLDER / "brands.jsonl"))
    return Material(drafts, pairs, list(brands), shipped_edition())


def passages_of(text: str, title: str = "") -> list[str]:
    """A text as contentcheck cuts it, normalised; a title is a passage of its own."""
    return [normalise(p.text).text for p in cut(title, text)]


def _rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
