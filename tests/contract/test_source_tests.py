"""Test requests to sources at seed 003's door (contracts B.5)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.arrivals import Arrival, arrive
from tests.support.calls import Calls
from tests.support.surface import Surface

WEBHOOKS = "/api/v1/webhooks"
NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"
WORKFLOW = {"name": "Intake", "steps": [{"id": "a", "kind": "pass"}], "triggers": [{"id": "t", "kind": "webhook"}]}


async def a_source(api: Calls, **members: Any) -> str:
    """The path of a source, signed unless told otherwise."""
    created = await api.post(WEBHOOKS, {"name": "Shop", **members})
    return f"{WEBHOOKS}/{created['id']}"


def public_key() -> str:
    """A provider's, as its pages print it."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def identity(source: str) -> str:
    return source.rpartition("/")[2]


async def sent(api: Calls, source: str, **body: Any) -> dict[str, Any]:
    """What a test came to."""
    told: dict[str, Any] = await api.post(f"{source}/test", body, status=200)
    return told


# -- one test --------------------------------------------------------------------------------------------------------


async def test_a_test_walks_as_a_real_request_does(api: Calls) -> None:
    workflow = await api.post("/api/v1/workflows", WORKFLOW)
    source = await a_source(api, workflowId=workflow["id"])

    told = await sent(api, source, body={"ref": "main"})

    event = await api.get(f"/api/v1/events/{told['eventId']}")
    answered = json.loads(told.pop("body"))
    assert answered == {"eventId": told["eventId"], "status": "processed", "executionId": told["executionId"]}
    assert (told["success"], told["statusCode"], told["status"]) == (True, 202, "processed")
    assert (told["headers"], told["verification"]) == ({"content-type": "application/json"}, "signed")
    assert told["filter"] == {"passed": True, "reason": "no filters", "details": {}, "groups": []}
    assert isinstance(told["responseTimeMs"], int)
    assert event["test"] is True
    assert "error" not in told


async def test_a_test_is_left_out_of_the_counts(api: Calls) -> None:
    source = await a_source(api)

    await sent(api, source, body={})

    shown = await api.get(source)
    assert shown["triggerCount"] == 0
    assert "lastTriggeredAt" not in shown


@pytest.mark.parametrize(
    "members",
    [
        {"authType": "none"},
        {"authType": "basic"},
        {"authType": "api_key"},
        {"authType": "api_key", "credentials": {"queryName": "key", "key": "k" * 32}},
        {"provider": "github"},
        {"provider": "stripe", "secret": "whsec_" + "s" * 32},
    ],
)
async def test_every_scheme_we_can_make_is_made(api: Calls, members: dict[str, Any]) -> None:
    source = await a_source(api, **members)

    told = await sent(api, source, body={"id": "evt_1", "type": "charge.succeeded"})

    assert told["success"] is True, told
    assert told["verification"] == ("as_sent" if members.get("authType") == "none" else "signed")


async def test_a_scheme_only_its_provider_can_make_is_skipped_and_says_so(api: Calls) -> None:
    source = await a_source(api, provider="sendgrid", secret=public_key())

    told = await sent(api, source, body=[{"event": "open"}])

    assert (told["success"], told["verification"]) == (True, "skipped")
    assert "only the provider can sign" in told["detail"]


async def test_an_unsigned_test_is_refused_as_a_sender_would_be(api: Calls) -> None:
    source = await a_source(api)

    told = await sent(api, source, body={}, sign=False)

    assert (told["success"], told["statusCode"], told["verification"]) == (False, 401, "as_sent")
    assert told["body"] == '{"error":"unauthorized"}'
    assert told["error"] == "missing_signature"
    assert "eventId" not in told


async def test_what_is_sent_twice_is_no_repeat(api: Calls) -> None:
    source = await a_source(api, provider="github")
    request = {"headers": {"X-GitHub-Delivery": "one"}, "body": {"a": 1}}

    first, second = await sent(api, source, **request), await sent(api, source, **request)

    assert first["eventId"] != second["eventId"]
    assert second["statusCode"] == 200


async def test_method_headers_and_query_go_with_it(api: Calls) -> None:
    source = await a_source(api, methods=["PUT"])

    told = await sent(api, source, method="put", headers={"X-Shop": "north"}, query={"page": "2"}, body="plain words")

    event = await api.get(f"/api/v1/events/{told['eventId']}")
    assert event["receipt"]["requestMethod"] == "PUT"
    assert event["receipt"]["requestHeaders"]["x-shop"] == "north"
    assert event["receipt"]["requestHeaders"]["content-type"] == "text/plain; charset=utf-8"
    assert event["receipt"]["requestQuery"] == {"page": "2"}
    assert event["receipt"]["requestBody"] == "plain words"


