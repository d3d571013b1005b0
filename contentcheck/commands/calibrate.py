"""`contentcheck calibrate` and `contentcheck calibrations`: fit the scores to own drafts, and choose what is used."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contentcheck.engine.errors import InputError
from contentcheck.engine.opinion import About
from contentcheck.terminal import print_table, progress_bar, say, stdout

from .importing import open_workspace, own_store

if TYPE_CHECKING:
    from contentcheck.calibrating import Fitting
    from contentcheck.models.figures import Interval

calibrations = typer.Typer(name="calibrations", help="列出或更换校准。", invoke_without_command=True)
_LABELS = {About.HOMOGENEITY: "同质", About.RELEVANCE: "相关"}


def calibrate(
    labelled: Annotated[
        Path | None,
        typer.Argument(
            metavar="LABELLED",
            help="标注过的稿件（jsonl、csv、xlsx），列：正文、同质、相关（填是、否）、品牌",
        ),
    ] = None,
    feedback: Annotated[bool, typer.Option("--feedback", help="用 contentcheck feedback 记下的意见")] = False,
    brand: Annotated[str | None, typer.Option("--brand", help="没有写品牌的稿件属于哪个品牌")] = None,
    write: Annotated[bool, typer.Option("--write", help="存为新的一版，从此使用；不加则只看结果")] = False,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="另写成一个 JSON 文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """用标注过的稿件重新校准分数，并比较前后的好坏。"""
    from contentcheck.calibrating import content, labelled_by, read_labelled, refit, score
    from contentcheck.models.calibrations import calibration_name

    if (labelled is None) != feedback:
        raise InputError("请给出一个标注文件，或用 --feedback 使用记下的意见，二者选一")
    if output is not None and output.exists():
        raise InputError(f"{output}：文件已存在；请换一个 --output")
    drafts = read_labelled(labelled, brand) if labelled else labelled_by(own_store().feedback.all())
    if not drafts:
        raise InputError("还没有记下任何意见；请先用 contentcheck feedback add，或给出一个标注文件")
    for name in {d.draft.brand for d in drafts if d.draft.brand is not None}:
        own_store().brands.get(name)  # to load a model only to say no is a waste
    workspace = open_workspace()
    with progress_bar("检查稿件") as update:
        examples = score(drafts, workspace.checker(), update)
    present, model, edition = workspace.calibration, workspace.vectors.name, workspace.reference.edition.version
    fittings = refit(examples, present)
    source = "contentcheck calibrate " + (f"on {labelled.name}" if labelled else "--feedback")
    made = content(calibration_name(model, edition), fittings, present, source)
    name = workspace.store.calibrations.add(model, edition, made) if write else None
    if output is not None:
        try:
            output.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
        except OSError as error:
            raise InputError(f"{output}：无法写入（{error.strerror}）") from error
    if as_json:
        typer.echo(json.dumps(_as_data(fittings, present.name, name), ensure_ascii=False, indent=2))
        return
    for about, fitting in fittings.items():
        _print(about, fitting)
    if examples.unread:
        say(f"有 {examples.unread} 篇没有可以判断的句子，未计入。")
    for about, found in ((About.HOMOGENEITY, examples.homogeneity), (About.RELEVANCE, examples.relevance)):
        if found and about not in fittings:
            say(f"{about.chinese}的标注太少，校准保持不变。", "yellow")
    say(f"已存为 {name}，从此使用。" if name else "没有改动；要使用新的校准，请加 --write。")


@calibrations.callback()
def list_(context: typer.Context) -> None:
    """列出自己拟合过的校准；更换用 contentcheck calibrations use。"""
    if context.invoked_subcommand:
        return
    stored = own_store().calibrations.all()
    if not stored:
        say("还没有自己的校准，使用随程序提供的；要拟合请用 contentcheck calibrate。")
        return
    rows = [[c.name, c.made_at[:10], c.content["source"], "选用" if c.active else ""] for c in stored]
    print_table(("名称", "日期", "来源", "说明"), rows)


@calibrations.command()
def use(
    name: Annotated[str, typer.Argument(metavar="NAME", help="校准的名称；shipped 表示随程序提供的")],
) -> None:
    """改用另一版校准。"""
    from contentcheck.app import Settings, chosen_model
    from contentcheck.corpus.shipped import shipped_edition

    own_store().calibrations.use(name, chosen_model(Settings()), shipped_edition().version)
    say(f"已改用{'随程序提供的校准' if name == 'shipped' else f'校准 {name}'}。")


def _as_data(fittings: "dict[About, Fitting]", before: str, written: str | None) -> dict[str, Any]:
    found = {about: {**asdict(f), "improves": f.improves} for about, f in fittings.items()}
    return {"calibration": before, **dict.fromkeys(_LABELS), **found, "written": written}


def _print(about: About, fitting: "Fitting") -> None:
    """The figures before and after side by side, the worst mistakes, and whether it is better."""
    label = _LABELS[about]
    console = stdout()
    counts = f"{fitting.positives} 篇{label}，{fitting.drafts - fitting.positives} 篇不{label}"
    console.print(
        f"{about.chinese}：{fitting.drafts} 篇稿件（{counts}）；两类同样看重，“后”是交叉验证的结果", style="bold"
    )
    before, after = fitting.before, fitting.after
    rows = [
        ["AUC", f"{before.auc:.3f}", f"{after.auc:.3f}"],
        ["校准误差（95% 区间）", _interval(before.calibration_error), _interval(after.calibration_error)],
    ]
    for then, now in zip(before.thresholds, after.thresholds, strict=True):
        cells = [f"{_percent(t.precision)} / {_percent(t.recall)}" for t in (then, now)]
        rows.append([f"{then.score} 分以上：查准率 / 查全率", *cells])
    print_table(("", "前", "后"), rows)
    if fitting.mistakes:
        console.print("错得最远的稿件", style="dim")
        cells = [
            [m.id, label if m.label else f"不{label}", f"{m.before:.0f}", f"{m.after:.0f}", m.opening]
            for m in fitting.mistakes
        ]
        print_table(("编号", "标注", "前", "后", "开头"), cells)
    change = f"平方误差{'减小' if fitting.gain.value > 0 else '增大'} {_interval(fitting.gain, absolute=True)}"
    verdict = "，是超出偶然的改进。" if fitting.improves else "，没有超出偶然的改进；建议保留现有的校准。"
    console.print(change + verdict + "\n", style="green" if fitting.improves else "yellow")


def _interval(found: "Interval", absolute: bool = False) -> str:
    value = abs(found.value) if absolute else found.value
    return f"{value:.3f}（{found.low:.3f} 到 {found.high:.3f}）"


def _percent(share: float | None) -> str:
    return "无" if share is None else f"{share:.0%}"
