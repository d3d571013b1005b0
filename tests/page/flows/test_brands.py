"""A brand as its editor sets it up: made, given products by hand and from a file, its wording written down."""

import re
from uuid import uuid4

from playwright.sync_api import FilePayload, Page, expect

from tests.page.flows.settled import settled

_TABLE = """产品编号,产品名,正文,卖点,别名
tea,决明子茶,炒制决明子。,不含咖啡因,
oil,菜籽油,压榨菜籽油。,,小金瓶
bad,醋,,,
"""
_WORDS = {
    "zh": {
        "new_brand": "新品牌的名称",
        "make": "建立",
        "add": "添加产品",
        "new": "新产品",
        "name": "名称",
        "text": "介绍",
        "points": "要点",
        "synonyms": "别名",
        "save": "保存",
        "edit": "编辑“决明子茶”",
        "changed": "编辑“陈年决明子茶”",
        "known_as": "又名：小黄袋、明目茶",
        "own": "品牌自己的说法",
        "words": "专用词",
        "allowed": "固定用语",
        "saved": "已保存。",
        "all": "所有品牌",
        "one": "1 个产品",
        "import": "产品文件",
        "choose": "选择文件…",
        "imported": "导入完成。",
        "outcomes": ["2 新增", "1 不能用的行"],
        "bad": "“正文”列是空的",
        "two": "产品 2 个产品",
        "delete": "删除“菜籽油”",
        "deleted": "已删除“菜籽油”。",
        "left": "产品 1 个产品",
        "undo": "撤销",
    },
    "en": {
        "new_brand": "Name of the new brand",
        "make": "Make it",
        "add": "Add a product",
        "new": "A new product",
        "name": "Name",
        "text": "Description",
        "points": "Key points",
        "synonyms": "Other names",
        "save": "Save",
        "edit": "Edit “决明子茶”",
        "changed": "Edit “陈年决明子茶”",
        "known_as": "Also called: 小黄袋、明目茶",
        "own": "The brand's own wording",
        "words": "Words",
        "allowed": "Standing texts",
        "saved": "Saved.",
        "all": "All brands",
        "one": "1 product",
        "import": "Product file",
        "choose": "Choose files…",
        "imported": "Imported.",
        "outcomes": ["2 added", "1 could not be used"],
        "bad": "“正文”列是空的",
        "two": "Products 2 products",
        "delete": "Delete “菜籽油”",
        "deleted": "“菜籽油” was deleted.",
        "left": "Products 1 product",
        "undo": "Undo",
    },
}


def _made(page: Page, language: str) -> str:
    """The name of a new brand, whose page is shown."""
    words = _WORDS[language]
    name = f"茶铺{uuid4().hex[:6]}"
    page.goto("/#/brands")
    page.get_by_label(words["new_brand"]).fill(name)
    page.get_by_role("button", name=words["make"], exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return name


def test_a_brand_is_made_and_its_product_and_wording_are_written(page: Page, size: str, language: str):
    words = _WORDS[language]
    name = _made(page, language)
    page.get_by_role("button", name=words["add"]).click()
    form = page.get_by_role("form", name=words["new"])
    form.get_by_label(words["name"], exact=True).fill("决明子茶")
    form.get_by_label(words["text"], exact=True).fill("炒制决明子，每袋三克。")
    form.get_by_label(words["points"], exact=True).fill("不含咖啡因\n每袋三克")
    form.get_by_label(words["synonyms"], exact=True).fill("小黄袋")
    form.get_by_role("button", name=words["save"]).click()
    page.get_by_role("button", name=words["edit"]).click()
    form = page.get_by_role("form", name=words["edit"])
    form.get_by_label(words["name"], exact=True).fill("陈年决明子茶")
    form.get_by_label(words["synonyms"], exact=True).fill("小黄袋\n明目茶")
    settled(page)
    form.get_by_role("button", name=words["save"]).click()
    expect(page.get_by_role("button", name=words["changed"])).to_be_focused()
    product = page.get_by_role("article").filter(has=page.get_by_role("heading", name="陈年决明子茶"))
    expect(product.get_by_role("listitem")).to_have_text(["不含咖啡因", "每袋三克"])
    expect(product).to_contain_text(words["known_as"])

    wording = page.get_by_role("form", name=words["own"])
    wording.get_by_label(words["words"], exact=True).fill("小黄袋\n决明子")
    wording.get_by_label(words["allowed"], exact=True).fill("本文不构成医疗建议")
    wording.get_by_role("button", name=words["save"]).click()
    expect(page.locator("#messages")).to_contain_text(words["saved"])
    page.reload()  # all of it is kept
    expect(wording.get_by_label(words["words"], exact=True)).to_have_value("小黄袋\n决明子")
    expect(wording.get_by_label(words["allowed"], exact=True)).to_have_value("本文不构成医疗建议")
    expect(product).to_contain_text(words["known_as"])
    page.get_by_role("link", name=words["all"]).click()
    expect(page.get_by_role("link", name=f"{name} {words['one']}", exact=True)).to_be_visible()
    settled(page)


def test_products_are_imported_and_one_is_deleted_and_put_back(page: Page, size: str, language: str):
    words = _WORDS[language]
    table: FilePayload = {"name": "产品.csv", "mimeType": "text/csv", "buffer": _TABLE.encode()}
    _made(page, language)
    here = page.get_by_role("region", name=words["import"])
    with page.expect_file_chooser() as opened:
        here.get_by_role("button", name=words["choose"]).click()
    opened.value.set_files([table])
    expect(here.get_by_text(words["imported"])).to_be_visible()
    expect(here.get_by_role("listitem")).to_have_text(words["outcomes"])
    expect(here.get_by_role("row").last).to_contain_text(words["bad"])
    products = page.get_by_role("article")
    expect(page.get_by_role("heading", name=words["two"])).to_be_visible()
    expect(products).to_have_text([re.compile("决明子茶.*不含咖啡因"), re.compile("菜籽油.*小金瓶")])
    settled(page)

    page.get_by_role("button", name=words["delete"]).click()
    expect(page.locator("#messages")).to_contain_text(words["deleted"])
    expect(page.get_by_role("heading", name=words["left"])).to_be_focused()
    expect(products).to_have_count(1)
    page.get_by_role("button", name=words["undo"], exact=True).click()
    expect(page.get_by_role("heading", name=words["two"])).to_be_visible()
    page.reload()
    expect(products.filter(has_text="小金瓶")).to_be_visible()
    settled(page)
