"""Feeds as servers really send them: every kind and encoding, redirects, failures, and what is no feed at all."""

import errno
import gzip
import os
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.corpus.reading.rows import Row
from contentcheck.corpus.sources import feeds
from contentcheck.corpus.sources.feed_rows import feed_rows
from contentcheck.corpus.sources.feeds import Feed, fetch_feed
from contentcheck.engine.errors import InputError

Answer = Callable[[BaseHTTPRequestHandler], object]

CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" {CONTENT}><channel><title>晨间养生</title>
<item><title>枸杞该怎么吃</title><guid isPermaLink="false">post-1</guid><link>https://a.cn/1</link>
<author>editor@a.cn (张三)</author><category>养生</category><category>枸杞</category><category>养生</category>
<pubDate>Mon, 01 Jan 2024 20:00:00 GMT</pubDate><description>只是摘要</description>
<content:encoded><![CDATA[<p>每天一小把&nbsp;就够了。</p><p>泡水<br>或煮粥。</p><script>alert(1)</script>]]></content:encoded></item>
<item><title>余生很长</title><link>https://a.cn/2</link>
<description>第一行 R&amp;D
第二行</description></item>
</channel></rss>"""
ROWS = [
    {
        "id": "post-1",
        "title": "枸杞该怎么吃",
        "text": "每天一小把 就够了。\n泡水\n或煮粥。",
        "source": "张三",
        "published": "2024-01-02",
        "tags": ["养生", "枸杞"],
    },
    {"id": "https://a.cn/2", "title": "余生很长", "text": "第一行 R&D\n第二行", "source": "晨间养生"},
]
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>好物站</title>
<entry><id>tag:a.cn,2024:1</id><title type="html">A&amp;amp;B &lt;i&gt;面霜&lt;/i&gt;</title>
<updated>2024-03-05T23:00:00Z</updated><author><name>李四</name></author><category term="护肤"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>甲。</p><p>乙。</p></div></content></entry>
<entry><id>tag:a.cn,2024:2</id><title>二</title><content type="text">1 &lt;b&gt; 2
第二行</content></entry>
<entry><id>tag:a.cn,2024:3</id><title>三</title><summary>摘要。</summary>
<content type="image/png">aGVsbG8=</content></entry>
</feed>"""
RSS_10 = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/" {CONTENT}><channel rdf:about="https://a.cn/"><title>旧站</title></channel>
<item rdf:about="https://a.cn/7"><title>七</title><link>https://a.cn/7</link><description>七的正文。</description>
<dc:date>2024-02-03T01:00:00+08:00</dc:date><dc:creator>王五</dc:creator></item></rdf:RDF>"""
RSS_091 = """<rss version="0.91"><channel><title>老站</title><item><title>八</title><link>https://a.cn/8</link>
<description>&lt;p&gt;八的正文。&lt;/p&gt;</description></item></channel></rss>"""


class Site:
    """A web server on this machine; `answers` maps paths to what they do, `seen` holds the headers it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                with suppress(BrokenPipeError, ConnectionResetError):  # where the client has had enough
                    site.answers[self.path](self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def put(self, body: str | bytes, status: int = 200, path: str = "/feed", **headers: str) -> str:
        """Answer so at `path`; returns its address. Header names are written with _ for -."""
        data = body if isinstance(body, bytes) else body.encode("utf-8")

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(data)

        return self.do(answer, path)

    def do(self, answer: Answer, path: str = "/feed") -> str:
        self.answers[path] = answer
        return self.address + path

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "*")
    running = Site()
    yield running
    running.close()


def refusal(url: str) -> str:
    """Why the address is refused, without the address."""
    with pytest.raises(InputError) as error:
        fetch_feed(url)
    message = str(error.value)
    assert message.startswith(f"{url}：")
    return message.removeprefix(f"{url}：")


def data(rows: list[Row]) -> list[dict[str, Any]]:
    assert [row.error for row in rows] == [None] * len(rows)
    return [row.data for row in rows]


