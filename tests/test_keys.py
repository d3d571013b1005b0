"""Keys to the service: shown once, kept as a hash, limited to brands by id, useless once revoked."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from contentcheck.corpus.store import Store
from contentcheck.engine.documents import Brand, Product
from contentcheck.engine.errors import InputError, UnknownBrand
from tests.command_line import Run, refusal
from tests.servers import Place, contents

TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。"),))
OIL = Brand("油坊", (Product("oil-1", "菜籽油", "物理压榨。"),))


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


def test_a_key_is_found_by_its_secret_which_is_not_kept(store: Store, place: Place) -> None:
    keys = store.keys
    assert not keys.any()
    made, secret = keys.create("网站", ["check", "read"], None, 60)
    assert secret.startswith("ck_") and len(secret) >= 35
    assert (made.name, made.scopes, made.brands, made.rate) == ("网站", ("check", "read"), None, 60)
    with closing((other := place.store()).database):
        assert made == keys.find(secret) == other.keys.find(secret)
    assert keys.any() and keys.all() == [made] and made.revoked_at is None
    assert secret[3:] not in repr(contents(store))
    assert not any(keys.find(wrong) for wrong in ("", "ck_", secret[:-1], secret + "x", secret.lower(), "\udcff\x00"))


def test_a_revoked_key_is_useless_at_once_everywhere(store: Store, place: Place) -> None:
    _, first = store.keys.create("一", ["check"], None, 60)
    _, second = store.keys.create("二", ["check"], None, 60)
    assert store.keys.find(first) and store.keys.find(second)
    program = (
        "import sys; from pathlib import Path; from contentcheck.corpus.store import Store;"
        "store = Store(Path(sys.argv[1]), sys.argv[2] or None); store.keys.revoke('一'); store.database.close()"
    )
    subprocess.run([sys.executable, "-c", program, *place.arguments], check=True)
    assert store.keys.find(first) is None and store.keys.find(second) is not None
    store.keys.revoke(str(store.keys.all()[1].id))
    assert store.keys.find(second) is None and not store.keys.any()
    assert all(key.revoked_at for key in store.keys.all())


def test_a_key_of_a_removed_brand_does_not_open_a_new_one_of_that_name(store: Store) -> None:
    store.brands.add([TEA, OIL])
    _, both = store.keys.create("两个", ["check"], ["油坊", "茶铺", "茶铺"], 60)
    _, one = store.keys.create("一个", ["check"], ["茶铺"], 60)
    store.brands.remove("茶铺")
    store.brands.add([TEA])
    found = store.keys.find(both), store.keys.find(one)
    assert [key.brands for key in found if key] == [("油坊",), ()]  # not None, which would be every brand


def test_what_cannot_be_a_key_is_refused_and_leaves_nothing(store: Store) -> None:
    store.keys.create("网站", ["check"], None, 60)
    for name, brands, rate, error, words in (
        ("", None, 60, InputError, "名称"),
        ("12", None, 60, InputError, "编号"),
        ("网站", None, 60, InputError, "keys revoke 网站"),
        ("新", None, 0, InputError, "60000"),
        ("新", None, 60_001, InputError, "60000"),
        ("新", ["没有"], 60, UnknownBrand, "没有"),
    ):
        with pytest.raises(error, match=words):
            store.keys.create(name, ["check"], brands, rate)
    assert len(store.keys.all()) == 1
    with pytest.raises(InputError, match="网站"):
        store.keys.revoke("7" * 30)
    store.keys.revoke("网站")
    with pytest.raises(InputError, match="没有编号或名称"):
        store.keys.revoke("网站")
    store.keys.create("网站", ["check"], None, 60)  # the name is free again


def test_the_commands_make_list_and_revoke(run_here: Run, tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    place.store().brands.add([TEA, OIL])
    assert "还没有密钥" in run_here("keys", "list", home=tmp_path).stderr
    arguments = ("--scopes", "read，check", "--brand", "茶铺", "--brand", "油坊", "--name", "网站", "--rate", "9")
    made = run_here("keys", "create", *arguments, home=tmp_path)
    key = place.store().keys.find(made.stdout.removesuffix("\n"))
    assert key and (key.name, key.scopes, key.brands, key.rate) == ("网站", ("check", "read"), ("茶铺", "油坊"), 9)
    assert made.stdout.strip() not in made.stderr and "只" not in made.stdout
    listed = run_here("keys", "list", home=tmp_path).stdout
    assert listed.split("\t")[:5] == ["1", "网站", "check、read", "茶铺、油坊", "9"] and "有效" in listed
    revoked = run_here("keys", "revoke", "1", home=tmp_path)
    assert "已吊销密钥 1（网站）" in revoked.stderr and "没有有效的密钥" in revoked.stderr
    assert "吊销" in run_here("keys", "list", home=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "--name", "a", "--scopes", "check,wirte"), "没有这样的权限：wirte；可选：check（"),
        (("create", "--name", "a", "--scopes", " , "), "没有给出权限；可选：check（"),
        (("create", "--name", "a", "--scopes", "check", "--brand", "没有"), "没有名为“没有”的品牌；现有品牌：茶铺"),
        (("create", "--name", "a", "--scopes", "check", "--rate", "0"), "应为 1 至 60000"),
        (("revoke", "网站"), "没有编号或名称为“网站”的有效密钥"),
    ],
)
def test_a_wrong_command_is_told_what_would_be_right(
    run_here: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    Place(tmp_path, None).store().brands.add([TEA])
    assert words in refusal(run_here("keys", *arguments, home=tmp_path))
    assert not Place(tmp_path, None).store().keys.all()
