"""A batch taken apart: an event for each element, in one transaction, each with its own key and verdict."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.inbound.split import SPLIT_MOST, _elements
from hookspan.model.paths import compile_path
from hookspan.ports import ReplayOrder
from hookspan.storage.tables import events, executions, replays
from tests.support.hooks import Hooks
from tests.support.inbound import request
from tests.support.inflow import Inflow

JSON = [("content-type", "application/json")]
BY_ID = {"mode": "paths", "paths": ["$.id"]}
BATCH_OF_ONE = {
    "dedupe": [{"body": "$[0].id"}],
    "type": [{"body": "$[0].event"}],
}


@pytest.fixture
async def inflow(hooks: Hooks) -> Inflow:
    """On each database."""
    return Inflow(hooks)


def order(inflow: Inflow, event_id: str, *, job_id: str | None = None) -> ReplayOrder:
    """That this event be replayed."""
    return ReplayOrder(tenant_id=inflow.tenant_id, event_id=event_id, actor="me", job_id=job_id)


async def bodies(inflow: Inflow) -> list[bytes]:
    """What was kept of each element."""
    return [bytes(row["request_body"]) for row in await inflow.receipts()]


async def test_each_element_is_an_event_with_the_bytes_it_came_in(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", workflow_id=await inflow.workflow())

    answer = await inflow.records(kept, request(b'[ {"n": 1.0} , {"n":2}, "x" ]', JSON))

    receipts = await inflow.receipts()
    assert await bodies(inflow) == [b'{"n": 1.0}', b'{"n":2}', b'"x"']
    assert (answer.event_id, answer.events, answer.status) == (receipts[0]["id"], 3, "processed")
    places = [msgspec.json.decode(row["metadata"])["batch"] for row in receipts]
    assert places == [{"index": 0, "of": 3}, {"index": 1, "of": 3}, {"index": 2, "of": 3}]
    assert [row["trigger_event_id"] for row in await inflow.rows(executions)] == [row["id"] for row in receipts]


async def test_each_element_has_its_own_verdict(inflow: Inflow) -> None:
    kept = await inflow.source(split="$.events")
    await inflow.filter(kept, {"fieldPath": "$.status", "operator": "equals", "value": "paid"})

    await inflow.takes(kept, {"events": [{"status": "paid"}, {"status": "open"}]})

    assert await inflow.statuses() == ["processed", "filtered"]


async def test_a_batch_that_comes_again_is_a_repeat_and_a_new_element_is_not(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", dedupe={"mode": "paths", "paths": ["$.id"]})
    first = await inflow.records(kept, request(b'[{"id":1},{"id":2}]', JSON))

    repeat = await inflow.records(kept, request(b'[{"id":1},{"id":2}]', JSON))
    grown = await inflow.records(kept, request(b'[{"id":1},{"id":3}]', JSON))

    assert (repeat.duplicate, repeat.event_id, repeat.events) == (True, first.event_id, 2)
    assert (grown.duplicate, grown.events) == (False, 1)
    assert await bodies(inflow) == [b'{"id":1}', b'{"id":2}', b'{"id":3}']
    assert [row["duplicate_count"] for row in await inflow.receipts()] == [2, 1, 0]


async def test_an_id_of_the_whole_batch_is_no_element_s_own(inflow: Inflow) -> None:
    kept = await inflow.source(split="$")
    sent = request(b'[{"n":1},{"n":2}]', [*JSON, ("webhook-id", "b-1")])

    first = await inflow.records(kept, sent)
    repeat = await inflow.records(kept, sent)

    assert (first.duplicate, first.events) == (False, 2)
    assert (repeat.duplicate, repeat.event_id) == (True, first.event_id)
    assert len(await inflow.receipts()) == 2


async def test_equal_elements_under_one_id_are_one_event(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", dedupe={"mode": "paths", "paths": ["$.id"]})

    outcome = await inflow.records(kept, request(b'[{"id":1},{"id":1}]', JSON))

    assert (outcome.events, await bodies(inflow)) == (1, [b'{"id":1}'])


async def test_the_same_ids_with_other_content_are_a_conflict(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", dedupe={"mode": "paths", "paths": ["$.id"]})
    await inflow.records(kept, request(b'[{"id":1,"n":1}]', JSON))

    outcome = await inflow.records(kept, request(b'[{"id":1,"n":2}]', JSON))

    assert outcome.id_conflict


async def test_an_element_whose_id_holds_another_body_leaves_nothing_of_its_batch(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", dedupe=BY_ID)
    await inflow.takes(kept, b'[{"id":2}]')

    status, told = await inflow.tries(kept, b'[{"id":2,"x":1},{"id":4}]')

    assert (status, "error" in told) == (409, True)
    assert await bodies(inflow) == [b'{"id":2}']
    assert [row["duplicate_count"] for row in await inflow.receipts()] == [0]
    assert "duplicate" not in await inflow.takes(kept, b'[{"id":4}]')


async def test_where_other_bodies_are_ignored_the_rest_of_the_batch_is_taken(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", dedupe={**BY_ID, "onConflict": "ignore"})
    await inflow.takes(kept, b'[{"id":2}]')

    outcome = await inflow.records(kept, request(b'[{"id":2,"x":1},{"id":4},{"id":4,"x":1}]', JSON))

    assert (outcome.duplicate, outcome.events) == (False, 1)
    assert await bodies(inflow) == [b'{"id":2}', b'{"id":4}']
    assert [row["duplicate_count"] for row in await inflow.receipts()] == [1, 1]


async def test_two_bodies_under_one_id_in_a_batch_are_a_conflict(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", dedupe=BY_ID)

    outcome = await inflow.records(kept, request(b'[{"id":10},{"id":10,"z":1}]', JSON))

    assert outcome.id_conflict
    assert await inflow.receipts() == []


@pytest.mark.parametrize("later", [b'[{"id":10}]', b'[{"id":10},{"id":10}]', b'[ {"id":10} ]', b'{"id":10}'])
async def test_an_element_is_a_repeat_whatever_batch_it_comes_in(inflow: Inflow, later: bytes) -> None:
    kept = await inflow.source(split="$", dedupe=BY_ID)
    await inflow.takes(kept, b'[{"id":9},{"id":10}]')

    answer = await inflow.takes(kept, later)

    assert answer["duplicate"]
    assert await bodies(inflow) == [b'{"id":9}', b'{"id":10}']


@pytest.mark.parametrize("other", [b'[{"a":5},{"a":7}]', b'[{"a":5}]', b'[{"a":5},{"a":6},{"a":7}]', b'[{"a":7}]'])
@pytest.mark.parametrize("provider", [{}, {"provider": "github", "dedupe": {"mode": "auto"}}])
async def test_another_batch_under_the_id_of_one_is_a_conflict(
    inflow: Inflow, other: bytes, provider: dict[str, Any]
) -> None:
    kept = await inflow.source(split="$", **provider)
    named = [*JSON, ("idempotency-key", "q"), ("x-github-delivery", "q")]
    await inflow.records(kept, request(b'[{"a":5},{"a":6}]', named))

    outcome = await inflow.records(kept, request(other, named))

    assert outcome.id_conflict
    assert await bodies(inflow) == [b'{"a":5}', b'{"a":6}']


async def test_equal_elements_of_a_batch_with_an_id_are_events_each(inflow: Inflow) -> None:
    kept = await inflow.source(split="$")

    outcome = await inflow.records(kept, request(b"[0,0]", [*JSON, ("webhook-id", "w" * 250)]))

    assert (outcome.duplicate, outcome.events) == (False, 2)


async def test_a_preset_s_paths_speak_of_the_batch(inflow: Inflow) -> None:
    kept = await inflow.source(provider="generic", split="$", verification=BATCH_OF_ONE, event_type_prefix="mail")
    sent = request(b'[{"id":"a","event":"open"},{"id":"b","event":"click"}]', JSON)

    await inflow.records(kept, sent)

    assert [row["type"] for row in await inflow.rows(events)] == ["mail.open", "mail.click"]


@pytest.mark.parametrize("body", [b"{}", b"[]", b"no json", b'{"events":1}', b'{"events":[]}'])
async def test_what_is_no_batch_is_one_event(inflow: Inflow, body: bytes) -> None:
    kept = await inflow.source(split="$.events")

    await inflow.records(kept, request(body, JSON))

    assert await bodies(inflow) == [body]


async def test_more_elements_than_can_be_split_are_kept_whole_and_failed(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", workflow_id=await inflow.workflow())
    body = msgspec.json.encode([0] * (SPLIT_MOST + 1))

    outcome = await inflow.records(kept, request(body, JSON))

    assert (outcome.status, outcome.error_code) == ("failed", "split_limit")
    assert outcome.error_message == "more than 10,000 elements to split"
    assert await bodies(inflow) == [body]
    assert await inflow.rows(executions) == []


async def test_as_many_elements_as_can_be_split_are_events(inflow: Inflow) -> None:
    kept = await inflow.source(split="$", dedupe={"mode": "body"})
    body = msgspec.json.encode(list(range(SPLIT_MOST)))

    outcome = await inflow.records(kept, request(body, JSON))

    assert (SPLIT_MOST, outcome.events, outcome.status) == (10_000, SPLIT_MOST, "processed")


async def test_the_replay_of_a_batch_takes_it_apart(inflow: Inflow) -> None:
    kept = await inflow.source(provider="generic", verification=BATCH_OF_ONE, event_type_prefix="mail")
    whole = await inflow.records(kept, request(b'[{"event":"open"},{"event":"click"}]', JSON))
    await inflow.sources.update(inflow.tenant_id, kept.source.id, {"split": "$"})

    replayed = await inflow.replaying.replay(order(inflow, whole.event_id))

    _, first, second = await inflow.rows(events)
    assert replayed.event_id == first["id"]
    assert [first["type"], second["type"]] == ["mail.open", "mail.click"]
    assert [bytes(row["data"]) for row in (first, second)] == [b'{"event":"open"}', b'{"event":"click"}']
    assert [row["source_event_id"] for row in await inflow.rows(replays)] == [whole.event_id] * 2


async def test_a_job_replays_each_element_of_a_batch_once(inflow: Inflow) -> None:
    kept = await inflow.source()
    whole = await inflow.records(kept, request(b"[1,2]", JSON))
    await inflow.sources.update(inflow.tenant_id, kept.source.id, {"split": "$"})
    await inflow.replaying.replay(order(inflow, whole.event_id, job_id="j"))

    await inflow.replaying.replay(order(inflow, whole.event_id, job_id="j"))

    assert await bodies(inflow) == [b"[1,2]", b"1", b"2"]


async def test_the_replay_of_an_element_is_one_event(inflow: Inflow) -> None:
    kept = await inflow.source(split="$")
    outcome = await inflow.records(kept, request(b"[[1,2]]", JSON))

    await inflow.replaying.replay(order(inflow, outcome.event_id))

    assert await bodies(inflow) == [b"[1,2]"] * 2


async def test_a_batch_that_was_held_is_let_go_element_by_element(inflow: Inflow) -> None:
    kept = await inflow.source(provider="generic", split="$", verification=BATCH_OF_ONE, event_type_prefix="mail")
    await inflow.sources.pause(inflow.tenant_id, kept.source.id)
    await inflow.records(kept, request(b'[{"event":"open"},{"event":"click"}]', JSON))
    await inflow.sources.resume(inflow.tenant_id, kept.source.id)

    await inflow.holding.turn()

    assert await inflow.statuses() == ["processed"] * 2
    assert [row["type"] for row in await inflow.rows(events)] == ["mail.open", "mail.click"]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(_values, max_size=6), st.sampled_from(["$", "$.a", "$.a[0].b", "$['a.b']", "$.0"]))
def test_the_elements_are_those_of_the_value(values: list[Any], path: str) -> None:
    whole: Any = values
    steps: dict[str, list[str | None]] = {
        "$": [],
        "$.a": ["a"],
        "$.a[0].b": ["b", None, "a"],
        "$['a.b']": ["a.b"],
        "$.0": ["0"],
    }
    for name in steps[path]:
        whole = [whole] if name is None else {name: whole, "other": 1}

    found = _elements(msgspec.json.encode(whole), compile_path(path))

    assert [msgspec.json.decode(bytes(each)) for each in found] == values
