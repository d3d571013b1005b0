"""Draw the pictures of the editors' page that the documents show: the real service, the real encoder, a real browser.

.venv/bin/python scripts/screenshots.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from bench_service import is_ready
from playwright.sync_api import Page, sync_playwright

from contentcheck.app import Settings, open_store
from contentcheck.corpus.reading.articles import draft_from_bytes
from contentcheck.corpus.shipped import sample_brands, sample_drafts, shipped_edition

_IMAGES = Path(__file__).parent.parent / "docs" / "images"
_ADDRESS = "http://127.0.0.1:8766"
_BRAND, _DRAFT = "苔朵", "cosmetics-soup-then-ad.md"
_DRAWN = 4_000  # milliseconds until charts are there
_VIEWS = {"library": "内容库", "brands": "品牌", "history": "历史", "jobs": "批量任务", "settings": "设置"}
_DESKTOP, _PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


@contextmanager
def serving(home: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "contentcheck", "serve", "--port", _ADDRESS.rpartition(":")[2]]
    environment = {**os.environ, "CONTENTCHECK_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            while not is_ready(_ADDRESS):
                if process.poll() is not None:
                    sys.exit("the service did not start")
            yield
        finally:
            process.terminate()


def seed() -> None:
    """What a brand that has used the program for a while has: a job that is done, and checks."""
    folder = sample_drafts()
    drafts = [draft_from_bytes(f.name, f.read_bytes()) for f in sorted(folder.glob("*.md"))]
    rows = [{"id": d.id, "title": d.title, "text": d.text} for d in drafts]
    known = [{"title": i.title, "text": i.text, "genre": i.genre} for i in shipped_edition().items[::40]]
    httpx.post(f"{_ADDRESS}/v1/corpus/items", json=known, timeout=60).raise_for_status()
    for row in rows[:6]:
        httpx.post(f"{_ADDRESS}/v1/checks", json={**row, "brand": _BRAND}, timeout=60).raise_for_status()
    job = {"name": "三月的稿件", "brand": _BRAND, "drafts": rows}
    httpx.post(f"{_ADDRESS}/v1/jobs", json=job, timeout=60).raise_for_status()


def checked(page: Page) -> None:
    draft = draft_from_bytes(_DRAFT, (sample_drafts() / _DRAFT).read_bytes())
    page.goto("/#/check")
    page.get_by_role("combobox").first.select_option(_BRAND)
    page.get_by_role("textbox", name="标题").fill(draft.title)
    page.locator("textarea.paper").fill(draft.text)
    page.get_by_text("检查完").wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")


def main() -> None:
    program = shutil.which("chromium") or sys.exit("no Chromium; apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        open_store(Settings(home=home)).brands.add(sample_brands())
        with serving(home):
            seed()
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for name, size in (("check", _DESKTOP), ("check-phone", _PHONE)):
                page = browser.new_page(base_url=_ADDRESS, viewport=size)
                checked(page)
                page.screenshot(path=_IMAGES / f"{name}.png")
            page = browser.new_page(base_url=_ADDRESS, viewport=_DESKTOP)
            for view, heading in _VIEWS.items():
                page.goto(f"/#/{view}")
                page.get_by_role("heading", level=1, name=heading).wait_for()
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(_DRAWN)
                page.screenshot(path=_IMAGES / f"{view}.png")


if __name__ == "__main__":
    main()
