"""The user's files: what is added is there, whatever is killed or runs beside it, and damage is named."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.corpus.store import Store
from contentcheck.engine.documents import Brand, CorpusItem, Product
from contentcheck.engine.errors import InputError, StateError, UnknownBrand

BATCH = 10
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ITEM = st.builds(
    CorpusItem, id=TEXT, text=TEXT, title=TEXT, genre=TEXT, source=TEXT, licence=TEXT, tags=st.tuples(TEXT)
)
FIRST, SECOND = (
    CorpusItem("a", "余生很长", "标题", "soup", "来源", "CC0", ("x", "y")),
    CorpusItem("b", "相信时间"),
)
CREAM = Product("p1", "面霜", "含神经酰胺", ("保湿", "修护"))
SERUM = Product("p2", "精华", "含烟酰胺")
ADD_FOR_EVER = """
import sys
from itertools import count
from pathlib import Path
from contentcheck.corpus.store import Store
from contentcheck.engine.documents import CorpusItem
home, who, rounds, batch = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
for n in range(rounds) if rounds else count():
    Store(home).add_items([CorpusItem(f"{who}-{n}-{k}", "余生很长" * 200) for k in range(batch)])
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home")


def adding(home: Path, who: str, rounds: int = 0) -> subprocess.Popen[bytes]:
    """A process that adds `rounds` batches, or batches without end."""
    return subprocess.Popen([sys.executable, "-c", ADD_FOR_EVER, str(home), who, str(rounds), str(BATCH)])


def test_nothing_yet(store: Store) -> None:
    assert store.items() == []
    assert store.brands() == {}
    assert not store.home.exists()


def test_items_come_back_in_the_order_they_were_added(store: Store) -> None:
    store.add_items([FIRST])
    store.add_items(iter([SECOND, CorpusItem("c", "c")]))
    assert Store(store.home).items() == [FIRST, SECOND, CorpusItem("c", "c")]


