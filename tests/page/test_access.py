"""Who sees the page, and what of it: keys, brands, and pages of other origins."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from contentcheck.api.access import SCOPES
from contentcheck.app import Settings, open_store
from contentcheck.corpus.shipped import sample_brands
from tests.page.test_frame import VIEWS

SECRET = "机密"
DRAFT = "我们把新茶晒了三天，再用小火慢慢焙，做法写在包装上。"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A home with keys: of everything, of the brand 苔朵 alone, and for reading alone."""
    home = tmp_path_factory.mktemp("home")
    store = open_store(Settings(home=home))
    store.brands.add(sample_brands())
    made = {
        "all": store.keys.create("总编", list(SCOPES), None, 60_000)[1],
        "limited": store.keys.create("苔朵编辑", [s for s in SCOPES if s != "admin"], ["苔朵"], 60_000)[1],
        "reading": store.keys.create("实习生", ["read", "check"], None, 60_000)[1],
    }
    store.database.close()
    return {"home": home, **made}


@pytest.fixture(scope="module")
def home(keys: dict[str, Any]) -> Path:
    return keys["home"]


@pytest.fixture(scope="module")
def filled(keys: dict[str, Any], address: str) -> Iterator[None]:
    """With something of another brand, and of none, in every list there is."""
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {keys['all']}"}, timeout=60) as client:
        product = {"product_id": "x", "name": f"{SECRET}产品", "text": f"{SECRET}介绍。", "key_points": [SECRET]}
        brand = f"{SECRET}铺"
        client.put(f"/v1/brands/{brand}", json={"products": [product], "words": [SECRET]}).raise_for_status()
        post = {"id": SECRET, "title": f"{SECRET}标题", "text": DRAFT}
        client.post(f"/v1/brands/{brand}/posts", json=post).raise_for_status()
        for of in (brand, None):
            draft = {"title": f"{SECRET}稿", "text": f"{SECRET}。{DRAFT}", "brand": of}
            report = client.post("/v1/checks", json=draft).raise_for_status().json()
            opinion = {"report": report, "text": draft["text"], "about": "homogeneity", "agrees": False, "note": SECRET}
            client.post("/v1/feedback", json={**opinion, "brand": of}).raise_for_status()
            job = {"name": f"{SECRET}任务", "drafts": [draft], "brand": of}
            client.post("/v1/jobs", json=job).raise_for_status()
        yield


def _sign_in(page: Page, key: str) -> None:
    page.get_by_label("密钥").fill(key)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_asks_for_a_key(page: Page, view: str):
    page.goto(f"/#/{view}")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.get_by_label("密钥")).to_be_focused()
    expect(page.locator("main h1")).to_have_count(1)


