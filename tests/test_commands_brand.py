"""`contentcheck brand` and `contentcheck posts` as their users meet them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.command_line import Run, refusal, shipping, small_edition, write_jsonl

SOY = {
    "brand": "山野集",
    "product_id": "soy",
    "name": "手工黑豆酱油",
    "text": "手工黑豆酱油，三年陶缸日晒，五百毫升一瓶，零添加防腐剂。",
    "key_points": ["三年日晒", "零添加"],
    "synonyms": ["老酱油", "豆豉汁"],
}
OIL = {
    "brand": "山野集",
    "product_id": "oil",
    "name": "山茶油",
    "text": "物理压榨山茶油，一升装，适合凉拌和煎炒。",
    "key_points": [],
    "synonyms": ["茶籽油", "木籽油"],
}
POST = {
    "id": "旧文",
    "title": "酱缸旁的一天",
    "text": "师傅六点开缸，把豆醅翻一遍，再盖上竹匾。晒足三年的酱油，颜色像琥珀，滴在碗边慢慢挂住。",
    "published": "2024-05-01",
}
OTHER = {"id": "别的", "text": "市水务局昨日通报，城东水厂二期扩建工程已于上周完成管网冲洗。"}


@pytest.fixture(autouse=True)
def small_world() -> Iterator[None]:
    with shipping(small_edition()):
        yield


@pytest.fixture
def own(run_here: Run, tmp_path: Path) -> Path:
    """A home with one brand."""
    source = write_jsonl(tmp_path / "brand.jsonl", SOY, {**OIL, "synonyms": "茶籽油；木籽油"})
    done = run_here("brand", "import", str(source), home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "已导入 1 个品牌、2 个产品：山野集。\n"
    return tmp_path / "home"


def shown(run_here: Run, home: Path) -> dict[str, Any]:
    return json.loads(run_here("brand", "show", "山野集", home=home).stdout)


def without_brand(product: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in product.items() if name != "brand"}


def test_a_brand_with_key_points_and_synonyms(run_here: Run, own: Path) -> None:
    products = [without_brand(SOY), without_brand(OIL)]
    usual = {"common": 70, "mixed": 50, "off_topic": 20, "weak": 35}
    whole = {"name": "山野集", "products": products, "words": [], "allowed": [], "thresholds": usual}
    assert shown(run_here, own) == whole
    assert run_here("brand", "list", home=own).stdout == "山野集\t2\t手工黑豆酱油、山茶油\n"


def test_a_table_with_chinese_columns(run_here: Run, own: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["品牌", "产品编号", "产品名", "正文", "卖点", "别名"])
    book.active.append(["山野集", "oil", "山茶籽油", OIL["text"], "物理压榨|一升装", "茶籽油"])
    book.save(tmp_path / "产品.xlsx")
    done = run_here("brand", "import", str(tmp_path / "产品.xlsx"), home=own)
    assert done.stderr == "已导入 1 个品牌、1 个产品：山野集。\n"
    renewed = {**OIL, "name": "山茶籽油", "key_points": ["物理压榨", "一升装"], "synonyms": ["茶籽油"]}
    assert shown(run_here, own)["products"] == [without_brand(SOY), without_brand(renewed)]


def test_a_synonym_counts_as_the_product(run_here: Run, own: Path, tmp_path: Path) -> None:
    draft = "老酱油拌面最香，豆豉汁淋在热面上，一筷子就知道好坏。" * 4

    def score() -> float:
        report = json.loads(
            run_here("check", "-", "--brand", "山野集", "--json", home=own, stdin=draft.encode()).stdout
        )
        return next(p["score"] for p in report["relevance"]["products"] if p["product_id"] == "soy")

    known = score()
    write_jsonl(tmp_path / "bare.jsonl", {**SOY, "synonyms": []})
    run_here("brand", "import", str(tmp_path / "bare.jsonl"), home=own)
    assert known > score() + 10


def test_words_replace_those_before(run_here: Run, own: Path, tmp_path: Path) -> None:
    words = tmp_path / "词.txt"
    words.write_bytes("黑豆酱油\r\n\r\n 陶缸日晒 \r\n黑豆酱油\r\n".encode("gb18030"))
    done = run_here("brand", "words", "山野集", str(words), home=own)
    assert (done.returncode, done.stderr) == (0, "品牌“山野集”现有 2 个专用词。\n")
    assert shown(run_here, own)["words"] == ["黑豆酱油", "陶缸日晒"]
    words.write_text("豆醅", "utf-8")
    assert run_here("brand", "words", "山野集", str(words), home=own).stderr == "品牌“山野集”现有 1 个专用词。\n"
    assert shown(run_here, own)["words"] == ["豆醅"]


def test_allowed_texts_replace_those_before_and_are_not_scored(run_here: Run, own: Path, tmp_path: Path) -> None:
    listed = tmp_path / "固定用语.txt"
    listed.write_text("慢慢晒，才有太阳味。\n\n 图片仅供参考，请以实物为准 \n慢慢晒，才有太阳味。\n", "utf-8")
    done = run_here("brand", "allow", "山野集", str(listed), home=own)
    assert (done.returncode, done.stderr) == (0, "品牌“山野集”现有 2 条固定用语。\n")
    assert shown(run_here, own)["allowed"] == ["慢慢晒，才有太阳味。", "图片仅供参考，请以实物为准"]
    draft = "慢慢曬才有太陽味！\n师傅六点开缸，把豆醅翻一遍，再盖上竹匾，等太阳出来。图片仅供参考请以实物为准"

    def set_aside(*arguments: str) -> list[str]:
        report = json.loads(run_here("check", "-", "--json", *arguments, home=own, stdin=draft.encode()).stdout)
        return [part["text"] for part in report["set_aside"] if part["kind"] == "allowed"]

    assert set_aside("--brand", "山野集") == ["慢慢曬才有太陽味！", "图片仅供参考请以实物为准"]
    assert set_aside() == []
    listed.write_text("师傅六点开缸", "utf-8")
    assert run_here("brand", "allow", "山野集", str(listed), home=own).stderr == "品牌“山野集”现有 1 条固定用语。\n"
    assert set_aside("--brand", "山野集") == ["师傅六点开缸，"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("allow", "山野集", "{0}/短.txt"),
            "固定用语“太阳味”太短：至少要有 4 个字，否则正文里碰巧出现的字也会被略过；请写完整的一句",
        ),
        (("allow", "山野集", "{0}/没有.txt"), "{0}/没有.txt：文件不存在；请检查路径"),
        (("words", "山野集", "{0}/没有.txt"), "{0}/没有.txt：文件不存在；请检查路径"),
        (("words", "山野集", "{0}"), "{0}：不是文件"),
        (
            ("words", "没有", "{0}/brand.jsonl"),
            "没有名为“没有”的品牌；现有品牌：山野集。请先导入：contentcheck brand import 文件",
        ),
        (("show", "没有"), "没有名为“没有”的品牌；现有品牌：山野集。请先导入：contentcheck brand import 文件"),
        (("remove", "没有"), "没有名为“没有”的品牌；现有品牌：山野集。请先导入：contentcheck brand import 文件"),
        (("import",), "请给出一个产品文件，或用 --samples 导入示例品牌，二者选一"),
        (("import", "{0}/没有.csv"), "{0}/没有.csv：文件不存在；请检查路径"),
        (("import", "{0}/空.jsonl"), "{0}/空.jsonl：没有可以导入的内容"),
        (
            ("import", "{0}/表"),
            "{0}/表/坏.jsonl 第 2 行：字段 product_id 是空的；应为一段文字。"
            "之前的 1 行已导入；改正后重新运行同一命令，或加 --skip-bad 跳过坏行",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    run_here: Run, own: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "空.jsonl").touch()
    (tmp_path / "短.txt").write_text("慢慢晒，才有太阳味\n太阳味", "utf-8")
    (tmp_path / "表").mkdir()
    write_jsonl(tmp_path / "表" / "坏.jsonl", SOY, {"brand": "山野集", "name": "x", "text": "y"})
    before = shown(run_here, own)
    done = run_here("brand", *(a.format(tmp_path) for a in arguments), home=own)
    assert refusal(done) == said.format(tmp_path)
    assert shown(run_here, own) == before


def test_bad_products_are_left_out_on_request(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "more.jsonl", {**SOY, "name": ""}, {**OIL, "product_id": "oil-2"})
    done = run_here("brand", "import", str(source), "--skip-bad", home=own)
    rejects = tmp_path / "more.jsonl.rejects.jsonl"
    assert done.stderr == f"跳过 1 个坏行，见 {rejects}。\n已导入 1 个品牌、1 个产品：山野集。\n"
    written = json.loads(rejects.read_text("utf-8"))
    assert (written["line"], written["reason"]) == (1, "字段 name 是空的；应为一段文字")
    assert [p["product_id"] for p in shown(run_here, own)["products"]] == ["soy", "oil", "oil-2"]


def test_a_brand_that_is_removed_takes_its_posts_along(run_here: Run, own: Path, tmp_path: Path) -> None:
    posts = write_jsonl(tmp_path / "posts.jsonl", POST)
    run_here("posts", "import", str(posts), "--brand", "山野集", home=own)
    assert run_here("brand", "remove", "山野集", home=own).stderr == "已删除品牌“山野集”。\n"
    empty = "还没有品牌。请导入：contentcheck brand import 文件（或 --samples）。\n"
    assert run_here("brand", "list", home=own).stderr == empty
    unknown = "没有名为“山野集”的品牌；现有品牌：（还没有品牌）。请先导入：contentcheck brand import 文件"
    assert refusal(run_here("posts", "list", "--brand", "山野集", home=own)) == unknown
    run_here("brand", "import", str(tmp_path / "brand.jsonl"), home=own)
    assert run_here("posts", "list", "--brand", "山野集", home=own).stderr == "品牌“山野集”没有已发文章。\n"


# ---- posts ----


@pytest.fixture
def published(run_here: Run, own: Path, tmp_path: Path) -> Path:
    """The home, where the brand has two posts."""
    source = write_jsonl(tmp_path / "posts.jsonl", POST, OTHER)
    done = run_here("posts", "import", str(source), "--brand", "山野集", home=own)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "已导入 2 条。\n")
    return own


def posts(run_here: Run, home: Path, command: str, *arguments: str) -> Any:
    return run_here("posts", command, *arguments, "--brand", "山野集", home=home)


def test_posts_are_listed_searched_removed_and_brought_back(run_here: Run, published: Path, tmp_path: Path) -> None:
    first = f"旧文\t\t2024-05-01\t酱缸旁的一天\t{POST['text'][:40]}\n"
    second = f"别的\t\t\t\t{OTHER['text']}\n"
    assert posts(run_here, published, "list").stdout == first + second
    assert posts(run_here, published, "list", "--search", "琥珀").stdout == first
    nothing = "品牌“山野集”没有符合条件的已发文章。\n"
    assert posts(run_here, published, "list", "--search", "没有的词").stderr == nothing
    assert posts(run_here, published, "remove", "旧文").stderr == "已删除 1 篇。\n"
    assert posts(run_here, published, "list").stdout == second
    gone = "没有编号为“旧文”的内容；可用 list 命令查看已有的编号"
    assert refusal(posts(run_here, published, "remove", "旧文")) == gone
    assert posts(run_here, published, "remove", "旧文", "--undo").stderr == "已恢复 1 篇。\n"
    target = tmp_path / "exported.jsonl"
    assert posts(run_here, published, "export", "--output", str(target)).stderr == f"已导出 2 条到 {target}。\n"
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    empty = {"title": "", "genre": "", "source": "", "licence": "", "tags": [], "published": ""}
    assert rows == [{**empty, **POST}, {**empty, **OTHER}]
    assert posts(run_here, published, "import", str(target)).stderr == "已导入 0 条；2 条早已在库中，未变。\n"


def test_posts_do_not_get_into_the_library(run_here: Run, published: Path) -> None:
    empty = "没有内容。自建库是空的；随程序提供的内容请加 --shipped 查看。\n"
    assert run_here("corpus", "list", home=published).stderr == empty


def test_a_draft_that_repeats_a_post_is_told(run_here: Run, published: Path) -> None:
    copied = "晒足三年的酱油，颜色像琥珀，滴在碗边慢慢挂住。"
    draft = f"{copied}\n新一批黑豆酱油本周装瓶，五百毫升一瓶，门店和小程序同步上架，每人限购两瓶。" * 2

    def repetition() -> Any:
        arguments = "check", "-", "--brand", "山野集", "--json"
        return json.loads(run_here(*arguments, home=published, stdin=draft.encode()).stdout)["repetition"]

    said = repetition()
    assert [(p["post_id"], p["title"], p["published"]) for p in said["posts"]] == [
        ("旧文", "酱缸旁的一天", "2024-05-01")
    ]
    spans = {(m["item_id"], m["kind"], draft[m["start"] : m["end"]]) for m in said["matches"]}
    assert spans == {("旧文", "verbatim", copied.removesuffix("。"))}
    assert all(m["item_text"] == POST["text"][m["item_start"] : m["item_end"]] for m in said["matches"])
    posts(run_here, published, "remove", "旧文")
    assert repetition()["posts"] == []
    posts(run_here, published, "remove", "别的")
    assert repetition() is None


def test_posts_of_no_brand(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "posts.jsonl", POST)
    said = refusal(run_here("posts", "import", str(source), "--brand", "没有", home=own))
    assert said == "没有名为“没有”的品牌；现有品牌：山野集。请先导入：contentcheck brand import 文件"
