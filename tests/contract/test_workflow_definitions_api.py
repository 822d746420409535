"""Workflow definitions by their routes: lists, changes, versions, what is judged (contracts C.1, C.6)."""

from __future__ import annotations

import asyncio
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from hookspan.model.ids import new_id
from hookspan.model.urls import UrlRules
from hookspan.storage.tables import workflow_versions, workflows
from hookspan.workflows.definitions import WORKFLOWS_MOST
from hookspan.workflows.record import Tools
from hookspan.workflows.schedule import Scheduler
from tests.support.calls import Calls
from tests.support.surface import Surface

WORKFLOWS = "/api/v1/workflows"
STEPS = [
    {"id": "shape", "kind": "transform", "with": {"output": {"order": "{{trigger.body.id}}"}}},
    {"id": "ready", "kind": "emit", "needs": ["shape"], "with": {"event": "order.ready", "data": {"a": 1}}},
]
ORDERS = {"name": "Order intake", "steps": STEPS}
NIGHTLY = {"id": "nightly", "kind": "schedule", "cron": "0 2 * * *", "timezone": "UTC", "missed": "run_once"}
WHOLE = {
    **ORDERS,
    "description": "what comes in",
    "status": "active",
    "concurrency": 4,
    "priority": 2,
    "triggers": [NIGHTLY, {"id": "paid", "kind": "event", "events": ["invoice.paid"], "filter": []}],
    "syncPoints": [{"id": "s", "name": "S", "description": "", "requires": ["shape"], "timeoutMs": 9}],
    "milestones": [{"id": "m", "name": "M", "description": "", "after": ["ready"]}],
}


async def made(api: Calls, **members: Any) -> dict[str, Any]:
    created: dict[str, Any] = await api.post(WORKFLOWS, {**ORDERS, **members})
    return created


async def path_of(api: Calls, **members: Any) -> str:
    return f"{WORKFLOWS}/{(await made(api, **members))['id']}"


async def tag(api: Calls, path: str) -> str:
    return str((await api.ask("GET", path)).headers["etag"])


async def strike(world: Surface) -> None:
    """Fire the schedules that are due."""
    tools = Tools(
        database=world.rooms.database,
        clock=world.clock,
        publisher=world.rooms.publisher,
        feed=world.rooms.feed,
        client=world.rooms.client,
        url_rules=UrlRules(),
        product="hookspan/1",
        hop_key=b"hops",
    )
    await Scheduler(tools, world.rooms.engine.versions).fire_due()


async def names(api: Calls, **query: Any) -> list[str]:
    return [each["name"] for each in (await api.get(WORKFLOWS, **query))["data"]]


async def test_a_list_is_narrowed_by_status_text_and_name(api: Calls) -> None:
    for name, status in (("Order intake", "active"), ("order_2%", "draft"), ("Refunds", "archived")):
        await made(api, name=name, status=status)

    assert await names(api, q="ORDER") == ["order_2%", "Order intake"]
    assert await names(api, q="_2%") == ["order_2%"]
    assert await names(api, status=["draft", "archived"]) == ["Refunds", "order_2%"]
    assert await names(api, name="Order intake") == ["Order intake"]
    assert await names(api, name="order intake") == []
    assert await names(api, sort="createdAt", q="r", status="active") == ["Order intake"]
    assert (await api.get(WORKFLOWS, count="true", limit=1))["total"] == 3


async def test_a_list_is_walked_in_both_directions(api: Calls) -> None:
    for number in range(3):
        await made(api, name=f"w{number}")

    first = await api.get(WORKFLOWS, sort="createdAt", limit=2)
    second = await api.get(WORKFLOWS, sort="createdAt", limit=2, cursor=first["nextCursor"])
    back = await api.get(WORKFLOWS, sort="createdAt", limit=2, cursor=second["prevCursor"])

    assert [each["name"] for each in (*first["data"], *second["data"])] == ["w0", "w1", "w2"]
    assert back["data"] == first["data"]


async def test_everything_a_workflow_may_say_is_kept_and_shown(world: Surface, api: Calls) -> None:
    created = await api.post(WORKFLOWS, WHOLE)

    shown = await api.get(f"{WORKFLOWS}/{created['id']}")

    assert shown == created
    assert {name: shown[name] for name in WHOLE if name != "steps"} == {
        name: value for name, value in WHOLE.items() if name != "steps"
    }
    assert shown["schedules"] == [{"triggerId": "nightly", "nextRunAt": "2025-05-22T02:00:00.000Z", "lastRunAt": None}]
    again = await api.ask("PUT", f"{WORKFLOWS}/{created['id']}", shown)
    assert (again.status_code, again.json()) == (200, shown)


