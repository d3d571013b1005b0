"""Draw the guide's picture: a report in the terminal, as SVG.  Usage: scripts/picture.py OUT.svg"""

import re
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from contentcheck.app import Settings, build_checker, open_store
from contentcheck.corpus.reading.articles import draft_from_bytes
from contentcheck.corpus.shipped import sample_brands, sample_drafts, shipped_edition
from contentcheck.render import render

_FILE, _BRAND = "cosmetics-soup-then-ad.md", "苔朵"


def main() -> None:
    settings = Settings()
    open_store(settings).brands.add(sample_brands())
    draft = replace(draft_from_bytes(_FILE, (sample_drafts() / _FILE).read_bytes()), brand=_BRAND)
    console = Console(record=True, width=100, markup=False, highlight=False)
    render(build_checker(settings).check([draft])[0], draft.title, shipped_edition().genres, console)
    console.save_svg(sys.argv[1], title="contentcheck check 草稿.md --brand 苔朵")
    svg = Path(sys.argv[1])
    drawn = svg.read_text("utf-8")
    # The default font would be fetched from the network, and has no Chinese characters.
    drawn = re.sub(r"@font-face\s*\{.*?\}", "", drawn, flags=re.DOTALL)
    svg.write_text(drawn.replace("Fira Code", "Noto Sans Mono CJK SC"), "utf-8")


if __name__ == "__main__":
    main()
