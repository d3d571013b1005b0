"""What the codes of a report are called, in Chinese and in English: the table of the editors' page, for Python."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Names:
    """By code, in one language.

    Attributes:
        kinds: what is wrong with a passage.
        bands: of all scores.
        signals: what lowers homogeneity, and what raises it.
        parts: of the text, as in `promotion.shares`.
        reasons: sentences in place of the engine's own, which are Chinese; so in Chinese there are none.
        notices: likewise.
    """

    kinds: Mapping[str, str]
    verdicts: Mapping[str, str]
    scores: Mapping[str, str]
    bands: Mapping[str, str]
    signals: Mapping[str, tuple[str, str]]
    parts: Mapping[str, str]
    reasons: Mapping[str, str]
    notices: Mapping[str, str]


def _read(name: str) -> dict[str, Any]:
    return json.loads((files("contentcheck") / "api" / "page" / "words" / name).read_text("utf-8"))


_table = _read("names.json")

NAMES: Mapping[Language, Names] = {
    "zh": Names(**_table["zh"], reasons={}, notices={}),
    "en": Names(**_table["en"], **_read("messages.json")),
}
