"""Every write route against what nobody should send: the door's own error shape, and nothing is stored.

Generated from the app, so a new route is tested the day it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx2
from fastapi.routing import iter_route_contexts
from sqlalchemy import Connection, func, select

from hookspan.api.asgi import make_routes
from hookspan.api.problems import door_of
from hookspan.api.routes import rule_for
from hookspan.storage.columns import metadata
from tests.support.calls import Calls
from tests.support.surface import Surface

NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"
JSON = {"Content-Type": "application/json"}
STEPS = [{"id": "a", "kind": "pass"}]
GOOD: dict[str, dict[str, Any]] = {
    "/api/webhooks": {"url": "https://example.com/", "events": ["a.b"]},
    "/api/webhooks/test": {"url": "https://example.com/", "event": "a.b"},
    "/api/workflows": {"name": "good", "tasks": [{"name": "a"}], "synchronizationPoints": []},
    "/api/v1/endpoints": {"url": "https://example.com/", "events": ["a.b"]},
    "/api/v1/webhooks": {"name": "good"},
    "/api/v1/events": {"type": "a.b"},
    "/api/v1/events/batch": {"events": [{"type": "a.b"}]},
    "/api/v1/keys": {"name": "good", "scopes": ["events:read"]},
    "/api/v1/workflows": {"name": "good", "steps": STEPS},
    "/api/v1/workflows/validate": {"name": "good", "steps": STEPS},
    "/api/auth/login": {"username": "owner", "password": "wrong"},
}
# Without these nobody looks for the thing.
NEEDED: dict[str, dict[str, Any]] = {
    "/api/v1/events/{event_id}/forwards": {"statusCode": 200, "durationMs": 1},
    "/api/v1/webhooks/{webhook_id}/events/replay": {"eventIds": [NOBODY]},
    "/api/v1/webhooks/{webhook_id}/filters": {"filters": [], "fieldPath": "$.a", "operator": "exists"},
    "/api/v1/executions/{execution_id}/restart-from": {"stepId": "a"},
    "/api/v1/executions/{execution_id}/steps/{step_id}/fail": {"error": "no"},
    "/api/v1/executions/{execution_id}/blockers": {"description": "late"},
}
# These read no body, so nothing in one can be wrong for them.
BODILESS = ("/pause", "/cancel", "/logout", "/tickets")


def write_routes() -> list[tuple[str, str]]:
    """Method and template of every route that takes a body."""
    found = []
    for route in iter_route_contexts(make_routes().routes):
        path = route.path or ""
        for method in sorted((route.methods or set()) & {"POST", "PUT", "PATCH"}):
            rule = rule_for(method, path)
            if rule is not None and rule.body != "raw":
                found.append((method, path))
    return found


WRITES = write_routes()


def address(path: str, identity: str = NOBODY) -> str:
    return re.sub(r"\{[^}]*\}", identity, path)


async def counted(world: Surface) -> Mapping[str, int]:
    """Rows of every table."""

    def count(connection: Connection) -> dict[str, int]:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }

    return await world.rooms.database.read(count)


def speaks_its_door(answer: httpx2.Response, path: str) -> bool:
    """Whether an error has the shape of the door it came from."""
    body = answer.json()
    if door_of(path) == "orchestrator":
        return set(body) == {"message"}
    is_problem = answer.headers["content-type"] == "application/problem+json" and body["status"] == answer.status_code
    return is_problem and (door_of(path) != "gateway" or body["error"] == body["detail"])


async def refused(world: Surface, api: Calls, statuses: set[int], **body: Any) -> None:
    """Send `body` to every write route; all must refuse it with one of `statuses`."""
    before = await counted(world)
    for method, path in WRITES:
        answer = await api.ask(method, address(path), **body)
        assert answer.status_code in statuses, (method, path, answer.status_code, answer.text)
        assert speaks_its_door(answer, path), (method, path, answer.text)
    assert await counted(world) == before


async def test_there_is_something_to_test() -> None:
    assert len(WRITES) > 20


async def test_what_is_not_json(world: Surface, api: Calls) -> None:
    await refused(world, api, {400}, content=b"{nonsense", headers=JSON)


async def test_another_media_type(world: Surface, api: Calls) -> None:
    await refused(world, api, {415}, content=b"a=b", headers={"Content-Type": "application/x-www-form-urlencoded"})


async def test_a_body_over_the_limit(world: Surface, api: Calls) -> None:
    await refused(world, api, {413}, content=b" " * (5 * 1_048_576 + 1), headers=JSON)


async def test_nesting_that_breaks_parsers(world: Surface, api: Calls) -> None:
    await refused(world, api, {400}, content=b"[" * 100_000 + b"]" * 100_000, headers=JSON)


async def test_a_list_where_an_object_belongs(world: Surface, api: Calls) -> None:
    before = await counted(world)
    for method, path in WRITES:
        if not path.endswith(BODILESS):
            answer = await api.ask(method, address(path), [1, 2])
            assert answer.status_code in (400, 404, 422), (method, path, answer.text)
            assert speaks_its_door(answer, path), (method, path)
    assert await counted(world) == before


async def test_members_of_the_wrong_type(world: Surface, api: Calls) -> None:
    wrong: dict[str, Any] = {"url": 5, "events": "a", "event": 5, "name": 5, "type": 5, "scopes": 5, "steps": 5}
    wrong |= {"username": 5, "password": 5, "held": 5, "force": 5, "overlapMs": "long", "secret": 5}
    before = await counted(world)
    for method, path in WRITES:
        if not path.endswith(BODILESS):
            answer = await api.ask(method, address(path), wrong)
            assert answer.status_code in (400, 404, 422), (method, path, answer.text)
            assert speaks_its_door(answer, path), (method, path)
    assert await counted(world) == before


async def test_missing_members_are_named(world: Surface, api: Calls) -> None:
    before = await counted(world)
    for path, body in GOOD.items():
        answer = await api.ask("POST", path, {})
        assert answer.status_code == (400 if door_of(path) == "orchestrator" else 422), path
        assert next(iter(body)) in answer.text, path
        assert speaks_its_door(answer, path), path
    assert await counted(world) == before


async def test_native_routes_refuse_a_member_they_do_not_know(world: Surface, api: Calls) -> None:
    before = await counted(world)
    for path, body in GOOD.items():
        if door_of(path) == "native" and not path.startswith("/api/auth"):
            answer = await api.ask("POST", path, {**body, "tenantId": NOBODY})
            assert (answer.status_code, answer.json()["code"]) == (422, "unknown_member"), (path, answer.text)
    assert await counted(world) == before


async def test_seed_routes_never_bind_a_member_they_do_not_know(world: Surface, api: Calls) -> None:
    foreign = {"id": NOBODY, "tenantId": NOBODY, "tenant_id": NOBODY, "createdAt": "x", "version": 9, "triggerCount": 9}
    for path in ("/api/webhooks", "/api/v1/webhooks"):
        created = await api.post(path, {**GOOD[path], **foreign})
        assert NOBODY not in str(created), path
        assert created.get("triggerCount", 0) == 0


async def mine_and_theirs(world: Surface, api: Calls) -> tuple[dict[str, str], dict[str, str]]:
    """Ids of one thing of each kind in the owner's tenant, and a header of another tenant's owner."""
    endpoint = await api.endpoint()
    event = await api.publish()
    workflow = await api.post("/api/v1/workflows", GOOD["/api/v1/workflows"])
    execution = await api.post(f"/api/v1/workflows/{workflow['id']}/executions", {}, status=202)
    source = await api.post("/api/v1/webhooks", {"name": "mine"})
    delivery = (await api.get("/api/v1/deliveries"))["data"][0]
    key = (await api.get("/api/v1/keys"))["data"][0]
    ids = {
        "/api/webhooks/": endpoint["id"],
        "/api/v1/endpoints/": endpoint["id"],
        "/api/v1/webhooks/": source["id"],
        "/api/v1/events/": event,
        "/api/v1/deliveries/": delivery["id"],
        "/api/v1/workflows/": workflow["id"],
        "/api/v1/executions/": execution["id"],
        "/api/v1/keys/": key["id"],
    }
    return ids, await world.key_for("owner", tenant_id=await world.second_tenant())


def routes_of_things(ids: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Method, template and the owner's id for every route that names a thing."""
    found = []
    for route in iter_route_contexts(make_routes().routes):
        path = route.path or ""
        prefix = next((prefix for prefix in ids if path.startswith(f"{prefix}{{")), None)
        if prefix is not None:
            found += [(method, path, ids[prefix]) for method in sorted(route.methods or ())]
    return found


RENAMES = ("PATCH", "/api/v1/keys/{key_id}")
"""A key takes less when it is changed than when it is made."""


async def test_another_tenants_id_reads_exactly_like_a_missing_one(world: Surface, api: Calls) -> None:
    ids, stranger = await mine_and_theirs(world, api)
    before = await counted(world)
    routes = routes_of_things(ids)

    for method, path, identity in routes:
        options: dict[str, Any] = {"headers": {**stranger, "X-Request-Id": "the-same-for-both"}}
        if method in ("POST", "PUT", "PATCH"):
            usual = NEEDED.get(path) or GOOD.get(re.sub(r"/\{[^}]*\}$", "", path), {})
            options["json"] = {"name": "other"} if (method, path) == RENAMES else usual
        theirs = await api.ask(method, address(path, identity), **options)
        missing = await api.ask(method, address(path), **options)
        assert theirs.status_code == missing.status_code == 404, (method, path, theirs.status_code, theirs.text)
        assert theirs.content.replace(identity.encode(), NOBODY.encode()) == missing.content, (method, path)

    assert len(routes) > 30
    assert await counted(world) == before
