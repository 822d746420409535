"""Wire profiles: the body and the headers an endpoint gets, byte by byte (contracts E.2 to E.7).

orchestrator        seed 1: `{"event","timestamp","payload"}` in JS form
systemprompt        seed 3: `{"webhook_id","event","timestamp","data","metadata"}` in JS form
standard            Standard Webhooks: `{"type","timestamp","data"}`, data exactly as published
cloudevents         CloudEvents 1.0 in structured mode
cloudevents-binary  the same in binary mode; public shapes call both `cloudevents`

A profile is an entry of PROFILES. The body depends on the fact and the endpoint alone, so that every attempt of a
delivery sends the same bytes; what differs between attempts stands in headers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from hookspan.model.ids import prefixed_id
from hookspan.model.jsform import JsForm, write_js
from hookspan.outbound import cloudevents
from hookspan.outbound.fact import (
    Fact,
    Headers,
    Wire,
    event_fact,
    is_json_type,
    json_data,
    normal_data,
    shaped_data,
    time_text,
    wrapped_data,
)

__all__ = [
    "PROFILES",
    "Fact",
    "Headers",
    "Profile",
    "Try",
    "Wire",
    "build",
    "event_fact",
    "headers",
    "is_json_type",
    "without_body",
]


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


def _write_orchestrator(fact: Fact) -> Wire:
    payload = normal_data(fact)
    head = f'{{"event":"{fact.delivered_name}","timestamp":"{time_text(fact.time_ms)}","payload":'
    return _wire(b"%b%b}" % (head.encode(), payload.body), ("/payload", payload))


def _write_systemprompt(fact: Fact) -> Wire:
    data = normal_data(fact)
    webhook_id = prefixed_id("wh", fact.endpoint_id)
    head = (
        f'{{"webhook_id":"{webhook_id}","event":"{fact.delivered_name}","timestamp":"{time_text(fact.time_ms)}","data":'
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
    head = f'{{"type":"{fact.delivered_name}","timestamp":"{time_text(fact.time_ms)}","data":'
    data = shaped_data(fact) or json_data(fact)
    return Wire(b"%b%b}" % (head.encode(), wrapped_data(fact) if data is None else data), "application/json", "raw")


def _orchestrator_headers(fact: Fact) -> Headers:
    return [("X-Webhook-Event", fact.delivered_name), ("X-Webhook-Timestamp", str(fact.time_ms))]


def _systemprompt_headers(fact: Fact) -> Headers:
    return [
        ("X-Webhook-Event", fact.delivered_name),
        ("X-Webhook-Id", prefixed_id("wh", fact.endpoint_id)),
        ("X-Webhook-Timestamp", time_text(fact.time_ms)),
    ]


def _no_headers(_fact: Fact) -> Headers:
    return []


PROFILES: dict[str, Profile] = {
    "orchestrator": Profile(_write_orchestrator, _orchestrator_headers),
    "systemprompt": Profile(_write_systemprompt, _systemprompt_headers, user_agent="SystemPrompt-Webhook/1.0"),
    "standard": Profile(_write_standard, _no_headers),
    "cloudevents": Profile(cloudevents.write_structured, _no_headers),
    "cloudevents-binary": Profile(cloudevents.write_binary, cloudevents.binary_headers),
}
