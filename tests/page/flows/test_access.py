"""Who comes in with a key, and what of the views they see."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from contentcheck.api.access import SCOPES
from contentcheck.app import Settings, open_store
from contentcheck.corpus.shipped import sample_brands
from tests.page.accessible import violations
from tests.service import until

_MINE, _OTHER = "苔朵", "隼禾"
_DRAFT = "我们把新茶晒了三天，再用小火慢慢焙，做法写在包装上。"
_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "sign_in": "登录",
        "sign_out": "退出",
        "key": "密钥",
        "wrong": "密钥不对，或已被吊销。",
        "views": {
            "检查": "检查稿件",
            "内容库": "内容库",
            "品牌": "品牌和产品",
            "历史": "历史",
            "批量任务": "批量任务",
            "设置": "设置",
        },
        "brand": "品牌",
        "sections": ["判定标准", "发布规则", "意见", "语言", "关于"],
        "unknown": f"没有品牌“{_OTHER}”",
    },
    "en": {
        "sign_in": "Sign in",
        "sign_out": "Sign out",
        "key": "Key",
        "wrong": "The key is wrong or was revoked.",
        "views": {
            "Check": "Check a draft",
            "Library": "Library",
            "Brands": "Brands and products",
            "History": "History",
            "Jobs": "Jobs",
            "Settings": "Settings",
        },
        "brand": "Brand",
        "sections": ["Thresholds", "Publishing rules", "Feedback", "Language", "About"],
        "unknown": f"“{_OTHER}”",
    },
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A home with keys: of everything, and of one brand alone."""
    home = tmp_path_factory.mktemp("home")
    store = open_store(Settings(home=home))
    store.brands.add(sample_brands())
    everything = store.keys.create("总编", list(SCOPES), None, 60_000)[1]
    limited = store.keys.create("苔朵编辑", [s for s in SCOPES if s != "admin"], [_MINE], 60_000)[1]
    store.database.close()
    return {"home": home, "everything": everything, "limited": limited}


@pytest.fixture(scope="module")
def home(keys: dict[str, Any]) -> Path:
    return keys["home"]


@pytest.fixture(scope="module")
def _filled(keys: dict[str, Any], address: str) -> None:
    """A check, a job and an opinion of each of two brands."""
    headers = {"Authorization": f"Bearer {keys['everything']}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        for brand in (_MINE, _OTHER):
            draft = {"title": f"{brand}的新茶", "text": f"{brand}：{_DRAFT}", "brand": brand}
            report = client.post("/v1/checks", json=draft).raise_for_status().json()
            said = {"report": report, "text": draft["text"], "about": "homogeneity", "agrees": False, "brand": brand}
            client.post("/v1/feedback", json={**said, "note": f"{brand}的意见"}).raise_for_status()
            job = {"name": f"{brand}的任务", "drafts": [draft], "brand": brand}
            made = client.post("/v1/jobs", json=job).raise_for_status().json()["id"]
            until(lambda made=made: client.get(f"/v1/jobs/{made}").json()["state"] == "done")


@pytest.mark.usefixtures("_filled")
def test_a_key_of_one_brand_opens_its_views_and_nothing_else(
    page: Page, keys: dict[str, Any], size: str, language: str
):
    words = _WORDS[language]
    page.goto("/#/history")
    field = page.get_by_label(words["key"], exact=True)
    expect(field).to_be_focused()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    field.fill("ck_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(words["wrong"])
    expect(field).to_be_focused()
    field.fill(keys["limited"])
    page.get_by_role("button", name=words["sign_in"]).click()

    # What was asked for is there, and holds what is theirs.
    expect(page.get_by_role("banner")).to_contain_text("苔朵编辑")
    main = page.get_by_role("main")
    expect(main).to_contain_text(f"{_MINE}的新茶")
    theirs = {3: f"{_MINE}的新茶", 2: _MINE, 4: f"{_MINE}的任务"}
    for place, (link, heading) in enumerate(words["views"].items()):
        page.get_by_role("link", name=link, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(main).to_contain_text(theirs.get(place, ""))
        page.wait_for_load_state("networkidle")
        assert _OTHER not in page.evaluate("document.body.textContent")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # No keys are offered to them, and of what editors said only what is about their brand.
    expect(page.locator(".settings > nav a")).to_have_text(words["sections"])
    page.get_by_role("link", name=words["sections"][2], exact=True).click()
    expect(page.locator(".opinions > li")).to_have_count(1)
    expect(page.locator(".opinions > li")).to_contain_text(f"{_MINE}的意见")
    page.goto("/")
    expect(page.get_by_role("combobox", name=words["brand"]).locator("option")).to_have_text([_MINE])
    page.goto(f"/#/brands/{_OTHER}")
    expect(page.get_by_role("alert")).to_contain_text(words["unknown"])

    # Signed out, the next reader finds nothing.
    page.get_by_role("button", name=words["sign_out"]).click()
    expect(page.get_by_role("heading", name=words["sign_in"])).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