def test_rss_2_with_html_in_its_content(site: Site) -> None:
    feed = fetch_feed(site.put(RSS))
    assert data(feed.rows) == ROWS
    assert [(row.line, row.done) for row in feed.rows] == [(1, 0.5), (2, 1.0)]
    assert (feed.etag, feed.modified, feed.changed) == ("", "", True)


def test_the_request_names_the_program_and_asks_for_gzip_only(site: Site) -> None:
    fetch_feed(site.put(RSS))
    headers = site.seen[0][1]
    assert headers["user-agent"] == "contentcheck"
    assert headers["accept-encoding"] == "gzip"
    assert "if-none-match" not in headers and "if-modified-since" not in headers


def test_atom_takes_each_kind_of_text_for_what_it_says(site: Site) -> None:
    assert data(fetch_feed(site.put(ATOM)).rows) == [
        {
            "id": "tag:a.cn,2024:1",
            "title": "A&B 面霜",
            "text": "甲。\n乙。",
            "source": "李四",
            "published": "2024-03-06",
            "tags": ["护肤"],
        },
        {"id": "tag:a.cn,2024:2", "title": "二", "text": "1 <b> 2\n第二行", "source": "好物站"},
        {"id": "tag:a.cn,2024:3", "title": "三", "text": "摘要。", "source": "好物站"},
    ]


def test_rss_1_and_rss_0_91(site: Site) -> None:
    assert data(fetch_feed(site.put(RSS_10)).rows) == [
        {"id": "https://a.cn/7", "title": "七", "text": "七的正文。", "source": "王五", "published": "2024-02-03"}
    ]
    assert data(fetch_feed(site.put(RSS_091)).rows) == [
        {"id": "https://a.cn/8", "title": "八", "text": "八的正文。", "source": "老站"}
    ]


@pytest.mark.parametrize("declared", ["GB2312", "gbk", "gb18030", "utf-16", "UTF-8"])
@pytest.mark.parametrize("written", ["gb18030", "utf-8", "utf-16"])
def test_any_encoding_and_any_declaration_of_it(site: Site, declared: str, written: str) -> None:
    body = RSS.replace("UTF-8", declared, 1).encode(written)
    assert data(fetch_feed(site.put(body, Content_Type="text/html; charset=iso-8859-1")).rows) == ROWS


def test_an_encoding_that_only_the_server_tells(site: Site) -> None:
    body = item("<guid>1</guid><description>繁體中文，養生</description>")
    url = site.put(body.encode("big5"), Content_Type="text/xml; charset=big5")
    assert data(fetch_feed(url).rows) == [{"id": "1", "text": "繁體中文，養生", "source": "站"}]


def item(inner: str) -> str:
    return f'<rss version="2.0"><channel><title>站</title><item>{inner}</item></channel></rss>'


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Mon, 01 Jan 2024 15:59:59 GMT", "2024-01-01"),
        ("Mon, 01 Jan 2024 16:00:00 GMT", "2024-01-02"),
        ("Mon, 01 Jan 2024 23:30:00 +0800", "2024-01-01"),
        ("Mon, 01 Jan 2024 23:30:00 CST", "2024-01-01"),
        ("Mon Jan 01 23:30:00 CST 2024", "2024-01-01"),
        ("Mon, 01 Jan 2024 12:00:00 EST", "2024-01-02"),
        ("2024-01-01T23:30:00", "2024-01-01"),
        ("2024-01-01T23:30:00.123Z", "2024-01-02"),
        ("2024-01-01 23:30", "2024-01-01"),
        ("2024-01-01", "2024-01-01"),
        ("2024年1月5日", "2024-01-05"),
        ("2024/1/5 10:00", "2024-01-05"),
        ("2024年13月5日", None),
        ("3 小时前", None),
        ("昨天", None),
        ("2024", None),
    ],
)
def test_the_day_is_that_of_china(written: str, day: str | None) -> None:
    rows = feed_rows("u", item(f"<guid>1</guid><description>文</description><pubDate>{written}</pubDate>").encode())
    assert data(rows)[0].get("published") == day


