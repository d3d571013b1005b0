"""A report for the terminal, in Chinese, the way an editor reads: verdict, why, evidence, what to do."""

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from contentcheck.engine.documents import Genre
from contentcheck.engine.faults import PLAIN_THEME, FaultKind
from contentcheck.engine.homogeneity import Signal
from contentcheck.engine.images import IMAGE
from contentcheck.engine.matching import Match
from contentcheck.engine.promotion import Part
from contentcheck.engine.report import PassageReport, Report
from contentcheck.engine.style import SignalName
from contentcheck.engine.verdict import Verdict
from contentcheck.names import NAMES

_NAMES = NAMES["zh"]
_COLOURS = {"publish": "green", "revise": "yellow", "reject": "red", "insufficient_text": "cyan"}
_OF_HOMOGENEITY = {"common", "mixed", "original"}
SIGNAL_WORDS = {SignalName.NAMES: "人名地名", SignalName.AMOUNTS: "数字日期", SignalName.PHRASES: "套话"}
_TITLE_FAULTS = {"clickbait_title": "像标题党", "title_not_delivered": "与正文对不上"}
_WORST = 5
_MOST_CLICHES = 12
_BAR = 20
_EXCERPT = 160


def render(report: Report, title: str, genres: dict[str, Genre], console: Console) -> None:
    """Print one report."""
    label, colour = _NAMES.verdicts[report.verdict], _COLOURS[report.verdict]
    head = Text.assemble((f" {label} ", f"bold white on {colour}"), "  ", (title, "bold"))
    parts: list[RenderableType] = [_scores(report)]
    parts += _section("为什么", [_bullet(r.message) for r in report.reasons])
    if report.verdict is not Verdict.INSUFFICIENT_TEXT:
        parts += _section("最像已知内容的句子", _evidence(report, genres))
        parts += _section("本账号已经发过", _said_before(report))
        parts += _section("用到的套话", _cliches(report))
        parts += _section("与产品无关的段落", _off_topic(report))
        parts += _section("还可以写进去的产品要点", _missing(report))
    parts += _section("说明", _notices(report))
    console.print(Panel(Group(*parts), title=head, title_align="left", border_style=colour, padding=(1, 2)))


def band_words(band: str, precision: float | None) -> str:
    """What a band is called, and where it was measured what drafts in it are; never quite none or all of them."""
    if precision is None:
        return _NAMES.bands[band]
    what = "确是套路" if band in _OF_HOMOGENEITY else "确与产品有关"
    return f"{_NAMES.bands[band]}，这一档的稿件里约 {min(max(precision, 0.01), 0.99):.0%} {what}"


def _scores(report: Report) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(4):
        table.add_column(overflow="fold")
    h, r, p = report.homogeneity, report.relevance, report.promotion
    genres = "、".join(g.name for g in h.genres[:3])
    detail = "".join(
        [f"，像：{genres}" if genres and h.score >= 40 else "", f"，照搬约 {h.copied:.0%}" if h.copied else ""]
    )
    words = "\n".join(filter(None, [band_words(h.band, h.band_precision) + detail, moved(h.signals)]))
    _row(table, _NAMES.scores["homogeneity"], h.score, h.uncertainty, words, bad_when_high=True)
    if r is not None:
        best = r.products[0] if r.products and r.band != "off_topic" else None
        near = f"，最接近“{best.name}”" if best else ""
        words = band_words(r.band, r.band_precision) + near
        _row(table, _NAMES.scores["relevance"], r.score, r.uncertainty, words, bad_when_high=False)
    calls = "、".join(c.name for c in p.calls)
    shares = "、".join(f"{_NAMES.parts[part]} {p.shares[part]:.0%}" for part in Part if p.shares[part])
    words = _NAMES.bands[p.band] + (f"，要读者：{calls}" if calls else "") + (f"\n{shares}" if shares else "")
    _row(table, _NAMES.scores["promotion"], p.score, None, words, bad_when_high=True)
    if report.repetition is not None:
        posts = report.repetition.posts
        words = f"与 {len(posts)} 篇已发文章重复" if posts else "本账号没有说过"
        _row(table, _NAMES.scores["repetition"], report.repetition.score, None, words, bad_when_high=True)
    faults = "；".join(_TITLE_FAULTS[r.code] for r in report.reasons if r.code in _TITLE_FAULTS)
    if faults:
        table.add_row(Text("标题", style="bold"), "", "", Text(faults, style="yellow"))
    return table


def moved(signals: list[Signal]) -> str:
    """Which signals moved the score by a point or more, the strongest first."""
    strongest = sorted((s for s in signals if abs(s.effect) >= 1), key=lambda s: -abs(s.effect))
    return "，".join(f"{_NAMES.signals[s.name][s.effect > 0]} {s.effect:+.0f}" for s in strongest)


def _row(table: Table, name: str, score: float, uncertainty: float | None, words: str, *, bad_when_high: bool) -> None:
    badness = score if bad_when_high else 100 - score
    colour = "red" if badness >= 70 else "yellow" if badness >= 40 else "green"
    filled = round(score / 100 * _BAR)
    bar = Text.assemble(("━" * filled, colour), ("━" * (_BAR - filled), "grey37"))
    margin = f"±{uncertainty:.0f}" if uncertainty is not None else ""
    table.add_row(
        Text(name, style="bold"), bar, Text.assemble((f"{score:3.0f}", f"bold {colour}"), (f" {margin}", "dim")), words
    )


