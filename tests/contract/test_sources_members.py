"""Members of a source (contracts B.1, B.9): what is read, kept, shown and handed to the receiver."""

from __future__ import annotations

from typing import Any

import pytest

from hookspan.inbound.enrich import Arrival, customised, metadata
from hookspan.inbound.request import body_view, request_scopes
from hookspan.inbound.sources import Sources
from hookspan.model.paths import compile_path
from tests.support.calls import Calls
from tests.support.inbound import request
from tests.support.sources import BASE, at, changed, compiled, source
from tests.support.surface import Surface

EVERY: dict[str, Any] = {
    "rateLimit": {"count": 5, "periodMs": 60_000},
    "orderingKey": "$.order.id",
    "registeredUrl": "https://Hooks.example.com:443/in?a=1",
    "split": "$.events",
    "retentionDays": 7,
    "schemaCheck": "warn",
    "handshake": {"verifyTokenHint": None, "origins": ["events.example.com"], "topics": ["arn:aws:sns:eu:1:orders"]},
    "enrichment": {
        "sourceIp": False,
        "userAgent": True,
        "geo": True,
        "timing": False,
        "custom": {"team": "shop"},
        "rules": [
            {
                "when": [
                    {
                        "fieldPath": "$.order.total",
                        "operator": "greater_than",
                        "value": 99.5,
                        "logicGroup": 0,
                        "enabled": True,
                    }
                ],
                "set": {"team": "large", "order": "{{$.order.id}}"},
            }
        ],
    },
    "eventTypePrefix": "shop",
    "response": {"status": 201, "contentType": "text/plain", "body": "ok"},
    "allowedIps": ["203.0.113.0/24"],
    "contentTypes": ["application/json"],
    "methods": ["POST", "PUT"],
    "verification": {"signature": {"name": "X-Signed"}},
}


@pytest.mark.parametrize("name", sorted(EVERY))
async def test_a_member_is_shown_as_it_was_set(api: Calls, name: str) -> None:
    created = await source(api, **{name: EVERY[name]})

    assert created[name] == EVERY[name]
    assert (await api.get(at(created)))[name] == EVERY[name]


async def test_writing_back_what_was_read_loses_nothing(api: Calls) -> None:
    created = await source(api, **EVERY)
    token = await changed(api, created, handshake={"verifyToken": "a token that meta knows"})
    read = await api.get(at(created))

    put = await api.ask("PUT", at(created), read)

    assert token["handshake"] == {**EVERY["handshake"], "verifyTokenHint": "nows"}
    assert (put.status_code, put.json()) == (200, read)
    assert (await api.get(f"{at(created)}/secret"))["secret"] == created["secret"]


async def test_the_receiver_gets_every_member_compiled(world: Surface, api: Calls) -> None:
    created = await source(api, **EVERY)
    await changed(api, created, handshake={"verifyToken": "a token that meta knows"})

    found = compiled(world, created)

    assert (found.rate_limit, found.schema_check) == ((5, 60_000), "warn")
    assert (found.ordering_path, found.split) == (compile_path("$.order.id"), compile_path("$.events"))
    assert found.registered_url == "https://Hooks.example.com:443/in?a=1"
    assert (found.handshake.verify_token, found.handshake.origins, found.handshake.topics) == (
        b"a token that meta knows",
        ("events.example.com",),
        ("arn:aws:sns:eu:1:orders",),
    )
    assert (found.enrichment.source_ip, found.enrichment.timing) == (False, False)


async def test_a_rule_adds_to_the_metadata_what_its_template_says(world: Surface, api: Calls) -> None:
    found = compiled(world, await source(api, enrichment=EVERY["enrichment"])).enrichment
    told = {}

    for total in (99, 100):
        sent = request(b'{"order":{"id":7,"total":%d}}' % total)
        plain = metadata(sent, Arrival("203.0.113.9", 0), found)
        told[total] = customised(plain, found, request_scopes(sent, body_view(sent), plain))["custom"]

    assert told == {99: {"team": "shop"}, 100: {"team": "large", "order": 7}}


