"""How often one caller may ask; counted in the memory of this process."""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute, WindowStats
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

WRONG_KEYS = 30
"""Wrong keys that one address may send in a minute."""

VISITS = 120
"""Reports that one address may open by link in a minute: whole offices share an address."""

_WRONG = RateLimitItemPerMinute(WRONG_KEYS)
_VISITS = RateLimitItemPerMinute(VISITS)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a key, or an address.

    Attributes:
        limit: requests in a minute.
        reset: whole seconds until some that were counted count no longer.
        spent: this request is one too many.
    """

    limit: int
    remaining: int
    reset: int
    spent: bool

    @property
    def headers(self) -> dict[str, str]:
        """As every answer carries them."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class Rates:
    """Requests of the last minute, by key; wrong keys, by address."""

    def __init__(self) -> None:
        storage = MemoryStorage()
        self._keys = MovingWindowRateLimiter(storage)
        self._addresses = FixedWindowRateLimiter(storage)  # which forgets an address when its minute is over

    def take(self, key_id: int, rate: int) -> Allowance:
        """Count a request, unless `rate` of them were counted in the last minute."""
        item = RateLimitItemPerMinute(rate)
        taken = self._keys.hit(item, str(key_id))
        return _allowance(rate, self._keys.get_window_stats(item, str(key_id)), taken=taken)

    def wrong_key(self, address: str) -> bool:
        """Count a wrong key; returns whether that address has sent too many."""
        return not self._addresses.hit(_WRONG, address)


class Visits:
    """Reports opened by link in a minute, by address; forgotten when it is over."""

    def __init__(self) -> None:
        self._addresses = FixedWindowRateLimiter(MemoryStorage())

    def take(self, address: str) -> Allowance:
        """Count one more, whether it opened anything or not."""
        taken = self._addresses.hit(_VISITS, address)
        return _allowance(VISITS, self._addresses.get_window_stats(_VISITS, address), taken=taken)


def _allowance(limit: int, window: WindowStats, *, taken: bool) -> Allowance:
    reset, remaining = window
    return Allowance(limit, max(0, remaining), max(1, math.ceil(reset - time.time())), not taken)
