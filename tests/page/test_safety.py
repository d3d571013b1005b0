"""Whatever texts hold, they stay text; and the page is nothing but its files."""

import json
import re
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from contentcheck.api.routes.page import FOLDER
from contentcheck.report_page import STYLE_HASH
from tests.page.test_frame import VIEWS
from tests.service import until

EVIL = (
    "\"><img src=x onerror=alert(1)><svg onload=alert(2)><b data-evil>'"
    "<script>alert(3)<\\script><a href=javascript:alert(4)>\u202e${alert(5)}{{6}}"
)
"""Without a slash, which no name in an address may hold."""
TEXT = f"{EVIL}</script></textarea></title><iframe srcdoc='<script>alert(7)</script>'></iframe>。茶要用小火慢慢焙。"
MADE_OF_IT = "[data-evil], [onerror], [onload], [src=x], [srcdoc], iframe, a[href^='javascript:' i], svg[onload]"


@pytest.fixture(scope="module")
def evil(address: str) -> Iterator[dict[str, str]]:
    """Texts like that wherever the service takes one; ids of what there is to open."""
    with httpx.Client(base_url=address, timeout=60) as client:

        def sent(method: str, path: str, body: Any) -> Any:
            return client.request(method, f"/v1/{path}", json=body).raise_for_status().json()

        listed = {"key_points": [EVIL], "synonyms": [EVIL]}
        product = {"product_id": EVIL, "name": EVIL, "text": TEXT, **listed}
        brand = {"products": [product], "words": [EVIL], "allowed": [TEXT]}
        sent("PUT", f"brands/{quote(EVIL, safe='')}", brand)
        piece = {"id": EVIL, "title": EVIL, "text": TEXT}
        sent("POST", f"brands/{quote(EVIL, safe='')}/posts", piece)
        source = {"genre": EVIL, "source": "javascript:alert(8)", "licence": EVIL, "tags": [EVIL]}
        sent("POST", "corpus/items", {**piece, **source})
        draft = {"title": EVIL, "text": TEXT, "brand": EVIL}
        answer = client.post("/v1/checks", json=draft).raise_for_status()
        opinion = {"about": "homogeneity", "agrees": False, "note": TEXT, "brand": EVIL, "text": TEXT}
        sent("POST", "feedback", {**opinion, "report": answer.json()})
        job = sent("POST", "jobs", {"name": EVIL, "brand": EVIL, "drafts": [{"id": EVIL, **draft}]})
        until(lambda: client.get(f"/v1/jobs/{job['id']}").json()["state"] == "done")
        checks = client.get("/v1/checks").raise_for_status().json()["items"]
        yield {"check": checks[0]["id"], "job": job["id"]}


def _addresses(evil: dict[str, str]) -> dict[str, str]:
    """Of every view, and what can be opened in it."""
    views = {view: f"/#/{view}" for view in VIEWS}
    return {
        **views,
        "one brand": f"/#/brands/{quote(EVIL, safe='')}",
        "one check": f"/#/check/{evil['check']}",
        "one past check": f"/#/history/{evil['check']}",
        "one job": f"/#/jobs/{evil['job']}",
        "one piece": f"/#/library/{quote(EVIL, safe='')}",
        "no view": f"/#/{quote(EVIL, safe='')}",
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_stay_text_in_every_view(page: Page, evil: dict[str, str], language: str):
    dialogs: list[str] = []

    def asked(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", asked)
    page.add_init_script(f"localStorage.setItem('contentcheck.language', '{language}')")
    draft = json.dumps(json.dumps({"title": EVIL, "text": TEXT, "brand": EVIL}))
    page.add_init_script(f"sessionStorage.setItem('contentcheck.draft', {draft})")
    for name, address in _addresses(evil).items():
        page.goto(address)
        page.reload()  # where only the part after # changes, the view before stays a moment longer
        expect(page.locator("main > *")).not_to_have_count(0)
        page.wait_for_load_state("networkidle")
        _open_everything(page)
        assert page.evaluate(f"[...document.querySelectorAll({MADE_OF_IT!r})].map((e) => e.outerHTML)") == [], name
        scripts = page.evaluate("[...document.scripts].map((script) => script.getAttribute('src'))")
        assert scripts == ["/page/app.js"], name
    assert dialogs == []


def _open_everything(page: Page) -> None:
    """Details, for what they hold is made when they are seen."""
    for summary in page.locator("main summary:visible").all():
        summary.click()
    page.wait_for_load_state("networkidle")


def test_the_texts_are_shown_as_they_are(page: Page, evil: dict[str, str]):
    page.goto("/#/brands")
    page.get_by_role("link", name=EVIL).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EVIL)
    expect(page.get_by_role("heading", level=3)).to_have_text(EVIL)
    expect(page.locator("article .text")).to_have_text(TEXT)
    expect(page.get_by_label("固定用语")).to_have_value(TEXT)
    page.get_by_role("button", name="删除").first.click()
    expect(page.get_by_role("status")).to_contain_text(EVIL)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("article .text")).to_have_text(TEXT)


