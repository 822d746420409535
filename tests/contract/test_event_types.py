"""Event types by their routes, and what publishing makes of them (contracts B.8, C.3)."""

from __future__ import annotations

from typing import Any

import pytest

from hookspan.model.catalogue import CATALOGUE
from hookspan.model.event_types import UNKNOWN_TYPES
from hookspan.storage.settings import settings_change
from tests.support.calls import Calls
from tests.support.surface import Surface

TYPES = "/api/v1/event-types"
MEMBERS = [
    "id",
    "name",
    "description",
    "schema",
    "version",
    "examples",
    "compatibility",
    "canonical",
    "aliases",
    "builtIn",
    "seed",
    "retain",
    "archived",
    "createdAt",
    "updatedAt",
]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "total": {"type": "number", "multipleOf": 0.01}},
}
WIDER = {**SCHEMA, "required": []}
NARROWER = {**SCHEMA, "required": ["id", "total"]}


async def registered(api: Calls, name: str = "invoice.paid", **members: Any) -> dict[str, Any]:
    made: dict[str, Any] = await api.post(TYPES, {"name": name, "schema": SCHEMA, **members})
    return made


async def code(api: Calls, method: str, path: str, json: Any = None, **options: Any) -> tuple[int, str]:
    answer = await api.ask(method, path, json, **options)
    return answer.status_code, answer.json()["code"]


async def set_unknown(world: Surface, word: str) -> None:
    await world.rooms.database.write(
        settings_change, world.instance.tenant_id, {UNKNOWN_TYPES: word}, now=world.clock.now_ms()
    )
    await world.rooms.registry.refresh()


async def test_a_new_type_is_version_one_of_the_tenant(api: Calls) -> None:
    answer = await api.ask("POST", TYPES, {"name": "invoice.paid", "schema": SCHEMA, "examples": [{"id": "inv_1"}]})

    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"{TYPES}/invoice.paid")
    assert list(made) == MEMBERS
    assert (made["version"], made["compatibility"], made["builtIn"], made["seed"]) == (1, "backward", False, [])
    assert (made["schema"], made["examples"]) == (SCHEMA, [{"id": "inv_1"}])
    assert (made["canonical"], made["aliases"]) == ("invoice.paid", [])
    assert await api.get(f"{TYPES}/invoice.paid") == made


async def test_the_catalogue_holds_every_built_in_type_and_the_tenants_own(api: Calls) -> None:
    await registered(api)

    page = await api.get(TYPES)

    names = [each["name"] for each in page["data"]]
    assert names == sorted({row.name for row in CATALOGUE} | {"invoice.paid"})
    assert (page["total"], page["limit"], page["offset"]) == (len(CATALOGUE) + 1, 1_000, 0)
    assert all(list(each) == MEMBERS for each in page["data"])
    assert all(each["examples"] and each["version"] == 1 for each in page["data"] if each["builtIn"])


@pytest.mark.parametrize(("seed", "count"), [("S1", 24), ("S3", 15)])
async def test_the_catalogue_can_be_asked_by_seed(seed: str, count: int, api: Calls) -> None:
    page = await api.get(TYPES, seed=seed)

    assert page["total"] == count
    assert all(each["seed"] == [seed] for each in page["data"])


async def test_the_catalogue_comes_in_pages_and_by_prefix(api: Calls) -> None:
    await registered(api, "execution.archived")

    page = await api.get(TYPES, prefix="execution.", limit=2, offset=1)

    assert [each["name"] for each in page["data"]] == ["execution.cancelled", "execution.completed"]
    assert (page["total"], page["limit"], page["offset"]) == (5, 2, 1)


async def test_an_alias_answers_with_its_own_row(api: Calls) -> None:
    alias, canonical = await api.get(f"{TYPES}/workflow.completed"), await api.get(f"{TYPES}/execution.completed")

    assert (alias["name"], alias["canonical"], alias["seed"]) == ("workflow.completed", "execution.completed", ["S3"])
    assert canonical["canonical"] == "execution.completed"
    assert canonical["aliases"] == ["workflow.execution.completed", "workflow.completed"]
    assert "execution_id" in alias["schema"]["properties"]
    assert "executionId" in canonical["schema"]["properties"]


