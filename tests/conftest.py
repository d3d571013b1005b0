"""Fixtures shared by the tests: the real default encoder, and a small world with the toy encoder."""

import io
import os

# Before anything loads OpenMP: threads that spin while they wait take the cores from other processes of the tests.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contentcheck.app import Settings, build_checker, open_store
from contentcheck.cli import main
from contentcheck.corpus.shipped import sample_brands, shipped_edition
from contentcheck.engine.checker import Account, Checker
from contentcheck.engine.documents import Brand, CorpusItem, Edition, Genre, Phrase, Product, Sample
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import UnknownBrand
from contentcheck.engine.library import Library, shipped_library
from contentcheck.engine.reference import Reference
from contentcheck.engine.relevance import BrandProfile
from contentcheck.models.calibrations import calibration_for
from contentcheck.models.registry import SentenceEncoder
from tests.servers import KINDS, Place, new_place

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would every program they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the sample brands and the default encoder's vectors of the shipped edition."""
    folder = tmp_path_factory.mktemp("home")
    open_store(Settings(home=folder)).brands.add(sample_brands())
    return folder


@pytest.fixture(scope="session")
def checker(home: Path) -> Checker:
    """What a new user has: default encoder, shipped edition, sample brands."""
    return build_checker(Settings(home=home))


@pytest.fixture(scope="session")
def edition() -> Edition:
    return shipped_edition()


@pytest.fixture(scope="session")
def toy() -> Encoder:
    return SentenceEncoder("toy")


@pytest.fixture(scope="session")
def small_edition() -> Edition:
    """A few pieces, enough to see every step with the toy encoder."""
    return Edition(
        version="test",
        items=(
            CorpusItem("soup-1", "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。", "余生很长", "soup"),
            CorpusItem("soup-2", "你要相信，所有的失去都会以另一种方式归来。时间会治愈一切伤口。", "相信时间", "soup"),
            CorpusItem(
                "gossip-1",
                "据知情人士透露，某顶流与圈外女友已经秘密领证，粉丝集体心碎。",
                "某顶流隐婚",
                "gossip",
            ),
        ),
        background=(
            Sample("news", "市交通局昨日公布，二号线延长段将于下月试运行，全长十二公里。", "二号线下月试运行"),
            Sample("manual", "把滤芯放入水箱，拧紧盖子，通电后等待三分钟再取水。", "滤芯更换"),
            Sample("news", "气象台预报，未来三天有小到中雨，气温下降四到六度。", "未来三天有雨"),
        ),
        fields=(
            Sample("cars", "这款车轴距两米八，后排腿部空间宽裕，百公里油耗六升。"),
            Sample("fruit", "苹果现摘现发，果径八十毫米以上，坏果包赔。"),
            Sample("hotels", "酒店离地铁站三百米，房间有落地窗，含双人早餐。"),
            Sample("skincare", "面霜含神经酰胺，质地轻薄，适合秋冬干燥肌肤早晚使用。"),
        ),
        field_names={"cars": "汽车", "fruit": "水果", "hotels": "酒店", "skincare": "护肤"},
        genres={"soup": Genre("soup", "心灵鸡汤", True), "gossip": Genre("gossip", "明星八卦", False)},
        phrases={"历尽千帆": Phrase("soup", 1), "秘密领证": Phrase("gossip", 2)},
    )


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A database of each kind that nothing has opened yet."""
    return new_place(request.param, tmp_path / "home")


@pytest.fixture
def run(home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as a user does; `home=` and `model=` choose another folder or encoder."""

    def run_command(
        *arguments: str, home: Path = home, model: str = "use-m3", stdin: bytes | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "CONTENTCHECK_HOME": str(home),
            "CONTENTCHECK_MODEL": model,
            "COLUMNS": "100",
        }
        done = subprocess.run(
            [sys.executable, "-m", "contentcheck", *arguments],
            env=environment,
            input=stdin,
            capture_output=True,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        )

    return run_command


@pytest.fixture(scope="session")
def small_library(small_edition: Edition, toy: Encoder) -> Library:
    return shipped_library(Reference(small_edition, toy))


@pytest.fixture(scope="session")
def small_brand() -> Brand:
    """Two products with key points."""
    liquid = "葛根口服液，每支十毫升，早晚各一支，玻璃瓶装，开启后请当天喝完。孕妇和儿童不宜饮用。"
    return Brand(
        "护元堂",
        (
            Product("oral-1", "葛根口服液", liquid, ("每支十毫升", "孕妇和儿童不宜饮用")),
            Product("tea-1", "决明子茶", "决明子茶，独立三角茶包，八十五度热水泡五分钟。", ("独立三角茶包",)),
        ),
    )


@pytest.fixture(scope="session")
def small_checker(small_library: Library, small_brand: Brand, toy: Encoder) -> Checker:
    """The toy encoder, the small edition, one brand."""
    accounts = {small_brand.name: Account(BrandProfile(small_brand, small_library.reference, toy))}

    def account(name: str) -> Account:
        if name not in accounts:
            raise UnknownBrand(f"没有名为“{name}”的品牌；现有品牌：{'、'.join(accounts)}")
        return accounts[name]

    return Checker(toy, lambda: small_library, calibration_for(toy.name, small_library), account)


@pytest.fixture(scope="session")
def toy_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the sample brands, to be used with the toy encoder."""
    folder = tmp_path_factory.mktemp("toy-home")
    open_store(Settings(home=folder)).brands.add(sample_brands())
    return folder


@pytest.fixture
def run_here(
    toy_home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """As `run` with the toy encoder, in this process: loading torch takes longer than most tests."""

    def run_command(
        *arguments: str, home: Path = toy_home, model: str = "toy", stdin: bytes = b""
    ) -> subprocess.CompletedProcess[str]:
        monkeypatch.setenv("CONTENTCHECK_HOME", str(home))
        monkeypatch.setenv("CONTENTCHECK_MODEL", model)
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys, "argv", ["contentcheck", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsysbinary.readouterr()
        return subprocess.CompletedProcess(
            arguments, int(end.value.code or 0), out.decode("utf-8"), err.decode("utf-8")
        )

    return run_command
