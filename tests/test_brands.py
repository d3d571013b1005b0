"""Brands on both databases: products, words and posts; added, replaced, removed, and known by a version."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.brands import Brands
from contentcheck.corpus.store.pieces import prepare
from contentcheck.corpus.store.shelf import Shelf
from contentcheck.corpus.store.vectors import text_digest
from contentcheck.engine.documents import Brand, CorpusItem, Product
from contentcheck.engine.errors import InputError, UnknownBrand
from tests.servers import Place

CREAM = Product("p1", "面霜", "含神经酰胺", ("保湿", "修护"), ("霜", "乳霜"))
SERUM = Product("p2", "精华", "含烟酰胺")
WATER = Product("p3", "水", "水")
POST = CorpusItem("post-1", "秋冬换季，试试这款面霜。", "换季", published="2024-10-01")


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


@pytest.fixture
def brands(store: Store) -> Brands:
    return store.brands


def publish(shelf: Shelf, *posts: CorpusItem) -> None:
    shelf.add(prepare(list(posts), lambda texts: [text_digest(t) for t in texts]))


def test_no_brands_yet(brands: Brands) -> None:
    assert brands.all() == {}
    brands.add([])
    assert brands.all() == {}


def test_a_brand_comes_back_as_it_was(brands: Brands) -> None:
    flower = Brand("花间", (CREAM, SERUM), ("花间集", "水光肌"), ("花间，慢慢开。",))
    odd = Brand(
        "' \\ % _ \"", (Product("' \"", "；|", "a\nb", ("",), ("甲;乙",)),), ("\U0001f600",), ("\U0001f600' \\",)
    )
    brands.add([flower, odd, Brand("空")])
    assert brands.all() == {"花间": flower, odd.name: odd, "空": Brand("空")}
    assert list(brands.all()) == ["花间", odd.name, "空"]
    assert brands.get("花间") == flower
    assert brands.get(odd.name) == odd


def test_brands_are_merged_by_product(place: Place, brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM, SERUM)), Brand("山野", (SERUM,))])
    better = Product("p1", "新面霜", "更好", synonyms=("新霜",))
    with closing((other := place.store()).database):
        other.brands.add([Brand("花间", (WATER, better))])
    expected = Brand("花间", (better, SERUM, WATER))  # each where it first stood
    assert brands.all() == {"花间": expected, "山野": Brand("山野", (SERUM,))}


def test_the_last_of_products_that_share_an_id_counts(brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM, SERUM, replace(CREAM, name="后来的")))])
    assert brands.get("花间").products == (replace(CREAM, name="后来的"), SERUM)
    brands.add([Brand("花间", (WATER,)), Brand("花间", (replace(WATER, name="更后来的"),))])
    assert brands.get("花间").products[2:] == (replace(WATER, name="更后来的"),)


def test_products_of_two_brands_may_share_an_id(brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM,)), Brand("山野", (replace(SERUM, product_id="p1"),))])
    assert brands.get("花间").products == (CREAM,)
    assert brands.get("山野").products == (replace(SERUM, product_id="p1"),)


def test_a_failing_source_adds_nothing(brands: Brands) -> None:
    def source() -> Iterator[Brand]:
        yield Brand("花间", (CREAM,))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        brands.add(source())
    assert brands.all() == {}


def test_words_are_gathered_and_can_be_set(brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM,), ("甲", "乙", "甲"))])
    brands.add([Brand("花间", words=("乙", "丙"))])
    assert brands.get("花间") == Brand("花间", (CREAM,), ("甲", "乙", "丙"))
    brands.set_words("花间", ["丁", "乙", "丁"])
    assert brands.get("花间").words == ("丁", "乙")
    brands.set_words("花间", [])
    assert brands.get("花间") == Brand("花间", (CREAM,))


def test_allowed_texts_are_gathered_and_can_be_set(brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM,), ("甲",), ("花间，慢慢开。",))])
    brands.add([Brand("花间", allowed=("每晚九点见。", "花间，慢慢开。"))])
    assert brands.get("花间") == Brand("花间", (CREAM,), ("甲",), ("花间，慢慢开。", "每晚九点见。"))
    brands.set_allowed("花间", ["请以实物为准", "每晚九点见。", "请以实物为准"])
    assert brands.get("花间").allowed == ("请以实物为准", "每晚九点见。")
    with pytest.raises(InputError, match=r"^固定用语“短的”太短"):
        brands.set_allowed("花间", ["请以实物为准", "短的"])
    assert brands.get("花间").allowed == ("请以实物为准", "每晚九点见。")
    brands.set_allowed("花间", [])
    assert brands.get("花间") == Brand("花间", (CREAM,), ("甲",))


def test_the_version_changes_with_the_brand_alone(brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM,)), Brand("山野", (SERUM,))])
    versions = [brands.version("花间")]
    other = brands.version("山野")
    for change in (
        lambda: brands.add([Brand("花间", (SERUM,))]),
        lambda: brands.add([Brand("花间", words=("甲",))]),
        lambda: brands.set_words("花间", ["乙"]),
        lambda: brands.set_words("花间", []),
        lambda: brands.set_allowed("花间", ["花间，慢慢开。"]),
    ):
        change()
        versions.append(brands.version("花间"))
    assert len(set(versions)) == 6
    assert brands.version("山野") == other
    publish(brands.posts("花间"), POST)
    assert brands.version("花间") == versions[-1]
    brands.remove("花间")
    brands.add([Brand("花间", (CREAM,))])
    assert brands.version("花间") not in versions


def test_a_removed_brand_is_gone_and_does_not_come_back_with_another_import(brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM, SERUM), ("甲",)), Brand("山野", (SERUM,))])
    publish(brands.posts("花间"), POST)
    brands.remove("花间")
    assert brands.all() == {"山野": Brand("山野", (SERUM,))}
    brands.add([Brand("花间", (WATER,))])
    assert brands.get("花间") == Brand("花间", (WATER,))
    assert list(brands.all()) == ["山野", "花间"]
    posts = brands.posts("花间")
    assert list(posts.items()) == []
    assert posts.state().count == 0
    with pytest.raises(InputError, match="没有被删除过"):
        posts.undo(["post-1"])
    for _ in range(2):  # as often as one likes
        brands.remove("花间")
        brands.add([Brand("花间", (CREAM,))])
    assert brands.get("花间") == Brand("花间", (CREAM,))


def test_posts_belong_to_their_brand(store: Store, brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM,)), Brand("山野", (SERUM,))])
    publish(brands.posts("花间"), POST, CorpusItem("post-2", "同样的一篇。"))
    publish(brands.posts("山野"), replace(POST, title="另一篇"))
    publish(store.library, replace(POST, title="库中的"))
    assert [i.id for i in brands.posts("花间").items()] == ["post-1", "post-2"]
    assert list(brands.posts("山野").items()) == [replace(POST, title="另一篇")]
    assert list(store.library.items()) == [replace(POST, title="库中的")]
    assert brands.posts("花间").number != brands.posts("山野").number
    assert schema.LIBRARY not in (brands.posts("花间").number, brands.posts("山野").number)
    assert [i.title for i in brands.posts("山野").items(words="面霜")] == ["另一篇"]
    brands.remove("花间")
    assert brands.posts("山野").state().count == 1
    assert store.library.state().count == 1


def test_the_posts_of_a_removed_brand_are_removed(brands: Brands) -> None:
    brands.add([Brand("花间", (CREAM,))])
    posts = brands.posts("花间")
    publish(posts, POST)
    brands.remove("花间")
    assert list(posts.items()) == []
    assert list(posts.items(words="面霜")) == []
    assert (posts.state().count, posts.state().digest) == (0, bytes(16))


@pytest.mark.parametrize(
    "use",
    [
        Brands.get,
        Brands.version,
        Brands.posts,
        Brands.remove,
        lambda brands, name: brands.set_words(name, ["甲"]),
        lambda brands, name: brands.set_allowed(name, ["花间，慢慢开。"]),
    ],
    ids=["get", "version", "posts", "remove", "set_words", "set_allowed"],
)
@pytest.mark.parametrize(("names", "known"), [((), "（还没有品牌）"), (("花间", "山野"), "花间、山野")])
def test_an_unknown_brand_names_those_there_are(
    brands: Brands, use: Callable[[Brands, str], object], names: tuple[str, ...], known: str
) -> None:
    brands.add([*(Brand(name, (CREAM,)) for name in names), Brand("海上")])
    brands.remove("海上")
    with pytest.raises(UnknownBrand) as error:
        use(brands, "海上")
    wanted = f"没有名为“海上”的品牌；现有品牌：{known}。请先导入：contentcheck brand import 文件"
    assert str(error.value) == wanted
    assert list(brands.all()) == list(names)


def test_what_a_feed_said_last_is_remembered(store: Store) -> None:
    url, other = "https://example.com/feed?a=1&b=余生", "https://example.com/other"
    assert store.feeds.get(url) == ("", "")
    store.feeds.remember(url, '"etag-1"', "Tue, 05 Mar 2024 08:00:00 GMT")
    store.feeds.remember(other, "", "")
    assert store.feeds.get(url) == ('"etag-1"', "Tue, 05 Mar 2024 08:00:00 GMT")
    store.feeds.remember(url, 'W/"etag-2"', "")
    assert store.feeds.get(url) == ('W/"etag-2"', "")
    assert store.feeds.get(other) == ("", "")
