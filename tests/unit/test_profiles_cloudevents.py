"""Profile `cloudevents` byte by byte, and read by the CloudEvents SDK (contracts E.7)."""

from __future__ import annotations

import base64
import json

import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_http
from cloudevents.core.formats.json import JSONFormat
from msgspec.structs import replace

from hookspan.model.events import NewEvent
from hookspan.outbound.profiles import Fact, Try, Wire, build, event_fact, headers
from hookspan.outbound.sign import Signer

FACT = Fact(
    event_id="0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
    endpoint_id="0196f4a1-77c0-7d3e-9b1a-0123456789ab",
    delivered_name="invoice.paid",
    canonical_type="invoice.paid",
    time_ms=1_747_862_829_442,
    data=b'{"id": "inv_1", "total": 10.50}',
    publisher="billing",
)
TRY = Try(delivery_id="0196f4bf-0000-7000-8000-000000000001", number=1, product="hookspan/0.1.0")
SIGNER = Signer(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
SENT_AT = 1_747_862_830
OWN = (
    '{"specversion":"1.0","id":"A-1 \\"%é","source":"https://shop.example/orders","type":"com.example.paid",'
    '"subject":"own","time":"2024-02-03T04:05:06.123456+02:00","dataschema":"https://shop.example/schema",'
    '"datacontenttype":"text/xml","partitionkey":"p 1","sampled":true,"level":7,"odd-name":"x","gone":null}'
)


def sdk_reads(profile: str, fact: Fact) -> BaseCloudEvent:
    """What the CloudEvents SDK makes of a delivery."""
    wire = build(profile, fact)
    return from_http(HTTPMessage(dict(headers(profile, fact, wire, TRY)), wire.body), JSONFormat())


def ce_headers(fact: Fact) -> dict[str, str]:
    found = headers("cloudevents-binary", fact, build("cloudevents-binary", fact), TRY)
    return {name: value for name, value in found if name.startswith("ce-") or name == "Content-Type"}


def test_structured_body_is_the_contracts_vector() -> None:
    wire = build("cloudevents", FACT)

    assert wire == Wire(
        b'{"specversion":"1.0","id":"0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d","source":"urn:hookspan:publisher:billing",'
        b'"type":"invoice.paid","time":"2025-05-21T21:27:09.442Z","datacontenttype":"application/json",'
        b'"data":{"id": "inv_1", "total": 10.50}}',
        "application/cloudevents+json; charset=utf-8",
        "raw",
    )
    assert len(wire.body) == 239
    assert SIGNER.standard(FACT.event_id, SENT_AT, wire.body) == "v1,Egg5o+6apLon+jbrxKU3Dafy6AjSsPmgnBsRZP0UPqA="


def test_binary_body_and_headers_are_the_contracts_vector() -> None:
    wire = build("cloudevents-binary", FACT)

    assert wire == Wire(b'{"id": "inv_1", "total": 10.50}', "application/json", "raw")
    assert SIGNER.standard(FACT.event_id, SENT_AT, wire.body) == "v1,DvHA093FVpcIXg0v8ZnuvhlUkS5ALiHr9s1T4oaHow0="
    assert ce_headers(FACT) == {
        "Content-Type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
        "ce-source": "urn:hookspan:publisher:billing",
        "ce-type": "invoice.paid",
        "ce-time": "2025-05-21T21:27:09.442Z",
    }


def test_structured_mode_has_no_ce_headers() -> None:
    found = dict(headers("cloudevents", FACT, build("cloudevents", FACT), TRY))

    assert found["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert not any(name.startswith("ce-") for name in found)


@pytest.mark.parametrize("profile", ["cloudevents", "cloudevents-binary"])
@pytest.mark.parametrize("own", [None, OWN], ids=["born here", "came in as one"])
def test_the_sdk_reads_both_modes_alike(profile: str, own: str | None) -> None:
    read = sdk_reads(profile, replace(FACT, cloud_event=own, subject="order é"))

    attributes = {name: str(value) for name, value in read.get_attributes().items()}
    assert read.get_type() == "invoice.paid"
    assert read.get_data() == {"id": "inv_1", "total": 10.5}
    assert read.get_datacontenttype() == "application/json"
    assert (read.get_id(), read.get_subject()) == ((FACT.event_id, "order é") if own is None else ('A-1 "%é', "own"))
    assert own is None or {attributes["partitionkey"], attributes["level"]} == {"p 1", "7"}


@pytest.mark.parametrize("profile", ["cloudevents", "cloudevents-binary"])
def test_the_sdk_reads_bytes_back_as_bytes(profile: str) -> None:
    read = sdk_reads(profile, replace(FACT, data=b"%PDF\xff\x00", data_content_type="application/pdf"))

    assert (read.get_data(), read.get_datacontenttype()) == (b"%PDF\xff\x00", "application/pdf")


def test_an_event_that_came_as_a_cloudevent_keeps_what_is_its_own() -> None:
    body = build("cloudevents", replace(FACT, cloud_event=OWN, subject="ours")).body

    assert body == (
        b'{"specversion":"1.0","id":"A-1 \\"%\xc3\xa9","source":"https://shop.example/orders","type":"invoice.paid",'
        b'"time":"2024-02-03T04:05:06.123456+02:00","subject":"own","datacontenttype":"application/json",'
        b'"dataschema":"https://shop.example/schema","partitionkey":"p 1","sampled":true,"level":7,'
        b'"data":{"id": "inv_1", "total": 10.50}}'
    )


def test_binary_mode_encodes_what_a_header_cannot_hold() -> None:
    found = ce_headers(replace(FACT, cloud_event=OWN))

    assert found["ce-id"] == "A-1%20%22%25%C3%A9"
    assert (found["ce-partitionkey"], found["ce-sampled"], found["ce-level"]) == ("p%201", "true", "7")
    assert "ce-odd-name" not in found
    assert "ce-gone" not in found


@pytest.mark.parametrize(
    ("members", "source"),
    [
        ({"origin": "webhook", "webhook_id": "w1", "workflow_id": "f1"}, "urn:hookspan:source:w1"),
        ({"origin": "replay", "webhook_id": "w1"}, "urn:hookspan:source:w1"),
        ({"origin": "workflow", "workflow_id": "f1"}, "urn:hookspan:workflow:f1"),
        ({"origin": "system", "workflow_id": "f1", "webhook_id": "w1"}, "urn:hookspan:workflow:f1"),
        ({"origin": "library"}, "urn:hookspan:publisher:library"),
        ({"origin": "api", "publisher": "Billing / é"}, "urn:hookspan:publisher:Billing%20%2F%20%C3%A9"),
    ],
)
def test_the_source_names_where_the_event_was_born(members: dict[str, str], source: str) -> None:
    fact = replace(FACT, **{"publisher": None, **members})

    assert json.loads(build("cloudevents", fact).body)["source"] == source


def test_a_registered_type_names_its_schema() -> None:
    found = ce_headers(replace(FACT, type_version=3, cloud_event=OWN))

    assert found["ce-dataschema"] == "/api/v1/event-types/invoice.paid?version=3"


@pytest.mark.parametrize(
    "data", [b'{"a": 1,"a" : 1e400, "n":12345678901234567890}', b" [1, 2] ", b'"\\ud800"', b"null"]
)
def test_json_data_stands_in_the_body_byte_for_byte(data: bytes) -> None:
    fact = replace(FACT, data=data)

    assert build("cloudevents", fact).body.endswith(b',"data":%b}' % data)
    assert build("cloudevents-binary", fact).body == data


@pytest.mark.parametrize(
    ("content_type", "data"),
    [("application/pdf", b"%PDF"), ("text/plain", b"words"), ("application/json", b'{"a":'), ("text/xml", b"")],
)
def test_other_data_is_base64_in_structured_mode(content_type: str, data: bytes) -> None:
    members = json.loads(build("cloudevents", replace(FACT, data=data, data_content_type=content_type)).body)

    assert base64.b64decode(members["data_base64"]) == data
    assert (members["datacontenttype"], "data" in members) == (content_type, False)


def test_a_content_type_no_header_can_hold_is_not_repeated() -> None:
    fact = replace(FACT, data=b"x", data_content_type="text/\r\nX-Evil: 1")

    assert build("cloudevents-binary", fact).content_type == "application/octet-stream"


@pytest.mark.parametrize("profile", ["cloudevents", "cloudevents-binary"])
def test_a_view_is_json_of_ours_whatever_the_mode(profile: str) -> None:
    fact = replace(
        FACT,
        delivered_name="workflow.completed",
        canonical_type="execution.completed",
        data=b'{"executionId":"1","workflowId":"1","status":"completed","durationMs":5}',
        type_version=1,
    )

    read = sdk_reads(profile, fact)

    data = read.get_data()
    assert isinstance(data, dict)
    assert data["duration_ms"] == 5
    assert "dataschema" not in read.get_attributes()
    assert read.get_datacontenttype() == "application/json"


def test_a_lone_surrogate_breaks_nothing() -> None:
    fact = replace(FACT, subject="a\ud800")

    assert b'"subject":"a\\ud800"' in build("cloudevents", fact).body
    assert ce_headers(fact)["ce-subject"] == "a?"


def test_the_message_id_of_the_trio_stays_the_events_id() -> None:
    fact = event_fact(born(cloud_event=OWN), "e1", "invoice.paid")

    assert fact.event_id == FACT.event_id
    assert json.loads(build("cloudevents", fact).body)["id"] == 'A-1 "%é'


def born(**members: object) -> NewEvent:
    event = NewEvent(
        id=FACT.event_id,
        tenant_id="t",
        type="invoice.paid",
        data=FACT.data,
        created_at=FACT.time_ms,
        origin="webhook",
        webhook_id="w1",
        subject="inv_1",
        type_version=2,
    )
    return replace(event, **members)


def test_a_fact_carries_all_that_a_profile_may_ask_of_the_event() -> None:
    fact = event_fact(born(metadata=b"{}", occurred_at=0), "e1", "alias", unsafe_numbers="round")

    assert fact == Fact(
        FACT.event_id,
        "e1",
        "alias",
        "invoice.paid",
        0,
        FACT.data,
        metadata=b"{}",
        unsafe_numbers="round",
        origin="webhook",
        webhook_id="w1",
        subject="inv_1",
        type_version=2,
    )
