"""The settings: what counts, what may be published, what editors said; and one click on a finding."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from contentcheck.app import Settings, open_store
from contentcheck.corpus.shipped import sample_brands
from contentcheck.engine.opinion import About, Finding, Opinion
from contentcheck.engine.thresholds import USUAL, Thresholds
from tests.page.accessible import violations

SECTIONS = ["判定标准", "发布规则", "意见", "密钥", "语言", "关于"]
BRAND = "苔朵"
SOUP = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the sample brands and what editors said of three reports."""
    folder = tmp_path_factory.mktemp("home")
    store = open_store(Settings(home=folder))
    store.brands.add(sample_brands())
    store.feedback.add(
        [
            Opinion(SOUP, Finding(About.HOMOGENEITY, 82.3), False, "这句是<b>口号</b>", BRAND),
            Opinion("第二篇", Finding(About.RELEVANCE, 17.0, 3), True, "", None),
            Opinion("第三篇", Finding(About.TITLE, 61.0), False, "不是标题党", BRAND),
        ]
    )
    store.database.close()
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_section_is_accessible(page: Page, size: str, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.goto("/#/settings")
    for section in SECTIONS:
        page.get_by_role("link", name=section, exact=True).click()
        expect(page.get_by_role("heading", level=2)).to_have_text(section)
        page.wait_for_load_state("networkidle")
        expect(page.locator(".setting")).not_to_contain_text("正在读取")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def test_thresholds_are_set_saved_taken_back_and_reset(page: Page, home: Path, size: str):
    store = open_store(Settings(home=home)).brands
    page.goto("/#/settings/thresholds")
    number = page.get_by_role("spinbutton", name="套路内容", exact=True)
    slider = page.get_by_role("slider", name="套路内容", exact=True)
    save = page.get_by_role("button", name="保存", exact=True)
    expect(save).to_be_disabled()
    number.fill("45")  # below the other, which gives way
    expect(slider).to_have_value("45")
    expect(page.get_by_role("spinbutton", name="部分套路")).to_have_value("44")
    slider.press("ArrowRight")
    expect(number).to_have_value("46")
    page.get_by_role("link", name="语言").click()
    page.get_by_role("link", name="判定标准").click()
    expect(number).to_have_value("46")  # nothing typed is lost
    expect(page.get_by_text("有改动还没保存")).to_be_visible()
    save.click()
    expect(page.get_by_text("已保存“苔朵”")).to_be_visible()
    assert store.get(BRAND).thresholds == Thresholds(common=46, mixed=44)
    page.get_by_role("button", name="撤销").click()
    expect(number).to_have_value("70")
    assert store.get(BRAND).thresholds == USUAL
    number.fill("88")
    page.get_by_role("button", name="恢复默认").click()
    expect(number).to_have_value("70")
    expect(save).to_be_disabled()
    for wrong in ("", "101", "0"):
        number.fill(wrong)
        number.blur()
        expect(number).to_have_value("70")


def test_who_was_faster_is_told_of_and_nothing_is_lost(page: Page, home: Path, address: str):
    store = open_store(Settings(home=home)).brands
    page.goto("/#/settings/thresholds")
    number = page.get_by_role("spinbutton", name="套路内容", exact=True)
    number.fill("81")
    httpx.put(f"{address}/v1/brands/{BRAND}", json={"thresholds": {"common": 66}})
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("套路内容 66")
    expect(number).to_have_value("81")
    assert store.get(BRAND).thresholds.common == 66
    page.get_by_role("button", name="改用他们的").click()
    expect(number).to_have_value("66")
    number.fill("82")
    httpx.put(f"{address}/v1/brands/{BRAND}", json={"thresholds": {"common": 67}})
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="保存我的").click()
    expect(page.get_by_text("已保存“苔朵”")).to_be_visible()
    assert store.get(BRAND).thresholds.common == 82
    number.fill("83")
    httpx.put(f"{address}/v1/brands/{BRAND}", json={"words": ["新词"], "thresholds": {"common": 82}})
    page.get_by_role("button", name="保存", exact=True).click()  # what the other changed is not touched by this
    expect(page.get_by_text("有改动还没保存")).to_have_count(0)
    after = store.get(BRAND)
    assert (after.thresholds.common, after.words) == (83, ("新词",))
    httpx.put(f"{address}/v1/brands/{BRAND}", json={"thresholds": {}, "words": []})


