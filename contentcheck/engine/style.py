"""Traits of how a draft is written that tell common content from original: names, amounts, set phrases.

Each is expressed in the unit of contrast and added to it, so that one curve reads the sum (see `homogeneity`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .details import Details


class SignalName(StrEnum):
    """What a homogeneity score is made of."""

    MEANING = "meaning"
    NAMES = "names"
    AMOUNTS = "amounts"
    PHRASES = "phrases"
    COPIED = "copied"


# Rounded from a logistic fit, both classes weighted alike, on labelled articles, headlines and the fitting half of
# corpus/benchmark; from half to twice these weights the order of drafts stays as good.
_NAMES, _AMOUNTS, _PHRASES = -0.08, -0.06, 0.15
_USUAL_NAMES, _USUAL_AMOUNTS = 1.0, 3.0  # in 100 letters of ordinary writing, between ours and public articles
_SETTLED = 300  # letters after which a text's own rate counts as much as the usual one


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait of a draft.

    Attributes:
        rate: per 100 letters and characters.
        evidence: what it adds to the mean contrast, about -0.15 to 0.15; 0 for a text that is as usual, or too short.
        words: what was counted, each word once, in the order of the draft.
    """

    name: SignalName
    rate: float
    evidence: float
    words: list[str]


def traits(details: Details, phrases: list[str], letters: int) -> list[Trait]:
    """The traits of a draft of so many letters and characters. Of a phrase only the first use counts."""

    def trait(name: SignalName, words: list[str], usual: float, weigh: Callable[[float], float]) -> Trait:
        settled = (100 * len(words) + _SETTLED * usual) / (letters + _SETTLED)
        rate = 100 * len(words) / letters if letters else 0.0
        return Trait(name, rate, weigh(settled) - weigh(usual), list(dict.fromkeys(words)))

    return [
        trait(SignalName.NAMES, details.names, _USUAL_NAMES, lambda rate: _NAMES * math.log1p(rate)),
        trait(SignalName.AMOUNTS, details.amounts, _USUAL_AMOUNTS, lambda rate: _AMOUNTS * math.log1p(rate)),
        trait(SignalName.PHRASES, list(dict.fromkeys(phrases)), 0.0, lambda rate: _PHRASES * rate),
    ]
