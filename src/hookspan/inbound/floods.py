"""Refusals by address: after 300 in ten seconds a stranger is turned away before any work is done for him (S11)."""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import ip_address

from hookspan.ports import Clock

REFUSALS_MOST = 300
WINDOW_SECONDS = 10.0
ADDRESSES_KEPT = 100_000


class Floods:
    """Counts refusals in fixed windows; the least recent addresses are forgotten first. Loopback is exempt."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        """Addresses remembered."""
        return len(self._counts)

    def is_flooding(self, address: str) -> bool:
        """Whether this address has used up its refusals."""
        since, count = self._counts.get(address, (0.0, 0))
        return count >= REFUSALS_MOST and self._clock.monotonic() - since < WINDOW_SECONDS

    def refused(self, address: str) -> None:
        """Count one refusal."""
        if _is_loopback(address):
            return
        now = self._clock.monotonic()
        since, count = self._counts.pop(address, (now, 0))
        self._counts[address] = (now, 1) if now - since >= WINDOW_SECONDS else (since, count + 1)
        if len(self._counts) > ADDRESSES_KEPT:
            self._counts.popitem(last=False)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
