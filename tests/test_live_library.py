"""The library of every check: the shipped pieces and the user's own as they are now, as if made from scratch."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck import app
from contentcheck.app import Settings, Workspace
from contentcheck.corpus.live import shelf as live_shelf
from contentcheck.corpus.live.library import LiveLibrary
from contentcheck.corpus.live.shelf import LiveShelf
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import CorpusItem, Draft, Edition
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.library import Library, groups_of, shipped_library
from contentcheck.engine.normalise import normalise
from contentcheck.engine.reference import Reference
from contentcheck.engine.report import Report
from tests.brute_force import add, sentences
from tests.in_memory import library_with
from tests.servers import KINDS, new_place

POOL = sentences(12, 9)
OWN = [
    CorpusItem("wisdom", "余生很长，愿你被时间温柔以待。人生的每一步都有意义。", "愿你归来", "soup"),
    CorpusItem("star", "知情人士称，某男星深夜离婚，粉丝心碎。", "", "gossip"),
    CorpusItem("rain", "市气象局昨日公布，未来三天有雨，气温下降四度。请市民减少外出。", "", "unheard_of"),
    CorpusItem("metro", "二号线延长段全长十二公里，下月试运行，通电后等待三分钟。", "试运行", "soup"),
    CorpusItem("chance", POOL[0] + POOL[1], POOL[2], "gossip"),
]
DRAFTS = [
    "人生没有白走的路，每一步都算数。",
    "市气象局昨日公布，未来三天有雨。",
    POOL[1],
    POOL[5],
    *(i.text for i in OWN),
]


@pytest.fixture
def live(tmp_path: Path, toy: Encoder, small_edition: Edition) -> Iterator["Both"]:
    with closing(Store(tmp_path).database) as database:
        yield Both(tmp_path, toy, small_edition)
        database.close()


class Both:
    """A live library, and the same made from scratch."""

    def __init__(self, home: Path, toy: Encoder, edition: Edition, url: str | None = None):
        self.store = Store(home, url)
        self.encoder = StoredVectors(self.store.database, toy)
        self.reference = Reference(edition, self.encoder)
        self.shipped = shipped_library(self.reference)
        contrasts = self.shipped.neighbourhood(self.encoder.encode([i.text for i in OWN])).contrast
        self.midpoint = float(np.median(contrasts))  # so that some pieces read like ordinary writing
        self.library = LiveLibrary(self.store, self.shipped, self.encoder, self.midpoint)

    def assert_equal_to_one_from_scratch(self) -> None:
        library = self.library.current()
        items = list(self.store.library.items())

        def grouping(genres: list[str], vectors):
            return groups_of(genres, vectors, self.shipped, self.midpoint)

        fresh = library_with(self.reference, items, self.encoder, grouping)
        queries = self.encoder.encode([normalise(t).text for t in DRAFTS])
        here, there = library.neighbourhood(queries), fresh.neighbourhood(queries)
        np.testing.assert_allclose(here.contrast, there.contrast, atol=2e-6)
        np.testing.assert_allclose(here.similarities, there.similarities, atol=2e-6)
        assert library.chance == pytest.approx(fresh.chance, abs=2e-6)
        assert library.drift == pytest.approx(fresh.drift, abs=2e-6)
        for draft in DRAFTS:
            assert wordings(library, draft) == wordings(fresh, draft)


def wordings(library: Library, draft: str) -> set[tuple[str, str]]:
    """Item and passage of everything whose wording is in a draft, ordinary pieces' own texts among them."""
    found = library.known.wordings(normalise(draft).text)
    known = library.known.passages(np.concatenate([np.empty(0, np.int64), *(keys for _, keys in found)]))
    return {(p.item_id, p.text) for p in known.values() if p.text in draft}


@pytest.mark.parametrize("kind", KINDS)
def test_the_library_equals_one_made_from_scratch(
    kind: str, tmp_path: Path, toy: Encoder, small_edition: Edition
) -> None:
    place = new_place(kind, tmp_path)
    both = Both(place.home, toy, small_edition, place.url)
    shelf = both.store.library
    with closing(both.store.database):
        both.assert_equal_to_one_from_scratch()
        add(shelf, *OWN[:3])
        both.assert_equal_to_one_from_scratch()
        both.library.shelf.build()
        both.assert_equal_to_one_from_scratch()
        add(shelf, *OWN[3:], CorpusItem("star", POOL[3], genre="soup"))
        both.assert_equal_to_one_from_scratch()
        shelf.remove(["wisdom", "chance"])
        both.assert_equal_to_one_from_scratch()
        shelf.undo(["wisdom"])
        both.assert_equal_to_one_from_scratch()
        shelf.remove([i.id for i in shelf.items()])
        both.assert_equal_to_one_from_scratch()


def test_without_pieces_of_ones_own_it_is_the_edition(live: Both) -> None:
    library = live.library.current()
    queries = live.encoder.encode(DRAFTS)
    np.testing.assert_array_equal(library.neighbourhood(queries).contrast, live.shipped.neighbourhood(queries).contrast)
    assert (library.version, library.drift) == ("test", 0.0)


def test_the_same_library_as_long_as_nothing_has_changed(live: Both) -> None:
    add(live.store.library, *OWN[:2])
    library = live.library.current()
    live.store.brands.add([])
    add(live.store.library, OWN[1])
    assert live.library.current() is library
    live.store.library.remove(["star"])
    assert live.library.current() is not library


def test_passages_of_both_are_told_apart(live: Both, small_edition: Edition) -> None:
    add(live.store.library, OWN[0])
    library = live.library.current()
    found = library.known.wordings(normalise(small_edition.items[0].text + OWN[0].text).text)
    known = library.known.passages(np.concatenate([keys for _, keys in found]))
    assert {p.item_id for p in known.values()} == {"soup-1", "wisdom"}
    assert {p.item_id for key, p in known.items() if key < 0} == {"soup-1"}


