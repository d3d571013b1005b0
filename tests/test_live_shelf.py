"""A shelf kept up with the store finds exactly what is live in it, whoever changed it, and however often."""

import logging
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.corpus.live import shelf as live_shelf
from contentcheck.corpus.live.saved_index import SavedIndex
from contentcheck.corpus.live.shelf import ALL_TOGETHER, Grouping, LiveShelf
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.backup import backup, restore
from contentcheck.corpus.store.contents import ShelfContents, Since
from contentcheck.corpus.store.shelf import Shelf
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import StateError
from contentcheck.engine.reference import NEIGHBOURS
from contentcheck.engine.shard import Shard
from tests.brute_force import BruteForce, add, by_genre, sentences
from tests.servers import KINDS, Place, new_place

POOL = sentences(16, 1)
GENRES = ["soup", "gossip", "news"]
GROUPING = Grouping(by_genre("soup", "gossip"), 3, "by genre")
NUMBERS = count(1000)
DRAFTS = ["".join(s.rstrip("。") for s in POOL[i : i + 5]) for i in range(0, 15, 4)]


@pytest.fixture(scope="module")
def truth(toy: Encoder) -> BruteForce:
    return BruteForce(toy, GROUPING, [*POOL[:3], "另一句话"], background(toy), NEIGHBOURS)


def background(toy: Encoder) -> np.ndarray:
    return toy.encode(sentences(7, 2))


@pytest.fixture(scope="module", params=KINDS)
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    """Two processes' stores of one database."""
    place = new_place(request.param, tmp_path_factory.mktemp("home"))
    both = [place.store(), place.store()]
    yield both
    for store in both:
        store.database.close()


class Side:
    """One process's view of a shelf: its own store, its own LiveShelf."""

    def __init__(self, store: Store, toy: Encoder, number: int = 0):
        self.store = store
        self.shelf = Shelf(self.store.database, number)
        self._toy = toy
        self.start()

    def start(self) -> None:
        """Begin anew, with what is saved."""
        vectors = StoredVectors(self.store.database, self._toy)
        self.live = LiveShelf(self.store, self.shelf, vectors, GROUPING, background(self._toy))

    def assert_right(self, truth: BruteForce) -> None:
        truth.assert_right(self.live.current(), self.store, self.shelf, DRAFTS)

    def close(self) -> None:
        self.store.database.close()


@pytest.fixture
def home(tmp_path: Path) -> Place:
    return new_place("sqlite", tmp_path)


@pytest.fixture
def side(home: Place, toy: Encoder) -> Iterator[Side]:
    with closing(Side(home.store(), toy)) as made:
        yield made


def item(key: str, *which: int, title: int | None = None, genre: str = "soup", published: str = "") -> CorpusItem:
    """A text of these sentences of the pool."""
    text = "".join(POOL[i] for i in which)
    return CorpusItem(key, text, "" if title is None else POOL[title].rstrip("。"), genre, published=published)


def some(first: int, last: int) -> list[CorpusItem]:
    """Items of two sentences each, in three genres, every third with a title."""
    return [
        item(f"n{i}", i % 16, (i * 5 + 3) % 16, title=i % 7 if i % 3 == 0 else None, genre=GENRES[i % 3])
        for i in range(first, last)
    ]


# Whatever happens to the store

DAYS = ["", "2020-01-01", "2024-06-30", "2030-12-31"]
ITEMS = st.builds(
    lambda key, which, title, genre, day: item(key, *which, title=title, genre=genre, published=day),
    st.sampled_from("abcd"),
    st.lists(st.integers(0, 15), min_size=1, max_size=4),
    st.none() | st.integers(0, 3),
    st.sampled_from(GENRES),
    st.sampled_from(DAYS),
)
STEPS = st.one_of(
    st.tuples(st.just("add"), st.lists(ITEMS, min_size=1, max_size=4, unique_by=lambda i: i.id)),
    st.tuples(st.sampled_from(["remove", "undo", "remove and undo"]), st.lists(st.sampled_from("abcd"), max_size=6)),
    st.tuples(st.just("expire"), st.sampled_from([date(2022, 1, 1), date(2027, 1, 1)])),
    st.tuples(st.sampled_from(["build", "start"]), st.integers(0, 1)),
    st.just(("elsewhere", None)),
)


