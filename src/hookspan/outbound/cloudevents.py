"""Profile `cloudevents`: an event as CloudEvents 1.0 writes it, in both modes of its HTTP binding (contracts E.7).

structured  one JSON object: the attributes, then `data` as the exact bytes, or `data_base64` where it is no JSON
binary      the attributes as `ce-` headers, the body the data alone

An event that came in as a CloudEvent goes out with the id, source, subject, time and extensions it came with.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from hookspan.model.jsform import write_value
from hookspan.model.views import has_view
from hookspan.outbound.fact import Fact, Headers, Wire, json_data, shaped_data, time_text

STRUCTURED_TYPE = "application/cloudevents+json; charset=utf-8"
_UNKNOWN_TYPE = "application/octet-stream"
_ATTRIBUTES = frozenset(
    {"specversion", "id", "source", "type", "time", "subject", "datacontenttype", "dataschema", "data", "data_base64"}
)
_EXTENSION = re.compile(r"[a-z0-9]{1,64}")
_HEADER_SAFE = "".join(character for character in map(chr, range(0x21, 0x7F)) if character not in '"%')
_URN_SAFE = "!$&'()*+,;=:@-._~"

_decode_own = msgspec.json.Decoder(dict[str, object]).decode
_NOTHING: Mapping[str, object] = {}


def write_structured(fact: Fact) -> Wire:
    """One JSON object, `data` last."""
    shaped = shaped_data(fact)
    data = json_data(fact) if shaped is None else shaped
    members = [(name, write_value(value)) for name, value in attributes(fact, is_shaped=shaped is not None)]
    members.append(("data", data) if data is not None else ("data_base64", b'"%b"' % base64.b64encode(fact.data)))
    return Wire(
        b"{%b}" % b",".join([b'"%b":%b' % (name.encode(), text) for name, text in members]), STRUCTURED_TYPE, "raw"
    )


def write_binary(fact: Fact) -> Wire:
    """The data alone, under its own content type."""
    shaped = shaped_data(fact)
    return Wire(fact.data if shaped is None else shaped, _content_type(fact, is_shaped=shaped is not None), "raw")


def binary_headers(fact: Fact) -> Headers:
    """The attributes of binary mode; the content type stands in `Content-Type`."""
    return [
        (f"ce-{name}", quote(_printed(value), safe=_HEADER_SAFE, errors="replace"))
        for name, value in attributes(fact, is_shaped=False)
        if name != "datacontenttype"
    ]


def attributes(fact: Fact, *, is_shaped: bool) -> list[tuple[str, object]]:
    """Attributes in the order of the specification, then extensions; `is_shaped` data is a view, thus JSON of ours."""
    own = _decode_own(fact.cloud_event) if fact.cloud_event else _NOTHING
    found: list[tuple[str, object]] = [
        ("specversion", "1.0"),
        ("id", own.get("id") or fact.event_id),
        ("source", own.get("source") or _source(fact)),
        ("type", fact.delivered_name),
        ("time", own.get("time") or time_text(fact.time_ms)),
        ("subject", own.get("subject") or fact.subject),
        ("datacontenttype", _content_type(fact, is_shaped=is_shaped)),
        ("dataschema", _dataschema(fact) or own.get("dataschema")),
        *((name, value) for name, value in own.items() if name not in _ATTRIBUTES and _EXTENSION.fullmatch(name)),
    ]
    return [(name, value) for name, value in found if value is not None]


def _source(fact: Fact) -> str:
    """Where the event was born, as a URN; a publisher goes by the name of its key, else by the door it used."""
    if fact.webhook_id is not None and (fact.origin == "webhook" or fact.workflow_id is None):
        return f"urn:hookspan:source:{fact.webhook_id}"
    if fact.workflow_id is not None:
        return f"urn:hookspan:workflow:{fact.workflow_id}"
    return f"urn:hookspan:publisher:{quote(fact.publisher or fact.origin, safe=_URN_SAFE)}"


def _dataschema(fact: Fact) -> str | None:
    """The schema the data was held against; a view has another shape, so it promises none."""
    if fact.type_version is None or has_view(fact.delivered_name, fact.canonical_type):
        return None
    return f"/api/v1/event-types/{fact.canonical_type}?version={fact.type_version}"


def _content_type(fact: Fact, *, is_shaped: bool) -> str:
    """The type of the data; one that cannot stand in a header, as a sender may have named, tells nobody anything."""
    if is_shaped:
        return "application/json"
    given = fact.data_content_type
    return given if given.isascii() and given.isprintable() and given.strip() else _UNKNOWN_TYPE


def _printed(value: object) -> str:
    return value if isinstance(value, str) else write_value(value).decode()
