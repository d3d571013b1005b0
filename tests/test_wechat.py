"""The client of WeChat's interfaces against a server that answers as documented: tokens, refusals, pages, secrets."""

import json
import logging
import os
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.sources.wechat_api import WechatClient, WechatSettings
from contentcheck.corpus.sources.wechat_articles import DRAFTS, PUBLISHED, LeftOut, article_pages
from contentcheck.corpus.sources.wechat_errors import WechatError
from contentcheck.corpus.sources.wechat_token import TokenCache
from contentcheck.engine.errors import InputError
from tests.wechat_server import APPID, SECRET, WechatServer, article, item, serving

LIST = {"offset": 0, "count": 20, "no_content": 0}
_TOKEN = "/cgi-bin/stable_token"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WechatServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    with serving() as running:
        yield running


def settings(server: WechatServer, appid: str = APPID, secret: str = SECRET) -> WechatSettings:
    return WechatSettings(base=server.address, appid=appid, secret=SecretStr(secret))


def connect(server: WechatServer, home: Path, **credentials: str) -> WechatClient:
    chosen = settings(server, **credentials)
    return WechatClient(chosen, TokenCache(home, chosen.base, chosen.appid), pauses=(0.0, 0.01, 0.01))


def refused(server: WechatServer, home: Path, path: str = PUBLISHED, **credentials: str) -> WechatError:
    with connect(server, home, **credentials) as client, pytest.raises(WechatError) as raised:
        client.call(path, LIST)
    return raised.value


def rows(
    server: WechatServer, home: Path, path: str = PUBLISHED, left_out: LeftOut | None = None, since: str = ""
) -> list[Row]:
    with connect(server, home) as client:
        pages = article_pages(client, path, LeftOut() if left_out is None else left_out, since)
        return [row for page in pages for row in page]


def asked(server: WechatServer) -> list[str]:
    return [path for path, _ in server.calls]


# ---- the token ----


def test_a_token_is_asked_for_once_and_kept_for_later_runs(server: WechatServer, tmp_path: Path) -> None:
    for _ in range(2):
        with connect(server, tmp_path / "home") as client:
            for _ in range(2):
                assert client.call(PUBLISHED, LIST) == {"item": [], "total_count": 0, "item_count": 0}
    assert asked(server) == [_TOKEN, *[PUBLISHED] * 4]
    body = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, "force_refresh": False}
    assert server.calls[0][1] == body
    (kept,) = (tmp_path / "home").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert SECRET not in kept.read_text("utf-8")


def test_another_account_has_a_token_of_its_own(server: WechatServer, tmp_path: Path) -> None:
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
    assert refused(server, tmp_path, appid="wx1111111111111111").code == 40013


def test_a_token_near_its_end_is_not_used(server: WechatServer, tmp_path: Path) -> None:
    server.lifetime = 50
    for _ in range(2):
        with connect(server, tmp_path) as client:
            client.call(PUBLISHED, LIST)
    assert asked(server) == [_TOKEN, PUBLISHED] * 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_stale_token_is_renewed_once_and_the_call_repeated(server: WechatServer, tmp_path: Path, code: int) -> None:
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
        server.faults = [code]
        client.call(PUBLISHED, LIST)
        assert asked(server) == [_TOKEN, PUBLISHED, PUBLISHED, _TOKEN, PUBLISHED]
        server.calls.clear()
        server.expire()  # for real
        client.call(PUBLISHED, LIST)
        assert asked(server) == [PUBLISHED, _TOKEN, PUBLISHED]
    assert len(server.tokens) == 2
    assert not any(body.get("force_refresh") for _, body in server.calls)


def test_a_token_that_stays_stale_is_told_not_asked_for_over_and_over(server: WechatServer, tmp_path: Path) -> None:
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
        server.calls.clear()
        server.lifetime = -10  # every new token has ended already
        server.expire()
        with pytest.raises(WechatError) as raised:
            client.call(PUBLISHED, LIST)
    assert asked(server) == [PUBLISHED, _TOKEN, PUBLISHED]
    assert str(raised.value).startswith(
        "微信接口 freepublish/batchget：凭证刚取到就失效，可能有别的程序在强制刷新同一个公众号的凭证；"
    )


