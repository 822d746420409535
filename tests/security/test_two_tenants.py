"""Another tenant's id reads as one that never was, byte for byte, on every route (security S16, §11)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from hookspan.api.asgi import make_routes
from hookspan.api.routes import shape
from tests.support.surface import Surface

NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"
ENDPOINT = {"url": "https://93.184.215.14/hook", "events": ["invoice.*"]}
WORKFLOW = {"name": "Intake", "steps": [{"id": "a", "kind": "pass"}], "triggers": [{"id": "t", "kind": "webhook"}]}


@dataclass
class Neighbours:
    """Tenant A, who owns things, and tenant B, who asks for them."""

    world: Surface
    client: httpx2.AsyncClient
    theirs: dict[str, str]

    async def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A thing of tenant A."""
        answer = await self.client.post(path, json=body, headers=self.world.owner)
        assert answer.status_code in (201, 202), answer.text
        return dict(answer.json())

    async def first(self, path: str) -> dict[str, Any]:
        """The newest row of a list of tenant A."""
        rows = (await self.client.get(path, headers=self.world.owner)).json()["data"]
        return dict(rows[0])


@pytest.fixture
async def neighbours(world: Surface, client: httpx2.AsyncClient) -> Neighbours:
    """Both tenants; every kind of thing is made by who needs it."""
    return Neighbours(world, client, await world.key_for("owner", tenant_id=await world.second_tenant()))


async def a_key(near: Neighbours) -> str:
    return str((await near.made("/api/v1/keys", {"name": "k", "scopes": ["events:read"]}))["id"])


async def an_endpoint(near: Neighbours) -> str:
    return str((await near.made("/api/v1/endpoints", ENDPOINT))["id"])


async def a_source(near: Neighbours) -> str:
    return str((await near.made("/api/v1/webhooks", {"name": "GitHub"}))["id"])


async def an_inbox(near: Neighbours) -> str:
    return str((await near.made("/api/v1/inboxes", {}))["id"])


async def a_view(near: Neighbours) -> str:
    return str((await near.made("/api/v1/views", {"list": "events", "name": "late", "query": {}}))["id"])


async def an_event(near: Neighbours) -> str:
    return str((await near.made("/api/v1/events", {"type": "invoice.paid", "data": {"id": 1}}))["id"])


async def a_delivery(near: Neighbours) -> str:
    await an_endpoint(near)
    await an_event(near)
    return str((await near.first("/api/v1/deliveries"))["id"])


async def a_job(near: Neighbours) -> str:
    await a_delivery(near)
    query = {"query": {"status": "pending"}}
    return str((await near.made("/api/v1/deliveries/retry", query))["id"])


async def a_workflow(near: Neighbours) -> str:
    return str((await near.made("/api/v1/workflows", WORKFLOW))["id"])


async def an_execution(near: Neighbours) -> str:
    return str((await near.made(f"/api/v1/workflows/{await a_workflow(near)}/executions", {}))["id"])


async def a_task(near: Neighbours) -> str:
    return str((await near.first(f"/api/v1/executions/{await an_execution(near)}/steps"))["id"])


OWNED: dict[str, Callable[[Neighbours], Awaitable[str]]] = {
    "/api/v1/keys/": a_key,
    "/api/v1/endpoints/": an_endpoint,
    "/api/webhooks/": an_endpoint,
    "/api/v1/webhooks/": a_source,
    "/api/v1/inboxes/": an_inbox,
    "/api/v1/events/": an_event,
    "/api/v1/views/": a_view,
    "/api/v1/deliveries/": a_delivery,
    "/api/v1/jobs/": a_job,
    "/api/v1/workflows/": a_workflow,
    "/api/workflows/": a_workflow,
    "/api/v1/executions/": an_execution,
    "/api/executions/": an_execution,
    "/api/tasks/": a_task,
}
# Where an empty body would be refused before anyone looks for the thing.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/api/v1/keys/{}"): {"name": "other"},
    ("PUT", "/api/v1/endpoints/{}"): ENDPOINT,
    ("PUT", "/api/v1/workflows/{}"): WORKFLOW,
    ("POST", "/api/v1/webhooks/{}/filters"): {"fieldPath": "$.id", "operator": "exists"},
    ("PUT", "/api/v1/webhooks/{}/filters"): {"filters": []},
    ("POST", "/api/v1/events/{}/forwards"): {"statusCode": 200, "durationMs": 1},
    ("POST", "/api/v1/webhooks/{}/events/replay"): {"eventIds": [NOBODY]},
    ("POST", "/api/v1/executions/{}/restart-from"): {"stepId": "a"},
    ("POST", "/api/v1/executions/{}/steps/{}/fail"): {"error": "no"},
    ("POST", "/api/v1/executions/{}/blockers"): {"description": "the lawyer is ill"},
}
# Names and codes of the instance itself, the same for every tenant; a socket shows what is its tenant's own, and a
# callback has no caller but its token.
_NAMES = ("/docs/problems/", "/api/v1/event-types/", "/api/v1/priorities/", "/api/v1/providers/")
SHARED = ("/ui/", "/inbox/", "/api/v1/ws/", "/api/v1/callbacks/", *_NAMES)


