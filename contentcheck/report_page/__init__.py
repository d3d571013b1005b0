"""A report as one page of HTML for people: opens offline, runs nothing, prints well, in Chinese or English.

Whatever comes from the draft is escaped, and its only style is `STYLE`, so that a content security policy can name it.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.faults import FaultKind
from contentcheck.names import NAMES, Language

from .marks import manuscript
from .scores import scores
from .words import WORDS

STYLE = files(__name__).joinpath("report.css").read_text("utf-8")
STYLE_HASH = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
"""As a content security policy names it."""

POLICY = f"default-src 'none'; style-src {STYLE_HASH}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For these pages where they are served: nothing but their own style."""

_WORST = 5  # passages named at the top
_IN_CHINESE = Markup(' lang="zh-CN"')
_CHINESE = re.compile(r"[\u3400-\u9fff]+(?:[，、：；！？]+[\u3400-\u9fff]+)*")

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


def report_page(checked: Checked, language: Language = "zh") -> str:
    """The whole page. What is Chinese whatever the language, as the draft, is marked as such in English."""
    report, names, words = checked.report, NAMES[language], WORDS[language]
    genres = {slug: genre.name for slug, genre in shipped_edition().genres.items()}
    rows = manuscript(report, checked.text)
    marks = [mark for row in rows for mark in row.marks]
    return _page(
        "report.html",
        language,
        checked=checked,
        report=report,
        made_at=checked.made_at and _local(checked.made_at, words.moment),
        names=names,
        scores=scores(report, names, words),
        rows=rows,
        counts=[(kind, count) for kind in FaultKind if (count := sum(mark.kind == kind for mark in marks))],
        worst=sorted(marks, key=lambda mark: mark.gravity, reverse=True)[:_WORST],
        genres=genres,
    )


def gone_page(language: Language = "zh") -> str:
    """What a link says that opens nothing, for whatever reason."""
    words = WORDS[language]
    return _page("notice.html", language, title=words.gone, heading=words.gone_heading, text=words.gone_why)


def too_often_page(seconds: int, language: Language = "zh") -> str:
    """What is said to those who open reports too often; `seconds` until they may again."""
    words = WORDS[language]
    why = words.too_often_why.format(seconds=seconds)
    return _page("notice.html", language, title=words.too_often, heading=words.too_often_heading, text=why)


def _page(name: str, language: Language, **content: Any) -> str:
    foreign = language != "zh"
    return _templates.get_template(name).render(
        style=Markup(STYLE),
        words=WORDS[language],
        zh=_IN_CHINESE if foreign else "",
        mixed=_chinese_marked if foreign else escape,
        **content,
    )


def _chinese_marked(text: str) -> Markup:
    """A sentence with Chinese names in it, for those who have it read aloud."""
    return Markup(_CHINESE.sub(rf"<span{_IN_CHINESE}>\g<0></span>", str(escape(text))))


def _local(moment: str, shape: str) -> str:
    """In the time of this machine, with its distance from UTC."""
    return format(datetime.fromisoformat(moment).astimezone(), shape)
