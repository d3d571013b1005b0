"""The way from each score of a report to its passages, in Chinese, for the terminal."""

from collections.abc import Callable, Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contentcheck.engine.calibration import Calibration, Curve
from contentcheck.engine.documents import Genre
from contentcheck.engine.report import Provenance
from contentcheck.names import NAMES
from contentcheck.render import SIGNAL_WORDS, band_words, moved
from contentcheck.saved_report import SavedPassage, SavedReport, SavedScore

_SHOWN = 3  # passages in either direction
_EXCERPT = 80
_TOLERANCE = 0.05  # of a score, for the rounding of what it is made from


def explain(
    report: SavedReport,
    calibration: Calibration | None,
    changes: list[str],
    genres: dict[str, Genre],
    console: Console,
) -> None:
    """Print the whole way. `calibration`: the one the report names, if it is known here. `changes`: see below."""
    h, r = report.homogeneity, report.relevance
    n = len(report.passages)
    judged = h.passages if h.passages is not None else n
    parts: list[RenderableType] = _score("同质化", h, judged, calibration.homogeneity if calibration else None)
    parts += _passages(report.passages, lambda p: p.homogeneity, genres)
    if r is not None:
        parts += [Text(), *_score("相关性", r, n, calibration.relevance if calibration else None)]
        parts += _passages(report.passages, lambda p: p.relevance, None)
    p = report.provenance
    parts.append(Text("\n出处", style="bold"))
    parts += _lines([f"模型 {p.model} {p.revision}，内容库 {p.library_version}，校准 {p.calibration}"])
    parts += _lines(changes or ["与现在所用的一致，重新检查会得到同样的分数"], "yellow" if changes else "")
    console.print(Group(*parts))


def what_changed(then: Provenance, now: Provenance, brands: Iterable[str]) -> list[str]:
    """What is other now than when a report was made, one Chinese sentence each. `brands`: versions of those there are.

    What is not known of now (an empty `revision`) is not compared.
    """
    changes: list[str] = []
    if then.model != now.model:
        changes.append(f"现在用的模型是 {now.model}，分数不能与这份报告相比")
    elif now.revision not in ("", then.revision):
        changes.append(f"模型 {then.model} 已更新到 {now.revision}，分数可能不同")
    if then.library_version != now.library_version:
        changes.append(f"内容库现在是 {now.library_version}，相似的内容可能不同")
    if then.calibration != now.calibration:
        changes.append(f"现在用的校准是 {now.calibration}，同样的依据会得到不同的分数")
    if then.brand is not None and then.brand not in brands:
        changes.append("品牌的产品或专用词已经改过（或品牌已删除），相关性可能不同")
    return changes


def _score(name: str, score: SavedScore, passages: int, curve: Curve | None) -> list[RenderableType]:
    words = band_words(score.band, score.band_precision)
    head = Text.assemble((name, "bold"), f" {score.score:.0f}", (f" ±{score.uncertainty:.0f}", "dim"), f"：{words}")
    signals = [moved(score.signals)] if score.signals else []
    counted = [f"{SIGNAL_WORDS[s.name]}：{'、'.join(s.words)}" for s in score.signals if s.words]
    return [head, *_lines([*_steps(score, passages, curve), *signals, *counted])]


def _steps(score: SavedScore, passages: int, curve: Curve | None) -> list[str]:
    """How the score comes about, step by step."""
    if not passages:
        return ["没有可以判断的句子，所以是 50"]
    if score.evidence is None:
        return ["报告由较早的版本生成，没有记下依据；请重新检查这篇稿件"]
    if curve is None:
        return [
            f"{passages} 个句子合起来的依据是 {score.evidence:.4f}",
            "没有这份报告所用的校准，无法说明怎样折算成分数",
        ]
    side = "高于" if score.evidence > curve.midpoint else "不高于"
    like = float(curve.score(score.evidence, passages))
    steps = [
        f"{passages} 个句子合起来的依据是 {score.evidence:.4f}，{side}分界 {curve.midpoint:.4f}，"
        f"按曲线（斜率 {curve.slope:.3g}，句子越多越陡）折算为 {like:.0f}"
    ]
    if score.copied:
        joined = float(curve.score(score.evidence, passages, score.copied))
        steps.append(f"照搬的约占 {score.copied:.0%}，只有其余部分还可能是原创：{like:.0f} → {joined:.0f}")
    made = float(curve.score(score.evidence, passages, score.copied, score.trust))
    if score.trust < 1:
        steps.append(f"文字太少，只有 {score.trust:.0%} 可信，向 50 靠拢：得 {made:.0f}")
    if abs(made - score.score) > _TOLERANCE:
        steps.append(f"这样算得 {made:.0f}，与报告的 {score.score:.0f} 不符：报告由另一版本的程序生成，请重新检查")
    return steps


def _passages(
    passages: list[SavedPassage], score_of: Callable[[SavedPassage], float | None], genres: dict[str, Genre] | None
) -> list[RenderableType]:
    """The sentences that move the score most to either side; with `genres`, each beside what it resembles most."""
    scored = [(s, p) for p in passages if (s := score_of(p)) is not None]
    ranked = sorted(scored, key=lambda sp: (-sp[0], sp[1].start))
    raising = [sp for sp in ranked if sp[0] >= 50][:_SHOWN]
    lowering = [sp for sp in reversed(ranked) if sp[0] < 50][:_SHOWN]
    parts: list[RenderableType] = []
    for title, shown in (("抬高分数的句子", raising), ("拉低分数的句子", lowering)):
        if shown:
            table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
            table.add_column(justify="right")
            table.add_column(overflow="fold")
            for score, passage in shown:
                table.add_row(f"{score:.0f}", Text(_excerpt(passage.text)))
                if genres is not None and passage.matches:
                    table.add_row("", Text(_match(passage, genres), style="dim"))
            parts += [Padding(Text(title, style="dim"), (0, 0, 0, 1)), Padding(table, (0, 0, 0, 3))]
    return parts


def _match(passage: SavedPassage, genres: dict[str, Genre]) -> str:
    best = passage.matches[0]
    genre = genres[best.genre].name if best.genre in genres else best.genre or "未分类"
    share = f" {best.similarity:.0%}" if best.kind.taken else ""
    return f"{NAMES['zh'].kinds[best.kind]}{share}，{genre} {best.item_id}：{_excerpt(best.item_text)}"


def _lines(messages: list[str], style: str = "") -> list[RenderableType]:
    return [Padding(Text(m, style=style), (0, 0, 0, 1)) for m in messages]


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
