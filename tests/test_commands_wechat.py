"""`contentcheck wechat pull` as its users meet it, against a server that answers as WeChat's documentation says."""

import json
import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import Run, refusal, shipping, small_edition, start, write_jsonl
from tests.wechat_server import APPID, SECRET, WechatServer, article, item, serving

BRAND = {
    "brand": "山野集",
    "product_id": "soy",
    "name": "手工黑豆酱油",
    "text": "手工黑豆酱油，三年陶缸日晒，五百毫升一瓶，零添加防腐剂。",
}
JARS = "<p>师傅六点开缸，把豆醅翻一遍，再盖上竹匾。</p><p>晒足三年的酱油，颜色像琥珀。</p>"
NOODLES = "<section><p>热面浇一勺酱油，撒葱花，<strong>三分钟</strong>就能吃🍜。</p></section>"
PICTURE = '<p><img data-src="https://mmbiz.qpic.cn/a/640"></p>'


@pytest.fixture(autouse=True)
def small_world() -> Iterator[None]:
    with shipping(small_edition()):
        yield


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WechatServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    with serving() as running:
        monkeypatch.setenv("CONTENTCHECK_WECHAT_BASE", running.address)
        monkeypatch.setenv("CONTENTCHECK_WECHAT_APPID", APPID)
        monkeypatch.setenv("CONTENTCHECK_WECHAT_SECRET", SECRET)
        yield running


@pytest.fixture
def own(run_here: Run, tmp_path: Path) -> Path:
    """A home with one brand."""
    source = write_jsonl(tmp_path / "brand.jsonl", BRAND)
    assert run_here("brand", "import", str(source), home=tmp_path / "home").returncode == 0
    return tmp_path / "home"


def pull(run_here: Run, home: Path, *arguments: str) -> tuple[int, str]:
    done = run_here("wechat", "pull", "--brand", "山野集", *arguments, home=home)
    assert done.stdout == ""
    assert SECRET not in done.stderr and "token-" not in done.stderr and "Traceback" not in done.stderr
    return done.returncode, done.stderr


def posts(run_here: Run, home: Path) -> list[list[str]]:
    """Ids, days and titles."""
    lines = run_here("posts", "list", "--brand", "山野集", home=home).stdout.splitlines()
    return [[fields[0], *fields[2:4]] for fields in (line.split("\t") for line in lines)]


def numbered(count: int) -> list[dict[str, object]]:
    """Articles that are nothing like one another."""
    letters = random.Random(1).sample([chr(code) for code in range(0x4E00, 0x9000)], 30 * count)
    texts = ["".join(letters[30 * n : 30 * n + 30]) for n in range(count)]
    return [item(f"I{n:02}", article(f"第 {n} 篇", f"<p>{text}</p>")) for n, text in enumerate(texts)]


def test_published_articles_are_pulled_once(run_here: Run, own: Path, server: WechatServer) -> None:
    server.published = [
        item("A-1", article("酱缸旁的一天&amp;一夜", JARS), article("面🍜", NOODLES), article("图", PICTURE)),
        item("A-2", article("删了的", JARS, deleted=True), updated=1709654400),
    ]
    server.faults = ["reset", -1]  # along the way
    others = "已在微信删除的 1 篇没有取。\n没有文字（只有图片或视频）的 1 篇没有取：“图”。\n"
    assert pull(run_here, own) == (0, f"已导入 2 条。\n{others}")
    taken = [["A-1#1", "2024-03-05", "酱缸旁的一天&一夜"], ["A-1#2", "2024-03-05", "面🍜"]]
    assert posts(run_here, own) == taken
    assert pull(run_here, own, "--published") == (0, f"已导入 0 条；2 条早已在库中，未变。\n{others}")
    server.published[0]["content"]["news_item"][1]["content"] = NOODLES.replace("三分钟", "五分钟")
    server.published.insert(0, item("A-3", article("新的", "<p>新一批豆子到了，今天开始泡。</p>"), updated=1709654400))
    said = "已导入 1 条；1 条替换了编号相同的旧内容；1 条早已在库中，未变。\n"
    assert pull(run_here, own) == (0, said + others)
    assert sorted(posts(run_here, own)) == [*taken, ["A-3#1", "2024-03-06", "新的"]]
    assert sum(path.endswith("stable_token") for path, _ in server.calls) == 3  # two of them the faults


def test_pulled_articles_are_known_when_drafts_are_checked(run_here: Run, own: Path, server: WechatServer) -> None:
    server.published = [item("A-1", article("酱缸旁的一天", JARS))]
    assert pull(run_here, own)[0] == 0
    draft = "师傅六点开缸，把豆醅翻一遍，再盖上竹匾。晒足三年的酱油，颜色像琥珀。" * 2
    done = run_here("check", "-", "--brand", "山野集", "--json", home=own, stdin=draft.encode())
    assert "A-1#1" in done.stdout


def test_drafts_go_to_a_file_that_bulk_takes(run_here: Run, own: Path, server: WechatServer, tmp_path: Path) -> None:
    server.drafts = [
        item("M-1", article("酱缸", JARS * 3), article("图", PICTURE), draft=True),
        item("M-2", article("“面”\n与\t酱", NOODLES * 5), draft=True),
    ]
    drafts, reports = tmp_path / "drafts.jsonl", tmp_path / "reports.jsonl"
    drafts.write_text("上一次的\n", "utf-8")
    code, said = pull(run_here, own, "--drafts", "--output", str(drafts))
    picture = "没有文字（只有图片或视频）的 1 篇没有取：“图”。\n"
    assert (code, said) == (
        0,
        f"{picture}已把 2 篇草稿写入 {drafts}；检查：contentcheck bulk {drafts} --output 报告.jsonl\n",
    )
    rows = [json.loads(line) for line in drafts.read_text("utf-8").splitlines()]
    assert [(row["id"], row["title"], row["brand"]) for row in rows] == [
        ("M-1#1", "酱缸", "山野集"),
        ("M-2#1", "“面” 与 酱", "山野集"),
    ]
    assert rows[1]["text"].splitlines() == ["热面浇一勺酱油，撒葱花，三分钟就能吃🍜。"] * 5
    done = run_here("bulk", str(drafts), "--output", str(reports), home=own)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in reports.read_text("utf-8").splitlines()]
    assert [report["id"] for report in found] == ["M-1#1", "M-2#1"]
    assert all(report["relevance"] for report in found)
    assert posts(run_here, own) == []