def _section(name: str, lines: list[RenderableType]) -> list[RenderableType]:
    if not lines:
        return []
    return [Text(f"\n{name}", style="bold"), *(Padding(line, (0, 0, 0, 1)) for line in lines)]


def _bullet(message: str, style: str = "") -> Table:
    line = Table.grid(padding=(0, 1))
    line.add_column()
    line.add_column(overflow="fold")
    line.add_row("•", Text(message, style=style))
    return line


def _evidence(report: Report, genres: dict[str, Genre]) -> list[RenderableType]:
    """The worst passages beside what they resemble: taken ones first, then the most common, then what is quoted."""
    reads_common = report.homogeneity.score >= 40
    shown = sorted((p for p in report.passages if _is_evidence(p, reads_common)), key=_persuasiveness)[:_WORST]
    if not shown:
        return []
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim", expand=True)
    table.add_column("草稿", ratio=1, overflow="fold")
    table.add_column("相似的已知内容", ratio=1, overflow="fold")
    table.add_column("关系", width=16, overflow="fold")
    for passage in shown:
        match = passage.matches[0]
        table.add_row(_here(passage, match), Text(_excerpt(match.item_text)), _relation(match, genres))
    return [table]


def _is_evidence(passage: PassageReport, reads_common: bool) -> bool:
    if not passage.matches:
        return False
    best = passage.matches[0]
    is_theme = passage.fault is not None and passage.fault.kind is FaultKind.THEME
    return best.kind.taken or (reads_common and is_theme and best.similarity >= PLAIN_THEME)


def _persuasiveness(passage: PassageReport) -> tuple[bool, bool, float, int]:
    best = passage.matches[0]
    return best.quoted, not best.kind.taken, -best.similarity, passage.start


def _here(passage: PassageReport, match: Match) -> Text:
    """The passage with the matched stretch marked."""
    text = Text(_excerpt(passage.text))
    start, end = match.start - passage.start, match.end - passage.start
    if match.kind.taken:
        text.stylize(_colour(match), max(start, 0), min(end, _EXCERPT))
    return text


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"


def _relation(match: Match, genres: dict[str, Genre]) -> Text:
    genre = genres[match.genre].name if match.genre in genres else match.genre
    # The cosine of a theme is no share of anything that an editor could count.
    share = f" {match.similarity:.0%}" if match.kind.taken else ""
    kind = (_NAMES.kinds[match.kind], _colour(match))
    quoted = "引用，不计\n" if match.quoted else ""
    return Text.assemble(kind, f"{share}\n{quoted}", (f"{genre or '未分类'} {match.item_id}", "dim"))


def _colour(match: Match) -> str:
    return "red" if match.kind.taken and not match.quoted else "yellow"


def _said_before(report: Report) -> list[RenderableType]:
    """The most repeated posts, each with the first stretch that is in it."""
    if report.repetition is None:
        return []
    lines: list[RenderableType] = []
    for post in report.repetition.posts[:_WORST]:
        first = next(m for m in report.repetition.matches if m.item_id == post.post_id)
        when = f"（{post.published}）" if post.published else ""
        name = f"《{post.title}》" if post.title else post.post_id
        lines.append(_bullet(f"{name}{when}，占 {post.share:.0%}：{_excerpt(first.item_text)}"))
    return lines


def _cliches(report: Report) -> list[RenderableType]:
    """Set phrases, the most frequent first."""
    cliches = report.homogeneity.cliches[:_MOST_CLICHES]
    return [Text("、".join(c.phrase + (f"×{c.count}" if c.count > 1 else "") for c in cliches))] if cliches else []


def _notices(report: Report) -> list[RenderableType]:
    """What to know of the text itself, and the lines that were not read, so that a wrong one is seen."""
    lines: list[RenderableType] = [_bullet(n.message, "dim") for n in report.notices]
    unread = [part.text for part in report.set_aside if part.kind != IMAGE]
    return lines + [Padding(Text(_excerpt(text), style="dim italic"), (0, 0, 0, 4)) for text in unread]


def _off_topic(report: Report) -> list[RenderableType]:
    if report.relevance is None or report.relevance.band == "off_topic":
        return []
    stray = report.relevance.off_topic_paragraphs
    lines: list[RenderableType] = [_bullet(_paragraph(report, number, 40)) for number in stray[:_WORST]]
    if len(stray) > _WORST:
        lines.append(Text(f"……共 {len(stray)} 段", style="dim"))
    return lines


def _missing(report: Report) -> list[RenderableType]:
    if report.relevance is None or report.relevance.score < 35:
        return []
    names = {p.product_id: p.name for p in report.relevance.products}
    lines: list[RenderableType] = []
    for m in report.relevance.missing[:_WORST]:
        where = f"（可写进{_paragraph(report, m.paragraph, 12)}）" if m.paragraph is not None else ""
        lines.append(_bullet(f"{names[m.product_id]}：{m.key_point}{where}"))
    return lines


def _paragraph(report: Report, number: int, length: int) -> str:
    """A paragraph as an editor finds it: counted from 1, with its first characters."""
    opening = report.passages[report.paragraphs[number].passages[0]].text
    return f"第 {number + 1} 段“{opening[:length]}{'…' if len(opening) > length else ''}”"