async def test_two_changes_in_one_millisecond_have_two_tags(api: Calls) -> None:
    path = await path_of(api)

    tags = [await tag(api, path)]
    for number in range(3):
        await api.ask("PATCH", path, {"name": f"w{number}"})
        tags.append(await tag(api, path))

    assert len(set(tags)) == 4


@pytest.mark.parametrize(("method", "body"), [("PUT", ORDERS), ("PATCH", {"name": "x"}), ("DELETE", None)])
async def test_a_stale_tag_stops_every_write(method: str, body: object, api: Calls) -> None:
    path = await path_of(api)
    stale = await tag(api, path)
    await api.ask("PATCH", path, {"name": "by another"})

    refused = await api.ask(method, path, body, headers={"If-Match": stale})
    done = await api.ask(method, path, body, headers={"If-Match": await tag(api, path)})

    assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert done.status_code == (204 if method == "DELETE" else 200)


async def test_a_known_tag_is_not_modified_and_a_head_has_no_body(api: Calls) -> None:
    path = await path_of(api)
    known = await tag(api, path)

    unchanged = await api.ask("GET", path, headers={"If-None-Match": known})
    head = await api.ask("HEAD", path)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", known)


async def test_the_tag_moves_with_a_schedule_and_stands_in_the_way_of_no_change(world: Surface, api: Calls) -> None:
    path = await path_of(api, triggers=[NIGHTLY])
    world.clock.advance(seconds=86_400)
    before = await api.ask("GET", path)
    await strike(world)

    known = await api.ask("GET", path, headers={"If-None-Match": before.headers["etag"]})
    again = await api.ask("GET", path, headers={"If-None-Match": known.headers["etag"]})
    changed = await api.ask("PATCH", path, {"name": "x"}, headers={"If-Match": before.headers["etag"]})
    stale = await api.ask("PATCH", path, {"name": "y"}, headers={"If-Match": known.headers["etag"]})

    assert (known.status_code, again.status_code) == (200, 304)
    assert known.json()["schedules"][0]["nextRunAt"] > before.json()["schedules"][0]["nextRunAt"]
    assert (changed.status_code, stale.status_code) == (200, 412)
    assert changed.headers["etag"] == await tag(api, path)


async def test_a_patch_changes_what_it_names_and_null_is_the_default_again(api: Calls) -> None:
    created = await api.post(WORKFLOWS, WHOLE)
    path = f"{WORKFLOWS}/{created['id']}"

    named = (await api.ask("PATCH", path, {"name": "Renamed", "priority": 0})).json()
    cleared = (await api.ask("PATCH", path, {"concurrency": None, "milestones": None, "description": None})).json()

    assert (named["name"], named["priority"], named["version"]) == ("Renamed", 0, 2)
    assert named["steps"] == created["steps"]
    assert (cleared["concurrency"], cleared["milestones"], cleared["description"]) == (None, [], "")
    assert (cleared["triggers"], cleared["version"]) == (created["triggers"], 3)


async def test_a_patch_of_the_name_alone_is_no_new_version(api: Calls) -> None:
    path = await path_of(api)
    headers = {"Content-Type": "application/merge-patch+json"}

    answer = await api.ask("PATCH", path, content=b'{"name":"x"}', headers=headers)

    assert (answer.status_code, answer.json()["version"], answer.json()["semver"]) == (200, 1, "1.0.0")


async def test_concurrency_is_no_part_of_a_version_and_priority_none_of_the_graph(api: Calls) -> None:
    path = await path_of(api)
    await api.endpoint(events=["workflow.definition.updated"])

    limited = (await api.ask("PATCH", path, {"concurrency": 3})).json()
    urgent = (await api.ask("PATCH", path, {"priority": 3})).json()
    grown = (await api.ask("PATCH", path, {"triggers": []})).json()

    assert (limited["concurrency"], limited["version"], limited["semver"]) == (3, 1, "1.0.0")
    assert (urgent["concurrency"], urgent["priority"], urgent["version"], urgent["semver"]) == (3, 3, 2, "1.0.0")
    assert (grown["triggers"], grown["version"], grown["semver"]) == ([], 3, "1.0.1")
    yaml = (await api.ask("GET", path, headers={"Accept": "application/yaml"})).text
    assert "concurrency: 3" in yaml
    told = (await api.get("/api/v1/events", type="workflow.definition.updated"))["data"]
    assert len(told) == 1


async def test_no_triggers_are_no_triggers_and_nothing_said_is_a_webhook(api: Calls) -> None:
    silent, empty = await made(api), await made(api, triggers=[])

    back = (await api.ask("PATCH", f"{WORKFLOWS}/{empty['id']}", {"triggers": None})).json()
    run = await api.ask("POST", f"{WORKFLOWS}/{empty['id']}/executions", {})

    assert (silent["triggers"], empty["triggers"]) == ([{"id": "trigger", "kind": "webhook"}], [])
    assert (back["triggers"], run.status_code) == (silent["triggers"], 202)