@settings(max_examples=40, deadline=None)
@given(batches=st.lists(st.lists(ITEM, max_size=4), max_size=3))
def test_any_item_comes_back_as_it_was(batches: list[list[CorpusItem]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        for batch in batches:
            Store(Path(home)).add_items(batch)
        assert Store(Path(home)).items() == [item for batch in batches for item in batch]


def test_duplicates_are_kept(store: Store) -> None:
    store.add_items([FIRST, FIRST])
    store.add_items([FIRST])
    assert store.items() == [FIRST] * 3


def test_removing_takes_every_item_with_the_id(store: Store) -> None:
    store.add_items([FIRST, SECOND, FIRST])
    assert store.remove_items({"a"}) == 2
    assert store.items() == [SECOND]


def test_an_unknown_id_removes_nothing(store: Store) -> None:
    store.add_items([FIRST, SECOND])
    with pytest.raises(InputError) as error:
        store.remove_items({"a", "z", "y"})
    assert str(error.value) == "自建库中没有编号为“y、z”的内容；可用 contentcheck corpus list 查看"
    assert store.items() == [FIRST, SECOND]


def test_a_source_that_fails_adds_nothing(store: Store) -> None:
    def items():
        yield SECOND
        raise ZeroDivisionError

    store.add_items([FIRST])
    with pytest.raises(ZeroDivisionError):
        store.add_items(items())
    store.add_items([SECOND])
    assert store.items() == [FIRST, SECOND]


def test_brands_are_merged_by_product(store: Store) -> None:
    store.add_brands([Brand("花间", (CREAM, SERUM)), Brand("山野", (SERUM,))])
    better = Product("p1", "新面霜", "更好")
    store.add_brands([Brand("花间", (better, Product("p3", "水", "水")))])
    expected = Brand("花间", (better, SERUM, Product("p3", "水", "水")))
    assert store.brands() == {"花间": expected, "山野": Brand("山野", (SERUM,))}
    assert store.brand("花间") == expected


def test_a_brand_is_removed(store: Store) -> None:
    store.add_brands([Brand("花间", (CREAM,)), Brand("山野", (SERUM,))])
    store.remove_brand("花间")
    assert store.brands() == {"山野": Brand("山野", (SERUM,))}


@pytest.mark.parametrize("use", [Store.brand, Store.remove_brand])
@pytest.mark.parametrize(("names", "known"), [((), "（还没有品牌）"), (("花间", "山野"), "花间、山野")])
def test_an_unknown_brand_names_those_there_are(
    store: Store, use: Callable[[Store, str], object], names: tuple[str, ...], known: str
) -> None:
    store.add_brands([Brand(name, (CREAM,)) for name in names])
    with pytest.raises(UnknownBrand) as error:
        use(store, "海上")
    wanted = f"没有名为“海上”的品牌；现有品牌：{known}。请先导入：contentcheck brand import 文件"
    assert str(error.value) == wanted
    assert list(store.brands()) == list(names)


def test_a_killed_writer_leaves_whole_batches(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for attempt in range(4):
        process = adding(home, str(attempt))
        try:
            end = time.monotonic() + 20
            while not any(item.id.startswith(f"{attempt}-") for item in Store(home).items()):
                assert time.monotonic() < end
                time.sleep(0.01)
            time.sleep(0.05 * attempt)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        ids = [item.id for item in Store(home).items() if item.id.startswith(f"{attempt}-")]
        assert ids == [f"{attempt}-{n}-{k}" for n in range(len(ids) // BATCH) for k in range(BATCH)]
    store = Store(home)
    before = store.items()
    store.add_items([FIRST])  # the dead process's lock does not hold anybody up
    assert store.items() == [*before, FIRST]


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    home, rounds = tmp_path / "home", 30
    processes = [adding(home, who, rounds) for who in ("left", "right")]
    assert [process.wait(60) for process in processes] == [0, 0]
    ids = [item.id for item in Store(home).items()]
    assert len(ids) == 2 * rounds * BATCH
    for who in ("left", "right"):
        expected = [f"{who}-{n}-{k}" for n in range(rounds) for k in range(BATCH)]
        assert [i for i in ids if i.startswith(who)] == expected


BAD_LINES = ['{"id": "x", "te', "不是 JSON", "[]", "null", '"text"', "{}", '{"id": "x"}']


@pytest.mark.parametrize("line", [*BAD_LINES, '{"id": "x", "text": "y", "tags": [], "unknown": 1}'])
def test_a_corrupt_item_is_named_with_file_and_line(store: Store, line: str) -> None:
    store.add_items([FIRST, SECOND])
    file = store.home / "items.jsonl"
    good = file.read_text("utf-8")
    file.write_text(good + line + "\n", "utf-8")
    damaged = file.read_bytes()
    for use in (store.items, lambda: store.add_items([FIRST]), lambda: store.remove_items({"a"})):
        with pytest.raises(StateError) as error:
            use()
        assert str(error.value).startswith(f"{file} 第 3 行已损坏（")
        assert str(error.value).endswith("）；请从备份恢复该文件")
    assert file.read_bytes() == damaged


@pytest.mark.parametrize("line", [*BAD_LINES, '{"brand": "b", "product_id": "p", "name": "n", "text": "t"}'])
def test_a_corrupt_product_is_named_with_file_and_line(store: Store, line: str) -> None:
    store.add_brands([Brand("花间", (CREAM,))])
    file = store.home / "brands.jsonl"
    file.write_text(line + "\n" + file.read_text("utf-8"), "utf-8")
    with pytest.raises(StateError) as error:
        store.brands()
    assert str(error.value).startswith(f"{file} 第 1 行已损坏（")


def test_a_file_that_is_no_utf8_is_named(store: Store) -> None:
    store.add_items([FIRST])
    (store.home / "items.jsonl").write_bytes("余生".encode("gb18030"))
    with pytest.raises(StateError, match=r"无法读取 .*items\.jsonl"):
        store.items()


def write_into(home: Path) -> None:
    Store(home).add_items([FIRST])


def write_brand_into(home: Path) -> None:
    Store(home).add_brands([Brand("花间", (CREAM,))])


@pytest.mark.parametrize("write", [write_into, write_brand_into])
def test_a_file_in_place_of_the_home_is_a_state_error(tmp_path: Path, write: Callable[[Path], None]) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    with pytest.raises(StateError) as error:
        write(home)
    assert str(error.value).startswith(f"无法写入 {home}：")
    assert str(error.value).endswith("；请检查磁盘空间和权限，或设置 CONTENTCHECK_HOME")
    assert home.read_text() == "a file"


def test_a_lock_that_cannot_be_opened_is_a_state_error(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(StateError, match="无法写入"):
        write_into(tmp_path)


def test_a_file_that_cannot_be_replaced_is_a_state_error(tmp_path: Path) -> None:
    (tmp_path / "brands.jsonl").mkdir()
    with pytest.raises(StateError):
        write_brand_into(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_home_is_a_state_error(tmp_path: Path) -> None:
    write_into(tmp_path)
    tmp_path.chmod(0o500)
    try:
        assert Store(tmp_path).items() == [FIRST]
        with pytest.raises(StateError, match="无法写入"):
            write_into(tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_the_file_is_plain_jsonl(store: Store) -> None:
    store.add_items([FIRST])
    line = (store.home / "items.jsonl").read_text("utf-8")
    assert line.endswith("\n")
    assert "余生很长" in line
    assert json.loads(line) == {
        "id": "a",
        "text": "余生很长",
        "title": "标题",
        "genre": "soup",
        "source": "来源",
        "licence": "CC0",
        "tags": ["x", "y"],
    }
