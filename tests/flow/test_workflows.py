"""Workflows from a call or a webhook to their last event, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from hookspan.errors import Conflict, Invalid, NotFound
from hookspan.model.ids import new_id
from hookspan.ports import HttpFailure
from hookspan.storage import executions
from hookspan.storage.database import Database
from hookspan.storage.executions import Claim, ExecutionFilter
from hookspan.storage.keyset import Keyset
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
    asleep = (execution.status, execution.due_at, shop.engine.active)

    shop.clock.advance(seconds=60)
    await shop.settle()

    awake = await shop.execution(execution.id)
    assert asleep == ("waiting", execution.created_at + 60_000, 0)
    assert (awake.status, decoded(awake.output)) == ("completed", "dream")


async def test_cancel_ends_a_sleeping_execution_and_a_second_cancel_changes_nothing(shop: Workshop) -> None:
    await shop.listen_to("execution.cancelled", "step.cancelled")
    execution = await shop.run(NAP)

    first = await shop.engine.cancel(shop.tenant_id, execution.id)
    second = await shop.engine.cancel(shop.tenant_id, execution.id)

    assert (first.status, second) == ("cancelled", first)
    assert await shop.story() == ["step.cancelled", "execution.cancelled"]


async def test_cancel_drops_the_outcome_of_a_request_under_way(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(FETCH, READY), {"id": 1})
    await shop.engine.claim_once()
    await shop.far_side.called.wait()

    await shop.engine.cancel(shop.tenant_id, started.id)
    shop.far_side.speaks()
    await shop.engine.quiet()

    steps = await shop.steps(started.id)
    assert (await shop.execution(started.id)).status == "cancelled"
    assert {step_id: step.status for step_id, step in steps.items()} == {"fetch": "cancelled", "ready": "completed"}


async def test_a_completed_execution_cannot_be_cancelled(shop: Workshop) -> None:
    execution = await shop.run({"id": "take"})

    with pytest.raises(Conflict, match="completed"):
        await shop.engine.cancel(shop.tenant_id, execution.id)


async def test_a_worker_that_comes_back_after_its_lease_has_its_result_refused(shop: Workshop) -> None:
    await shop.listen_to("execution.completed", "execution.failed")
    zombie_side = FarSide()
    zombie_side.falls_silent()
    zombie = shop.another_engine(zombie_side)
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    await zombie.claim_once()
    await zombie_side.called.wait()
    shop.clock.advance(seconds=31)
    await shop.engine.sweep()
    shop.far_side.answers(404)
    await shop.settle()

    zombie_side.speaks()
    await zombie.quiet()

    assert (await shop.execution(started.id)).status == "failed"
    assert await shop.story() == ["execution.failed"]
    assert zombie_side.keys == shop.far_side.keys


async def test_a_lease_that_is_renewed_is_not_swept(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(FETCH), {"id": 1})
    await shop.engine.claim_once()
    await shop.far_side.called.wait()

    for _ in range(4):
        shop.clock.advance(seconds=10)
        await shop.engine.renew()
        await shop.engine.sweep()
    shop.far_side.speaks()
    await shop.engine.quiet()

    assert (await shop.execution(started.id)).status == "completed"
    assert len(shop.far_side.received) == 1


async def test_an_execution_that_kills_five_workers_in_a_row_is_quarantined(shop: Workshop) -> None:
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    deadly = [FarSide() for _ in range(5)]
    engines = [shop.another_engine(far_side) for far_side in deadly]
    for far_side, engine in zip(deadly, engines, strict=True):
        far_side.falls_silent()
        await engine.claim_once()
        await far_side.called.wait()
        shop.clock.advance(seconds=31)
        await shop.engine.sweep()

    quarantined = await shop.execution(started.id)

    assert quarantined.status == "failed"
    assert "quarantined" in str(quarantined.error)
    for far_side, engine in zip(deadly, engines, strict=True):
        far_side.speaks()
        await engine.quiet()


async def test_urgent_executions_are_claimed_first(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    born = {priority: await shop.born_of_webhook(workflow_id, priority=priority) for priority in (1, 0, 3, 2)}
    now = shop.clock.now_ms()

    claimed = await shop.database.write(executions.claim, Claim(now, 3, "0" * 32, now + 30_000))

    assert [each.row.id for each in claimed] == [born[3], born[2], born[1]]


async def test_what_cannot_finish_before_the_stop_is_given_back_untouched(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(FETCH), {"id": 1})
    await shop.engine.claim_once()
    await shop.far_side.called.wait()

    await shop.engine.drain(0.01)
    successor = FarSide()
    await shop.settle(shop.another_engine(successor))

    assert (await shop.execution(started.id)).status == "completed"
    assert successor.keys == shop.far_side.keys


async def test_an_execution_under_way_keeps_the_version_it_was_started_with(shop: Workshop) -> None:
    workflow_id = await shop.workflow(NAP, {"id": "old", "needs": ["nap"]})
    started = await shop.engine.start(shop.tenant_id, workflow_id, "x")
    await shop.settle()
    row, _ = await shop.definitions.update(shop.tenant_id, workflow_id, {"name": "Order intake", "steps": []})

    shop.clock.advance(seconds=60)
    await shop.settle()

    assert (row.version, row.semver) == (2, "1.0.1")
    assert set(await shop.steps(started.id)) == {"nap", "old"}


async def test_a_new_name_alone_makes_no_new_version(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    value = shapes.workflow_json(*await shop.definitions.get(shop.tenant_id, workflow_id))

    row, _ = await shop.definitions.update(shop.tenant_id, workflow_id, {**value, "name": "Intake"})

    assert (row.name, row.version) == ("Intake", 1)


async def test_two_writers_of_one_workflow_do_not_overwrite_each_other(shop: Workshop) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, {"name": "Intake", "steps": []})
    await shop.definitions.update(shop.tenant_id, row.id, {"name": "First", "steps": []}, read_at=row.updated_at)

    with pytest.raises(Conflict):
        await shop.definitions.update(shop.tenant_id, row.id, {"name": "Second", "steps": []}, read_at=row.updated_at)


async def test_definitions_tell_of_every_change_in_seed_002s_shape(shop: Workshop) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, {"name": "Intake", "steps": [{"id": "take"}]})
    shop.clock.advance(seconds=1)
    await shop.definitions.update(shop.tenant_id, row.id, {"name": "Intake", "steps": []})
    shop.clock.advance(seconds=1)
    await shop.definitions.delete(shop.tenant_id, row.id)

    told = [(kind, data["version"]) for kind, data in await shop.events()]

    assert told == [
        ("workflow.definition.created", "1.0.0"),
        ("workflow.definition.updated", "1.0.1"),
        ("workflow.definition.deleted", "1.0.1"),
    ]


async def test_another_tenants_workflow_reads_as_missing(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    stranger = new_id(shop.clock.now_ms())

    with pytest.raises(NotFound):
        await shop.definitions.get(stranger, workflow_id)
    with pytest.raises(NotFound):
        await shop.engine.start(stranger, workflow_id, None)


async def test_a_draft_does_not_start(shop: Workshop) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, {"name": "Intake", "status": "draft", "steps": []})

    with pytest.raises(Conflict, match="draft"):
        await shop.engine.start(shop.tenant_id, row.id, None)


async def test_a_refused_workflow_is_not_stored(shop: Workshop) -> None:
    with pytest.raises(Invalid):
        await shop.definitions.create(shop.tenant_id, {"name": "", "steps": []})

    page, _, _ = await shop.definitions.list(shop.tenant_id, Keyset(10))
    assert list(page) == []


async def test_executions_are_listed_newest_first_by_status_and_workflow(shop: Workshop) -> None:
    done = await shop.run({"id": "take"})
    shop.clock.advance(seconds=1)
    asleep = await shop.run(NAP)

    async def ids(wanted: ExecutionFilter) -> list[str]:
        rows, _, _ = await shop.database.read(executions.executions_list, shop.tenant_id, wanted, Keyset(10))
        return [row.id for row in rows]

    assert await ids(ExecutionFilter()) == [asleep.id, done.id]
    assert await ids(ExecutionFilter(statuses=["waiting"])) == [asleep.id]
    assert await ids(ExecutionFilter(workflow_ids=[done.workflow_id])) == [done.id]


async def test_steps_that_never_started_are_shown_too(shop: Workshop) -> None:
    execution = await shop.run(NAP, {"id": "after", "needs": ["nap"]})
    version = await shop.definitions.version(shop.tenant_id, execution.workflow_id, 1)

    shown = shapes.steps_json(execution, version, list((await shop.steps(execution.id)).values()))

    assert [(step["stepId"], step["status"]) for step in shown] == [("nap", "waiting"), ("after", "pending")]


async def test_a_printed_execution_holds_the_members_of_the_contract(shop: Workshop) -> None:
    execution = await shop.run({"id": "take"}, body={"id": 7})

    printed = msgspec.json.decode(msgspec.json.encode(shapes.execution_json(execution)))

    assert list(printed) == [
        "id", "workflowId", "workflowVersion", "status", "triggerType", "triggerEventId", "input", "output", "error",
        "priority", "startedAt", "completedAt", "durationMs", "createdAt",
    ]  # fmt: skip
    assert (printed["input"], printed["output"], printed["durationMs"]) == ({"id": 7}, {"id": 7}, 0)
