"""Every route is in the table and obeys it (security S1, S16, §10). Generated from the app, so a new route is in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from hookspan.access.roles import ROLES
from hookspan.api.asgi import make_routes
from hookspan.api.auth import Allowed
from hookspan.api.gate import Doors
from hookspan.api.problems import Plain
from hookspan.api.routes import Rule, rule_for, rules, shape
from hookspan.errors import Forbidden
from tests.support.surface import Surface

NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"
OPEN = ("public", "own")
# The receiver and the sinks take every method at any address; their credential is the request itself.
UNWALKED = {"/api/v1/webhooks/{}"}


def walked() -> Iterator[tuple[str, str, Rule | None, Dependant]]:
    """Every method and template of the app, its rule and what it depends on."""
    for route in iter_route_contexts(make_routes().routes):
        for method in sorted(route.methods or ()):
            yield method, route.path or "", rule_for(method, route.path or ""), route.dependant


ROUTES = list(walked())
GUARDED = [(method, path, rule) for method, path, rule, _ in ROUTES if rule and rule.scope not in OPEN]


def address(path: str) -> str:
    """The template with an id where a parameter stands."""
    return re.sub(r"\{[^}]*\}", NOBODY, path)


def scopes_named(dependant: Dependant) -> set[str]:
    """Every scope that `may` names in a route's dependencies."""
    own = {dependant.call.scope} if isinstance(dependant.call, Allowed) else set()
    return own.union(*(scopes_named(inner) for inner in dependant.dependencies))


async def asked(client: httpx2.AsyncClient, method: str, path: str, headers: dict[str, str]) -> httpx2.Response:
    if path == "/api/v1/stream":
        path += "?topics=nonsense"
    json: dict[str, str] | None = {} if method in ("POST", "PUT", "PATCH") else None
    return await client.request(method, address(path), headers=headers, json=json)


def test_every_route_stands_in_the_table() -> None:
    assert [(method, path) for method, path, rule, _ in ROUTES if rule is None] == []


def test_every_row_of_the_table_has_a_route() -> None:
    assert sorted(set(rules()) - {(method, shape(path)) for method, path, _, _ in ROUTES}) == []


def test_a_route_asks_for_the_scope_the_table_names() -> None:
    for method, path, rule, dependant in ROUTES:
        assert rule is not None
        expected = set() if rule.scope in OPEN else {rule.scope}
        assert scopes_named(dependant) - {"any"} == expected - {"any"}, (method, path)
        assert not expected or scopes_named(dependant), (method, path)


def test_the_table_uses_no_scope_that_nobody_holds() -> None:
    assert {rule.scope for rule in rules().values()} - ROLES["owner"] == {"public", "own", "any"}


def test_what_is_not_in_the_table_is_denied() -> None:
    app = make_routes()
    app.get("/api/v1/forgotten")(lambda: "open")

    doors = Doors(app.routes)

    with pytest.raises(Forbidden):
        doors.door("GET", "/api/v1/forgotten")
    with pytest.raises(Plain):
        doors.door("GET", "/api/v1/forgotten/more")


@pytest.mark.parametrize(("role", "scope", "held"), [
    ("owner", "tenants:write", True), ("admin", "tenants:write", False), ("admin", "workflows:delete", True),
    ("integrator", "endpoints:write", True), ("integrator", "workflows:read", False),
    ("designer", "workflows:delete", False), ("designer", "deliveries:read", False),
    ("designer", "payloads:read", True), ("operator", "deliveries:retry", True),
    ("operator", "endpoints:write", False), ("operator", "endpoints:pause", True),
    ("operator", "events:replay", False), ("operator", "events:replay_stored", True),
    ("viewer", "payloads:read", False), ("viewer", "executions:read", True), ("viewer", "endpoints:test", False),
    ("integrator", "events:publish_system", False), ("operator", "secrets:reveal", False),
])  # fmt: skip
def test_roles_hold_what_the_specification_says(role: str, scope: str, held: bool) -> None:
    assert (scope in ROLES[role]) is held


async def test_without_a_credential_every_route_that_is_not_public_is_401(client: httpx2.AsyncClient) -> None:
    answers = {(method, path): (await asked(client, method, path, {})).status_code for method, path, _ in GUARDED}

    assert {key: status for key, status in answers.items() if status != 401} == {}


@pytest.mark.parametrize("token", ["hsk_000000000000_" + "0" * 49, "eyJhbGciOiJub25lIn0.e30.", "", "Basic eDp5", "é"])
async def test_a_wrong_credential_is_401_everywhere(token: str, client: httpx2.AsyncClient) -> None:
    headers = {b"Authorization": (f"Bearer {token}" if " " not in token else token).encode()}
    answers = {}
    for method, path, _ in GUARDED[:: 7 if token else 1]:
        answers[(method, path)] = (await client.request(method, address(path), headers=headers)).status_code

    assert {key: status for key, status in answers.items() if status != 401} == {}


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_a_role_passes_where_it_may_and_is_403_elsewhere(
    role: str, world: Surface, client: httpx2.AsyncClient
) -> None:
    headers = await world.key_for(role)
    wrong = []
    for method, path, rule in GUARDED:
        answer = await asked(client, method, path, headers)
        may = rule.scope == "any" or rule.scope in ROLES[role]
        if (answer.status_code == 403) is may or answer.status_code in (401, 500):
            wrong.append((method, path, answer.status_code, answer.text))

    assert wrong == []


async def test_without_the_scope_a_body_is_not_even_read(world: Surface, client: httpx2.AsyncClient) -> None:
    headers = {**await world.key_for("viewer"), "Content-Type": "application/json"}

    answer = await client.post("/api/v1/keys", content=b"{" * 2_000_000, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
