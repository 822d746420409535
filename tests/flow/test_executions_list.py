"""Executions found by their end, and answers taken once, on both databases (contracts C.1, C.6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from hookspan.errors import Conflict
from hookspan.storage.database import Database
from hookspan.storage.executions_list import (
    ExecutionFilter,
    executions_born_with,
    executions_ended_slice,
    executions_named,
    executions_shortened,
    executions_slice,
    step_place,
)
from hookspan.storage.keyset import Keyset, Span
from tests.support.workshop import Workshop, workshop_on

GO: dict[str, object] = {"id": "go", "kind": "wait", "with": {"signal": "paid"}}
ASK: dict[str, object] = {"id": "ask", "kind": "external"}
MAKE: dict[str, object] = {"id": "make", "kind": "transform", "with": {"output": "made"}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def ended(shop: Workshop, *seconds: int) -> list[str]:
    """Executions that end so many seconds after now, in that order of birth."""
    start = shop.clock.now_ms()
    born = [(await shop.run(GO)).id for _ in seconds]
    for second, identity in sorted(zip(seconds, born, strict=True)):
        shop.clock.advance(seconds=(start + second * 1_000 - shop.clock.now_ms()) / 1_000)
        await shop.engine.outside.signal(shop.tenant_id, identity, "paid", None)
        await shop.settle()
    return born


async def ids(shop: Workshop, keyset: Keyset, **members: object) -> list[str]:
    wanted = ExecutionFilter(**members)  # type: ignore[arg-type]  # the members of a filter
    rows, _ = await shop.database.read(executions_ended_slice, shop.tenant_id, wanted, keyset)
    return [row.id for row in rows]


async def test_pages_by_end_go_on_where_they_stopped(shop: Workshop) -> None:
    first, second, third = await ended(shop, 20, 10, 10)
    await shop.run(GO)
    wanted = ExecutionFilter()

    rows, page = await shop.database.read(executions_ended_slice, shop.tenant_id, wanted, Keyset(2))
    behind = await ids(shop, Keyset(2, page.last))
    ahead = await ids(shop, Keyset(2, page.last, backward=True))

    assert [row.id for row in rows] == [first, third]
    assert (page.has_next, page.has_previous, behind, ahead) == (True, False, [second], [first])
    assert await ids(shop, Keyset(10, ascending=True)) == [second, third, first]


async def test_what_ended_in_a_span_is_found_by_either_order(shop: Workshop) -> None:
    first, second = await ended(shop, 20, 10)
    late = Span(shop.clock.now_ms() - 5_000)

    assert await ids(shop, Keyset(10), ended=late) == [first]
    rows, _ = await shop.database.read(executions_slice, shop.tenant_id, ExecutionFilter(ended=late), Keyset(10))
    assert [row.id for row in rows] == [first]
    assert await ids(shop, Keyset(10), statuses=["failed"]) == []
    assert await ids(shop, Keyset(10), ended=Span(None, late.from_ms)) == [second]


async def test_a_task_is_found_by_its_row_or_by_when_it_was_born(shop: Workshop) -> None:
    execution = await shop.run(GO, {"id": "after", "needs": ["go"]})
    row = (await shop.steps(execution.id))["go"]

    place = await shop.database.read(step_place, shop.tenant_id, row.id)
    born = await shop.database.read(executions_born_with, shop.tenant_id, row.id)
    foreign = await shop.database.read(step_place, "0190f4be-3982-7a1b-8c2d-3e4f5a6b7c8d", row.id)

    assert (place, foreign) == ((execution.id, "go"), None)
    assert execution.id in [each.id for each in born]


async def test_lists_are_read_without_content(shop: Workshop) -> None:
    execution = await shop.run(MAKE, body={"secret": "s"})
    wanted, page = ExecutionFilter(), Keyset(10)

    newest, _ = await shop.database.read(executions_slice, shop.tenant_id, wanted, page)
    ended, _ = await shop.database.read(executions_ended_slice, shop.tenant_id, wanted, page)
    named = await shop.database.read(executions_named, shop.tenant_id, [execution.id])

    for row in (*newest, *ended, *named.values()):
        assert row == replace(execution, trigger=b"null", output=None, state=None)
    assert execution.output == b'"made"'


async def test_the_content_of_an_execution_is_listed_while_it_is_short(shop: Workshop) -> None:
    long = await shop.run(MAKE, body="x" * 100)
    short = await shop.run(MAKE, body="x")
    most = len(short.trigger) + len(b'"made"')

    found = await shop.database.read(executions_shortened, [short.id, long.id], most)

    assert [each.row for each in found] == [replace(short, output=None), replace(long, output=None, trigger=b"")]
    assert [[step.output for step in each.steps] for each in found] == [[b'"made"'], [b""]]
    assert (await shop.database.read(executions_shortened, [short.id], most - 1))[0].row.trigger == b""
    assert await shop.database.read(executions_shortened, [], most) == []


async def test_of_many_answers_at_once_one_is_taken(shop: Workshop) -> None:
    execution = await shop.run(ASK)
    outside = shop.engine.outside

    answers = await asyncio.gather(
        *(outside.complete(shop.tenant_id, execution.id, "ask", number) for number in range(6)), return_exceptions=True
    )
    await shop.settle()

    assert [type(answer) for answer in answers if answer is not None] == [Conflict] * 5
    assert (await shop.execution(execution.id)).output == str(answers.index(None)).encode()
