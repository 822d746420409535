"""What a workflow refers to is there when it is saved: workflows it runs, constants its templates read (C.6)."""

from __future__ import annotations

from typing import Any

import pytest

from hookspan.model.ids import new_id
from hookspan.workflows.steps.child import refused as refused_child
from hookspan.workflows.steps.outcome import Call
from tests.support.calls import Calls
from tests.support.running import begun
from tests.support.surface import Surface

WORKFLOWS = "/api/v1/workflows"
NOWHERE = new_id(1)
MIB = 1_048_576


def runs(workflow_id: str) -> list[dict[str, object]]:
    return [{"id": "first"}, {"id": "sub", "kind": "workflow", "with": {"workflowId": workflow_id}}]


def says(text: object) -> dict[str, object]:
    return {"id": "say", "kind": "transform", "with": {"output": text}}


async def refused(api: Calls, method: str, path: str, body: Any) -> list[tuple[str, str]]:
    answer = await api.ask(method, path, body)
    assert answer.status_code == 422, answer.text
    return [(fault["pointer"], fault["detail"]) for fault in answer.json()["errors"]]


# -- workflows inside workflows ------------------------------------------------------------------------------------


async def test_a_step_that_runs_an_unknown_workflow_is_refused_at_every_save(api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await api.post(WORKFLOWS, {'name': 'w'}))['id']}"
    value = {"name": "w", "steps": runs(NOWHERE)}
    saves = [
        ("POST", WORKFLOWS),
        ("POST", f"{WORKFLOWS}/validate"),
        ("PUT", path),
        ("PATCH", path),
        ("POST", f"{path}/validate"),
    ]

    told = [await refused(api, method, where, value) for method, where in saves]

    assert told == [[("/steps/1/with/workflowId", "there is no such workflow")]] * len(saves)


async def test_the_seeds_door_points_to_the_task(api: Calls) -> None:
    tasks = [{"id": "sub", "name": "Sub", "kind": "workflow", "with": {"workflowId": NOWHERE}}]

    answer = await api.ask("POST", "/api/workflows", {"name": "w", "tasks": tasks})

    assert answer.status_code == 400
    assert answer.json()["message"] == "tasks/0/with/workflowId: there is no such workflow"


async def test_another_tenants_workflow_is_none(world: Surface, api: Calls) -> None:
    theirs, _ = await world.rooms.workflows.create(await world.second_tenant(), {"name": "theirs"})

    told = await refused(api, "POST", WORKFLOWS, {"name": "w", "steps": runs(theirs.id)})

    assert told == [("/steps/1/with/workflowId", "there is no such workflow")]


async def test_a_workflow_may_run_itself_and_stays_changeable_when_what_it_runs_is_gone(api: Calls) -> None:
    inner, outer = [await api.post(WORKFLOWS, {"name": name}) for name in ("inner", "outer")]
    path = f"{WORKFLOWS}/{outer['id']}"
    await api.ask("PATCH", path, {"steps": [*runs(inner["id"]), {**runs(outer["id"])[1], "id": "self"}]})
    await api.ask("DELETE", f"{WORKFLOWS}/{inner['id']}")

    renamed = await api.ask("PATCH", path, {"name": "renamed", "status": "inactive"})

    assert (renamed.status_code, len(renamed.json()["steps"])) == (200, 3)
    assert (await api.ask("POST", f"{path}/validate")).status_code == 422


def test_a_step_tells_a_workflow_that_was_deleted_from_one_that_never_was() -> None:
    call = Call("t", "w", "e", "sub", 1, now=0, priority=1, depth=0, scopes={}, given=None)

    never, gone = refused_child(None, call), refused_child(None, call, was_there=True)

    assert never is not None
    assert gone is not None
    assert (never.problem.message, gone.problem.message) == (
        "there is no such workflow",
        "there is no such workflow any more",
    )


# -- constants -----------------------------------------------------------------------------------------------------


async def test_constants_are_read_by_templates_and_conditions(world: Surface, api: Calls) -> None:
    held = {"region": "eu", "rate": 1.50, "list": [1, {"a": None}]}
    when = [{"fieldPath": "$.vars.region", "operator": "equals", "value": "eu"}]
    never = [{"fieldPath": "$.vars.region", "operator": "equals", "value": "us"}]
    shown = {**says({"to": "{{vars.region}}", "rate": "{{vars.rate}}", "all": "{{vars.list}}"}), "when": when}

    running = await begun(world, api, shown, {"id": "not", "needs": ["say"], "when": never}, vars=held)

    steps = await running.steps()
    assert (steps["say"]["output"], steps["not"]["status"]) == (
        {"to": "eu", "rate": 1.5, "all": [1, {"a": None}]},
        "skipped",
    )


async def test_constants_are_kept_with_the_version_and_shown_at_every_door(api: Calls) -> None:
    made = await api.post(WORKFLOWS, {"name": "w", "vars": {"rate": 1}, "steps": [says("{{vars.rate}}")]})
    path = f"{WORKFLOWS}/{made['id']}"
    changed = (await api.ask("PATCH", path, {"vars": {"rate": 2}})).json()

    yaml = (await api.ask("GET", path, headers={"Accept": "application/yaml"})).text

    versions = [(await api.get(f"{path}/versions/{number}"))["vars"] for number in (1, 2)]
    assert (made["vars"], changed["vars"], changed["version"], versions) == (
        {"rate": 1},
        {"rate": 2},
        2,
        [{"rate": 1}, {"rate": 2}],
    )
    assert "vars:\n  rate: 2\n" in yaml
    assert (await api.get(f"{WORKFLOWS}/schema"))["properties"]["vars"]["type"] == ["object", "null"]


@pytest.mark.parametrize(
    ("held", "text", "pointer"),
    [
        ({"a": 1}, "{{vars.b}}", "/steps/0/with/output"),
        ({"a": {"b": 1}}, "{{vars.a.c}}", "/steps/0/with/output"),
        (None, "{{vars.a}}", "/steps/0/with/output"),
        ([1], "x", "/vars"),
        ({"a": "x" * 16_384}, "x", "/vars"),
    ],
)
async def test_constants_that_are_not_there_or_cannot_be_are_refused(
    held: object, text: str, pointer: str, api: Calls
) -> None:
    told = await refused(api, "POST", WORKFLOWS, {"name": "w", "vars": held, "steps": [says(text)]})

    assert [where for where, _ in told] == [pointer]


# -- input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["native", "seed"])
async def test_an_input_larger_than_a_context_is_refused_with_what_to_do(door: str, api: Calls) -> None:
    workflow_id = (await api.post(WORKFLOWS, {"name": "w", "steps": [{"id": "a"}]}))["id"]
    ways = {
        "native": (f"{WORKFLOWS}/{workflow_id}/executions", {"input": {"x": "x" * MIB}}),
        "seed": ("/api/executions", {"workflowDefinitionId": workflow_id, "initialContext": {"x": "x" * MIB}}),
    }

    answer = await api.ask("POST", *ways[door])

    assert (answer.status_code, "1,048,576" in answer.text, "link" in answer.text) == (413, True, True)
    assert (await api.get("/api/v1/executions"))["data"] == []