@pytest.mark.parametrize("damage", ["broken", "empty", "foreign account", "no end", "open to others", "link", "folder"])
def test_a_cache_that_is_damaged_or_foreign_is_ignored(server: WechatServer, tmp_path: Path, damage: str) -> None:
    cache = TokenCache(tmp_path, server.address, APPID)
    cache.put("forged", 7200)
    kept = json.loads(cache.file.read_text("utf-8"))
    if damage == "broken":
        cache.file.write_bytes(b'{"base": "\xff')
    elif damage == "empty":
        cache.file.write_text("")
    elif damage == "foreign account":
        cache.file.write_text(json.dumps(kept | {"appid": "wx1111111111111111"}))
    elif damage == "no end":
        cache.file.write_text(json.dumps(kept | {"expires": time.time() + 1e6}))
    elif damage == "open to others":
        cache.file.chmod(0o644)
    elif damage == "link":
        cache.file.rename(tmp_path / "elsewhere")
        cache.file.symlink_to(tmp_path / "elsewhere")
    else:
        cache.file.unlink()
        cache.file.mkdir()
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
    assert asked(server) == [_TOKEN, PUBLISHED]
    if damage != "folder":  # mended
        with connect(server, tmp_path) as client:
            client.call(PUBLISHED, LIST)
        assert asked(server) == [_TOKEN, PUBLISHED, PUBLISHED]


# ---- refusals and failures ----


@pytest.mark.parametrize(
    ("credentials", "code", "said"),
    [
        ({"appid": "gh_1234"}, 40013, "AppID 不对；请核对环境变量 CONTENTCHECK_WECHAT_APPID"),
        ({"secret": "0" * 32}, 40125, "AppSecret 不对；请到微信开发者平台"),
    ],
)
def test_wrong_credentials(
    server: WechatServer, tmp_path: Path, credentials: dict[str, str], code: int, said: str
) -> None:
    error = refused(server, tmp_path, **credentials)
    assert (error.code, asked(server)) == (code, [_TOKEN])
    assert str(error).startswith(f"微信接口 stable_token：{said}")
    assert f"（errcode {code}：invalid app" in str(error) and "rid: 65f0a1b2" in str(error)


def test_a_machine_that_is_not_on_the_white_list_learns_its_address(server: WechatServer, tmp_path: Path) -> None:
    server.blocked = True
    error = refused(server, tmp_path)
    assert error.code == 40164
    assert "本机的公网 IP 203.0.113.7 不在白名单里；请到微信开发者平台" in str(error)
    assert "加入“API IP 白名单”" in str(error)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (45009, "今天的调用次数已经用完；请等到明天零点以后再试"),
        (45011, "这一分钟里调用太频繁；请过一分钟再试"),
        (43002, "微信收到的不是 POST 请求"),
        (48004, "这个接口因违规被封禁"),
        (50002, "账号受限，可能已被冻结或注销"),
        (89503, "这次调用要公众号管理员在微信里确认"),
        (53600, "微信拒绝了这次调用；可按错误码到微信开发者平台"),
    ],
)
def test_refusals_say_what_to_do_and_are_not_tried_again(
    server: WechatServer, tmp_path: Path, code: int, said: str
) -> None:
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
    server.calls.clear()
    server.faults = [code]
    error = refused(server, tmp_path)
    assert (error.code, asked(server)) == (code, [PUBLISHED])
    assert str(error).startswith(f"微信接口 freepublish/batchget：{said}")
    assert f"（errcode {code}：" in str(error) and "\n" not in str(error)


@pytest.mark.parametrize(("path", "publishing"), [(PUBLISHED, True), (DRAFTS, False)])
def test_an_account_without_the_right_to_publish(
    server: WechatServer, tmp_path: Path, path: str, publishing: bool
) -> None:
    with connect(server, tmp_path) as client:
        client.call(path, LIST)
    server.faults = [48001]
    error = str(refused(server, tmp_path, path))
    assert "没有调用此接口的权限" in error
    assert ("2025 年 7 月起，个人主体、未认证和不支持认证的账号都不能调用" in error) == publishing


@pytest.mark.parametrize("faults", [[-1, -1, -1], ["reset", 502, -1], ["reset", "reset", "reset"]])
def test_what_passes_is_tried_again(server: WechatServer, tmp_path: Path, faults: list[int | str]) -> None:
    server.faults = list(faults)
    with connect(server, tmp_path) as client:
        assert client.call(PUBLISHED, LIST)["total_count"] == 0
    assert asked(server) == [*[_TOKEN] * 4, PUBLISHED]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (-1, "微信接口 stable_token：微信系统繁忙，试了几次都没有成功；请过几分钟再试（errcode -1：system error"),
        (503, "微信接口 stable_token：服务器出错（HTTP 503）；请稍后再试；"),
        ("reset", "127.0.0.1：连接失败（"),
    ],
)
def test_what_does_not_pass_ends(server: WechatServer, tmp_path: Path, fault: int | str, said: str) -> None:
    server.faults = [fault] * 9
    assert str(refused(server, tmp_path)).startswith(said)
    assert len(server.calls) == 4