async def test_a_source_is_bound_only_to_what_it_can_start(api: Calls) -> None:
    workflow_id = (await made(api, triggers=[NIGHTLY]))["id"]

    refused = await api.ask("POST", "/api/v1/webhooks", {"name": "Shop", "workflowId": workflow_id})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/workflowId")


async def test_patches_at_once_all_count(api: Calls) -> None:
    path = await path_of(api)

    answers = await asyncio.gather(
        *(
            api.ask("PATCH", path, {name: value})
            for name, value in (("description", "d"), ("priority", 3), ("concurrency", 7))
        )
    )

    shown = await api.get(path)
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert (shown["description"], shown["priority"], shown["concurrency"]) == ("d", 3, 7)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"colour": "red"}, "/colour", "unknown_member"),
        ({"name": None}, "/name", "validation_error"),
        ({"steps": [{"id": "a", "with": {"x": 1}}]}, "/steps/0/with/x", "unknown_member"),
        ({"triggers": [{"kind": None, "cron": "x"}]}, "/triggers/0/cron", "unknown_member"),
        ({"steps": [{"kind": None, "with": {"x": 1}}]}, "/steps/0/with/x", "unknown_member"),
        ({"steps": [{"description": 7}]}, "/steps/0/description", "validation_error"),
    ],
)
async def test_a_fault_in_a_patch_has_its_place(body: object, pointer: str, code: str, api: Calls) -> None:
    path = await path_of(api)

    answer = await api.ask("PATCH", path, body)

    assert (answer.status_code, [(each["pointer"], each["code"]) for each in answer.json()["errors"]]) == (
        422,
        [(pointer, code)],
    )


async def test_a_step_may_be_described(api: Calls) -> None:
    described = [{"id": "a", "description": "first of all"}, {"id": "b"}]

    created = await made(api, steps=described)

    assert [step.get("description") for step in created["steps"]] == ["first of all", ""]


async def test_versions_are_listed_page_by_page_and_read_one_by_one(api: Calls) -> None:
    path = await path_of(api)
    for number in range(2, 6):
        await api.ask("PATCH", path, {"priority": number % 4})

    whole = await api.get(f"{path}/versions", count="true")
    first = await api.get(f"{path}/versions", limit=2)
    second = await api.get(f"{path}/versions", limit=2, cursor=first["nextCursor"])
    back = await api.get(f"{path}/versions", limit=2, cursor=second["prevCursor"])
    risen = await api.get(f"{path}/versions", limit=2, sort="createdAt")

    assert ([each["version"] for each in whole["data"]], whole["total"]) == ([5, 4, 3, 2, 1], 5)
    assert [each["version"] for each in (*first["data"], *second["data"])] == [5, 4, 3, 2]
    assert (back["data"], back["hasMore"]) == (first["data"], True)
    assert [each["version"] for each in risen["data"]] == [1, 2]
    assert await api.get(f"{path}/versions/2") == second["data"][1]
    assert (await api.ask("GET", f"{path}/versions/6")).status_code == 404
    assert (await api.ask("GET", f"{path}/versions/0")).status_code == 404
    assert (await api.ask("GET", f"{path}/versions/99999999999999999999")).status_code == 404
    assert (await api.ask("GET", f"{path}/versions/two")).status_code == 404


async def test_a_diff_names_the_steps_and_patches_one_version_into_the_other(api: Calls) -> None:
    path = await path_of(api)
    other = {"id": "other", "kind": "pass"}
    await api.ask("PUT", path, {**ORDERS, "steps": [{**STEPS[0], "timeoutMs": 9}, other]})

    newest = await api.get(f"{path}/diff")
    back = await api.get(f"{path}/diff", **{"from": 2, "to": 1})
    alike = await api.get(f"{path}/diff", **{"from": 1, "to": 1})

    assert (newest["from"], newest["to"]) == (1, 2)
    assert newest["steps"] == {"added": ["other"], "removed": ["ready"], "changed": ["shape"]}
    assert {"op": "replace", "path": "/steps/0/timeoutMs", "value": 9} in newest["patch"]
    assert back["steps"] == {"added": ["ready"], "removed": ["other"], "changed": ["shape"]}
    assert (alike["patch"], alike["steps"]) == ([], {"added": [], "removed": [], "changed": []})
    assert (await api.ask("GET", f"{path}/diff?from=1&to=3")).status_code == 404
    assert (await api.ask("GET", f"{path}/diff?from=0")).status_code == 422


