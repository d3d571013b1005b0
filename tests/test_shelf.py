"""Shelves on both databases: what goes in, out and back, what duplicates what, and what a search finds."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from contentcheck.corpus.store import schema
from contentcheck.corpus.store.change import State
from contentcheck.corpus.store.database import Database
from contentcheck.corpus.store.pieces import Fate, Outcome, Piece, prepare
from contentcheck.corpus.store.shelf import Shelf
from contentcheck.corpus.store.vectors import text_digest
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.errors import InputError
from tests.servers import KINDS, new_place

ROAD = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"
ALMOST = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来依旧是少年。"  # of ROAD: one word changed
STRETCHED = "朋友们，人生没有白走的路，每一步都算数。愿你历尽千帆，归来依旧是少年。"  # of ALMOST: two words put before
METRO = "市交通局昨日公布，二号线延长段将于下月试运行，全长十二公里。"
FILTER = "把滤芯放入水箱，拧紧盖子，通电后等待三分钟再取水。"
A, B, C = CorpusItem("a", ROAD, "余生", "soup"), CorpusItem("b", METRO, genre="news"), CorpusItem("c", FILTER)
FULL = CorpusItem("full", ROAD, "标题", "soup", "来源", "CC0", ("甲", "乙"), "2024-03-05")
NUMBERS = count(1000)


@pytest.fixture(scope="module", params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(new_place(request.param, tmp_path_factory.mktemp("home")).store().database) as opened:
        yield opened


@pytest.fixture
def shelf(database: Database) -> Shelf:
    """A shelf of its own for each test, in the database they share."""
    return Shelf(database, next(NUMBERS))


def pieces(*items: CorpusItem) -> list[Piece]:
    return prepare(list(items), lambda texts: [text_digest(t) for t in texts])


def add(shelf: Shelf, *items: CorpusItem, skip_duplicates: bool = False) -> list[Outcome]:
    return shelf.add(pieces(*items), skip_duplicates=skip_duplicates)


def fates(outcomes: list[Outcome]) -> list[str]:
    return [o.fate.value for o in outcomes]


def ids(shelf: Shelf, **which: object) -> list[str]:
    return [i.id for i in shelf.items(**which)]  # type: ignore[arg-type]


# Adding and replacing


def test_a_shelf_that_was_never_changed(shelf: Shelf) -> None:
    state = shelf.state()
    assert (state.seq, state.count, state.digest) == (0, 0, bytes(16))
    assert list(shelf.items()) == []
    assert shelf.genres() == {}
    assert shelf.get("a") is None


def test_an_item_comes_back_as_it_was_in_the_order_of_adding(shelf: Shelf) -> None:
    assert add(shelf, C, FULL) == [Outcome(Fate.ADDED), Outcome(Fate.ADDED)]
    assert add(shelf, B) == [Outcome(Fate.ADDED)]
    assert list(shelf.items()) == [C, FULL, B]
    assert shelf.get("full") == FULL


def test_odd_characters_come_back_as_they_were(shelf: Shelf) -> None:
    odd = CorpusItem("' \\ % _ \"", "𠮷𫠝\u200b\t“引号”\r\n'; --", "\U0001f600", "类\\别", tags=("", "a;b", '"'))
    add(shelf, odd)
    assert list(shelf.items()) == [odd]
    assert shelf.get(odd.id) == odd


def test_what_is_there_already_is_unchanged_and_no_change_is_recorded(shelf: Shelf) -> None:
    add(shelf, A, B)
    before = shelf.state()
    assert add(shelf, B, A) == [Outcome(Fate.UNCHANGED)] * 2
    assert add(shelf) == []
    assert shelf.state() == before


@pytest.mark.parametrize(
    "change",
    [
        {"text": METRO},
        {"title": "新"},
        {"genre": "gossip"},
        {"source": "新"},
        {"licence": "新"},
        {"tags": ("新",)},
        {"published": "2024-01-02"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_known_id_replaces_whatever_field_has_changed(shelf: Shelf, change: dict[str, str]) -> None:
    new = replace(A, **change)
    add(shelf, A, C)
    seq = shelf.state().seq
    assert fates(add(shelf, new, C)) == ["replaced", "unchanged"]
    assert list(shelf.items()) == [C, new]
    assert (shelf.state().seq, shelf.state().count) == (seq + 1, 2)


def test_the_same_id_on_another_shelf_is_another_item(database: Database, shelf: Shelf) -> None:
    other = Shelf(database, next(NUMBERS))
    add(shelf, A)
    assert add(other, replace(A, text=METRO)) == [Outcome(Fate.ADDED)]
    assert add(other, replace(B, id="b2")) == [Outcome(Fate.ADDED, "a", 1.0)]
    other.remove(["a"])
    assert list(shelf.items()) == [A]


def test_more_items_than_one_page_and_one_statement(shelf: Shelf) -> None:
    many = [CorpusItem(f"n{i}", f"第{i}条") for i in range(2100)]
    assert fates(add(shelf, *many)) == ["added"] * 2100
    assert list(shelf.items()) == many
    assert fates(add(shelf, *reversed(many))) == ["unchanged"] * 2100
    assert shelf.remove(i.id for i in many[:1100]) == 1100
    assert list(shelf.items()) == many[1100:]
    assert shelf.undo(i.id for i in many[:1100]) == 1100
    assert list(shelf.items()) == many


# Duplicates


def test_an_exact_duplicate_is_kept_and_told(shelf: Shelf) -> None:
    assert add(shelf, A) == [Outcome(Fate.ADDED)]
    same = CorpusItem("same", ROAD, "另一个标题", "other")
    assert add(shelf, B, same) == [Outcome(Fate.ADDED), Outcome(Fate.ADDED, "a", 1.0)]
    assert ids(shelf) == ["a", "b", "same"]
    assert list(shelf.items(duplicates=True)) == [same]


def test_duplicates_within_one_batch_point_to_the_first(shelf: Shelf) -> None:
    outcomes = add(shelf, A, CorpusItem("a2", ROAD), CorpusItem("a3", ROAD))
    assert outcomes == [Outcome(Fate.ADDED), Outcome(Fate.ADDED, "a", 1.0), Outcome(Fate.ADDED, "a", 1.0)]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_near_duplicate_is_told_with_its_likeness(shelf: Shelf, batches: int) -> None:
    near = CorpusItem("near", ALMOST)
    if batches == 1:
        outcome = add(shelf, B, A, near)[-1]
    else:
        add(shelf, B, A)
        (outcome,) = add(shelf, near)
    assert (outcome.fate, outcome.duplicate_of) == (Fate.ADDED, "a")
    assert outcome.likeness == round(jaccard(ROAD, ALMOST), 4)
    assert ids(shelf, duplicates=True) == ["near"]


def jaccard(a: str, b: str) -> float:
    runs = [{s[i : i + 3] for i in range(len(s) - 2)} for s in ("".join(filter(str.isalnum, t)) for t in (a, b))]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


def test_the_closest_of_several_near_duplicates_is_named(shelf: Shelf) -> None:
    outcomes = add(shelf, A, CorpusItem("near", ALMOST), CorpusItem("third", STRETCHED))
    assert [o.duplicate_of for o in outcomes] == [None, "a", "near"]
    assert outcomes[2].likeness == round(jaccard(STRETCHED, ALMOST), 4)


def test_the_exact_duplicate_is_named_before_a_near_one(shelf: Shelf) -> None:
    add(shelf, CorpusItem("near", ALMOST), A)
    assert add(shelf, CorpusItem("same", ROAD)) == [Outcome(Fate.ADDED, "a", 1.0)]


def test_traditional_characters_and_marks_do_not_hide_a_duplicate(shelf: Shelf) -> None:
    add(shelf, A)
    disguised = "人·生·沒·有·白走的路，每一步都算數！願你歷盡千帆\u200b，歸來仍是少年"
    assert add(shelf, CorpusItem("t", disguised)) == [Outcome(Fate.ADDED, "a", 1.0)]


def test_different_texts_are_no_duplicates(shelf: Shelf) -> None:
    assert add(shelf, A, B, C, CorpusItem("short", "好"), CorpusItem("other", "坏")) == [Outcome(Fate.ADDED)] * 5
    assert ids(shelf, duplicates=True) == []


def test_duplicates_can_be_left_out(shelf: Shelf) -> None:
    add(shelf, A)
    new = [CorpusItem("same", ROAD), B, CorpusItem("near", ALMOST), CorpusItem("b2", METRO)]
    outcomes = add(shelf, *new, skip_duplicates=True)
    assert fates(outcomes) == ["skipped", "added", "skipped", "skipped"]
    assert [o.duplicate_of for o in outcomes] == ["a", None, "a", "b"]
    assert list(shelf.items()) == [A, B]
    assert shelf.state().count == 2


def test_a_batch_of_nothing_but_left_out_duplicates_is_no_change(shelf: Shelf) -> None:
    add(shelf, A)
    before = shelf.state()
    add(shelf, CorpusItem("same", ROAD), skip_duplicates=True)
    assert shelf.state() == before


def test_a_new_text_under_an_old_id_is_stored_even_if_it_duplicates(shelf: Shelf) -> None:
    add(shelf, A, B)
    new = replace(B, text=ROAD)
    assert add(shelf, new, skip_duplicates=True) == [Outcome(Fate.REPLACED, "a", 1.0)]
    assert list(shelf.items()) == [A, new]


def test_an_item_does_not_duplicate_what_it_replaces(shelf: Shelf) -> None:
    add(shelf, A)
    assert add(shelf, replace(A, text=ALMOST)) == [Outcome(Fate.REPLACED)]
    # Nor does another piece of the same batch: the old text is on its way out.
    assert add(shelf, replace(A, text=METRO), CorpusItem("x", ALMOST)) == [Outcome(Fate.REPLACED), Outcome(Fate.ADDED)]


def test_a_removed_item_is_nobody_s_duplicate_until_it_is_back(shelf: Shelf) -> None:
    add(shelf, A)
    shelf.remove(["a"])
    assert add(shelf, CorpusItem("same", ROAD), CorpusItem("near", ALMOST))[0] == Outcome(Fate.ADDED)
    shelf.remove(["same", "near"])
    shelf.undo(["a"])
    assert [o.duplicate_of for o in add(shelf, CorpusItem("s2", ROAD), CorpusItem("n2", ALMOST))] == ["a", "a"]


# Removing, undoing, expiring


def test_removing_and_bringing_back(shelf: Shelf) -> None:
    add(shelf, A, B, C)
    full = shelf.state()
    assert shelf.remove(["c", "a", "a"]) == 2
    assert list(shelf.items()) == [B]
    assert (shelf.get("a"), shelf.get("b")) == (None, B)
    assert shelf.state().count == 1
    assert shelf.undo(["a"]) == 1
    assert list(shelf.items()) == [A, B]
    assert shelf.undo(["c"]) == 1
    assert list(shelf.items()) == [A, B, C]
    now = shelf.state()
    assert (now.count, now.digest) == (full.count, full.digest)
    assert now.seq == full.seq + 3


def test_an_unknown_id_removes_nothing(shelf: Shelf) -> None:
    add(shelf, A, B)
    before = shelf.state()
    with pytest.raises(InputError) as error:
        shelf.remove(["a", "z", "y"])
    assert str(error.value) == "没有编号为“y、z”的内容；可用 list 命令查看已有的编号"
    assert list(shelf.items()) == [A, B]
    assert shelf.state() == before


def test_a_removed_id_cannot_be_removed_again(shelf: Shelf) -> None:
    add(shelf, A)
    shelf.remove(["a"])
    with pytest.raises(InputError, match="没有编号为“a”的内容"):
        shelf.remove(["a"])


@pytest.mark.parametrize(("wanted", "why"), [("live", "现在就在库中"), ("never", "没有被删除过")])
def test_what_cannot_be_brought_back_brings_nothing_back(shelf: Shelf, wanted: str, why: str) -> None:
    add(shelf, replace(A, id="gone"), replace(B, id="live"))
    shelf.remove(["gone"])
    with pytest.raises(InputError) as error:
        shelf.undo(["gone", wanted])
    assert str(error.value) == f"编号“{wanted}”{why}，无法恢复；可用 list 命令查看已有的编号"
    assert ids(shelf) == ["live"]


def test_undo_refuses_an_id_that_is_in_use_again(shelf: Shelf) -> None:
    add(shelf, A)
    shelf.remove(["a"])
    newer = replace(A, text=METRO)
    add(shelf, newer)
    with pytest.raises(InputError, match="编号“a”现在就在库中，无法恢复"):
        shelf.undo(["a"])
    shelf.remove(["a"])
    shelf.undo(["a"])
    assert list(shelf.items()) == [newer]  # as it last was


def test_a_removed_id_can_be_used_again(shelf: Shelf) -> None:
    add(shelf, A)
    shelf.remove(["a"])
    assert add(shelf, A) == [Outcome(Fate.ADDED)]
    assert list(shelf.items()) == [A]


def test_undo_of_one_shelf_does_not_see_another(database: Database, shelf: Shelf) -> None:
    add(shelf, A)
    shelf.remove(["a"])
    with pytest.raises(InputError, match="没有被删除过"):
        Shelf(database, next(NUMBERS)).undo(["a"])


def test_expiring_goes_by_the_day_of_publication(shelf: Shelf) -> None:
    days = ["2023-12-31", "2024-01-01", "2024-01-02"]
    add(shelf, *[CorpusItem(d, f"第{i}条", published=d) for i, d in enumerate(days)])
    assert shelf.expire(date(2024, 1, 1)) == 1
    assert ids(shelf) == days[1:]
    assert shelf.expire(date(2024, 1, 1)) == 0
    assert shelf.undo(["2023-12-31"]) == 1


def test_without_a_day_of_publication_it_goes_by_the_day_of_adding(shelf: Shelf) -> None:
    before, tomorrow = datetime.now(UTC).date(), datetime.now(UTC).date() + timedelta(days=2)
    add(shelf, A, replace(B, published="2999-01-01"))
    assert shelf.expire(before) == 0
    assert shelf.expire(tomorrow) == 1
    assert ids(shelf) == ["b"]


# Lists and counts


def test_filters_can_be_combined(shelf: Shelf) -> None:
    again = CorpusItem("again", ROAD, genre="news")
    add(shelf, A, B, C, again, CorpusItem("a4", ROAD, genre="soup"))
    assert ids(shelf, genre="soup") == ["a", "a4"]
    assert ids(shelf, genre="news") == ["b", "again"]
    assert ids(shelf, genre="") == ["c"]
    assert ids(shelf, genre="none") == []
    assert ids(shelf, duplicates=True) == ["again", "a4"]
    assert ids(shelf, genre="soup", duplicates=True, words="少年") == ["a4"]
    assert shelf.genres() == {"soup": 2, "news": 2, "": 1}
    shelf.remove(["a", "a4"])
    assert shelf.genres() == {"news": 2, "": 1}


def test_a_list_can_be_read_while_the_shelf_changes(shelf: Shelf) -> None:
    many = [CorpusItem(f"n{i}", f"第{i}条") for i in range(1500)]
    add(shelf, *many)
    reading = shelf.items()
    assert next(reading) == many[0]
    add(shelf, A)
    shelf.remove(["n1400"])
    assert list(reading) == [*many[1:1400], *many[1401:], A]


# The state


def test_each_change_has_a_greater_number_and_is_remembered(database: Database, shelf: Shelf) -> None:
    other = Shelf(database, next(NUMBERS))
    states = [shelf.state()]
    for change in (
        lambda: add(shelf, A, B),
        lambda: add(shelf, replace(A, text=FILTER)),
        lambda: shelf.remove(["b"]),
        lambda: shelf.undo(["b"]),
    ):
        change()
        add(other, CorpusItem(f"o{len(states)}", METRO))  # in between: seq is shared, state is not
        states.append(shelf.state())
    assert [s.count for s in states] == [0, 2, 2, 1, 2]
    assert [s.seq for s in states[2:]] == [states[1].seq + 2 * i for i in (1, 2, 3)]
    assert states[4].digest == states[2].digest != states[1].digest
    assert all(shelf.was(s) for s in states[1:])
    assert not shelf.was(replace(states[1], count=3))
    assert not shelf.was(replace(states[1], digest=bytes(16)))
    assert not other.was(states[1])
    assert not shelf.was(State(states[1].epoch, states[-1].seq + 100, 2, states[1].digest))


KEYS = st.sampled_from(["a", "b", "c", "d"])
ITEMS = st.builds(
    CorpusItem,
    id=KEYS,
    text=st.sampled_from([ROAD, ALMOST, METRO, "好"]),
    title=st.sampled_from(["", "余生"]),
    genre=st.sampled_from(["", "soup"]),
)
STEPS = st.one_of(
    st.tuples(st.just("add"), st.lists(ITEMS, min_size=1, max_size=3, unique_by=lambda i: i.id)),
    st.tuples(st.just("remove"), st.lists(KEYS, min_size=1, max_size=2)),
    st.tuples(st.just("undo"), st.lists(KEYS, min_size=1, max_size=2)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=8))
def test_equal_contents_have_equal_digests_whatever_way_led_there(
    database: Database, steps: list[tuple[str, list]]
) -> None:
    shelf = Shelf(database, next(NUMBERS))
    live: dict[str, CorpusItem] = {}
    removed: dict[str, CorpusItem] = {}
    for what, arguments in steps:
        if what == "add":
            add(shelf, *arguments)
            removed.update({i.id: live[i.id] for i in arguments if live.get(i.id, i) != i})
            live.update({i.id: i for i in arguments})
        elif what == "remove" and set(arguments) <= set(live):
            shelf.remove(arguments)
            removed.update({k: live.pop(k) for k in set(arguments)})
        elif what == "undo" and set(arguments) <= set(removed) - set(live):
            shelf.undo(arguments)
            live.update({k: removed[k] for k in arguments})
        else:
            with pytest.raises(InputError):
                shelf.remove(arguments) if what == "remove" else shelf.undo(arguments)
        assert {i.id: i for i in shelf.items()} == live
    straight = Shelf(database, next(NUMBERS))
    for item in live.values():
        add(straight, item)
    one, other = shelf.state(), straight.state()
    assert (one.count, one.digest) == (other.count, other.digest) == (len(live), other.digest)
    assert (one.digest == bytes(16)) == (not live)
    add(straight, CorpusItem("more", METRO))
    assert straight.state().digest != one.digest


# Searching

WRITINGS = [
    CorpusItem("origin", "研究生命的起源，要有耐心。"),
    CorpusItem("traditional", "餘生很長，願你歸來仍是少年。"),
    CorpusItem("simplified", "余生请多指教，少年。"),
    CorpusItem("latin", "用AI写作：“ChatGPT”与Claude谁更好？2024年实测。"),
    CorpusItem("operators", "词语AND、not 和 near 也只是词。", "查询语言"),
    CorpusItem("fullwidth", "ＶＲ眼镜与Ｃａｆé。"),
]


@pytest.fixture(scope="module")
def writings(database: Database) -> Shelf:
    shelf = Shelf(database, next(NUMBERS))
    add(shelf, *WRITINGS)
    add(Shelf(database, next(NUMBERS)), *WRITINGS)  # another's are not found
    return shelf


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("余生", ["traditional", "simplified"]),
        ("餘生", ["traditional", "simplified"]),
        ("余生 归来", ["traditional"]),
        ("少年，余生", ["traditional", "simplified"]),
        ("余生少年", ["traditional", "simplified"]),  # two words, not a run
        ("余 生", ["traditional", "simplified"]),
        ("研究生", ["origin"]),  # jieba cuts the text into 研究 and 生命
        ("命的", ["origin"]),
        ("耐心的起源", ["origin"]),
        ("不存在", []),
        ("chatgpt", ["latin"]),
        ("ＣｈａｔＧＰＴ", ["latin"]),
        ("Chat", []),
        ("ai 写作", ["latin"]),
        ("2024年", ["latin"]),
        ("202", []),
        ("vr", ["fullwidth"]),
        ("cafe", ["fullwidth"]),
        ("查询语言", ["operators"]),  # a title
        ("查询 near", ["operators"]),
    ],
)
def test_every_word_has_to_occur(writings: Shelf, words: str, found: list[str]) -> None:
    assert ids(writings, words=words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("AND", ["operators"]),
        ("NOT near", ["operators"]),
        ("余生 AND 少年", []),
        ("余生 OR 研究", []),
        ("余生 NOT 少年", []),
        ("NEAR(余生 少年, 5)", []),
        ("characters:余生", []),
        ("{characters}: 余生", []),
        ("余生*", ["traditional", "simplified"]),
        ("^余生", ["traditional", "simplified"]),
        ('"余生"', ["traditional", "simplified"]),
        ('余生"', ["traditional", "simplified"]),
        ("'余生'", ["traditional", "simplified"]),
        ("余生 -少年", ["traditional", "simplified"]),
        ("余生 & !少年 | 研究:*", []),
        ("余生 <-> 少年", ["traditional", "simplified"]),
        ("(余生", ["traditional", "simplified"]),
        ("余生\\", ["traditional", "simplified"]),
        ("余生%", ["traditional", "simplified"]),
        (":word0 :match 余生", []),
        ("余生'; DROP TABLE letters; --", []),
    ],
)
def test_signs_of_a_query_language_are_only_characters(writings: Shelf, words: str, found: list[str]) -> None:
    assert ids(writings, words=words) == found
    assert ids(writings, words="余生") == ["traditional", "simplified"]


@pytest.mark.parametrize("words", ["", "  ", "。，！", '"', '""', "*", "()", "' = '", "\u200b", "😀"])
def test_a_search_for_no_word_is_refused(writings: Shelf, words: str) -> None:
    with pytest.raises(InputError) as error:
        ids(writings, words=words)
    assert str(error.value) == f"“{words}”里没有可以查找的字词；请给出汉字、字母或数字"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("家里的wi-fi坏了", "fi"),
        ("见example.com/index.html", "example"),
        ("见https://example.com/index.html", "index"),
        ("写信给some.body@example.com", "body"),
        ("写信给some.body@example.com", "example"),
        ("新冠covid-19", "19"),
        ("涨了3.5倍", "5"),
        ("变量user_name", "name"),
        ("公司AT&T", "at"),
        ("路径/usr/local/bin", "local"),
        ("加粗<b>文字</b>", "b"),
        ("加粗<b>文字</b>", "文字"),
        ("C++与C#", "c"),
        ("人工智能AI助手。AI好", "ai"),
        ("生僻字𠮷野家", "𠮷"),
        ("生僻字𫠝", "𫠝"),
        ("日文カタカナ", "カタカナ"),
        ("한국어 단어", "한국어"),
    ],
)
def test_a_word_among_signs_is_found(shelf: Shelf, text: str, words: str) -> None:
    add(shelf, CorpusItem("x", text), CorpusItem("y", METRO))
    assert ids(shelf, words=words) == ["x"]
    assert ids(shelf, words=text) == ["x"]


def test_a_word_at_the_end_of_a_long_text_is_found(shelf: Shelf) -> None:
    long = "".join(f"第{i}天，我们的路还很长。" for i in range(3000)) + "蓦然回首，灯火阑珊。"
    assert len(long) > 30_000
    add(shelf, CorpusItem("long", long), CorpusItem("y", METRO))
    assert ids(shelf, words="灯火阑珊") == ["long"]
    assert ids(shelf, words="2999 天") == ["long"]


def test_a_text_of_very_many_words_can_be_stored_and_found(shelf: Shelf) -> None:
    long = " ".join(f"w{i:06}x" for i in range(120_000)) + "，灯火阑珊"
    add(shelf, CorpusItem("long", long))
    assert ids(shelf, words="w119999x 灯火") == ["long"]


def test_a_search_follows_every_change(shelf: Shelf) -> None:
    add(shelf, A, B)
    add(shelf, replace(A, text="相信时间"))
    assert ids(shelf, words="少年") == []
    assert ids(shelf, words="相信 余生") == ["a"]
    shelf.remove(["a"])
    assert ids(shelf, words="相信") == []
    shelf.undo(["a"])
    assert ids(shelf, words="相信") == ["a"]


def test_what_is_searched_is_what_is_live(database: Database, shelf: Shelf) -> None:
    add(shelf, A, B, C)
    shelf.remove(["b"])
    with database.reading() as connection:
        live = select(func.count()).select_from(schema.items).where(schema.items.c.removed.is_(None))
        column = "rowid" if database.is_sqlite else "item_id"
        findable = connection.exec_driver_sql(f"SELECT count(DISTINCT {column}) FROM letters").scalar_one()
        assert findable == connection.execute(live).scalar_one()
