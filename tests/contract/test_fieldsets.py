"""`fields=` on every native list and resource (contracts C.1), and `expand=execution` on events."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from hookspan.api.asgi import make_routes
from tests.support.calls import Calls
from tests.support.running import GO, begun, driven
from tests.support.surface import Surface

EVENTS, DELIVERIES = "/api/v1/events", "/api/v1/deliveries"
NATIVE = (
    *("audit", "deliveries", "endpoints", "events", "executions", "inboxes", "jobs", "keys", "issues", "providers"),
    *("queues", "views", "workflows"),
)


@cache
def reads() -> dict[str, list[str]]:
    """The members that `fields` may name, by path, as the document of the API has them."""
    paths = make_routes().openapi()["paths"]
    return {
        path: asked["schema"]["items"]["enum"]
        for path, item in paths.items()
        for asked in item.get("get", {}).get("parameters", ())
        if asked["name"] == "fields"
    }


def lists() -> list[str]:
    return [path for path in reads() if "{" not in path]


async def furnished(world: Surface, api: Calls) -> dict[str, str]:
    """One of many things, and how paths call them."""
    endpoint = await api.endpoint()
    event = await api.publish(data={"n": 1})
    running = await begun(world, api, GO)
    key = await api.post("/api/v1/keys", {"name": "k", "scopes": ["events:read"]})
    await api.post("/api/v1/inboxes", {})
    await api.post("/api/v1/views", {"name": "v", "list": "events", "query": {"status": ["stored"]}})
    delivery = (await api.get(DELIVERIES))["data"][0]["id"]
    ids = {"endpoint_id": endpoint["id"], "event_id": event, "execution_id": running.id, "delivery_id": delivery}
    return {**ids, "workflow_id": running.workflow_id, "key_id": key["id"], "version": "1"}


def test_every_native_list_knows_fields() -> None:
    assert {f"/api/v1/{name}" for name in NATIVE} <= set(lists())
    assert {f"{EVENTS}/{{event_id}}", f"{DELIVERIES}/{{delivery_id}}", "/api/v1/executions/{execution_id}"} <= set(
        reads()
    )


@pytest.mark.parametrize("path", lists())
async def test_a_list_shows_the_members_that_are_named(path: str, world: Surface, api: Calls) -> None:
    await furnished(world, api)
    needed = {"q": "k"} if path == "/api/v1/search" else {}
    names = reads()[path][:2]
    whole = await api.get(path, **needed)

    narrow = await api.get(path, fields=",".join(names), **needed)

    assert {**narrow, "data": []} == {**whole, "data": []}
    assert narrow["data"] == [{name: row[name] for name in names if name in row} for row in whole["data"]]


@pytest.mark.parametrize("path", [path for path in reads() if "{" in path])
async def test_a_resource_shows_the_members_that_are_named(path: str, world: Surface, api: Calls) -> None:
    made = await furnished(world, api)
    names = reads()[path]
    place = path.format_map({name: made.get(name, "0196f4a0-0000-7abc-8def-0123456789ab") for name in _parts(path)})
    whole = await api.ask("GET", place)

    narrow = await api.ask("GET", place, params={"fields": names[0]})

    assert narrow.status_code == whole.status_code
    if whole.status_code == 200 and "data" not in whole.json():
        assert narrow.json() == {names[0]: whole.json()[names[0]]}
        assert narrow.headers.get("etag") == whole.headers.get("etag")
        assert int(narrow.headers["content-length"]) == len(narrow.content)


def _parts(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


@pytest.mark.parametrize("path", lists())
@pytest.mark.parametrize("asked", ["colour", "id,colour", "", ","])
async def test_an_unknown_member_is_answered_with_the_known(path: str, asked: str, api: Calls) -> None:
    answer = await api.ask("GET", path, params={"fields": asked})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/fields")
    assert answer.json()["detail"].endswith(f"known are {', '.join(reads()[path])}")


async def test_numbers_and_order_survive_as_they_were_written(api: Calls) -> None:
    data = {"big": 12345678901234567890, "exact": 1.10}
    event = await api.publish(data=data)
    whole = (await api.ask("GET", f"{EVENTS}/{event}")).content

    narrow = (await api.ask("GET", f"{EVENTS}/{event}", params={"fields": "data,id"})).content

    assert narrow == b'{"id":"%s","data":{"big":12345678901234567890,"exact":1.1}}' % event.encode()
    assert b'"data":{"big":12345678901234567890,"exact":1.1}' in whole


async def test_a_cursor_serves_the_same_list_whatever_is_shown_of_it(api: Calls) -> None:
    events = [await api.publish() for _ in range(3)]
    first = await api.ask("GET", EVENTS, params={"limit": 2, "fields": "id"})
    cursor = first.json()["nextCursor"]

    other = await api.get(EVENTS, limit=2, fields="id,type", cursor=cursor)
    followed = await api.ask("GET", first.links["next"]["url"])

    assert other["data"] == [{"id": events[0], "type": "order.paid"}]
    assert followed.json()["data"] == [{"id": events[0]}]


async def test_fields_may_be_repeated_and_head_tells_their_length(api: Calls) -> None:
    event = await api.publish()

    shown = await api.ask("GET", f"{EVENTS}/{event}?fields=id&fields=type,status")
    head = await api.ask("HEAD", f"{EVENTS}/{event}?fields=id&fields=type,status")

    assert shown.json() == {"id": event, "type": "order.paid", "status": "stored"}
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(shown.content)), b"")


async def test_refusals_and_what_is_known_stay_whole(api: Calls) -> None:
    endpoint = await api.endpoint()
    path = f"/api/v1/endpoints/{endpoint['id']}"
    tag = (await api.ask("GET", path)).headers["etag"]

    known = await api.ask("GET", path, params={"fields": "id"}, headers={"If-None-Match": tag})
    nobody = await api.ask("GET", "/api/v1/endpoints/nobody", params={"fields": "id"})
    bad = await api.ask("GET", EVENTS, params={"fields": "id", "limit": 0})

    assert (known.status_code, known.content) == (304, b"")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "not_found")
    assert bad.json()["errors"][0]["pointer"] == "/limit"


@pytest.mark.parametrize("path", ["/api/v1/webhooks", "/api/v1/events/export", "/api/v1/stats"])
async def test_elsewhere_nothing_is_chosen(path: str, api: Calls) -> None:
    answer = await api.ask("GET", path, params={"fields": "id"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/fields")


# -- expand --------------------------------------------------------------------------------------------------------


async def told_of(world: Surface, api: Calls) -> tuple[str, dict[str, Any]]:
    """An event that a step published, and its execution."""
    emit = {"id": "tell", "kind": "emit", "with": {"event": "order.ready"}}
    running = await begun(world, api, emit)
    await driven(world)
    (event,) = (await api.get(EVENTS, type="order.ready"))["data"]
    return event["id"], {name: value for name, value in (await running.shown()).items() if name not in _CONTENT}


_CONTENT = {"input", "output", "steps"}


async def test_an_event_is_shown_with_its_execution(world: Surface, api: Calls) -> None:
    event, execution = await told_of(world, api)
    await api.publish("order.paid")

    one = await api.get(f"{EVENTS}/{event}", expand="execution")
    many = (await api.get(EVENTS, expand="execution", type=["order.ready", "order.paid"]))["data"]

    assert one["execution"] == execution
    assert [each.get("execution") for each in many] == [None, execution]
    assert "execution" not in await api.get(f"{EVENTS}/{event}")


async def test_an_event_of_a_failed_execution_is_listed_with_its_error(world: Surface, api: Calls) -> None:
    emit = {"id": "tell", "kind": "emit", "with": {"event": "order.ready"}}
    broken = {"id": "broken", "kind": "python", "needs": ["tell"], "with": {"function": "nobody"}}
    running = await begun(world, api, emit, broken)
    await driven(world)

    (event,) = (await api.get(EVENTS, type="order.ready", expand="execution"))["data"]

    assert event["execution"]["error"] == (await running.shown())["error"]
    assert event["execution"]["error"]["code"] == "unknown_function"


async def test_an_event_that_came_in_is_shown_with_what_its_request_started(world: Surface, api: Calls) -> None:
    workflow = await api.post("/api/v1/workflows", {"name": "w", "steps": [{"id": "a"}]})
    source = await api.post("/api/v1/webhooks", {"name": "in", "workflowId": workflow["id"], "authType": "none"})
    await world.takes(source["path"])

    (event,) = (await api.get(EVENTS, origin="webhook", expand="execution"))["data"]

    assert event["execution"]["id"] == event["receipt"]["executionId"]
    assert event["execution"]["workflowId"] == workflow["id"]


async def test_expanding_needs_the_scope_and_a_known_word(world: Surface, api: Calls) -> None:
    event, _ = await told_of(world, api)
    reader = {
        "Authorization": f"Bearer {(await api.post('/api/v1/keys', {'name': 'r', 'scopes': ['events:read']}))['key']}"
    }

    answers = [
        await api.ask("GET", path, params={"expand": word}, headers=headers)
        for path in (EVENTS, f"{EVENTS}/{event}")
        for word, headers in (("execution", reader), ("steps", {}))
    ]

    assert [answer.status_code for answer in answers] == [403, 422, 403, 422]