async def test_a_body_is_sent_as_it_was_written(api: Calls) -> None:
    source = await a_source(api)
    body = b'{"body": {"id": 12345678901234567890.10, "a":  1}}'

    answer = await api.client.post(
        f"{source}/test", content=body, headers={**api.headers, "content-type": "application/json"}
    )

    event = await api.ask("GET", f"/api/v1/events/{answer.json()['eventId']}")
    assert b'"requestBody":{"id": 12345678901234567890.10, "a":  1}' in event.content


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_a_method_the_source_does_not_take_is_told(api: Calls, method: str) -> None:
    source = await a_source(api)

    told = await sent(api, source, method=method)

    assert (told["statusCode"], told["error"]) == (405, "method")
    assert told["headers"]["allow"] == "POST"


async def test_limits_hold_for_tests_too(api: Calls) -> None:
    source = await a_source(api, maxBodyBytes=1_024)

    told = await sent(api, source, body={"a": "x" * 2_000})

    assert (told["statusCode"], told["error"]) == (413, "too_large")


async def test_a_disabled_source_answers_as_to_a_sender(api: Calls) -> None:
    source = await a_source(api, status="disabled")

    told = await sent(api, source)

    assert (told["statusCode"], told["body"]) == (404, '{"error":"not_found"}')


async def test_a_list_of_addresses_does_not_stop_a_test(api: Calls) -> None:
    source = await a_source(api, allowedIps=["198.51.100.0/24"])

    assert (await sent(api, source, body={}))["success"] is True


async def test_filters_decide_and_tell_why(api: Calls) -> None:
    source = await a_source(api)
    await api.post(f"{source}/filters", {"fieldPath": "$.status", "operator": "equals", "value": "paid"})

    told = await sent(api, source, body={"status": "open"})

    assert (told["success"], told["status"]) == (True, "filtered")
    assert told["filter"]["reason"] == 'no group passed: group 0: $.status equals "paid" (was "open")'


