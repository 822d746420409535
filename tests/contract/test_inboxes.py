"""Inboxes: a sink of our own, from the network and from within (contracts C.7, security §3)."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from hookspan.app.sink import SinkClient
from hookspan.errors import Invalid
from hookspan.inbound.inboxes import BODY_BYTES, KEPT_BYTES, REQUESTS_KEPT
from hookspan.model.urls import UrlRules, parse_url
from hookspan.ports import HttpAnswer, HttpRequest
from tests.support.calls import Calls, Shop
from tests.support.surface import BASE, Surface

PREFIX = f"{BASE}/inbox/"


async def test_an_inbox_shows_what_it_gets_and_answers_as_told(world: Surface, api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {"status": 418, "ttlMs": 60_000})

    answer = await api.client.put(
        f"{inbox['url']}?a=1&token=canary", json={"n": 1}, headers={"X-Api-Key": "canary", "webhook-id": "w"}
    )

    assert (answer.status_code, answer.content) == (418, b"")
    assert inbox["expiresAt"] == "2025-05-21T21:28:10.000Z"
    got = (await api.get(f"/api/v1/inboxes/{inbox['id']}/requests"))["data"][0]
    assert (got["method"], got["query"], got["bodyJson"], got["bodyText"]) == (
        "PUT",
        "a=1&token=***",
        {"n": 1},
        '{"n":1}',
    )
    assert base64.b64decode(got["bodyBase64"]) == b'{"n":1}'
    assert ["webhook-id", "w"] in got["headers"]
    assert ["x-api-key", "***"] in got["headers"]


async def test_the_newest_hundred_are_kept_newest_first(world: Surface, api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {})
    for number in range(REQUESTS_KEPT + 3):
        world.clock.advance(seconds=0.01)
        await api.client.post(inbox["url"], content=str(number))

    got = (await api.get(f"/api/v1/inboxes/{inbox['id']}/requests"))["data"]

    assert [one["bodyText"] for one in got] == [str(number) for number in range(102, 2, -1)]


async def test_large_requests_push_older_ones_out(world: Surface, api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {})
    for _ in range(KEPT_BYTES // BODY_BYTES + 3):
        world.clock.advance(seconds=0.01)
        await api.client.post(inbox["url"], content=b"x" * BODY_BYTES)

    got = (await api.get(f"/api/v1/inboxes/{inbox['id']}/requests"))["data"]

    assert len(got) == KEPT_BYTES // BODY_BYTES


async def test_bytes_that_are_no_text_are_told_exactly(api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {})
    await api.client.post(inbox["url"], content=b"\xff\x00")

    got = (await api.get(f"/api/v1/inboxes/{inbox['id']}/requests"))["data"][0]

    assert (got["bodyText"], got["bodyJson"], got["bodyBase64"]) == (None, None, "/wA=")


async def test_a_sink_is_bounded(api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {})

    answer = await api.client.post(inbox["url"], content=b"x" * (BODY_BYTES + 1))

    assert answer.status_code == 413
    assert (await api.get(f"/api/v1/inboxes/{inbox['id']}/requests"))["data"] == []


async def test_an_unknown_or_expired_address_is_404(world: Surface, api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {"ttlMs": 60_000})
    unknown = await api.client.post(f"{PREFIX}{'x' * 22}")
    world.clock.advance(seconds=61)

    expired = await api.client.post(inbox["url"])
    pruned = await world.rooms.inboxes.prune()

    assert (unknown.status_code, expired.status_code, pruned) == (404, 404, 1)
    assert (await api.get("/api/v1/inboxes"))["data"] == []


async def test_a_deleted_inbox_is_gone_with_what_it_got(api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {})
    await api.client.post(inbox["url"], content=b"x")

    answer = await api.ask("DELETE", f"/api/v1/inboxes/{inbox['id']}")

    assert answer.status_code == 204
    assert (await api.client.post(inbox["url"])).status_code == 404
    assert (await api.ask("GET", f"/api/v1/inboxes/{inbox['id']}/requests")).status_code == 404


@pytest.mark.parametrize("wish", [{"status": 199}, {"status": 600}, {"ttlMs": 1}, {"ttlMs": 10**12}, {"token": "mine"}])
async def test_a_wrong_wish_is_422(wish: dict[str, object], api: Calls) -> None:
    assert (await api.ask("POST", "/api/v1/inboxes", wish)).status_code == 422


async def test_another_tenant_sees_nothing_of_an_inbox(world: Surface, api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {})
    other = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))

    answers = [
        await other.ask(method, f"/api/v1/inboxes/{inbox['id']}{rest}")
        for method, rest in (("GET", ""), ("GET", "/requests"), ("DELETE", ""))
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (await other.get("/api/v1/inboxes"))["data"] == []


def request(url: str) -> HttpRequest:
    return HttpRequest("POST", url, [("webhook-id", "e1")], b'{"a":1}', 1_000, "t")


async def test_what_an_endpoint_sends_to_our_own_sink_never_touches_the_network(world: Surface, api: Calls) -> None:
    inbox = await api.post("/api/v1/inboxes", {"status": 202})
    shop = Shop(HttpAnswer(200, [], b"", False, 1.0))
    client = SinkClient(shop, world.rooms.inboxes)

    answer = await client.send(request(inbox["url"]))

    assert isinstance(answer, HttpAnswer)
    assert (answer.status, shop.received) == (202, [])
    got = (await api.get(f"/api/v1/inboxes/{inbox['id']}/requests"))["data"][0]
    assert (got["method"], got["bodyJson"]) == ("POST", {"a": 1})
    assert ["webhook-id", "e1"] in got["headers"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook",
        f"{BASE}/api/v1/me",
        f"{PREFIX}{'x' * 22}/more",
        f"{PREFIX}{'x' * 22}?q=1",
        f"{PREFIX}../livez",
        f"http://testserver.evil.example/inbox/{'x' * 22}",
    ],
)
async def test_every_other_address_goes_to_the_guarded_client(url: str, world: Surface) -> None:
    shop = Shop(HttpAnswer(200, [], b"", False, 1.0))

    await SinkClient(shop, world.rooms.inboxes).send(request(url))

    assert [one.url for one in shop.received] == [url]


def test_an_endpoint_may_name_our_own_sink_and_nothing_else_of_ours() -> None:
    rules = UrlRules(sinks="http://127.0.0.1:8000/inbox/")

    accepted = parse_url(f"http://127.0.0.1:8000/inbox/{'x' * 22}", rules)

    assert (accepted.canonical, accepted.host, accepted.port) == (
        f"http://127.0.0.1:8000/inbox/{'x' * 22}",
        "127.0.0.1",
        8000,
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/livez",
        "http://127.0.0.1:8000/inbox/",
        f"http://127.0.0.1:8000/inbox/{'x' * 22}/../../metrics",
        f"http://127.0.0.1:8000/inbox/{'x' * 21}?",
        f"http://127.0.0.1:8001/inbox/{'x' * 22}",
        f"http://127.0.0.1/inbox/{'x' * 22}",
        f"http://127.0.0.1:8000/inbox/{'x' * 22}\n",
    ],
)
def test_what_only_looks_like_our_sink_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        parse_url(url, UrlRules(sinks="http://127.0.0.1:8000/inbox/"))
