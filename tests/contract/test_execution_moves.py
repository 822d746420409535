"""Executions answered, tried again, begun anew, blocked (contracts C.6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.running import ASK, GO, begun, driven
from tests.support.surface import Surface

# -- steps that wait outside ---------------------------------------------------------------------------------------


async def test_a_step_outside_is_completed_with_its_output(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)

    await running.tell("steps/ask/complete", {"output": {"ok": True}})

    assert (await running.shown())["output"] == {"ok": True}


async def test_a_step_outside_is_completed_with_nothing(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)

    await running.tell("steps/ask/complete")

    step = (await running.steps())["ask"]
    assert (step["status"], step["output"]) == ("completed", None)


async def test_an_output_may_be_as_large_as_an_events_data(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)

    answer = await api.ask("POST", f"{running.path}/steps/ask/complete", {"output": "x" * 1_040_000})
    over = await api.ask("POST", f"{running.path}/steps/ask/complete", {"output": "x" * 1_200_000})

    assert (answer.status_code, over.status_code) == (202, 413)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("no stock", {"code": "failed", "message": "no stock"}),
        ({"code": "out_of_stock", "message": "no stock"}, {"code": "out_of_stock", "message": "no stock"}),
        ({"code": "out_of_stock"}, {"code": "out_of_stock", "message": ""}),
    ],
)
async def test_a_step_outside_is_failed_in_words_or_with_a_code(
    error: Any, told: dict[str, str], world: Surface, api: Calls
) -> None:
    running = await begun(world, api, ASK)

    await running.tell("steps/ask/fail", {"error": error})

    shown = await running.shown()
    assert (shown["status"], shown["error"]) == ("failed", {**told, "stepId": "ask"})


async def test_an_answer_is_taken_once(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    await api.post(f"{running.path}/steps/ask/complete", {"output": 1}, status=202)

    at_once = await api.ask("POST", f"{running.path}/steps/ask/complete", {"output": 2})
    await driven(world)
    later = await api.ask("POST", f"{running.path}/steps/ask/fail", {"error": "no"})

    assert (at_once.status_code, later.status_code) == (409, 409)
    assert at_once.json()["detail"] == "the step was answered already; only its first answer counts"
    assert later.json()["detail"] == "the step is completed and waits for no answer"
    assert (await running.shown())["output"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"output": 1, "also": 2}, "/also"),
        ({"error": {"cod": 1}}, "/error"),
        ({"error": 5}, "/error"),
        ({"error": {"code": "not a code"}}, "/error/code"),
        ({}, "/error"),
    ],
)
async def test_a_wrong_answer_is_pointed_at(body: dict[str, Any], pointer: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    route = "complete" if "output" in body else "fail"

    answer = await api.ask("POST", f"{running.path}/steps/ask/{route}", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert (await running.shown())["status"] == "waiting"


async def test_only_a_step_outside_is_answered(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK, {"id": "a"})

    refused = [await api.ask("POST", f"{running.path}/steps/{step}/complete", {}) for step in ("a", "nobody")]

    assert [answer.status_code for answer in refused] == [404, 404]


# -- retry, restart ------------------------------------------------------------------------------------------------


async def test_what_failed_is_tried_again(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    await running.tell("steps/ask/fail", {"error": "no"})

    answered = await running.tell("retry")

    assert answered["status"] == "running"
    step = (await running.steps())["ask"]
    assert (step["status"], step["attempt"], step["error"]) == ("waiting", 2, None)
    await running.tell("steps/ask/complete", {"output": "late"})
    assert (await running.shown())["output"] == "late"


async def test_one_of_two_failures_is_tried_again(world: Surface, api: Calls) -> None:
    also = {"id": "also", "kind": "external"}
    running = await begun(world, api, ASK, also)
    await running.tell("steps/ask/fail", {"error": "no"})

    await running.tell("retry", {"stepId": "ask"})
    nothing = await api.ask("POST", f"{running.path}/retry", {"stepId": "also"})

    assert {step["stepId"]: step["status"] for step in (await running.steps()).values()}["ask"] == "waiting"
    assert (nothing.status_code, nothing.json()["code"]) == (409, "not_retryable")


@pytest.mark.parametrize("ending", ["signals/paid", "cancel"])
async def test_where_nothing_failed_nothing_is_tried_again(ending: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)
    open_yet = await api.ask("POST", f"{running.path}/retry")
    await running.tell(ending, status=200 if ending == "cancel" else 202)

    ended = await api.ask("POST", f"{running.path}/retry")

    assert [open_yet.status_code, ended.status_code] == [409, 409]
    assert open_yet.json()["code"] == ended.json()["code"] == "not_retryable"


@pytest.mark.parametrize("status", ["failed", "waiting"])
async def test_a_retry_names_a_step_of_the_workflow(status: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    if status == "failed":
        await running.tell("steps/ask/fail", {"error": "no"})

    answer = await api.ask("POST", f"{running.path}/retry", {"stepId": "nobody"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/stepId")
    assert (await running.shown())["status"] == status


@pytest.mark.parametrize(
    ("route", "body"), [("restart-from", {"stepId": "ask"}), ("retry", {"stepId": "ask"}), ("retry", None)]
)
async def test_what_was_erased_is_begun_anew_by_a_new_execution_only(
    route: str, body: Any, world: Surface, api: Calls
) -> None:
    trigger = {"id": "paid", "kind": "event", "events": ["order.paid"]}
    workflow = await api.post("/api/v1/workflows", {"name": "w", "steps": [ASK], "triggers": [trigger]})
    event = await api.publish("order.paid")
    await driven(world)
    (execution,) = (await api.get("/api/v1/executions", workflowId=workflow["id"]))["data"]
    path = f"/api/v1/executions/{execution['id']}"
    await api.post(f"{path}/steps/ask/fail", {"error": "no"}, status=202)
    await driven(world)
    await api.ask("DELETE", f"/api/v1/events/{event}/content")

    answer = await api.ask("POST", f"{path}/{route}", body)

    assert (answer.status_code, answer.json()["code"]) == (410, "content_expunged")
    assert "start the workflow anew" in answer.json()["detail"]


async def test_an_execution_whose_content_was_erased_is_another_for_who_asks_by_etag(
    world: Surface, api: Calls
) -> None:
    trigger = {"id": "paid", "kind": "event", "events": ["order.paid"]}
    workflow = await api.post("/api/v1/workflows", {"name": "w", "steps": [{"id": "a"}], "triggers": [trigger]})
    event = await api.publish("order.paid")
    await driven(world)
    (execution,) = (await api.get("/api/v1/executions", workflowId=workflow["id"]))["data"]
    path = f"/api/v1/executions/{execution['id']}"
    before = (await api.ask("GET", path)).headers["ETag"]
    await api.ask("DELETE", f"/api/v1/events/{event}/content")

    answer = await api.ask("GET", path, headers={"If-None-Match": before})

    assert answer.status_code == 200
    assert answer.headers["ETag"] != before


async def test_an_ended_execution_begins_anew_from_a_step(world: Surface, api: Calls) -> None:
    running = await begun(world, api, {"id": "a"}, {**GO, "needs": ["a"]})
    await running.tell("signals/paid", {"n": 1})

    answered = await running.tell("restart-from", {"stepId": "go"})

    assert answered["status"] == "running"
    steps = await running.steps()
    assert (steps["a"]["attempt"], steps["go"]["status"], steps["go"]["attempt"]) == (1, "waiting", 2)
    await running.tell("signals/paid", {"n": 2})
    assert (await running.shown())["output"] == {"n": 2}


async def test_a_restart_names_a_step_of_an_ended_execution(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)
    path = f"{running.path}/restart-from"

    still_open = await api.ask("POST", path, {"stepId": "go"})
    unknown = await api.ask("POST", path, {"stepId": "nobody"})
    nothing = await api.ask("POST", path, {})

    assert (still_open.status_code, unknown.status_code, nothing.status_code) == (409, 422, 422)
    assert unknown.json()["errors"][0]["pointer"] == nothing.json()["errors"][0]["pointer"] == "/stepId"


# -- blockers and milestones ---------------------------------------------------------------------------------------


async def test_a_blocker_is_told_of_and_resolved(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)

    told = await running.tell("blockers", {"description": "the lawyer is ill", "stepId": "go"}, status=201)
    world.clock.advance(seconds=1)
    gone = await running.tell(f"blockers/{told['id']}/resolve", status=200)

    assert list(told) == ["id", "workflowExecutionId", "taskExecutionId", "description", "createdAt", "resolvedAt"]
    assert (told["description"], told["resolvedAt"]) == ("the lawyer is ill", None)
    assert told["taskExecutionId"] == (await running.steps())["go"]["id"]
    assert gone["resolvedAt"] == "2025-05-21T21:27:11.000Z"
    assert (await api.get(f"{running.path}/progress"))["blockers"] == [gone]


async def test_who_told_of_a_blocker_reads_it_before_the_execution_does(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO, milestones=[{"id": "m1", "name": "Signed"}])

    told = await api.post(f"{running.path}/blockers", {"description": "the lawyer is ill"})
    await api.post(f"{running.path}/milestones/m1/achieve", status=200)
    report = await api.get(f"{running.path}/progress")
    resolved = await api.post(f"{running.path}/blockers/{told['id']}/resolve", status=200)

    assert report["blockers"] == [told]
    assert report["milestones"][0]["achieved"] is True
    assert (await api.get(f"{running.path}/progress"))["blockers"] == [resolved]


async def test_a_milestone_is_achieved_once(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO, milestones=[{"id": "m1", "name": "Signed"}])

    first = await running.tell("milestones/m1/achieve", status=200)
    world.clock.advance(seconds=5)
    second = await running.tell("milestones/m1/achieve", status=200)

    assert first == second
    assert (first["name"], first["achieved"], first["achievedAt"]) == ("Signed", True, "2025-05-21T21:27:10.000Z")


async def test_what_is_not_there_is_neither_blocked_nor_achieved(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)

    answers = [
        await api.ask("POST", f"{running.path}/blockers/nobody/resolve"),
        await api.ask("POST", f"{running.path}/milestones/nobody/achieve"),
        await api.ask("POST", f"{running.path}/blockers", {"description": "x", "stepId": "nobody"}),
        await api.ask("POST", f"{running.path}/blockers", {"description": ""}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 422, 422]
    assert [each["pointer"] for answer in answers[2:] for each in answer.json()["errors"]] == [
        "/stepId",
        "/description",
    ]


async def test_who_answers_a_step_that_waits_for_a_signal_is_told_which(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)

    refused = await api.ask("POST", f"{running.path}/steps/go/complete", {"output": 1})
    unheard = await api.ask("POST", f"{running.path}/signals/nope", 1)

    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert refused.json()["detail"].endswith(
        "waits for the signal 'paid', not for an answer; send it to …/signals/paid"
    )
    assert [each["pointer"] for each in unheard.json()["errors"]] == ["/topic"]


async def test_what_was_told_keeps_its_hour_however_late_it_is_read(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO, milestones=[{"id": "m1", "name": "Signed"}])
    told = await api.post(f"{running.path}/blockers", {"description": "ill"})
    world.clock.advance(seconds=1)
    gone = await api.post(f"{running.path}/blockers/{told['id']}/resolve", status=200)
    signed = await api.post(f"{running.path}/milestones/m1/achieve", status=200)

    world.clock.advance(seconds=3)
    await driven(world)

    report = await api.get(f"{running.path}/progress")
    assert (report["blockers"], report["milestones"]) == ([gone], [signed])
    assert gone["createdAt"] == told["createdAt"]
