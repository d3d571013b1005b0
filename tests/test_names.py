"""What codes are called: the same codes in both languages, every code of the engine, and no field left to fill."""

import re
from dataclasses import asdict, fields
from pathlib import Path
from string import Formatter
from typing import get_args

from contentcheck.engine.matching import MatchKind
from contentcheck.engine.promotion import Part
from contentcheck.engine.style import SignalName
from contentcheck.engine.verdict import Verdict
from contentcheck.names import NAMES, Language
from contentcheck.report_page.words import WORDS

DOCS = (Path(__file__).parents[1] / "docs" / "report.md").read_text("utf-8")


def documented(row: str) -> set[str]:
    """Codes named after a heading of the documentation."""
    return set(re.findall(r"`(\w+)`", DOCS.partition(row)[2].partition("\n|")[0]))


def test_both_languages_name_the_same_codes() -> None:
    zh, en = asdict(NAMES["zh"]), asdict(NAMES["en"])
    for names in zh.keys() - {"reasons", "notices"}:
        assert zh[names].keys() == en[names].keys()
    assert set(NAMES) == set(WORDS) == set(get_args(Language))


def test_every_code_of_the_engine_has_a_name() -> None:
    names = NAMES["en"]
    assert set(names.verdicts) == set(Verdict)
    assert set(names.parts) == set(Part)
    assert set(names.signals) == set(SignalName)
    assert set(names.kinds) > set(MatchKind)
    assert set(names.reasons) == documented("Reason codes:")
    assert set(names.notices) == documented("| `notices[]` |")


def filled(template: str) -> set[str]:
    """The names of what is put into a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_templates_are_filled_with_the_same_in_both() -> None:
    for field in fields(WORDS["zh"]):
        zh, en = (filled(getattr(words, field.name)) for words in WORDS.values())
        assert zh == en, field.name
