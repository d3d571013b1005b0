"""The process that draws: a chart on each line of standard input, its SVG on a line of standard output, as JSON.

Run as a module by `drawer.Drawer`, which says why. It ends with its input, and so with the service.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import vl_convert

from . import heat_map, library, thresholds
from .look import Look

CHARTS: dict[str, Callable[..., Any]] = {
    "relevance": heat_map.relevance,
    "library_by_genre": library.by_genre,
    "library_by_month": library.by_month,
    "thresholds": thresholds.thresholds,
}


def drawn(name: str, data: dict[str, Any], look: dict[str, Any]) -> str:
    """The SVG of a chart."""
    spec = CHARTS[name](**data, look=Look(**look)).to_dict(validate=False)
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])


def main() -> None:
    """Draw until the input ends."""
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(drawn(**json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
