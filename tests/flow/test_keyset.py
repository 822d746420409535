"""Pages by key with a bounded scan: short pages that still lead on, and nothing seen twice or missed."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert, literal, select

from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.keyset import COUNTED_MOST, Keyset, Slice, Total, first_id_at, keyset_slice, total_of
from hookspan.storage.tables import tenants

WANTED = tenants.c.name == "wanted"


@pytest.fixture
async def filled(database: Database) -> Database:
    """Twenty tenants born a millisecond apart; every seventh is wanted."""

    def fill(connection: Connection) -> None:
        for number in range(20):
            name = "wanted" if number % 7 == 0 else "other"
            values = {"id": new_id(1_000 + number), "slug": str(number), "name": name, "created_at": number}
            connection.execute(insert(tenants).values(**values))

    await database.write(fill)
    return database


def page(connection: Connection, keyset: Keyset) -> Slice:
    statement, scanned = select(tenants).where(WANTED), select(tenants.c.id)
    return keyset_slice(connection, statement, tenants.c.id, keyset, scanned=scanned, scanned_most=4)


async def walked(database: Database, *, ascending: bool) -> tuple[list[str], int]:
    """Slugs of all pages in order, and how many pages it took."""
    slugs: list[str] = []
    keyset, pages = Keyset(2, ascending=ascending), 0
    while True:
        found = await database.read(page, keyset)
        slugs += [row.slug for row in found.rows]
        pages += 1
        if not found.has_next:
            return slugs, pages
        keyset = Keyset(2, found.last, ascending=ascending)


async def test_a_bounded_scan_finds_everything_in_the_end(filled: Database) -> None:
    falling, pages = await walked(filled, ascending=False)
    rising, _ = await walked(filled, ascending=True)

    assert (falling, rising) == (["14", "7", "0"], ["0", "7", "14"])
    assert pages >= 5


async def test_an_empty_page_leads_back_too(filled: Database) -> None:
    start = await filled.read(page, Keyset(2, first_id_at(1_010), ascending=True))

    back = await filled.read(page, Keyset(2, start.first, backward=True, ascending=True))

    assert [row.slug for row in start.rows] == []
    assert [row.slug for row in back.rows] == ["7"]
    assert back.has_previous is True


async def test_a_span_of_time_is_a_span_of_ids() -> None:
    born = new_id(1_747_862_830_000)

    assert first_id_at(1_747_862_830_000) < born < first_id_at(1_747_862_830_001)


async def test_a_total_is_of_all_pages_and_not_of_what_lies_behind_the_edge(filled: Database) -> None:
    found = await filled.read(page, Keyset(1, first_id_at(1_010), counted=True))

    assert (len(found.rows), found.total) == (1, Total(3, is_capped=False))
    assert (await filled.read(page, Keyset(1))).total is None


@pytest.mark.parametrize(("rows", "total"), [(10_000, Total(10_000, False)), (10_001, Total(10_000, True))])
async def test_a_total_is_exact_up_to_ten_thousand(database: Database, rows: int, total: Total) -> None:
    numbers = select(literal(1).label("id")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.id + 1).where(numbers.c.id < rows))

    found = await database.read(total_of, select(numbers.c.id), numbers.c.id)

    assert found == total
    assert COUNTED_MOST == 10_000
