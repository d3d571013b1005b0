"""Near duplicates share a band key as often as the theory says, and their likeness is that of the sets."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.corpus.duplicates import BANDS, NEAR, bands, likeness
from contentcheck.engine.normalise import normalise, skeleton

SOUP = "时间会治愈一切伤口，你只管努力，剩下的交给时间。愿你历尽千帆，归来仍是少年，余生不慌不忙。"
ALARM = (
    "紧急通知！明天开始全市医院停止接收外地发烧病人，请大家尽量不要出门，出门一定戴好口罩。"
    "我同学在市卫生局上班，消息绝对可靠，请马上转发到你所有的群，多一个人看到就多救一条命！"
)
ALARM_KEYS = (
    -4200612593796548430,
    3715144960987938537,
    8890451805401594142,
    -5563878214761040167,
    8310180603739358481,
    125182076058513830,
    -1882508656765488769,
    7531593677393164967,
    -3426267687610591347,
    -3478923309319089127,
    -6940092674628117021,
    8930097129825450001,
)
few_characters = st.text("时光很短天涯远ab1", max_size=40)


def bare(text: str) -> str:
    return skeleton(normalise(text)).text


def share_a_key(a: str, b: str) -> bool:
    return not set(bands(a)).isdisjoint(bands(b))


def naive_likeness(a: str, b: str) -> float:
    of_a, of_b = ({text[i : i + 3] for i in range(len(text) - 2)} for text in (a, b))
    return len(of_a & of_b) / len(of_a | of_b)


def edited(text: str, edits: int, chance: random.Random) -> str:
    """The text with `edits` characters replaced by others, at random places."""
    characters = list(text)
    for at in chance.sample(range(len(text)), edits):
        characters[at] = chr(chance.randrange(0x4E00, 0x9FA6))
    return "".join(characters)


@given(few_characters, few_characters)
def test_likeness_is_that_of_the_sets_of_three_characters(a: str, b: str):
    if max(len(a), len(b)) >= 3:
        assert likeness(a, b) == naive_likeness(a, b)
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == 1.0


@settings(deadline=None)  # the first call imports the sketches
@given(few_characters, few_characters)
def test_pieces_without_a_common_shingle_share_no_key_and_equal_sets_share_all(a: str, b: str):
    like = likeness(a, b)
    if like == 0.0:
        assert not share_a_key(a, b)
    if like == 1.0:
        assert bands(a) == bands(b)


@settings(deadline=None)  # the first call imports the sketches
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_keys_fit_a_signed_column_and_differ_between_bands(text: str):
    keys = bands(text)
    assert len(keys) == len(set(keys)) == (BANDS if len(text) >= 3 else 0)
    assert all(type(key) is int and -(2**63) <= key < 2**63 for key in keys)


@pytest.mark.parametrize(
    ("a", "b", "like"),
    [("", "", 1.0), ("", "早", 0.0), ("早安", "早安", 1.0), ("早安", "晚安", 0.0), ("早安", "早安你好", 0.0)],
)
def test_too_short_for_shingles_only_the_same_text_is_alike_and_has_no_keys(a: str, b: str, like: float):
    assert likeness(a, b) == like
    assert bands(a) == []


def test_how_often_a_shingle_stands_does_not_matter():
    assert likeness("哈哈哈哈", "哈哈哈哈哈哈") == 1.0
    assert bands("哈哈哈哈") == bands("哈哈哈哈哈哈")


def test_stored_keys_stay_valid():
    assert tuple(bands(bare(ALARM))) == ALARM_KEYS
    assert bands("早安你")[:2] == [5018060566072133454, -8470457503033927859]


def test_keys_are_the_same_in_another_process_with_another_hash_seed():
    program = f"from contentcheck.corpus.duplicates import bands; print(bands({bare(SOUP)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": "7"}, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == str(bands(bare(SOUP)))


def test_keys_are_the_same_from_several_threads_at_once():
    pieces = [edited(bare(ALARM), 5, random.Random(i)) for i in range(200)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(bands, pieces)) == [bands(piece) for piece in pieces]


@pytest.mark.parametrize(
    ("length", "low", "high"), [(24, 0.6, 0.7), (80, 0.6, 0.65), (400, 0.6, 0.65), (80, 0.25, 0.35)]
)
def test_a_key_is_shared_as_often_as_the_likeness_says(length: int, low: float, high: float):
    chance = random.Random(length)
    found: list[bool] = []
    expected: list[float] = []
    middle = (low + high) / 2
    usual = length * (1 - middle) / (3 * (1 + middle))  # edits that give this likeness, each in three shingles
    for _ in range(5000):
        piece = "".join(chr(chance.randrange(0x4E00, 0x9FA6)) for _ in range(length))
        other = edited(piece, round(usual * chance.uniform(0.6, 1.4)), chance)
        like = likeness(piece, other)
        if low <= like <= high:
            found.append(share_a_key(piece, other))
            expected.append(1 - (1 - like**3) ** BANDS)
        if len(found) == 1000:
            break
    assert len(found) == 1000
    assert sum(found) / 1000 == pytest.approx(sum(expected) / 1000, abs=0.03)
    if low >= NEAR:
        assert sum(found) / 1000 >= 0.94


def test_unrelated_pieces_are_hardly_ever_candidates():
    chance = random.Random(3)
    words = "的是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后"
    pieces = ["".join(chance.choices(words, k=60)) for _ in range(1000)]
    keys = [key for piece in pieces for key in bands(piece)]
    assert len(keys) - len(set(keys)) <= 3


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (SOUP, SOUP.replace("伤口", "痛苦").replace("努力", "前行")),
        (SOUP, "送给正在看手机的你，早安！" + SOUP),
        (SOUP, "愿你历尽千帆，归来仍是少年，余生不慌不忙。时间会治愈一切伤口，你只管努力，剩下的交给时间。"),
        (SOUP, "時間會治癒一切傷口，你只管努力，剩下的交給時間。願你歷盡千帆，歸來仍是少年，餘生不慌不忙。"),
        (ALARM, ALARM.replace("明天", "今晚").replace("同学", "表姐").replace("马上", "赶紧")),
        (ALARM, ALARM.replace("我同学在市卫生局上班，消息绝对可靠，", "")),
        (ALARM, ALARM + "刚刚接到的消息，不要不当回事，家里有老人孩子的一定要注意！"),
    ],
)
def test_a_passed_on_text_is_a_near_duplicate_and_found(text: str, other: str):
    assert likeness(bare(text), bare(other)) >= NEAR
    assert share_a_key(bare(text), bare(other))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (SOUP, "愿你历尽千帆，归来仍是少年。今天店里新到的帆布鞋，三十六到四十四码都有，喜欢的可以私信。"),
        (SOUP, SOUP.replace("伤口", "痛苦").replace("努力", "前行").replace("余生", "往后")),
        (
            ALARM,
            "紧急通知！明天开始城南自来水厂停水检修，请大家提前储水，用水一定烧开。"
            "我同学在自来水公司上班，消息绝对可靠，请马上转发到你所有的群，多一个人看到就少一家断水！",
        ),
        (
            "葛根口服液，每支十毫升，早晚各一支，玻璃瓶装，开启后请当天喝完。孕妇和儿童不宜饮用。",
            "黄芪口服液，每支二十毫升，每天一支，玻璃瓶装，开启后请当天喝完。孕妇和哺乳期妇女不宜饮用。",
        ),
        (
            "男人越成熟越沉默，不是没有话说，而是懂得有些话说了也没有用。",
            "女人越成熟越温柔，不是没有脾气，而是懂得有些气生了也没有用。",
        ),
    ],
)
def test_another_text_in_the_same_frame_is_not(text: str, other: str):
    assert likeness(bare(text), bare(other)) < NEAR
