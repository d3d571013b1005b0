"""What the documentation names exists, and what exists is documented."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from contentcheck.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> dict[str, set[str]]:
    """Command names with their options, groups as `group command`."""
    found: dict[str, set[str]] = {}
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for path, leaf in [(name, command), *((f"{name} {n}", c) for n, c in getattr(command, "commands", {}).items())]:
            found[path] = {option for parameter in leaf.params for option in parameter.opts}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_and_options_in_a_page_exist(page: Path) -> None:
    known = commands()
    names = "|".join({path.split()[0] for path in known})
    for line in re.findall(rf"contentcheck ((?:{names})\b[^`\n#]*)", page.read_text("utf-8")):
        words = line.split()
        path = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        assert path in known, line
        if "|" not in words[min(1, len(words) - 1)]:
            assert set(re.findall(r"--[a-z-]+", line)) <= known[path], line


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "report.md").read_text("utf-8")
    documented: set[str] = set()
    for cell in re.findall(r"`contentcheck ([^`]+)`", page):
        name, *rest = cell.split()
        documented |= {name, *(f"{name} {part}" for part in re.split(r"[|\\]+", rest[0] if rest else ""))}
    assert set(commands()) <= documented


def test_every_reason_code_is_documented() -> None:
    codes = set(re.findall(r'Reason\(\s*"([a-z_]+)"', (ROOT / "contentcheck/engine/verdict.py").read_text("utf-8")))
    assert codes == set(
        re.findall(r"`([a-z_]+)`", (ROOT / "docs/report.md").read_text("utf-8").split("Reason codes:")[1])
    )


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
