"""Filters, stored requests and tests of sources in both databases: what is written together and read in order."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from hookspan.errors import Invalid, NotFound
from hookspan.inbound.filters import Filters
from hookspan.inbound.sources import Sources
from hookspan.model.events import Entry, NewEvent, NewReceipt
from hookspan.model.ids import new_id
from hookspan.storage.erase import content_erase
from hookspan.storage.stored_requests import Place, request_find, request_types, requests_last
from hookspan.storage.tables import tenants, webhook_tests
from hookspan.storage.webhook_tests import WebhookTestRow, webhook_test_insert, webhook_tests_last
from tests.support.hooks import Hooks

NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"


class Keeping:
    """A source of one tenant, and its filters as one process keeps them."""

    def __init__(self, hooks: Hooks) -> None:
        self.hooks, self.tenant_id = hooks, hooks.tenant_id
        self.database, self.clock, self.publisher = hooks.database, hooks.clock, hooks.publisher
        self.sources, self.filters = self.process()
        self.id, self.path = "", ""

    async def open(self) -> None:
        """Make the source."""
        made = (await self.sources.create(self.tenant_id, {"name": "Shop"})).source
        self.id, self.path = made.id, made.path

    def process(self) -> tuple[Sources, Filters]:
        """What another process would hold."""
        sources = Sources(self.database, self.hooks.vault, self.clock)
        return sources, Filters(self.database, self.clock, sources)

    async def arrived(self, event_type: str = "order.paid", body: bytes = b"{}", *, test: bool = False) -> str:
        """One stored request, now."""
        event = NewEvent(
            id=new_id(self.clock.now_ms()),
            tenant_id=self.tenant_id,
            type=event_type,
            data=body,
            created_at=self.clock.now_ms(),
            origin="webhook",
            webhook_id=self.id,
            test=test,
        )
        return (await self.publisher.publish_entry(Entry(event, receipt=receipt(self.id, event_type)))).id


@pytest.fixture
async def keeping(hooks: Hooks) -> Keeping:
    """On each database."""
    opened = Keeping(hooks)
    await opened.open()
    return opened


def row(value: Any = "paid", **members: Any) -> dict[str, Any]:
    return {"fieldPath": "$.status", "operator": "equals", "value": value, **members}


def receipt(webhook_id: str, event_type: str) -> NewReceipt:
    return NewReceipt(
        webhook_id=webhook_id,
        event_type=event_type,
        event_type_signed=False,
        request_method="POST",
        request_path="/api/v1/webhooks/in",
        request_query="",
        request_headers="[]",
        request_body=None,
        body_size=2,
        body_valid=True,
        response_status=202,
        processing_time_ms=1,
        status="processed",
        metadata="{}",
    )


def version(connection: Connection, tenant_id: str) -> int:
    return int(connection.execute(select(tenants.c.routing_version).where(tenants.c.id == tenant_id)).scalar_one())


async def test_rows_come_back_as_they_were_written(keeping: Keeping) -> None:
    made = await keeping.filters.create(keeping.tenant_id, keeping.id, row({"a": [1, 2**64]}, logicGroup=7))

    (kept,) = await keeping.filters.list(keeping.tenant_id, keeping.id)

    assert kept == made
    assert (kept.value, kept.logic_group) == ('{"a":[1,18446744073709551616]}', 7)


async def test_every_change_moves_the_version_and_no_change_does_not(keeping: Keeping) -> None:
    versions = [await keeping.database.read(version, keeping.tenant_id)]

    made = await keeping.filters.create(keeping.tenant_id, keeping.id, row())
    versions.append(await keeping.database.read(version, keeping.tenant_id))
    await keeping.filters.update(keeping.tenant_id, keeping.id, made.id, {"value": "paid"})
    versions.append(await keeping.database.read(version, keeping.tenant_id))
    await keeping.filters.delete(keeping.tenant_id, keeping.id, made.id)
    versions.append(await keeping.database.read(version, keeping.tenant_id))

    steps = [after - before for before, after in pairwise(versions)]
    assert steps == [1, 0, 1]


async def test_another_process_sees_a_change_when_it_looks(keeping: Keeping) -> None:
    sources, _ = keeping.process()
    await sources.load()
    await keeping.filters.replace(keeping.tenant_id, keeping.id, [row(), row("open", logicGroup=1)])

    await sources.refresh()

    seen = sources.by_path(keeping.path)
    assert seen is not None
    assert [seen.rules.passes({"$": {"status": word}}) for word in ("paid", "open", "void")] == [True, True, False]


async def test_two_writers_together_do_not_exceed_fifty(keeping: Keeping) -> None:
    await keeping.filters.replace(keeping.tenant_id, keeping.id, [row(str(number)) for number in range(49)])
    _, other = keeping.process()

    outcomes = await asyncio.gather(
        keeping.filters.create(keeping.tenant_id, keeping.id, row("a")),
        other.create(keeping.tenant_id, keeping.id, row("b")),
        return_exceptions=True,
    )

    assert sorted(isinstance(outcome, Invalid) for outcome in outcomes) == [False, True]
    assert len(await keeping.filters.list(keeping.tenant_id, keeping.id)) == 50


async def test_a_set_keeps_the_order_it_was_given_in(keeping: Keeping) -> None:
    words = [f"word {number}" for number in range(30)]

    await keeping.filters.replace(keeping.tenant_id, keeping.id, [row(word) for word in words])

    kept = await keeping.filters.list(keeping.tenant_id, keeping.id)
    assert [each.value for each in kept] == [f'"{word}"' for word in words]


async def test_a_deleted_source_has_no_filters_to_change(keeping: Keeping) -> None:
    await keeping.filters.create(keeping.tenant_id, keeping.id, row())
    await keeping.sources.delete(keeping.tenant_id, keeping.id)

    with pytest.raises(NotFound):
        await keeping.filters.create(keeping.tenant_id, keeping.id, row())

    with pytest.raises(NotFound):
        await keeping.filters.list(keeping.tenant_id, keeping.id)


async def test_requests_are_looked_back_on_in_stretches(keeping: Keeping) -> None:
    ids = []
    for _ in range(5):
        keeping.clock.advance(seconds=1)
        ids.append(await keeping.arrived())

    first = await keeping.database.read(requests_last, keeping.tenant_id, keeping.id, 2)
    place = Place(first[-1].created_at, first[-1].id)
    rest = await keeping.database.read(requests_last, keeping.tenant_id, keeping.id, 9, before=place)

    assert [each.id for each in [*first, *rest]] == ids[::-1]


async def test_requests_of_one_millisecond_are_each_seen_once(keeping: Keeping) -> None:
    ids = [await keeping.arrived() for _ in range(4)]
    seen, place = [], None

    for _ in range(4):
        (request,) = await keeping.database.read(requests_last, keeping.tenant_id, keeping.id, 1, before=place)
        place = Place(request.created_at, request.id)
        seen.append(request.id)

    assert sorted(seen) == sorted(ids)


async def test_tests_and_what_was_erased_are_not_looked_at(keeping: Keeping) -> None:
    kept = await keeping.arrived("order.paid", b'{"n": 1}')
    tested = await keeping.arrived("order.tried", test=True)
    keeping.clock.advance(seconds=1)
    erased = await keeping.arrived("order.lost")
    await keeping.database.write(content_erase, keeping.tenant_id, erased, keeping.clock.now_ms())

    (request,) = await keeping.database.read(requests_last, keeping.tenant_id, keeping.id, 9)

    assert (request.id, request.body) == (kept, b'{"n": 1}')
    assert await keeping.database.read(request_types, keeping.tenant_id, keeping.id, 9) == ["order.lost", "order.paid"]
    assert (await keeping.database.read(request_find, keeping.tenant_id, keeping.id, tested)).id == tested
    with pytest.raises(NotFound):
        await keeping.database.read(request_find, keeping.tenant_id, keeping.id, erased)
    with pytest.raises(NotFound):
        await keeping.database.read(request_find, keeping.tenant_id, NOBODY, kept)


async def test_the_last_ten_tests_are_kept_of_each_source(keeping: Keeping) -> None:
    other = (await keeping.sources.create(keeping.tenant_id, {"name": "Other"})).source.id

    for number in range(12):
        for webhook_id in (keeping.id, other):
            await keeping.database.write(webhook_test_insert, a_test(keeping, webhook_id, number))

    for webhook_id in (keeping.id, other):
        kept = await keeping.database.read(webhook_tests_last, keeping.tenant_id, webhook_id)
        assert [each.request for each in kept] == [str(number) for number in range(11, 1, -1)]
    assert await keeping.database.read(count_of_tests) == 20


def count_of_tests(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(webhook_tests)).scalar_one())


def a_test(keeping: Keeping, webhook_id: str, number: int) -> WebhookTestRow:
    keeping.clock.advance(seconds=1)
    now = keeping.clock.now_ms()
    return WebhookTestRow(
        id=new_id(now),
        tenant_id=keeping.tenant_id,
        webhook_id=webhook_id,
        event_id=None,
        request=str(number),
        response="{}",
        created_at=now,
    )
