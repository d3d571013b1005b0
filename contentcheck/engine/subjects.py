"""What texts are about: the trades and kinds of writing of an edition, compared without what all texts share."""

import numpy as np
from numpy.typing import NDArray

from .encoder import Vectors

_SHRINKAGE = 0.5  # share of the covariance that is taken to be the same in all directions
_STEEPNESS = 8.0  # per unit of cosine: how fast a kind's nearness falls below that of the nearest trade
_EVERY = 7  # passages; a seventh of what is shipped says what is usual

Kinds = NDArray[np.object_]
Weights = NDArray[np.float64]
"""Of kinds, 0-1."""


class Subjects:
    """A space in which cosines tell subjects apart, and where the edition's own kinds of text lie in it.

    Vectors are centred on ordinary writing and whitened by the covariance of all shipped passages: directions in
    which any two texts differ count for less. Measured on headlines, articles and reviews of 18 trades and on our
    own drafts, mean AUC rises by 0.01 to 0.03 over plain cosines, for any shrinkage from 0.3 to 0.7.

    Attributes:
        trades: their names, sorted.
        usual: a sample of all shipped passages but the trades', in the space.
    """

    def __init__(
        self, trades: tuple[Vectors, Kinds], ordinary: tuple[Vectors, Kinds], reflective: tuple[Vectors, Kinds]
    ):
        """Passages with the kind of each: of trades, of ordinary writing, and of the genres of wisdom and feelings."""
        known = [v for v, _ in (trades, ordinary) if len(v)]
        dim = ordinary[0].shape[1]
        self._centre = np.vstack(known).mean(axis=0) if known else np.zeros(dim, np.float32)
        self._whitening = _whitening(np.vstack([*known, reflective[0]]))
        self.usual = self.place(np.vstack([ordinary[0], reflective[0]])[::_EVERY])
        self.trades, self._trades = self._means(*trades)
        ordinary_kinds, self._ordinary = self._means(*ordinary)
        _, self._reflective = self._means(*reflective)
        self._apart = np.vstack([_without_mean(self._trades), _without_mean(self._ordinary)])
        self._is_trade = np.arange(len(self.trades) + len(ordinary_kinds)) < len(self.trades)

    def place(self, vectors: Vectors) -> Vectors:
        """Into the space: float32 (n, dim), rows of length 1."""
        return _unit((vectors - self._centre) @ self._whitening).astype(np.float32)

    def nearness(self, own: Vectors) -> Weights:
        """How near each trade and kind of ordinary writing is to what a brand sells, 1 for the nearest trade.

        Trades are held against the mean of all trades and kinds against that of all kinds, so that products are
        near what they are about and not near whatever describes some product.

        Args:
            own: passages of the brand's products, in the space.
        """
        subject = _unit(_unit(own.mean(axis=0)) - (self._trades.mean(axis=0) if len(self._trades) else 0.0))
        cosines = self._apart @ subject
        nearest = cosines[self._is_trade].max(initial=-1.0)
        return np.exp(np.minimum(_STEEPNESS * (cosines - nearest), 0.0))

    def towards(self, near: Weights) -> Vectors:
        """The direction of what is near, (dim,), length 1."""
        return _unit(near @ np.vstack([self._trades, self._ordinary])).astype(np.float32)

    def elsewhere(self, placed: Vectors, near: Weights) -> NDArray[np.float64]:
        """Cosine units, shape (n,): likeness to the likest other trade and, added, to the likest other writing.

        What is near counts for less. The genres of wisdom and feelings are about no brand's products.
        """
        trades = (placed @ self._trades.T) * (1 - near[self._is_trade])
        ordinary = (placed @ self._ordinary.T) * (1 - near[~self._is_trade])
        other = np.hstack([ordinary, placed @ self._reflective.T])
        return trades.max(axis=1, initial=-1.0) + other.max(axis=1, initial=-1.0)

    def _means(self, vectors: Vectors, kinds: Kinds) -> tuple[list[str], Vectors]:
        """The kinds' names, sorted, and the middle of each, (kinds, dim)."""
        names, placed = sorted(set(kinds)), self.place(vectors)
        means = [_unit(placed[kinds == name].mean(axis=0)) for name in names]
        return names, np.stack(means) if means else np.empty((0, placed.shape[1]), np.float32)


def _whitening(vectors: Vectors) -> Vectors:
    """The inverse root of the covariance, shrunk so that few passages do."""
    apart = vectors - vectors.mean(axis=0, dtype=np.float64)
    covariance = apart.T @ apart / max(len(vectors), 1)
    spread = max(float(np.trace(covariance)) / len(covariance), 1e-12)
    variances, axes = np.linalg.eigh(covariance / spread * (1 - _SHRINKAGE) + _SHRINKAGE * np.eye(len(covariance)))
    return ((axes / np.sqrt(variances)) @ axes.T).astype(np.float32)


def _without_mean(vectors: Vectors) -> NDArray[np.floating]:
    return _unit(vectors - vectors.mean(axis=0)) if len(vectors) else vectors


def _unit(x: NDArray[np.floating]) -> NDArray[np.floating]:
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-9)
