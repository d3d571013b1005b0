"""What the engine asks of an embedding model: the one protocol, and nothing of torch."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Float32 array of shape (n, dim) whose rows have length 1."""

Encode = Callable[[list[str]], Vectors]
"""`Encoder.encode` of the encoder in use."""


class Encoder(Protocol):
    """A sentence encoder, symmetric: drafts and library are encoded the same way.

    Attributes:
        name: the name it is chosen by.
        revision: what changes whenever the vectors change; vectors of two revisions never mix.
        dim: length of a vector.
    """

    @property
    def name(self) -> str: ...

    @property
    def revision(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def encode(self, texts: list[str]) -> Vectors:
        """Vectors of shape (len(texts), dim), rows of length 1; an empty list gives shape (0, dim)."""
        ...
