"""A report as one page of HTML for people: opens offline, runs nothing, prints well, in Chinese.

Whatever comes from the draft is escaped, and its only style is `STYLE`, so that a content security policy can name it.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contentcheck.corpus.shipped import shipped_edition
from contentcheck.render import VERDICTS

from .marks import KINDS, manuscript
from .scores import scores

STYLE = files(__name__).joinpath("report.css").read_text("utf-8")
STYLE_HASH = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
"""As a content security policy names it."""

POLICY = f"default-src 'none'; style-src {STYLE_HASH}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For these pages where they are served: nothing but their own style."""

_WORST = 5  # passages named at the top

_templates = Environment(
    loader=PackageLoader(__name__, "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft and what came of it.

    Attributes:
        report: as `Report.to_json` gives it; its offsets are those of `text`.
        made_at: ISO with a time zone; None: not known.
        number: under which the check is stored; None: it is not.
    """

    report: Mapping[str, Any]
    title: str
    text: str
    brand: str | None = None
    made_at: str | None = None
    number: str | None = None


def report_page(checked: Checked) -> str:
    """The whole page."""
    report = checked.report
    genres = {slug: genre.name for slug, genre in shipped_edition().genres.items()}
    rows = manuscript(report, checked.text)
    marks = [mark for row in rows for mark in row.marks]
    return _page(
        "report.html",
        checked=checked,
        report=report,
        made_at=checked.made_at and _local(checked.made_at),
        verdict=VERDICTS[report["verdict"]][0],
        scores=scores(report),
        rows=rows,
        kinds=[(kind, name, sum(mark.kind == kind for mark in marks)) for kind, name in KINDS.items()],
        worst=sorted(marks, key=lambda mark: mark.gravity, reverse=True)[:_WORST],
        genre=lambda slug: genres.get(slug, slug) or "未分类",
        kind_names=KINDS,
    )


def gone_page() -> str:
    """What a link says that opens nothing, for whatever reason."""
    text = "它可能已经过期、被收回，或者没有复制完整。请向发给你链接的人要一个新的。"
    return _page("notice.html", title="链接打不开", heading="这个链接打不开报告", text=text)


def too_often_page(seconds: int) -> str:
    """What is said to those who open reports too often; `seconds` until they may again."""
    text = f"从你所在的网络打开报告的次数太多，已暂停片刻。报告还在，请过 {seconds} 秒再刷新本页。"
    return _page("notice.html", title="请稍后再打开", heading="打开得太频繁了", text=text)


def _page(name: str, **content: Any) -> str:
    return _templates.get_template(name).render(style=Markup(STYLE), **content)


def _local(moment: str) -> str:
    """In the time of this machine, with its distance from UTC."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M（UTC%z）}"