async def test_a_dry_run_stores_nothing_and_tells_the_verdict(api: Calls) -> None:
    source = await a_source(api)
    await api.post(f"{source}/filters", {"fieldPath": "$.status", "operator": "equals", "value": "paid"})

    told = await sent(api, source, body={"status": "open"}, dryRun=True)

    assert (told["success"], told["status"], told["filter"]["passed"]) == (True, "filtered", False)
    assert "eventId" not in told
    assert json.loads(told["body"]) == {"dryRun": True, "status": "filtered"}
    assert (await api.get("/api/v1/events", webhookId=identity(source)))["data"] == []
    assert (await api.get(f"{source}/tests"))["data"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"method": "P OST"}, "/method"),
        ({"headers": {"a b": "1"}}, "/headers"),
        ({"headers": {"a": "1\r\nb: 2"}}, "/headers/a"),
        ({"headers": {f"h{number}": "1" for number in range(65)}}, "/headers"),
        ({"query": "a b"}, "/query"),
        ({"query": "x" * 5_000}, "/query"),
        ({"sign": "perhaps"}, "/sign"),
    ],
)
async def test_a_request_nobody_could_send_is_refused(api: Calls, body: dict[str, Any], pointer: str) -> None:
    source = await a_source(api)

    answer = await api.ask("POST", f"{source}/test", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_ten_tests_a_minute_are_sent(world: Surface, api: Calls) -> None:
    source = await a_source(api, authType="none")
    for _ in range(10):
        await sent(api, source, body={})

    eleventh = await api.ask("POST", f"{source}/test", {"body": {}})
    world.clock.advance(seconds=60)
    later = await api.ask("POST", f"{source}/test", {"body": {}})

    assert (eleventh.status_code, later.status_code) == (429, 200)
    assert int(eleventh.headers["retry-after"]) > 0


# -- the last ten ----------------------------------------------------------------------------------------------------


async def test_the_last_ten_are_kept_newest_first(world: Surface, api: Calls) -> None:
    source = await a_source(api, authType="none")
    for number in range(12):
        world.clock.advance(seconds=10)
        await sent(api, source, body={"n": number})

    answer = await api.get(f"{source}/tests")

    listed = answer["data"]
    assert (answer["total"], answer["limit"], answer["offset"]) == (10, 10, 0)
    assert [json.loads(each["request"]["body"])["n"] for each in listed] == list(range(11, 1, -1))
    assert listed[0]["response"]["statusCode"] == 202
    assert listed[0]["eventId"] == listed[0]["response"]["eventId"]


async def test_a_kept_test_has_its_credentials_masked(api: Calls) -> None:
    source = await a_source(api, authType="api_key", credentials={"headerName": "X-Key", "key": "opensesame" * 4})
    headers = {"Authorization": "Bearer opensesame", "X-Shop": "north"}

    await sent(api, source, headers=headers, query={"token": "opensesame", "page": "1"}, body={})

    (kept,) = (await api.get(f"{source}/tests"))["data"]
    assert "opensesame" not in json.dumps(kept)
    assert kept["request"]["headers"] == {"authorization": "***", "x-shop": "north"}
    assert kept["request"]["sentHeaders"]["x-key"] == "***"
    assert kept["request"]["query"] == "token=***&page=1"


async def test_an_erased_event_takes_its_test_along(api: Calls) -> None:
    source = await a_source(api)
    told = await sent(api, source, body={"name": "Ada"})

    await api.ask("DELETE", f"/api/v1/events/{told['eventId']}/content")

    assert (await api.get(f"{source}/tests"))["data"] == []


# -- samples ---------------------------------------------------------------------------------------------------------


async def test_samples_are_the_last_request_the_providers_and_one_from_the_schema(world: Surface, api: Calls) -> None:
    source = await a_source(api, provider="github")
    schema = {"type": "object", "properties": {"ref": {"const": "main"}}, "required": ["ref"]}
    await api.post("/api/v1/event-types", {"name": "github.push", "schema": schema})
    headers = (("x-github-event", "push"), ("x-hub-signature-256", "abc"), ("authorization", "***"))
    event_id = await arrive(
        world, identity(source), Arrival(body={"ref": "dev"}, headers=headers, query="a=1", event_type="github.push")
    )

    samples = (await api.get(f"{source}/samples"))["data"]

    assert [each["kind"] for each in samples] == ["last", "provider", "schema"]
    assert samples[0] == {
        "kind": "last",
        "eventType": "github.push",
        "eventId": event_id,
        "method": "POST",
        "headers": {"x-github-event": "push"},
        "query": {"a": "1"},
        "body": {"ref": "dev"},
    }
    assert (samples[2]["eventType"], samples[2]["body"]) == ("github.push", {"ref": "main"})


async def test_samples_of_one_type_are_of_no_other(world: Surface, api: Calls) -> None:
    source = await a_source(api, provider="github")
    await api.post("/api/v1/event-types", {"name": "order.paid", "schema": {"const": 7}})
    await arrive(world, identity(source), Arrival(body={}, event_type="github.push"))

    samples = (await api.get(f"{source}/samples", eventType="order.paid"))["data"]

    assert [(each["kind"], each["body"]) for each in samples] == [("schema", 7)]
    assert (await api.get(f"{source}/samples", eventType="order.lost"))["data"] == []
    assert (await api.ask("GET", f"{source}/samples?eventType=no%20name")).status_code == 422


async def test_every_sample_can_be_sent_as_it_is(world: Surface, api: Calls) -> None:
    source = await a_source(api, provider="github")
    await arrive(world, identity(source), Arrival(body=b"payload=%7B%7D", headers=(), event_type="github.push"))
    samples = (await api.get(f"{source}/samples"))["data"]

    told = [
        await sent(api, source, **{name: sample[name] for name in ("method", "headers", "query", "body")})
        for sample in samples
    ]

    assert [each["success"] for each in told] == [True] * len(samples)


# -- who may ---------------------------------------------------------------------------------------------------------


async def test_who_may_not_see_payloads_sees_none_of_a_test(world: Surface, api: Calls) -> None:
    source = await a_source(api)
    await sent(api, source, headers={"X-Shop": "canary"}, query={"q": "canary"}, body={"a": "canary"})
    await arrive(world, identity(source), Arrival(body={"a": "canary"}))
    viewer = Calls(api.client, await world.key_for("viewer"))

    listed = await viewer.ask("GET", f"{source}/tests")

    assert len(listed.json()["data"]) == 1
    assert listed.json()["data"][0]["response"]["statusCode"] == 202
    assert "canary" not in listed.text
    assert "canary" not in (await viewer.ask("GET", f"{source}/samples")).text
    assert (await viewer.ask("POST", f"{source}/test", {})).status_code == 403


@pytest.mark.parametrize(("method", "path"), [("POST", "test"), ("GET", "tests"), ("GET", "samples")])
async def test_an_unknown_source_cannot_be_tested(api: Calls, method: str, path: str) -> None:
    assert (await api.ask(method, f"{WEBHOOKS}/{NOBODY}/{path}", {} if method == "POST" else None)).status_code == 404
