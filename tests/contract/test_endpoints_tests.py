"""Test sends of native endpoints: real, marked, kept apart, telling no more than they may (contracts C.2, S17)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from hookspan.ports import HttpAnswer, HttpFailure, HttpRequest, Timings
from tests.support.calls import URL, Calls, Shop, calling
from tests.support.surface import Surface

FIELDS = [("Content-Type", "text/plain"), ("Set-Cookie", "canary")]
OK = HttpAnswer(200, FIELDS, b"received", False, 84.2, Timings(dns_ms=1.0, connect_ms=2.0))
SECRET = {
    "headers": {"X-Plain": "seen", "X-A-Token": "canary-token"},
    "auth": {"type": "api-key", "apiKey": "canary-key", "headerName": "X-Shop"},
}


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


async def rehearsed(world: Surface, members: dict[str, Any], body: Any = None) -> tuple[Any, HttpRequest]:
    """What a test of a new endpoint answers and what the far side got."""
    shop = Shop(OK)
    async with calling(world, shop) as api:
        created = await api.endpoint(**members)
        return await api.post(f"{at(created)}/test", body, status=200), shop.received[0]


async def test_a_test_is_sent_as_a_delivery_would_be_and_marked(world: Surface) -> None:
    result, sent = await rehearsed(
        world, {**SECRET, "method": "PUT", "timeoutMs": 2_000}, {"event": "a.b", "data": [1]}
    )

    headers = dict(sent.headers)
    assert (sent.method, sent.url, sent.timeout_ms) == ("PUT", URL, 2_000)
    assert json.loads(sent.body) == {"type": "a.b", "timestamp": "2025-05-21T21:27:10.000Z", "data": [1]}
    assert (headers["X-Hookspan-Test"], headers["X-Plain"], headers["X-A-Token"]) == ("true", "seen", "canary-token")
    assert headers["X-Shop"] == "canary-key"
    assert headers["webhook-signature"].startswith("v1,")
    assert list(result) == ["success", "statusCode", "message", "durationMs", "headers", "body", "attempt"]
    assert (result["success"], result["statusCode"], result["durationMs"]) == (True, 200, 84)
    assert (result["headers"], result["body"]) == ({"content-type": "text/plain", "set-cookie": "***"}, "received")


async def test_its_attempt_is_shaped_as_a_deliverys_and_holds_no_secret(world: Surface) -> None:
    result, sent = await rehearsed(world, SECRET)

    attempt = result["attempt"]
    assert (attempt["number"], attempt["trigger"], attempt["outcome"]) == (1, "manual", "delivered")
    assert attempt["timings"] == {"dnsMs": 1.0, "connectMs": 2.0, "tlsMs": None, "waitMs": None}
    assert attempt["request"]["body"] == sent.body.decode()
    assert attempt["response"]["body"] == "received"
    assert dict(attempt["request"]["headers"])["X-Shop"] == "***"
    assert "canary" not in json.dumps(result)


@pytest.mark.parametrize("profile", ["orchestrator", "systemprompt", "standard", "cloudevents"])
async def test_without_data_the_usual_test_event_is_sent_in_the_endpoints_profile(world: Surface, profile: str) -> None:
    _, sent = await rehearsed(world, {"profile": profile})

    body = json.loads(sent.body)
    assert {"test": True, "message": "hookspan test delivery"} in (body.get("data"), body.get("payload"))
    assert "custom" in (body.get("event"), body.get("type"))
    if profile == "systemprompt":
        assert body["metadata"] == {"test_id": "test_1747862830000"}


async def test_without_data_a_known_type_sends_its_sample(world: Surface) -> None:
    _, sent = await rehearsed(world, {}, {"event": "execution.completed"})

    assert "executionId" in json.loads(sent.body)["data"]


async def test_every_digit_of_the_data_is_sent(world: Surface) -> None:
    shop = Shop(OK)
    async with calling(world, shop) as api:
        created = await api.endpoint()
        content = b'{"data":{"n":12345678901234567890.10}}'
        json_type = {"Content-Type": "application/json"}
        await api.ask("POST", f"{at(created)}/test", content=content, headers=json_type)

    assert b'"data":{"n":12345678901234567890.10}' in shop.received[0].body


async def test_the_last_ten_tests_are_kept_and_nothing_else_is(world: Surface) -> None:
    async with calling(world, Shop(OK)) as api:
        created = await api.endpoint(**SECRET)
        for number in range(11):
            world.clock.advance(seconds=10)
            await api.post(f"{at(created)}/test", {"event": f"try.{number}"}, status=200)

        listed = await api.ask("GET", f"{at(created)}/tests")

        kept = listed.json()["data"]
        assert [each["eventType"] for each in kept] == [f"try.{number}" for number in range(10, 0, -1)]
        assert (kept[0]["success"], kept[0]["body"], kept[0]["attempt"]["statusCode"]) == (True, "received", 200)
        assert "canary" not in listed.text
        assert (await api.get("/api/v1/events"))["data"] == []
        assert (await api.get("/api/v1/deliveries"))["data"] == []


async def test_an_address_is_tested_without_an_endpoint(world: Surface) -> None:
    shop = Shop(OK)
    async with calling(world, shop) as api:
        body = {"url": URL, "profile": "orchestrator", "event": "a.b", "data": {"n": 1}, **SECRET}
        result = await api.post("/api/v1/endpoints/test", body, status=200)

        assert result["success"] is True
        assert json.loads(shop.received[0].body)["payload"] == {"n": 1}
        assert dict(shop.received[0].headers)["X-Shop"] == "canary-key"
        assert (await api.get("/api/v1/endpoints"))["data"] == []


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"event": "not a name"}, "/event"),
        ({"url": "http://169.254.169.254/"}, "/url"),
        ({"headers": {"Host": "x"}}, "/headers/Host"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_wrong_member_of_a_test_is_pointed_at(world: Surface, members: dict[str, Any], pointer: str) -> None:
    shop = Shop(OK)
    async with calling(world, shop) as api:
        answer = await api.ask("POST", "/api/v1/endpoints/test", {"url": URL, **members})

    assert (answer.status_code, shop.received) == (422, [])
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("code", ["dns_error", "connect_error", "blocked", "timeout", "tls_error", "protocol_error"])
async def test_all_that_cannot_be_reached_reads_the_same_to_the_last_member(world: Surface, code: Any) -> None:
    shop = Shop(HttpFailure(code, "a detail that would tell", False, 1.0, Timings(dns_ms=1.0)))
    async with calling(world, shop) as api:
        asked = asyncio.ensure_future(api.post("/api/v1/endpoints/test", {"url": URL}, status=200))
        while not shop.received:
            await asyncio.wait([asked], timeout=0.01)
        await asyncio.wait([asked], timeout=0.02)
        early = asked.done()
        world.clock.advance(seconds=0.3)
        result = await asked

    attempt = result["attempt"]
    assert early is False
    assert (result["statusCode"], result["message"]) == (None, "Webhook delivery failed: blocked or unreachable")
    assert (attempt["outcome"], attempt["error"]) == ("connect_error", "blocked or unreachable")
    assert (attempt["durationMs"], result["durationMs"]) == (300, 300)
    assert set(attempt["timings"].values()) == {None}


async def test_who_may_not_see_bodies_gets_nothing_of_the_answer(world: Surface) -> None:
    async with calling(world, Shop(OK)) as api:
        created = await api.endpoint()
        key = (await api.post("/api/v1/keys", {"name": "tester", "scopes": ["endpoints:test"]}))["key"]
        bearer = {"Authorization": f"Bearer {key}"}
        result = (await api.ask("POST", f"{at(created)}/test", {}, headers=bearer)).json()

    assert list(result) == ["success", "statusCode", "message", "durationMs", "attempt"]
    assert result["attempt"]["response"] == {"headers": [], "body": None, "truncated": False}


async def test_ten_tests_a_minute_over_all_doors(world: Surface) -> None:
    async with calling(world, Shop(OK)) as api:
        created = await api.endpoint()
        for path, body in (
            (f"{at(created)}/test", {}),
            ("/api/v1/endpoints/test", {"url": URL}),
            ("/api/webhooks/test", {"url": URL, "event": "a"}),
        ):
            for _ in range(3):
                await api.post(path, body, status=200)
        await api.post(f"{at(created)}/test", None, status=200)

        refused = await api.ask("POST", "/api/v1/endpoints/test", {"url": URL})

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


async def test_a_viewer_sends_no_test(world: Surface, api: Calls) -> None:
    viewer = await world.key_for("viewer")

    answer = await api.ask("POST", "/api/v1/endpoints/test", {"url": URL}, headers=viewer)

    assert answer.status_code == 403
