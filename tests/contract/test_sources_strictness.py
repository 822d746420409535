"""What a source does not take on trust: types, texts, keys, and which of two is meant (contracts B.1, B.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.sources import BASE, at, changed, compiled, source
from tests.support.surface import Surface

MISSING = "0196f4a0-0000-7abc-8def-0123456789ab"


async def faults(api: Calls, method: str, path: str, body: object) -> dict[str, str]:
    """By pointer, what a 422 says."""
    answer = await api.ask(method, path, body)
    assert answer.status_code == 422, answer.text
    told: dict[str, str] = answer.json()["details"]
    return told


@pytest.mark.parametrize(
    ("was", "wish", "now"),
    [
        ("active", {"status": "active", "enabled": False}, "disabled"),
        ("paused", {"status": "paused", "enabled": False}, "disabled"),
        ("disabled", {"status": "disabled", "enabled": True}, "active"),
        ("active", {"status": "paused", "enabled": True}, "paused"),
        ("active", {"status": "disabled", "enabled": True}, "disabled"),
        ("disabled", {"status": "paused", "enabled": False}, "paused"),
        ("active", {"status": "disabled", "enabled": False}, "disabled"),
    ],
)
async def test_of_status_and_enabled_the_one_that_differs_is_meant(
    api: Calls, was: str, wish: dict[str, Any], now: str
) -> None:
    created = await source(api, status=was)

    shown = await changed(api, created, **wish)

    assert (shown["status"], shown["enabled"]) == (now, now != "disabled")


async def test_a_whole_source_sent_back_with_enabled_changed_is_changed(api: Calls) -> None:
    created = await source(api)
    whole = await api.get(at(created))

    put = await api.ask("PUT", at(created), {**whole, "enabled": False})

    assert (put.status_code, put.json()["status"]) == (200, "disabled")


async def test_status_and_enabled_that_contradict_each_other_are_refused(api: Calls) -> None:
    created = await source(api)

    told = await faults(api, "PATCH", at(created), {"status": "paused", "enabled": False})

    assert list(told) == ["enabled"]


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"enabled": "false"}, "enabled"),
        ({"enabled": 0}, "enabled"),
        ({"priority": "3"}, "priority"),
        ({"priority": True}, "priority"),
        ({"requireJson": "no"}, "requireJson"),
        ({"max_body_bytes": "2048"}, "max_body_bytes"),
    ],
)
async def test_a_value_that_merely_looks_like_another_type_is_refused(
    api: Calls, members: dict[str, Any], pointer: str
) -> None:
    told = await faults(api, "POST", BASE, {"name": "coerced", **members})

    assert list(told) == [pointer]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/api/v1/priorities/3", {"weight": True}, "weight"),
        ("/api/v1/retention", {"events": {"days": "30"}}, "events/days"),
    ],
)
async def test_settings_beside_the_sources_are_as_strict(
    api: Calls, path: str, body: dict[str, Any], pointer: str
) -> None:
    assert list(await faults(api, "PUT", path, body)) == [pointer]


async def test_an_overlap_is_a_number(api: Calls) -> None:
    created = await source(api)

    told = await faults(api, "POST", f"{at(created)}/regenerate-secret", {"overlapMs": "5"})

    assert list(told) == ["overlapMs"]


async def test_a_filter_that_compares_needs_a_value_everywhere(api: Calls) -> None:
    created = await source(api)
    row = {"fieldPath": "$.a", "operator": "equals"}
    bare = await api.post(f"{at(created)}/filters", {**row, "operator": "exists"})

    told = [
        await faults(api, "POST", f"{at(created)}/filters", row),
        await faults(api, "PATCH", f"{at(created)}/filters/{bare['id']}", {"operator": "equals"}),
        await faults(api, "POST", f"{at(created)}/filters/test", {"filters": [row]}),
        await faults(api, "PATCH", at(created), {"enrichment": {"rules": [{"when": [row], "set": {"a": 1}}]}}),
    ]

    assert [list(each) for each in told] == [
        ["value"],
        ["value"],
        ["filters/0/value"],
        ["enrichment/rules/0/when/0/value"],
    ]


@pytest.mark.parametrize("key", ["z\r\n", "a b", "clé", "\x7f"])
async def test_a_key_is_visible_ascii(api: Calls, key: str) -> None:
    created = await source(api, authType="api_key")

    told = await faults(api, "POST", BASE, {"name": "x", "authType": "api_key", "credentials": {"key": key}})
    again = await faults(api, "POST", f"{at(created)}/regenerate-secret", {"secret": key})

    assert (list(told), list(again)) == (["credentials/key"], ["secret"])


async def test_a_password_holds_no_control_characters(api: Calls) -> None:
    wish = {"name": "x", "authType": "basic", "credentials": {"username": "hook", "password": "a\nb"}}

    assert list(await faults(api, "POST", BASE, wish)) == ["credentials/password"]


@pytest.mark.parametrize(
    ("body", "given", "sent"),
    [
        ("ünïcode", "text/plain", "text/plain; charset=utf-8"),
        ("ünïcode", "text/plain; Charset=latin-1", "text/plain; Charset=latin-1"),
        ("ascii", "text/plain", "text/plain"),
        ('{"ü":1}', "application/json", "application/json"),
    ],
)
async def test_an_answer_beyond_ascii_says_how_it_is_encoded(
    world: Surface, api: Calls, body: str, given: str, sent: str
) -> None:
    created = await source(api, authType="none", response={"contentType": given, "body": body})

    answer = await world.takes(created["path"])

    assert (answer.content_type, answer.body.decode()) == (sent, body)
    assert compiled(world, created).answer is not None


@pytest.mark.parametrize("name", ["from", "to", "createdAt[gte]", "createdAt[lt]"])
async def test_a_span_is_refused_by_the_name_it_was_given(api: Calls, name: str) -> None:
    created = await source(api)

    answer = await api.ask("GET", f"{at(created)}/events", params={name: "abc"})

    assert (answer.status_code, list(answer.json()["details"])) == (422, [name])


async def test_a_replay_for_an_endpoint_that_is_not_there_is_refused(world: Surface, api: Calls) -> None:
    event, mine = await api.publish(), await api.endpoint()
    other = await world.key_for("owner", tenant_id=await world.second_tenant())
    theirs = await api.ask("POST", "/api/v1/endpoints", {"url": "https://example.com/", "events": ["*"]}, headers=other)
    ids = [mine["id"], MISSING, theirs.json()["id"]]

    answer = await api.ask("POST", "/api/v1/events/replay", {"eventIds": [event], "endpointIds": ids})

    pointers = [each["pointer"] for each in answer.json()["errors"]]
    assert (answer.status_code, pointers) == (422, ["/endpointIds/1", "/endpointIds/2"])
