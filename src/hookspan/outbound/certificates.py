"""Certificates of far sides that end soon: their tenant is warned once for each endpoint and certificate."""

from __future__ import annotations

from hookspan.events.publish import Publisher
from hookspan.model.events import Key, NewEvent
from hookspan.model.notices import Notice
from hookspan.model.times import instant
from hookspan.outbound.targets import Target
from hookspan.ports import Clock

WARN_MS = 14 * 86_400_000
REMEMBERED = 10_000


class Certificates:
    """Hears of every certificate that an attempt met; a key in the database keeps several processes from repeating."""

    def __init__(self, publisher: Publisher, clock: Clock) -> None:
        self._publisher = publisher
        self._clock = clock
        self._ending: dict[tuple[str, int], Target] = {}
        self._told: set[tuple[str, int]] = set()

    def met(self, target: Target, ends_at: int) -> None:
        """An attempt met a certificate that ends at `ends_at` (epoch ms)."""
        place = (target.id, ends_at)
        if ends_at - self._clock.now_ms() < WARN_MS and place not in self._told and len(self._ending) < REMEMBERED:
            self._ending[place] = target

    async def tell(self) -> None:
        """Warn of those that were met since the last call."""
        while self._ending:
            place, target = next(iter(self._ending.items()))
            now = self._clock.now_ms()
            once = Key(f"{target.tenant_id}:certificate", f"{target.id}:{place[1]}", b"", place[1] + WARN_MS, False)
            await self._publisher.publish(_warning(target, place[1], now), keys=[once])
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            self._told.add(place)
            del self._ending[place]


def _warning(target: Target, ends_at: int, now: int) -> NewEvent:
    days = max(0, (ends_at - now) // 86_400_000)
    message = f"the certificate of {target.name or target.id} ends in {days} d; deliveries will fail then"
    details = {"endpointId": target.id, "endsAt": instant(ends_at)}
    return Notice("system.warning", "certificate_ends", message, "outbound", details).event(target.tenant_id, now)
