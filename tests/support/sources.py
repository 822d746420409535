"""Words for tests of sources at seed 003's door."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from hookspan.inbound.source import Source
from hookspan.inbound.verify import Refused, Verified
from hookspan.model.ids import new_id
from hookspan.storage.tables import webhook_events
from tests.support.calls import Calls
from tests.support.inbound import request
from tests.support.surface import Surface

BASE = "/api/v1/webhooks"


async def source(api: Calls, name: str = "GitHub pushes", **members: Any) -> dict[str, Any]:
    """A new source."""
    created: dict[str, Any] = await api.post(BASE, {"name": name, **members})
    return created


def at(created: dict[str, Any]) -> str:
    """Its address in the API."""
    return f"{BASE}/{created['id']}"


async def changed(api: Calls, created: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The source after a PATCH."""
    answer = await api.ask("PATCH", at(created), members)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def compiled(world: Surface, created: dict[str, Any]) -> Source:
    """The source as the receiver sees it."""
    found = world.rooms.sources.by_path(created["path"])
    assert found is not None
    return found


def verdict(world: Surface, path: str, headers: list[tuple[str, str]], body: bytes = b"{}") -> Verified | Refused:
    """What the verifier of the source at `path` says now."""
    found = world.rooms.sources.by_path(path)
    assert found is not None
    now = world.clock.now_ms()
    live = [each.value for each in found.secrets if each.expires_at is None or each.expires_at > now]
    said = found.verifier.check(request(body, headers), live, now)
    assert isinstance(said, Verified | Refused)
    return said


async def came(world: Surface, created: dict[str, Any], number: int, status: str = "processed", **columns: Any) -> None:
    """So many receipts of a source, `ago_ms` before now."""
    at_ms = world.clock.now_ms() - columns.pop("ago_ms", 0)
    rows = [
        {
            "id": new_id(at_ms),
            "tenant_id": created["tenantId"],
            "webhook_id": created["id"],
            "event_type": "a.b",
            "event_type_signed": False,
            "request_method": "POST",
            "request_path": "/",
            "request_headers": "{}",
            "body_size": 0,
            "response_status": 202,
            "processing_time_ms": 1,
            "status": status,
            "created_at": at_ms,
            **columns,
        }
        for _ in range(number)
    ]

    def unit(connection: Connection) -> None:
        connection.execute(insert(webhook_events), rows)

    await world.rooms.database.write(unit)
