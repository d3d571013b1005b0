"""A brand's account is what any process made of it last: its products, its words, its posts."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from contentcheck.corpus.live.accounts import LiveAccounts
from contentcheck.corpus.store.backup import backup, restore
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Brand, CorpusItem, Draft, Edition, Product
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import EmptyBrand, UnknownBrand
from contentcheck.engine.library import shipped_library
from contentcheck.engine.reference import Reference
from contentcheck.models.calibrations import calibration_for
from tests.brute_force import add, sentences
from tests.servers import KINDS, Place, new_place

POOL = sentences(8, 13)
BRAND = "护元堂"
DRAFT = Draft("d", POOL[0] + POOL[1], brand=BRAND)


class Kept:
    """A store with a brand, its live accounts, and a checker that asks them."""

    def __init__(self, place: Place, toy: Encoder, edition: Edition, brand: Brand):
        self.store = place.store()
        self.place = place
        self.vectors = StoredVectors(self.store.database, toy)
        self.store.brands.add([brand])
        reference = Reference(edition, self.vectors)
        library = shipped_library(reference)
        self.accounts = LiveAccounts(self.store, reference, self.vectors)
        calibration = calibration_for(toy.name, library)
        self.checker = Checker(self.vectors, lambda: library, calibration, self.accounts.current)

    def repeated(self, draft: Draft = DRAFT) -> list[tuple[str, float]] | None:
        """Posts that a draft repeats, and how much of it is in each."""
        repetition = self.checker.check([draft])[0].repetition
        return None if repetition is None else [(p.post_id, p.share) for p in repetition.posts]


@pytest.fixture(params=KINDS)
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, toy: Encoder, small_edition: Edition, small_brand: Brand
) -> Iterator[Kept]:
    made = Kept(new_place(request.param, tmp_path), toy, small_edition, small_brand)
    yield made
    made.store.database.close()


def test_the_same_profile_as_long_as_nothing_of_the_brand_has_changed(kept: Kept, small_brand: Brand) -> None:
    account = kept.accounts.current(BRAND)
    assert (account.profile.brand, account.posts) == (small_brand, None)
    kept.store.brands.add([Brand("另一家", (Product("p", "茶", "一种茶"),))])
    add(kept.store.library, CorpusItem("known", POOL[5]))
    assert kept.accounts.current(BRAND).profile is account.profile


def test_posts_do_not_make_the_profile_anew(kept: Kept) -> None:
    account = kept.accounts.current(BRAND)
    add(kept.store.brands.posts(BRAND), CorpusItem("post", POOL[5]))
    changed = kept.accounts.current(BRAND)
    assert changed.profile is account.profile
    assert changed.posts is not None
    assert kept.accounts.current(BRAND).posts is changed.posts


CHANGES: dict[str, Callable[[Kept], object]] = {
    "words": lambda k: k.store.brands.set_words(BRAND, ["葛粉"]),
    "allowed texts": lambda k: k.store.brands.set_allowed(BRAND, ["好好吃饭，慢慢养。"]),
    "another product": lambda k: k.store.brands.add([Brand(BRAND, (Product("new", "枸杞", "枸杞原浆"),))]),
    "a product's text": lambda k: k.store.brands.add([Brand(BRAND, (Product("tea-1", "决明子茶", "改过的说明"),))]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_of_a_brand_is_in_the_next_answer(kept: Kept, change: str) -> None:
    before = kept.accounts.current(BRAND).profile
    version = kept.checker.brand_version(BRAND)
    CHANGES[change](kept)
    after = kept.accounts.current(BRAND).profile
    assert after is not before
    assert after.brand == kept.store.brands.get(BRAND) != before.brand
    assert kept.checker.brand_version(BRAND) != version


ELSEWHERE = """
import sys
from pathlib import Path
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.pieces import prepare
from contentcheck.corpus.store.vectors import text_digest
from contentcheck.engine.documents import Brand, CorpusItem, Product
store = Store(Path(sys.argv[1]), sys.argv[2] or None)
brand, text = sys.argv[3:]
store.brands.add([Brand(brand, (Product("theirs", "枸杞", "枸杞原浆"),))])
pieces = prepare([CorpusItem("post", text, "往期")], lambda texts: [text_digest(t) for t in texts])
store.brands.posts(brand).add(pieces)
"""


def test_what_another_process_does_is_in_the_next_answer(kept: Kept) -> None:
    assert kept.repeated() is None
    arguments = [*kept.place.arguments, BRAND, POOL[1]]
    subprocess.run([sys.executable, "-c", ELSEWHERE, *arguments], check=True)
    products = kept.accounts.current(BRAND).profile.brand.products
    assert [p.product_id for p in products] == ["oral-1", "tea-1", "theirs"]
    ((post, share),) = kept.repeated() or []
    assert (post, share) == ("post", pytest.approx(len(POOL[1]) / len(DRAFT.text), abs=0.05))


def test_repetition_follows_the_posts(kept: Kept) -> None:
    posts = kept.store.brands.posts(BRAND)
    assert kept.repeated() is None
    add(posts, CorpusItem("one", POOL[0] + POOL[1]), CorpusItem("other", POOL[3]))
    ((post, share),) = kept.repeated() or []
    assert (post, share > 0.9) == ("one", True)
    add(posts, CorpusItem("other", POOL[1]))
    assert [post for post, _ in kept.repeated() or []] == ["one", "other"]
    posts.remove(["one"])
    assert [post for post, _ in kept.repeated() or []] == ["other"]
    posts.remove(["other"])
    assert kept.repeated() is None
    posts.undo(["one"])
    assert [post for post, _ in kept.repeated() or []] == ["one"]
    assert kept.repeated(replace(DRAFT, id="one")) == []


def test_each_brand_has_its_own_posts(kept: Kept, small_brand: Brand) -> None:
    kept.store.brands.add([replace(small_brand, name="另一家")])
    add(kept.store.brands.posts("另一家"), CorpusItem("theirs", POOL[0]))
    add(kept.store.library, CorpusItem("known", POOL[0]))
    assert kept.repeated() is None
    assert [post for post, _ in kept.repeated(replace(DRAFT, brand="另一家")) or []] == ["theirs"]


def test_a_brand_that_was_removed_and_made_again_has_no_posts(kept: Kept, small_brand: Brand) -> None:
    add(kept.store.brands.posts(BRAND), CorpusItem("one", POOL[0]))
    assert kept.repeated() is not None
    kept.store.brands.remove(BRAND)
    with pytest.raises(UnknownBrand, match=f"^没有名为“{BRAND}”的品牌；现有品牌：（还没有品牌）。"):
        kept.accounts.current(BRAND)
    kept.store.brands.add([small_brand])
    assert kept.repeated() is None


def test_a_brand_without_products_has_posts_but_no_account(kept: Kept) -> None:
    kept.store.brands.add([Brand("空的", ())])
    add(kept.store.brands.posts("空的"), CorpusItem("one", POOL[0]))
    with pytest.raises(EmptyBrand, match=r"^品牌“空的”没有任何产品"):
        kept.accounts.current("空的")
    assert kept.accounts.posts("空的").current().state.count == 1
    kept.store.brands.add([Brand("空的", (Product("p", "茶", "一种茶"),))])
    assert kept.repeated(replace(DRAFT, brand="空的")) == [("one", pytest.approx(0.5, abs=0.1))]


def test_a_restored_brand_is_noticed_though_its_numbers_are_the_same(
    kept: Kept,
    tmp_path: Path,
    toy: Encoder,
    small_edition: Edition,
    small_brand: Brand,
    request: pytest.FixtureRequest,
) -> None:
    changed = replace(small_brand, products=(Product("p", "另一种茶", "另一种茶的说明"),))
    elsewhere = Kept(new_place("sqlite", tmp_path / "elsewhere"), toy, small_edition, changed)
    with closing(elsewhere.store.database) as database:
        add(elsewhere.store.brands.posts(BRAND), CorpusItem("theirs", POOL[0]))
        backup(database, tmp_path / "theirs.backup")
    add(kept.store.brands.posts(BRAND), CorpusItem("ours", POOL[0]))
    assert [post for post, _ in kept.repeated() or []] == ["ours"]
    version = kept.store.brands.version(BRAND)
    restore(kept.store.database, tmp_path / "theirs.backup")
    assert kept.store.brands.version(BRAND) == version
    assert kept.accounts.current(BRAND).profile.brand == changed
    assert [post for post, _ in kept.repeated() or []] == ["theirs"]