def test_nobody_there(server: WechatServer, tmp_path: Path) -> None:
    with serving() as gone:
        pass
    error = str(refused(gone, tmp_path))
    assert error.startswith("127.0.0.1：连接失败（") and error.endswith("CONTENTCHECK_WECHAT_BASE，再运行一次")


@pytest.mark.parametrize(
    "body",
    ["<html>请登录</html>", "[]", '{"access_token": 3}', "[" * 100_000, '{"errcode": "busy"}', '{"expires_in": 9}'],
    ids=lambda body: body[:20],
)
def test_answers_of_something_else_are_told(server: WechatServer, tmp_path: Path, body: str) -> None:
    server.faults = [body]
    said = "微信接口 stable_token：应答与文档不符；请检查环境变量 CONTENTCHECK_WECHAT_BASE"
    assert str(refused(server, tmp_path)).startswith(said)


@pytest.mark.parametrize(
    "value", ["api.weixin.qq.com", "http://api.weixin.qq.com", "ftp://a.cn", "https://", "https://a:b"]
)
def test_the_secret_does_not_travel_readable(tmp_path: Path, value: str) -> None:
    chosen = WechatSettings(base=value, appid=APPID, secret=SecretStr(SECRET))
    with pytest.raises(InputError) as raised:
        WechatClient(chosen, TokenCache(tmp_path, value, APPID))
    assert str(raised.value) == (
        f"环境变量 CONTENTCHECK_WECHAT_BASE 的值是 {value}；应为以 https:// 开头的地址（只有本机可以用 http://）"
    )


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("BASE", "APPID", "SECRET"):
        monkeypatch.delenv(f"CONTENTCHECK_WECHAT_{name}", raising=False)
    with pytest.raises(InputError, match="CONTENTCHECK_WECHAT_APPID、CONTENTCHECK_WECHAT_SECRET；"):
        WechatSettings().check()
    monkeypatch.setenv("CONTENTCHECK_WECHAT_APPID", f" {APPID}\n")
    monkeypatch.setenv("CONTENTCHECK_WECHAT_SECRET", f"{SECRET} ")
    chosen = WechatSettings()
    chosen.check()
    assert (chosen.base, chosen.appid) == ("https://api.weixin.qq.com", APPID)
    assert SECRET not in repr(chosen)


