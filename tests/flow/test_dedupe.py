"""Repeats at the door: one event, one run, the first one's answer; on each database."""

from __future__ import annotations

import asyncio

import pytest

from hookspan.storage.tables import executions
from tests.support.hooks import Hooks
from tests.support.inbound import request
from tests.support.inflow import Inflow

DAY_SECONDS = 86_400


@pytest.fixture
async def inflow(hooks: Hooks) -> Inflow:
    """On each database."""
    return Inflow(hooks)


async def test_repeats_at_one_time_get_the_first_one_s_answer(inflow: Inflow) -> None:
    kept = await inflow.source(workflow_id=await inflow.workflow())

    answers = await asyncio.gather(*(inflow.takes(kept, {"n": 1}, [(b"webhook-id", b"w-1")]) for _ in range(20)))

    (receipt,) = await inflow.receipts()
    assert {answer["eventId"] for answer in answers} == {receipt["id"]}
    assert sum("duplicate" in answer for answer in answers) == 19
    assert receipt["duplicate_count"] == 19
    assert len(await inflow.rows(executions)) == 1


@pytest.mark.parametrize(("on_conflict", "status"), [("reject", 409), ("ignore", 200)])
async def test_another_body_under_an_id_is_refused_or_ignored(inflow: Inflow, on_conflict: str, status: int) -> None:
    kept = await inflow.source(dedupe={"onConflict": on_conflict})
    await inflow.takes(kept, {"n": 1}, [(b"webhook-id", b"w-1")])

    told, _ = await inflow.tries(kept, {"n": 2}, [(b"webhook-id", b"w-1")])

    assert told == status
    assert len(await inflow.receipts()) == 1


async def test_bodies_that_differ_in_what_is_ignored_are_repeats_and_no_conflict(inflow: Inflow) -> None:
    kept = await inflow.source(dedupe={"mode": "body", "ignorePaths": ["$.at"]})
    first = await inflow.takes(kept, {"n": 1, "at": 1})

    repeat = await inflow.takes(kept, {"n": 1, "at": 2})

    assert (repeat["eventId"], repeat["duplicate"]) == (first["eventId"], True)


async def test_a_window_is_counted_from_the_first_receipt(inflow: Inflow) -> None:
    kept = await inflow.source(dedupe={"mode": "body"})
    await inflow.takes(kept, {"n": 1})
    inflow.clock.advance(seconds=DAY_SECONDS - 1)
    late = await inflow.takes(kept, {"n": 1})
    inflow.clock.advance(seconds=1)

    later = await inflow.takes(kept, {"n": 1})

    assert ("duplicate" in late, "duplicate" in later) == (True, False)


async def test_a_captured_body_under_a_fresh_id_is_a_repeat(inflow: Inflow) -> None:
    kept = await inflow.source(provider="github")
    first = await inflow.records(kept, request(b"{}", [("x-github-delivery", "d-1")]))

    again = await inflow.records(kept, request(b"{}", [("x-github-delivery", "d-2")]))

    assert (again.duplicate, again.event_id) == (True, first.event_id)


async def test_a_repeat_of_what_was_filtered_says_so(inflow: Inflow) -> None:
    kept = await inflow.source(dedupe={"mode": "body"})
    await inflow.filter(kept, {"fieldPath": "$.n", "operator": "equals", "value": 2})
    await inflow.records(kept, request(b'{"n":1}'))

    again = await inflow.records(kept, request(b'{"n":1}'))

    assert (again.duplicate, again.status) == (True, "filtered")
