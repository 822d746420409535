"""`Idempotency-Key` on POSTs (contracts C.1): one answer for one key, whatever becomes of the first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from hookspan.api.idempotency import LEASE_MS
from hookspan.api.rooms import ApiSettings
from hookspan.errors import InProgress
from hookspan.storage.database import Database
from hookspan.storage.idempotency import Claim, Kept, key_claim, key_free, key_keep, key_made
from hookspan.storage.tables import idempotency_keys
from tests.support.calls import URL, Calls
from tests.support.clock import START_MS
from tests.support.surface import Surface, surface
from tests.support.tenants import first_tenant

WISH = {"url": URL, "events": ["*"]}


async def create(api: Calls, key: str, wish: dict[str, Any] | None = None) -> httpx2.Response:
    return await api.ask("POST", "/api/v1/endpoints", wish or WISH, headers={"Idempotency-Key": key})


async def endpoints(api: Calls) -> int:
    return len((await api.get("/api/v1/endpoints"))["data"])


async def test_a_repeat_gets_the_first_answer_and_makes_nothing(world: Surface, api: Calls) -> None:
    first = await create(api, "k1")

    again = await create(api, "k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await endpoints(api) == 1
    assert len((await api.get("/api/v1/audit"))["data"]) == 1


async def test_another_body_under_the_same_key_is_refused(api: Calls) -> None:
    await create(api, "k1")

    other = await create(api, "k1", {**WISH, "events": ["a.b"]})

    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


async def test_the_same_body_sent_to_another_path_is_told_what_may_differ(api: Calls) -> None:
    paths = [f"/api/v1/workflows/{number:026}/executions" for number in (1, 2)]
    for path in paths:
        answer = await api.ask("POST", path, {}, headers={"Idempotency-Key": "k1"})

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")
    assert "its path, its query, its body or its caller differs" in answer.json()["detail"]


async def test_a_key_belongs_to_its_route_its_caller_and_its_tenant(world: Surface, api: Calls) -> None:
    await create(api, "k1")
    elsewhere = await api.ask("POST", "/api/v1/inboxes", {}, headers={"Idempotency-Key": "k1"})
    colleague = replace(api, headers=await world.key_for("admin"))
    neighbour = replace(api, headers=await world.key_for("admin", tenant_id=await world.second_tenant()))

    asked = [await create(colleague, "k1"), await create(neighbour, "k1")]

    assert elsewhere.status_code == 201
    assert [answer.status_code for answer in asked] == [409, 201]
    assert "idempotency-replayed" not in asked[1].headers


async def test_a_refusal_of_the_body_is_repeated_too(api: Calls) -> None:
    first = await create(api, "k1", {"url": URL})

    again = await create(api, "k1", {"url": URL})

    assert (first.status_code, again.status_code) == (422, 422)
    assert again.headers["idempotency-replayed"] == "true"


async def test_what_the_moment_refused_may_be_tried_again(world: Surface, api: Calls) -> None:
    key = {"Idempotency-Key": "k1"}
    weak = replace(api, headers=await world.key_for("viewer"))
    forbidden = await weak.ask("POST", "/api/v1/endpoints", WISH, headers=key)

    answer = await create(api, "k1")

    assert (forbidden.status_code, answer.status_code) == (403, 201)


async def test_a_conflict_is_not_kept(world: Surface, api: Calls) -> None:
    for _ in range(98):
        await world.key_for("viewer")
    last = await api.post("/api/v1/keys", {"name": "last", "scopes": ["events:read"]})
    wish, key = {"name": "one more", "scopes": ["events:read"]}, {"Idempotency-Key": "k1"}
    full = await api.ask("POST", "/api/v1/keys", wish, headers=key)
    await api.ask("DELETE", f"/api/v1/keys/{last['id']}")

    answer = await api.ask("POST", "/api/v1/keys", wish, headers=key)

    assert (full.status_code, answer.status_code) == (409, 201)


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "tab\tkey"])
async def test_a_key_is_visible_ascii(key: str, api: Calls) -> None:
    answer = await create(api, key)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/Idempotency-Key")


async def test_a_key_is_forgotten_after_a_week(world: Surface, api: Calls) -> None:
    first = await create(api, "k1")
    world.clock.advance(seconds=7 * 86_400 + 1)

    again = await create(api, "k1")

    assert again.json()["id"] != first.json()["id"]


async def run(database: Database, claim: Claim) -> Kept | None:
    return await database.write(key_claim, claim)


async def test_a_published_key_holds_as_long_as_the_operator_chose(tmp_path: Path) -> None:
    settings = ApiSettings(idempotency_ms=86_400_000)
    async with surface(tmp_path, settings=settings) as world, world.client() as client:
        api = Calls(client, world.owner)
        event = {"type": "order.paid", "idempotencyKey": "k1"}
        cloud = {"specversion": "1.0", "id": "1", "source": "/a", "type": "order.paid"}
        await api.post("/api/v1/events", event, status=202)
        await _publish_cloud(api, cloud)

        world.clock.advance(seconds=86_401)
        again = await api.post("/api/v1/events", event, status=202)
        cloud_again = await _publish_cloud(api, cloud)

    assert (again["duplicate"], cloud_again["duplicate"]) == (False, False)


async def _publish_cloud(api: Calls, event: dict[str, str]) -> dict[str, Any]:
    kind = {"Content-Type": "application/cloudevents+json"}
    answer: dict[str, Any] = (await api.ask("POST", "/api/v1/events", event, headers=kind)).json()
    return answer


async def test_while_the_first_runs_the_second_is_told_to_wait(database: Database) -> None:
    tenant_id = await first_tenant(database)
    claim = Claim("scope", "k", tenant_id, b"digest", START_MS, START_MS + LEASE_MS)

    claims = [await run(database, claim), await run(database, claim)]

    assert claims == [None, Kept(None, None)]


async def test_a_key_under_which_something_was_made_is_not_freed(database: Database) -> None:
    tenant_id = await first_tenant(database)
    claim = Claim("scope", "k", tenant_id, b"digest", START_MS, START_MS + LEASE_MS, START_MS * 2)
    late = replace(claim, now=START_MS + LEASE_MS)
    await run(database, claim)
    await database.write(key_made, claim, tenant_id)

    await database.write(key_free, claim)

    assert await run(database, late) == Kept(None, None, tenant_id, START_MS)
    with pytest.raises(InProgress):
        await database.write(key_made, late, tenant_id)


async def test_a_dead_claim_is_free_after_its_lease_and_cannot_answer_for_the_next(database: Database) -> None:
    tenant_id = await first_tenant(database)
    dead = Claim("scope", "k", tenant_id, b"digest", START_MS, START_MS + LEASE_MS)
    later = replace(dead, now=START_MS + LEASE_MS, lease_until=START_MS + 2 * LEASE_MS)
    await run(database, dead)

    taken = await run(database, later)
    await database.write(key_keep, dead, Kept(201, b"late"), START_MS * 2)
    await database.write(key_free, dead)

    assert taken is None
    assert await run(database, later) == Kept(None, None)


async def test_two_at_once_do_the_work_once(api: Calls) -> None:
    answers = await asyncio.gather(*(create(api, "k1") for _ in range(5)))

    statuses = sorted(answer.status_code for answer in answers)
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert statuses.count(409) == len(waiting)
    assert all((answer.json()["code"], answer.headers["retry-after"]) == ("in_progress", "1") for answer in waiting)
    assert await endpoints(api) == 1


async def test_stored_answers_hold_no_secret_in_clear(world: Surface, api: Calls) -> None:
    made = (await create(api, "k1")).json()
    secret = (await api.get(f"/api/v1/endpoints/{made['id']}/secret"))["secret"]

    kept = await world.rooms.database.read(
        lambda connection: bytes(connection.execute(select(idempotency_keys.c.answer)).scalar_one())
    )

    assert secret.removeprefix("whsec_").encode() not in kept
    assert b"example.com" not in kept
