"""A shard finds what numpy finds, comes back from disk as it went, and refuses to be opened damaged."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from contentcheck.engine.encoder import Vectors
from contentcheck.engine.shard import Contents, Shard

DIM, GROUPS = 16, 3
SIZE = 90
PIECES = [
    "一个人最好的状态是眼里写满故事脸上却不见风霜不羡慕谁也不依赖谁",
    "城东水厂二期扩建工程已于上周完成管网冲洗日供水能力提高到十二万吨",
    "巷口的修鞋匠收了摊木凳上积着一面雨水做的小镜子照见过路的云",
]
KEYS = np.arange(5, 5 + 2 * SIZE, 2, dtype=np.int64)
MEMBERS = np.random.default_rng(1).choice([0, 2], SIZE).astype(np.int8)  # nobody is in group 1
SKELETONS = [PIECES[i // 30] if i % 10 == 0 else "" for i in range(SIZE)]


def unit_rows(n: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(n, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


VECTORS = unit_rows(SIZE, 2)


def at_hand() -> Shard:
    return Shard.of(KEYS, MEMBERS, VECTORS, SKELETONS, GROUPS)


def built(progress: list[tuple[int, int]] | None = None) -> Shard:
    def vectors(group: int) -> Iterator[Vectors]:
        of_group = VECTORS[group == MEMBERS]
        yield from (of_group[i : i + 7] for i in range(0, len(of_group), 7))

    def note(done: int, total: int) -> None:
        if progress is not None:
            progress.append((done, total))

    return Shard.build(Contents(KEYS, MEMBERS, DIM, vectors, lambda: iter(SKELETONS)), GROUPS, note)


def assert_finds_what_numpy_finds(shard: Shard) -> None:
    queries = unit_rows(5, 3)
    assert len(shard) == SIZE
    for group in range(GROUPS):
        here = group == MEMBERS
        cosines = queries.astype(np.float64) @ VECTORS[here].astype(np.float64).T
        order = np.argsort(-cosines, axis=1)[:, :12]
        similarities, keys = shard.nearest(queries, 12, group)
        assert shard.size(group) == np.count_nonzero(here)
        np.testing.assert_array_equal(keys, KEYS[here][order])
        np.testing.assert_allclose(similarities, np.take_along_axis(cosines, order, axis=1), atol=1e-5)
    text = PIECES[2] + "又" + PIECES[0]
    found = [(hit.start, hit.end, keys.tolist()) for hit, keys in shard.wordings(text)]
    holders = [[int(KEYS[i]) for i in range(SIZE) if SKELETONS[i] == piece] for piece in PIECES]
    assert sorted(found) == [
        (0, len(PIECES[2]), holders[2]),
        (len(PIECES[2]) + 1, len(text), holders[0]),
    ]
    assert shard.wordings("水" * 40) == []


@pytest.mark.parametrize("make", [at_hand, built])
def test_what_a_shard_finds(make) -> None:
    assert_finds_what_numpy_finds(make())


@pytest.mark.parametrize("make", [at_hand, built])
def test_saved_and_opened_again_it_finds_the_same(make, tmp_path: Path) -> None:
    make().save(tmp_path)
    opened = Shard.load(tmp_path, GROUPS)
    assert_finds_what_numpy_finds(opened)
    np.testing.assert_array_equal(opened.keys, KEYS)


def test_an_opened_shard_can_be_saved_elsewhere(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    at_hand().save(tmp_path / "a")
    Shard.load(tmp_path / "a", GROUPS).save(tmp_path / "b")
    shutil.rmtree(tmp_path / "a")
    assert_finds_what_numpy_finds(Shard.load(tmp_path / "b", GROUPS))


def test_progress_counts_the_passages_of_all_groups() -> None:
    progress: list[tuple[int, int]] = []
    built(progress)
    assert {total for _, total in progress} == {SIZE}
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    assert progress[-1] == (SIZE, SIZE)


def test_an_empty_shard(tmp_path: Path) -> None:
    nothing = np.empty(0, np.int64)
    empty = Shard.of(nothing, np.empty(0, np.int8), unit_rows(0, 1), [], GROUPS)
    empty.save(tmp_path)
    for shard in (empty, Shard.load(tmp_path, GROUPS)):
        similarities, keys = shard.nearest(unit_rows(2, 1), 5, 1)
        assert (len(shard), similarities.shape, keys.shape) == (0, (2, 0), (2, 0))
        assert shard.wordings(PIECES[0]) == []
        assert shard.has(KEYS).tolist() == [False] * SIZE


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([5, 7, 183], [True, True, True]),
        ([4, 6, 185, -5, 0], [False] * 5),
        ([183, 5, 6, 5], [True, True, False, True]),
        ([], []),
    ],
)
def test_which_keys_are_here(asked: list[int], expected: list[bool], tmp_path: Path) -> None:
    at_hand().save(tmp_path)
    for shard in (at_hand(), Shard.load(tmp_path, GROUPS)):
        assert shard.has(np.array(asked, dtype=np.int64)).tolist() == expected


def test_what_is_built_from_too_few_vectors_is_refused() -> None:
    contents = Contents(
        KEYS, MEMBERS, DIM, lambda group: iter([VECTORS[group == MEMBERS][1:]]), lambda: iter(SKELETONS)
    )
    with pytest.raises(ValueError, match="vectors"):
        Shard.build(contents, GROUPS)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    at_hand().save(tmp_path)
    return tmp_path


def files_of_a_shard() -> list[str]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        at_hand().save(Path(folder))
        return sorted(str(f.relative_to(folder)) for f in Path(folder).rglob("*") if f.is_file())


@pytest.mark.parametrize("name", files_of_a_shard())
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "garbage"])
def test_a_damaged_file_is_refused(saved: Path, name: str, damage: str) -> None:
    file = saved / name
    whole = file.read_bytes()
    match damage:
        case "missing":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(whole[: len(whole) - 1])
        case "garbage":
            file.write_bytes(b"\x93garbage" * 40)
    with pytest.raises(ValueError):
        Shard.load(saved, GROUPS)


def test_parts_of_two_shards_are_refused(saved: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    Shard.of(KEYS[1:], MEMBERS[1:], VECTORS[1:], SKELETONS[1:], GROUPS).save(other)
    (other / "keys.npy").replace(saved / "keys.npy")
    with pytest.raises(ValueError, match="not of one index"):
        Shard.load(saved, GROUPS)


def test_another_number_of_groups_is_refused(saved: Path) -> None:
    with pytest.raises(ValueError):
        Shard.load(saved, GROUPS + 1)
    with pytest.raises(ValueError, match="not of one index"):
        Shard.load(saved, GROUPS - 1)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nirgends"):
        Shard.load(tmp_path / "nirgends", GROUPS)
