"""What is told to executions from outside: signals, answers, milestones, blockers, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from hookspan.errors import Conflict, Invalid, NotFound, TooLarge
from hookspan.storage.database import Database
from hookspan.storage.execution_messages import unread
from hookspan.workflows.progress import report
from hookspan.workflows.state import State
from tests.support.workshop import FarSide, Workshop, workshop_on

CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}
GO: dict[str, object] = {"id": "go", "kind": "wait", "with": {"signal": "paid", "timeoutMs": 600_000}}
ASK: dict[str, object] = {"id": "ask", "kind": "external", "with": {"callbackTtlMs": 600_000}}
AFTER: dict[str, object] = {
    "id": "after",
    "kind": "transform",
    "needs": ["ask"],
    "with": {"output": "{{steps.ask.output}}"},
}
SHIPPED: dict[str, object] = {"id": "later", "kind": "wait", "needs": ["go"], "with": {"signal": "shipped"}}
NEVER: dict[str, object] = {"when": [{"fieldPath": "$.trigger.body.never", "operator": "exists"}]}
NAP: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def decoded(stored: bytes | None) -> object:
    return None if stored is None else msgspec.json.decode(stored)


async def state_of(shop: Workshop, execution_id: str) -> State:
    return msgspec.json.decode((await shop.execution(execution_id)).state or b"{}", type=State)


async def test_a_signal_ends_the_wait_for_it_and_brings_its_output(shop: Workshop) -> None:
    execution = await shop.run(GO)

    await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", {"amount": 7})
    await shop.settle()

    ended = await shop.execution(execution.id)
    assert (execution.status, ended.status, decoded(ended.output)) == ("waiting", "completed", {"amount": 7})


async def test_a_signal_that_comes_too_early_is_kept(shop: Workshop) -> None:
    execution = await shop.run(NAP, {**GO, "needs": ["nap"]})
    await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", 1)
    await shop.settle()
    early = await shop.execution(execution.id)

    shop.clock.advance(seconds=60)
    await shop.settle()

    ended = await shop.execution(execution.id)
    assert (early.status, ended.status, ended.output) == ("waiting", "completed", b"1")


async def test_a_signal_ends_one_wait_and_another_topic_none(shop: Workshop) -> None:
    again = {**GO, "id": "again", "needs": ["go"]}
    execution = await shop.run(GO, again, {**SHIPPED, "needs": ["again"]})

    await shop.engine.outside.signal(shop.tenant_id, execution.id, "shipped", None)
    await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", None)
    await shop.settle()

    steps = await shop.steps(execution.id)
    assert {step_id: step.status for step_id, step in steps.items()} == {"go": "completed", "again": "waiting"}


async def test_a_wait_for_a_signal_that_does_not_come_fails(shop: Workshop) -> None:
    execution = await shop.run(GO)

    shop.clock.advance(seconds=600)
    await shop.settle()

    failed = await shop.execution(execution.id)
    assert (failed.status, "timed_out" in str(failed.error)) == ("failed", True)
    assert "timed_out" in str((await shop.steps(execution.id))["go"].error)


async def test_a_signal_reaches_an_execution_whose_request_is_under_way(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(
        shop.tenant_id, await shop.workflow(CALL, GO, {**CALL, "id": "then", "needs": ["go"]})
    )
    await shop.engine.claim_once()
    await shop.far_side.called.wait()
    shop.far_side.called.clear()

    await shop.engine.outside.signal(shop.tenant_id, started.id, "paid", None)
    await shop.far_side.called.wait()

    assert shop.far_side.keys == [f"{started.id}:call", f"{started.id}:then"]
    shop.far_side.speaks()
    await shop.engine.quiet()
    assert (await shop.execution(started.id)).status == "completed"


async def test_what_another_process_was_told_while_it_worked_is_found_when_it_gives_the_row_back(
    shop: Workshop,
) -> None:
    other_side = FarSide()
    other_side.falls_silent()
    other = shop.another_engine(other_side)
    started = await other.start(shop.tenant_id, await shop.workflow(CALL, GO))
    await other.claim_once()
    await other_side.called.wait()

    await shop.engine.outside.signal(shop.tenant_id, started.id, "paid", None)
    other_side.speaks()
    await other.quiet()
    await shop.settle()

    assert (await shop.execution(started.id)).status == "completed"


async def test_what_has_ended_is_told_nothing(shop: Workshop) -> None:
    execution = await shop.run({"id": "take"})

    with pytest.raises(Conflict, match="completed"):
        await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", None)
    with pytest.raises(NotFound):
        await shop.engine.outside.signal("0190f4be-3982-7a1b-8c2d-3e4f5a6b7c8d", execution.id, "paid", None)


async def test_an_external_step_is_done_when_somebody_says_so(shop: Workshop) -> None:
    execution = await shop.run(ASK, AFTER)

    await shop.engine.outside.complete(shop.tenant_id, execution.id, "ask", {"ok": True})
    await shop.settle()

    ended = await shop.execution(execution.id)
    assert (ended.status, decoded(ended.output)) == ("completed", {"ok": True})


async def test_an_external_step_fails_with_the_words_it_is_given(shop: Workshop) -> None:
    execution = await shop.run(ASK)

    await shop.engine.outside.fail(shop.tenant_id, execution.id, "ask", code="refused", message="no stock")
    await shop.settle()

    failed = await shop.execution(execution.id)
    assert decoded((failed.error or "").encode()) == {"code": "refused", "message": "no stock", "stepId": "ask"}


async def test_a_callback_works_once_and_only_in_its_time(shop: Workshop) -> None:
    outside = shop.engine.outside
    execution = await shop.run(ASK, AFTER, NAP)
    token, expires_at = await shop.callback(execution.id, "ask")

    await outside.call_back(token, output="yes")
    with pytest.raises(Conflict):
        await outside.call_back(token, output="no")
    await shop.settle()
    with pytest.raises(Conflict):
        await outside.call_back(token, output="no")

    assert expires_at == execution.created_at + 600_000
    assert (await shop.steps(execution.id))["after"].output == b'"yes"'
    shop.clock.advance(seconds=600)
    with pytest.raises(NotFound):
        await outside.call_back(token)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: ("B" if token[0] == "A" else "A") + token[1:],
        lambda _: "",
        lambda t: t * 9,
    ],
)
async def test_a_token_we_did_not_make_is_no_callback(shop: Workshop, change: object) -> None:
    execution = await shop.run(ASK)
    token, _ = await shop.callback(execution.id, "ask")
    assert callable(change)

    with pytest.raises(NotFound):
        await shop.engine.outside.call_back(change(token))


async def test_only_a_step_that_waits_outside_is_completed_from_outside(shop: Workshop) -> None:
    execution = await shop.run(GO, ASK)

    with pytest.raises(Conflict, match="signal"):
        await shop.engine.outside.complete(shop.tenant_id, execution.id, "go", None)
    await shop.engine.outside.complete(shop.tenant_id, execution.id, "ask", None)
    await shop.settle()

    with pytest.raises(Conflict):
        await shop.engine.outside.complete(shop.tenant_id, execution.id, "ask", None)


async def test_a_callback_of_an_earlier_try_is_spent(shop: Workshop) -> None:
    outside = shop.engine.outside
    execution = await shop.run(ASK)
    token, _ = await shop.callback(execution.id, "ask")
    await outside.call_back(token, output=1)
    await shop.settle()
    await shop.engine.restart_from(shop.tenant_id, execution.id, "ask")
    await shop.settle()

    with pytest.raises(Conflict):
        await outside.call_back(token, output=2)

    assert (await shop.execution(execution.id)).status == "waiting"


async def test_what_was_told_goes_with_the_executions_end(shop: Workshop) -> None:
    execution = await shop.run(GO, {**SHIPPED, **NEVER})
    await shop.engine.outside.signal(shop.tenant_id, execution.id, "shipped", None)
    await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", None)

    await shop.settle()

    assert (await shop.execution(execution.id)).status == "completed"
    assert await shop.database.read(unread, [execution.id]) == []


async def test_a_signal_nobody_waited_for_goes_with_a_cancelled_execution(shop: Workshop) -> None:
    execution = await shop.run(GO, SHIPPED)
    await shop.engine.outside.signal(shop.tenant_id, execution.id, "shipped", None)

    await shop.engine.cancel(shop.tenant_id, execution.id)

    assert await shop.database.read(unread, [execution.id]) == []


async def test_an_execution_is_not_buried_under_signals_nobody_waits_for(shop: Workshop) -> None:
    execution = await shop.run(GO, SHIPPED)
    for _ in range(4):
        await shop.engine.outside.signal(shop.tenant_id, execution.id, "shipped", "x" * 1_000_000)

    with pytest.raises(Conflict, match="unread"):
        await shop.engine.outside.signal(shop.tenant_id, execution.id, "shipped", "x" * 1_000_000)
    with pytest.raises(TooLarge):
        await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", "x" * 1_100_000)

    await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", None)


async def test_a_signal_that_no_step_waits_for_is_refused_with_those_that_are(shop: Workshop) -> None:
    execution = await shop.run(GO, SHIPPED)
    nap = await shop.run(NAP)

    with pytest.raises(Invalid, match="its topics are paid, shipped"):
        await shop.engine.outside.signal(shop.tenant_id, execution.id, "payed", None)
    with pytest.raises(Invalid, match="waits for none"):
        await shop.engine.outside.signal(shop.tenant_id, nap.id, "paid", None)

    assert await shop.database.read(unread, [execution.id, nap.id]) == []


async def test_signals_that_come_too_early_wake_nobody_and_keep_nothing_else_out(shop: Workshop) -> None:
    execution = await shop.run(GO, SHIPPED, ASK)
    before = await shop.execution(execution.id)
    outside = shop.engine.outside
    for number in range(200):
        await outside.signal(shop.tenant_id, execution.id, "shipped", number)
    after = await shop.execution(execution.id)

    with pytest.raises(Conflict, match="200 signals"):
        await outside.signal(shop.tenant_id, execution.id, "shipped", None)
    await outside.block(shop.tenant_id, execution.id, "the lawyer is ill")
    await outside.complete(shop.tenant_id, execution.id, "ask", {"ok": True})
    await shop.settle()

    assert (after.version, after.due_at) == (before.version, before.due_at)
    assert (await shop.steps(execution.id))["ask"].status == "completed"
    assert len((await state_of(shop, execution.id)).blockers) == 1


async def test_an_execution_has_so_many_blockers_that_were_told_of_and_no_more(shop: Workshop) -> None:
    execution = await shop.run(GO)
    outside = shop.engine.outside
    told = [await outside.block(shop.tenant_id, execution.id, "ill") for _ in range(60)]
    await shop.settle()
    told += [await outside.block(shop.tenant_id, execution.id, "ill") for _ in range(40)]

    with pytest.raises(Conflict, match="100 blockers"):
        await outside.block(shop.tenant_id, execution.id, "ill")
    await outside.resolve(shop.tenant_id, execution.id, str(told[0]["id"]))

    assert (await outside.block(shop.tenant_id, execution.id, "ill"))["resolvedAt"] is None


async def test_an_answer_over_the_limit_fails_the_step(shop: Workshop) -> None:
    execution = await shop.run(ASK, {**ASK, "id": "more"})

    await shop.engine.outside.complete(shop.tenant_id, execution.id, "ask", "x" * 600_000)
    await shop.engine.outside.complete(shop.tenant_id, execution.id, "more", "x" * 600_000)
    await shop.settle()

    assert "output_too_large" in str((await shop.execution(execution.id)).error)


async def test_a_long_wait_is_a_blocker_until_it_ends(shop: Workshop) -> None:
    await shop.listen_to("blocker.*")
    execution = await shop.run(GO)
    shop.clock.advance(seconds=30)
    await shop.settle()
    shop.clock.advance(seconds=5)

    await shop.engine.outside.signal(shop.tenant_id, execution.id, "paid", None)
    await shop.settle()

    told = [(kind, data) for kind, data in await shop.events() if kind.startswith("blocker")]
    assert [kind for kind, _ in told] == ["blocker.detected", "blocker.resolved"]
    assert (told[0][1]["id"], told[0][1]["resolvedAt"]) == ("go", None)
    assert told[0][1]["description"] == "go waits for an answer"
    assert told[1][1]["resolvedAt"] is not None
    frames = [frame for frame in shop.feed.frames if frame["type"] == "blocker.detected"]
    assert [frame["blocker"] for frame in frames] == [{"blockerId": "go", "description": "go waits for an answer"}]


async def test_a_blocker_that_somebody_tells_of_stands_until_somebody_resolves_it(shop: Workshop) -> None:
    await shop.listen_to("blocker.*")
    execution = await shop.run(GO)

    told = await shop.engine.outside.block(shop.tenant_id, execution.id, "the lawyer is ill", "go")
    blocker_id = str(told["id"])
    await shop.settle()
    blocked = (await state_of(shop, execution.id)).blockers[blocker_id]
    await shop.engine.outside.resolve(shop.tenant_id, execution.id, blocker_id)
    await shop.settle()

    assert (blocked.description, blocked.step_id, blocked.resolved_at) == ("the lawyer is ill", "go", None)
    assert (await state_of(shop, execution.id)).blockers[blocker_id].resolved_at is not None
    assert await shop.story() == ["blocker.detected", "blocker.resolved"]
    with pytest.raises(NotFound):
        await shop.engine.outside.resolve(shop.tenant_id, execution.id, "another")


async def test_a_milestone_that_somebody_achieves_is_told_of_once(shop: Workshop) -> None:
    await shop.listen_to("milestone.achieved")
    execution = await shop.run(GO, milestones=[{"id": "m1", "name": "Signed"}])

    for _ in range(2):
        await shop.engine.outside.achieve(shop.tenant_id, execution.id, "m1")
        await shop.settle()

    assert await shop.story() == ["milestone.achieved"]
    with pytest.raises(NotFound):
        await shop.engine.outside.achieve(shop.tenant_id, execution.id, "m2")


async def test_the_report_tells_of_blockers_and_milestones(shop: Workshop) -> None:
    point = {"id": "s1", "name": "All there", "requires": ["go"]}
    value = {"name": "w", "steps": [GO], "syncPoints": [point], "milestones": [{"id": "m1", "name": "Signed"}]}
    row, _ = await shop.definitions.create(shop.tenant_id, value)
    started = await shop.engine.start(shop.tenant_id, row.id)
    await shop.settle()
    await shop.engine.outside.achieve(shop.tenant_id, started.id, "m1")
    await shop.engine.outside.block(shop.tenant_id, started.id, "late")
    await shop.settle()

    state = await state_of(shop, started.id)
    definition = (await shop.engine.version_of(started)).definition
    shown = report(started.id, definition, state, mean_ms=1_000.0, now=0)

    assert (shown["completedTasks"], shown["totalTasks"]) == (0, 1)
    assert shown["estimatedCompletion"] == "1970-01-01T00:00:01.000Z"
    [blocker] = shown["blockers"] if isinstance(shown["blockers"], list) else []
    assert (blocker["description"], blocker["taskExecutionId"]) == ("late", None)
    milestones = shown["milestones"] if isinstance(shown["milestones"], list) else []
    assert [(each["id"], each["achieved"]) for each in milestones] == [("m1", True), ("s1", False)]
