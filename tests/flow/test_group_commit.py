"""Units, batches and group commit, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from hookspan.errors import NotFound
from hookspan.storage.database import Database
from hookspan.storage.dialect import insert_rows, one_of, update_rows
from hookspan.storage.tables import tenants

COLUMNS = "id slug name status created_at"


def tenant(number: int, *, slug: str | None = None) -> tuple[object, ...]:
    return (f"{number:036}", slug or f"slug-{number}", "name", "active", number)


def tenants_insert(connection: Connection, items: Sequence[tuple[object, ...]]) -> list[int]:
    insert_rows(connection, tenants, COLUMNS, items)
    return [len(items)] * len(items)


def tenants_count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(tenants)).scalar_one()


async def test_items_queued_together_commit_together(database: Database) -> None:
    sizes = await asyncio.gather(*(database.batch(tenants_insert, tenant(number)) for number in range(50)))

    assert sizes == [50] * 50
    assert await database.read(tenants_count) == 50


async def test_one_bad_item_fails_alone(database: Database) -> None:
    await database.batch(tenants_insert, tenant(1))
    items = [tenant(2), tenant(3, slug="slug-1"), tenant(4)]

    outcomes = await asyncio.gather(*(database.batch(tenants_insert, item) for item in items), return_exceptions=True)

    assert [isinstance(outcome, IntegrityError) for outcome in outcomes] == [False, True, False]
    assert await database.read(tenants_count) == 3


async def test_a_unit_that_refuses_leaves_nothing_behind_and_hurts_nobody(database: Database) -> None:
    def refuse(connection: Connection) -> None:
        insert_rows(connection, tenants, COLUMNS, [tenant(7)])
        raise NotFound("no such thing")

    refused, kept = await asyncio.gather(
        database.write(refuse), database.batch(tenants_insert, tenant(8)), return_exceptions=True
    )

    assert isinstance(refused, NotFound)
    assert kept == 1
    assert await database.read(tenants_count) == 1


async def test_rows_are_updated_by_key_in_one_statement(database: Database) -> None:
    await database.write(tenants_insert, [tenant(number) for number in range(3)])

    await database.write(update_rows, tenants, "id name status", [(f"{1:036}", "new", "suspended")])

    query = select(tenants.c.name, tenants.c.status).where(one_of(tenants.c.id, [f"{0:036}", f"{1:036}"]))
    rows = await database.read(lambda connection: connection.execute(query.order_by(tenants.c.id)).all())
    assert [tuple(row) for row in rows] == [("name", "active"), ("new", "suspended")]


async def test_what_was_queued_before_a_close_is_still_committed(database: Database, database_url: str) -> None:
    future = database.batch(tenants_insert, tenant(1))

    await database.close()

    assert future.result() == 1


@pytest.mark.parametrize("size", [1, 512, 700])
async def test_every_item_gets_its_own_result(database: Database, size: int) -> None:
    def numbers(connection: Connection, items: Sequence[int]) -> list[int]:
        return list(items)

    results = await asyncio.gather(*(database.batch(numbers, number) for number in range(size)))

    assert results == list(range(size))
