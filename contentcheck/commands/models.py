"""`contentcheck models`: which encoder answers."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from contentcheck.terminal import print_table, progress_bar, say

if TYPE_CHECKING:
    from contentcheck.models.registry import ModelSpec

app = typer.Typer(name="models", help="列出或更换向量模型。", invoke_without_command=True)


@app.callback()
def list_(context: typer.Context) -> None:
    """列出内置的向量模型；更换用 contentcheck models switch。"""
    if context.invoked_subcommand:
        return
    from contentcheck.app import Settings, chosen_model
    from contentcheck.models.registry import REGISTRY

    chosen = chosen_model(Settings())
    rows = [
        [
            spec.name,
            str(spec.dim),
            spec.prompt,
            spec.licence,
            "不限" if spec.longest is None else f"{spec.longest} 字",
            spec.package,
            _note(spec, chosen),
        ]
        for spec in REGISTRY.values()
    ]
    print_table(("名称", "维数", "前缀", "许可", "最长输入", "软件包", "说明"), rows)
    if chosen not in REGISTRY:
        say(f"使用中：{chosen}（不是内置模型）。")


@app.command()
def switch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="内置模型的名称、模型目录或模型库中的名称")],
) -> None:
    """改用另一个模型：先把全部内容重新编码，完成后才切换；中断后重新运行会接着做。"""
    from contentcheck.app import Settings, switch_model

    settings = Settings()
    with progress_bar("重新编码") as update:
        model = switch_model(settings, name, update)
    say(f"已改用模型 {model.name}（{model.revision}）。")
    if settings.model and settings.model != name:
        say(f"注意：环境变量 CONTENTCHECK_MODEL={settings.model} 优先；取消它，切换才生效。", "yellow")


def _note(spec: "ModelSpec", chosen: str) -> str:
    if spec.name == chosen:
        return "使用中"
    return f"pip install 'contentcheck[{spec.extra}]'" if spec.extra and find_spec(spec.module) is None else ""
