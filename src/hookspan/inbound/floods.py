"""How often is too often: refusals by address, requests by source, by address and by tenant (security S11, §5.4).

After 300 refusals in ten seconds a stranger is turned away before any work is done for him; good traffic is bounded
only where its source says so, is open to everyone, or shares the instance with other tenants. Every map forgets the
least recent entries first, so that a million addresses do not fill the memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil

from hookspan.inbound.enrich import Network, is_within
from hookspan.inbound.source import Source
from hookspan.ports import Clock

REFUSALS_MOST = 300
WINDOW_SECONDS = 10.0
ADDRESSES_KEPT = 100_000
OPEN_PER_SECOND = 100
TENANT_PER_SECOND = 500
BURST = 2


class Floods:
    """Counts refusals in fixed windows. Loopback is exempt, and so are proxies: they are nobody's address."""

    def __init__(self, *, clock: Clock, most: int = REFUSALS_MOST, proxies: Sequence[Network] = ()) -> None:
        self._clock = clock
        self._most = most
        self._proxies = proxies
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        """Addresses remembered."""
        return len(self._counts)

    def is_flooding(self, address: str) -> bool:
        """Whether this address has used up its refusals."""
        return self.wait_s(address) is not None

    def wait_s(self, address: str) -> int | None:
        """Seconds until this address is heard again; None when it is heard."""
        since, count = self._counts.get(address, (0.0, 0))
        left = WINDOW_SECONDS - (self._clock.monotonic() - since)
        return max(1, ceil(left)) if count >= self._most and left > 0 else None

    def refused(self, address: str) -> None:
        """Count one refusal."""
        if is_exempt(address, self._proxies):
            return
        now = self._clock.monotonic()
        since, count = self._counts.pop(address, (now, 0))
        self._counts[address] = (now, 1) if now - since >= WINDOW_SECONDS else (since, count + 1)
        if len(self._counts) > ADDRESSES_KEPT:
            self._counts.popitem(last=False)


class Buckets:
    """Token buckets by subject: a full one holds `most` and fills up within `window_s` seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Subjects remembered."""
        return len(self._levels)

    def wait_s(self, subject: str, *, most: int, window_s: float) -> int | None:
        """Take one token: None, or the seconds until there will be one."""
        now, per_second = self._clock.monotonic(), most / window_s
        level, since = self._levels.pop(subject, (float(most), now))
        level = min(float(most), level + (now - since) * per_second)
        is_empty = level < 1
        self._levels[subject] = (level if is_empty else level - 1, now)
        if len(self._levels) > ADDRESSES_KEPT:
            self._levels.popitem(last=False)
        return max(1, ceil((1 - level) / per_second)) if is_empty else None


@dataclass(frozen=True, slots=True)
class RateRules:
    """Requests a second: of one address to sources without proof, of one tenant among several. None is no limit."""

    open_per_second: int | None = OPEN_PER_SECOND
    tenant_per_second: int | None = TENANT_PER_SECOND


class SourceRates:
    """The limits of good traffic; `is_shared` says whether several tenants live on this instance."""

    def __init__(
        self,
        clock: Clock,
        *,
        rules: RateRules,
        proxies: Sequence[Network] = (),
        is_shared: Callable[[], bool] = lambda: False,
    ) -> None:
        self._rules = rules
        self._proxies = proxies
        self._is_shared = is_shared
        self._sources, self._addresses, self._tenants = Buckets(clock), Buckets(clock), Buckets(clock)

    def wait_s(self, source: Source, client: str) -> int | None:
        """Count one request: None, or the seconds until the next one may come."""
        waits = [self._of_source(source), self._of_address(source, client), self._of_tenant(source)]
        return max((wait for wait in waits if wait is not None), default=None)

    def _of_source(self, source: Source) -> int | None:
        if source.rate_limit is None:
            return None
        most, window_ms = source.rate_limit
        return self._sources.wait_s(source.id, most=most, window_s=window_ms / 1_000)

    def _of_address(self, source: Source, client: str) -> int | None:
        most = self._rules.open_per_second
        if source.auth_type != "none" or most is None or is_exempt(client, self._proxies):
            return None
        return self._addresses.wait_s(client, most=most * BURST, window_s=BURST)

    def _of_tenant(self, source: Source) -> int | None:
        most = self._rules.tenant_per_second
        if most is None or not self._is_shared():
            return None
        return self._tenants.wait_s(source.tenant_id, most=most * BURST, window_s=BURST)


def is_exempt(address: str, proxies: Sequence[Network]) -> bool:
    """Whether limits by address do not apply: this machine, or a proxy that did not say for whom it asks."""
    try:
        return ip_address(address).is_loopback or is_within(address, proxies)
    except ValueError:
        return False
