"""Births that a unit judged itself: another process may change the routing between its look and its write."""

from __future__ import annotations

from sqlalchemy import Connection

from hookspan.storage import events, routing
from hookspan.storage.database import Database
from tests.faults.stock import Stock

NOW_MS = 1_800_000_000_000


def publish_over_a_change(connection: Connection) -> tuple[bool, int]:
    """A birth matched before a change, written after it: whether a plain record calls it stale, and events written."""
    stock = Stock(connection, 1, NOW_MS)
    birth = stock.birth(["pending"], NOW_MS, version=stock.version(connection), key="k1")
    routing.bump(connection, stock.tenant_id)
    [looked] = events.record(connection, [birth])
    events.record_judged(connection, [birth])
    return looked.stale, connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()


async def test_judged_births_are_written_though_the_routing_changed_meanwhile(database: Database) -> None:
    is_stale, count = await database.write(publish_over_a_change)

    assert (is_stale, count) == (True, 1)
