"""Every hot statement walks its index on both databases, however many rows stand beside what it looks for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from hookspan.storage import delayed, delivery_claims, delivery_leases, event_walk
from hookspan.storage import schedules as due_schedules
from hookspan.storage.dialect import insert_rows
from hookspan.storage.event_filter import EventFilter
from hookspan.storage.event_walk import Walk
from hookspan.storage.keyset import Keyset
from hookspan.storage.tables import events, schedules, tenants, webhook_deliveries, workflows
from tests.support.history import Past, remember
from tests.support.hooks import Hooks, Shop

ROWS = 3_000
FINISHED = "delivered"


def many_rows(connection: Connection, tenant_id: str, endpoint_id: str) -> None:
    """A history in which almost everything is over, spread over many endpoints and tenants."""
    columns = (
        "id tenant_id event_id endpoint_id status due_at first_due_at created_at lease_until event_type delivered_name "
        "profile unsafe_numbers policy_id max_attempts priority"
    )
    rows = [_delivery(number, tenant_id, endpoint_id) for number in range(ROWS)]
    insert_rows(connection, webhook_deliveries, columns, rows)
    others = [(f"t-{number:034}", f"t-{number}", "other", "active", 1) for number in range(20)]
    insert_rows(connection, tenants, "id slug name status created_at", others)
    columns = "id tenant_id created_at type origin priority status data data_content_type"
    owners = [tenant_id if number % 50 == 0 else others[number % 20][0] for number in range(ROWS)]
    same = ("a.b", "api", 1, "stored", b"{}", "application/json")
    born = [(f"v-{number:034}", owner, number, *same) for number, owner in enumerate(owners)]
    insert_rows(connection, events, columns, born)
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))


def _delivery(number: int, tenant_id: str, endpoint_id: str) -> tuple[object, ...]:
    status = "pending" if number % 100 == 0 else "sending" if number % 100 == 1 else FINISHED
    endpoint = endpoint_id if number % 3 else f"e-{number % 30:033}"
    lease = number if status == "sending" else None
    same = ("a.b", "a.b", "standard", "exact", "p", 11, 1)
    return (f"d-{number:034}", tenant_id, f"v-{number:034}", endpoint, status, number, number, number, lease, *same)


@contextmanager
def overheard(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements that reach the driver."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", hear)


def plan_of(connection: Connection, query: Callable[..., object], *arguments: object) -> str:
    """How the database would run the reading statements of a query."""
    with overheard(connection) as said:
        query(connection, *arguments)
    word = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    plans = []
    for statement, parameters in said:
        if re.match(r"\s*(SELECT|WITH)", statement):
            plans += [" ".join(map(str, row)) for row in connection.exec_driver_sql(word + statement, parameters)]
    return "\n".join(plans)


@pytest.fixture
async def plan(hooks: Hooks) -> Callable[..., str]:
    """Explains a query over many rows."""
    endpoint = await hooks.subscribe(Shop())
    await hooks.database.write(many_rows, hooks.tenant_id, endpoint)

    def explain(query: Callable[..., object], *arguments: object) -> str:
        with hooks.database.engine.connect() as connection:
            told = plan_of(connection, query, *arguments)
            connection.rollback()
        return told

    return explain


def scanned_tables(told: str) -> set[str]:
    """Large tables that a plan reads from end to end."""
    found = re.findall(r"(?:SCAN|Seq Scan on) (webhook_deliveries|events|schedules|d|w)\b(?! USING)", told)
    return set(found)


async def test_a_claim_finds_the_due_rows_of_an_endpoint_by_index(hooks: Hooks, plan: Callable[..., str]) -> None:
    rows, _ = await hooks.endpoints.page(hooks.tenant_id, 1, 0)

    told = await asyncio.to_thread(
        plan, delivery_claims.claim, [delivery_claims.Want(rows[0].id, 10, 30_000)], ROWS, "n" * 32
    )

    assert "ix_deliveries_due" in told
    assert scanned_tables(told) == set()


async def test_endpoints_with_due_work_are_found_by_hops_over_the_index(plan: Callable[..., str]) -> None:
    told = await asyncio.to_thread(plan, delivery_claims.endpoints_due, ROWS, "", 512)

    assert "ix_deliveries_due" in told
    assert scanned_tables(told) == set()


async def test_a_sweep_finds_lapsed_leases_by_index(plan: Callable[..., str]) -> None:
    told = await asyncio.to_thread(plan, delivery_leases.sweep, ROWS, 100, 500)

    assert "ix_deliveries_lease" in told
    assert scanned_tables(told) == set()


async def test_the_events_of_a_tenant_are_listed_by_index(hooks: Hooks, plan: Callable[..., str]) -> None:
    walk = Walk(hooks.tenant_id, EventFilter())

    told = await asyncio.to_thread(plan, event_walk.walk_page, walk, Keyset(limit=50))

    assert "ix_events_tenant" in told
    assert scanned_tables(told) == set()


async def test_the_events_of_a_source_are_listed_by_its_own_index(hooks: Hooks, plan: Callable[..., str]) -> None:
    source = "01890000-0000-7000-8000-000000000001"
    pasts = [Past(at=number, source=source if number % 500 == 0 else f"s-{number % 9:034}") for number in range(ROWS)]
    await hooks.database.write(remember, hooks.tenant_id, pasts)
    await hooks.database.write(lambda connection: connection.execute(text("ANALYZE")) and None)
    failed = EventFilter(webhook_ids=[source], receipt_statuses=["failed"])
    wanted = (EventFilter(webhook_ids=[source]), failed, EventFilter(webhook_ids=[source, "s-1"]))

    for each in wanted:
        told = await asyncio.to_thread(plan, event_walk.walk_page, Walk(hooks.tenant_id, each), Keyset(limit=50))
        assert "idx_webhook_events_webhook" in told
        assert not re.search(r"(?:SCAN|Seq Scan on) webhook_events\b(?! USING)", told)


def many_schedules(connection: Connection, tenant_id: str) -> None:
    """As many workflows as an instance may have, each with a schedule; one in a hundred is due."""
    workflow_rows = [(f"w-{number:034}", tenant_id, "w", 0, 0) for number in range(ROWS)]
    insert_rows(connection, workflows, "id tenant_id name created_at updated_at", workflow_rows)
    columns = "workflow_id trigger_id tenant_id cron timezone missed next_at"
    rows = [(each[0], "nightly", tenant_id, "0 2 * * *", "UTC", "skip", n) for n, each in enumerate(workflow_rows)]
    insert_rows(connection, schedules, columns, rows)


def many_waiting(connection: Connection, tenant_id: str) -> None:
    """A month of events of which a few wait for their time."""
    columns = "id tenant_id created_at type origin priority data data_content_type status deliver_at"
    same = ("a.b", "api", 1, b"{}", "application/json")
    rows = [
        (f"x-{number:034}", tenant_id, number, *same, "scheduled" if number % 100 == 0 else "stored", number)
        for number in range(ROWS)
    ]
    insert_rows(connection, events, columns, rows)


@pytest.mark.parametrize("arguments", [(ROWS // 100, 10), ()])
async def test_schedules_that_are_due_are_found_by_index(
    hooks: Hooks, plan: Callable[..., str], arguments: tuple[int, ...]
) -> None:
    await hooks.database.write(many_schedules, hooks.tenant_id)
    await hooks.database.write(lambda connection: connection.execute(text("ANALYZE")) and None)

    told = await asyncio.to_thread(plan, due_schedules.due if arguments else due_schedules.next_due_at, *arguments)

    assert "ix_schedules_due" in told
    assert scanned_tables(told) == set()


@pytest.mark.parametrize("arguments", [(ROWS // 100, 10), ()])
async def test_events_whose_hour_has_come_are_found_by_index(
    hooks: Hooks, plan: Callable[..., str], arguments: tuple[int, ...]
) -> None:
    await hooks.database.write(many_waiting, hooks.tenant_id)
    await hooks.database.write(lambda connection: connection.execute(text("ANALYZE")) and None)

    told = await asyncio.to_thread(plan, delayed.due if arguments else delayed.next_due_at, *arguments)

    assert "ix_events_scheduled" in told
    assert scanned_tables(told) == set()
