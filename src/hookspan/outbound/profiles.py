"""Wire profiles: the body and the headers an endpoint gets, byte by byte (contracts E.2 to E.6).

orchestrator  seed 1: `{"event","timestamp","payload"}` in JS form
systemprompt  seed 3: `{"webhook_id","event","timestamp","data","metadata"}` in JS form
standard      Standard Webhooks: `{"type","timestamp","data"}`, data exactly as published

A profile is an entry of PROFILES. The body depends on the fact and the endpoint alone, so that every attempt of a
delivery sends the same bytes; what differs between attempts stands in headers.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from hookspan.errors import InvalidJson
from hookspan.model.ids import prefixed_id
from hookspan.model.jsform import JsForm, is_json_document, write_js, write_value
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.times import instant
from hookspan.model.views import has_view, view

Form = Literal["js", "exact", "raw"]
Headers = list[tuple[str, str]]

_BOM = b"\xef\xbb\xbf"


class Fact(msgspec.Struct, frozen=True, gc=False):
    """What is delivered to whom: an event as one endpoint shall see it.

    `data` are the canonical bytes as published; `metadata` is a JSON object or None. `time_ms` is when it happened.
    """

    event_id: str
    endpoint_id: str
    delivered_name: str
    canonical_type: str
    time_ms: int
    data: bytes
    data_content_type: str = "application/json"
    metadata: bytes | None = None
    unsafe_numbers: UnsafeNumbers = "exact"


class Wire(NamedTuple):
    """A body ready to be signed; `offender` points into it at what forced exact form."""

    body: bytes
    content_type: str
    form: Form
    offender: str | None = None


class Try(msgspec.Struct, frozen=True, gc=False):
    """What one attempt adds; `product` is `hookspan/<version>`."""

    delivery_id: str
    number: int
    product: str
    hops: str | None = None
    is_test: bool = False
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """How a profile writes the body and which headers it adds; `user_agent` None means the product's own."""

    write: Callable[[Fact], Wire]
    own_headers: Callable[[Fact], Headers]
    user_agent: str | None = None


def build(profile: str, fact: Fact) -> Wire:
    """The body of every attempt of a delivery; raises KeyError for a profile that does not exist."""
    return PROFILES[profile].write(fact)


def headers(profile: str, fact: Fact, wire: Wire, attempt: Try) -> Headers:
    """The headers of one attempt but for signatures, custom headers, authentication and what the client makes."""
    entry = PROFILES[profile]
    found = [
        ("User-Agent", entry.user_agent or attempt.product),
        ("Content-Type", wire.content_type),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        *entry.own_headers(fact),
        ("X-Hookspan-Delivery", attempt.delivery_id),
        ("X-Hookspan-Attempt", str(attempt.number)),
    ]
    if wire.form == "exact":
        found.append(("X-Hookspan-Body-Form", "exact"))
    if attempt.is_test:
        found.append(("X-Hookspan-Test", "true"))
    if attempt.hops is not None:
        found.append(("X-Hookspan-Hops", attempt.hops))
    if attempt.traceparent is not None:
        found.append(("traceparent", attempt.traceparent))
    return found


def without_body(wire: Wire) -> Wire:
    """The same for a GET request, which sends and signs zero bytes."""
    return Wire(b"", wire.content_type, wire.form, wire.offender)


_instant = lru_cache(maxsize=1_024)(instant)


def _write_orchestrator(fact: Fact) -> Wire:
    payload = _write_data(fact)
    head = f'{{"event":"{fact.delivered_name}","timestamp":"{_instant(fact.time_ms)}","payload":'
    return _wire(b"%b%b}" % (head.encode(), payload.body), ("/payload", payload))