@pytest.mark.parametrize("geo", [True, False])
async def test_a_place_is_asked_for_by_the_source_alone(world: Surface, api: Calls, geo: bool) -> None:
    created = await source(api, enrichment={"geo": geo})
    elsewhere = Sources(world.rooms.database, world.vault, world.clock, place_of=lambda _: {"country": "NZ"})
    await elsewhere.load()

    found = elsewhere.by_path(created["path"])

    assert found is not None
    assert (found.enrichment.place_of is not None) is geo


async def test_snake_case_is_read_within_members_too(api: Calls) -> None:
    created = await source(
        api,
        rate_limit={"count": 3, "period_ms": 5_000, "colour": "red"},
        enrichment={"source_ip": False, "user_agent": False},
        registered_url="https://example.com/in",
        retention_days=30,
        dedupe={"window_ms": 2_000, "colour": "red"},
    )

    assert created["rateLimit"] == {"count": 3, "periodMs": 5_000}
    assert (created["enrichment"]["sourceIp"], created["enrichment"]["userAgent"]) == (False, False)
    assert (created["registeredUrl"], created["retentionDays"]) == ("https://example.com/in", 30)
    assert created["dedupe"]["windowMs"] == 2_000


async def test_a_member_that_is_absent_stays_and_null_is_the_default(api: Calls) -> None:
    created = await source(api, **EVERY)

    other = await changed(api, created, enrichment={"geo": False}, rateLimit={"count": 6})
    none = await changed(api, created, **{name: None for name in EVERY if name not in ("schemaCheck", "verification")})

    assert other["enrichment"] == {**EVERY["enrichment"], "geo": False}
    assert other["rateLimit"] == {"count": 6, "periodMs": 60_000}
    plain = await source(api, "plain", verification=EVERY["verification"], schemaCheck="warn")
    assert {name: none[name] for name in EVERY} == {name: plain[name] for name in EVERY}


async def test_the_token_of_a_prober_is_kept_sealed_and_shown_on_reveal_only(world: Surface, api: Calls) -> None:
    created = await source(api, handshake={"verify_token": "canary-of-the-prober"})

    shown, revealed = await api.get(at(created)), await api.get(f"{at(created)}/secret")
    gone = await changed(api, created, handshake={"verifyToken": None})

    assert "canary-of-the-prober" not in str(created) + str(shown)
    assert created["handshake"]["verifyTokenHint"] == "ober"
    assert revealed["verifyToken"] == "canary-of-the-prober"
    assert gone["handshake"]["verifyTokenHint"] is None
    assert compiled(world, created).handshake.verify_token is None
    assert (await api.get(f"{at(created)}/secret"))["secret"] == created["secret"]


