"""However large what an execution is given and however its steps hang together, it is stored and told once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import Connection, func, select

from hookspan.errors import Invalid
from hookspan.storage.database import Database
from hookspan.storage.executions import execution_with_steps
from hookspan.storage.tables import events, executions, steps
from hookspan.workflows.functions import StepContext
from hookspan.workflows.shapes import execution_json, steps_json
from hookspan.workflows.steps.outcome import OUTPUT_BYTES
from tests.support.workshop import Workshop, workshop_on

LARGE = {"text": "x" * 900_000}
MIDDLING = {"text": "x" * 60_000}
STORED_MOST = 5
"""How many times the limit the rows of one execution and the facts about it may take."""
RETRY = {"maxAttempts": 1}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def _stored(connection: Connection) -> int:
    columns = (
        *(executions.c[name] for name in ("trigger", "state", "output")),
        *(steps.c[name] for name in ("input", "output", "error")),
        events.c.data,
    )
    return sum(
        connection.execute(select(func.coalesce(func.sum(func.length(each)), 0))).scalar_one() for each in columns
    )


async def seen(shop: Workshop, execution_id: str) -> list[dict[str, object]]:
    """The steps as the API shows them."""
    found = await shop.database.read(execution_with_steps, shop.tenant_id, execution_id)
    assert found is not None
    definition = (await shop.engine.version_of(found.row)).definition
    return [msgspec.json.decode(msgspec.json.encode(each)) for each in steps_json(found, definition)]


async def told_of(shop: Workshop, *types: str) -> list[dict[str, object]]:
    """The data of these events."""
    return [data for kind, data in await shop.events() if kind in types]


def plain(step_id: str, *needs: str, kind: str = "pass", **given: object) -> dict[str, object]:
    return {"id": step_id, "needs": list(needs), "kind": kind, "retry": RETRY, "with": given}


async def test_layers_that_join_the_last_one_twice_fail_the_execution_as_too_large(shop: Workshop) -> None:
    layers = [plain(f"{side}{n}", f"a{n - 1}", f"b{n - 1}") for n in range(1, 40) for side in "ab"]

    execution = await shop.run({"id": "a0"}, {"id": "b0"}, *layers, body="y")

    assert (execution.status, msgspec.json.decode(execution.error or "{}")["code"]) == ("failed", "output_too_large")
    assert await shop.database.read(_stored) < STORED_MOST * OUTPUT_BYTES


async def test_a_large_body_to_a_hundred_plain_steps_is_stored_and_told_once(shop: Workshop) -> None:
    await shop.listen_to("execution.*", "step.*")

    execution = await shop.run(*(plain(f"task{number}") for number in range(100)), body=LARGE)

    shown = msgspec.json.decode(msgspec.json.encode(execution_json(execution)))
    assert (shown["status"], shown["output"], shown["outputTruncated"]) == ("completed", None, True)
    assert await shop.database.read(_stored) < STORED_MOST * OUTPUT_BYTES


async def test_steps_show_what_they_handed_on_until_a_list_would_repeat_more_than_a_context(shop: Workshop) -> None:
    execution = await shop.run(*(plain(f"task{number}") for number in range(30)), body=MIDDLING)

    shown = await seen(shop, execution.id)

    assert shown[0]["output"] == MIDDLING
    assert "outputTruncated" not in shown[0]
    assert (shown[-1]["output"], shown[-1]["outputTruncated"]) == (None, True)


async def test_an_event_of_an_execution_leaves_out_a_large_output(shop: Workshop) -> None:
    await shop.listen_to("execution.completed")

    await shop.run({"id": "only"}, body=MIDDLING)

    (told,) = await told_of(shop, "execution.completed")
    assert ("output" in told, told["outputTruncated"]) == (False, True)


async def test_what_was_handed_on_is_read_by_another_engine_after_a_wait(shop: Workshop) -> None:
    nap = plain("nap", "first", kind="wait", durationMs=1_000)
    last = plain("last", "nap", kind="transform", output="{{steps.nap.output.text}}")
    waiting = await shop.run({"id": "first"}, nap, last, body=MIDDLING)
    shop.clock.advance(seconds=2)

    await shop.settle(shop.another_engine(shop.far_side))

    execution = await shop.execution(waiting.id)
    assert (execution.status, execution.output) == ("completed", msgspec.json.encode(MIDDLING["text"]))


async def test_what_was_handed_on_is_read_where_an_execution_begins_anew(shop: Workshop) -> None:
    taken: list[object] = []

    async def take(context: StepContext) -> None:
        taken.append(context.input)

    shop.functions.register("take", take)
    work = plain("work", "second", kind="python", function="take")
    execution = await shop.run(plain("first"), plain("second", "first"), work, body=MIDDLING)

    await shop.engine.restart_from(shop.tenant_id, execution.id, "work")
    await shop.settle()

    assert taken == [MIDDLING, MIDDLING]


async def test_a_wait_whose_time_is_over_fails_where_what_it_joins_is_too_large(shop: Workshop) -> None:
    nap = plain("nap", "a", "b", kind="wait", durationMs=1_000)
    waiting = await shop.run({"id": "a"}, {"id": "b"}, nap, body={"text": "x" * 500_000})
    shop.clock.advance(seconds=2)

    await shop.settle()

    execution = await shop.execution(waiting.id)
    assert (execution.status, msgspec.json.decode(execution.error or "{}")["code"]) == ("failed", "output_too_large")


async def test_a_child_is_not_given_the_same_large_value_by_every_step(shop: Workshop) -> None:
    inner = await shop.workflow({"id": "take"}, name="Inner")
    many = [f"task{number}" for number in range(30)]
    child = plain("sub", *many, kind="workflow", workflowId=inner)

    execution = await shop.run(*(plain(each) for each in many), child, body={"text": "x" * 500_000})

    assert msgspec.json.decode(execution.error or "{}")["code"] == "output_too_large"


async def test_a_parent_is_not_told_null_for_a_child_whose_output_is_too_large(shop: Workshop) -> None:
    inner = await shop.workflow({"id": "a"}, {"id": "b"}, name="Inner")

    execution = await shop.run(plain("sub", kind="workflow", workflowId=inner), body={"text": "x" * 600_000})

    assert msgspec.json.decode(execution.error or "{}")["code"] == "output_too_large"


async def test_what_steps_were_given_is_kept_up_to_the_size_of_a_context(shop: Workshop) -> None:
    shop.functions.register("forget", lambda context: None)
    calls = [plain(f"call{number}", kind="python", function="forget") for number in range(20)]

    execution = await shop.run(*calls, body={"text": "x" * 300_000})

    shown = await seen(shop, execution.id)
    assert (execution.status, sum(each["input"] is not None for each in shown)) == ("completed", 3)
    assert [each.get("inputTruncated") for each in shown].count(True) == 17


async def test_why_a_function_failed_is_kept_in_short(shop: Workshop) -> None:
    def loud(context: StepContext) -> None:
        raise ValueError("x" * 1_000_000)

    shop.functions.register("loud", loud)

    execution = await shop.run(plain("call", kind="python", function="loud"))

    assert len((await shop.steps(execution.id))["call"].error or "") < 5_000


async def test_sync_points_and_milestones_that_name_too_many_steps_together_are_refused(shop: Workshop) -> None:
    ids = [f"task{number}" for number in range(150)]
    points = [{"id": f"point{number}", "requires": ids} for number in range(6)]
    milestones = [{"id": "stone", "after": ids}]
    graph = {"steps": [{"id": each} for each in ids], "syncPoints": points}

    await shop.definitions.validate(shop.tenant_id, {"name": "Meet", **graph})
    with pytest.raises(Invalid) as caught:
        await shop.definitions.validate(shop.tenant_id, {"name": "Meet", **graph, "milestones": milestones})

    assert [fault.pointer for fault in caught.value.faults] == ["/milestones/0/after"]


async def test_an_arrival_at_a_sync_point_of_many_tells_of_some(shop: Workshop) -> None:
    await shop.listen_to("synchronization.*")
    ids = [f"task{number}" for number in range(60)]

    await shop.run(*(plain(each) for each in ids), syncPoints=[{"id": "met", "requires": ids}])

    told = await told_of(shop, "synchronization.point.reached", "synchronization.point.completed")
    arrival, end = told[0], told[-1]
    assert (len(told), arrival["tasksTruncated"], arrival["requiredTasks"]) == (61, True, ids[:50])
    assert ("tasksTruncated" in end, end["requiredTasks"], len(str(end["completedTasks"]))) == (
        False,
        ids,
        len(str(ids)),
    )