def take(step: str, value, sides: list[Side], ever: set[str]) -> None:
    shelf = sides[0].shelf
    live = {i.id for i in shelf.items()}
    match step:
        case "add":
            add(shelf, *value)
            ever |= {i.id for i in value}
        case "remove":
            shelf.remove(live & set(value))
        case "undo":
            shelf.undo((ever - live) & set(value) or ever - live)
        case "remove and undo":
            shelf.remove(live & set(value))
            shelf.undo(live & set(value))
        case "expire":
            shelf.expire(value)
        case "build":
            sides[value].live.build()
        case "start":
            sides[value].start()
        case "elsewhere":
            add(Shelf(sides[0].store.database, next(NUMBERS)), item("a", 1))


LOOKS = st.sampled_from([(), (0,), (1,), (0, 1)])


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(st.tuples(STEPS, LOOKS), min_size=1, max_size=10))
def test_whatever_happens_two_processes_find_what_is_live(
    stores: list[Store], toy: Encoder, truth: BruteForce, steps: list
) -> None:
    number = next(NUMBERS)
    sides = [Side(store, toy, number) for store in stores]
    ever: set[str] = set()
    for (step, value), looks in [*steps, (("elsewhere", None), (0, 1))]:
        take(step, value, sides, ever)
        for side in (sides[i] for i in looks):
            side.assert_right(truth)
            assert side.live.current() is side.live.current()


def test_the_same_moment_as_long_as_the_shelf_does_not_change(side: Side) -> None:
    add(side.shelf, *some(0, 3))
    moment = side.live.current()
    add(Shelf(side.store.database, 7), item("elsewhere", 1))
    add(side.shelf, *some(0, 3))
    assert side.live.current() is moment
    side.shelf.remove(["n1"])
    assert side.live.current() is not moment


def test_a_moment_stays_as_it_was(side: Side, truth: BruteForce) -> None:
    add(side.shelf, *some(0, 8))
    before, live = side.live.current(), truth.passages(side.store, side.shelf)
    table = before.nearest.keys.copy()
    side.shelf.remove(["n0", "n1"])
    add(side.shelf, *some(8, 11), item("n2", 9))
    side.assert_right(truth)
    side.live.build()
    side.assert_right(truth)
    hidden = [k for k, p in live.known.items() if p.item_id in ("n0", "n1", "n2")]
    assert np.isin(hidden, live.keys).all()
    np.testing.assert_array_equal(before.nearest.keys, table)
    for group in range(3):
        _, keys = before.collection.nearest(toy_query(side), len(live.keys), group)
        assert set(keys[keys != 0].tolist()) == set(live.keys[live.groups == group].tolist())


def test_passages_of_an_item_have_keys_in_a_row_in_the_order_of_its_text(side: Side, truth: BruteForce) -> None:
    add(side.shelf, item("a", 0, 1, 2, title=3), item("b", 4, 5))
    add(side.shelf, item("b", 6, 7, 8))
    add(side.shelf, item("c", 9), item("a", 10, 11, title=3))
    side.shelf.remove(["b"])
    side.shelf.undo(["b"])
    known = truth.passages(side.store, side.shelf).known
    for item_id, many in (("a", 3), ("b", 3), ("c", 1)):
        keys = sorted(k for k, p in known.items() if p.item_id == item_id)
        assert keys == list(range(keys[0], keys[0] + many))
        places = [(known[k].start, known[k].end) for k in keys]
        assert places == sorted(places)


def toy_query(side: Side) -> np.ndarray:
    return StoredVectors(side.store.database, side._toy).encode([POOL[4]])


@pytest.mark.parametrize("is_saved", [False, True])
def test_what_went_and_came_back_unseen_is_counted_once(side: Side, truth: BruteForce, is_saved: bool) -> None:
    add(side.shelf, *some(0, 6))
    if is_saved:
        side.live.build()
    side.assert_right(truth)
    side.shelf.remove(["n1", "n3"])
    side.shelf.undo(["n1", "n3"])
    side.assert_right(truth)