def test_drafts_that_cannot_all_be_had_leave_the_file_alone(
    run_here: Run, own: Path, server: WechatServer, tmp_path: Path
) -> None:
    server.drafts = [{"media_id" if key == "article_id" else key: i[key] for key in i} for i in numbered(45)]
    server.quota = 2
    drafts = tmp_path / "drafts.jsonl"
    drafts.write_text("上一次的\n", "utf-8")
    code, said = pull(run_here, own, "--drafts", "--output", str(drafts))
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("错误：微信接口 draft/batchget：今天的调用次数已经用完；")
    assert drafts.read_text("utf-8") == "上一次的\n"
    assert {f.name for f in tmp_path.iterdir()} == {"home", "brand.jsonl", "drafts.jsonl"}


def test_since(run_here: Run, own: Path, server: WechatServer) -> None:
    server.published = [
        item("新", article("新", JARS), updated=1709654400),  # in China the 6th begins
        item("旧", article("旧", NOODLES), updated=1709654399),
    ]
    assert pull(run_here, own, "--since", "2024-03-06") == (0, "已导入 1 条。\n早于 2024-03-06 的 1 篇没有取。\n")
    assert posts(run_here, own) == [["新#1", "2024-03-06", "新"]]


def test_what_was_taken_in_before_the_quota_ended_stays(run_here: Run, own: Path, server: WechatServer) -> None:
    server.published = numbered(45)
    server.quota = 2
    code, said = pull(run_here, own)
    told, error = said.splitlines()
    assert (code, told) == (2, "已导入 40 条。")
    assert error.startswith("错误：微信接口 freepublish/batchget：今天的调用次数已经用完；请等到明天零点以后再试")
    assert len(posts(run_here, own)) == 40
    server.quota = None
    assert pull(run_here, own) == (0, "已导入 5 条；40 条早已在库中，未变。\n")
    assert len(posts(run_here, own)) == 45


def test_what_was_taken_in_before_an_interruption_stays(run_here: Run, own: Path, server: WechatServer) -> None:
    server.published = numbered(45)
    reached, go_on = threading.Event(), threading.Event()

    def wait(answered: int) -> None:
        if answered == 2:
            reached.set()
            go_on.wait(120)

    server.after = wait
    with start(own, "wechat", "pull", "--brand", "山野集") as process:
        assert reached.wait(120)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    go_on.set()
    assert (process.returncode, said) == (130, "已导入 20 条。\n")
    assert len(posts(run_here, own)) == 20
    assert pull(run_here, own) == (0, "已导入 25 条；20 条早已在库中，未变。\n")


def test_an_account_that_published_nothing_this_way(run_here: Run, own: Path, server: WechatServer) -> None:
    code, said = pull(run_here, own)
    assert (code, said.splitlines()[0]) == (0, "已导入 0 条。")
    assert "群发过的文章请存成网页，用 contentcheck posts import 导入" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--brand", "没有"), "没有名为“没有”的品牌；现有品牌：山野集。请先导入：contentcheck brand import 文件"),
        (("--published", "--drafts"), "--published 和 --drafts 只能选一个"),
        (("--drafts",), "取草稿要用 --output 指定写入的文件，如 --output drafts.jsonl"),
        (("--output", "a.jsonl"), "--output 只用于 --drafts；已发布的文章收入品牌的已发文章，可用 posts export 导出"),
        (("--since", "昨天"), "--since 的值是 昨天；应为日期，如 2024-01-01"),
        (("--drafts", "--output", "没有的文件夹/a"), "没有的文件夹/a：无法写入（No such file or directory）"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_arguments_are_told_before_anything_is_asked(
    run_here: Run, own: Path, server: WechatServer, arguments: tuple[str, ...], said: str
) -> None:
    brand = () if "--brand" in arguments else ("--brand", "山野集")
    assert refusal(run_here("wechat", "pull", *brand, *arguments, home=own)) == said
    assert server.calls == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("APPID", "", "没有设置环境变量 CONTENTCHECK_WECHAT_APPID；AppID 和 AppSecret 在微信开发者平台"),
        ("APPID", "wx1111111111111111", "微信接口 stable_token：AppID 不对；"),
        ("SECRET", "0" * 32, "微信接口 stable_token：AppSecret 不对；"),
        ("BASE", "http://192.0.2.1", "环境变量 CONTENTCHECK_WECHAT_BASE 的值是 http://192.0.2.1；应为以 https://"),
    ],
)
def test_wrong_settings_are_told_in_a_line(
    run_here: Run, own: Path, server: WechatServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"CONTENTCHECK_WECHAT_{name}", value)
    assert refusal(run_here("wechat", "pull", "--brand", "山野集", home=own)).startswith(said)


def test_this_machines_address_is_told_where_it_is_not_on_the_white_list(
    run_here: Run, own: Path, server: WechatServer
) -> None:
    server.blocked = True
    said = refusal(run_here("wechat", "pull", "--brand", "山野集", home=own))
    assert said.startswith("微信接口 stable_token：本机的公网 IP 203.0.113.7 不在白名单里；")
