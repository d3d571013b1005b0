"""Calibrations: the fitted one of an encoder, or one drawn from the shipped edition for any other."""

import json
from importlib.resources import files

import numpy as np

from contentcheck.engine.calibration import Calibration, Curve
from contentcheck.engine.library import Library

_NOISE = 2.0  # passages; without labelled drafts, what the default encoder's fit gives


def calibration_for(model: str, library: Library) -> Calibration:
    """The numbers in `calibration/<model>.json`, if they belong to the library's edition's genres; else drawn."""
    file = files("contentcheck.models") / "calibration" / f"{model}.json"
    if not file.is_file():
        return drawn_from_edition(library)
    data = json.loads(file.read_text("utf-8"))
    return Calibration(data["name"], Curve(**data["homogeneity"]), Curve(**data["relevance"]))


def drawn_from_edition(library: Library) -> Calibration:
    """Midpoint and slope from how the edition's own pieces and ordinary writing score, as two normal curves.

    A passage finds itself in the library, so its own cosine of 1 is taken out of the neighbours' mean.
    Relevance has no samples of its own here: half of the spread between the same two groups.
    """
    known = library.neighbourhood(library.known.vectors[: len(library.edition.items) * 4])
    itself = (known.similarities[:, 0].astype(np.float64) - known.similarities[:, 1:].mean(axis=1)) / 10
    common = known.contrast - itself
    ordinary = library.neighbourhood(library.background.vectors[::4]).contrast
    middle = float(common.mean() + ordinary.mean()) / 2
    spread = float(common.var() + ordinary.var()) / 2
    slope = max(float(common.mean() - ordinary.mean()), 1e-3) / max(spread, 1e-6)
    return Calibration(
        name="drawn-from-edition",
        homogeneity=Curve(middle, slope, _NOISE),
        relevance=Curve(middle / 2, slope, _NOISE),
    )