async def test_numbers_in_a_diff_keep_their_digits(api: Calls) -> None:
    def output(number: str) -> bytes:
        return b'{"name":"n","steps":[{"id":"a","kind":"transform","with":{"output":%s}}]}' % number.encode()

    json = {"Content-Type": "application/json"}
    made = await api.ask("POST", WORKFLOWS, content=output("1.10"), headers=json)
    path = f"{WORKFLOWS}/{made.json()['id']}"

    changed = await api.ask("PUT", path, content=output("12345678901234567890.50"), headers=json)
    answer = await api.ask("GET", f"{path}/diff")

    assert b"12345678901234567890.50" in changed.content
    assert b'"value":12345678901234567890.50' in answer.content


async def test_a_stored_workflow_and_what_would_replace_it_are_judged(api: Calls) -> None:
    path = f"{await path_of(api)}/validate"

    stands = await api.ask("POST", path)
    replaced = await api.ask("POST", path, ORDERS)
    refused = await api.ask("POST", path, {"name": "x", "steps": [{"needs": ["y"]}]})

    assert (stands.status_code, replaced.status_code) == (204, 204)
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/steps/0/needs/0"]
    assert (await api.get(path.removesuffix("/validate")))["version"] == 1
    assert (await api.ask("POST", f"{WORKFLOWS}/{new_id(1)}/validate", ORDERS)).status_code == 404


async def test_the_schema_takes_what_is_shown(api: Calls) -> None:
    answer = await api.ask("GET", f"{WORKFLOWS}/schema")

    schema = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
    assert schema["$id"] == "urn:hookspan:workflow-definition"
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(await api.post(WORKFLOWS, WHOLE))


async def test_a_tenant_has_at_most_a_thousand(world: Surface, api: Calls) -> None:
    last = await path_of(api)
    tenant = world.instance.tenant_id

    def fill(connection: Any) -> None:
        ids = [new_id(1) for _ in range(WORKFLOWS_MOST - 1)]
        common = {"tenant_id": tenant, "created_at": 1}
        connection.execute(workflows.insert(), [{**common, "id": each, "name": "w", "updated_at": 1} for each in ids])
        text = msgspec.json.encode({"steps": []}).decode()
        rows = [{**common, "workflow_id": each, "version": 1, "definition": text} for each in ids]
        connection.execute(workflow_versions.insert(), rows)

    await world.rooms.database.write(fill)

    native = await api.ask("POST", WORKFLOWS, ORDERS)
    seed = await api.ask("POST", "/api/workflows", {"name": "x", "tasks": []})
    changed = await api.ask("PATCH", last, {"name": "still"})
    await api.ask("DELETE", last)
    again = await api.ask("POST", WORKFLOWS, ORDERS)

    assert (native.status_code, native.json()["code"], seed.status_code) == (409, "conflict", 409)
    assert "1,000 workflows already; delete one first" in native.json()["detail"]
    assert (changed.status_code, again.status_code) == (200, 201)


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (b'{"name":"x","steps":' + b"[" * 100 + b"]" * 100 + b"}", 400, "deeper than 64 levels"),
        (b'{"name":"a\\u0000b"}', 422, "NUL character"),
        (b'{"name":"\\ud800"}', 422, "lone surrogates"),
        (b'{"name":"x","priority":' + b"9" * 70 + b"}", 400, "an integer of more than 64 digits"),
        (b'{"name":"x","priority":1e0}', 422, "must be a whole number from 0 to 3"),
        (b'{"name":"x","priority":NaN}', 400, "not JSON"),
        (b"[]", 422, "must be an object"),
        (b"", 400, "not JSON"),
    ],
)
async def test_hostile_bodies_are_refused(text: bytes, status: int, said: str, api: Calls) -> None:
    answer = await api.ask("POST", WORKFLOWS, content=text, headers={"Content-Type": "application/json"})

    assert (answer.status_code, said in answer.text) == (status, True), answer.text


async def test_a_definition_over_its_limit_is_too_large_and_says_what_to_do(api: Calls) -> None:
    steps = [{"id": f"s{n}", "kind": "transform", "with": {"output": "x" * 15_000}} for n in range(18)]

    answer = await api.ask("POST", WORKFLOWS, {"name": "big", "steps": steps})

    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert "262,144 bytes; move constant data out of it" in answer.json()["detail"]


async def test_two_hundred_steps_are_kept(api: Calls) -> None:
    steps = [{"id": f"s{n}", "needs": [f"s{n - 1}"] if n else []} for n in range(200)]

    created = await made(api, steps=steps)

    assert [step["id"] for step in created["steps"]] == [step["id"] for step in steps]
