"""Lines of the sources and workflows of one page (contracts C.5); those of endpoints have tests of their own."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert

from hookspan.model.ids import new_id
from hookspan.storage.tables import executions
from tests.support.calls import Calls
from tests.support.sources import at, came, source
from tests.support.surface import Surface

BATCH = "/api/v1/stats/batch"
HOUR_MS = 3_600_000
WORKFLOW = {"name": "Intake", "steps": [{"id": "a", "kind": "pass"}], "triggers": [{"id": "t", "kind": "webhook"}]}


async def lines(api: Calls, kind: str, *ids: str, **query: Any) -> list[dict[str, Any]]:
    """The lines of these ids."""
    found: list[dict[str, Any]] = (await api.get(BATCH, kind=kind, ids=",".join(ids), **query))["data"]
    return found


async def test_a_line_of_a_source_counts_what_came_by_hours(world: Surface, api: Calls) -> None:
    created, other = await source(api), await source(api, "other")
    await came(world, created, 15)
    await came(world, created, 5, "failed")
    await came(world, created, 7, "filtered")
    await came(world, created, 4, ago_ms=2 * HOUR_MS)
    await came(world, created, 9, "failed", test=True)
    await came(world, created, 9, ago_ms=30 * HOUR_MS)

    one, two = await lines(api, "webhook", created["id"], other["id"], "nonsense")

    assert len(one["sparkline"]) == 24
    assert one["sparkline"][-1] == {"at": "2025-05-21T21:00:00.000Z", "received": 27, "failed": 5}
    assert one["sparkline"][-3]["received"] == 4
    assert (one["processed"], one["failed"], one["errorRate"], one["health"]) == (19, 5, 0.2083, "failing")
    assert (two["processed"], two["failed"], two["errorRate"], two["health"]) == (0, 0, 0.0, "unused")
    assert one["health"] == (await api.get(at(created)))["health"]


async def ran(world: Surface, workflow: dict[str, Any], number: int, status: str, ago_ms: int = 0) -> None:
    """So many executions of a workflow."""
    at_ms = world.clock.now_ms() - ago_ms
    rows = [
        {
            "id": new_id(at_ms),
            "tenant_id": world.instance.tenant_id,
            "workflow_id": workflow["id"],
            "workflow_version": 1,
            "status": status,
            "trigger_type": "manual",
            "trigger": b"{}",
            "priority": 1,
            "created_at": at_ms,
        }
        for _ in range(number)
    ]

    def unit(connection: Connection) -> None:
        connection.execute(insert(executions), rows)

    await world.rooms.database.write(unit)


async def test_a_line_of_a_workflow_counts_what_it_started(world: Surface, api: Calls) -> None:
    workflow = await api.post("/api/v1/workflows", WORKFLOW)
    await ran(world, workflow, 3, "completed")
    await ran(world, workflow, 1, "failed", ago_ms=HOUR_MS)
    await ran(world, workflow, 2, "running")

    (line,) = await lines(api, "workflow", workflow["id"])

    assert line["sparkline"][-1] == {"at": "2025-05-21T21:00:00.000Z", "started": 5, "failed": 0}
    assert line["sparkline"][-2] == {"at": "2025-05-21T20:00:00.000Z", "started": 1, "failed": 1}
    assert (line["completed"], line["failed"], line["errorRate"], line["health"]) == (3, 1, 0.25, "failing")


@pytest.mark.parametrize("window", ["1h", "24h", "7d", "30d"])
async def test_every_window_has_its_steps(world: Surface, api: Calls, window: str) -> None:
    created = await source(api)
    await came(world, created, 2)

    (line,) = await lines(api, "webhook", created["id"], window=window)

    assert sum(point["received"] for point in line["sparkline"]) == line["sparkline"][-1]["received"] == 2


async def test_each_kind_asks_for_its_own_scope(world: Surface, api: Calls) -> None:
    created = await source(api)
    designer = await world.key_for("designer")

    own = await api.ask("GET", f"{BATCH}?kind=webhook&ids={created['id']}", headers=designer)
    foreign = await api.ask("GET", f"{BATCH}?kind=endpoint&ids={created['id']}", headers=designer)

    assert (own.status_code, foreign.status_code) == (200, 403)


async def test_a_source_of_another_tenant_has_no_line(world: Surface, api: Calls) -> None:
    created = await source(api)
    workflow = await api.post("/api/v1/workflows", WORKFLOW)
    other = await world.key_for("owner", tenant_id=await world.second_tenant())

    for kind, identity in (("webhook", created["id"]), ("workflow", workflow["id"])):
        answer = await api.ask("GET", f"{BATCH}?kind={kind}&ids={identity}", headers=other)
        assert answer.json() == {"data": []}
