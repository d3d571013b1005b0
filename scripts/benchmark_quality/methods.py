"""The usual ways to tell how alike two texts are, each behind the same small protocol."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import jieba
import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from contentcheck.engine.encoder import Encoder
from contentcheck.engine.normalise import bare

_JIEBA = jieba.Tokenizer()

Likeness = Callable[[list[str]], NDArray[np.float32]]
"""Texts to their likeness to each known text, (texts, known)."""


class Method(Protocol):
    """A way to tell how alike texts are; `name` heads its row."""

    @property
    def name(self) -> str: ...

    def against(self, known: list[str]) -> Likeness:
        """Made ready for comparing with these known texts."""
        ...


class TfIdf:
    """Cosine of TF-IDF vectors (scikit-learn)."""

    def __init__(self, name: str, corpus: list[str], tokens: Callable[[str], list[str]]):
        """`corpus`: where the rarity of a token is counted."""
        self.name = name
        self._vectorizer = TfidfVectorizer(sublinear_tf=True)
        self._vectorizer.set_params(analyzer=tokens).fit(corpus)

    def against(self, known: list[str]) -> Likeness:
        columns = self._vectorizer.transform(known).T.tocsr()
        return lambda texts: (self._vectorizer.transform(texts) @ columns).toarray().astype(np.float32)


def words(text: str) -> list[str]:
    """jieba's words, those of punctuation alone left out."""
    return [w for w in _JIEBA.cut(text) if any(map(str.isalnum, w))]


def character_runs(text: str) -> list[str]:
    """Runs of two to four letters, digits or Chinese characters."""
    bones = bare(text)
    return [bones[i : i + n] for n in (2, 3, 4) for i in range(len(bones) - n + 1)]


class MinHashing:
    """Jaccard likeness of the sets of runs of three characters, estimated from 128 hashes (datasketch)."""

    name = "MinHash, 3 characters"

    def against(self, known: list[str]) -> Likeness:
        hashes = _hashes(known)
        return lambda texts: np.stack([(hashes == row).mean(axis=1, dtype=np.float32) for row in _hashes(texts)])


def _hashes(texts: list[str]) -> NDArray[np.uint32]:
    """(texts, 128); datasketch's hashes are below 2**32."""
    bones = [bare(t) for t in texts]
    shingles = [[b[i : i + 3].encode() for i in range(max(1, len(b) - 2))] for b in bones]
    return np.array([m.hashvalues for m in MinHash.bulk(shingles, num_perm=128)], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Cosine:
    """Cosine of sentence vectors."""

    encoder: Encoder

    @property
    def name(self) -> str:
        return f"cosine of {self.encoder.name}"

    def against(self, known: list[str]) -> Likeness:
        columns = self.encoder.encode(known).T
        return lambda texts: self.encoder.encode(texts) @ columns


@dataclass(frozen=True, slots=True)
class SemHash:
    """What the package `semhash` names as a record's duplicate, and how alike it says they are, else 0."""

    encoder: Encoder

    @property
    def name(self) -> str:
        return f"semhash with {self.encoder.name}"

    def against(self, known: list[str]) -> Likeness:
        from semhash import SemHash as Package  # pyright: ignore[reportMissingImports]

        different = list(dict.fromkeys(known))
        column = {text: i for i, text in enumerate(different)}
        encoder: Any = self.encoder  # the package asks for a parameter of another name, and gives it by place
        index = Package.from_records(different, model=encoder)
        spread = np.array([column[text] for text in known])

        def likeness(texts: list[str]) -> NDArray[np.float32]:
            found = index.deduplicate(list(dict.fromkeys(texts)), threshold=0.0).filtered
            best = {d.record: d for d in found}
            rows = np.zeros((len(texts), len(different)), dtype=np.float32)
            for i, text in enumerate(texts):
                if text in best:
                    rows[i, column[best[text].duplicate_of]] = best[text].score
            return rows[:, spread]

        return likeness


def methods(corpus: list[str], encoder: Encoder) -> list[Method]:
    """All that can be run here."""
    found: list[Method] = [
        TfIdf("TF-IDF, words", corpus, words),
        TfIdf("TF-IDF, characters", corpus, character_runs),
        MinHashing(),
        Cosine(encoder),
    ]
    return [*found, SemHash(encoder)] if has_semhash() else found


def has_semhash() -> bool:
    """Whether the optional package `semhash` is installed."""
    return find_spec("semhash") is not None