def templates() -> list[tuple[str, str]]:
    """Every method and template that names a thing."""
    found = [
        (method, route.path or "")
        for route in iter_route_contexts(make_routes().routes)
        for method in sorted(route.methods or ())
        if "{" in (route.path or "")
    ]
    return [(method, path) for method, path in found if not path.startswith(SHARED) and ":path}" not in path]


def maker(path: str) -> Callable[[Neighbours], Awaitable[str]]:
    """Who makes the thing that a template's first parameter names."""
    return OWNED[path[: path.index("{")]]


def filled(path: str, identity: str) -> str:
    """The template with the id in the first place and small numbers after it."""
    return re.sub(r"\{[^}]*\}", "1", path.replace(path[path.index("{") : path.index("}") + 1], identity, 1))


async def asked(near: Neighbours, method: str, path: str, identity: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers as tenant B sees them, without what belongs to the request alone."""
    json = BODIES.get((method, shape(path)), {}) if method in ("POST", "PUT", "PATCH") else None
    headers = {**near.theirs, "X-Request-Id": "the-same-id"}
    answer = await near.client.request(method, filled(path, identity), headers=headers, json=json)
    told = {name: value for name, value in answer.headers.items() if name != "ratelimit"}
    return answer.status_code, answer.text.replace(identity, "ID"), told


def test_every_template_has_a_maker() -> None:
    assert [path for _, path in templates() if path[: path.index("{")] not in OWNED] == []


@pytest.mark.parametrize(("method", "path"), templates())
async def test_a_foreign_id_reads_as_a_missing_one(method: str, path: str, neighbours: Neighbours) -> None:
    identity = await maker(path)(neighbours)

    foreign = await asked(neighbours, method, path, identity)
    missing = await asked(neighbours, method, path, NOBODY)

    assert foreign == missing
    assert foreign[0] == 404


@pytest.mark.parametrize("path", sorted({path[: path.index("{") - 1] for _, path in templates()} - {"/api/tasks"}))
async def test_lists_show_nothing_of_a_neighbour(path: str, neighbours: Neighbours) -> None:
    identity = await OWNED[f"{path}/"](neighbours)

    mine = await neighbours.client.get(path, headers=neighbours.world.owner)
    theirs = await neighbours.client.get(path, headers=neighbours.theirs)

    assert (mine.status_code, theirs.status_code) == (200, 200)
    assert identity in mine.text
    assert identity not in theirs.text


async def test_a_foreign_thing_survives_the_attempt_to_delete_it(neighbours: Neighbours) -> None:
    for prefix in ("/api/v1/keys/", "/api/v1/endpoints/", "/api/v1/webhooks/"):
        path = prefix + await OWNED[prefix](neighbours)
        refused = await neighbours.client.delete(path, headers=neighbours.theirs)
        assert refused.status_code == 404
        assert (await neighbours.client.get(path, headers=neighbours.world.owner)).status_code == 200


async def test_no_word_in_a_request_chooses_the_tenant(neighbours: Neighbours) -> None:
    tenant = neighbours.world.instance.tenant_id
    headers = {**neighbours.theirs, "X-Tenant-Id": tenant}

    me = await neighbours.client.get("/api/v1/me", headers=headers)
    asked = await neighbours.client.get("/api/v1/me", params={"tenantId": tenant}, headers=headers)

    assert me.json()["tenantId"] != tenant
    assert asked.status_code == 422
