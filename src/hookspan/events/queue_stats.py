"""How long the queues are, told every five seconds to those who asked for it by name, and read for nobody else."""

from __future__ import annotations

from hookspan.events.interest import QUEUES
from hookspan.events.stream import Feed
from hookspan.model.times import instant
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.queues import Waiting, queues

STATS_SECONDS = 5.0
_LEVELS = (3, 2, 1, 0)


class QueueStats:
    """Tells `queue.stats`: deliveries of each priority that are due and wait, the most urgent first."""

    def __init__(self, database: Database, feed: Feed, clock: Clock) -> None:
        self._database = database
        self._feed = feed
        self._clock = clock

    async def tell(self) -> None:
        """One look for each tenant that asked; called by the worker."""
        for tenant_id in sorted(self._feed.tenants(QUEUES)):
            now = self._clock.now_ms()
            found = await self._database.read(queues, tenant_id, now)
            rows = [_row(level, found.get(level, Waiting()), now) for level in _LEVELS]
            self._feed.say(
                {
                    "topic": QUEUES,
                    "type": "queue.stats",
                    "tenantId": tenant_id,
                    "queues": rows,
                    "timestamp": instant(now),
                }
            )


def _row(level: int, waiting: Waiting, now: int) -> dict[str, object]:
    oldest_ms = 0 if waiting.oldest_due_at is None else max(0, now - waiting.oldest_due_at)
    return {"priority": level, "depth": waiting.depth, "oldestMs": oldest_ms, "inFlight": waiting.in_flight}
