"""Counts of sources and their filters as both databases give them, and the indexes that serve them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import Connection, insert

from hookspan.inbound.sources import Sources
from hookspan.model.ids import new_id
from hookspan.model.source_health import HOUR_MS, ReceiptCounts
from hookspan.storage.database import Database
from hookspan.storage.line_counts import LineCount, sources_lines, workflows_lines
from hookspan.storage.source_counts import source_counts, sources_judged
from hookspan.storage.tables import executions, webhook_events, webhook_filters, workflows
from hookspan.storage.vault import KekRing, Vault
from hookspan.storage.webhooks import WebhookFilter, WebhookRow
from tests.flow.test_query_plans import plan_of
from tests.support.clock import FakeClock
from tests.support.surface import KEK
from tests.support.tenants import first_tenant

NOW = FakeClock().now_ms()


class Room:
    """Sources of one tenant."""

    def __init__(self, database: Database, tenant_id: str) -> None:
        self.database = database
        self.tenant_id = tenant_id
        self.sources = Sources(database, Vault(database, KekRing.parse(KEK), FakeClock()), FakeClock())

    async def source(self, name: str) -> WebhookRow:
        """A new source."""
        return (await self.sources.create(self.tenant_id, {"name": name})).source

    async def came(self, source: WebhookRow, number: int, status: str = "processed", **columns: int) -> None:
        """So many receipts, `ago_ms` before now."""
        at_ms = NOW - columns.pop("ago_ms", 0)
        row = {
            "tenant_id": self.tenant_id,
            "webhook_id": source.id,
            "event_type": "a.b",
            "event_type_signed": False,
            "request_method": "POST",
            "request_path": "/",
            "request_headers": "{}",
            "body_size": 0,
            "response_status": 202,
            "processing_time_ms": 1,
            "status": status,
            "test": bool(columns.pop("test", 0)),
            "created_at": at_ms,
        }
        await self.write([row | {"id": new_id(at_ms)} for _ in range(number)])

    async def write(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Rows of receipts."""

        def unit(connection: Connection) -> None:
            connection.execute(insert(webhook_events), rows)

        await self.database.write(unit)


@pytest.fixture
async def room(database: Database) -> Room:
    return Room(database, await first_tenant(database))


async def test_counts_are_exact_where_something_failed(room: Room) -> None:
    failing, fine, unused = [await room.source(name) for name in ("failing", "fine", "unused")]
    await room.came(failing, 6)
    await room.came(failing, 2, "failed")
    await room.came(failing, 3, "filtered")
    await room.came(failing, 4, "failed", test=1)
    await room.came(failing, 5, "failed", ago_ms=3 * HOUR_MS)
    await room.came(failing, 9, ago_ms=25 * HOUR_MS)
    await room.came(fine, 50)

    found = await room.database.read(source_counts, room.tenant_id, [failing.id, fine.id, unused.id], NOW)

    assert (found[failing.id].hour, found[failing.id].day) == (ReceiptCounts(11, 2, 3), ReceiptCounts(16, 7, 3))
    assert (found[fine.id].day.total, found[fine.id].day.error_rate, found[unused.id].day.total) == (1, 0.0, 0)


async def test_sources_are_judged_set_wise(room: Room) -> None:
    bad, worse, good = [await room.source(name) for name in ("bad", "worse", "good")]
    await room.came(bad, 30)
    await room.came(bad, 3, "failed")
    await room.came(worse, 30, "failed")
    await room.came(good, 30)

    by_rate, total = await room.database.read(
        sources_judged, room.tenant_id, WebhookFilter(sort="-error_rate"), 2, 0, now=NOW
    )
    degraded, _ = await room.database.read(
        sources_judged, room.tenant_id, WebhookFilter(health="degraded"), 9, 0, now=NOW
    )

    assert ([row.name for row in by_rate], total) == (["worse", "bad"], 3)
    assert [row.name for row in degraded] == ["bad"]


async def test_lines_count_by_steps(room: Room) -> None:
    source = await room.source("one")
    await room.came(source, 5)
    await room.came(source, 2, "failed", ago_ms=HOUR_MS)
    await room.came(source, 1, test=1)
    steps = [NOW - 2 * HOUR_MS, NOW - HOUR_MS, NOW, NOW + 1]

    found = await room.database.read(sources_lines, room.tenant_id, [source.id], steps)

    assert sorted((count.offset_ms, count.status, count.number) for count in found.counts) == [
        (HOUR_MS, "", 2),
        (HOUR_MS, "failed", 2),
        (2 * HOUR_MS, "", -1),
        (2 * HOUR_MS, "", 6),
    ]


async def test_lines_of_workflows_count_by_state(room: Room) -> None:
    workflow = {"id": new_id(NOW), "tenant_id": room.tenant_id, "name": "w", "created_at": NOW, "updated_at": NOW}
    row = {
        "id": new_id(NOW),
        "tenant_id": room.tenant_id,
        "workflow_id": workflow["id"],
        "workflow_version": 1,
        "status": "failed",
        "trigger_type": "manual",
        "trigger": b"{}",
        "priority": 1,
        "created_at": NOW,
    }

    def unit(connection: Connection) -> None:
        connection.execute(insert(workflows), [workflow])
        connection.execute(insert(executions), [row])

    await room.database.write(unit)

    found = await room.database.read(
        workflows_lines, room.tenant_id, [str(workflow["id"])], [NOW - HOUR_MS, NOW, NOW + 1]
    )

    assert list(found.counts) == [LineCount(str(workflow["id"]), HOUR_MS, "failed", 1)]
    assert found.since_id is None


async def test_filters_come_with_their_source_in_order(room: Room) -> None:
    source, other = await room.source("one"), await room.source("other")
    rows = [
        {
            "id": new_id(NOW),
            "tenant_id": room.tenant_id,
            "webhook_id": source.id,
            "field_path": f"$.{name}",
            "operator": "exists",
            "logic_group": group,
            "enabled": group == 0,
            "created_at": NOW + at,
            "updated_at": NOW,
        }
        for name, group, at in (("third", 1, 0), ("second", 0, 2), ("first", 0, 1))
    ]

    def unit(connection: Connection) -> None:
        connection.execute(insert(webhook_filters), rows)

    await room.database.write(unit)

    await room.sources.load()

    found, bare = room.sources.by_path(source.path), room.sources.by_path(other.path)
    assert found is not None
    assert bare is not None
    assert [row["fieldPath"] for row in found.rules.rows] == ["$.first", "$.second", "$.third"]
    assert [number for number, _ in found.rules.groups] == [0]
    assert bare.rules.is_open


async def test_the_counts_are_served_by_indexes(room: Room) -> None:
    sources = [await room.source(name) for name in ("one", "two")]
    for source in sources:
        await room.came(source, 1_000, ago_ms=HOUR_MS)
        await room.came(source, 20, "failed")

    def explain(connection: Connection) -> str:
        connection.exec_driver_sql("ANALYZE")
        return plan_of(connection, source_counts, room.tenant_id, [source.id for source in sources], NOW)

    told = await room.database.read(explain)

    assert "idx_webhook_events_status" in told
    assert "idx_webhook_events_webhook" in told
    assert "SCAN webhook_events" not in told
