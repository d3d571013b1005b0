"""Ids that sort by time."""

import secrets
import time
from uuid import UUID

AFTER_ALL = "z"
"""Sorts behind every id, in whatever order a database keeps texts."""


def new_id() -> str:
    """A UUID of version 7: a later one is the greater, as text too, to the millisecond."""
    milliseconds, drawn = time.time_ns() // 1_000_000, secrets.randbits(74)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | drawn >> 62 << 64 | 2 << 62 | drawn & (1 << 62) - 1))