def test_entries_without_text_or_without_an_id_are_given_with_their_error(site: Site) -> None:
    body = item("<title>甲</title><description>正文。</description>").replace(
        "</channel>",
        "<item><title>乙</title><guid>2</guid><description> </description></item>"
        "<item><guid>3</guid><description>&lt;img src='x.png'/&gt;</description></item>"
        "<item><description>没有标题也没有编号</description></item>"
        "<item><guid>5</guid><description>好。</description></item></channel>",
    )
    assert fetch_feed(site.put(body)).rows == [
        Row(1, {}, "条目“甲”没有编号（guid 或 id），也没有链接（link）", 0.2),
        Row(2, {}, "条目“乙”没有正文（content、summary 和 description 都是空的）", 0.4),
        Row(3, {}, "条目“3”没有正文（content、summary 和 description 都是空的）", 0.6),
        Row(4, {}, "条目“没有标题也没有编号”没有编号（guid 或 id），也没有链接（link）", 0.8),
        Row(5, {"id": "5", "text": "好。", "source": "站"}, None, 1.0),
    ]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("一&lt;br&gt;二", "一\n二"),
        ("<![CDATA[<div>一</div><div>二&mdash;三</div>]]>", "一\n二—三"),
        ("三 &lt; 五", "三 < 五"),
        ("坏\x0b字<![CDATA[<p>二</p>]]>", "坏 字\n二"),  # no XML, so read leniently
        ("&nbsp;一&hellip;", "一…"),
    ],
)
def test_markup_in_a_description_becomes_text(inner: str, text: str) -> None:
    assert data(feed_rows("u", item(f"<guid>1</guid><description>{inner}</description>").encode()))[0]["text"] == text


def test_a_feed_without_entries_is_no_error(site: Site) -> None:
    url = site.put('<rss version="2.0"><channel><title>新站</title></channel></rss>', ETag='"0"')
    assert fetch_feed(url) == Feed([], '"0"', "", changed=True)


def test_entities_that_grow_are_not_unfolded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    body = f'<!DOCTYPE r [<!ENTITY e0 "哈哈">{levels}]>' + item("<guid>1</guid><description>文&e8;</description>")
    assert len(data(feed_rows("u", body.encode()))[0]["text"]) < 1000


def test_jsonl_is_known_by_its_content(site: Site) -> None:
    body = '\n{"id": 7, "标题": "甲", "正文": "一", "自定": [1]}\n\nbad\n{"text": "二"}\n'
    rows = fetch_feed(site.put(body, Content_Type="application/rss+xml")).rows
    assert [(row.line, row.data) for row in rows] == [
        (2, {"id": 7, "title": "甲", "text": "一", "自定": [1]}),
        (4, {}),
        (5, {"text": "二"}),
    ]
    assert [bool(row.error) for row in rows] == [False, True, False]


def test_an_unchanged_feed_is_not_sent_again(site: Site) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        same = handler.headers["If-None-Match"] == '"v1"'
        handler.send_response(304 if same else 200)
        handler.send_header("ETag", '"v1"')
        handler.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        handler.end_headers()
        if not same:
            handler.wfile.write(RSS.encode())

    url = site.do(answer)
    first = fetch_feed(url)
    assert (first.etag, first.modified, first.changed) == ('"v1"', "Tue, 02 Jan 2024 03:04:05 GMT", True)
    again = fetch_feed(url, first.etag, first.modified)
    assert again == Feed([], '"v1"', "Tue, 02 Jan 2024 03:04:05 GMT", changed=False)
    assert site.seen[1][1]["if-modified-since"] == "Tue, 02 Jan 2024 03:04:05 GMT"


def test_what_is_known_of_an_unchanged_feed_is_kept_where_the_server_is_silent(site: Site) -> None:
    assert fetch_feed(site.put(b"", 304), '"版本"', "昨天") == Feed([], '"版本"', "昨天", changed=False)
    assert site.seen[0][1]["if-none-match"].encode("latin-1").decode("utf-8") == '"版本"'


