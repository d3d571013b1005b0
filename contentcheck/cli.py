"""The command line. Each command reads its input, calls the app and prints; nothing is computed here."""

import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentcheck.commands import brand as brand_commands
from contentcheck.commands import calibrate as calibrate_commands
from contentcheck.commands import corpus as corpus_commands
from contentcheck.commands import keys as key_commands
from contentcheck.commands import models as model_commands
from contentcheck.commands import reports, service, upkeep, wechat
from contentcheck.commands.importing import PREPARING
from contentcheck.engine.errors import ContentcheckError, InputError
from contentcheck.names import Language
from contentcheck.terminal import progress_bar, say, stdout

if TYPE_CHECKING:
    from contentcheck.engine.checker import Checker
    from contentcheck.engine.documents import Draft
    from contentcheck.engine.report import Report

app = typer.Typer(
    name="contentcheck",
    help="发布前检查中文品牌稿件：内容是否千篇一律，和产品有没有关系。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(corpus_commands.app)
app.add_typer(brand_commands.app)
app.add_typer(brand_commands.posts)
app.add_typer(wechat.app)
app.add_typer(model_commands.app)
app.add_typer(key_commands.app)
app.command()(reports.explain)
app.add_typer(reports.feedback)
app.command()(calibrate_commands.calibrate)
app.add_typer(calibrate_commands.calibrations)
app.command()(service.serve)
app.command()(service.mcp)
app.command()(upkeep.backup)
app.command()(upkeep.restore)
app.command()(upkeep.doctor)

_EXIT_CODES = {"publish": 0, "revise": 10, "reject": 11, "insufficient_text": 12}
BrandName = Annotated[str | None, typer.Option("--brand", help="按哪个品牌的产品判断相关性")]


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="稿件文件（txt、md、html、docx），- 表示标准输入", metavar="FILE|-")],
    brand: BrandName = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON 报告")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="用退出码表示结论：0 可发布，10 建议修改，11 不宜发布，12 文字太少")
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", help="另存一份网页报告，可以打印", metavar="OUT")] = None,
    language: Annotated[Language, typer.Option("--language", help="网页报告（--html）的语言：zh 中文，en 英文")] = "zh",
) -> None:
    """检查一篇稿件。"""
    from contentcheck.corpus.reading.articles import draft_from_bytes, read_draft

    draft = draft_from_bytes("stdin", sys.stdin.buffer.read()) if file == "-" else read_draft(Path(file))
    checker = _checker(brand)
    report = checker.check([replace(draft, brand=brand)])[0]
    if html is not None:
        _save_page(html, replace(draft, brand=brand), report, language)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        from contentcheck.corpus.shipped import shipped_edition
        from contentcheck.render import render

        render(report, draft.title or draft.id, shipped_edition().genres, stdout())
    if exit_code:
        raise typer.Exit(_EXIT_CODES[report.verdict])


@app.command()
def bulk(
    source: Annotated[
        Path,
        typer.Argument(help="jsonl、csv 或 xlsx，列：id、title、text、brand（或编号、标题、正文、品牌）", metavar="IN"),
    ],
    output: Annotated[Path, typer.Option("--output", help="报告文件，一行一份 JSON", metavar="OUT")],
    brand: BrandName = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过坏行，写入 OUT.rejects.jsonl")] = False,
) -> None:
    """批量检查。中断后重新运行同一命令会接着做。"""
    from contentcheck.bulk import run_bulk

    checker = _checker(brand)
    with progress_bar("检查稿件") as update:
        result = run_bulk(source, output, checker, brand=brand, skip_bad=skip_bad, progress=update)
    notes = [f"共 {result.reports} 份报告，写入 {output}"]
    if result.resumed:
        notes.append(f"其中 {result.resumed} 行是上次做完的")
    if result.rejects:
        notes.append(f"{result.rejects} 行有问题，见 {output}.rejects.jsonl")
    say("；".join(notes) + "。")


def _save_page(file: Path, draft: "Draft", report: "Report", language: Language) -> None:
    from contentcheck.engine.normalise import replace_unencodable
    from contentcheck.report_page import Checked, report_page

    title, text = (replace_unencodable(part)[0] for part in (draft.title or draft.id, draft.text))
    try:
        file.write_text(report_page(Checked(report.to_json(), title, text, draft.brand), language), "utf-8")
    except OSError as error:
        raise InputError(f"{file}：无法写入（{error.strerror}）；请换一个文件名") from error


def _checker(brand: str | None) -> "Checker":
    """The checker, after making sure that the brand is there: loading a model to say 'no' is a waste."""
    from contentcheck.app import Settings, build_checker, open_store

    settings = Settings()
    if brand is not None:
        open_store(settings).brands.get(brand)
    with progress_bar(PREPARING) as update:
        return build_checker(settings, update)


def main() -> None:
    """Run the command line; every error of ours becomes one line and exit code 2."""
    logging.basicConfig(level=logging.ERROR)  # what mends itself, as an index that is built anew, is no news to editors
    try:
        app()
    except ContentcheckError as error:
        say(f"错误：{error}", "red")
        sys.exit(2)
    except KeyboardInterrupt:
        say("已中断。")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
