"""`contentcheck backup`, `restore`, `doctor` and `models switch`: damage is found, and nothing is lost on the way."""

import json
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine

from contentcheck.app import Settings, open_store
from contentcheck.corpus import doctor, shipped
from contentcheck.corpus.live import shelf
from contentcheck.corpus.store import database, schema
from contentcheck.models.registry import SentenceEncoder
from tests.command_line import Run, exported, refusal, shipping, small_edition, start, write_jsonl
from tests.servers import postgres_url

COUNT = 30
TEXT = (
    "第{0}年的冬天，他在{0}号仓库门口等了{0}个小时，雪把车辙一点点填平。后来他说，等的人没有来，等的那天却一直没有走。"
)
COPIED = "清晨的第一缕阳光照进窗台，泡一壶茶，慢慢地等一朵花开。生活的意义，不过是把寻常的日子过得有滋有味。"
ITEMS = [{"id": f"第{i}条", "text": TEXT.format(i) if i != 7 else COPIED, "genre": "soup"} for i in range(COUNT)]
PASSAGES = 2 * COUNT
TEXTS = COUNT + 2  # of the passages: all but one piece end in the same words
BRAND = {"brand": "山野集", "product_id": "soy", "name": "黑豆酱油", "text": "手工黑豆酱油，三年陶缸日晒。"}
POST = {"id": "旧文", "text": "师傅六点开缸，把豆醅翻一遍，再盖上竹匾。晒足三年的酱油，颜色像琥珀。"}
AT_FRESH = 10  # passages: more than that, and an index is saved


@pytest.fixture(autouse=True)
def small_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shelf, "_FRESH", AT_FRESH)
    with shipping(small_edition()):
        yield


@pytest.fixture
def own(run_here: Run, tmp_path: Path) -> Path:
    """A home with pieces, their saved index, a brand and its post."""
    home = tmp_path / "home"
    for command, file in (("corpus", ITEMS), ("brand", [BRAND]), ("posts", [POST])):
        source = write_jsonl(tmp_path / f"{command}.jsonl", *file)
        brand = ("--brand", "山野集") if command == "posts" else ()
        assert run_here(command, "import", str(source), *brand, home=home).returncode == 0
    assert pointer(home)
    return home


def pointer(home: Path) -> str:
    """The folder of the library's saved index."""
    return (home / "index" / "0-1" / "current").read_text("utf-8")


