"""What the instance tells its first tenant of itself: `system.error`, `system.warning`, `system.info` (contracts F.2).

A notice that cannot be stored now is kept and told when the store is back; the oldest go first when there are many.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import msgspec

from hookspan import observe
from hookspan.errors import Unavailable
from hookspan.events.publish import Publisher
from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.model.notices import Notice, NoticeType
from hookspan.ports import Clock

KEPT_MOST = 100


class Notices:
    """Tells facts of the instance; one for a process."""

    def __init__(self, publisher: Publisher, clock: Clock, tenant_id: str) -> None:
        self._publisher = publisher
        self._clock = clock
        self._tenant_id = tenant_id
        self._kept: deque[NewEvent] = deque(maxlen=KEPT_MOST)

    def fact(self, kind: str, told: Mapping[str, object]) -> NewEvent:
        """A fact of the first tenant, as of now."""
        now = self._clock.now_ms()
        return NewEvent(
            id=new_id(now),
            tenant_id=self._tenant_id,
            type=kind,
            data=msgspec.json.encode(told),
            created_at=now,
            origin="system",
        )

    def notice(self, kind: NoticeType, code: str, message: str, *, component: str, **details: object) -> NewEvent:
        """A notice of the first tenant, as of now; `details` by their names in JSON."""
        return Notice(kind, code, message, component, details).event(self._tenant_id, self._clock.now_ms())

    def keep(self, notice: NewEvent) -> None:
        """Tell it with the next `tell_kept`."""
        self._kept.append(notice)

    async def tell(self, fact: NewEvent) -> bool:
        """Store it; False when the store does not take it now."""
        try:
            await self._publisher.publish(fact)
        except Unavailable as error:
            observe.warn("monitor.untold", type=fact.type, error=error.detail)
            return False
        return True

    async def tell_kept(self) -> None:
        """Tell what is kept, oldest first, as far as the store takes it."""
        while self._kept and await self.tell(self._kept[0]):
            self._kept.popleft()
