"""`contentcheck explain` and `contentcheck feedback`: what is done with a report after the check."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.engine.opinion import About
from contentcheck.terminal import print_table, say, stdout

from .importing import own_store

if TYPE_CHECKING:
    from contentcheck.saved_report import SavedReport

feedback = typer.Typer(name="feedback", help="记下编辑对报告的意见，供校准使用。", no_args_is_help=True)

ReportFile = Annotated[str, typer.Argument(metavar="REPORT|-", help="check --json 或 bulk 输出的报告，- 表示标准输入")]
ReportId = Annotated[str | None, typer.Option("--id", help="文件里有多份报告时，是哪一份")]


def explain(file: ReportFile, identifier: ReportId = None) -> None:
    """说明一份报告的分数是怎样得来的：哪些句子、像哪些内容、用的哪一版校准。"""
    from contentcheck.app import Settings, calibration_named, open_store, present_provenance
    from contentcheck.corpus.shipped import shipped_edition
    from contentcheck.engine.relevance import brand_version
    from contentcheck.explain import explain as print_explanation
    from contentcheck.explain import what_changed

    report = _read(file, identifier)
    settings = Settings()
    store = open_store(settings)
    brands = [brand_version(b) for b in store.brands.all().values()]
    changes = what_changed(report.provenance, present_provenance(settings), brands)
    calibration = calibration_named(store, report.provenance.calibration)
    print_explanation(report, calibration, changes, shipped_edition().genres, stdout())


@feedback.command()
def add(
    file: ReportFile,
    wrong: Annotated[list[About] | None, typer.Option("--wrong", help="哪一项不对；可以重复")] = None,
    agree: Annotated[bool, typer.Option("--agree", help="同质化和相关性都对（--wrong 指出的除外）")] = False,
    passage: Annotated[
        int | None, typer.Option("--passage", metavar="N", help="只指第 N 个句子（报告里 passages 的序号，从 0 起）")
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="说明")] = "",
    brand: Annotated[str | None, typer.Option("--brand", metavar="NAME", help="报告用的品牌；产品改过时才需要")] = None,
    identifier: ReportId = None,
) -> None:
    """记下对一份报告的意见。"""
    from contentcheck.engine.opinion import Opinion
    from contentcheck.saved_report import brand_of, finding_of

    wrong = list(dict.fromkeys(wrong or []))
    if not wrong and not agree:
        raise InputError("请用 --wrong 指出哪一项不对，或用 --agree 表示认可")
    report, store = _read(file, identifier), own_store()
    agreed = [About.HOMOGENEITY, *([About.RELEVANCE] if report.relevance else [])] if agree else []
    judged = {**dict.fromkeys(agreed, True), **dict.fromkeys(wrong, False)}
    named = brand if brand is not None else brand_of(report, store.brands.all().values())
    opinions = [
        Opinion(
            report.draft_text(),
            finding_of(report, about, passage),
            agrees,
            note,
            named,
            asdict(report.provenance),
        )
        for about, agrees in judged.items()
    ]
    store.feedback.add(opinions)
    said = "、".join(f"{about.chinese}{'正确' if agrees else '不对'}" for about, agrees in judged.items())
    say(f"已记下：{said}。")


@feedback.command("list")
def list_() -> None:
    """列出记下的意见。"""
    opinions = own_store().feedback.all()
    if not opinions:
        say("还没有意见。请用 contentcheck feedback add 报告 --wrong homogeneity 之类记下。")
        return
    rows = [
        [
            o.made_at[:10],
            o.finding.about.chinese + ("" if o.finding.passage is None else f"（第 {o.finding.passage} 句）"),
            f"{o.finding.score:.0f}",
            "正确" if o.agrees else "不对",
            o.brand or "",
            o.note,
            " ".join(o.text[:60].split())[:30],
        ]
        for o in opinions
    ]
    print_table(("日期", "哪一项", "分数", "意见", "品牌", "说明", "稿件开头"), rows)


def _read(file: str, identifier: str | None) -> "SavedReport":
    from contentcheck.corpus.reading.text_files import unreadable
    from contentcheck.saved_report import read_report

    if file == "-":
        return read_report("stdin", sys.stdin.buffer.read(), identifier)
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise unreadable(Path(file), error) from error
    return read_report(file, content, identifier)