async def test_another_schema_is_the_next_version_under_the_same_id(api: Calls) -> None:
    made = await registered(api)

    changed = await api.ask("PUT", f"{TYPES}/invoice.paid", {"schema": WIDER})

    assert changed.status_code == 200
    assert (changed.json()["id"], changed.json()["version"]) == (made["id"], 2)
    versions = await api.get(f"{TYPES}/invoice.paid/versions")
    assert [(each["version"], each["schema"]) for each in versions["data"]] == [(2, WIDER), (1, SCHEMA)]
    assert (await api.get(f"{TYPES}/invoice.paid", version=1))["schema"] == SCHEMA
    assert (await api.ask("GET", f"{TYPES}/invoice.paid?version=3")).status_code == 404


async def test_the_same_schema_is_the_same_version(api: Calls) -> None:
    await registered(api)

    body = {"schema": SCHEMA, "description": "Paid at last", "examples": [{"id": "a"}]}
    changed = (await api.ask("PUT", f"{TYPES}/invoice.paid", body)).json()

    assert (changed["version"], changed["description"], changed["examples"]) == (1, "Paid at last", [{"id": "a"}])


async def test_a_schema_that_refuses_old_data_is_a_conflict_unless_forced(api: Calls) -> None:
    await registered(api, examples=[{"id": "a"}, {"id": "a", "total": 1}])

    refused = await api.ask("PUT", f"{TYPES}/invoice.paid", {"schema": NARROWER})
    forced = await api.ask("PUT", f"{TYPES}/invoice.paid?force=true", {"schema": NARROWER})

    assert (refused.status_code, refused.json()["code"]) == (409, "incompatible_schema")
    assert "/schema/required" in refused.json()["detail"]
    assert refused.json()["error"] == refused.json()["detail"]
    assert (forced.json()["version"], forced.json()["examples"]) == (2, [{"id": "a", "total": 1}])


async def test_a_type_without_compatibility_may_change_as_it_likes(api: Calls) -> None:
    await registered(api, compatibility="none")

    assert (await api.ask("PUT", f"{TYPES}/invoice.paid", {"schema": NARROWER})).json()["version"] == 2


async def test_numbers_of_a_schema_stay_as_written(api: Calls) -> None:
    text = '{"name":"big","schema":{"maximum":12345678901234567890.10,"const":1E3},"examples":[]}'

    answer = await api.ask("POST", TYPES, content=text, headers={"Content-Type": "application/json"})

    assert '"maximum":12345678901234567890.10' in answer.text
    assert '"maximum":12345678901234567890.10' in (await api.ask("GET", f"{TYPES}/big")).text


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"name": "a b", "schema": {}}, 422, "/name"),
        ({"schema": {}}, 422, "/name"),
        ({"name": "a"}, 422, "/schema"),
        ({"name": "a", "schema": {"type": "strin"}}, 422, "/schema/type"),
        ({"name": "a", "schema": "x"}, 422, "/schema"),
        ({"name": "a", "schema": {}, "examples": {}}, 422, "/examples"),
        ({"name": "a", "schema": SCHEMA, "examples": [{}]}, 422, "/examples/0"),
        ({"name": "a", "schema": {}, "compatibility": "full"}, 422, "/compatibility"),
        ({"name": "a", "schema": {}, "description": 3}, 422, "/description"),
    ],
)
async def test_a_wrong_type_is_told_by_its_member(body: Any, status: int, pointer: str, api: Calls) -> None:
    answer = await api.ask("POST", TYPES, body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)
    assert answer.json()["details"][pointer[1:]]


