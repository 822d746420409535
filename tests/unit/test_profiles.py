"""Bodies and headers of the wire profiles, byte by byte (contracts E.2 to E.6)."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from hookspan.outbound.profiles import PROFILES, Fact, Try, Wire, build, headers, is_json_type, without_body

FACT = Fact(
    event_id="0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
    endpoint_id="0196f4a1-77c0-7d3e-9b1a-0123456789ab",
    delivered_name="invoice.paid",
    canonical_type="invoice.paid",
    time_ms=1_747_862_829_442,
    data=b'{"id": "inv_1", "total": 10.50}',
)
EXECUTION = replace(
    FACT,
    delivered_name="workflow.execution.completed",
    canonical_type="execution.completed",
    data=b'{"executionId":"1","workflowId":"1","workflowName":"Sample","workflowVersion":1,"status":"completed",'
    b'"triggerType":"manual","triggerEventId":null,"startedAt":"2025-05-21T21:26:58.211Z",'
    b'"completedAt":"2025-05-21T21:27:09.442Z","durationMs":11231,"stepsTotal":1,"stepsCompleted":1,'
    b'"output":12345678901234567890,"error":null}',
)
AGENT = replace(
    FACT,
    delivered_name="agent.started",
    canonical_type="agent.started",
    data=b'{"agent_id": "agent_123", "agent_name": "Data Processor"}',
    metadata=b'{"triggered_by": "scheduler"}',
)
UNSAFE = b'{"a": [1.50, 12345678901234567890]}'
TRY = Try(delivery_id="0196f4bf-0000-7000-8000-000000000001", number=2, product="hookspan/0.1.0")


def test_orchestrator_body_is_the_contracts_vector() -> None:
    wire = build("orchestrator", EXECUTION)

    assert wire == Wire(
        b'{"event":"workflow.execution.completed","timestamp":"2025-05-21T21:27:09.442Z","payload":{"id":"1",'
        b'"workflowDefinitionId":"1","status":"COMPLETED","startTime":"2025-05-21T21:26:58.211Z",'
        b'"endTime":"2025-05-21T21:27:09.442Z"}}',
        "application/json",
        "js",
    )
    assert len(wire.body) == 224


def test_systemprompt_body_is_the_contracts_vector() -> None:
    wire = build("systemprompt", AGENT)

    assert wire == Wire(
        b'{"webhook_id":"wh_0196f4a177c07d3e9b1a0123456789ab","event":"agent.started",'
        b'"timestamp":"2025-05-21T21:27:09.442Z","data":{"agent_id":"agent_123","agent_name":"Data Processor"},'
        b'"metadata":{"triggered_by":"scheduler"}}',
        "application/json",
        "js",
    )
    assert len(wire.body) == 217


def test_standard_body_is_the_contracts_vector() -> None:
    wire = build("standard", FACT)

    assert wire == Wire(
        b'{"type":"invoice.paid","timestamp":"2025-05-21T21:27:09.442Z","data":{"id": "inv_1", "total": 10.50}}',
        "application/json",
        "raw",
    )
    assert len(wire.body) == 101


def test_orchestrator_normalises_what_an_application_published() -> None:
    body = build("orchestrator", FACT).body

    assert body.endswith(b'"payload":{"id":"inv_1","total":10.5}}')


@pytest.mark.parametrize("metadata", [None, b"{}", b" { } "])
def test_empty_metadata_is_left_out(metadata: bytes | None) -> None:
    assert b"metadata" not in build("systemprompt", replace(AGENT, metadata=metadata)).body


def test_a_value_javascript_would_change_is_sent_exactly_and_pointed_at() -> None:
    fact = replace(AGENT, data=UNSAFE)

    assert build("orchestrator", fact)[2:] == ("exact", "/payload/a/1")
    assert build("systemprompt", fact)[2:] == ("exact", "/data/a/1")
    assert build("systemprompt", fact).body.endswith(
        b'"data":{"a":[1.50,12345678901234567890]},"metadata":{"triggered_by":"scheduler"}}'
    )
    assert build("standard", fact)[2:] == ("raw", None)


def test_metadata_can_make_a_body_exact_too() -> None:
    wire = build("systemprompt", replace(AGENT, metadata=b'{"n": 1e400}'))

    assert (wire.form, wire.offender) == ("exact", "/metadata/n")


@pytest.mark.parametrize(
    ("unsafe_numbers", "payload"),
    [("string", b'{"a":[1.5,"12345678901234567890"]}'), ("round", b'{"a":[1.5,12345678901234567000]}')],
)
def test_the_endpoints_choice_for_unsafe_numbers_is_followed(unsafe_numbers: str, payload: bytes) -> None:
    fact = replace(FACT, data=UNSAFE, unsafe_numbers=unsafe_numbers)

    wire = build("orchestrator", fact)

    assert wire.body.endswith(b'"payload":%b}' % payload)
    assert (wire.form, wire.offender) == ("js", None)


def test_a_view_is_written_in_js_form_in_every_profile() -> None:
    view = build("standard", replace(EXECUTION, delivered_name="workflow.completed")).body

    assert view.startswith(
        b'{"type":"workflow.completed","timestamp":"2025-05-21T21:27:09.442Z","data":{"execution_id"'
    )
    assert json.loads(view)["data"]["duration_ms"] == 11231


def test_the_canonical_name_carries_the_canonical_data() -> None:
    fact = replace(EXECUTION, delivered_name="execution.completed")

    assert build("standard", fact).body.endswith(b'"data":%b}' % fact.data)


@pytest.mark.parametrize("profile", ["orchestrator", "systemprompt", "standard"])
@pytest.mark.parametrize(
    ("content_type", "data", "written"),
    [
        ("text/plain", 'a "é"\n'.encode(), '"a \\"é\\"\\n"'.encode()),
        ("Text/XML; charset=utf-8", b"<a/>", b'"<a/>"'),
        ("text/plain", b"\xff", b'{"contentType":"text/plain","base64":"/w=="}'),
        ("application/pdf", b"%PDF", b'{"contentType":"application/pdf","base64":"JVBERg=="}'),
        ("application/json", b'{"a":', b'{"contentType":"application/json","base64":"eyJhIjo="}'),
        ("application/json", b'"\xff"', b'{"contentType":"application/json","base64":"Iv8i"}'),
        ("application/json", b"", b'{"contentType":"application/json","base64":""}'),
        ("application/json", b"\xef\xbb\xbf[1]", b"[1]"),
        ("application/vnd.api+json; v=1", b'{"a":1}', b'{"a":1}'),
        ("application/json", b"null", b"null"),
    ],
)
def test_data_that_is_no_json_still_makes_a_json_body(
    profile: str, content_type: str, data: bytes, written: bytes
) -> None:
    wire = build(profile, replace(FACT, data=data, data_content_type=content_type))

    member = "payload" if profile == "orchestrator" else "data"
    assert wire.body.endswith(b'"%b":%b}' % (member.encode(), written))
    assert json.loads(wire.body)[member] == json.loads(written)
    assert wire.content_type == "application/json"


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON;charset=x", "a/b+json", "text/json"])
def test_json_types_are_recognised(content_type: str) -> None:
    assert is_json_type(content_type)
    assert not is_json_type(content_type.lower().replace("json", "jsonl"))


def test_orchestrator_headers() -> None:
    found = headers("orchestrator", EXECUTION, build("orchestrator", EXECUTION), TRY)

    assert dict(found) == {
        "User-Agent": "hookspan/0.1.0",
        "Content-Type": "application/json",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "X-Webhook-Event": "workflow.execution.completed",
        "X-Webhook-Timestamp": "1747862829442",
        "X-Hookspan-Delivery": "0196f4bf-0000-7000-8000-000000000001",
        "X-Hookspan-Attempt": "2",
    }


def test_systemprompt_headers() -> None:
    found = dict(headers("systemprompt", AGENT, build("systemprompt", AGENT), TRY))

    assert {name: value for name, value in found.items() if name.startswith(("User", "Content", "X-Webhook"))} == {
        "User-Agent": "SystemPrompt-Webhook/1.0",
        "Content-Type": "application/json",
        "X-Webhook-Event": "agent.started",
        "X-Webhook-Id": "wh_0196f4a177c07d3e9b1a0123456789ab",
        "X-Webhook-Timestamp": "2025-05-21T21:27:09.442Z",
    }


def test_standard_has_no_seed_headers() -> None:
    found = dict(headers("standard", FACT, build("standard", FACT), TRY))

    assert found["User-Agent"] == "hookspan/0.1.0"
    assert not any(name.startswith("X-Webhook") for name in found)


def test_what_only_some_attempts_carry() -> None:
    special = replace(TRY, is_test=True, hops="3.0123456789abcdef", traceparent="00-ab-cd-01")
    fact = replace(FACT, data=UNSAFE)

    found = dict(headers("orchestrator", fact, build("orchestrator", fact), special))

    assert found["X-Hookspan-Test"] == "true"
    assert found["X-Hookspan-Hops"] == "3.0123456789abcdef"
    assert found["traceparent"] == "00-ab-cd-01"
    assert found["X-Hookspan-Body-Form"] == "exact"


def test_only_exact_form_is_announced() -> None:
    for profile in PROFILES:
        found = dict(headers(profile, FACT, build(profile, FACT), TRY))
        assert "X-Hookspan-Body-Form" not in found


def test_a_get_request_sends_no_byte() -> None:
    assert without_body(build("standard", FACT)).body == b""
