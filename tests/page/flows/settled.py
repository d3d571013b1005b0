"""What holds wherever a flow comes to rest."""

from playwright.sync_api import Page

from tests.page.accessible import violations


def settled(page: Page) -> None:
    """Nothing is wider than the window, and nothing is out of anybody's reach."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    assert violations(page) == []
