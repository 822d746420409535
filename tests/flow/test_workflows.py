"""Workflows from a call or a webhook to their last event, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from hookspan.ports import HttpFailure
from hookspan.storage.database import Database
from hookspan.workflows import shapes
from tests.support.workshop import FarSide, Workshop, workshop_on

FETCH: dict[str, object] = {
    "id": "fetch",
    "kind": "http",
    "with": {"method": "POST", "url": "https://api.example.com/o/{{trigger.body.id}}", "body": "{{trigger.body}}"},
}
STILL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}
STORE: dict[str, object] = {"id": "store", "kind": "pass", "needs": ["fetch"]}
READY: dict[str, object] = {
    "id": "ready",
    "kind": "emit",
    "with": {"event": "order.ready", "data": {"order": "{{trigger.body.id}}"}},
}
NAP: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def decoded(stored: bytes | None) -> object:
    return None if stored is None else msgspec.json.decode(stored)


async def test_a_called_workflow_hands_its_input_through_and_ends_with_the_last_steps_output(shop: Workshop) -> None:
    output = {"order": "{{steps.take.output.id}}"}
    shout: dict[str, object] = {"id": "shout", "kind": "transform", "needs": ["take"], "with": {"output": output}}

    execution = await shop.run({"id": "take"}, shout, body={"id": 7})

    assert (execution.status, decoded(execution.output)) == ("completed", {"order": 7})


async def test_numbers_pass_through_with_every_digit(shop: Workshop) -> None:
    execution = await shop.run({"id": "take"}, body=msgspec.Raw(b'{"total":10.50,"big":12345678901234567890123}'))

    assert execution.output == b'{"total":10.50,"big":12345678901234567890123}'


async def test_an_execution_born_with_a_webhook_reads_its_trigger(shop: Workshop) -> None:
    execution_id = await shop.born_of_webhook(await shop.workflow(FETCH))

    await shop.settle()

    assert (await shop.execution(execution_id)).status == "completed"
    assert [(each.url, each.body) for each in shop.far_side.received] == [("https://api.example.com/o/7", b'{"id":7}')]


async def test_the_whole_story_is_told_to_who_listens(shop: Workshop) -> None:
    await shop.listen_to("workflow.triggered", "execution.*", "step.*", "progress.updated")
    await shop.engine.start(shop.tenant_id, await shop.workflow(FETCH, STORE), {"id": 1})
    shop.clock.advance(seconds=0.001)

    await shop.settle(shop.another_engine(FarSide(shop.clock)))

    assert await shop.story() == [
        "workflow.triggered",
        "execution.started",
        "step.started",
        "step.completed",
        "step.started",
        "progress.updated",
        "step.completed",
        "progress.updated",
        "execution.completed",
    ]


async def test_facts_nobody_wants_are_not_stored_but_still_reach_the_live_feed(shop: Workshop) -> None:
    await shop.run({"id": "take"})

    assert await shop.story() == []
    assert [frame["type"] for frame in shop.feed.frames if frame["topic"] == "executions"] == [
        "workflow.triggered",
        "execution.started",
        "step.started",
        "step.completed",
        "progress.updated",
        "execution.progress",
        "execution.completed",
    ]


async def test_an_endpoint_made_while_nobody_listened_gets_the_next_fact(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    await shop.engine.start(shop.tenant_id, workflow_id)
    await shop.settle()
    await shop.listen_to("workflow.triggered", "execution.completed")

    await shop.engine.start(shop.tenant_id, workflow_id)
    await shop.settle()

    assert sorted(await shop.story()) == ["execution.completed", "workflow.triggered"]


@pytest.mark.parametrize(
    ("triggers", "pulled"),
    [
        ([{"id": "door", "kind": "webhook"}], "door"),
        ([{"id": "nightly", "kind": "schedule", "cron": "0 2 * * *"}], None),
        ([], None),
    ],
)
async def test_a_call_tells_the_trigger_it_pulls_if_there_is_one(
    triggers: list[dict[str, object]], pulled: str | None, shop: Workshop
) -> None:
    await shop.listen_to("workflow.triggered")
    workflow_id = await shop.workflow({"id": "take"}, triggers=triggers)

    await shop.engine.start(shop.tenant_id, workflow_id)

    assert [data["triggerId"] for kind, data in await shop.events() if kind == "workflow.triggered"] == [pulled]


async def test_an_alias_of_the_seeds_finds_the_canonical_fact(shop: Workshop) -> None:
    await shop.listen_to("workflow.execution.completed")

    execution = await shop.run({"id": "take"}, body="hello")

    [(kind, data)] = [each for each in await shop.events() if not each[0].startswith("workflow.definition")]
    assert (kind, data["executionId"], data["output"]) == ("execution.completed", execution.id, "hello")
    assert (data["workflowName"], data["stepsTotal"], data["stepsCompleted"]) == ("Order intake", 1, 1)


async def test_an_emitted_event_is_one_link_further_down_the_chain_of_causes(shop: Workshop) -> None:
    execution_id = await shop.born_of_webhook(await shop.workflow(READY), depth=4)

    await shop.settle()

    assert (await shop.execution(execution_id)).status == "completed"
    assert ("order.ready", {"order": 7}) in await shop.events()


async def test_a_chain_of_five_causes_is_cut(shop: Workshop) -> None:
    execution_id = await shop.born_of_webhook(await shop.workflow(READY), depth=5)

    await shop.settle()

    execution = await shop.execution(execution_id)
    assert (execution.status, "depth_exceeded" in str(execution.error)) == ("failed", True)
    assert await shop.story() == []


async def test_steps_without_needs_are_sent_side_by_side(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    pair = ({**FETCH, "id": "left"}, {**FETCH, "id": "right"})
    await shop.engine.start(shop.tenant_id, await shop.workflow(*pair), {"id": 1})

    await shop.engine.claim_once()
    await shop.far_side.called.wait()

    assert len(shop.far_side.received) == 2
    shop.far_side.speaks()
    await shop.engine.quiet()


async def test_a_busy_far_side_is_asked_again_when_it_says_and_under_the_same_key(shop: Workshop) -> None:
    shop.far_side.answers(503, headers={"retry-after": "20"})
    execution = await shop.run(FETCH, body={"id": 1})
    shop.clock.advance(seconds=19)
    await shop.settle()
    too_early = len(shop.far_side.received)

    shop.clock.advance(seconds=1)
    await shop.settle()

    assert (too_early, execution.status) == (1, "waiting")
    assert shop.far_side.keys == [f"{execution.id}:fetch"] * 2
    assert (await shop.execution(execution.id)).status == "completed"
    assert (await shop.steps(execution.id))["fetch"].attempts == 2


async def test_a_step_gives_up_after_three_tries_and_the_execution_says_why(shop: Workshop) -> None:
    shop.far_side.answers(500, 502, 504)
    execution = await shop.run(FETCH, STORE, body={"id": 1})

    for _ in range(3):
        shop.clock.advance(seconds=30)
        await shop.settle()

    failed = await shop.execution(execution.id)
    assert msgspec.json.decode(failed.error or "") == {
        "code": "http_error",
        "message": "the far side answered 504",
        "stepId": "fetch",
    }


@pytest.mark.parametrize("status", [301, 400, 404, 410, 501])
async def test_an_answer_that_no_repeat_mends_fails_at_once(shop: Workshop, status: int) -> None:
    shop.far_side.answers(status)

    execution = await shop.run(FETCH, body={"id": 1})

    assert (execution.status, len(shop.far_side.received)) == ("failed", 1)


async def test_a_lost_connection_is_tried_again_but_a_forbidden_address_is_not(shop: Workshop) -> None:
    shop.far_side.script = [
        HttpFailure("connect_error", "refused", False, 1.0),
        HttpFailure("blocked", "no", False, 1.0),
    ]

    lost = await shop.run(FETCH, body={"id": 1})
    blocked = await shop.run(FETCH, body={"id": 2})

    assert (lost.status, blocked.status) == ("waiting", "failed")


async def test_a_template_that_leads_nowhere_fails_the_step_and_names_the_path(shop: Workshop) -> None:
    execution = await shop.run(FETCH, body={"number": 1})

    assert execution.status == "failed"
    assert "trigger.body.id" in str(execution.error)
    assert shop.far_side.received == []


async def test_a_rendered_url_is_judged_again_before_it_is_called(shop: Workshop) -> None:
    anywhere: dict[str, object] = {"id": "go", "kind": "http", "with": {"url": "{{trigger.body}}"}}

    execution = await shop.run(anywhere, body="http://169.254.169.254/latest")

    assert ("invalid_url" in str(execution.error), shop.far_side.received) == (True, [])


async def test_an_answer_is_json_where_it_is_json(shop: Workshop) -> None:
    shop.far_side.answers(200, body=b'{"total":1.10}', headers={"content-type": "application/json"})

    execution = await shop.run(FETCH, body={"id": 1})

    assert execution.output == b'{"status":200,"headers":{"content-type":"application/json"},"body":{"total":1.10}}'


async def test_credentials_of_a_request_are_not_shown_in_the_step(shop: Workshop) -> None:
    secret = {**FETCH, "with": {"url": "https://api.example.com/", "headers": {"Authorization": "Bearer canary"}}}

    execution = await shop.run(secret)

    assert b"canary" not in ((await shop.steps(execution.id))["fetch"].input or b"canary")


async def test_a_sleeping_execution_is_a_row_and_wakes_in_time(shop: Workshop) -> None:
    execution = await shop.run(NAP, {"id": "after", "needs": ["nap"]}, body="dream")
    asleep = (execution.status, execution.due_at, len(shop.engine.driven.leases))

    shop.clock.advance(seconds=60)
    await shop.settle()

    awake = await shop.execution(execution.id)
    assert asleep == ("waiting", execution.created_at + 60_000, 0)
    assert (awake.status, decoded(awake.output)) == ("completed", "dream")


async def test_a_timer_fires_while_a_request_of_the_same_execution_is_under_way(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    late = {**STILL, "id": "late", "needs": ["nap"]}
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL, NAP, late))
    await shop.engine.claim_once()
    await shop.far_side.called.wait()
    shop.far_side.called.clear()

    shop.clock.advance(seconds=60)
    await shop.far_side.called.wait()
    shop.far_side.speaks()
    await shop.engine.quiet()

    assert shop.far_side.keys == [f"{started.id}:call", f"{started.id}:late"]
    assert (await shop.execution(started.id)).status == "completed"


async def test_an_execution_whose_trigger_is_no_json_fails_and_says_so(shop: Workshop) -> None:
    execution_id = await shop.born_of_webhook(await shop.workflow(STILL), trigger=b'{"body":')

    await shop.settle()

    execution = await shop.execution(execution_id)
    assert "unreadable" in str(execution.error)
    assert shapes.execution_json(execution)["input"] == msgspec.Raw(b"null")
