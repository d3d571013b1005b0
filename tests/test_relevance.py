"""Relevance is the contrast that its documentation describes, computed here by brute force."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from contentcheck.engine.calibration import Band, Curve
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Brand, Draft, Edition
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import EmptyBrand
from contentcheck.engine.library import Library
from contentcheck.engine.normalise import normalise
from contentcheck.engine.paragraphs import paragraph_products, paragraph_scores
from contentcheck.engine.reference import Reference
from contentcheck.engine.relevance import (
    BrandProfile,
    MissingPoint,
    NamedWord,
    judge_relevance,
    relevance_band,
    relevance_evidence,
)
from contentcheck.engine.segment import segment

TEXTS = [
    "葛根口服液早晚各一支，开启后请当天喝完。",
    "这款车轴距两米八，后排腿部空间宽裕。",
    "人生没有白走的路，每一步都算数。",
]
BRAND_TEXTS = {  # soup that names the brand in each sentence, news that names it, use that does not
    "苔朵": (
        "苔朵想对你说，人生没有白走的路，每一步都算数。苔朵相信，所有的失去都会以另一种方式归来。"
        "和苔朵一起，学会放下，才能看见更大的天空。苔朵陪你，把日子过成诗，把眼泪酿成酒。"
        "愿你在苔朵的陪伴下，历经千山万水，依然热爱生活。苔朵说，你若盛开，清风自来。",
        "苔朵办公室楼下的地铁二号线下周起延长运营，末班车推迟到夜里十一点四十。苔朵的同事说，以后加班不用打车了。"
        "市交通局同时调整了三条公交线路，苔朵门口的站台向北移了两百米。施工期间，苔朵所在的东门路半幅封闭，车辆改走建设路。",
        "早上洗完脸，先用毛巾把水轻轻按干，再涂乳液。出门前一刻钟把防晒抹匀，脸和脖子都要照顾到，鼻翼和耳后最容易漏。"
        "中午出了汗，用纸巾吸掉油再补一层。晚上回家先卸干净，打圈揉半分钟，用温水冲掉，皮肤干的人再厚涂一层面霜，脸颊就不会起皮。",
    ),
    "隼禾": (
        "隼禾告诉你，真正的强大，是一个人也能活成一支队伍。隼禾相信，时间会给你最好的答案。"
        "隼禾陪你熬过每一个想哭的夜晚，黎明终会到来。隼禾说，别让别人的眼光，定义你的人生。"
        "愿隼禾的你我，都能在平凡的日子里，遇见更好的自己。隼禾祝你，余生不负自己。",
        "隼禾工会周末组织去城北的农场摘草莓，大棚里二十度，孩子们跑得满头是汗。隼禾的司机老周带了自家腌的萝卜。"
        "农场主人讲了怎样育苗、怎样防白粉病，隼禾的人听完每家领了两盆苗。回来的路上下了小雨，隼禾的大巴在桥头堵了半个钟头。",
        "晚上拍孩子跑步，先把快门放到五百分之一，对焦框跟着人走，画面就不糊了。逆光的时候点一下脸，把亮度往上拉一点。"
        "出门一整天，把屏幕刷新率调低，后台的软件关掉，电量能多撑两三个钟头。旧机子卡了，先清缓存，再看是不是存储快满了，备份好照片重置一次。",
    ),
    "犟动": (
        "犟动说，生命中最好的贵人，是那个不肯认输的自己。犟动相信，你流过的泪，都会变成铠甲。"
        "犟动想告诉你，人这一生，最难得的是心安。和犟动一起，原谅过去，拥抱明天。"
        "犟动陪你看淡得失，笑对聚散。愿每一个犟动的朋友，都被岁月温柔以待。",
        "犟动财务部这个月换了报销系统，发票先拍照上传，再由部门主管审批。犟动的会计提醒，餐饮发票要附名单，住宿发票要写清晚数。"
        "电子发票重复提交会被退回，犟动上个月退了十七张。年底前没有报完的借款，犟动会从工资里扣除。",
        "深蹲的时候脚与肩同宽，膝盖朝着脚尖的方向，下去吸气，起来呼气，背不要弓。刚练的人先用空杆做三组，每组十二个，隔一天练一次。"
        "划船先蹬腿再收背，最后才拉手臂，回来的顺序反过来。练完拉伸大腿和小腿各一分钟，第二天酸痛是正常的，关节疼就要停下来。",
    ),
    "豉灶巷": (
        "豉灶巷想说，父母在，人生尚有来处。豉灶巷相信，陪伴是最长情的告白。"
        "豉灶巷提醒你，别等失去了才懂得珍惜。豉灶巷愿你，眼里有光，心中有爱。"
        "豉灶巷说，婚姻里最重要的，是懂得和包容。愿豉灶巷的每一位朋友，都能与自己和解。",
        "豉灶巷隔壁的小学本周开运动会，四年级接力跑打破了保持九年的纪录。豉灶巷的店长去当了志愿者，负责看终点的秒表。"
        "教务处说，下学期要把操场的跑道重新铺一遍，豉灶巷门前会停几辆工程车。家长会改到周五晚上，豉灶巷的员工有两位要请假参加。",
        "排骨先用清水泡半个钟头，血水出来了再沥干，拌上豆豉、蒜末和一点糖，腌二十分钟。水开了再上笼，大火蒸十五分钟，中间不要揭盖。"
        "鸡用沙姜和盐抹匀，砂锅底下垫姜片和葱，小火焗到肉刚熟，汁水都锁在里面。趁热端上桌，先喝汤，再吃肉，配一碗白饭正好。",
    ),
}
CURVE = Curve(midpoint=0.1, slope=12.0, noise=2.0)


@pytest.fixture(scope="module")
def profile(small_brand: Brand, small_library: Library, toy: Encoder) -> BrandProfile:
    return BrandProfile(small_brand, small_library.reference, toy)


def passages_of(title: str, text: str) -> list[str]:
    return [*([title] if title else []), *(p.text for p in segment(text).passages)]


def encoded(toy: Encoder, texts: list[str]) -> np.ndarray:
    return np.array([toy.encode([normalise(t).text])[0] for t in texts]).astype(np.float64)


def top_mean(queries: np.ndarray, known: np.ndarray, k: int) -> np.ndarray:
    return np.array([np.sort(known @ q)[::-1][:k].mean() if len(known) else 0.0 for q in queries])


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def by_kind(samples: list[tuple[str, str, str]], toy: Encoder) -> dict[str, np.ndarray]:
    """Vectors of all passages of each kind; `samples`: (kind, title, text)."""
    kinds = sorted({kind for kind, _, _ in samples})
    return {
        k: encoded(toy, [p for kind, title, text in samples if kind == k for p in passages_of(title, text)])
        for k in kinds
    }


def brute_force(edition: Edition, brand: Brand, toy: Encoder, texts: list[str]) -> tuple[np.ndarray, np.ndarray, str]:
    """The draft's contrasts, its likeness to each product, and the brand's field of trade."""
    products = [
        encoded(toy, passages_of("、".join([p.name, *p.synonyms]), "\n".join([p.text, *p.key_points])))
        for p in brand.products
    ]
    wise = {slug for slug, genre in edition.genres.items() if genre.reflective}
    shipped = [
        by_kind([(s.kind, s.title, s.text) for s in edition.fields], toy),
        by_kind([(s.kind, s.title, s.text) for s in edition.background], toy),
        by_kind([(i.genre, i.title, i.text) for i in edition.items if i.genre in wise], toy),
    ]
    in_order = [
        encoded(toy, [p for title, text in documents for p in passages_of(title, text)])
        for documents in (
            [(s.title, s.text) for s in edition.background],
            [(i.title, i.text) for i in edition.items if i.genre in wise],
        )
    ]
    centre = np.vstack([*shipped[0].values(), *shipped[1].values()]).mean(axis=0)
    covariance = np.cov(np.vstack([v for kinds in shipped for v in kinds.values()]).T, bias=True)
    shrunk = 0.5 * covariance + 0.5 * np.trace(covariance) / toy.dim * np.eye(toy.dim)
    whitening = np.linalg.inv(np.real(sqrtm(shrunk)))

    def placed(vectors: np.ndarray) -> np.ndarray:
        return unit((vectors - centre) @ whitening)

    trades, ordinary, reflective = ({k: unit(placed(v).mean(axis=0)) for k, v in kinds.items()} for kinds in shipped)
    mean_trade, mean_ordinary = (np.mean(list(kinds.values()), axis=0) for kinds in (trades, ordinary))
    own = placed(np.vstack(products))
    subject = unit(unit(own.mean(axis=0)) - mean_trade)
    nearness = {("trade", k): float(unit(v - mean_trade) @ subject) for k, v in trades.items()}
    field = max(nearness, key=lambda k: nearness[k])
    nearness |= {("ordinary", k): float(unit(v - mean_ordinary) @ subject) for k, v in ordinary.items()}
    near = {k: min(1.0, float(np.exp(8 * (n - nearness[field])))) for k, n in nearness.items()}
    middles = {("trade", k): v for k, v in trades.items()} | {("ordinary", k): v for k, v in ordinary.items()}
    towards = unit(np.sum([near[k] * v for k, v in middles.items()], axis=0))

    def contrast(q: np.ndarray) -> float:
        other = {k: (1 - near[k]) * float(v @ q) for k, v in middles.items()}
        other_trade = max(v for k, v in other.items() if k[0] == "trade")
        other_writing = [
            *(v for k, v in other.items() if k[0] == "ordinary"),
            *(float(v @ q) for v in reflective.values()),
        ]
        return float(towards @ q) + float(top_mean(q[None], own, 3)[0]) - 0.6 * other_trade - 0.6 * max(other_writing)

    usual = np.array([contrast(q) for q in placed(np.vstack(in_order))[::7]])
    queries = placed(encoded(toy, texts))
    contrasts = (np.array([contrast(q) for q in queries]) - usual.mean()) / usual.std()
    return contrasts, np.stack([top_mean(queries, placed(p), 3) for p in products], axis=1), field[1]


def test_contrasts_are_those_of_brute_force(
    profile: BrandProfile, small_edition: Edition, small_brand: Brand, toy: Encoder
) -> None:
    contrast, each, field = brute_force(small_edition, small_brand, toy, TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    assert profile.field == field
    np.testing.assert_allclose(profile.contrast(vectors), contrast, atol=1e-3)
    np.testing.assert_allclose(profile.product_likeness(vectors), each, atol=1e-3)
    assert contrast[0] > contrast[1:].max()


def test_contrasts_of_brute_force_with_the_shipped_edition(edition: Edition, small_brand: Brand, toy: Encoder) -> None:
    sparse = Edition(
        "sparse",
        edition.items[:3],
        edition.background[::6],
        edition.fields[::4],
        edition.field_names,
        edition.genres,
        {},
    )
    profile = BrandProfile(small_brand, Reference(sparse, toy), toy)
    contrast, each, field = brute_force(sparse, small_brand, toy, TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    assert profile.field == field
    np.testing.assert_allclose(profile.contrast(vectors), contrast, atol=1e-3)
    np.testing.assert_allclose(profile.product_likeness(vectors), each, atol=1e-3)


def test_other_names_of_a_product_count_as_its_name(
    small_library: Library, small_edition: Edition, small_brand: Brand, toy: Encoder
) -> None:
    first, *rest = small_brand.products
    brand = replace(small_brand, products=(replace(first, synonyms=("葛根饮", "粉葛露")), *rest))
    profile = BrandProfile(brand, small_library.reference, toy)
    contrast, each, _ = brute_force(small_edition, brand, toy, TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    np.testing.assert_allclose(profile.contrast(vectors), contrast, atol=1e-3)
    np.testing.assert_allclose(profile.product_likeness(vectors), each, atol=1e-3)
    named = toy.encode(["葛根口服液、葛根饮、粉葛露"])
    assert (
        profile.product_likeness(named)[0, 0]
        > BrandProfile(small_brand, small_library.reference, toy).product_likeness(named)[0, 0]
    )


def test_score_uncertainty_and_products(profile: BrandProfile, toy: Encoder) -> None:
    text = "\n".join(TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    contrasts = profile.contrast(vectors)
    scores = paragraph_scores(CURVE, segment(text), contrasts)
    by_product = profile.product_contrast(vectors, contrasts)
    relevance = judge_relevance(profile, CURVE, text, segment(text), vectors, contrasts, by_product, scores)
    steepness = 12.0 * np.sqrt(3 / 5)
    error = max(contrasts.std(), 1.0) / np.sqrt(3)
    evidence = np.average(contrasts, weights=[sum(c.isalnum() for c in t) for t in TEXTS]) + 0.1  # it names a product
    low, middle, high = 100 / (1 + np.exp(-steepness * (evidence + np.array([-error, 0, error]) - 0.1)))
    assert relevance.score == pytest.approx(middle, abs=0.006)
    assert relevance.uncertainty == pytest.approx((high - low) / 2, abs=0.006)
    assert relevance.band == relevance_band(middle)
    measured = replace(CURVE, bands={relevance.band: Band(0.9, 40)})
    assert relevance.band_precision is None
    again = judge_relevance(profile, measured, text, segment(text), vectors, contrasts, by_product, scores)
    assert again.band_precision == 0.9
    expected = 100 / (1 + np.exp(-12.0 * np.sqrt(1 / 3) * (by_product.max(axis=0) - 0.1)))
    assert [(p.product_id, p.name) for p in relevance.products] == [("oral-1", "葛根口服液"), ("tea-1", "决明子茶")]
    assert [p.score for p in relevance.products] == pytest.approx(list(expected), abs=0.006)


def test_paragraphs_are_held_against_each_product(
    profile: BrandProfile, small_edition: Edition, small_brand: Brand, toy: Encoder
) -> None:
    """By brute force from the likeness of each passage to each product."""
    text = f"{TEXTS[0]}{TEXTS[2]}\n{TEXTS[1]}"
    segments = segment(text)
    texts = [p.text for p in segments.passages]
    assert [len(p.passages) for p in segments.paragraphs] == [2, 1]
    _, each, _ = brute_force(small_edition, small_brand, toy, texts)
    vectors = toy.encode([normalise(t).text for t in texts])
    by_product = profile.product_contrast(vectors, profile.contrast(vectors))
    ratio = (by_product[:, 0] - by_product[:, 1]) / (each[:, 0] - each[:, 1])  # one deviation for all
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=1e-2)
    ids = [p.product_id for p in small_brand.products]
    found = paragraph_products(CURVE, segments, by_product, ids)
    letters = np.array([sum(c.isalnum() for c in t) for t in texts])
    for scores, within in zip(found, (slice(0, 2), slice(2, 3)), strict=True):
        n = within.stop - within.start
        for column, score in enumerate(scores):
            mean = (by_product[within, column] * letters[within]).sum() / letters[within].sum()
            expected = 100 / (1 + np.exp(-12.0 * np.sqrt(n / (n + 2)) * (mean - 0.1)))
            assert (score.product_id, score.score) == (ids[column], pytest.approx(expected, abs=0.006))


def test_with_one_product_a_paragraph_is_as_relevant_to_it_as_to_the_brand(
    small_library: Library, small_brand: Brand, toy: Encoder
) -> None:
    only = BrandProfile(replace(small_brand, products=small_brand.products[:1]), small_library.reference, toy)
    segments, vectors = segment("\n".join(TEXTS)), toy.encode([normalise(t).text for t in TEXTS])
    contrasts = only.contrast(vectors)
    each = paragraph_products(CURVE, segments, only.product_contrast(vectors, contrasts), ["oral-1"])
    assert [s.score for [s] in each] == pytest.approx(paragraph_scores(CURVE, segments, contrasts), abs=0.011)


def test_the_only_product_is_as_relevant_as_all_of_them(
    small_library: Library, small_brand: Brand, toy: Encoder
) -> None:
    only = BrandProfile(replace(small_brand, products=small_brand.products[:1]), small_library.reference, toy)
    vectors = toy.encode(TEXTS)
    contrasts = only.contrast(vectors)
    assert only.product_contrast(vectors, contrasts)[:, 0] == pytest.approx(contrasts)


def test_a_draft_without_passages_is_undecided(profile: BrandProfile, toy: Encoder) -> None:
    nothing = toy.encode([])
    contrasts = profile.contrast(nothing)
    by_product = profile.product_contrast(nothing, contrasts)
    relevance = judge_relevance(profile, CURVE, "", segment(""), nothing, contrasts, by_product, [])
    assert (relevance.score, relevance.uncertainty, relevance.band, relevance.missing) == (50.0, 50.0, "partly", [])
    assert (relevance.named, relevance.off_topic_paragraphs) == ([], [])
    assert [p.score for p in relevance.products] == [0.0, 0.0]


@given(names=st.lists(st.integers(1, 50), max_size=4), contrasts=st.lists(st.floats(-3, 5), min_size=3, max_size=3))
def test_names_add_a_little_however_many(names: list[int], contrasts: list[float]) -> None:
    segments = segment("\n".join(TEXTS))
    named = [NamedWord("护元堂", n) for n in names]
    more = relevance_evidence(segments, np.array(contrasts), named) - relevance_evidence(
        segments, np.array(contrasts), []
    )
    assert more == pytest.approx(0.1 if names else 0.0)


def test_names_and_words_of_the_brand_are_counted_once_each(
    small_library: Library, small_brand: Brand, toy: Encoder
) -> None:
    first, *rest = small_brand.products
    own = replace(small_brand, products=(replace(first, synonyms=("葛根口服",)), *rest), words=("古法熬制",))
    profile = BrandProfile(own, small_library.reference, toy)
    text = "護元堂的葛根口服液，古法熬制；葛根口服，护元堂，护 元 堂，葛根不是名字。"
    found = [NamedWord("护元堂", 3), NamedWord("葛根口服液", 1), NamedWord("古法熬制", 1), NamedWord("葛根口服", 1)]
    assert profile.named(text) == found
    assert profile.named("今天下雨。") == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("这支葛根口服液每支十毫升，拧开就能喝。", ["孕妇和儿童不宜饮用"]),
        ("葛根口服液孕妇和儿童不宜饮用，请放在高处。", ["每支十毫升"]),
        ("葛根口服液每支十毫升。孕妇和儿童不宜饮用。", []),
        ("葛根長在山坡上，冬天挖出來。", ["每支十毫升", "孕妇和儿童不宜饮用"]),
        ("葛根口服液每支十毫升，孕婦和兒童不宜飲用。", []),
    ],
)
def test_missing_key_points_are_those_not_said(
    profile: BrandProfile, toy: Encoder, text: str, missing: list[str]
) -> None:
    vectors = toy.encode([normalise(p.text).text for p in segment(text).passages])
    assert profile.missing_points(text, vectors, ["oral-1"], {}) == [
        MissingPoint("oral-1", point, None) for point in missing
    ]


def test_only_products_the_draft_is_about_have_missing_points(profile: BrandProfile, toy: Encoder) -> None:
    text = "决明子茶用八十五度热水泡五分钟。"
    vectors = toy.encode([normalise(text).text])
    assert profile.missing_points(text, vectors, ["tea-1"], {}) == [MissingPoint("tea-1", "独立三角茶包", None)]


def test_a_missing_point_goes_to_the_nearest_paragraph_on_topic(profile: BrandProfile, toy: Encoder) -> None:
    text = "人生没有白走的路。\n决明子茶用热水冲泡，好喝。\n医生和儿科护士。\n老人和儿童坐在一起听故事。"
    vectors = toy.encode([normalise(p.text).text for p in segment(text).passages])

    def paragraph(on_topic: dict[int, range]) -> int | None:
        by_point = {m.key_point: m.paragraph for m in profile.missing_points(text, vectors, ["oral-1"], on_topic)}
        return by_point["孕妇和儿童不宜饮用"]

    passages = [p.passages for p in segment(text).paragraphs]
    assert paragraph(dict(enumerate(passages))) == 3
    assert paragraph({1: passages[1], 2: passages[2]}) == 2
    assert paragraph({}) is None


def test_a_brands_own_words_are_kept_whole(small_library: Library, small_brand: Brand, toy: Encoder) -> None:
    """Cut by the general dictionary, the key point would be found in a text that says nothing of it."""
    text = "独立办公楼的三角形屋顶下。"
    vectors = toy.encode([normalise(text).text])
    own = replace(small_brand, words=("独立三角茶包",))
    found = [
        BrandProfile(b, small_library.reference, toy).missing_points(text, vectors, ["tea-1"], {})
        for b in (small_brand, own)
    ]
    assert found == [[], [MissingPoint("tea-1", "独立三角茶包", None)]]


def test_the_version_follows_products_and_words(small_library: Library, small_brand: Brand, toy: Encoder) -> None:
    first, *rest = small_brand.products
    brands = [
        small_brand,
        replace(small_brand, words=("茶包",)),
        replace(small_brand, products=(first,)),
        replace(small_brand, products=(replace(first, synonyms=("葛根饮",)), *rest)),
    ]
    versions = [BrandProfile(b, small_library.reference, toy).version for b in brands]
    assert len(set(versions)) == 4
    assert BrandProfile(replace(small_brand), small_library.reference, toy).version == versions[0]


def test_a_brand_without_products_is_refused_by_name(small_library: Library, toy: Encoder) -> None:
    with pytest.raises(EmptyBrand, match=r"空壳牌.*brand import"):
        BrandProfile(Brand("空壳牌"), small_library.reference, toy)


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "on_topic"), (60, "on_topic"), (59.99, "partly"), (20, "partly"), (19.99, "off_topic"), (0, "off_topic")],
)
def test_bands(score: float, band: str) -> None:
    assert relevance_band(score) == band


def test_facts_are_what_the_description_says(profile: BrandProfile, small_brand: Brand, toy: Encoder) -> None:
    said = [small_brand.products[0].key_points[0], "独立三角茶包", *TEXTS[1:]]
    assert profile.states_facts(toy.encode(said)).tolist() == [True, True, False, False]


def test_off_topic_paragraphs_are_the_reported_ones(checker: Checker) -> None:
    soup, news, use = BRAND_TEXTS["苔朵"]
    report = checker.check([Draft("d", f"{use}\n{soup}\n{news}", brand="苔朵")])[0]
    assert report.relevance is not None
    assert report.relevance.off_topic_paragraphs == [1, 2]
    assert {m.paragraph for m in report.relevance.missing} == {0}
    assert [(n.word, n.count) for n in report.relevance.named] == [("苔朵", 10)]


@pytest.mark.parametrize("brand", BRAND_TEXTS)
def test_names_cannot_carry_a_score_and_use_needs_none(checker: Checker, brand: str) -> None:
    soup, news, use = (checker.check([Draft("d", t, brand=brand)])[0].relevance for t in BRAND_TEXTS[brand])
    assert soup is not None and news is not None and use is not None
    assert soup.band == "off_topic" and soup.named[0].count >= 6
    assert news.score < 35 and news.named[0].count >= 3
    assert use.score > 65 and use.named == []
