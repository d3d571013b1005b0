"""Read the edition that is shipped with the program: library, background, other trades, phrases, samples."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from contentcheck.engine.documents import Brand, CorpusItem, Edition, Genre, Phrase, Product, Sample

_SOURCE = "contentcheck"


@cache
def shipped_edition() -> Edition:
    """The whole shipped edition, read once."""
    root = _root()
    about = json.loads((root / "edition.json").read_text("utf-8"))
    genres = {slug: Genre(slug, g["name"], g["reflective"]) for slug, g in about["genres"].items()}
    items = tuple(
        CorpusItem(r["id"], r["text"], r["title"], r["genre"], _SOURCE, about["licence"])
        for genre in sorted(genres)
        for r in _rows(root / "library" / f"{genre}.jsonl")
    )
    kinds = sorted((root / "background").iterdir(), key=lambda f: f.name)
    background = tuple(Sample(r["kind"], r["text"], r["title"]) for kind in kinds for r in _rows(kind))
    fields = _rows(root / "fields.jsonl")
    return Edition(
        version=about["version"],
        items=items,
        background=background,
        fields=tuple(Sample(r["field"], r["text"]) for r in fields),
        field_names={r["field"]: r["name"] for r in fields},
        genres=genres,
        phrases={r["phrase"]: Phrase(r["genre"], r["pieces"]) for r in _rows(root / "phrases.jsonl")},
        everyday=frozenset((root / "everyday.txt").read_text("utf-8").split()),
    )


def sample_brands() -> list[Brand]:
    """The eight invented brands that the sample drafts belong to."""
    products: dict[str, list[Product]] = {}
    for r in _rows(_root() / "brands.jsonl"):
        product = Product(r["product_id"], r["name"], r["text"], tuple(r["key_points"]))
        products.setdefault(r["brand"], []).append(product)
    return [Brand(name, tuple(of_brand)) for name, of_brand in products.items()]


def sample_drafts() -> Traversable:
    """The folder of sample drafts; `index.jsonl` names each one's brand and what it is meant to show."""
    return _root() / "drafts"


def _root() -> Traversable:
    return files("contentcheck.corpus") / "edition"


def _rows(file: Traversable) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line]
