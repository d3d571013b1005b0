"""A real browser before a real server: what an editor sees and does."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from contentcheck.app import Settings, open_store
from contentcheck.corpus.shipped import sample_brands
from tests.serving import serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
expect.set_options(timeout=10_000)  # milliseconds; machines that run tests do other things as well
SIZES: dict[str, ViewportSize] = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module and not of the session: Playwright has an event loop of its own, which others would trip over."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine; apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the sample brands."""
    folder = tmp_path_factory.mktemp("home")
    open_store(Settings(home=folder)).brands.add(sample_brands())
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Of a server with the toy encoder over `home`."""
    with serving(home) as url:
        yield url


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """Of the window: tests that ask for it run on a desktop and on a phone."""
    return request.param


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new tab; whatever it complains of (scripts, the content security policy, other hosts) fails the test."""
    wanted = request.getfixturevalue("size") if "size" in request.fixturenames else "desktop"
    context = browser.new_context(base_url=address, viewport=SIZES[wanted], locale="zh-CN", accept_downloads=True)
    complaints: list[str] = []
    tab = context.new_page()
    tab.set_default_timeout(10_000)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda message: complaints.extend(_serious(message)))
    ours = (address, "blob:", "data:")
    tab.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith(ours) else None)
    yield tab
    context.close()
    assert complaints == []


def _serious(message: ConsoleMessage) -> list[str]:
    """Errors; but a service that refuses or is away is told of to the reader, and logged by the browser as well."""
    told = any(said in message.text for said in ("status of 4", "ERR_CONNECTION_REFUSED"))
    return [message.text] if message.type == "error" and not told else []
