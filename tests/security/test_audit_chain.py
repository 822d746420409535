"""History cannot be edited unseen: a row changed, deleted, moved or added to the chain is named (security §13, S51)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, select, update

from hookspan.access.audit import AuditLog
from hookspan.model.ids import new_id
from hookspan.storage.audit import Entry, audit_insert, audit_prune, pending, seal_of
from hookspan.storage.database import Database
from hookspan.storage.tables import audit
from tests.support.clock import START_MS, FakeClock
from tests.support.tenants import first_tenant


def entry(tenant_id: str, number: int) -> Entry:
    """A row to be."""
    at = START_MS + number
    return Entry(
        id=new_id(at), at=at, tenant_id=tenant_id, actor="user:u", action="createKey", resource=f"/api/v1/keys/{number}"
    )


async def chained(database: Database, count: int) -> tuple[AuditLog, str, list[str]]:
    """The log, its tenant and the ids of so many sealed rows, oldest first."""
    tenant_id, log = await first_tenant(database), AuditLog(database, FakeClock())
    entries = [entry(tenant_id, number) for number in range(count)]
    for one in entries:
        await database.write(audit_insert, one)
    await log.seal()
    return log, tenant_id, [one.id for one in entries]


async def test_an_untouched_chain_holds_and_goes_on_where_it_ended(database: Database) -> None:
    log, tenant_id, _ = await chained(database, 3)
    first = await log.verify(tenant_id)
    await database.write(audit_insert, entry(tenant_id, 9))
    waiting = await log.verify(tenant_id)

    await log.seal()

    second = await log.verify(tenant_id)
    assert (first.fault, first.checked, first.head.place) == (None, 3, 3)
    assert (waiting.fault, waiting.waiting) == (None, 1)
    assert (second.fault, second.checked, second.waiting) == (None, 4, 0)
    assert first.head.seal != second.head.seal


def changed(connection: Connection, ids: list[str]) -> None:
    connection.execute(update(audit).where(audit.c.id == ids[1]).values(actor="user:other"))


def deleted(connection: Connection, ids: list[str]) -> None:
    connection.execute(delete(audit).where(audit.c.id == ids[0]))


def swapped(connection: Connection, ids: list[str]) -> None:
    rows = {row.id: row for row in connection.execute(select(audit).where(audit.c.id.in_(ids[1:3])))}
    one, other = rows[ids[1]], rows[ids[2]]
    connection.execute(update(audit).where(audit.c.id == one.id).values(place=99))
    connection.execute(update(audit).where(audit.c.id == other.id).values(place=one.place, seal=one.seal))
    connection.execute(update(audit).where(audit.c.id == one.id).values(place=other.place, seal=other.seal))


def resealed(connection: Connection, ids: list[str]) -> None:
    connection.execute(update(audit).where(audit.c.id == ids[1]).values(seal=b"\1" * 32))


def forged(connection: Connection, ids: list[str]) -> None:
    """A row changed together with its own seal, by somebody who knows how seals are made."""
    connection.execute(update(audit).where(audit.c.id == ids[1]).values(actor="user:other"))
    rows = connection.execute(select(audit).where(audit.c.id.in_(ids[:2])).order_by(audit.c.id)).all()
    seal = seal_of(bytes(rows[0].seal), rows[1], rows[1].place)
    connection.execute(update(audit).where(audit.c.id == ids[1]).values(seal=seal))


@pytest.mark.parametrize(
    ("tamper", "named"),
    [(changed, 1), (deleted, 1), (swapped, 2), (resealed, 1), (forged, 2)],
    ids=["changed", "deleted", "swapped", "resealed", "forged"],
)
async def test_tampering_is_named_by_the_row_where_it_shows(
    tamper: Callable[[Connection, list[str]], None], named: int, database: Database
) -> None:
    log, tenant_id, ids = await chained(database, 4)

    await database.write(tamper, ids)

    verdict = await log.verify(tenant_id)
    assert verdict.fault is not None
    assert verdict.fault.id == ids[named]


async def test_a_missing_row_is_told_by_its_place(database: Database) -> None:
    log, tenant_id, ids = await chained(database, 4)

    await database.write(deleted, ids[1:])

    verdict = await log.verify(tenant_id)
    assert verdict.fault is not None
    assert (verdict.fault.place, verdict.fault.reason) == (3, "the row at place 2 before it is gone")


async def test_a_cut_tail_shows_in_the_head_that_was_logged(database: Database) -> None:
    log, tenant_id, ids = await chained(database, 3)
    before = (await log.verify(tenant_id)).head

    await database.write(lambda connection: connection.execute(delete(audit).where(audit.c.id == ids[2])).rowcount)

    verdict = await log.verify(tenant_id)
    assert verdict.fault is None
    assert verdict.head != before
    assert verdict.head.place == 2


async def test_retention_takes_the_oldest_and_the_rest_still_holds(database: Database) -> None:
    log, tenant_id, _ = await chained(database, 4)

    gone = await database.write(audit_prune, tenant_id, START_MS + 2, 100, START_MS)

    verdict = await log.verify(tenant_id)
    assert gone == 2
    assert (verdict.fault, verdict.checked, verdict.head.place) == (None, 2, 4)


async def test_a_row_and_its_change_are_one_transaction(database: Database) -> None:
    tenant_id = await first_tenant(database)
    token = pending.set(entry(tenant_id, 1))
    try:
        with pytest.raises(LookupError):
            await database.write(_fails)
        none = await database.read(_count)
        refused = await database.write(lambda connection: False)
        still_none = await database.read(_count)
        await database.write(lambda connection: None)
        await database.write(lambda connection: None)
    finally:
        pending.reset(token)

    assert (none, refused, still_none) == (0, False, 0)
    assert await database.read(_count) == 1


def _fails(_connection: Connection) -> None:
    raise LookupError


def _count(connection: Connection) -> int:
    return len(connection.execute(select(audit.c.id)).all())
