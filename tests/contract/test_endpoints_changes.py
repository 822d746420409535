"""What a change of an endpoint causes: facts for who wants them, a slow start after a rest (contracts C.2, F.2)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sqlalchemy import Connection, select, update

from hookspan.storage.tables import endpoints, gates
from tests.support.calls import Calls
from tests.support.surface import Surface

SHOWN = "https://example.com/?token=abc"


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


async def told(api: Calls) -> list[tuple[str, dict[str, Any]]]:
    """Types and data of the facts about endpoints, oldest first."""
    events = (await api.get("/api/v1/events", sort="createdAt"))["data"]
    found = [(each["type"], await api.get(f"/api/v1/events/{each['id']}/data")) for each in events]
    return [(kind, data) for kind, data in found if kind.startswith("endpoint.")]


def _gate(connection: Connection, endpoint_id: str) -> dict[str, Any]:
    return dict(connection.execute(select(gates).where(gates.c.endpoint_id == endpoint_id)).mappings().one())


def _disable(connection: Connection, endpoint_id: str) -> None:
    """As the worker does after days of failures."""
    connection.execute(gates.delete().where(gates.c.endpoint_id == endpoint_id))
    tenant = select(endpoints.c.tenant_id).where(endpoints.c.id == endpoint_id).scalar_subquery()
    failing = {"failing_since": 1, "fail_streak": 30, "warned": 2, "not_before": 2**52}
    connection.execute(gates.insert().values(endpoint_id=endpoint_id, tenant_id=tenant, **failing))
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id)
        .values(status="disabled", status_reason="failures", version=endpoints.c.version + 1)
    )


async def test_each_change_is_told_to_who_asked_for_it(world: Surface, api: Calls) -> None:
    await api.endpoint(events=["endpoint.*"], name="watcher")

    created = await api.endpoint(events=["a"], name="shop", url=SHOWN)
    await api.ask("PATCH", at(created), {"name": "store"})
    await api.post(f"{at(created)}/pause", status=200)
    await world.rooms.database.write(_disable, created["id"])
    await api.post(f"{at(created)}/resume", status=200)
    await api.ask("DELETE", at(created))

    facts = await told(api)
    assert [(kind, data["name"], data["status"]) for kind, data in facts] == [
        ("endpoint.created", "shop", "active"),
        ("endpoint.updated", "store", "active"),
        ("endpoint.updated", "store", "paused"),
        ("endpoint.recovered", "store", "active"),
        ("endpoint.deleted", "store", "deleted"),
    ]
    assert facts[0][1] == {
        "endpointId": created["id"],
        "name": "shop",
        "url": "https://example.com/?token=***",
        "status": "active",
        "reason": None,
        "at": "2025-05-21T21:27:10.000Z",
    }


async def test_nobody_asked_so_nothing_is_stored(api: Calls) -> None:
    created = await api.endpoint(events=["order.*"])

    await api.ask("PATCH", at(created), {"name": "other"})

    assert (await api.get("/api/v1/events"))["data"] == []


async def test_an_endpoint_is_not_told_about_itself(api: Calls) -> None:
    created = await api.endpoint(events=["*"])

    await api.ask("PATCH", at(created), {"name": "other"})
    await api.ask("DELETE", at(created))

    assert (await api.get("/api/v1/events"))["data"] == []


async def test_a_change_that_changes_nothing_is_not_told(api: Calls) -> None:
    await api.endpoint(events=["endpoint.*"])
    created = await api.endpoint(events=["a"], name="shop")

    same = await api.ask("PATCH", at(created), {"name": "shop"})

    assert same.headers["etag"] == '"1"'
    assert [kind for kind, _ in await told(api)] == ["endpoint.created"]


async def test_a_refused_change_is_not_told(api: Calls) -> None:
    await api.endpoint(events=["endpoint.*"])
    created = await api.endpoint(events=["a"])

    await api.ask("PATCH", at(created), {"timeoutMs": 1})
    await api.ask("DELETE", at(created), headers={"If-Match": '"7"'})

    assert [kind for kind, _ in await told(api)] == ["endpoint.created"]


async def test_no_fact_holds_a_secret(api: Calls) -> None:
    await api.endpoint(events=["endpoint.*"])
    created = await api.endpoint(events=["a"], auth={"type": "bearer", "token": "canary"})

    await api.post(f"{at(created)}/rotate-secret", {"secret": "canary-of-24-bytes-or-more"}, status=200)

    facts = await told(api)
    assert [kind for kind, _ in facts] == ["endpoint.created", "endpoint.updated"]
    assert "canary" not in json.dumps(facts)


async def test_a_paused_endpoint_begins_again_with_one_in_flight(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    await api.post(f"{at(created)}/pause", status=200)

    await api.post(f"{at(created)}/resume", status=200)

    gate = await world.rooms.database.read(_gate, created["id"])
    assert (gate["cap"], gate["ramps"], gate["breaker"]) == (1, True, "closed")


async def test_a_disabled_endpoint_begins_again_with_a_probe_and_its_failures_forgotten(
    world: Surface, api: Calls
) -> None:
    created = await api.endpoint()
    await world.rooms.database.write(_disable, created["id"])
    disabled = await api.get(at(created))

    resumed = await api.post(f"{at(created)}/resume", status=200)

    gate = await world.rooms.database.read(_gate, created["id"])
    assert (disabled["status"], disabled["statusReason"]) == ("disabled", "failures")
    assert (resumed["status"], resumed["statusReason"], resumed["breaker"]) == ("active", None, "open")
    assert (gate["breaker"], gate["not_before"], gate["cap"], gate["ramps"]) == ("open", world.clock.now_ms(), 1, True)
    assert (gate["failing_since"], gate["fail_streak"], gate["warned"]) == (None, 0, 0)


async def test_pausing_what_is_disabled_leaves_it_disabled(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    await world.rooms.database.write(_disable, created["id"])

    paused = await api.post(f"{at(created)}/pause", status=200)

    assert (paused["status"], paused["statusReason"]) == ("disabled", "failures")


async def test_two_writers_at_once_both_leave_their_mark(api: Calls) -> None:
    created = await api.endpoint()

    await asyncio.gather(
        api.ask("PATCH", at(created), {"name": "one"}), api.ask("PATCH", at(created), {"timeoutMs": 2_000})
    )

    read = await api.get(at(created))
    assert (read["name"], read["timeoutMs"]) == ("one", 2_000)
    assert (await api.ask("GET", at(created))).headers["etag"] == '"3"'
