"""API keys: make, list, revoke (contracts C.7, security §9.1)."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from hookspan.storage.tables import events
from tests.support.surface import Surface, bearer

WISH = {"name": "billing", "scopes": ["events:publish"]}


async def made(world: Surface, client: httpx2.AsyncClient, **wish: Any) -> dict[str, Any]:
    world.clock.advance(seconds=1)
    answer = await client.post("/api/v1/keys", json={**WISH, **wish}, headers=world.owner)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def settled(world: Surface) -> None:
    """Wait until everything written so far is committed: there is one writer."""
    await world.rooms.database.write(lambda connection: None)


async def event_types(world: Surface) -> list[str]:
    return [
        row.type
        for row in await world.rooms.database.read(lambda connection: connection.execute(events.select()).all())
    ]


async def test_a_key_is_shown_once_and_opens_what_it_was_made_for(world: Surface, client: httpx2.AsyncClient) -> None:
    key = await made(world, client)

    me = await client.get("/api/v1/me", headers=bearer(key["key"]))

    assert re.fullmatch(r"hsk_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}", key["key"])
    assert key["key"].startswith(key["prefix"])
    assert (me.json()["username"], me.json()["scopes"]) == ("billing", ["events:publish"])
    listed = await client.get("/api/v1/keys", headers=world.owner)
    assert "key" not in listed.json()["data"][0]
    assert [row["name"] for row in listed.json()["data"]] == ["billing", "owner"]


async def test_the_answer_says_where_the_key_is_and_when_it_ends(world: Surface, client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/keys", json=WISH, headers=world.owner)

    key = answer.json()
    assert answer.headers["location"] == f"/api/v1/keys/{key['id']}"
    assert (key["createdAt"], key["expiresAt"]) == ("2025-05-21T21:27:10.000Z", "2026-05-21T21:27:10.000Z")
    assert (await client.get(answer.headers["location"], headers=world.owner)).json()["prefix"] == key["prefix"]


async def test_a_key_ends_when_it_says(world: Surface, client: httpx2.AsyncClient) -> None:
    key = await made(world, client, expiresAt="2025-05-21T21:28:10Z")
    before = await client.get("/api/v1/me", headers=bearer(key["key"]))

    world.clock.advance(seconds=60)

    after = await client.get("/api/v1/me", headers=bearer(key["key"]))
    assert [before.status_code, after.status_code] == [200, 401]


async def test_the_keys_come_in_pages_newest_first(world: Surface, client: httpx2.AsyncClient) -> None:
    for name in ("first", "second"):
        await made(world, client, name=name)

    head = (await client.get("/api/v1/keys?limit=2&count=true", headers=world.owner)).json()
    tail = (await client.get(f"/api/v1/keys?cursor={head['nextCursor']}", headers=world.owner)).json()

    assert [row["name"] for row in head["data"]] == ["second", "first"]
    assert (head["hasMore"], head["total"]) == (True, 3)
    assert [row["name"] for row in tail["data"]] == ["owner"]
    assert (tail["hasMore"], tail["nextCursor"]) == (False, None)


async def test_a_key_may_be_called_something_else_and_opens_what_it_did(
    world: Surface, client: httpx2.AsyncClient
) -> None:
    key = await made(world, client)
    await client.get("/api/v1/me", headers=bearer(key["key"]))

    answer = await client.patch(f"/api/v1/keys/{key['id']}", json={"name": "shop"}, headers=world.owner)

    shown = {name: value for name, value in key.items() if name not in ("key", "name", "lastUsedAt")}
    assert answer.status_code == 200
    assert {**answer.json(), "lastUsedAt": None} == {**shown, "name": "shop", "lastUsedAt": None}
    me = (await client.get("/api/v1/me", headers=bearer(key["key"]))).json()
    assert (me["username"], me["scopes"]) == ("shop", ["events:publish"])
    for wrong in ({"scopes": ["*"]}, {"name": ""}, {}):
        refused = await client.patch(f"/api/v1/keys/{key['id']}", json=wrong, headers=world.owner)
        assert refused.status_code == 422


async def test_a_key_may_be_without_end(world: Surface, client: httpx2.AsyncClient) -> None:
    key = await made(world, client, expiresAt=None)

    assert key["expiresAt"] is None


async def test_a_revoked_key_is_refused_at_once_here_and_is_gone_from_the_list(
    world: Surface, client: httpx2.AsyncClient
) -> None:
    key = await made(world, client)
    assert (await client.get("/api/v1/me", headers=bearer(key["key"]))).status_code == 200

    answer = await client.delete(f"/api/v1/keys/{key['id']}", headers=world.owner)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get("/api/v1/me", headers=bearer(key["key"]))).status_code == 401
    assert (await client.delete(f"/api/v1/keys/{key['id']}", headers=world.owner)).status_code == 404


async def test_making_and_revoking_are_told_as_events(world: Surface, client: httpx2.AsyncClient) -> None:
    key = await made(world, client)

    await client.delete(f"/api/v1/keys/{key['id']}", headers=world.owner)

    assert await event_types(world) == ["api.key.created", "api.key.revoked"]


@pytest.mark.parametrize(
    ("wish", "pointer", "code"),
    [
        ({"scopes": ["events:publish"]}, "/name", "validation_error"),
        ({"name": "x", "scopes": []}, "/scopes", "validation_error"),
        ({"name": "x", "scopes": ["events:everything"]}, "/scopes/0", "validation_error"),
        ({"name": "x", "scopes": ["*"]}, "/scopes/0", "validation_error"),
        ({"name": "x", "scopes": ["events:publish"], "role": "king"}, "/role", "validation_error"),
        ({"name": "x", "scopes": ["workflows:delete"], "role": "viewer"}, "/scopes", "validation_error"),
        ({"name": "x", "scopes": ["events:publish"], "tenantId": "y"}, "/tenantId", "unknown_member"),
        ({"name": "x", "scopes": ["events:publish"], "created_by": "y"}, "/created_by", "unknown_member"),
        ({"name": "x", "scopes": ["events:publish"], "expiresAt": "tomorrow"}, "/expiresAt", "validation_error"),
        ({"name": "x", "scopes": ["events:publish"], "expiresAt": 1}, "/expiresAt", "validation_error"),
        ({"name": 7, "scopes": ["events:publish"]}, "/name", "validation_error"),
    ],
)
async def test_a_wrong_member_is_422_with_its_pointer(
    wish: dict[str, object], pointer: str, code: str, world: Surface, client: httpx2.AsyncClient
) -> None:
    answer = await client.post("/api/v1/keys", json=wish, headers=world.owner)

    assert answer.status_code == 422
    problem = answer.json()
    assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == [(pointer, code)]
    assert problem["code"] == code


async def test_a_hundred_and_first_key_is_refused(world: Surface, client: httpx2.AsyncClient) -> None:
    for _ in range(99):
        await world.key_for("viewer")

    answer = await client.post("/api/v1/keys", json=WISH, headers=world.owner)

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


async def test_use_of_a_key_is_noted_once_a_minute(world: Surface, client: httpx2.AsyncClient) -> None:
    key = await made(world, client)
    await client.get("/api/v1/me", headers=bearer(key["key"]))
    path = f"/api/v1/keys/{key['id']}"
    await settled(world)
    first = (await client.get(path, headers=world.owner)).json()["lastUsedAt"]
    world.clock.advance(seconds=30)
    await client.get("/api/v1/me", headers=bearer(key["key"]))

    await settled(world)
    soon = (await client.get(path, headers=world.owner)).json()["lastUsedAt"]

    assert first == soon == "2025-05-21T21:27:11.000Z"
    world.clock.advance(seconds=60)
    await client.get("/api/v1/me", headers=bearer(key["key"]))
    await settled(world)
    assert (await client.get(path, headers=world.owner)).json()["lastUsedAt"] == "2025-05-21T21:28:41.000Z"