def damage(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "contentcheck.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def report(run_here: Run, home: Path, **how: Any) -> Any:
    """Of a draft that copies one of the pieces."""
    text = f"{COPIED}超市本周鸡蛋特价，每斤四元八角，数量有限，售完为止，欢迎新老顾客前来选购。"
    done = run_here("check", "-", "--json", home=home, stdin=text.encode(), **how)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_answers(found: Any) -> None:
    """The copy is found, in the piece it is from."""
    sources = [m["item_id"] for p in found["passages"] for m in p["matches"] if m["kind"] == "verbatim"]
    assert set(sources) == {"第7条"}


def findings(run_here: Run, home: Path, code: int = 0) -> dict[str, tuple[str, str]]:
    """What the doctor says of each part: condition and message."""
    done = run_here("doctor", home=home)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    found = [re.fullmatch(r"(正常|已修复|有问题)  (.+?)：(.*)", line) for line in done.stderr.splitlines()]
    assert all(found), done.stderr
    return {f[2]: (f[1], f[3]) for f in found if f}


# ---- doctor ----


def test_a_healthy_store(run_here: Run, own: Path) -> None:
    said = run_here("doctor", home=own)
    vectors = re.search(r"向量：(\d+) 个\n", said.stderr)
    assert vectors is not None and int(vectors[1]) > PASSAGES
    assert said.returncode == 0
    drift = re.search(r"漂移：自建库没有使普通文字显得雷同（(0\.0\d\d)，应不超过 0\.1）\n$", said.stderr)
    assert drift is not None
    assert said.stderr.splitlines()[:-1] == [
        f"正常  数据库：{own / 'contentcheck.db'}，结构版本 {schema.HEAD}，31 条记录（含已停用的）",
        "正常  旧版文件：没有",
        "正常  自建库：30 条，与变更记录一致",
        "正常  品牌“山野集”的已发文章：1 条，与变更记录一致",
        "正常  全文检索：31 条可以查到",
        f"正常  模型：toy {SentenceEncoder('toy').revision}，256 维",
        f"正常  向量：{vectors[1]} 个",
        f"正常  自建库的索引：{PASSAGES} 个片段，{PASSAGES} 个存在索引文件中",
        "正常  品牌“山野集”的已发文章的索引：2 个片段，随启动读入",
        "正常  校准：没有为这个模型拟合过，分数由随程序提供的内容推算，较粗",
    ]


def test_an_own_calibration_is_named_and_one_of_another_edition_is_not_used(run_here: Run, own: Path) -> None:
    curve = {"midpoint": 0.3, "slope": 20, "noise": 2}
    calibrations = open_store(Settings(home=own)).calibrations
    for edition in ("older", "small"):
        calibrations.add("toy", edition, {"homogeneity": curve, "relevance": curve})
    said = run_here("doctor", home=own).stderr
    own_one = "正常  校准：用自己的稿件拟合（toy/small/home-2）"
    left = "；toy/older/home-1 属于别的模型或内容库版本，没有使用，可重新运行 contentcheck calibrate"
    assert own_one + left in said.splitlines()
    calibrations.use("shipped", "toy", "small")
    drawn = "正常  校准：没有为这个模型拟合过，分数由随程序提供的内容推算，较粗"
    assert drawn + left in run_here("doctor", home=own).stderr.splitlines()


def an_index_file(home: Path, name: str) -> Path:
    return next((home / "index" / "0-1" / pointer(home)).rglob(name))


def truncate_index(home: Path) -> None:
    file = an_index_file(home, "keys.npy")
    file.write_bytes(file.read_bytes()[:100])


def put_in_another_index(home: Path) -> None:
    an_index_file(home, "group-0.npy").write_text("这不是索引", "utf-8")


def lose_index(home: Path) -> None:
    shutil.rmtree(home / "index" / "0-1" / pointer(home))


def leave_things_behind(home: Path) -> None:
    folder = home / "index" / "0-1"
    (folder / "0123456789abcdef").mkdir()
    (folder / "0123456789abcdef" / "keys.npy").write_bytes(b"half")
    (folder / "current.0123456789abcdef").write_text("0123456789abcdef", "utf-8")


OWN_VECTORS = "digest IN (SELECT digest FROM passages WHERE item_id IN (SELECT id FROM items WHERE shelf = 0))"
REBUILT = f"{PASSAGES} 个片段，已重建"


@pytest.mark.parametrize(
    ("harm", "subject", "said"),
    [
        (
            "UPDATE changes SET digest = x'00000000000000000000000000000000' WHERE shelf = 0",
            "自建库",
            "变更记录与实际的 30 条内容对不上；已按实际更正",
        ),
        ("UPDATE changes SET total = 29 WHERE shelf = 0", "自建库", "变更记录记着 29 条，实际 30 条；已按实际更正"),
        (
            "UPDATE changes SET total = 2 WHERE shelf = 1",
            "品牌“山野集”的已发文章",
            "变更记录记着 2 条，实际 1 条；已按实际更正",
        ),
        ("DELETE FROM letters WHERE rowid IN (3, 5)", "全文检索", "有 2 条对不上；已重建"),
        (
            f"UPDATE vectors SET vector = x'0000' WHERE id IN (SELECT id FROM vectors WHERE {OWN_VECTORS} LIMIT 3)",
            "向量",
            "3 个长度不对，3 段文字没有向量；已重新编码，现有 {0} 个",
        ),
        (
            f"UPDATE vectors SET vector = x'0000' WHERE NOT {OWN_VECTORS} AND id < 100",
            "向量",
            "{1} 个长度不对；已重新编码，现有 {0} 个",
        ),
        (f"DELETE FROM vectors WHERE {OWN_VECTORS}", "向量", f"{TEXTS} 段文字没有向量；已重新编码，现有 {{0}} 个"),
        (truncate_index, "自建库的索引", REBUILT),
        (put_in_another_index, "自建库的索引", REBUILT),
        (lose_index, "自建库的索引", REBUILT),
        (
            leave_things_behind,
            "自建库的索引",
            f"{PASSAGES} 个片段，{PASSAGES} 个存在索引文件中；清理了 2 个残留",
        ),
    ],
)
def test_damage_is_named_and_repaired(
    run_here: Run, own: Path, tmp_path: Path, harm: str | Callable[[Path], None], subject: str, said: str
) -> None:
    healthy, before, answer = findings(run_here, own), exported(run_here, own, tmp_path), report(run_here, own)
    assert_answers(answer)
    with closing(sqlite3.connect(own / "contentcheck.db")) as connection:
        count = connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
        edition = connection.execute(f"SELECT count(*) FROM vectors WHERE NOT {OWN_VECTORS} AND id < 100").fetchone()[0]
    if isinstance(harm, str):
        damage(own, harm)
    else:
        harm(own)
    found = findings(run_here, own)
    assert found[subject] == ("已修复", said.format(count, edition))
    healed = {**healthy, subject: found[subject]}
    if subject == "自建库":  # its index was saved for a state that the record does not know any more
        healed["自建库的索引"] = ("已修复", REBUILT)
    assert found == healed
    assert findings(run_here, own) == healthy
    assert exported(run_here, own, tmp_path) == before
    assert report(run_here, own) == answer
    assert len(run_here("corpus", "list", "--search", "仓库", home=own).stdout.splitlines()) == COUNT - 1


def test_what_only_the_user_can_mend_is_told_until_it_is(run_here: Run, own: Path) -> None:
    old = own / "items.jsonl"
    write_jsonl(old, {"id": "旧", "text": "早期版本里的一条内容。"})
    advice = f"早期版本的内容还没有导入，请运行：contentcheck corpus import {old}，然后移走这些文件"
    assert findings(run_here, own, code=1)["旧版文件"] == ("有问题", advice)
    assert run_here("corpus", "import", str(old), home=own).stderr == "已导入 1 条。\n"
    old.unlink()
    assert findings(run_here, own)["旧版文件"] == ("正常", "没有")


def test_a_library_of_ordinary_writing_is_told(run_here: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_DRIFT", -0.5)
    condition, said = findings(run_here, own, code=1)["漂移"]
    assert condition == "有问题"
    advice = "请检查是否把新闻、说明之类的普通文章导入了内容库"
    assert re.fullmatch(rf"自建库与普通文字过于接近（0\.0\d\d，应不超过 -0\.5）；{advice}", said)


def test_a_damaged_database_is_refused_with_the_way_out(run_here: Run, own: Path, tmp_path: Path) -> None:
    kept = tmp_path / "备份.db"
    assert run_here("backup", str(kept), home=own).returncode == 0
    before = exported(run_here, own, tmp_path)
    file = own / "contentcheck.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40_000] = bytes(40_000)
    file.write_bytes(data)
    said = refusal(run_here("doctor", home=own))
    assert said.startswith(f"数据库 {file}") and "已损坏" in said and "contentcheck restore" in said
    for left in own.glob("contentcheck.db*"):
        left.unlink()
    assert run_here("restore", str(kept), home=own).returncode == 0
    assert exported(run_here, own, tmp_path) == before


# ---- the index and the database, met by other commands ----


@pytest.mark.parametrize("harm", [truncate_index, put_in_another_index, lose_index, leave_things_behind])
def test_a_bad_index_is_built_anew_by_the_next_check(run_here: Run, own: Path, harm: Callable[[Path], None]) -> None:
    before, name = report(run_here, own), pointer(own)
    harm(own)
    assert report(run_here, own) == before
    assert (pointer(own) == name) == (harm is leave_things_behind)


def test_a_locked_home(run_here: Run, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.1)
    before = exported(run_here, own, tmp_path)
    file = own / "contentcheck.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = refusal(run_here("corpus", "remove", "第7条", home=own))
        assert said == f"数据库 {file}：另一个程序正在写入，请等它结束后再试（database is locked）"
        assert exported(run_here, own, tmp_path) == before
        assert_answers(report(run_here, own))
    assert run_here("corpus", "remove", "第7条", home=own).stderr == "已删除 1 条。\n"


def test_a_database_of_a_newer_program(run_here: Run, own: Path, tmp_path: Path) -> None:
    before = exported(run_here, own, tmp_path)
    damage(own, "UPDATE alembic_version SET version_num = '9999'")
    kept = (own / "contentcheck.db").read_bytes()
    said = (
        f"数据库 {own / 'contentcheck.db'} 由更新版本的 contentcheck 写成"
        f"（结构版本 9999，本程序最高认得 {schema.HEAD}）；请升级程序，或换一个 CONTENTCHECK_HOME"
    )
    for command in (("corpus", "remove", "第7条"), ("check", "-"), ("doctor",), ("backup", str(tmp_path / "b.db"))):
        assert refusal(run_here(*command, home=own, stdin=b"x")) == said
    assert (own / "contentcheck.db").read_bytes() == kept
    damage(own, f"UPDATE alembic_version SET version_num = '{schema.HEAD}'")
    assert exported(run_here, own, tmp_path) == before


def test_a_new_edition_keeps_what_is_the_user_s(run_here: Run, own: Path, tmp_path: Path) -> None:
    before, name, old = exported(run_here, own, tmp_path), pointer(own), report(run_here, own)
    pieces = small_edition().items
    newer = replace(small_edition(), version="newer", items=pieces[1:])
    with shipping(newer):
        new = report(run_here, own)
        assert_answers(new)
        assert exported(run_here, own, tmp_path) == before
        assert pointer(own) != name
        manifest = json.loads(an_index_file(own, "manifest.json").read_text("utf-8"))
        assert manifest["identity"]["genres"].startswith("newer ")
        assert shipped.shipped_edition().version == "newer"
        assert findings(run_here, own)["自建库的索引"] == (
            "正常",
            f"{PASSAGES} 个片段，{PASSAGES} 个存在索引文件中",
        )
    versions = [r["provenance"]["library_version"] for r in (old, new)]
    assert versions[1] == versions[0].replace("small+", "newer+")


# ---- backup and restore ----


def test_a_backup_brings_everything_back(run_here: Run, own: Path, tmp_path: Path) -> None:
    file = tmp_path / "备份.db"
    before, answer = exported(run_here, own, tmp_path), report(run_here, own)
    done = run_here("backup", str(file), home=own)
    assert done.stderr == f"已备份到 {file}（{file.stat().st_size / 2**20:.1f} MB）。\n"
    run_here("corpus", "remove", "第7条", home=own)
    run_here("brand", "remove", "山野集", home=own)
    refused = "现有 29 条自建内容和 0 个品牌将被备份替换；确认请加 --yes，或先用 contentcheck backup 备份"
    assert refusal(run_here("restore", str(file), home=own)) == refused
    assert len(exported(run_here, own, tmp_path)) == 29
    done = run_here("restore", str(file), "--yes", home=own)
    assert done.stderr == f"已从 {file} 恢复：30 条自建内容、1 个品牌。\n"
    assert (exported(run_here, own, tmp_path), report(run_here, own)) == (before, answer)
    assert run_here("posts", "list", "--brand", "山野集", home=own).stdout.startswith("旧文\t")
    other = tmp_path / "other"
    assert run_here("restore", str(file), home=other).stderr == f"已从 {file} 恢复：30 条自建内容、1 个品牌。\n"
    assert report(run_here, other) == answer


def test_backups_that_cannot_be_written_or_read(run_here: Run, own: Path, tmp_path: Path) -> None:
    there, away, missing = tmp_path / "corpus.jsonl", tmp_path / "没有" / "b.db", tmp_path / "没有.db"
    before, kept = exported(run_here, own, tmp_path), there.read_bytes()
    said = refusal(run_here("backup", str(there), home=own))
    assert (said, there.read_bytes()) == (f"{there}：文件已存在；请换一个文件名，以免覆盖以前的备份", kept)
    said = refusal(run_here("backup", str(away), home=own))
    assert said == f"{away}：文件夹 {away.parent} 不存在；请先建立它"
    said = refusal(run_here("restore", str(missing), "--yes", home=own))
    assert said == f"{missing}：文件不存在；请检查路径"
    assert "不是 contentcheck 的备份" in refusal(run_here("restore", str(there), "--yes", home=own))
    assert exported(run_here, own, tmp_path) == before


def test_everything_on_a_server(run_here: Run, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, answer, file = exported(run_here, own, tmp_path), report(run_here, own), tmp_path / "备份.db"
    run_here("backup", str(file), home=own)
    monkeypatch.setenv("CONTENTCHECK_DATABASE", url := postgres_url())
    # A process leaves its connections to the system when it ends; here they have to be closed.
    monkeypatch.setattr(database, "create_engine", lambda url, **_: create_engine(url, poolclass=NullPool))
    home = tmp_path / "beside"
    assert run_here("restore", str(file), home=home).stderr == f"已从 {file} 恢复：30 条自建内容、1 个品牌。\n"
    assert (exported(run_here, home, tmp_path), report(run_here, home)) == (before, answer)
    found = findings(run_here, home)
    assert {condition for condition, _ in found.values()} == {"正常"}
    assert found["数据库"][1].startswith(url.split(":")[0]) and "31 条记录" in found["数据库"][1]
    assert run_here("corpus", "list", "--search", "寻常的日子", home=home).stdout.startswith("第7条\t")
    again = run_here("corpus", "import", str(tmp_path / "corpus.jsonl"), home=home)
    assert again.stderr == "已导入 0 条；30 条早已在库中，未变。\n"
    assert run_here("corpus", "remove", "第7条", home=home).stderr == "已删除 1 条。\n"
    assert run_here("corpus", "remove", "第7条", "--undo", home=home).stderr == "已恢复 1 条。\n"
    assert run_here("corpus", "expire", "--before", "2024-01-01", home=home).stderr == "已停用 0 条。\n"
    kept = tmp_path / "again.db"
    assert run_here("backup", str(kept), home=home).returncode == 0
    monkeypatch.delenv("CONTENTCHECK_DATABASE")
    run_here("restore", str(kept), "--yes", home=own)
    assert (exported(run_here, own, tmp_path), report(run_here, own)) == (before, answer)


# ---- models switch ----


def encoded(home: Path, model: int) -> list[tuple[int, bytes]]:
    with closing(sqlite3.connect(home / "contentcheck.db")) as connection:
        rows = connection.execute("SELECT id, vector FROM vectors WHERE model_id = ? ORDER BY id", (model,))
        return rows.fetchall()


def test_switching_the_model_may_be_killed_and_goes_on(run_here: Run, own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "另一个模型"
    SentenceEncoder("toy").model.save(str(folder))
    revision = SentenceEncoder("toy").revision
    assert run_here("models", "switch", "toy", home=own, model="").stderr == f"已改用模型 toy（{revision}）。\n"
    answer = report(run_here, own, model="")
    assert answer["provenance"]["model"] == "toy"
    everything = len(encoded(own, 1))
    with start(own, "models", "switch", str(folder), model="") as process:
        until = time.monotonic() + 60
        while not encoded(own, 2):
            assert process.poll() is None and time.monotonic() < until, process.communicate()
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = encoded(own, 2)
    assert 0 < len(done) < everything
    assert report(run_here, own, model="") == answer
    said = run_here("models", "switch", str(folder), home=own, model="").stderr
    assert re.fullmatch(rf"已改用模型 {re.escape(str(folder))}（[0-9a-f]{{12}}）。\n", said)
    assert len(encoded(own, 2)) == everything
    assert encoded(own, 2)[: len(done)] == done
    new = report(run_here, own, model="")
    assert new["provenance"]["model"] == str(folder)
    assert_answers(new)
    listed = run_here("models", home=own, model="")
    assert listed.stderr == f"使用中：{folder}（不是内置模型）。\n"
    assert report(run_here, own, model="toy") == answer
    run_here("models", "switch", "toy", home=own, model="")
    assert report(run_here, own, model="") == answer


def test_a_switch_that_the_environment_overrides_is_told(run_here: Run, own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "另一个模型"
    SentenceEncoder("toy").model.save(str(folder))
    said = run_here("models", "switch", str(folder), home=own).stderr
    assert said.endswith("。\n注意：环境变量 CONTENTCHECK_MODEL=toy 优先；取消它，切换才生效。\n")


def test_a_model_that_is_none_changes_nothing(run_here: Run, own: Path) -> None:
    run_here("models", "switch", "toy", home=own, model="")
    said = refusal(run_here("models", "switch", "没有", home=own, model=""))
    assert said.startswith("无法加载模型 没有：没有这个名称或目录；可用内置名称（use-m3、e5-small）")
    assert report(run_here, own, model="")["provenance"]["model"] == "toy"


def test_the_list_of_models_says_which_is_used(run_here: Run, own: Path) -> None:
    rows = [line.split("\t") for line in run_here("models", home=own).stdout.splitlines()]
    assert [(r[0], r[1], r[-1]) for r in rows if r[0] != "e5-small"] == [
        ("use-m3", "512", ""),
        ("toy", "256", "使用中"),
    ]