def test_redirects_are_followed_five_times(site: Site) -> None:
    for n in range(1, 7):
        site.put(b"", 302, f"/{n}", Location=f"/{n - 1}")
    site.put(RSS, path="/0")
    assert data(fetch_feed(f"{site.address}/5").rows) == ROWS
    assert refusal(f"{site.address}/6") == "跳转超过 5 次；请填写最终的网址"


def test_redirects_that_lead_nowhere(site: Site) -> None:
    assert refusal(site.put(b"", 301, Location="/feed")) == "跳转超过 5 次；请填写最终的网址"
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/feed"):
        url = site.put(b"", 302, Location=target)
        assert refusal(url) == "跳转到了不支持的网址；请填写以 http:// 或 https:// 开头的最终网址"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "服务器要求登录或拒绝访问（HTTP 401）；请填写不用登录就能打开的订阅地址"),
        (403, "服务器要求登录或拒绝访问（HTTP 403）；请填写不用登录就能打开的订阅地址"),
        (404, "网址不存在（HTTP 404）；请检查网址"),
        (410, "网址不存在（HTTP 410）；请检查网址"),
        (418, "服务器没有给出内容（HTTP 418）；请检查网址"),
        (429, "请求过于频繁（HTTP 429）；请过一段时间再试"),
        (500, "服务器出错（HTTP 500）；请稍后再试"),
        (503, "服务器出错（HTTP 503）；请稍后再试"),
    ],
)
def test_a_status_of_failure(site: Site, status: int, message: str) -> None:
    assert refusal(site.put(RSS, status)) == message


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "不支持的网址类型“file”；请填写以 http:// 或 https:// 开头的网址"),
        ("ftp://a.cn/feed", "不支持的网址类型“ftp”；请填写以 http:// 或 https:// 开头的网址"),
        ("a.cn/feed", "不是完整的网址；请填写以 http:// 或 https:// 开头的网址"),
        ("", "不是完整的网址；请填写以 http:// 或 https:// 开头的网址"),
        ("http:///feed", "网址里没有主机名；请填写完整的网址"),
        ("http://a.cn:port/", "不是可用的网址（Invalid port: 'port'）；请检查网址"),
    ],
)
def test_an_address_that_is_none(url: str, message: str) -> None:
    assert refusal(url) == message


LOGIN = "返回的是网页，不是订阅源（可能需要登录，或网址有误）；请填写 RSS、Atom 或 JSONL 的网址"
NO_FEED = "不是 RSS、Atom 或 JSONL；请检查网址"
BROKEN = "XML 不完整或有错误（{}），读不出任何条目；请联系网站，或稍后再试"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<!DOCTYPE html><html><head><title>登录</title></head><body><form><input></form>", LOGIN),
        ('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', LOGIN),
        ("", "内容是空的；请检查网址"),
        (" \r\n", "内容是空的；请检查网址"),
        ("请稍候", NO_FEED),
        ("[1, 2]", NO_FEED),
        ("<sitemap><loc>x</loc></sitemap>", NO_FEED),
        ('<rss version="2.0"><channel><title>晨', BROKEN.format("no element found")),
        ('<rss version="2.0"><channel></title></channel></rss>', BROKEN.format("mismatched tag")),
        (item("<guid>1</guid><title>&#99999999999;</title>"), "XML 有错误，无法读取；请联系网站，或稍后再试"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "不是文本，或编码无法识别；请填写 RSS、Atom 或 JSONL 的网址"),
    ],
)
def test_what_is_no_feed(site: Site, body: str | bytes, message: str) -> None:
    assert refusal(site.put(body, Content_Type="application/rss+xml")) == message


def test_a_feed_cut_short_gives_the_entries_it_has(site: Site) -> None:
    assert data(fetch_feed(site.put(RSS[: RSS.index("</channel>")])).rows) == ROWS


def packed(body: bytes, form: str) -> bytes:
    return gzip.compress(body) if form == "gzip" else zlib.compress(body)


@pytest.mark.parametrize("form", ["gzip", "deflate"])
def test_a_packed_feed(site: Site, form: str) -> None:
    assert data(fetch_feed(site.put(packed(RSS.encode(), form), Content_Encoding=form)).rows) == ROWS


