"""Why a known passage would be called the source of a text, or would not: with the default encoder, in exact words."""

import pytest

from contentcheck.engine.comparison import Comparison, compare
from contentcheck.engine.documents import CorpusItem, Edition
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import InputError
from contentcheck.engine.library import Library
from contentcheck.engine.matching import MatchKind
from contentcheck.engine.reference import Reference
from contentcheck.models.registry import SentenceEncoder
from tests.in_memory import library_with

STATE = "一个人最好的状态，是眼里写满故事，脸上却不见风霜，不羡慕谁，也不依赖谁。"
TIME = "时间会治愈一切伤口。"
WATER = "早上喝一杯温水对身体有好处。"
ITEMS = [
    CorpusItem("state", STATE, "最好的状态", "soup", published="2024-01-02"),
    CorpusItem("time", TIME, genre="soup"),
    CorpusItem("water", WATER, genre="soup"),
    CorpusItem("shares", "今天公司的股票价格大幅下跌。", genre="gossip"),
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return SentenceEncoder("use-m3")


@pytest.fixture(scope="module")
def reference(small_edition: Edition, encoder: Encoder) -> Reference:
    return Reference(small_edition, encoder)


@pytest.fixture(scope="module")
def library(reference: Reference, encoder: Encoder) -> Library:
    return library_with(reference, ITEMS, encoder)


def first(text: str, library: Library, encoder: Encoder) -> Comparison:
    return compare(text, library, encoder, 3)[0]


@pytest.mark.parametrize(
    ("text", "item", "kind", "judgement"),
    [
        (STATE, "state", MatchKind.VERBATIM, "照搬：35 个字逐字相同"),
        (f"他常说：{STATE}", "state", MatchKind.VERBATIM, "照搬：35 个字逐字相同"),
        (
            "一個人最好的狀態，是眼裡寫滿故事，臉上卻不見風霜，不羨慕誰，也不依賴誰。",
            "state",
            MatchKind.VERBATIM,
            "照搬：35 个字逐字相同",
        ),
        (
            "一个人最好的状态，是眼里装满故事，脸上却看不见风霜，不羡慕谁，也不依赖谁。",
            "state",
            MatchKind.EDITED,
            "照搬：改动了一些字，相同的占 97%（达到 90% 即算，不到则要说的是同一回事）",
        ),
        (
            "每天清晨饮用一杯热水有益健康。",
            "water",
            MatchKind.PARAPHRASE,
            "照搬：换了说法，意思相近 0.75，说的是同一回事",
        ),
        (
            "这家企业的股价今天暴跌。",
            "shares",
            MatchKind.THEME,
            "不算照搬：只是同一主题；意思相近 0.89（太短，或不比别的内容更像），相同的字 31%",
        ),
        (
            "岁月能抚平所有的创伤。",
            "time",
            MatchKind.THEME,
            "不算照搬：只是同一主题；意思相近 0.56（不到 0.72），相同的字 10%",
        ),
        (
            "本店营业时间调整为上午九点到晚上八点。",
            "water",
            None,
            "不算照搬：不相干；意思相近 0.23（不到 0.72），相同的字 6%",
        ),
    ],
    ids=["same", "within", "traditional", "edited", "paraphrase", "too short to weigh", "theme", "unrelated"],
)
def test_the_nearest_is_judged_in_exact_words(
    library: Library, encoder: Encoder, text: str, item: str, kind: MatchKind | None, judgement: str
) -> None:
    found = first(text, library, encoder)
    assert (found.known.item_id, found.kind, found.judgement) == (item, kind, judgement)
    assert f"{found.similarity:.2f}" in judgement or "意思相近" not in judgement


def test_what_is_known_of_the_passage_comes_with_it(library: Library, encoder: Encoder) -> None:
    known = first(STATE, library, encoder).known
    assert (known.item_id, known.title, known.published, known.genre) == ("state", "最好的状态", "2024-01-02", "soup")
    assert known.text == STATE[known.start : known.end]


def test_copies_come_before_what_is_nearer_in_meaning(reference: Reference, encoder: Encoder) -> None:
    """A sentence copied into a long passage is not the nearest in meaning to it."""
    text = "岁月能抚平所有的创伤，而门口的牌子写着：凭身份证领取号码后请在二楼大厅等候叫号。"
    sign = CorpusItem("sign", "凭身份证领取号码后请在二楼大厅等候叫号。", genre="soup")
    near = CorpusItem("near", "岁月会抚平一切创伤，请大家凭证件领号，在大厅里耐心等待。", genre="soup")
    found = compare(text, library_with(reference, [near, sign], encoder), encoder, 3)
    assert (found[0].known.item_id, found[0].kind) == ("sign", MatchKind.VERBATIM)
    taken = [c.kind is not None and c.kind.taken for c in found]
    assert taken == sorted(taken, reverse=True)
    others = [c.similarity for c, t in zip(found, taken, strict=True) if not t]
    assert others == sorted(others, reverse=True)


def test_as_many_are_given_as_asked_for(library: Library, encoder: Encoder) -> None:
    for count in (1, 2, 7):
        assert len(compare(TIME, library, encoder, count)) == count
    everything = compare(TIME, library, encoder, 100)
    keys = [(c.known.item_id, c.known.start, c.known.end) for c in everything]
    assert len(set(keys)) == len(keys) == sum(len(s) for s in library.known.shards)


def test_every_copy_is_named(reference: Reference, encoder: Encoder) -> None:
    copies = [CorpusItem(f"copy-{i}", STATE, genre="soup") for i in range(6)]
    found = compare(STATE, library_with(reference, copies, encoder), encoder, 8)
    assert {c.known.item_id for c in found[:6]} == {f"copy-{i}" for i in range(6)}
    assert {c.judgement for c in found[:6]} == {"照搬：35 个字逐字相同"}
    assert {c.kind for c in found[6:]} <= {None, MatchKind.THEME}


def test_a_text_of_several_sentences_is_compared_sentence_by_sentence(library: Library, encoder: Encoder) -> None:
    found = compare(f"{TIME}\n二号线延长段下月试运行。\n{WATER}", library, encoder, 4)
    judged = {c.known.item_id: (c.kind, c.judgement) for c in found[:2]}
    assert judged == {
        "time": (MatchKind.VERBATIM, "照搬：9 个字逐字相同"),
        "water": (MatchKind.VERBATIM, "照搬：13 个字逐字相同"),
    }
    assert all(c.similarity == pytest.approx(1.0, abs=1e-5) for c in found[:2])


def test_what_is_as_near_as_a_theme_is_not_called_unrelated(reference: Reference, encoder: Encoder) -> None:
    texts = ["时间会抚平一切。", "岁月会治愈伤口。", "时间能治好伤痛。", "时间会带走悲伤。"]
    items = [CorpusItem(f"soup-{n}", text, genre="soup") for n, text in enumerate(texts)]
    gossip = CorpusItem("gossip", "医生说时间能治愈这位明星的伤痛。", genre="gossip")
    found = compare(
        "随着时间过去，什么伤痛都会好起来。", library_with(reference, [*items, gossip], encoder), encoder, 6
    )
    unrelated = [c.similarity for c in found if "不相干" in c.judgement]
    related = [c.similarity for c in found if "只是同一主题" in c.judgement]
    assert max(unrelated) < min(related)


@pytest.mark.parametrize("text", ["", "  \n", "。。。", "😀"])
def test_a_text_without_words_is_refused(library: Library, encoder: Encoder, text: str) -> None:
    with pytest.raises(InputError) as error:
        compare(text, library, encoder, 3)
    assert str(error.value) == f"“{text}”里没有可以比较的文字；请给出一段话"
