"""Errors in the shape of their door (contracts 0.4, 0.6)."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from hookspan.api.dump import rendered
from hookspan.api.problems import door_of
from hookspan.api.wording import PATTERNS
from tests.support.calls import Calls
from tests.support.surface import Surface

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/api/webhooks", "orchestrator"),
        ("/api/auth/login", "orchestrator"),
        ("/api/v1/webhooks", "gateway"),
        ("/api/v1/webhooks/x/filters", "gateway"),
        ("/api/v1/event-types/a.b", "gateway"),
        ("/api/v1/events/x/replay", "gateway"),
        ("/api/v1/events/replay", "native"),
        ("/api/v1/events/x", "native"),
        ("/api/v1/webhooksx", "native"),
        ("/ui/x", "native"),
    ],
)
def test_each_path_speaks_the_shape_of_its_door(path: str, door: str) -> None:
    assert door_of(path) == door


async def test_a_native_problem_has_every_member_of_the_contract(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/keys", headers={"X-Request-Id": "test-1234"})

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "type": "/docs/problems/unauthorized",
        "title": "Authentication required",
        "status": 401,
        "detail": "Authentication required",
        "instance": "/api/v1/keys",
        "code": "unauthorized",
        "requestId": "test-1234",
    }


async def test_seed_one_gets_a_message_and_nothing_else(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/auth/logout")

    assert (answer.status_code, answer.content) == (401, b'{"message":"Authentication required"}')
    assert answer.headers["content-type"] == "application/json"


async def test_nothing_at_a_path_is_404_before_anyone_is_asked_for_a_credential(client: httpx2.AsyncClient) -> None:
    native = await client.get("/api/v1/nonsense")
    seed = await client.get("/api/nonsense")

    assert (native.status_code, native.json()["code"]) == (404, "not_found")
    assert (seed.status_code, list(seed.json())) == (404, ["message"])


async def test_another_method_is_405_with_what_is_offered(client: httpx2.AsyncClient) -> None:
    answer = await client.patch("/api/v1/keys")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("body", [b"{", b"{'name': 1}", b'{"name": NaN}', b"\xff\xfe", b"[" * 100_000, b'{"a":1}x'])
async def test_a_body_that_is_not_json_is_400(body: bytes, world: Surface, client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/keys", content=body, headers={**world.owner, **JSON})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


async def test_a_broken_body_without_credential_is_401(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/keys", content=b"{", headers=JSON)

    assert answer.status_code == 401


async def test_a_body_at_the_limit_is_read_and_one_byte_more_is_413(world: Surface, client: httpx2.AsyncClient) -> None:
    frame = b'{"name":"%s","scopes":["events:publish"]}'
    filling = 1_048_576 - len(frame) + 2
    headers = {**world.owner, **JSON}

    at_limit = await client.post("/api/v1/keys", content=frame % (b"x" * filling), headers=headers)
    over = await client.post("/api/v1/keys", content=frame % (b"x" * (filling + 1)), headers=headers)

    assert (at_limit.status_code, at_limit.json()["errors"][0]["pointer"]) == (422, "/name")
    assert (over.status_code, over.json()["code"]) == (413, "payload_too_large")


async def test_a_body_without_length_is_cut_at_the_limit(world: Surface, client: httpx2.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 65_536

    answer = await client.post("/api/v1/keys", content=endless(), headers={**world.owner, **JSON})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}]
)
async def test_another_content_type_is_415(headers: dict[str, str], world: Surface, client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/keys", content=b"{}", headers={**world.owner, **headers})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_a_compressed_body_is_415(world: Surface, client: httpx2.AsyncClient) -> None:
    headers = {**world.owner, **JSON, "Content-Encoding": "gzip"}

    answer = await client.post("/api/v1/keys", content=b"{}", headers=headers)

    assert answer.status_code == 415


async def test_a_json_dialect_is_taken_as_json(world: Surface, client: httpx2.AsyncClient) -> None:
    headers = {**world.owner, "Content-Type": "application/vnd.hookspan+json; charset=utf-8"}

    answer = await client.post("/api/v1/keys", content=b"{}", headers=headers)

    assert answer.status_code == 422


async def test_a_request_line_over_8_kib_is_414(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/keys", params={"q": "x" * 8_300})

    assert (answer.status_code, answer.json()["code"]) == (414, "uri_too_long")


async def test_an_id_that_is_no_id_reads_as_a_missing_one(world: Surface, client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/keys/nonsense", headers=world.owner)

    assert answer.status_code == 404


async def test_a_fault_of_ours_is_500_and_shows_nothing_of_itself(world: Surface, client: httpx2.AsyncClient) -> None:
    with world.rooms.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE api_keys")

    answer = await client.get("/api/v1/me", headers=world.owner)

    assert answer.status_code == 500
    assert answer.json()["detail"] == "Internal server error"
    assert "api_keys" not in answer.text


CODES = """bad_request invalid_json invalid_cursor unauthorized forbidden not_found method_not_allowed not_acceptable
content_expunged conflict path_taken name_taken in_progress idempotency_mismatch replay_limit_reached webhook_disabled
endpoint_disabled not_retryable in_use incompatible_schema precondition_failed payload_too_large unsupported_media_type
validation_error unknown_member reserved_event_type schema_mismatch rate_limited internal_error path_looks_like_id
path_needs_auth secret_required invalid_url service_unavailable insufficient_storage"""


async def test_every_problem_type_leads_to_a_page(client: httpx2.AsyncClient) -> None:
    for code in CODES.split():
        answer = await client.get(f"/docs/problems/{code}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert answer.text.startswith(code)


def test_every_pattern_of_a_member_has_words() -> None:
    document = rendered()
    patterns = {json.loads(found) for found in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', document)}

    assert patterns == set(PATTERNS)


@pytest.mark.parametrize(
    ("path", "body", "pointer", "detail"),
    [
        (
            "steps/a/fail",
            {"error": {"code": "a b", "message": "x"}},
            "/error/code",
            PATTERNS[r"^[A-Za-z0-9._-]{1,100}$"],
        ),
        ("steps/a/fail", {"error": {"code": 5, "message": "x"}}, "/error/code", "must be a text"),
        ("steps/a/fail", {"error": []}, "/error", "must be an object"),
        ("blockers", {"description": ""}, "/description", "must have at least 1 character"),
    ],
)
async def test_what_the_validator_finds_is_said_in_our_words(
    api: Calls, path: str, body: dict[str, Any], pointer: str, detail: str
) -> None:
    answer = await api.ask("POST", f"/api/v1/executions/01J0000000000000000000000A/{path}", body)

    assert [(each["pointer"], each["detail"]) for each in answer.json()["errors"]] == [(pointer, detail)]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=x", "must be a whole number"),
        ("limit=0", "must be at least 1"),
        ("limit=1000000", "must be at most 250"),
        ("status=odd", "must be 'draft', 'active', 'inactive' or 'archived'"),
        ("q=" + "x" * 201, "must have at most 200 characters"),
    ],
)
async def test_a_parameter_is_judged_in_our_words(api: Calls, query: str, detail: str) -> None:
    answer = await api.ask("GET", f"/api/v1/workflows?{query}")

    assert [each["detail"] for each in answer.json()["errors"]] == [detail]


async def test_of_very_many_faults_a_hundred_are_told_and_how_many_more(api: Calls) -> None:
    step = {"id": "a", "kind": "pass", **{f"x{number}": 1 for number in range(734)}}

    answer = await api.ask("POST", "/api/v1/workflows", {"name": "Orders", "steps": [step]})

    told = answer.json()["errors"]
    assert len(told) == 101
    assert (told[-1]["pointer"], told[-1]["detail"]) == ("", "634 more faults are not listed; mend these first")
    assert len(answer.content) < 100_000
