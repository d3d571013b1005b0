"""The WordPress plugin: read by PHP, and run with as much of WordPress as it meets, against a service over HTTP."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import small_edition
from tests.failing import Answer, failing
from tests.servers import Place
from tests.serving import free_port, serving
from tests.test_client import TEA

PLUGIN = Path(__file__).parents[1] / "docs/service/wordpress/contentcheck.php"
HARNESS = Path(__file__).with_name("wordpress.php")
REASON = '照搬 <b>"名言"</b>'
BLOCKED = {
    "allowed": False,
    "verdict": "reject",
    "reasons": [{"code": "copied_text", "message": REASON}],
    "check": "c1",
}
ALLOWED = {"allowed": True, "verdict": "publish", "reasons": [], "check": None}
POST = {
    "ID": 5,
    "post_title": "余生",
    "post_content": '<p>人生没有白走的"路"。[gallery ids="1"]</p>',
    "post_status": "publish",
}

pytestmark = pytest.mark.skipif(shutil.which("php") is None, reason="php is not installed: apt-get install php-cli")


def play(url: str, *steps: list[Any], **scene: Any) -> tuple[list[Any], list[str]]:
    """What each step gave, and the requests that were sent."""
    settings = {"url": url, "key": "ck_x", "brand": "茶铺", **scene.pop("settings", {})}
    posts = {5: {**POST, "post_type": "post", "post_status": "draft"}}
    told = json.dumps({"settings": settings, "posts": posts, "steps": steps, **scene})
    command = ["php", "-d", "display_errors=stderr", "-d", "error_reporting=-1", str(HARNESS), str(PLUGIN)]
    done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), (done.stdout, done.stderr)
    told_back = json.loads(done.stdout)
    return told_back["results"], told_back["requests"]


def answer(content: object, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(content).encode())


def test_php_can_read_it() -> None:
    done = subprocess.run(["php", "-l", str(PLUGIN)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_block_editor_is_told_why() -> None:
    with failing(answer(BLOCKED), answer({"homogeneity": {"score": 93.4}})) as service:
        [refused, box], _ = play(service.url, ["rest", POST], ["box", 5])
    assert refused["code"] == "contentcheck_blocked" and refused["data"] == {"status": 403}
    assert "不宜发布" in refused["message"] and REASON in refused["message"]
    (method, path, headers, body), (_, report, _, _) = service.asked
    assert (method, path, report) == ("POST", "/v1/gate", "/v1/checks/c1")
    assert headers["Authorization"] == "Bearer ck_x"
    html = '<p>人生没有白走的"路"。</p>'
    assert json.loads(body) == {"id": "wp-5", "title": "余生", "html": html, "brand": "茶铺"}
    assert "同质化：93" in box and "照搬 &lt;b&gt;&quot;名言&quot;&lt;/b&gt;" in box and "<b>" not in box
    assert "_wpnonce=" in box


def test_the_classic_editor_keeps_a_draft_and_says_why() -> None:
    saved = "post.php?post=5&action=edit&message=6"
    steps = ["classic", POST], ["filter", "redirect_post_location", saved], *[["filter", "admin_notices"]] * 2
    with failing(answer({**BLOCKED, "check": None})) as service:
        [post, location, notice, again], _ = play(service.url, *steps)
    assert post == {**POST, "post_type": "post", "post_status": "draft"}
    assert "message=10" in location
    assert "已留作草稿" in notice and "&lt;b&gt;" in notice and "<b>" not in notice
    assert again is None


def test_what_may_be_published_is_let_through() -> None:
    """By both hooks that a save in the block editor goes through, with one request."""
    with failing(answer(ALLOWED)) as service:
        [rest, classic, notice], requests = play(
            service.url, ["rest", POST], ["classic", POST], ["filter", "admin_notices"]
        )
    assert rest == POST and classic["post_status"] == "publish" and notice is None
    assert len(requests) == 1


@pytest.mark.parametrize(
    "post",
    [
        {**POST, "post_status": "draft"},
        {**POST, "post_status": "pending"},
        {**POST, "post_type": "revision"},
        {**POST, "ID": 6},
    ],
)
def test_what_is_not_being_published_is_left_alone(post: dict[str, Any]) -> None:
    live = {6: {**POST, "ID": 6, "post_type": "post", "post_status": "publish"}}
    [rest, classic], requests = play("http://127.0.0.1:1", ["rest", post], ["classic", post], posts=live)
    assert rest == post and classic == {"post_type": "post", **post} and requests == []


def test_a_save_that_brings_only_the_status_is_checked_with_what_is_stored() -> None:
    with failing(answer(ALLOWED)) as service:
        play(service.url, ["rest", {"ID": 5, "post_status": "future"}])
    assert json.loads(service.asked[0][3])["title"] == "余生"


@pytest.mark.parametrize("unreachable", ["allow", "block"])
@pytest.mark.parametrize("kind", ["nobody", "problem", "nonsense"])
def test_where_it_cannot_be_checked_the_setting_decides(unreachable: str, kind: str) -> None:
    problem = answer({"detail": "现在太忙"}, 503)
    with failing(problem if kind == "problem" else Answer(200, {}, b"<html>")) as service:
        url = f"http://127.0.0.1:{free_port()}" if kind == "nobody" else service.url
        steps = ["classic", POST], ["filter", "admin_notices"]
        [post, notice], _ = play(url, *steps, settings={"unreachable": unreachable})
    assert post["post_status"] == ("publish" if unreachable == "allow" else "draft")
    assert {"nobody": "连不上检查服务", "problem": "现在太忙", "nonsense": "没有给出结论"}[kind] in notice


def test_only_who_may_edit_checks_by_the_link() -> None:
    steps = ["saved", 5, False], ["saved", 5, True]
    [forged, forbidden], requests = play("http://127.0.0.1:1", *steps)
    assert (forged, requests) == ("the nonce is wrong", []) and "没有修改这篇文章的权限" in forbidden
    with failing(answer(ALLOWED)) as service:
        [back, box], _ = play(service.url, ["saved", 5, True], ["box", 5], user=["edit_post"])
    assert back.startswith("to post.php") and "可以发布" in box


def test_settings_are_made_safe_and_the_key_is_never_shown() -> None:
    typed = {"url": "javascript:alert(1)", "key": "", "brand": "<b>茶铺</b>", "unreachable": "x", "timeout": "999"}
    steps = ["sanitize", typed], ["sanitize", None], ["page"]
    [kept, nothing, hidden], _ = play("http://a.example", *steps)
    assert kept == {"url": "http://a.example", "key": "ck_x", "brand": "茶铺", "unreachable": "allow", "timeout": 60}
    assert nothing["timeout"] == 1 and hidden is None
    odd = '"><script>'
    [page], _ = play("http://a.example", ["page"], user=["manage_options"], settings={"brand": odd})
    assert "ck_x" not in page and odd not in page and "&quot;&gt;&lt;script&gt;" in page


def test_a_real_service_blocks_and_lets_through(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", None)
    place.store().brands.add([TEA])
    copied = {**POST, "post_content": f"<p>{small_edition().items[2].text * 2}</p>"}
    with serving(place.home) as url:
        settings = {"key": "", "brand": ""}
        [refused, box], _ = play(url, ["rest", copied], ["box", 5], settings=settings)
        assert refused["code"] == "contentcheck_blocked" and "同质化：" in box
        [allowed], _ = play(url, ["rest", {**POST, "post_content": "<p>决明子茶，每袋三克。</p>"}], settings=settings)
        assert allowed["post_status"] == "publish"
        [refused], _ = play(url, ["rest", POST], settings={**settings, "brand": "没有", "unreachable": "block"})
        assert "没有" in refused["message"]