def test_the_version_says_how_many_pieces_there_are_and_which(live: Both) -> None:
    add(live.store.library, *OWN[:2])
    state = live.store.library.state()
    assert live.library.current().version == f"test+2.{state.digest.hex()[:12]}"


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(4)), size=st.integers(1, 4), detour=st.booleans())
def test_equal_contents_have_equal_versions_whatever_way_led_there(
    versions: tuple[Both, dict[str, str]], order: list[int], size: int, detour: bool
) -> None:
    live, known = versions
    shelf = live.store.library
    shelf.remove([i.id for i in shelf.items()])
    if detour:
        add(shelf, OWN[4], CorpusItem("rain", POOL[7]))
        shelf.remove(["chance"])
        live.library.current()
    for start in range(0, 4, size):
        add(shelf, *(OWN[i] for i in order[start : start + size]))
    assert live.library.current().version == known["all"]
    shelf.remove(["rain"])
    assert live.library.current().version == known["without rain"]
    add(shelf, CorpusItem("rain", OWN[2].text, "另一个标题", "unheard_of"))
    assert live.library.current().version not in known.values()


@pytest.fixture(scope="module")
def versions(
    tmp_path_factory: pytest.TempPathFactory, toy: Encoder, small_edition: Edition
) -> Iterator[tuple[Both, dict[str, str]]]:
    """A library to change, and the versions of another with known contents."""
    first = Both(tmp_path_factory.mktemp("first"), toy, small_edition)
    add(first.store.library, *OWN[:4])
    known = {"all": first.library.current().version}
    first.store.library.remove(["rain"])
    known["without rain"] = first.library.current().version
    assert len(set(known.values())) == 2
    other = Both(tmp_path_factory.mktemp("other"), toy, small_edition)
    yield other, known
    first.store.database.close()
    other.store.database.close()


def test_threads_never_get_a_library_older_than_what_was_there_when_they_asked(live: Both) -> None:
    wrong: list[tuple[int, str]] = []
    done = threading.Event()
    added = 0

    def ask() -> None:
        while not done.is_set():
            before = added
            version = live.library.current().version
            count = int(version.split("+")[1].split(".")[0]) if "+" in version else 0
            if count < before:
                wrong.append((before, version))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for i in range(25):
        add(live.store.library, CorpusItem(str(i), POOL[i % 12]))
        added = i + 1
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert live.library.current().version.startswith("test+25.")


# The whole program's: what other processes do is in the next check


IMPORT = """
import sys
from pathlib import Path
from contentcheck.corpus.intake import take_in
from contentcheck.corpus.reading.rows import read_rows
from contentcheck.corpus.records import item_from_row
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.models.registry import SentenceEncoder
store = Store(Path(sys.argv[1]))
vectors = StoredVectors(store.database, SentenceEncoder("toy"))
file = Path(sys.argv[2])
take_in(read_rows(file), str(file), store.library, vectors, item_from_row)
"""
REMOVE = """
import sys
from pathlib import Path
from contentcheck.corpus.store import Store
Store(Path(sys.argv[1])).library.remove(sys.argv[2:])
"""


@pytest.fixture
def workspace(tmp_path: Path, small_edition: Edition, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(app, "shipped_edition", lambda: small_edition)
    made = Workspace(Settings(home=tmp_path, model="toy"))
    yield made
    made.store.database.close()


def taken_from(report: Report) -> set[str]:
    return {m.item_id for p in report.passages for m in p.matches if m.kind.taken}


def elsewhere(program: str, *arguments: object) -> None:
    """Run it as another process does."""
    subprocess.run([sys.executable, "-c", program, *map(str, arguments)], check=True)


def test_what_another_process_imports_and_removes_is_in_the_next_check(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "theirs.jsonl"
    file.write_text(f'{{"id": "theirs", "text": "{POOL[4]}{POOL[5]}", "genre": "gossip"}}\n', "utf-8")
    draft = Draft("d", POOL[6] + POOL[5] + POOL[8])
    checker = workspace.checker()
    before = checker.check([draft])[0]
    assert taken_from(before) == set()
    elsewhere(IMPORT, tmp_path, file)
    after = checker.check([draft])[0]
    assert taken_from(after) == {"theirs"}
    assert after.homogeneity.copied == pytest.approx(len(POOL[5]) / len(draft.text), abs=0.03)
    assert (before.provenance.library_version, after.provenance.library_version[:7]) == ("test", "test+1.")
    assert checker.provenance.library_version == after.provenance.library_version
    elsewhere(REMOVE, tmp_path, "theirs")
    assert checker.check([draft])[0] == before


def test_a_start_builds_the_index_where_it_is_due_and_the_next_one_opens_it(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_shelf, "_FRESH", 6)
    add(workspace.store.library, *(CorpusItem(str(i), POOL[i]) for i in range(6)))
    told: list[tuple[int, int]] = []

    def start() -> tuple[LiveShelf, Checker]:
        told.clear()
        new = Workspace(Settings(home=tmp_path, model="toy"), lambda done, total: told.append((done, total)))
        return new.library.shelf, new.checker()

    shelf, _ = start()
    assert (shelf.saved_passages, shelf.place().name(), told) == (0, None, [])
    add(workspace.store.library, CorpusItem("one more", POOL[7]))
    shelf, _ = start()
    assert (shelf.saved_passages, told[-1]) == (7, (7, 7))
    built = shelf.place().name()
    shelf, checker = start()
    assert (shelf.saved_passages, shelf.place().name(), told) == (7, built, [])
    assert taken_from(checker.check([Draft("d", POOL[7])])[0]) == {"one more"}
