"""Release events at their hour: the row says `stored` from then on, and `task.executed` tells of it (contracts F.2).

What they cause is due at that hour by itself, so a release that comes late holds nothing up.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hookspan import observe
from hookspan.events.publish import STALE_TRIES, Publisher
from hookspan.model.events import Birth, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.scheduled_tasks import delayed_task, task_json
from hookspan.ports import Clock
from hookspan.storage import delayed
from hookspan.storage.database import Database
from hookspan.storage.delayed import DueEvent, Release

RELEASE_MOST = 500
POLL_SECONDS = 1.0
SOON_SECONDS = 0.05


class Delayed:
    """Looks for events whose hour has come; many processes may, each event is released once."""

    def __init__(self, database: Database, publisher: Publisher, clock: Clock) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._routed: dict[str, int] = {}
        """By tenant: a routing version that what is matched now is matched at or after."""
        self._is_draining = False

    def drain(self) -> None:
        """Release nothing from now on: others of this database do, or this process when it is back."""
        self._is_draining = True

    async def turn(self) -> None:
        """Release what is due, then wait for the next hour, at most a second."""
        while await self.release_due() == RELEASE_MOST:
            pass
        await self._clock.sleep(await self._pause())

    async def release_due(self) -> int:
        """Release what is due now, at most 500 events; how many were due."""
        if self._is_draining:
            return 0
        now = self._clock.now_ms()
        found: Sequence[DueEvent] = await self._database.read(delayed.due, now, RELEASE_MOST)
        number = len(found)
        for _ in range(STALE_TRIES):
            if not found or self._is_draining:
                return number - len(found)
            found = await self._released(found, now)
        observe.warn("event.waits", events=len(found), error="subscriptions are changing")
        return 0

    async def _pause(self) -> float:
        due_at = await self._database.read(delayed.next_due_at)
        if due_at is None or self._is_draining:
            return POLL_SECONDS
        return min(max((due_at - self._clock.now_ms()) / 1_000, SOON_SECONDS), POLL_SECONDS)

    async def _released(self, found: Sequence[DueEvent], now: int) -> Sequence[DueEvent]:
        """Release these; those that must be matched again."""
        items: list[Release] = []
        routed = {event.tenant_id: self._routed.get(event.tenant_id, -1) for event in found}
        try:
            for event in found:
                items.append(Release(event, await self._publisher.prepare(_fact(event, now))))
            outcome = await self._database.write(delayed.release, items, routed)
        except BaseException:
            self._publisher.abandoned(_births(items))
            raise
        self._publisher.committed(_births([item for item in items if item.event.id in outcome.ids]))
        self._publisher.abandoned(_births([item for item in items if item.event.id not in outcome.ids]))
        self._routed |= outcome.stale
        again = [item for item in items if item.event.tenant_id in outcome.stale]
        for item in {item.event.tenant_id: item for item in again}.values():
            self._publisher.stale(Birth(_fact(item.event, now), 0))
        if outcome.ids:
            observe.step("event.released", events=len(outcome.ids))
        return [item.event for item in again]


def _births(items: Sequence[Release]) -> list[Birth]:
    return [item.birth for item in items]


def _fact(event: DueEvent, now: int) -> NewEvent:
    task = delayed_task(event.id, event.type, event.deliver_at, executed_at=now)
    return NewEvent(
        id=new_id(now),
        tenant_id=event.tenant_id,
        type="task.executed",
        data=msgspec.json.encode(task_json(task)),
        created_at=now,
        origin="system",
        # As deep as what it tells of, so that the hops of a loop through us are counted (S32).
        depth=event.depth,
        test=event.test,
    )
