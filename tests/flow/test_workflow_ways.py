"""Conditions, branches, handlers of failures and sync points, from a call to the last event on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from hookspan.storage.database import Database
from tests.support.workshop import Workshop, workshop_on

PAID = {"fieldPath": "$.trigger.body.paid", "operator": "equals", "value": True}
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
