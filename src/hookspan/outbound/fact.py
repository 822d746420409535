"""What is delivered to whom, and its data as every wire profile may need it.

Kept apart from the profiles, so that a profile with a file of its own can be built from it.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from hookspan.errors import InvalidJson
from hookspan.model.events import NewEvent
from hookspan.model.jsform import JsForm, is_json_document, write_js, write_value
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.times import instant
from hookspan.model.views import has_view, view

if TYPE_CHECKING:
    from hookspan.storage.events_list import EventRow

Form = Literal["js", "exact", "raw"]
Headers = list[tuple[str, str]]

_BOM = b"\xef\xbb\xbf"


class Fact(msgspec.Struct, frozen=True, gc=False):
    """What is delivered to whom: an event as one endpoint shall see it.

    `data` are the canonical bytes as published; `metadata` is a JSON object or None. `time_ms` is when it happened.
    What follows `unsafe_numbers` says where the event came from; `publisher` is the name of the key that published
    it, `cloud_event` the attributes and extensions it came in with, as a JSON object.
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
    origin: str = "api"
    webhook_id: str | None = None
    workflow_id: str | None = None
    publisher: str | None = None
    subject: str | None = None
    type_version: int | None = None
    cloud_event: str | None = None


class Wire(NamedTuple):
    """A body ready to be signed; `offender` points into it at what forced exact form."""

    body: bytes
    content_type: str
    form: Form
    offender: str | None = None


def event_fact(
    event: NewEvent | EventRow, endpoint_id: str, delivered_name: str, *, unsafe_numbers: UnsafeNumbers = "exact"
) -> Fact:
    """The fact of an event for one endpoint; every attempt and every look at it starts here, so they agree.

    A row of a list has no data; one read in full has.
    """
    return Fact(
        event.id,
        endpoint_id,
        delivered_name,
        event.type,
        event.created_at if event.occurred_at is None else event.occurred_at,
        event.data or b"",
        event.data_content_type,
        event.metadata,
        unsafe_numbers,
        event.origin,
        event.webhook_id,
        event.workflow_id,
        event.publisher,
        event.subject,
        event.type_version,
        event.cloud_event,
    )


time_text = lru_cache(maxsize=1_024)(instant)
"""The event's time as all bodies spell it: 24 characters, milliseconds, `Z`."""


def normal_data(fact: Fact) -> JsForm:
    """The data member in JS form, or as it is where that would lose something."""
    shaped = shaped_data(fact)
    if shaped is not None:
        return JsForm(shaped, "js")
    if is_json_type(fact.data_content_type):
        with suppress(InvalidJson):
            return write_js(fact.data, fact.unsafe_numbers)
    return JsForm(wrapped_data(fact), "js")


def shaped_data(fact: Fact) -> bytes | None:
    """The data view of the delivered name in JS form, where it has one."""
    if not has_view(fact.delivered_name, fact.canonical_type):
        return None
    shaped = view(fact.delivered_name, fact.canonical_type, msgspec.json.decode(fact.data, type=dict[str, object]))
    return write_value(shaped)


def json_data(fact: Fact) -> bytes | None:
    """The data exactly as published, where it is JSON both by its type and in truth; None where it is not."""
    kept = fact.data.removeprefix(_BOM)
    return kept if is_json_type(fact.data_content_type) and is_json_document(kept) else None


def wrapped_data(fact: Fact) -> bytes:
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