def _write_systemprompt(fact: Fact) -> Wire:
    data = _write_data(fact)
    webhook_id = prefixed_id("wh", fact.endpoint_id)
    head = (
        f'{{"webhook_id":"{webhook_id}","event":"{fact.delivered_name}","timestamp":"{_instant(fact.time_ms)}","data":'
    ).encode()
    metadata = write_js(fact.metadata, fact.unsafe_numbers) if fact.metadata is not None else _NOTHING
    if metadata.body == _NOTHING.body:
        return _wire(b"%b%b}" % (head, data.body), ("/data", data))
    body = b'%b%b,"metadata":%b}' % (head, data.body, metadata.body)
    return _wire(body, ("/data", data), ("/metadata", metadata))


_NOTHING = JsForm(b"{}", "js")


def _wire(body: bytes, *members: tuple[str, JsForm]) -> Wire:
    """A JSON body whose `members` were written by us; the first that offends makes it exact."""
    for place, written in members:
        if written.form == "exact":
            return Wire(body, "application/json", "exact", f"{place}{written.offender}")
    return Wire(body, "application/json", "js")


def _write_standard(fact: Fact) -> Wire:
    head = f'{{"type":"{fact.delivered_name}","timestamp":"{_instant(fact.time_ms)}","data":'
    return Wire(b"%b%b}" % (head.encode(), _keep_data(fact)), "application/json", "raw")


def _write_data(fact: Fact) -> JsForm:
    """The data member in JS form, or as it is where that would lose something."""
    shaped = _shape(fact)
    if shaped is not None:
        return JsForm(shaped, "js")
    if is_json_type(fact.data_content_type):
        with suppress(InvalidJson):
            return write_js(fact.data, fact.unsafe_numbers)
    return JsForm(_wrap(fact), "js")


def _keep_data(fact: Fact) -> bytes:
    """The data member exactly as published, where it is JSON and no view is wanted."""
    shaped = _shape(fact)
    if shaped is not None:
        return shaped
    kept = fact.data.removeprefix(_BOM)
    return kept if is_json_type(fact.data_content_type) and is_json_document(kept) else _wrap(fact)


def _shape(fact: Fact) -> bytes | None:
    """The data view of the delivered name in JS form, where it has one."""
    if not has_view(fact.delivered_name, fact.canonical_type):
        return None
    shaped = view(fact.delivered_name, fact.canonical_type, msgspec.json.decode(fact.data, type=dict[str, object]))
    return write_value(shaped)


def _wrap(fact: Fact) -> bytes:
    """Data that is not JSON, as a JSON value: text as a string, bytes as base64 beside their type (contracts E.3)."""
    if fact.data_content_type.lower().startswith("text/"):
        with suppress(UnicodeDecodeError):
            return write_value(fact.data.decode())
    return write_value({"contentType": fact.data_content_type, "base64": base64.b64encode(fact.data).decode()})


@lru_cache(maxsize=1_024)
def is_json_type(content_type: str) -> bool:
    """Whether a content type promises JSON: `application/json`, `text/json` or any `+json` (RFC 6839)."""
    essence = content_type.partition(";")[0].strip().lower()
    return essence in ("application/json", "text/json") or essence.endswith("+json")


def _orchestrator_headers(fact: Fact) -> Headers:
    return [("X-Webhook-Event", fact.delivered_name), ("X-Webhook-Timestamp", str(fact.time_ms))]


def _systemprompt_headers(fact: Fact) -> Headers:
    return [
        ("X-Webhook-Event", fact.delivered_name),
        ("X-Webhook-Id", prefixed_id("wh", fact.endpoint_id)),
        ("X-Webhook-Timestamp", _instant(fact.time_ms)),
    ]


def _no_headers(_fact: Fact) -> Headers:
    return []


PROFILES: dict[str, Profile] = {
    "orchestrator": Profile(_write_orchestrator, _orchestrator_headers),
    "systemprompt": Profile(_write_systemprompt, _systemprompt_headers, user_agent="SystemPrompt-Webhook/1.0"),
    "standard": Profile(_write_standard, _no_headers),
}
