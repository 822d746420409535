"""Conditions, branches, handlers of failures and sync points, from a call to the last event on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from hookspan.storage.database import Database
from hookspan.storage.executions import execution_with_steps
from hookspan.workflows.shapes import steps_json
from tests.support.workshop import Workshop, workshop_on

PAID = {"fieldPath": "$.trigger.body.paid", "operator": "equals", "value": True}
GO: dict[str, object] = {"id": "go", "kind": "wait", "with": {"signal": "paid"}}
CALL: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "with": {"url": "https://api.example.com/"},
    "retry": {"maxAttempts": 1},
}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def statuses(shop: Workshop, execution_id: str) -> dict[str, str]:
    return {step_id: step.status for step_id, step in (await shop.steps(execution_id)).items()}


@pytest.mark.parametrize(("paid", "status"), [(True, "completed"), (False, "skipped")])
async def test_a_step_runs_only_when_its_condition_holds(shop: Workshop, paid: bool, status: str) -> None:
    ship: dict[str, object] = {"id": "ship", "when": [PAID]}

    execution = await shop.run(ship, {"id": "after", "needs": ["ship"]}, body={"paid": paid})

    assert execution.status == "completed"
    assert await statuses(shop, execution.id) == {"ship": status, "after": "completed"}


async def test_a_condition_reads_what_earlier_steps_made(shop: Workshop) -> None:
    output: dict[str, object] = {"id": "score", "kind": "transform", "with": {"output": {"points": "{{trigger.body}}"}}}
    high = [{"fieldPath": "$.steps.score.output.points", "operator": "greater_than", "value": 10}]

    execution = await shop.run(output, {"id": "win", "needs": ["score"], "when": high}, body=11)

    assert await statuses(shop, execution.id) == {"score": "completed", "win": "completed"}


async def test_a_branch_takes_the_first_case_that_holds_and_cuts_the_rest(shop: Workshop) -> None:
    cases = [{"when": [PAID], "to": ["ship"]}, {"when": [], "to": ["remind"]}]
    fork: dict[str, object] = {"id": "fork", "kind": "branch", "with": {"cases": cases}}
    join: dict[str, object] = {"id": "join", "needs": ["ship", "remind"]}

    execution = await shop.run(fork, {"id": "ship"}, {"id": "remind"}, join, body={"paid": True})

    assert msgspec.json.decode(execution.output or b"") == {"ship": {"paid": True}}
    assert await statuses(shop, execution.id) == {
        "fork": "completed",
        "ship": "completed",
        "remind": "skipped",
        "join": "completed",
    }


async def test_a_branch_no_case_of_which_holds_goes_elsewhere(shop: Workshop) -> None:
    with_: dict[str, object] = {"cases": [{"when": [PAID], "to": ["ship"]}], "else": ["remind"]}

    execution = await shop.run(
        {"id": "fork", "kind": "branch", "with": with_}, {"id": "ship"}, {"id": "remind"}, body={}
    )

    assert await statuses(shop, execution.id) == {"fork": "completed", "ship": "skipped", "remind": "completed"}


MANY = {"fieldPath": "$.trigger.body.a[*].b", "operator": "equals", "value": 1}
TOO_MANY = {"a": [{"b": 0}] * 20_000}


async def test_a_step_whose_condition_cannot_be_judged_is_told_as_it_begins_before_it_fails(shop: Workshop) -> None:
    await shop.listen_to("step.*")

    execution = await shop.run({"id": "ship", "when": [MANY]}, body=TOO_MANY)

    begun, failed = [data for kind, data in await shop.events() if kind in ("step.started", "step.failed")]
    assert (begun["status"], begun["completedAt"], begun["durationMs"], begun["error"]) == ("running", None, None, None)
    assert (begun["attempt"], failed["attempt"], failed["status"]) == (1, 1, "failed")
    frame = next(each for each in shop.feed.frames if each["type"] == "step.started")
    assert (frame["status"], str(frame["step"]).count("failed")) == ("running", 0)
    assert execution.status == "failed"


async def test_a_step_that_never_began_is_told_as_cancelled(shop: Workshop) -> None:
    await shop.listen_to("step.cancelled", "synchronization.point.failed")
    steps: list[dict[str, object]] = [GO, {"id": "pack", "needs": ["go"]}, {"id": "ship", "needs": ["packed"]}]
    execution = await shop.run(*steps, syncPoints=[{"id": "packed", "requires": ["pack"]}])

    await shop.engine.cancel(shop.tenant_id, execution.id)

    told = [data for kind, data in await shop.events() if kind == "step.cancelled"]
    ends = [(data["stepId"], data["status"], data["startedAt"] is None) for data in told]
    assert ends == [("go", "cancelled", False), ("pack", "cancelled", True), ("ship", "cancelled", True)]
    assert len({str(data["completedAt"]) for data in told}) == 1
    assert [data["reason"] for kind, data in await shop.events() if "point" in kind] == ["pack was cancelled"]


# -- why a step is skipped, and where a branch goes ----------------------------------------------------------------


async def why(shop: Workshop, *steps: dict[str, object], body: object) -> dict[str, object]:
    """What the steps of a run say of their conditions."""
    execution = await shop.run(*steps, body=body)
    found = await shop.database.read(execution_with_steps, shop.tenant_id, execution.id)
    assert found is not None
    definition = (await shop.engine.version_of(execution)).definition
    return {str(each["stepId"]): each["reason"] for each in steps_json(found, definition)}


async def test_a_skipped_step_tells_which_clause_failed_without_what_it_found(shop: Workshop) -> None:
    reasons = await why(shop, {"id": "a"}, {"id": "ship", "when": [PAID]}, body={"paid": "canary"})

    assert reasons == {"a": None, "ship": "no group passed: group 0: $.trigger.body.paid equals true"}


async def test_a_branch_tells_the_case_it_took_and_what_it_cut_tells_of_the_branch(shop: Workshop) -> None:
    cases = [{"when": [PAID], "to": ["ship"]}, {"when": [], "to": ["remind"]}]
    fork: dict[str, object] = {"id": "fork", "kind": "branch", "with": {"cases": cases}}
    steps: list[dict[str, object]] = [fork, {"id": "ship"}, {"id": "remind"}, {"id": "track", "needs": ["ship"]}]

    reasons = await why(shop, *steps, body={"paid": False})

    assert reasons == {
        "fork": "case 2 of 2 passed",
        "ship": "cut off: fork did not choose it",
        "remind": None,
        "track": "cut off: no way led on from ship",
    }


async def test_a_branch_tells_why_no_case_holds(shop: Workshop) -> None:
    with_: dict[str, object] = {"cases": [{"when": [PAID], "to": ["ship"]}], "else": ["remind"]}
    fork: dict[str, object] = {"id": "fork", "kind": "branch", "with": with_}

    reasons = await why(shop, fork, {"id": "ship"}, {"id": "remind"}, body={})

    failed = "no group passed: group 0: $.trigger.body.paid equals true (missing)"
    assert reasons["fork"] == f"no case passed: case 1: {failed}"


async def test_a_handler_that_is_not_called_tells_of_whom(shop: Workshop) -> None:
    reasons = await why(shop, {**CALL, "onError": ["mend"]}, {"id": "mend"}, body={})

    assert reasons == {"call": None, "mend": "cut off: call did not fail"}


async def test_an_evaluation_that_was_given_up_is_told(shop: Workshop) -> None:
    fork: dict[str, object] = {"id": "fork", "kind": "branch", "with": {"cases": [{"when": [MANY], "to": ["ship"]}]}}
    too_much = "was not judged to its end: the filter looks at more than 10,000 values"

    judged = await why(shop, {"id": "ship", "when": [MANY]}, body=TOO_MANY)
    branched = await why(shop, fork, {"id": "ship"}, body=TOO_MANY)

    assert judged == {"ship": f"its condition {too_much}"}
    assert branched == {"fork": f"case 1 {too_much}", "ship": None}


async def test_a_handled_failure_lets_the_execution_complete(shop: Workshop) -> None:
    await shop.listen_to("step.failed", "execution.*")
    shop.far_side.answers(404)

    execution = await shop.run({**CALL, "onError": ["mend"]}, {"id": "mend"}, {"id": "then", "needs": ["call"]})

    assert (execution.status, await shop.story()) == (
        "completed",
        ["execution.started", "step.failed", "execution.completed"],
    )
    assert await statuses(shop, execution.id) == {"call": "failed", "mend": "completed", "then": "skipped"}


async def test_a_handler_is_skipped_when_nothing_failed(shop: Workshop) -> None:
    execution = await shop.run({**CALL, "onError": ["mend"]}, {"id": "mend"})

    assert await statuses(shop, execution.id) == {"call": "completed", "mend": "skipped"}


async def test_steps_behind_a_sync_point_start_when_all_have_arrived(shop: Workshop) -> None:
    await shop.listen_to("synchronization.point.*", "milestone.achieved")
    point = {"id": "all", "name": "All there", "requires": ["left", "call"]}

    execution = await shop.run({"id": "left"}, CALL, {"id": "behind", "needs": ["all"]}, syncPoints=[point])

    assert execution.status == "completed"
    told = [(kind, data["id"], data.get("completedTasks")) for kind, data in await shop.events() if "wor" not in kind]
    assert told == [
        ("synchronization.point.reached", "all", ["left"]),
        ("synchronization.point.reached", "all", ["left", "call"]),
        ("synchronization.point.completed", "all", ["left", "call"]),
        ("milestone.achieved", "all", None),
    ]


async def test_a_sync_point_that_is_not_reached_in_time_fails_the_execution(shop: Workshop) -> None:
    await shop.listen_to("synchronization.point.failed")
    point = {"id": "all", "requires": ["left", "nap"], "timeoutMs": 5_000}
    nap: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}
    execution = await shop.run({"id": "left"}, nap, syncPoints=[point])

    shop.clock.advance(seconds=5)
    await shop.settle()

    failed = await shop.execution(execution.id)
    assert (failed.status, "sync_point_failed" in str(failed.error)) == ("failed", True)
    [data] = [data for kind, data in await shop.events() if kind == "synchronization.point.failed"]
    assert (data["requiredTasks"], data["completedTasks"], data["timeout"]) == (["left", "nap"], ["left"], 5_000)
    assert data["reason"] == "not all arrived in time"


async def test_the_live_feed_tells_of_points_and_milestones_without_payloads(shop: Workshop) -> None:
    point = {"id": "all", "name": "All there", "requires": ["a"]}

    execution = await shop.run({"id": "a"}, syncPoints=[point], body={"secret": "canary"})

    frames = {str(frame["type"]): frame for frame in shop.feed.frames if frame.get("executionId") == execution.id}
    assert frames["milestone.achieved"]["milestone"] == {"milestoneId": "all", "name": "All there"}
    shown = {"pointId": "all", "name": "All there", "reason": None}
    assert frames["synchronization.point.completed"]["syncPoint"] == shown
    assert frames["synchronization.point.reached"]["step"] is not None
    assert "canary" not in str(frames)


async def test_a_milestone_is_told_once_with_its_name(shop: Workshop) -> None:
    await shop.listen_to("milestone.achieved")
    milestone = {"id": "m1", "name": "Half way", "after": ["a"]}

    execution = await shop.run({"id": "a"}, {"id": "b", "needs": ["a"]}, milestones=[milestone])

    [(_, data)] = [each for each in await shop.events() if each[0] == "milestone.achieved"]
    assert (data["id"], data["name"], data["achieved"]) == ("m1", "Half way", True)
    assert data["workflowExecutionId"] == execution.id
