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
    return _page("gone.html")


def _page(name: str, **content: Any) -> str:
    return _templates.get_template(name).render(style=Markup(STYLE), **content)


def _local(moment: str) -> str:
    """In the time of this machine, with its distance from UTC."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M（UTC%z）}"