async def test_a_fresh_secret_leaves_the_token_of_the_prober_alone(world: Surface, api: Calls) -> None:
    created = await source(api, handshake={"verifyToken": "canary-of-the-prober"})

    await api.post(f"{at(created)}/regenerate-secret", {"overlapMs": 0}, status=200)
    await changed(api, created, authType="none")

    assert compiled(world, created).handshake.verify_token == b"canary-of-the-prober"
    assert compiled(world, created).secrets == ()


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"path": "0196f4b0-0a00-7c11-8d22-0123456789ab/x"}, "path", "path_looks_like_id"),
    ({"path": "a/../b"}, "path", "validation_error"),
    ({"path": "a//b"}, "path", "validation_error"),
    ({"path": "a/b/c/d/e/f"}, "path", "validation_error"),
    ({"path": "a%2fb"}, "path", "validation_error"),
    ({"path": "open", "authType": "none"}, "path", "path_needs_auth"),
    ({"provider": "acme"}, "provider", "validation_error"),
    ({"provider": "github", "authType": "basic"}, "authType", "validation_error"),
    ({"priority": 4}, "priority", "validation_error"),
    ({"methods": ["TRACE"]}, "methods", "validation_error"),
    ({"maxBodyBytes": 1}, "maxBodyBytes", "validation_error"),
    ({"allowedIps": ["somewhere"]}, "allowedIps/0", "validation_error"),
    ({"dedupe": {"mode": "sometimes"}}, "dedupe/mode", "validation_error"),
    ({"dedupe": {"windowMs": 1}}, "dedupe/windowMs", "validation_error"),
    ({"dedupe": {"mode": "paths"}}, "dedupe/paths", "validation_error"),
    ({"dedupe": {"paths": ["$..x"]}}, "dedupe/paths/0", "invalid_path"),
    ({"response": {"status": 404}}, "response/status", "validation_error"),
    ({"response": {"body": "x" * 1_001}}, "response/body", "validation_error"),
    ({"response": {"contentType": "text/plain\r\nX: y"}}, "response/contentType", "validation_error"),
    ({"verification": {"kind": "magic"}}, "verification", "validation_error"),
    ({"eventTypePrefix": "not a name"}, "eventTypePrefix", "validation_error"),
    ({"workflowId": "0196f4b0-0a00-7c11-8d22-0123456789ab"}, "workflowId", "validation_error"),
    ({"credentials": {"username": "a:b"}, "authType": "basic"}, "credentials/username", "validation_error"),
    ({"credentials": {"headerName": "Host"}, "authType": "api_key"}, "credentials/headerName", "validation_error"),
    ({"rateLimit": {"periodMs": 1}}, "rateLimit", "validation_error"),
    ({"rateLimit": {"count": 0}}, "rateLimit/count", "validation_error"),
    ({"rateLimit": {"count": "many"}}, "rateLimit/count", "validation_error"),
    ({"rateLimit": {"count": 1, "periodMs": 86_400_001}}, "rateLimit/periodMs", "validation_error"),
    ({"orderingKey": "$..id"}, "orderingKey", "invalid_path"),
    ({"orderingKey": "$.items[*].id"}, "orderingKey", "validation_error"),
    ({"orderingKey": "$type"}, "orderingKey", "validation_error"),
    ({"registeredUrl": "ftp://example.com"}, "registeredUrl", "invalid_url"),
    ({"registeredUrl": "https://user:secret@example.com/"}, "registeredUrl", "invalid_url"),
    ({"split": "$headers.host"}, "split", "validation_error"),
    ({"split": "$.items[*]"}, "split", "validation_error"),
    ({"retentionDays": 0}, "retentionDays", "validation_error"),
    ({"retentionDays": 366}, "retentionDays", "validation_error"),
    ({"schemaCheck": "maybe"}, "schemaCheck", "validation_error"),
    ({"handshake": {"origins": ["a b"]}}, "handshake/origins/0", "validation_error"),
    ({"handshake": {"topics": "arn"}}, "handshake/topics", "validation_error"),
    ({"handshake": {"verifyToken": ""}}, "handshake/verifyToken", "validation_error"),
    ({"enrichment": {"geo": "yes"}}, "enrichment/geo", "validation_error"),
    ({"enrichment": {"custom": {"team": 7}}}, "enrichment/custom", "validation_error"),
    ({"enrichment": {"custom": {"team": "x" * 1_001}}}, "enrichment/custom/team", "validation_error"),
    ({"enrichment": {"rules": [{"when": []}]}}, "enrichment/rules/0/set", "validation_error"),
    ({"enrichment": {"rules": [{"set": {"a": 1}}] * 21}}, "enrichment/rules", "validation_error"),
    ({"enrichment": {"rules": [{"set": {"a": "{{$.a"}}]}}, "enrichment/rules/0/set/a", "invalid_template"),
    ({"enrichment": {"rules": [{"set": {"a": "{{steps.a}}"}}]}}, "enrichment/rules/0/set/a", "invalid_template"),
    (
        {"enrichment": {"rules": [{"when": [{"field": "$.a", "operator": "resembles"}], "set": {"a": 1}}]}},
        "enrichment/rules/0/when/0/operator",
        "validation_error",
    ),
]


async def test_a_wrong_member_is_named_and_nothing_is_stored(api: Calls) -> None:
    for members, pointer, code in WRONG:
        answer = await api.ask("POST", BASE, {"name": "wrong", **members})

        body = answer.json()
        assert (answer.status_code, body["code"], list(body["details"])) == (422, code, [pointer]), members
    assert (await api.get(BASE))["total"] == 0