@pytest.mark.parametrize("place", ["#/%", "#/%E0%A4%A", "#/constructor", "#/__proto__", "#//", "#/brands/%zz"])
def test_any_address_is_answered_in_words(page: Page, place: str):
    page.goto(f"/{place}")
    expect(page.locator("main .failure")).to_be_visible()
    page.get_by_role("link", name="品牌", exact=True).click()
    expect(page.get_by_role("heading", name="品牌和产品")).to_be_visible()


def test_nothing_but_files_of_ours_runs(address: str):
    for path in ("/", "/page/app.js", "/page/style/base.css", "/page/icon.svg"):
        headers = httpx.get(f"{address}{path}").raise_for_status().headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": f"'self' {STYLE_HASH}",  # of reports that are printed
            "img-src": "'self' blob:",
            "connect-src": "'self'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
            "require-trusted-types-for": "'script'",
            "trusted-types": "'none'",
        }
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


def test_even_a_careless_script_of_ours_could_run_nothing_else(browser: Browser, address: str):
    careless = """
    const tried = [
      () => { document.body.innerHTML = "<img src=x onerror=alert(1)>" },
      () => { document.write("<b>x</b>") },
      () => { document.createElement("script").text = "alert(1)" },
      () => { document.createElement("a").setAttribute("onclick", "alert(1)") },
      () => new Function("return 1")(),
      () => trustedTypes.createPolicy("own", {}),
    ]
    export function view() {
      const made = document.createElement("h1");
      made.append(tried.map((one) => { try { one(); return "done" } catch { return "refused" } }).join());
      return made;
    }"""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.route("**/page/views/history.js", lambda r: r.fulfill(body=careless, content_type="text/javascript"))
    page.goto("/#/history")
    expect(page.locator("h1")).to_have_text(",".join(["refused"] * 6))
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/page/../application.py",
        "/page/%2e%2e/application.py",
        "/page/..%2fapplication.py",
        "/page/views/../../application.py",
        "/page/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/page/..%5capplication.py",
        "/page//etc/passwd",
        "/page/%2fetc%2fpasswd",
        "/page/app.js%00.css",
        "/page/",
        "/page/views",
        "/page/views/",
        "/page/nothing.js",
    ],
)
def test_the_page_is_nothing_but_its_files(address: str, path: str):
    answer = _raw(address, path)
    assert int(answer.split(" ", 2)[1]) in (401, 404), answer[:500]
    assert "import" not in answer and "root:" not in answer


def _raw(address: str, path: str) -> str:
    """The answer to a request whose path no client has tidied up."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port or 80), 10) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode()


class _Tags(HTMLParser):
    """Every tag and its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_html_has_no_handlers_and_loads_from_here_alone(address: str):
    tags = _Tags()
    tags.feed(httpx.get(f"{address}/").text)
    assert tags.found
    for tag, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert tag != "style" and (tag != "script" or attributes.get("src"))
        loaded = attributes.get("src") or attributes.get("href")
        assert loaded is None or loaded.startswith("/page/")


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.js")), ids=lambda file: str(Path(file).relative_to(FOLDER)))
def test_no_script_makes_elements_of_markup(file: Path):
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTMLUnsafe|DOMParser"
    assert not re.search(ways, file.read_text("utf-8"))
