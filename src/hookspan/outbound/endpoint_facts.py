"""Facts about endpoints themselves: prepared before a change, written in its unit (contracts F.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Literal, TypeVar

import msgspec
from msgspec.structs import replace

from hookspan.events.frames import endpoint_frame
from hookspan.events.publish import Publisher
from hookspan.model.events import Birth, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant
from hookspan.model.urls import redact_url
from hookspan.storage.endpoints import EndpointRow

FactName = Literal["endpoint.created", "endpoint.updated", "endpoint.deleted", "endpoint.recovered"]
Written = TypeVar("Written")

_json = msgspec.json.Encoder().encode


class EndpointFacts:
    """Prepares the fact of a change, and hands its deliveries over once the change is on disk."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def births(self, name: FactName, row: EndpointRow, now: int) -> list[Birth]:
        """The fact with all who want it, kept or not. An endpoint is not told about itself: no loops."""
        birth = await self._publisher.prepare(fact_of(name, row, now))
        own = [each for each in birth.deliveries if each.endpoint_id == row.id]
        if own:
            self._publisher.abandoned([replace(birth, deliveries=own, facts=())])
            others = [each for each in birth.deliveries if each.endpoint_id != row.id]
            is_kept = bool(others or birth.executions) or await self._publisher.keeps(birth.event)
            birth = replace(birth, deliveries=others, is_kept=is_kept)
        return [birth]

    async def write(self, births: Sequence[Birth], unit: Awaitable[Written]) -> Written:
        """The unit's answer; None or False says the births were stale, so the caller works the change out again."""
        try:
            written = await unit
        except BaseException:
            self._publisher.abandoned(births)
            raise
        if written is None or written is False:
            for birth in births:
                self._publisher.stale(birth)
        else:
            self._publisher.committed(births)
        return written

    def tell(self, name: FactName, row: EndpointRow, now: int) -> None:
        """Tell the live feed of a change that is on disk; births and ends are changes there too."""
        if self._publisher.hears(row.tenant_id):
            word = "recovered" if name == "endpoint.recovered" else "updated"
            status = "deleted" if name == "endpoint.deleted" else row.status
            self._publisher.tell(
                endpoint_frame(word, row.tenant_id, row.id, now=now, status=status, reason=row.status_reason)
            )


def fact_of(name: FactName, row: EndpointRow, now: int) -> NewEvent:
    """What is told of an endpoint: nothing secret, so its URL is redacted."""
    told = {
        "endpointId": row.id,
        "name": row.name,
        "url": redact_url(row.url),
        "status": "deleted" if name == "endpoint.deleted" else row.status,
        "reason": row.status_reason,
        "at": instant(now),
    }
    return NewEvent(
        id=new_id(now), tenant_id=row.tenant_id, type=name, data=_json(told), created_at=now, origin="system"
    )
