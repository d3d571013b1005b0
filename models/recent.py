"""An encoder that remembers the texts it met last: a draft that comes again costs only what was changed in it."""

from collections import OrderedDict
from threading import Lock

import numpy as np

from contentcheck.engine.encoder import Encoder, Vectors

_KEEPING = 200  # bytes that an entry takes beside its text and its vector


class RecentVectors:
    """An `Encoder` whose vectors are those of the one behind it, kept in memory while they are in use.

    Threads may share it. Two that ask for the same new text at once both encode it.
    """

    def __init__(self, encoder: Encoder, capacity: int):
        """`capacity`: bytes of texts and vectors that are remembered at most."""
        self._encoder, self._capacity = encoder, capacity
        self._recent: OrderedDict[str, Vectors] = OrderedDict()  # the one used last at the end
        self._size = 0
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Of the encoder behind it."""
        return self._encoder.name

    @property
    def revision(self) -> str:
        """Of the encoder behind it."""
        return self._encoder.revision

    @property
    def dim(self) -> int:
        """Of the encoder behind it."""
        return self._encoder.dim

    @property
    def size(self) -> int:
        """Bytes of what is remembered."""
        return self._size

    def encode(self, texts: list[str]) -> Vectors:
        """Vectors of length 1, float32 (len(texts), dim); only what is not remembered is encoded, each text once."""
        known = self._remembered(texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            made = dict(zip(new, self._encoder.encode(new), strict=True))
            self._remember(made)
            known |= made
        return np.stack([known[text] for text in texts]) if texts else np.empty((0, self.dim), np.float32)

    def _remembered(self, texts: list[str]) -> dict[str, Vectors]:
        with self._lock:
            known = {text: self._recent[text] for text in texts if text in self._recent}
            for text in known:
                self._recent.move_to_end(text)
        return known

    def _remember(self, made: dict[str, Vectors]) -> None:
        with self._lock:
            for text, vector in made.items():
                if text not in self._recent:
                    self._recent[text] = vector.copy()  # a row of its own does not keep the whole batch alive
                    self._size += _bytes(text, vector)
            while self._size > self._capacity:
                self._size -= _bytes(*self._recent.popitem(last=False))


def _bytes(text: str, vector: Vectors) -> int:
    return 4 * len(text) + vector.nbytes + _KEEPING
