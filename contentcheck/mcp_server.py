"""Checks for writing assistants, over the Model Context Protocol: two tools, answered in words a model can act on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol, cast

import anyio.from_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from contentcheck.client import Client, ServiceError
from contentcheck.engine.errors import ContentcheckError
from contentcheck.engine.normalise import replace_unencodable
from contentcheck.names import NAMES
from contentcheck.report_json import Fault, Match, PassageReport, Report
from contentcheck.service_json import ListedBrand

if TYPE_CHECKING:
    from contentcheck.app import Settings
    from contentcheck.engine.checker import Checker

Progress = Callable[[int, int], None]

_INSTRUCTIONS = (
    "检查中文品牌稿件：内容是否千篇一律（同质化），和品牌的产品有没有关系（相关性），是不是只有广告。"
    "写完或改完一稿后用 check_draft 检查，按指出的句子修改，再检查一次。"
)
_NAMES = NAMES["zh"]
_WORST = 5
_TO_REWRITE = frozenset({"verbatim", "edited", "paraphrase", "theme"})  # faults of a sentence, not of where it stands
_EXCERPT = 120  # characters


class Source(Protocol):
    """Where drafts are checked. Its methods raise ContentcheckError or ServiceError."""

    def check(self, text: str, title: str, brand: str | None, progress: Progress) -> Report:
        """The report of a draft; `progress` is told of preparations that take long."""
        ...

    def brands(self) -> list[ListedBrand]:
        """Those that drafts can be held against."""
        ...


class Local:
    """The store of this machine. The first check loads the model: until then the server answers at once."""

    def __init__(self, settings: "Settings"):
        self._settings = settings
        self._checker: Checker | None = None
        self._one_at_a_time = threading.Lock()

    def check(self, text: str, title: str, brand: str | None, progress: Progress) -> Report:
        """As the command line does it."""
        from contentcheck.app import build_checker, open_store
        from contentcheck.engine.documents import Draft

        if brand is not None:
            open_store(self._settings).brands.get(brand)  # loading a model to say 'no' is a waste
        with self._one_at_a_time:
            self._checker = self._checker or build_checker(self._settings, progress)
            [report] = self._checker.check([Draft("draft", text, title, brand)])
        return cast(Report, report.to_json())

    def brands(self) -> list[ListedBrand]:
        """In the order they came."""
        from contentcheck.app import open_store

        brands = open_store(self._settings).brands.all().values()
        return [{"name": brand.name, "products": len(brand.products)} for brand in brands]


class Remote:
    """A service, perhaps on another machine."""

    def __init__(self, client: Client):
        self._client = client

    def check(self, text: str, title: str, brand: str | None, progress: Progress) -> Report:
        """By POST /v1/checks."""
        return self._client.check(text=text, title=title, brand=brand)

    def brands(self) -> list[ListedBrand]:
        """Those the key may see."""
        return list(self._client.brands())


def make_server(source: Source) -> MCPServer:
    """The tools, over a source of reports."""
    server = MCPServer("contentcheck", instructions=_INSTRUCTIONS, version=version("contentcheck"))
    looks_only = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    @server.tool(title="检查稿件", annotations=looks_only, structured_output=False)
    def check_draft(context: Context, text: str, title: str = "", brand: str | None = None) -> str:
        """发布前检查一篇中文稿件，返回结论、理由、分数（0-100），以及最像已知内容的句子和依据。

        text 是正文，纯文字。title 是标题，用来判断标题党和文不对题。
        brand 是品牌名（见 list_brands），给出后才判断与产品的相关性，以及账号以前说没说过。
        """

        def progress(done: int, total: int) -> None:
            anyio.from_thread.run(context.report_progress, done, total, "准备内容库")

        with _telling():
            return in_words(source.check(text, title, brand, progress))

    @server.tool(title="列出品牌", annotations=looks_only, structured_output=False)
    def list_brands() -> str:
        """列出 check_draft 可用的品牌，各有几个产品。"""
        with _telling():
            known = source.brands()
        return "\n".join(f"{brand['name']}：{brand['products']} 个产品" for brand in known) or "还没有品牌。"

    return server


@contextmanager
def _telling() -> Iterator[None]:
    """What is meant for the user reaches the model; anything else stays in the log."""
    try:
        yield
    except (ContentcheckError, ServiceError) as error:
        raise ToolError(str(error)) from error


def in_words(report: Report) -> str:
    """As much of a report as a model needs to revise the draft: verdict, why, scores, and the worst passages."""
    lines = [f"结论：{_NAMES.verdicts[report['verdict']]}（{report['verdict']}）"]
    lines += [f"- {reason['message']}" for reason in report["reasons"]]
    lines += ["", "分数（0-100）：", *_scores(report)]
    worst = [p for f, p in _faulty(report) if f["kind"] in _TO_REWRITE]
    if worst:
        lines += [
            "",
            f"最该改的句子（共 {len(worst)} 句" + (f"，列出 {_WORST} 句）：" if len(worst) > _WORST else "）："),
        ]
        lines += [f"{n}. {_with_evidence(passage)}" for n, passage in enumerate(worst[:_WORST], 1)]
    lines += _about_the_brand(report)
    lines += [f"说明：{notice['message']}" for notice in report["notices"]]
    return replace_unencodable("\n".join(lines))[0]


def _scores(report: Report) -> list[str]:
    h, r, p = report["homogeneity"], report["relevance"], report["promotion"]
    genres = "、".join(g["name"] for g in h["genres"][:3])
    alike = f"；像{genres}" if genres and h["score"] >= 40 else ""
    common = f"{_NAMES.bands[h['band']]}{alike}；照搬 {h['copied']:.0%}"
    lines = [f"- 同质化 {h['score']:.0f}±{h['uncertainty']:.0f}（越低越好）：{common}"]
    if r is not None:
        lines.append(f"- 相关性 {r['score']:.0f}±{r['uncertainty']:.0f}（越高越好）：{_NAMES.bands[r['band']]}")
    lines.append(f"- 广告味 {p['score']:.0f}（越低越好）：{_NAMES.bands[p['band']]}")
    if report["repetition"] is not None:
        lines.append(f"- 与本账号已发文章重复 {report['repetition']['score']:.0f}（越低越好）")
    return lines


def _faulty(report: Report) -> list[tuple[Fault, PassageReport]]:
    """Passages with something wrong, the gravest first."""
    found = [(fault, passage) for passage in report["passages"] if (fault := passage["fault"])]
    return sorted(found, key=lambda both: -both[0]["gravity"])


def _with_evidence(passage: PassageReport) -> str:
    from contentcheck.engine.faults import PLAIN_THEME

    here = f"“{_excerpt(passage['text'])}”"
    best: Match | None = next((m for m in passage["matches"] if not m["quoted"]), None)
    if best is None or (best["kind"] == "theme" and best["similarity"] < PLAIN_THEME):
        return f"{here}——读起来像常见内容（{passage['homogeneity']:.0f}）"
    # The cosine of a theme is no share of anything that a reader could count.
    share = "" if best["kind"] == "theme" else f" {best['similarity']:.0%}"
    name = f"《{best['item_title']}》" if best["item_title"] else best["item_id"]
    return f"{here}——{_NAMES.kinds[best['kind']]}{share}，{name}：“{_excerpt(best['item_text'])}”"


def _about_the_brand(report: Report) -> list[str]:
    """Paragraphs that have nothing to do with the products, and what could still be said of them."""
    relevance = report["relevance"]
    if relevance is None:
        return []
    lines: list[str] = []
    if stray := relevance["off_topic_paragraphs"]:
        lines += ["", "与产品无关的段落：第 " + "、".join(str(n + 1) for n in stray[:20]) + " 段"]
    if missing := relevance["missing"]:
        names = {p["product_id"]: p["name"] for p in relevance["products"]}
        points = (f"{names[m['product_id']]}：{m['key_point']}" for m in missing[:_WORST])
        lines += ["", "还可以写进去的产品要点：", *(f"- {point}" for point in points)]
    return lines


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
