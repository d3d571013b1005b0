"""Whole flows, as a user goes through them: in both languages, on a desktop and on a phone."""

import pytest
from playwright.sync_api import Page

_CHOSEN = "localStorage['contentcheck.language'] ??= '{}'"  # until the reader chooses another


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Of the page; what is read in it stands as literals in each test."""
    return request.param


@pytest.fixture
def page(page: Page, language: str) -> Page:
    """In this language from the first view on."""
    page.add_init_script(_CHOSEN.format(language))
    return page
