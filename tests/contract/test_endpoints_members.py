"""What a native endpoint is made of: each member right, wrong, cleared and read back (contracts C.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import URL, Calls

DEFAULTS: dict[str, Any] = {
    "filter": [],
    "headers": {},
    "auth": {"type": "none"},
    "rateLimit": None,
    "ordering": None,
    "priority": None,
    "cloudEventsMode": "structured",
    "tls": {"caPem": None, "hasClientCert": False, "verify": True},
}
ROW = {"fieldPath": "$.total", "operator": "greater_than", "value": 10}
SET: list[dict[str, Any]] = [
    {"headers": {"X-Custom": "value", "X-Other": "a b"}},
    {"auth": {"type": "basic", "username": "shop", "password": "pass word"}},
    {"auth": {"type": "bearer", "token": "t0ken"}},
    {"auth": {"type": "api-key", "apiKey": "k", "headerName": "X-Shop-Key"}},
    {"rateLimit": {"count": 100, "periodMs": 1_000}},
    {"ordering": {"key": "$.order.id", "onExhausted": "skip"}},
    {"priority": 3},
    {"profile": "cloudevents", "cloudEventsMode": "binary"},
    {"filter": [ROW]},
]
WRITTEN_ONLY = ("username", "password", "token", "apiKey")


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


def shown(member: Any) -> Any:
    """A member as it is read back: without what is write-only."""
    if isinstance(member, dict):
        return {name: value for name, value in member.items() if name not in WRITTEN_ONLY}
    return member


async def test_a_bare_endpoint_has_the_members_of_the_contract_in_its_order(api: Calls) -> None:
    created = await api.endpoint()

    read = await api.get(at(created))

    assert " ".join(read) == (
        "id name url method profile events filter headers auth status statusReason statusChangedAt retry timeoutMs "
        "rateLimit maxInFlight ordering priority signing unsafeNumbers cloudEventsMode tls metadata createdBy "
        "createdAt updatedAt lastDeliveryAt breaker stats24h"
    )
    assert {name: read[name] for name in DEFAULTS} == DEFAULTS
    assert (read["lastDeliveryAt"], read["breaker"]) == (None, "closed")
    assert read["stats24h"] == {"delivered": 0, "exhausted": 0, "failureRate": 0.0}


@pytest.mark.parametrize("members", SET, ids=lambda members: next(iter(members)))
async def test_a_member_is_read_back_kept_by_a_patch_of_another_and_reset_by_a_put(
    api: Calls, members: dict[str, Any]
) -> None:
    name, given = next(iter(members.items())) if "profile" not in members else ("cloudEventsMode", "binary")
    created = await api.endpoint(**members)

    patched = (await api.ask("PATCH", at(created), {"name": "other"})).json()
    replaced = (await api.ask("PUT", at(created), {"url": URL, "events": ["a"]})).json()

    wanted = [{**ROW, "logicGroup": 0, "enabled": True}] if name == "filter" else shown(given)
    assert created[name] == patched[name] == wanted
    assert replaced[name] == DEFAULTS[name]


@pytest.mark.parametrize("name", ["headers", "auth", "rateLimit", "ordering", "priority", "filter", "tls"])
async def test_null_clears(api: Calls, name: str) -> None:
    created = await api.endpoint(
        headers={"Authorization": "Bearer x"},
        auth={"type": "bearer", "token": "t"},
        rateLimit={"count": 1, "periodMs": 1},
        ordering={"key": "$.id"},
        priority=0,
        filter=[ROW],
    )

    cleared = (await api.ask("PATCH", at(created), {name: None})).json()

    assert cleared[name] == DEFAULTS[name]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"headers": {"Host": "x"}}, "/headers/Host"),
    ({"headers": {"X-A": "b\r\nX-B: c"}}, "/headers/X-A"),
    ({"headers": {"X A": "b"}}, "/headers/X A"),
    ({"headers": {"X-A": "1", "x-a": "2"}}, "/headers/x-a"),
    ({"headers": {f"X-{n}": "v" for n in range(33)}}, "/headers"),
    ({"headers": {"X-A": "v" * 4_097}}, "/headers/X-A"),
    ({"headers": {"X-A": 1}}, "/headers/X-A"),
    ({"headers": {"Authorization": "***"}}, "/headers/Authorization"),
    ({"headers": {"X-Secret-" + "a" * 90: "v"}}, "/headers/X-Secret-" + "a" * 90),
    ({"auth": {"type": "hmac"}}, "/auth/type"),
    ({"auth": {"username": "a", "password": "b"}}, "/auth/type"),
    ({"auth": {"type": "basic", "username": "a"}}, "/auth/password"),
    ({"auth": {"type": "basic", "username": "a:b", "password": "c"}}, "/auth/username"),
    ({"auth": {"type": "basic", "username": "a\n", "password": "c"}}, "/auth/username"),
    ({"auth": {"type": "bearer"}}, "/auth/token"),
    ({"auth": {"type": "bearer", "token": "***"}}, "/auth/token"),
    ({"auth": {"type": "bearer", "token": "a b"}}, "/auth/token"),
    ({"auth": {"type": "bearer", "token": "a", "apiKey": "b"}}, "/auth/apiKey"),
    ({"auth": {"type": "none", "token": "a"}}, "/auth/token"),
    ({"auth": {"type": "api-key", "apiKey": "a", "headerName": "Content-Type"}}, "/auth/headerName"),
    ({"auth": {"type": "api-key", "apiKey": "a\r\nb"}}, "/auth/apiKey"),
    ({"rateLimit": {"count": 0, "periodMs": 1_000}}, "/rateLimit/count"),
    ({"rateLimit": {"count": 1, "periodMs": 86_400_001}}, "/rateLimit/periodMs"),
    ({"rateLimit": {"count": 1}}, "/rateLimit/periodMs"),
    ({"ordering": {"key": "$..id"}}, "/ordering/key"),
    ({"ordering": {"key": "$.ids[*]"}}, "/ordering/key"),
    ({"ordering": {"key": "$type"}}, "/ordering/key"),
    ({"ordering": {"key": "$.id", "onExhausted": "wait"}}, "/ordering/onExhausted"),
    ({"priority": 4}, "/priority"),
    ({"priority": True}, "/priority"),
    ({"cloudEventsMode": "batched"}, "/cloudEventsMode"),
    ({"profile": "cloudevents-binary"}, "/profile"),
    ({"filter": [{"fieldPath": "$.a", "operator": "like", "value": 1}]}, "/filter/0/operator"),
    ({"filter": [{"fieldPath": "$..a", "operator": "exists"}]}, "/filter/0/fieldPath"),
    ({"tls": {"caPem": "nonsense"}}, "/tls/caPem"),
    ({"tls": {"clientCertPem": "x"}}, "/tls/clientKeyPem"),
    ({"tls": {"verify": False}}, "/tls/verify"),
    ({"signing": {"legacySecret": ""}}, "/signing/legacySecret"),
]


@pytest.mark.parametrize(("members", "pointer"), WRONG, ids=[f"{n} {pointer}" for n, (_, pointer) in enumerate(WRONG)])
async def test_a_wrong_member_is_pointed_at(api: Calls, members: dict[str, Any], pointer: str) -> None:
    answer = await api.ask("POST", "/api/v1/endpoints", {"url": URL, "events": ["a"], **members})

    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert (await api.get("/api/v1/endpoints"))["data"] == []


async def test_a_filter_keeps_every_digit_of_its_values(api: Calls) -> None:
    content = (
        b'{"url":"https://example.com/","events":["a"],"filter":'
        b'[{"fieldPath":"$.n","operator":"equals","value":12345678901234567890}]}'
    )

    made = await api.ask("POST", "/api/v1/endpoints", content=content, headers={"Content-Type": "application/json"})

    assert made.json()["filter"][0]["value"] == 12345678901234567890


async def test_the_list_finds_endpoints_by_an_event_their_patterns_take(api: Calls) -> None:
    exact = await api.endpoint(events=["invoice.paid"])
    wild = await api.endpoint(events=["x", "invoice.*"])
    await api.endpoint(events=["invoice.sent"])

    found = await api.get("/api/v1/endpoints", events="invoice.paid")

    assert [each["id"] for each in found["data"]] == [wild["id"], exact["id"]]
    assert (await api.ask("GET", "/api/v1/endpoints?events=invoice.*")).status_code == 422


async def test_who_made_an_endpoint_is_told_by_its_client(api: Calls) -> None:
    body = {"url": URL, "events": ["a"]}

    made = [
        (await api.ask("POST", "/api/v1/endpoints", body, headers={"User-Agent": agent})).json()["createdBy"]
        for agent in ("hookspan-cli", "hookspan-client/1", "curl/8")
    ]

    assert made == ["cli", "library", "native"]


async def test_the_plan_of_attempts_follows_the_policy(api: Calls) -> None:
    policy = {"strategy": "exponential", "initialDelayMs": 1_000, "maxDelayMs": 60_000, "maxAttempts": 3, "jitter": 0}
    created = await api.endpoint(retry=policy)

    plan = await api.get(f"{at(created)}/schedule-preview")

    assert plan == {
        "data": [
            {"attempt": 1, "at": "2025-05-21T21:27:10.000Z", "waitMs": 0},
            {"attempt": 2, "at": "2025-05-21T21:27:11.000Z", "waitMs": 1_000},
            {"attempt": 3, "at": "2025-05-21T21:27:13.000Z", "waitMs": 2_000},
        ],
        "spanMs": 3_000,
    }


async def test_the_usual_plan_spans_three_days(api: Calls) -> None:
    plan = await api.get(f"{at(await api.endpoint())}/schedule-preview")

    assert (len(plan["data"]), plan["spanMs"]) == (11, 265_355_000)