def test_a_wrong_key_is_refused_in_words_and_a_right_one_opens_what_was_asked_for(page: Page, keys: dict[str, Any]):
    page.goto("/#/brands")
    _sign_in(page, "ck_wrong")
    expect(page.get_by_role("alert")).to_contain_text("密钥不对")
    expect(page.get_by_label("密钥")).to_be_focused()
    expect(page.get_by_label("密钥")).to_have_value("")
    _sign_in(page, keys["all"])
    expect(page.get_by_role("link", name="苔朵")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("总编")


def test_a_key_that_is_no_longer_live_is_asked_for_again_and_nothing_typed_is_lost(
    page: Page, keys: dict[str, Any], home: Path
):
    store = open_store(Settings(home=home))
    _, passing = store.keys.create("过客", list(SCOPES), None, 60_000)
    page.goto("/#/brands/苔朵")
    _sign_in(page, passing)
    page.get_by_label("专用词").fill("晴序")
    store.keys.revoke("过客")
    store.database.close()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("密钥不对")
    expect(page.get_by_role("banner")).not_to_contain_text("过客")
    _sign_in(page, keys["all"])
    expect(page.get_by_label("专用词")).to_have_value("晴序")


def test_the_key_stays_in_the_tab_and_is_gone_with_the_sign_out(page: Page, keys: dict[str, Any]):
    addresses: list[str] = []
    page.on("request", lambda sent: addresses.append(sent.url))
    page.goto("/")
    _sign_in(page, keys["all"])
    for view, name in VIEWS.items():
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_load_state("networkidle")
        assert page.url.endswith(f"/#/{view}")
    assert len(addresses) > len(VIEWS)
    assert not [address for address in addresses if "ck_" in address]
    kept = "JSON.stringify([{...localStorage}, document.cookie, location.href, history.state])"
    assert "ck_" not in page.evaluate(kept)
    assert keys["all"] in page.evaluate("JSON.stringify({...sessionStorage})")
    page.evaluate("sessionStorage.setItem('contentcheck.draft', '{}')")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.get_by_role("button", name="退出")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


@pytest.mark.usefixtures("filled")
def test_a_limited_key_sees_its_brand_alone(page: Page, keys: dict[str, Any]):
    answers: dict[str, str] = {}
    page.on("requestfinished", lambda sent: _remember(answers, sent))
    page.goto("/#/brands")
    _sign_in(page, keys["limited"])
    expect(page.get_by_role("link", name="苔朵")).to_be_visible()
    for name in VIEWS.values():
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("main h1")).to_be_visible()
        page.wait_for_load_state("networkidle")
        shown = page.evaluate("[...document.querySelectorAll('input, textarea')].map((f) => f.value).join()")
        shown += page.evaluate("document.body.textContent")
        assert SECRET not in shown and "隼禾" not in shown, name
    assert any("/v1/brands" in address for address in answers)
    leaks = [address for address, text in answers.items() if SECRET in text or "隼禾" in text]
    assert leaks == []
    page.goto(f"/#/brands/{SECRET}铺")
    expect(page.get_by_role("alert")).to_contain_text(f"没有品牌“{SECRET}铺”")


def _remember(answers: dict[str, str], sent: Any) -> None:
    if "/v1/" in sent.url:
        answers[sent.url] = sent.response().text()


def test_a_key_for_reading_is_offered_nothing_to_change(page: Page, keys: dict[str, Any]):
    page.goto("/#/brands")
    _sign_in(page, keys["reading"])
    page.get_by_role("link", name="苔朵").click()
    expect(page.get_by_role("heading", name="晴序防晒乳")).to_be_visible()
    expect(page.get_by_role("heading", name="固定用语")).to_be_visible()
    for role in ("textbox", "button"):
        expect(page.locator("main").get_by_role(role)).to_have_count(0)


@pytest.mark.usefixtures("filled")
def test_a_limited_key_makes_no_brand_but_its_own(page: Page, keys: dict[str, Any]):
    page.goto("/#/brands")
    _sign_in(page, keys["limited"])
    expect(page.get_by_role("link", name="苔朵")).to_be_visible()
    expect(page.get_by_label("新品牌的名称")).to_have_count(0)


def test_a_page_of_another_origin_cannot_use_the_service(browser: Browser, address: str, keys: dict[str, Any]):
    headers = {"Authorization": f"Bearer {keys['all']}"}
    before = httpx.get(f"{address}/v1/brands", headers=headers).json()
    context = browser.new_context()
    page = context.new_page()
    page.route("http://evil.example/", lambda route: route.fulfill(body="<h1>evil</h1>", content_type="text/html"))
    page.goto("http://evil.example/")
    js = """async (address) => {
        const tried = [];
        for (const asked of [{}, {mode: 'no-cors', credentials: 'include'},
                             {method: 'POST', mode: 'no-cors', body: '{"text": "x"}', credentials: 'include'},
                             {method: 'PUT', headers: {'Content-Type': 'application/json'}, body: '{}'}])
            tried.push(await fetch(address, asked).then((a) => a.status || a.type, () => 'refused'));
        return tried;
    }"""
    assert set(page.evaluate(js, f"{address}/v1/brands/evil")) <= {"refused", "opaque"}
    assert httpx.get(f"{address}/v1/brands", headers=headers).json() == before
    context.close()
    foreign = {"Origin": "http://evil.example", "Content-Type": "text/plain"}
    refused = httpx.put(f"{address}/v1/brands/evil", content=b"{}", headers=foreign)
    assert refused.status_code == 401
    for answer in (refused, httpx.get(f"{address}/"), httpx.get(f"{address}/v1/me", headers=headers | foreign)):
        assert not [name for name in answer.headers if name.startswith("access-control-") or name == "set-cookie"]
