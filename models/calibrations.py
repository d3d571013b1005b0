"""Calibrations: the fitted one of an encoder, or one drawn from the shipped edition for any other."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from contentcheck.engine.calibration import Calibration, Curve, calibration_of

from .registry import REGISTRY

if TYPE_CHECKING:
    from contentcheck.engine.library import Library

DRAWN = "drawn-from-edition"
"""The name of a calibration that was not fitted."""

_EVERY = 3  # passages; a third of them tells enough
_NOISE = 2.0  # passages; without labelled drafts, what the default encoder's fit gives

_RELEVANCE = Curve(midpoint=1.0, slope=2.5, noise=_NOISE)


def calibration_for(model: str, library: "Library") -> Calibration:
    """The fitted numbers of a registered model for the library's edition; without such, drawn from the edition."""
    return fitted_calibration(model, library.edition.version) or drawn_from_edition(library)


def fitted_calibration(model: str, edition: str) -> Calibration | None:
    """The shipped numbers of a registered model, if there are any for this version of the edition."""
    file = files("contentcheck.models") / "calibration" / f"{model}.json"
    data = json.loads(file.read_text("utf-8")) if model in REGISTRY and file.is_file() else {}
    return calibration_of(data) if data.get("name") == calibration_name(model, edition) else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A labelled draft, without its text, and what it scores by with the shipped library alone (see `Curve.score`)."""

    label: bool
    evidence: float
    passages: int
    copied: float
    trust: float


def held_out(model: str, edition: str, score: str) -> list[Measured]:
    """Labelled drafts that no curve was fitted to; `score`: "homogeneity" or "relevance".

    Empty where they were not measured with this model and edition.
    """
    file = files("contentcheck.models") / "calibration" / f"{model}.held-out.json"
    data = json.loads(file.read_text("utf-8")) if model in REGISTRY and file.is_file() else {}
    return [Measured(**row) for row in data[score]] if data.get("name") == calibration_name(model, edition) else []


def calibration_name(model: str, edition: str) -> str:
    """What a calibration is called in reports: `use-m3/2026.11-2`."""
    return f"{model}/{edition}"


def drawn_from_edition(library: "Library") -> Calibration:
    """Midpoint and slope from how the edition's own pieces and ordinary writing score, as two normal curves.

    A passage finds itself in the library, so its own cosine of 1 is taken out of the neighbours' mean.
    Contrasts of relevance are in standard deviations whatever the encoder, so its curve is the default encoder's.
    """
    reference = library.reference
    known = library.neighbourhood(reference.vectors[reference.telling[::_EVERY]])
    itself = (known.similarities[:, 0].astype(np.float64) - known.similarities[:, 1:].mean(axis=1)) / 10
    common = known.contrast - itself
    ordinary = library.neighbourhood(reference.background.vectors[::_EVERY]).contrast
    middle = float(common.mean() + ordinary.mean()) / 2
    spread = float(common.var() + ordinary.var()) / 2
    slope = max(float(common.mean() - ordinary.mean()), 1e-3) / max(spread, 1e-6)
    return Calibration(
        name=DRAWN,
        homogeneity=Curve(middle, slope, _NOISE),
        relevance=_RELEVANCE,
    )