async def test_names_are_taken_once(api: Calls) -> None:
    await registered(api)

    assert await code(api, "POST", TYPES, {"name": "invoice.paid", "schema": {}}) == (409, "name_taken")
    assert await code(api, "POST", TYPES, {"name": "execution.completed", "schema": {}}) == (409, "name_taken")


async def test_built_in_types_cannot_be_changed(api: Calls) -> None:
    assert await code(api, "PUT", f"{TYPES}/custom", {"schema": {}}) == (409, "conflict")
    assert await code(api, "DELETE", f"{TYPES}/custom") == (409, "conflict")
    assert (await api.get(f"{TYPES}/custom/versions"))["total"] == 1


async def test_what_does_not_exist_is_404(api: Calls) -> None:
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/versions"), ("GET", "/samples")):
        body: dict[str, Any] | None = {"schema": {}} if method == "PUT" else None
        assert await code(api, method, f"{TYPES}/no.such{path}", body) == (404, "not_found"), (method, path)


async def test_data_can_be_judged_without_publishing(api: Calls) -> None:
    await registered(api)
    await api.ask("PUT", f"{TYPES}/invoice.paid", {"schema": WIDER})

    good = await api.post(f"{TYPES}/invoice.paid/validate", {"data": {"id": "a", "total": 10.51}}, status=200)
    bad = await api.post(f"{TYPES}/invoice.paid/validate", {"data": {"total": "x"}, "version": 1}, status=200)

    assert good == {"valid": True, "errors": []}
    assert bad["valid"] is False
    assert [(each["pointer"], bool(each["detail"])) for each in bad["errors"]] == [("", True), ("/total", True)]
    assert await code(api, "POST", f"{TYPES}/invoice.paid/validate", {}) == (422, "validation_error")
    assert await code(api, "POST", f"{TYPES}/invoice.paid/validate", {"data": 1, "version": 9}) == (404, "not_found")


async def test_samples_are_the_examples_or_made_from_the_schema(api: Calls) -> None:
    await registered(api, "with.examples", examples=[{"id": "a"}, {"id": "b"}])
    await registered(api, "without.examples")

    assert (await api.get(f"{TYPES}/with.examples/samples"))["data"] == [{"id": "a"}, {"id": "b"}]
    assert (await api.get(f"{TYPES}/without.examples/samples"))["data"] == [{"id": "text", "total": 0}]
    assert (await api.get(f"{TYPES}/step.failed/samples"))["data"][0]["status"] == "failed"


@pytest.mark.parametrize(("name", "sample"), [("invoice.paid", b'{"id":"a"}'), ("no.such", b"{}"), ("never", b"{}")])
async def test_a_test_send_has_a_sample_for_every_name(name: str, sample: bytes, api: Calls, world: Surface) -> None:
    await registered(api, examples=[{"id": "a"}])
    await api.post(TYPES, {"name": "never", "schema": False})

    assert await world.rooms.registry.sample(world.instance.tenant_id, name) == sample


