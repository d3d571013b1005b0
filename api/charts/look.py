"""How charts look: right for the reader's colour scheme, language and space, readable for the colour-blind."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contentcheck.names import Language

Scheme = Literal["light", "dark"]

SIZE = 12  # pixels of letters
LINE = 16  # pixels from one line to the next
_FONT = '"PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", system-ui, sans-serif'


@dataclass(frozen=True, slots=True)
class Colours:
    """Of a scheme. `first` and `second` differ in lightness too; `low` to `high` is one hue, faint to strong."""

    ink: str
    faint: str
    line: str
    first: str
    second: str
    low: str
    high: str
    ink_on_low: str
    ink_on_high: str
    turn: int
    """The score from which `ink_on_high` is read better than `ink_on_low`; the contrast is 4.5 or more throughout."""


_COLOURS: dict[Scheme, Colours] = {
    "light": Colours(
        "#1d2129", "#5a6270", "#d9dce1", "#0b5cad", "#e08a00", "#f1f4f8", "#063e7a", "#000000", "#ffffff", 68
    ),
    "dark": Colours(
        "#f2f2f2", "#a5adb8", "#3a3f47", "#6db3ff", "#ffc46b", "#20242a", "#8ec6ff", "#ffffff", "#000000", 52
    ),
}


@dataclass(frozen=True, slots=True)
class Look:
    """`width` and `height` in pixels are those of the whole picture."""

    scheme: Scheme
    language: Language
    width: int
    height: int

    @property
    def colours(self) -> Colours:
        """Those of the scheme."""
        return _COLOURS[self.scheme]

    def frame(self, notes: Sequence[str]) -> dict[str, Any]:
        """Properties of every chart: its size, and sentences above it, broken into lines."""
        lines = [line for note in notes for line in wrapped(note, self.width - 8)]
        title = {
            "text": lines,
            "anchor": "start",
            "frame": "bounds",
            "fontSize": SIZE,
            "lineHeight": LINE,
            "fontWeight": "normal",
            "color": self.colours.faint,
            "offset": 10,
        }
        fit = {"type": "fit", "contains": "padding"}
        return {
            "width": self.width,
            "height": self.height,
            "autosize": fit,
            "background": "transparent",
            "padding": 4,
            **({"title": title} if lines else {}),
        }

    def config(self) -> dict[str, Any]:
        """Of every chart."""
        c = self.colours
        words: dict[str, Any] = {"labelColor": c.ink, "labelFontSize": SIZE, "titleColor": c.ink, "titleFontSize": SIZE}
        words |= {"titleFontWeight": "normal", "labelLimit": 0}
        lines = {"domainColor": c.line, "tickColor": c.line, "gridColor": c.line}
        return {
            "font": _FONT,
            "view": {"stroke": None},
            "axis": {**words, **lines},
            "legend": words,
        }


def printable(text: str) -> str:
    """Without characters that may not stand in XML, or would break a line."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def cut(text: str, width: float) -> str:
    """As much of a text as fits into `width` pixels, by an estimate that no font has to be known for."""
    if _width(text) <= width:
        return text
    while text and _width(text) > width - SIZE:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, width: float, most: int = 99) -> list[str]:
    """A text in lines of `width` pixels, what is beyond the last one cut."""
    lines: list[str] = []
    while text:
        if len(lines) == most - 1 or _width(text) <= width:
            return [*lines, cut(text, width)]
        end = _end_of_line(text, width)
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return lines


def extent(labels: Sequence[str]) -> float:
    """Pixels of the widest."""
    return max(map(_width, labels), default=0.0)


def _end_of_line(text: str, width: float) -> int:
    end = next((i for i in range(1, len(text) + 1) if _width(text[:i]) > width), len(text) + 1) - 1
    end = max(end, 1)
    if _is_latin(text[end - 1 : end]) and _is_latin(text[end : end + 1]):  # within a word
        start = max(text.rfind(" ", 0, end), *(i for i in range(end) if not _is_latin(text[i])), 0)
        end = start + 1 if start else end
    elif text[end : end + 1] in set("，。；：、！？）”》"):  # which may not begin a line
        end = max(end - 1, 1)
    return end


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _width(text: str) -> float:
    return SIZE * sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in text)
