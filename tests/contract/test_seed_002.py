"""Seed 002's door, `/api/webhooks` (contracts A.2 to A.4)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any

import pytest

from hookspan.ports import HttpAnswer, HttpFailure, Timings
from tests.support.calls import Calls, Shop, calling
from tests.support.surface import Surface

GUIDE = {
    "url": "https://example.com/webhook",
    "events": ["workflow.execution.completed", "task.execution.failed"],
    "secret": "your-webhook-secret",
}
TEST = {"url": "https://example.com/webhook", "event": "workflow.execution.completed", "payload": {"id": "1"}}
OK = HttpAnswer(200, [("Content-Type", "text/plain"), ("Set-Cookie", "a=b")], b"Webhook received", False, 84.2)


async def registered(api: Calls, **members: Any) -> dict[str, Any]:
    created: dict[str, Any] = await api.post("/api/webhooks", {**GUIDE, **members})
    return created


async def test_the_guides_request_gets_the_guides_answer(api: Calls) -> None:
    answer = await api.ask("POST", "/api/webhooks", GUIDE)

    created = answer.json()
    assert answer.status_code == 201
    assert list(created) == ["id", "url", "events", "secret", "active", "createdAt", "updatedAt"]
    assert {name: created[name] for name in GUIDE} == GUIDE
    assert created["active"] is True
    assert created["createdAt"] == created["updatedAt"] == "2025-05-21T21:27:10.000Z"
    assert answer.headers["location"] == f"/api/webhooks/{created['id']}"


async def test_the_list_is_a_bare_array_newest_first_with_masked_secrets(world: Surface, api: Calls) -> None:
    first = await registered(api)
    world.clock.advance(seconds=1)
    second = await registered(api, secret=None)

    shown = await api.get("/api/webhooks")

    assert [webhook["id"] for webhook in shown] == [second["id"], first["id"]]
    assert [webhook["secret"] for webhook in shown] == [None, "********cret"]


async def test_a_short_secret_is_masked_whole(api: Calls) -> None:
    created = await registered(api, secret="fifteen-letters")

    assert (await api.get(f"/api/webhooks/{created['id']}"))["secret"] == "********"


async def test_a_page_has_links_to_its_neighbours(api: Calls) -> None:
    for _ in range(3):
        await registered(api)

    answer = await api.ask("GET", "/api/webhooks?limit=1&offset=1")

    assert len(answer.json()) == 1
    assert answer.headers["link"] == (
        '</api/webhooks?limit=1&offset=2>; rel="next", </api/webhooks?limit=1&offset=0>; rel="prev"'
    )


async def test_what_was_read_can_be_written_back_and_the_secret_stays(world: Surface, api: Calls) -> None:
    created = await registered(api)
    read = await api.get(f"/api/webhooks/{created['id']}")

    answer = await api.ask("PUT", f"/api/webhooks/{created['id']}", read)

    assert answer.status_code == 200
    assert answer.json()["secret"] == "********cret"
    assert (await api.get(f"/api/v1/endpoints/{created['id']}/secret"))["legacySecret"] == "your-webhook-secret"


async def test_a_put_shows_a_new_secret_once_and_null_removes_it(api: Calls) -> None:
    path = f"/api/webhooks/{(await registered(api))['id']}"

    changed = (await api.ask("PUT", path, {"secret": "another-secret-of-mine"})).json()
    read = await api.get(path)
    removed = (await api.ask("PUT", path, {"secret": None})).json()

    assert [changed["secret"], read["secret"], removed["secret"]] == ["another-secret-of-mine", "********mine", None]


async def test_active_false_pauses_and_true_resumes(api: Calls) -> None:
    created = await registered(api)
    path, native = f"/api/webhooks/{created['id']}", f"/api/v1/endpoints/{created['id']}"

    paused = (await api.ask("PUT", path, {"active": False})).json()
    status_paused = (await api.get(native))["status"]
    resumed = (await api.ask("PUT", path, {"active": True})).json()

    assert (paused["active"], status_paused, resumed["active"]) == (False, "paused", True)
    assert (await api.get(native))["status"] == "active"


async def test_an_endpoint_of_this_door_speaks_its_profile_and_looks_native_elsewhere(api: Calls) -> None:
    created = await registered(api)

    native = await api.get(f"/api/v1/endpoints/{created['id']}")

    assert (native["profile"], native["createdBy"], native["timeoutMs"]) == ("orchestrator", "orchestrator", 15_000)
    assert native["signing"]["hasLegacySecret"] is True
    assert native["retry"]["maxAttempts"] == 11


async def test_a_deleted_webhook_is_gone(api: Calls) -> None:
    path = f"/api/webhooks/{(await registered(api))['id']}"

    answer = await api.ask("DELETE", path)

    assert (answer.status_code, answer.content) == (204, b"")
    missing = await api.ask("GET", path)
    assert (missing.status_code, missing.json()) == (404, {"message": "Webhook not found"})


async def test_deleting_ends_what_waits(api: Calls) -> None:
    created = await registered(api, events=["order.paid"])
    await api.publish("order.paid")

    await api.ask("DELETE", f"/api/webhooks/{created['id']}")

    delivery = (await api.get("/api/v1/deliveries"))["data"][0]
    assert (delivery["status"], delivery["statusReason"]) == ("cancelled", "endpoint_deleted")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"events": []}, "events: at least one event is required"),
        ({"events": ["not a name"]}, "events/0: 'not a name' is no event name or pattern"),
        ({"secret": ""}, "secret: must not be empty; use null for no secret"),
    ],
)
async def test_a_wrong_member_is_named(api: Calls, members: dict[str, Any], message: str) -> None:
    answer = await api.ask("POST", "/api/webhooks", {**GUIDE, **members})

    assert (answer.status_code, answer.json()) == (400, {"message": message})


async def test_a_missing_member_is_named(api: Calls) -> None:
    answer = await api.ask("POST", "/api/webhooks", {"events": ["a"]})

    assert (answer.status_code, answer.json()) == (400, {"message": "url: is required"})


async def test_the_vendor_type_of_version_1_is_answered_as_json_and_version_2_is_not(api: Calls) -> None:
    first = await api.ask("GET", "/api/webhooks", headers={"Accept": "application/vnd.workflow-orchestration.v1+json"})
    second = await api.ask("GET", "/api/webhooks", headers={"Accept": "application/vnd.workflow-orchestration.v2+json"})

    assert (first.status_code, first.headers["content-type"]) == (200, "application/json")
    assert second.status_code == 406


async def test_a_test_send_is_signed_like_a_delivery_and_marked(world: Surface) -> None:
    shop = Shop(OK)
    async with calling(world, shop) as api:
        result = await api.post("/api/webhooks/test", {**TEST, "secret": "your-webhook-secret"}, status=200)

    sent = shop.received[0]
    headers = dict(sent.headers)
    assert result == {
        "success": True,
        "statusCode": 200,
        "message": "Webhook delivered successfully",
        "durationMs": 84,
        "headers": {"content-type": "text/plain", "set-cookie": "***"},
        "body": "Webhook received",
    }
    assert json.loads(sent.body) == {
        "event": "workflow.execution.completed",
        "timestamp": "2025-05-21T21:27:10.000Z",
        "payload": {"id": "1"},
    }
    assert headers["X-Hookspan-Test"] == "true"
    assert headers["X-Webhook-Event"] == "workflow.execution.completed"
    assert headers["X-Webhook-Signature"] == hmac.digest(b"your-webhook-secret", sent.body, hashlib.sha256).hex()


async def test_a_test_send_keeps_every_digit_of_its_payload(world: Surface) -> None:
    shop = Shop(OK)
    async with calling(world, shop) as api:
        content = b'{"url":"https://example.com/","event":"a","payload":{"n":12345678901234567890}}'
        await api.ask("POST", "/api/webhooks/test", content=content, headers={"Content-Type": "application/json"})

    assert b'"payload":{"n":12345678901234567890}' in shop.received[0].body


async def test_another_status_is_no_success(world: Surface) -> None:
    async with calling(world, Shop(HttpAnswer(500, [], b"", False, 3.0))) as api:
        result = await api.post("/api/webhooks/test", TEST, status=200)

    assert (result["success"], result["statusCode"]) == (False, 500)
    assert result["message"] == "Webhook delivery failed: HTTP 500"


@pytest.mark.parametrize("code", ["dns_error", "connect_error", "blocked", "timeout", "tls_error"])
async def test_all_that_cannot_be_reached_reads_the_same_and_takes_as_long(world: Surface, code: Any) -> None:
    shop = Shop(HttpFailure(code, "a detail that would tell", False, 1.0))
    async with calling(world, shop) as api:
        asked = asyncio.ensure_future(api.post("/api/webhooks/test", TEST, status=200))
        while not shop.received:
            await asyncio.wait([asked], timeout=0.01)
        await asyncio.wait([asked], timeout=0.05)
        early = asked.done()
        world.clock.advance(seconds=0.3)

        result = await asked

    assert early is False
    assert result == {
        "success": False,
        "statusCode": None,
        "message": "Webhook delivery failed: blocked or unreachable",
        "durationMs": 300,
        "headers": {},
        "body": "",
    }


async def test_a_far_side_that_is_silent_is_a_timeout(world: Surface) -> None:
    silent = HttpFailure("timeout", "no answer", True, 15_000.0, Timings(connect_ms=3.0))
    async with calling(world, Shop(silent)) as api:
        result = await api.post("/api/webhooks/test", TEST, status=200)

    assert result["message"] == "Webhook delivery failed: timeout"


async def test_ten_tests_a_minute(world: Surface) -> None:
    async with calling(world, Shop(OK)) as api:
        for _ in range(10):
            await api.post("/api/webhooks/test", TEST, status=200)

        refused = await api.ask("POST", "/api/webhooks/test", TEST)

        world.clock.advance(seconds=60)
        again = await api.ask("POST", "/api/webhooks/test", TEST)
    assert (refused.status_code, refused.headers["retry-after"], again.status_code) == (429, "60", 200)


async def test_an_address_inside_is_refused_before_anything_is_sent(world: Surface) -> None:
    shop = Shop(OK)
    async with calling(world, shop) as api:
        answer = await api.ask("POST", "/api/webhooks/test", {**TEST, "url": "http://169.254.169.254/"})

    assert (answer.status_code, shop.received) == (400, [])
    assert answer.json()["message"].startswith("url: The URL is refused")


async def test_who_may_not_see_bodies_gets_none(world: Surface) -> None:
    async with calling(world, Shop(OK)) as api:
        scopes = {"name": "tester", "scopes": ["endpoints:test"]}
        key = (await api.post("/api/v1/keys", scopes))["key"]
        answer = await api.ask("POST", "/api/webhooks/test", TEST, headers={"Authorization": f"Bearer {key}"})

    assert set(answer.json()) == {"success", "statusCode", "message", "durationMs"}


async def test_what_a_put_does_not_name_stays(api: Calls) -> None:
    created = await registered(api)

    unchanged = (await api.ask("PUT", f"/api/webhooks/{created['id']}", {})).json()
    moved = (await api.ask("PUT", f"/api/webhooks/{created['id']}", {"url": "https://example.com/two"})).json()

    assert unchanged == {**created, "secret": "********cret"}
    assert {name: moved[name] for name in ("url", "events", "active")} == {
        "url": "https://example.com/two",
        "events": GUIDE["events"],
        "active": True,
    }


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"url": "http://127.0.0.1/"}, "url: The URL is refused"),
        ({"url": None}, "url: "),
        ({"events": []}, "events: at least one event is required"),
        ({"events": None}, "events: "),
        ({"secret": "s" * 257}, "secret: must be at most 256 bytes"),
        ({"active": None}, "active: "),
    ],
)
async def test_a_wrong_member_of_a_put_is_named_and_nothing_changes(
    api: Calls, members: dict[str, Any], message: str
) -> None:
    created = await registered(api)

    answer = await api.ask("PUT", f"/api/webhooks/{created['id']}", members)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith(message)
    assert (await api.get(f"/api/webhooks/{created['id']}"))["updatedAt"] == created["updatedAt"]


async def test_true_resumes_what_was_disabled(world: Surface, api: Calls) -> None:
    created = await registered(api)
    disable = f"UPDATE endpoints SET status = 'disabled', status_reason = 'gone' WHERE id = '{created['id']}'"
    await world.rooms.database.write(lambda connection: connection.exec_driver_sql(disable))
    disabled = await api.get(f"/api/webhooks/{created['id']}")

    resumed = (await api.ask("PUT", f"/api/webhooks/{created['id']}", {"active": True})).json()

    assert (disabled["active"], resumed["active"]) == (False, True)


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "limit=many"])
async def test_a_page_that_cannot_be_is_refused(api: Calls, query: str) -> None:
    answer = await api.ask("GET", f"/api/webhooks?{query}")

    assert answer.status_code == 400
    assert answer.json()["message"].startswith(query.partition("=")[0])


@pytest.mark.parametrize(
    ("members", "message"),
    [({"event": "no name"}, "event: "), ({"secret": ""}, "secret: "), ({"url": "nonsense"}, "url: ")],
)
async def test_a_wrong_member_of_a_test_is_named(api: Calls, members: dict[str, Any], message: str) -> None:
    answer = await api.ask("POST", "/api/webhooks/test", {**TEST, **members})

    assert answer.status_code == 400
    assert answer.json()["message"].startswith(message)


async def test_one_store_stands_behind_both_doors(api: Calls) -> None:
    native = await api.endpoint(headers={"X-A": "b"}, signing={"legacySecret": "sixteen-letters!"})

    seen = await api.get(f"/api/webhooks/{native['id']}")
    await api.ask("PUT", f"/api/webhooks/{native['id']}", {**seen, "events": ["order.*"]})

    read = await api.get(f"/api/v1/endpoints/{native['id']}")
    assert (seen["secret"], seen["events"]) == ("********ers!", ["*"])
    assert (read["profile"], read["events"], read["headers"]) == ("standard", ["order.*"], {"X-A": "b"})
    assert read["signing"]["hasLegacySecret"] is True
