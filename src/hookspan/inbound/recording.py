"""What one verified request becomes: its event, its receipt and the work it starts, in one transaction.

The receiver comes here, and so do test requests, replays and what was held: there is no other way in.
"""

from __future__ import annotations

import msgspec

from hookspan.errors import Conflict
from hookspan.events.publish import Publisher
from hookspan.inbound.bindings import Binding, Bindings
from hookspan.inbound.birth import Birthing, Taken
from hookspan.inbound.source import Source
from hookspan.model.events import Entry
from hookspan.model.rules import FilterResult
from hookspan.ports import Clock


class Manner(msgspec.Struct, frozen=True, gc=False):
    """How a request is recorded. A dry one is judged and stored nowhere; `explains` asks for the filter's reasons."""

    is_test: bool = False
    dedupes: bool = True
    explains: bool = False
    is_dry: bool = False


LIVE = Manner()
TEST = Manner(is_test=True, dedupes=False, explains=True)


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of a request; on disk when it is returned, unless it was dry or is an `id_conflict`.

    For a duplicate `event_id` and `status` are the first event's. `events` counts those of a batch that was split,
    of which the ids here are the first's.
    """

    event_id: str
    status: str
    execution_id: str | None = None
    response_status: int = 202
    events: int = 1
    duplicate: bool = False
    id_conflict: bool = False
    error_code: str | None = None
    error_message: str | None = None
    filter: FilterResult | None = None


class Recording:
    """Records for every source of the instance."""

    def __init__(self, bindings: Bindings, publisher: Publisher, *, clock: Clock) -> None:
        self._bindings = bindings
        self._publisher = publisher
        self._clock = clock

    async def record(self, source: Source, taken: Taken, manner: Manner = LIVE) -> Outcome:
        """Record one verified request; raises Unavailable when the store is away."""
        birth = Birthing(source, taken, await self._binding(source))
        event, receipt, executions = birth.event(), birth.receipt(), birth.executions()
        keys = birth.keys() if manner.dedupes else []
        try:
            published = await self._publisher.publish_entry(Entry(event, keys, receipt, executions))
        except Conflict:
            return Outcome(event.id, "rejected", id_conflict=True)
        execution_id = published.executions[0] if published.executions else None
        return Outcome(
            published.id,
            receipt.status,
            execution_id,
            receipt.response_status,
            duplicate=published.duplicate,
            error_code=receipt.error_code,
        )

    async def _binding(self, source: Source) -> Binding | None:
        """What this source starts, if it may start anything now."""
        if source.workflow_id is None or source.status != "active":
            return None
        return await self._bindings.of(source.tenant_id, source.workflow_id)