def test_neither_secret_nor_token_are_shown(
    server: WechatServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
        (token,) = server.tokens
        for fault in (-1, "reset", 500, f'{{"errcode": 99, "errmsg": "{token} {SECRET} bad"}}', f"{token}{SECRET}"):
            server.faults = [fault] * 4
            try:
                client.call(PUBLISHED, LIST)
            except WechatError as error:
                shown += [repr(error), *traceback.format_exception(error)]
            server.faults = []
        shown += [repr(vars(client)), repr(client)]
    everything = "\n".join([*shown, caplog.text])
    assert "errcode 99：*** *** bad" in everything
    assert "access_token=***" in caplog.text  # the library below does log addresses
    assert token not in everything and SECRET not in everything


# ---- articles ----


def test_articles_become_rows(server: WechatServer, tmp_path: Path) -> None:
    server.published = [
        item(
            "ITEM-1",
            article(
                "R&amp;D &quot;新品&quot; 🧴上市",
                "<h1>小标题</h1><p>第一段&nbsp;很好。</p><section><p>第二段🎉</p></section>",
            ),
            article("次条", "<p>次条</p><p>标题又写一遍的，只留一个。</p><script>alert(1)</script>"),
            updated=1709654400,  # 2024-03-05 16:00 UTC: the 6th in China
        ),
        item("ITEM-2", article("贴图", "第一行\n第二行 1 < 2", kind="newspic"), updated=1709654399),
        item("ITEM-3", article("坏\ud83d字", "<p>坏\udc00\x00字\u0001</p>"), updated=0),
    ]
    assert [row.data for row in rows(server, tmp_path)] == [
        {
            "id": "ITEM-1#1",
            "title": 'R&D "新品" 🧴上市',
            "text": "小标题\n第一段 很好。\n第二段🎉",
            "published": "2024-03-06",
        },
        {"id": "ITEM-1#2", "title": "次条", "text": "标题又写一遍的，只留一个。", "published": "2024-03-06"},
        {"id": "ITEM-2#1", "title": "贴图", "text": "第一行\n第二行 1 < 2", "published": "2024-03-05"},
        {"id": "ITEM-3#1", "title": "坏�字", "text": "坏��字\u0001"},
    ]


def test_deleted_wordless_and_old_articles_are_counted(server: WechatServer, tmp_path: Path) -> None:
    server.published = [
        item("A", article("删了", "<p>删了的。</p>", deleted=True), article("还在", "<p>还在的。</p>")),
        item("B", article("一张图", '<p><img src="https://mmbiz.qpic.cn/a"></p>'), article("", "<video></video>")),
        item("C", article("旧的", "<p>旧的。</p>"), updated=1700000000),
    ]
    left_out = LeftOut()
    found = rows(server, tmp_path, left_out=left_out, since="2024-03-05")
    assert [row.data["id"] for row in found] == ["A#2"]
    assert left_out == LeftOut(deleted=1, older=1, wordless=["一张图", "B#2"])


def many(count: int) -> list[dict[str, object]]:
    return [item(f"I{n}", article(f"第 {n} 篇", f"<p>第 {n} 篇的正文。</p>")) for n in range(count)]


@pytest.mark.parametrize(
    ("count", "offsets"), [(0, [0]), (1, [0]), (20, [0]), (21, [0, 20]), (60, [0, 20, 40]), (61, [0, 20, 40, 60])]
)
def test_every_page_is_read(server: WechatServer, tmp_path: Path, count: int, offsets: list[int]) -> None:
    server.published = many(count)
    found = rows(server, tmp_path)
    assert [row.data["id"] for row in found] == [f"I{n}#1" for n in range(count)]
    assert [row.line for row in found] == list(range(1, count + 1))
    assert server.listed() == offsets
    assert not found or found[-1].done == 1.0


def test_drafts_are_a_list_of_their_own(server: WechatServer, tmp_path: Path) -> None:
    server.published = many(3)
    server.drafts = [item("M", article("稿", "<p>还没有发的稿子。</p>"), draft=True)]
    assert [row.data["id"] for row in rows(server, tmp_path, DRAFTS)] == ["M#1"]


@pytest.mark.parametrize("removed", [1, 2, 15])
@pytest.mark.parametrize("count", [21, 25, 40, 45, 60])
def test_nothing_is_missed_when_articles_go_meanwhile(
    server: WechatServer, tmp_path: Path, count: int, removed: int
) -> None:
    server.published = many(count)

    def remove(answered: int) -> None:
        if answered == 1:
            del server.published[3 : 3 + removed]

    server.after = remove
    assert {row.data["id"] for row in rows(server, tmp_path)} == {f"I{n}#1" for n in range(count)}


def test_articles_that_come_meanwhile_make_none_double(server: WechatServer, tmp_path: Path) -> None:
    server.published = many(45)
    server.after = lambda answered: server.published.insert(0, item(f"N{answered}", article("新", "<p>新。</p>")))
    found = [row.data["id"] for row in rows(server, tmp_path)]
    assert len(found) == len(set(found))
    assert set(found) >= {f"I{n}#1" for n in range(45)}


@pytest.mark.parametrize("total", ["100000", "0"])
def test_a_list_that_never_ends_is_left(server: WechatServer, tmp_path: Path, total: str) -> None:
    page = json.dumps({"total_count": int(total), "item_count": 2, "item": many(2)}, ensure_ascii=False)
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
    server.faults = [page] * 1000
    assert [row.data["id"] for row in rows(server, tmp_path)] == ["I0#1", "I1#1"]
    assert len(server.faults) >= 990


def test_an_answer_that_is_not_as_documented_is_told(server: WechatServer, tmp_path: Path) -> None:
    with connect(server, tmp_path) as client:
        client.call(PUBLISHED, LIST)
    server.faults = ['{"total_count": 1, "item": [{"article_id": "A", "content": {"news_item": "none"}}]}']
    with pytest.raises(WechatError, match=r"应答的字段 item\.0\.content\.news_item 与文档不符"):
        rows(server, tmp_path)


def test_a_home_that_cannot_be_written_costs_the_cache_only(server: WechatServer, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with connect(server, tmp_path / "home") as client:
        assert client.call(PUBLISHED, LIST)["total_count"] == 0
    assert os.listdir(tmp_path) == ["home"]  # noqa: PTH208
