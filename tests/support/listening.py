"""Words for workflows that listen: triggers, the events they hear, the executions that begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from hookspan.model.events import NewEvent, Published
from hookspan.model.ids import new_id
from hookspan.storage.tables import executions
from tests.support.workshop import Workshop

TAKE: dict[str, object] = {"id": "take"}


def on(*patterns: str, name: str = "heard", rows: Sequence[object] = ()) -> dict[str, object]:
    """A trigger."""
    return {"id": name, "kind": "event", "events": list(patterns), "filter": list(rows)}


async def listening(shop: Workshop, *triggers: dict[str, object], **members: Any) -> str:
    """A workflow with these triggers; its id."""
    return await shop.workflow(TAKE, triggers=list(triggers), **members)


def event(shop: Workshop, kind: str = "order.paid", data: object = None, **members: Any) -> NewEvent:
    """An event as the API makes it."""
    now = shop.clock.now_ms()
    content = data if isinstance(data, bytes) else msgspec.json.encode({} if data is None else data)
    fields = {"id": new_id(now), "tenant_id": shop.tenant_id, "created_at": now, "origin": "api", **members}
    return NewEvent(type=kind, data=content, **fields)


async def publish(shop: Workshop, kind: str = "order.paid", data: object = None, **members: Any) -> Published:
    """Publish it."""
    return await shop.publisher.publish(event(shop, kind, data, **members))


async def begun(shop: Workshop) -> list[dict[str, Any]]:
    """Every execution, oldest first."""

    def query(connection: Connection) -> list[dict[str, Any]]:
        found = connection.execute(select(executions).order_by(executions.c.id)).mappings()
        return [dict(row) for row in found]

    return await shop.database.read(query)


def trigger_of(row: dict[str, Any]) -> Any:
    """What its templates read."""
    return msgspec.json.decode(row["trigger"])