def test_what_goes_and_comes_back_while_an_index_is_built_keeps_its_own_wording(
    side: Side, truth: BruteForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(side.shelf, *some(0, 6))
    side.assert_right(truth)
    whole = Shard.build

    def meanwhile(*arguments) -> Shard:
        side.shelf.remove(["n1"])
        side.shelf.undo(["n1"])
        return whole(*arguments)

    monkeypatch.setattr(Shard, "build", meanwhile)
    side.live.build()
    side.assert_right(truth)


def test_what_goes_while_an_index_is_begun_needs_no_vector(
    side: Side, truth: BruteForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has been encoded yet, as when another model is switched to."""
    add(side.shelf, *some(0, 6))
    whole = ShelfContents.encode_missing

    def meanwhile(contents: ShelfContents, *which: object) -> None:
        side.shelf.remove(["n2", "n5"])
        whole(contents, *which)

    monkeypatch.setattr(ShelfContents, "encode_missing", meanwhile)
    side.live.build()
    side.assert_right(truth)


@pytest.mark.parametrize("is_saved", [False, True])
def test_what_is_brought_back_is_found_again(side: Side, truth: BruteForce, is_saved: bool) -> None:
    add(side.shelf, *some(0, 6))
    if is_saved:
        side.live.build()
    side.assert_right(truth)
    side.shelf.remove(["n1", "n3", "n4"])
    side.assert_right(truth)
    side.shelf.undo(["n1", "n4"])
    add(side.shelf, item("new", 7, 12))
    side.assert_right(truth)


# Other processes

ADD = """
import sys
from pathlib import Path
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.pieces import prepare
from contentcheck.corpus.store.vectors import text_digest
from contentcheck.engine.documents import CorpusItem
store = Store(Path(sys.argv[1]), sys.argv[2] or None)
pieces = prepare([CorpusItem("theirs", sys.argv[3], genre="gossip")], lambda texts: [text_digest(t) for t in texts])
store.library.add(pieces)
store.library.remove(sys.argv[4:])
"""


@pytest.mark.parametrize("kind", KINDS)
def test_what_another_process_adds_and_removes_is_in_the_next_answer(
    kind: str, tmp_path: Path, toy: Encoder, truth: BruteForce
) -> None:
    here = new_place(kind, tmp_path)
    with closing(Side(here.store(), toy)) as side:
        add(side.shelf, *some(0, 5))
        side.live.build()
        side.assert_right(truth)
        subprocess.run([sys.executable, "-c", ADD, *here.arguments, POOL[9] + POOL[3], "n1", "n4"], check=True)
        side.assert_right(truth)
        found = side.live.current().collection.wordings(POOL[9].rstrip("。"))
        known = side.live.current().collection.passages(np.concatenate([keys for _, keys in found]))
        assert {p.item_id for p in known.values()} == {"theirs"}


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_restored_backup_is_noticed(side: Side, home: Place, truth: BruteForce, toy: Encoder, is_saved: bool) -> None:
    add(side.shelf, *some(0, 6))
    side.assert_right(truth)
    backup(side.store.database, home.home / "then.backup")
    side.shelf.remove(["n0"])
    add(side.shelf, *some(20, 24), item("n2", 8, 9))
    if is_saved:
        side.live.build()
    side.assert_right(truth)
    with closing(home.store().database) as another:
        restore(another, home.home / "then.backup")
    side.assert_right(truth)
    assert {i.id for i in side.shelf.items()} == {f"n{i}" for i in range(6)}
    add(side.shelf, *some(30, 33))
    side.assert_right(truth)
    assert side.live.saved_passages == 0
    side.live.build()
    side.assert_right(truth)
    assert side.live.saved_passages == len(truth.passages(side.store, side.shelf).keys)
    with closing(Side(home.store(), toy)) as later:
        later.assert_right(truth)


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("goes_on", [True, False])
def test_an_older_database_put_in_place_by_hand_is_noticed(
    side: Side, home: Place, truth: BruteForce, is_open: bool, goes_on: bool
) -> None:
    file = home.home / "contentcheck.db"
    add(side.shelf, *some(0, 6))
    side.assert_right(truth)
    side.close()  # so that everything is in the one file
    shutil.copy(file, home.home / "old")
    side.shelf.remove(["n0", "n5"])
    add(side.shelf, *some(10, 14))
    side.live.build()
    side.assert_right(truth)
    side.close()
    (home.home / "old").replace(file)
    if goes_on:  # the same number of changes as before, and of passages, but others
        side.shelf.remove(["n1", "n2"])
        add(side.shelf, *some(40, 44))
    if not is_open:
        side.start()
    side.assert_right(truth)
    assert side.live.saved_passages == 0


@pytest.mark.parametrize("others", [0, 1])
def test_a_restored_backup_may_know_the_model_by_another_number_or_not_at_all(
    side: Side, home: Place, tmp_path: Path, toy: Encoder, truth: BruteForce, others: int
) -> None:
    with closing(Store(tmp_path / "elsewhere").database) as elsewhere:
        add(Shelf(elsewhere), *some(0, 6))
        for number in range(others):
            StoredVectors(elsewhere, Renamed(toy, f"other-{number}")).encode([POOL[0], POOL[3]])
        backup(elsewhere, tmp_path / "theirs.backup")
    add(side.shelf, *some(30, 33))
    side.assert_right(truth)
    restore(side.store.database, tmp_path / "theirs.backup")
    side.assert_right(truth)
    side.live.build()
    side.assert_right(truth)


class Renamed:
    """An encoder under another name, that makes other vectors."""

    def __init__(self, encoder: Encoder, name: str):
        self._encoder = encoder
        self.name, self.revision, self.dim = name, encoder.revision, encoder.dim

    def encode(self, texts: list[str]) -> np.ndarray:
        return self._encoder.encode([t[::-1] for t in texts])


class Failing:
    """An encoder that can be made to fail."""

    def __init__(self, encoder: Encoder):
        self._encoder = encoder
        self.name, self.revision, self.dim = encoder.name, encoder.revision, encoder.dim
        self.fails = False

    def encode(self, texts: list[str]) -> np.ndarray:
        if self.fails:
            raise StateError("模型坏了")
        return self._encoder.encode(texts)


def test_a_store_restored_while_it_is_read_is_read_again(
    side: Side, home: Place, truth: BruteForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(side.shelf, *some(0, 6))
    side.assert_right(truth)
    backup(side.store.database, home.home / "then.backup")
    add(side.shelf, *some(6, 9))
    side.shelf.remove(["n1"])
    side.assert_right(truth)
    side.shelf.remove(["n2"])
    whole = ShelfContents.since

    def after_a_restore(contents: ShelfContents, seq: int) -> Since:
        monkeypatch.setattr(ShelfContents, "since", whole)
        with closing(home.store().database) as another:
            restore(another, home.home / "then.backup")
        return whole(contents, seq)

    monkeypatch.setattr(ShelfContents, "since", after_a_restore)
    side.assert_right(truth)


@pytest.mark.parametrize("is_saved", [False, True])
def test_after_a_failure_the_next_answer_is_right(
    home: Place, toy: Encoder, truth: BruteForce, is_saved: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Failing(toy)
    with closing(Side(home.store(), encoder)) as side, closing(Side(home.store(), toy)) as other:
        add(side.shelf, *some(0, 3))
        side.live.build()
        add(side.shelf, *some(3, 6))
        side.assert_right(truth)
        if is_saved:  # then the shelf is opened anew, else what came is added to what is there
            whole = Shard.build

            def meanwhile(*arguments) -> Shard:
                add(side.shelf, item("late", 13))
                side.assert_right(truth)
                return whole(*arguments)

            with monkeypatch.context() as patch:
                patch.setattr(Shard, "build", meanwhile)
                other.live.build()
        add(side.shelf, item("new", 11), item("n1", 12))
        side.shelf.remove(["n4"])
        encoder.fails = True
        with pytest.raises(StateError, match="模型坏了"):
            side.live.current()
        encoder.fails = False
        side.assert_right(truth)


# Saved indexes come and go


def index_folder(side: Side) -> Path:
    return side.live.place().folder


def test_two_builds_at_once_one_builds_and_the_other_goes_on(
    side: Side, home: Place, toy: Encoder, truth: BruteForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(side.shelf, *some(0, 6))
    begun, finish = threading.Event(), threading.Event()
    whole = Shard.build

    def slowly(*arguments) -> Shard:
        begun.set()
        assert finish.wait(10)
        return whole(*arguments)

    monkeypatch.setattr(Shard, "build", slowly)
    builder = threading.Thread(target=side.live.build)
    builder.start()
    assert begun.wait(10)
    with closing(Side(home.store(), toy)) as other:
        other.live.build()
        assert not (index_folder(side) / "current").exists()
        other.assert_right(truth)
        assert other.live.saved_passages == 0
        finish.set()
        builder.join()
        side.assert_right(truth)
        assert side.live.saved_passages == len(truth.passages(side.store, side.shelf).keys)
        add(side.shelf, *some(6, 8))
        other.assert_right(truth)
        assert other.live.saved_passages == side.live.saved_passages


def test_an_index_that_was_replaced_goes_on_answering_where_it_is_open(
    side: Side, home: Place, toy: Encoder, truth: BruteForce
) -> None:
    add(side.shelf, *some(0, 6))
    side.live.build()
    side.assert_right(truth)
    old = next(folder for folder in index_folder(side).iterdir() if folder.is_dir())
    with closing(Side(home.store(), toy)) as other:
        other.live.build()
    assert not old.exists()
    side.assert_right(truth)  # nothing has changed: the old one answers
    add(side.shelf, *some(6, 9))
    side.assert_right(truth)
    shutil.rmtree(index_folder(side))
    side.assert_right(truth)
    side.shelf.remove(["n2"])
    side.assert_right(truth)


def test_without_its_index_folder_a_shelf_is_read_from_the_store(side: Side, truth: BruteForce) -> None:
    add(side.shelf, *some(0, 6))
    side.live.build()
    shutil.rmtree(index_folder(side))
    side.start()
    side.assert_right(truth)
    assert side.live.saved_passages == 0


def test_passages_are_grouped_anew_where_the_grouping_has_another_name(side: Side, toy: Encoder) -> None:
    add(side.shelf, *some(0, 6))
    side.live.build()
    vectors = StoredVectors(side.store.database, toy)
    together = LiveShelf(side.store, side.shelf, vectors, ALL_TOGETHER)
    truth = BruteForce(toy, ALL_TOGETHER, [POOL[2]], np.empty((0, toy.dim), np.float32), NEIGHBOURS)
    truth.assert_right(together.current(), side.store, side.shelf, DRAFTS)
    assert together.saved_passages == 0
    together.build()
    truth.assert_right(together.current(), side.store, side.shelf, DRAFTS)
    assert together.saved_passages == len(truth.passages(side.store, side.shelf).keys)


def test_building_tells_its_progress(side: Side, truth: BruteForce) -> None:
    add(side.shelf, *some(0, 6))
    total = len(truth.passages(side.store, side.shelf).keys)
    told: list[tuple[int, int]] = []
    side.live.build(lambda done, of: told.append((done, of)))
    assert told[-1] == (total, total)
    assert told == sorted(told)


# Keeping up in the background


@pytest.fixture
def few_fresh(monkeypatch: pytest.MonkeyPatch) -> int:
    """A shelf is large already when this many passages are on it."""
    monkeypatch.setattr(live_shelf, "_FRESH", 12)
    return 12


def builders() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "contentcheck-index"]


def wait_for_the_builder() -> None:
    for builder in builders():
        builder.join(20)
        assert not builder.is_alive()


def test_an_index_is_due_when_more_than_a_few_passages_and_a_tenth_have_changed(side: Side, few_fresh: int) -> None:
    assert not side.live.is_due()
    add(side.shelf, *(item(str(i), i, i + 1) for i in range(6)))
    side.live.current()
    assert (side.live.is_due(), builders()) == (False, [])  # twelve passages
    add(side.shelf, item("6", 9))
    side.live.current()
    wait_for_the_builder()
    side.live.current()
    assert (side.live.is_due(), side.live.saved_passages) == (False, 13)
    add(side.shelf, *(item(f"m{i}", *range(8)) for i in range(20)))
    side.live.build()
    side.live.current()
    assert side.live.saved_passages == 173
    add(side.shelf, *(item(f"x{i}", i % 16) for i in range(17)))  # a tenth of 173
    side.live.current()
    assert (side.live.is_due(), builders()) == (False, [])
    add(side.shelf, item("x17", 1))
    side.live.current()
    wait_for_the_builder()
    side.live.current()
    assert side.live.saved_passages == 191


def test_what_was_removed_makes_an_index_due_as_well(side: Side, few_fresh: int, truth: BruteForce) -> None:
    add(side.shelf, *(item(str(i), i, i + 1) for i in range(14)))
    side.live.build()
    side.live.current()
    side.shelf.remove([str(i) for i in range(6)])
    side.assert_right(truth)
    assert (side.live.is_due(), builders()) == (False, [])  # twelve are gone
    side.shelf.remove(["6"])
    side.live.current()
    wait_for_the_builder()
    side.assert_right(truth)
    assert (side.live.saved_passages, side.live.current().collection.hidden.tolist()) == (14, [])


def test_answers_are_right_before_while_and_after_an_index_is_built_in_the_background(
    side: Side, few_fresh: int, truth: BruteForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(side.shelf, *some(0, 4))
    side.assert_right(truth)
    begun, finish = threading.Event(), threading.Event()
    whole = Shard.build

    def slowly(*arguments) -> Shard:
        begun.set()
        assert finish.wait(10)
        return whole(*arguments)

    monkeypatch.setattr(Shard, "build", slowly)
    add(side.shelf, *some(4, 12))
    side.assert_right(truth)
    assert begun.wait(10)
    add(side.shelf, *some(12, 16))
    side.assert_right(truth)
    side.shelf.remove(["n3", "n13"])
    side.assert_right(truth)
    assert side.live.saved_passages == 0
    finish.set()
    wait_for_the_builder()
    side.assert_right(truth)
    assert side.live.saved_passages > 12
    side.shelf.undo(["n3"])
    side.assert_right(truth)


def test_a_background_build_that_fails_is_logged_and_done_later(
    side: Side,
    few_fresh: int,
    truth: BruteForce,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_space(*arguments) -> None:
        raise StateError("无法写入 /那里：磁盘已满")

    side.live.current()
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(SavedIndex, "save", no_space)
        add(side.shelf, *some(0, 10))
        side.assert_right(truth)
        wait_for_the_builder()
        side.assert_right(truth)
    messages = [r.getMessage() for r in caplog.records if r.name == "contentcheck.corpus.live.shelf"]
    assert messages == ["the index of shelf 0 could not be built: 无法写入 /那里：磁盘已满"]
    assert side.live.is_due()
    add(side.shelf, *some(10, 12))
    side.assert_right(truth)
    wait_for_the_builder()
    side.assert_right(truth)
    assert (side.live.is_due(), side.live.saved_passages > 12) == (False, True)


def test_threads_that_ask_while_the_shelf_changes_each_get_one_moment_of_it(
    side: Side, few_fresh: int, truth: BruteForce
) -> None:
    live = {side.shelf.state(): truth.passages(side.store, side.shelf)}
    seen: list = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            seen.append(side.live.current())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for step in range(12):
        add(side.shelf, *some(3 * step, 3 * step + 3))
        live[side.shelf.state()] = truth.passages(side.store, side.shelf)
        asked, deadline = len(seen), time.monotonic() + 30
        while len(seen) < asked + 5 and time.monotonic() < deadline:  # on a busy machine the others wait for a core
            time.sleep(0.005)
        if step % 3 == 2:
            side.shelf.remove([f"n{3 * step}", f"n{step}"])
            live[side.shelf.state()] = truth.passages(side.store, side.shelf)
    done.set()
    for thread in threads:
        thread.join()
    different = {id(m): m for m in seen}
    assert len({m.state for m in different.values()}) > 3
    for moment in different.values():
        for group in range(3):
            _, keys = moment.collection.nearest(background(side._toy)[:1], 200, group)
            then = live[moment.state]
            assert sorted(keys[keys != 0].tolist()) == then.keys[then.groups == group].tolist()
    wait_for_the_builder()
    side.assert_right(truth)