def test_publishing_rules_are_saved_and_taken_back(page: Page, address: str):
    rules = f"{address}/v1/brands/{BRAND}/policy"
    page.goto("/#/settings/policy")
    page.get_by_label("建议修改").check()
    page.get_by_label("保留天数").fill("90")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存“苔朵”")).to_be_visible()
    assert httpx.get(rules).json() == {"blocks": ["reject", "revise"], "retention_days": 90}
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_label("保留天数")).to_have_value("")
    assert httpx.get(rules).json() == {"blocks": ["reject"], "retention_days": None}


def test_feedback_is_read_filtered_and_deleted(page: Page, home: Path):
    page.goto("/#/settings/feedback")
    cards = page.locator(".opinions > li")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("不是标题党")  # the newest
    expect(cards.last).to_contain_text("这句是<b>口号</b>")
    page.get_by_label("看法").select_option("同意")
    expect(cards).to_have_count(1)
    expect(cards.first).to_contain_text("第 4 句")
    page.get_by_label("看法").select_option("全部")
    page.get_by_label("品牌").select_option(BRAND)
    page.get_by_label("分数").select_option("同质化")
    expect(cards).to_have_count(1)
    cards.first.get_by_text("看稿件").click()
    expect(cards.first.get_by_role("region", name="稿件")).to_have_text(SOUP)
    page.evaluate("sessionStorage.setItem('contentcheck.draft', JSON.stringify({text: '没写完'}))")
    page.get_by_role("button", name="重新检查这篇稿件").click()
    field = page.get_by_role("textbox", name="正文")
    expect(field).to_have_value(SOUP)
    expect(page.get_by_role("combobox", name="品牌")).to_have_value(BRAND)
    page.get_by_role("button", name="换回原来的").click()
    expect(field).to_have_value("没写完")
    page.goto("/#/settings/feedback")
    page.get_by_label("分数").select_option("标题党")
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="删除 标题党").click()
    page.get_by_role("dialog").get_by_role("button", name="不了").click()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="删除 标题党").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text("没有这样的意见")).to_be_visible()
    kept = open_store(Settings(home=home)).feedback.all()
    assert [o.finding.about for o in kept] == [About.HOMOGENEITY, About.RELEVANCE]


def test_the_language_is_chosen(page: Page):
    page.goto("/#/settings/language")
    page.get_by_label("English").check()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page.get_by_role("link", name="About")).to_be_visible()
    page.get_by_label("中文").check()
    expect(page.get_by_role("heading", name="设置")).to_be_visible()


def test_about_says_what_this_is(page: Page, address: str):
    page.goto("/#/settings/about")
    info = httpx.get(f"{address}/v1/info").json()
    for fact in (info["version"], info["model"], info["library_version"], "本机"):
        expect(page.locator("dl")).to_contain_text(fact)


DISAGREE = """async ([report, text]) => {
    const { disagree } = await import('/page/opinion.js');
    const place = document.getElementById('place') ?? document.createElement('div');
    place.id = 'place';
    place.replaceChildren(disagree({ report, text, about: 'homogeneity', passage: 0, brand: '苔朵' }));
    document.querySelector('main').prepend(place);
}"""


def test_one_click_says_that_a_finding_is_wrong_and_one_takes_it_back(page: Page, address: str):
    report = httpx.post(f"{address}/v1/checks", json={"text": SOUP, "brand": BRAND}).json()
    page.goto("/#/settings/about")
    expect(page.locator("dl")).to_be_visible()
    page.evaluate(DISAGREE, [report, SOUP])
    wrong = page.get_by_role("button", name="这里判断得不对")
    undo = page.get_by_role("button", name="撤销")
    wrong.focus()
    page.keyboard.press("Enter")
    expect(undo).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="已记下")).to_be_visible()
    newest = f"{address}/v1/feedback?order=newest&limit=1"
    said = httpx.get(newest).json()["items"][0]
    assert (said["finding"]["about"], said["finding"]["passage"], said["agrees"]) == ("homogeneity", 0, False)
    assert (said["brand"], httpx.get(f"{address}/v1/feedback/{said['id']}").json()["text"]) == (BRAND, SOUP)
    page.evaluate(DISAGREE, [report, SOUP])  # shown again, as given
    undo.click()
    expect(wrong).to_be_visible()
    assert httpx.get(f"{address}/v1/feedback/{said['id']}").status_code == 404
    page.evaluate(DISAGREE, [{**report, "homogeneity": {}}, SOUP])
    wrong.click()
    expect(page.locator("#place .failure")).to_contain_text("必须给出")
    expect(wrong).to_be_enabled()
