"""Score the sample drafts of one sample brand and print the reports."""

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from contentcheck.app import Settings, build_checker, open_store
from contentcheck.commands.importing import PREPARING
from contentcheck.corpus.reading.articles import draft_from_bytes
from contentcheck.corpus.shipped import sample_brands, sample_drafts, shipped_edition
from contentcheck.render import render
from contentcheck.terminal import progress_bar, stdout

_FIRST_BRAND = "苔朵"  # soup, soup that turns into an advertisement, and an article worth reading


def main() -> None:
    brand = sys.argv[1] if len(sys.argv) > 1 else _FIRST_BRAND
    home = Path(os.environ.get("CONTENTCHECK_HOME") or Path(tempfile.gettempdir()) / f"contentcheck-demo-{os.getuid()}")
    settings = Settings(home=home)
    store = open_store(settings)
    store.brands.add(sample_brands())
    if brand not in store.brands.all():
        sys.exit(f"没有示例品牌“{brand}”；可选：{'、'.join(store.brands.all())}")
    drafts = sample_drafts()
    index = [json.loads(line) for line in (drafts / "index.jsonl").read_text("utf-8").splitlines()]
    chosen = [row["file"] for row in index if row["brand"] == brand]
    console = stdout()
    with progress_bar(PREPARING) as update:
        checker = build_checker(settings, update)
    read = [replace(draft_from_bytes(name, (drafts / name).read_bytes()), brand=brand) for name in chosen]
    for draft, report in zip(read, checker.check(read), strict=True):
        render(report, draft.title, shipped_edition().genres, console)
    console.print(
        f"品牌：{brand}，示例稿件 {len(read)} 篇。换一个品牌：scripts/demo {'|'.join(store.brands.all())}", style="dim"
    )


if __name__ == "__main__":
    main()