def test_the_limit_counts_unpacked_bytes(site: Site) -> None:
    bomb = gzip.compress(b"<rss>" + b" " * (200 * 2**20), compresslevel=1)
    assert len(bomb) < 2**20
    message = "内容超过上限 50 MB；请换用条目较少的订阅源，或下载后拆分再导入"
    assert refusal(site.put(bomb, Content_Encoding="gzip")) == message


def test_a_feed_right_at_the_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    url = site.put(RSS)
    monkeypatch.setattr(feeds, "_LARGEST", len(RSS.encode()))
    assert data(fetch_feed(url).rows) == ROWS
    monkeypatch.setattr(feeds, "_LARGEST", len(RSS.encode()) - 1)
    assert refusal(url) == "内容超过上限 0 MB；请换用条目较少的订阅源，或下载后拆分再导入"


def test_packings_that_were_not_asked_for_are_refused_unopened(site: Site) -> None:
    for form in ("gzip, gzip", "br"):
        url = site.put(b"\0" * 10, Content_Encoding=form)
        assert refusal(url) == f"服务器用了不支持的压缩方式“{form}”；请换用其他订阅地址"
    assert refusal(site.put(b"no gzip", Content_Encoding="gzip")) == "压缩的内容已损坏；请稍后再试"


def test_a_server_that_does_not_answer_in_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_READ_SECONDS", 0.2)
    url = site.do(lambda handler: site.closing.wait(5))
    assert refusal(url) == "服务器超过 0.2 秒没有发来数据；请稍后再试"


def test_a_server_that_sends_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not site.closing.wait(0.05):
            handler.wfile.write(b" ")

    monkeypatch.setattr(feeds, "_TOTAL_SECONDS", 0.3)
    assert refusal(site.do(drip)) == "0.3 秒内没有传完；请检查网络或稍后再试"


def test_a_server_that_takes_no_connection(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_CONNECT_SECONDS", 0.2)
    with socket.socket() as full, socket.socket() as one, socket.socket() as two:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (one, two):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/feed"
        assert refusal(url) == "0.2 秒内没有连上服务器；请检查网址和网络，或稍后再试"


def test_a_connection_that_breaks(site: Site) -> None:
    url = site.put("<rss", Content_Length="9999")
    assert re.fullmatch(r"连接中断或应答有误（peer closed connection .*）；请稍后再试", refusal(url))


def test_hosts_and_ports_that_are_not_there(site: Site) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    reason = f"[Errno {errno.ECONNREFUSED}] {os.strerror(errno.ECONNREFUSED)}"
    assert refusal(url) == f"连不上服务器（{reason}）；请检查网址和网络"
    assert refusal("http://nowhere.invalid/feed") == "找不到主机“nowhere.invalid”；请检查网址和网络"


def test_a_server_without_tls_behind_https(site: Site) -> None:
    message = refusal(site.address.replace("http:", "https:") + "/feed")
    assert re.fullmatch(r"无法建立安全连接（\[SSL.*）；请检查服务器的证书，或网址是否应以 http:// 开头", message)


@given(st.data())
def test_a_damaged_feed_gives_rows_or_is_refused(choose: st.DataObject) -> None:
    body = bytearray(choose.draw(st.sampled_from([RSS, ATOM, RSS_10])).encode())
    for _ in range(choose.draw(st.integers(1, 4))):
        start = choose.draw(st.integers(0, len(body)))
        length = choose.draw(st.integers(0, 60))
        body[start : start + length] = choose.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"<![", b"&#xD800;", b"<link/>", b"<source>", b"<!--"]))
        )
    try:
        rows = feed_rows("u", bytes(body))
    except InputError as error:
        assert str(error).startswith("u：")
    else:
        assert all(row.error or (row.data["id"] and row.data["text"]) for row in rows)


def test_nothing_on_this_machine_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(RSS, encoding="utf-8")
    with pytest.raises(InputError):
        feed_rows("u", str(secret).encode())
    body = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + item(
        "<guid>1</guid><description>文&x;</description>"
    )
    assert "枸杞" not in str(feed_rows("u", body.encode()))
