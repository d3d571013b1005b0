"""Keys in the settings: the first one shuts the door, and what a key does not open is not offered."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from contentcheck.app import Settings, open_store

BRAND = "苔朵"


@pytest.fixture(autouse=True)
def without_keys(home: Path) -> None:
    """Those of another test are revoked."""
    keys = open_store(Settings(home=home)).keys
    for key in keys.all():
        if key.revoked_at is None:
            keys.revoke(str(key.id))


def test_keys_are_made_shown_once_and_revoked(page: Page, address: str, home: Path):
    page.goto("/#/settings/keys")
    expect(page.get_by_text("没有密钥的会立刻进不来")).to_be_visible()
    page.get_by_label("名称").fill("总管理")
    page.get_by_role("button", name="建立密钥").click()
    secret = page.get_by_label("新的密钥").input_value()
    assert httpx.get(f"{address}/v1/keys").status_code == 401
    asked = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{address}/v1/me", headers=asked).json()["scopes"] == ["admin"]
    expect(page.get_by_role("button", name="退出")).to_be_visible()  # this tab has signed in
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("The new key")).to_have_value(secret)
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_text("最后一个能管理密钥的")).to_be_visible()
    page.get_by_role("button", name="我已存好").click()
    page.get_by_label("名称").fill("总管理")  # again
    page.get_by_label("意见").uncheck()
    page.get_by_label("只限这些品牌").check()
    page.get_by_role("button", name="建立密钥").click()
    expect(page.get_by_role("alert")).to_contain_text("请至少选一个品牌")
    page.get_by_label(BRAND).check()
    page.get_by_role("button", name="建立密钥").click()
    expect(page.get_by_role("alert")).to_contain_text("已有名为“总管理”的密钥")
    page.get_by_label("名称").fill("编辑部")
    page.get_by_role("button", name="建立密钥").click()
    editor = page.get_by_label("新的密钥").input_value()
    me = httpx.get(f"{address}/v1/me", headers={"Authorization": f"Bearer {editor}"}).json()
    assert me == {"name": "编辑部", "scopes": ["check", "read"], "brands": [BRAND]}
    page.reload()
    expect(page.get_by_role("row", name="编辑部")).to_be_visible()
    assert editor not in page.content()
    expect(page.get_by_label("新的密钥")).to_have_count(0)
    page.get_by_role("button", name="吊销 编辑部").click()
    page.get_by_role("dialog").get_by_role("button", name="吊销").click()
    expect(page.get_by_text("已吊销“编辑部”")).to_be_visible()
    assert httpx.get(f"{address}/v1/me", headers={"Authorization": f"Bearer {editor}"}).status_code == 401
    page.get_by_text("已吊销的密钥").click()
    expect(page.get_by_role("region", name="已吊销的密钥")).to_contain_text("编辑部")


def test_what_a_key_does_not_open_is_not_offered(page: Page, address: str, home: Path):
    keys = open_store(Settings(home=home)).keys
    keys.create("总", ["admin"], None, 600)
    _, reader = keys.create("读者", ["read"], [BRAND], 600)
    _, nothing = keys.create("检查", ["check"], None, 600)
    for secret, offered in ((reader, ["判定标准", "发布规则", "语言", "关于"]), (nothing, ["语言", "关于"])):
        page.goto("/page/icon.svg")
        page.evaluate("key => sessionStorage.setItem('contentcheck.key', key)", secret)
        page.goto("/#/settings/keys")
        expect(page.locator(".settings > nav a")).to_have_text(offered)
    page.evaluate("key => sessionStorage.setItem('contentcheck.key', key)", reader)
    page.goto("/#/settings/thresholds")
    page.reload()
    expect(page.get_by_text("只能看，不能改")).to_be_visible()
    expect(page.get_by_role("slider").first).to_be_disabled()
    expect(page.get_by_label("品牌").locator("option")).to_have_text([BRAND])
    expect(page.get_by_role("button", name="保存")).to_have_count(0)
