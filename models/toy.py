"""`toy`: a tiny deterministic encoder for tests. It hashes character pairs; it knows no meaning."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

import torch
import torch.nn.functional as F
from sentence_transformers.base.modules import InputModule
from torch import Tensor

_DIMENSION = 256


class Toy(InputModule):
    """Counts of hashed character pairs, scaled to length 1; texts that share wording are alike."""

    save_in_root = True

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Tensor]:
        counts = torch.zeros(len(inputs), _DIMENSION)
        for row, text in enumerate(inputs):
            marked = f"^{prompt or ''}{text}$"
            for pair in pairwise(marked):
                counts[row, crc32("".join(pair).encode()) % _DIMENSION] += 1
        return {"counts": counts}

    def forward(self, features: dict[str, Tensor], **kwargs: Any) -> dict[str, Tensor]:
        features["sentence_embedding"] = F.normalize(features["counts"].sqrt(), dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        return _DIMENSION

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        self.save_config(output_path)
