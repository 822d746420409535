"""No open door at a path that can be guessed, one spelling of a path, and no text that nothing can hold (S10, S17)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from hookspan.api.asgi import make_routes
from hookspan.api.routes import rule_for
from tests.support.calls import Calls
from tests.support.sources import BASE, at, changed, source
from tests.support.surface import Surface

JSON = {"Content-Type": "application/json"}
LONE = "\\ud800"
NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"


@pytest.mark.parametrize("wish", [{"authType": "none"}, {"authType": "none", "name": "open"}])
async def test_a_chosen_path_is_never_opened(world: Surface, api: Calls, wish: dict[str, Any]) -> None:
    created = await source(api, authType="api_key", path="orders1")

    answer = await api.ask("PATCH", at(created), wish)

    assert (answer.status_code, answer.json()["code"]) == (422, "path_needs_auth")
    assert (await world.takes("orders1")).status == 401


async def test_an_open_source_moves_to_no_chosen_path(api: Calls) -> None:
    created = await source(api, authType="none")

    answer = await api.ask("PATCH", at(created), {"path": "A" * 22})

    assert (answer.status_code, list(answer.json()["details"])) == (422, ["path"])


async def test_a_path_of_ours_may_be_open(world: Surface, api: Calls) -> None:
    created = await source(api, authType="api_key")

    await changed(api, created, authType="none")

    assert (await world.takes(created["path"])).status == 202


@pytest.mark.parametrize(
    ("spelling", "status"),
    [
        ("%6frders/b1", 202),
        ("%6Frders/%62%31", 202),
        ("orders%2fb1", 404),
        ("%256frders/b1", 404),
        ("orders/b1%00", 404),
        ("orders/%2e%2e/orders/b1", 404),
        ("orders\\b1", 404),
        ("%6", 404),
    ],
)
async def test_a_path_is_decoded_once(world: Surface, api: Calls, spelling: str, status: int) -> None:
    key = "k" * 32
    await source(api, path="orders/b1", authType="api_key", credentials={"key": key})

    answer = await world.takes(spelling, headers=[(b"x-api-key", key.encode())])

    assert answer.status == status


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (f'{{"name":"{LONE}"}}', "/name"),
        (f'{{"name":"a","description":"x{LONE}"}}', "/description"),
        (f'{{"name":"a","response":{{"body":"{LONE}"}}}}', "/response/body"),
        (f'{{"name":"a","enrichment":{{"custom":{{"a":"{LONE}"}}}}}}', "/enrichment/custom/a"),
        (f'{{"name":"a","enrichment":{{"custom":{{"{LONE}":"a"}}}}}}', ""),
        (f'{{"name":"\\ud83d\\ude00","description":"{LONE}","priority":{"9" * 4_000}}}', "/description"),
    ],
)
async def test_a_lone_surrogate_is_refused_where_it_stands(api: Calls, body: str, pointer: str) -> None:
    answer = await api.ask("POST", BASE, content=body.encode(), headers=JSON)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def written_routes() -> list[tuple[str, str]]:
    """Method and template of every route that reads JSON."""
    return [
        (method, route.path or "")
        for route in iter_route_contexts(make_routes().routes)
        for method in sorted((route.methods or set()) & {"POST", "PUT", "PATCH"})
        if (rule := rule_for(method, route.path or "")) is not None and rule.body != "raw"
    ]


async def test_lone_surrogates_break_no_route(api: Calls) -> None:
    created = await source(api)
    names = ("name", "url", "event", "type", "data", "payload", "input", "body", "query", "reason", "modifiedPayload")
    members = ",".join(f'"{name}":"{LONE}aaa"' for name in names)

    for method, path in written_routes():
        identity = created["id"] if path.startswith(BASE) else NOBODY
        answer = await api.ask(method, re.sub(r"\{[^}]*\}", identity, path), content=f"{{{members}}}", headers=JSON)
        assert answer.status_code < 500, (method, path, answer.text)


@pytest.mark.parametrize("body", ['{"body":{"a":"\\ud800"}}', '{"query":{"a":"\\ud800"}}', '{"body":"\\ud800"}'])
async def test_a_test_request_holds_no_lone_surrogate(api: Calls, body: str) -> None:
    created = await source(api, authType="none")

    answer = await api.ask("POST", f"{at(created)}/test", content=body.encode(), headers=JSON)

    assert answer.status_code in (400, 422), answer.text


async def test_a_bulk_replay_holds_no_lone_surrogate(api: Calls) -> None:
    answer = await api.ask("POST", "/api/v1/events/replay", content=b'{"query":{"q":"\\ud800aaa"}}', headers=JSON)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/q")