async def test_published_data_are_checked(api: Calls) -> None:
    await registered(api)

    answer = await api.ask("POST", "/api/v1/events", {"type": "invoice.paid", "data": {"total": "ten"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/data", "schema_mismatch"),
        ("/data/total", "schema_mismatch"),
    ]
    assert (await api.get("/api/v1/events"))["data"] == []
    await api.publish("invoice.paid", {"id": "inv_1"})


async def test_a_publisher_may_choose_an_older_version(api: Calls) -> None:
    await registered(api)
    await api.ask("PUT", f"{TYPES}/invoice.paid?force=true", {"schema": NARROWER})

    await api.publish("invoice.paid", {"id": "inv_1"}, version=1)

    assert await code(api, "POST", "/api/v1/events", {"type": "invoice.paid", "data": {"id": "a"}}) == (
        422,
        "schema_mismatch",
    )
    bodies: list[dict[str, Any]] = [
        {"type": "invoice.paid", "version": 3, "data": {}},
        {"type": "not.registered", "version": 1},
    ]
    for body in bodies:
        answer = await api.ask("POST", "/api/v1/events", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/version")


async def test_the_version_that_data_were_judged_by_is_recorded(world: Surface, api: Calls) -> None:
    await registered(api)
    await api.ask("PUT", f"{TYPES}/invoice.paid", {"schema": WIDER})
    await registered(api, "not.this")

    def judged(event_type: str, data: bytes, version: int | None = None) -> Any:
        return world.rooms.registry.check(world.instance.tenant_id, event_type, data, "application/json", version)

    assert await judged("invoice.paid", b"{}") == 2
    assert await judged("invoice.paid", b'{"id":"a"}', 1) == 1
    assert await judged("order.paid", b"anything") is None
    assert await judged("custom", b"anything") is None
    assert await judged("custom", b"anything", 1) == 1


async def test_an_open_schema_takes_data_that_are_not_json(world: Surface, api: Calls) -> None:
    await api.post(TYPES, {"name": "a.file", "schema": {}})
    await registered(api)
    check = world.rooms.registry.check

    assert await check(world.instance.tenant_id, "a.file", b"\xff", "image/png") == 1
    answer = await api.ask("POST", "/api/v1/events", {"type": "invoice.paid", "dataBase64": "/w=="})
    assert (answer.status_code, answer.json()["code"]) == (422, "schema_mismatch")


async def test_an_archived_type_is_no_longer_checked_and_comes_back_when_written(api: Calls) -> None:
    await registered(api)

    gone = await api.ask("DELETE", f"{TYPES}/invoice.paid")

    assert (gone.status_code, gone.content) == (204, b"")
    assert (await api.get(f"{TYPES}/invoice.paid"))["archived"] is True
    assert (await api.get(TYPES, prefix="invoice."))["data"] == []
    assert [each["name"] for each in (await api.get(TYPES, archived=True))["data"]] == ["invoice.paid"]
    await api.publish("invoice.paid", {"total": "ten"})
    assert (await api.ask("PUT", f"{TYPES}/invoice.paid", {})).json()["archived"] is False
    assert await code(api, "POST", "/api/v1/events", {"type": "invoice.paid"}) == (422, "schema_mismatch")


async def test_a_strict_tenant_publishes_registered_types_alone(world: Surface, api: Calls) -> None:
    await registered(api)
    await registered(api, "old.news")
    await api.ask("DELETE", f"{TYPES}/old.news")
    await set_unknown(world, "reject")

    for name in ("never.heard.of", "old.news"):
        answer = await api.ask("POST", "/api/v1/events", {"type": name, "data": {"id": "a"}})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/type")
    await api.publish("invoice.paid", {"id": "a"})
    await api.publish("custom", {"any": "thing"})
    await set_unknown(world, "allow")
    await api.publish("never.heard.of")


async def test_each_event_of_a_batch_is_checked(api: Calls) -> None:
    await registered(api)
    events = [{"type": "invoice.paid", "data": {"id": "a"}}, {"type": "invoice.paid", "data": {}}, {"type": "other"}]

    batch = await api.post("/api/v1/events/batch", {"events": events}, status=202)

    assert [each["status"] for each in batch["data"]] == ["accepted", "rejected", "accepted"]
    assert batch["data"][1]["error"]["code"] == "schema_mismatch"


async def test_unknown_members_are_passed_over_as_at_this_door(api: Calls) -> None:
    made = await registered(api, version=7, builtIn=True, surprise=1)

    assert (made["version"], made["builtIn"]) == (1, False)


async def test_reading_and_writing_need_their_scopes(world: Surface, api: Calls) -> None:
    viewer = Calls(api.client, await world.key_for("viewer"))

    assert (await viewer.get(TYPES))["total"] == len(CATALOGUE)
    assert await code(viewer, "POST", TYPES, {"name": "a", "schema": {}}) == (403, "forbidden")
    assert await code(viewer, "DELETE", f"{TYPES}/a") == (403, "forbidden")
