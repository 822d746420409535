"""CloudEvents 1.0 as they are published to us: structured, batched and binary, over HTTP (contracts C.3).

`source` and `id` together are the key under which an event is born once. Attributes and extensions are kept as they
came; the data stay the bytes that were sent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote_to_bytes

import msgspec

from hookspan.api.event_input import JSON_TYPE, EventBody, decode_base64, read
from hookspan.errors import Fault, Invalid, UnsupportedMedia
from hookspan.model.events import Key

STRUCTURED_TYPE = "application/cloudevents+json"
BATCH_TYPE = "application/cloudevents-batch+json"
SOURCE_CHARACTERS = 2_048

FormName = Literal["native", "structured", "batch", "binary"]

_REQUIRED = ("id", "source", "specversion", "type")
_TEXTS = (*_REQUIRED, "subject", "time", "datacontenttype", "dataschema")
_NAME = re.compile(r"[a-z0-9]{1,64}")
_ATTRIBUTE_OF = {"/occurredAt": "/time", "/dataContentType": "/datacontenttype"}
_PREFIX = b"ce-"
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_scalar = msgspec.json.Decoder(str | int | float | bool | None).decode
_write = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Form:
    """How a request carries its events. `content_type` as sent; `attributes` are those of binary mode."""

    name: FormName
    content_type: str = JSON_TYPE
    attributes: Mapping[str, str] = field(default_factory=dict)


NATIVE = Form("native")


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One event as read: `wish` without its data, the data's bytes, and the attributes as JSON to be kept."""

    wish: EventBody
    data: bytes
    attributes: str
    source: str
    id: str

    def key(self, tenant_id: str, expires_at: int) -> Key:
        """The key of source and id. A repeat is the same event whatever its form, so no body is compared."""
        digest = hashlib.sha256(f"{self.source}\0{self.id}".encode()).hexdigest()
        return Key(f"{tenant_id}:cloudevents", digest, b"", expires_at, reject_other_body=False)


def form_of(headers: Sequence[tuple[bytes, bytes]]) -> Form:
    """By the lower-case headers of a request; UnsupportedMedia for a type or coding that is not taken here."""
    content_type, coding, is_binary = "", b"", False
    for name, value in headers:
        if name == b"content-type":
            content_type = value.decode("latin-1")
        elif name == b"content-encoding":
            coding = value
        elif name == b"ce-specversion":
            is_binary = True
    if coding and coding.strip().lower() != b"identity":
        raise UnsupportedMedia("send the body without Content-Encoding")
    essence = content_type.partition(";")[0].strip().lower()
    if essence == STRUCTURED_TYPE:
        return Form("structured", content_type)
    if essence == BATCH_TYPE:
        return Form("batch", content_type)
    if is_binary:
        return Form("binary", content_type, _binary_attributes(headers))
    if essence != JSON_TYPE and not essence.endswith("+json"):
        raise UnsupportedMedia("send Content-Type: application/json, or a CloudEvent")
    return NATIVE


def read_structured(body: bytes) -> CloudEvent:
    """An event in the JSON format; Invalid names the attribute that is wrong."""
    members: dict[str, msgspec.Raw] = read(_decode_members, body)
    data, data_base64 = members.pop("data", None), members.pop("data_base64", None)
    found = {name: _scalar(name, bytes(raw)) for name, raw in members.items()}
    attributes = {name: value for name, value in found.items() if value is not None}
    content_type = attributes.get("datacontenttype", JSON_TYPE)
    if data is not None and data_base64 is not None:
        raise Invalid.one("/data_base64", "send either data or data_base64")
    if data_base64 is not None:
        encoded = _scalar("data_base64", bytes(data_base64))
        if not isinstance(encoded, str):
            raise Invalid.one("/data_base64", "must be a text")
        return _event(attributes, decode_base64(encoded, "/data_base64"))
    return _event(attributes, _json_data(bytes(data) if data is not None else b"{}", str(content_type)))


def read_batch(body: bytes) -> list[bytes]:
    """The events of a batch, each in the JSON format."""
    return [bytes(event) for event in read(_decode_list, body)]


def read_binary(form: Form, body: bytes) -> CloudEvent:
    """An event whose attributes are headers and whose data are the body."""
    attributes: dict[str, object] = dict(form.attributes)
    if form.content_type:
        attributes["datacontenttype"] = form.content_type
    data = b"{}" if not body and not form.content_type else body
    return _event(attributes, data)


def _binary_attributes(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {
        name[len(_PREFIX) :].decode("latin-1"): _header_text(name, value)
        for name, value in headers
        if name.startswith(_PREFIX)
    }


def _header_text(name: bytes, value: bytes) -> str:
    """A header's value as the attribute it stands for: unquoted, then percent-decoded (HTTP binding §3.1.3.2)."""
    if len(value) >= 2 and value[:1] == value[-1:] == b'"':
        value = re.sub(rb"\\(.)", rb"\1", value[1:-1])
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise Invalid.one(f"/{name.decode('latin-1')}", "must be percent-encoded UTF-8") from None


def _scalar(name: str, raw: bytes) -> object:
    try:
        return _decode_scalar(raw)
    except msgspec.DecodeError:
        raise Invalid.one(f"/{name}", "must be a text, a number or a boolean") from None


def _json_data(raw: bytes, content_type: str) -> bytes:
    """Data that are no JSON stand as a text in the JSON format (§3.1.1); JSON stays as it was written."""
    essence = content_type.partition(";")[0].strip().lower()
    if essence == JSON_TYPE or essence.endswith("+json") or not raw.startswith(b'"'):
        return raw
    return str(_scalar("data", raw)).encode()


def _event(attributes: Mapping[str, object], data: bytes) -> CloudEvent:
    faults = [*_faults_of(attributes)]
    if faults:
        raise Invalid(faults)
    texts = {name: str(attributes[name]) for name in _TEXTS if name in attributes}
    wish = EventBody(
        texts["type"],
        subject=texts.get("subject"),
        occurred_at=texts.get("time"),
        data_content_type=texts.get("datacontenttype"),
    )
    return CloudEvent(wish, data, _write(attributes).decode(), texts["source"], texts["id"])


def _faults_of(attributes: Mapping[str, object]) -> Iterable[Fault]:
    for name in _REQUIRED:
        if name not in attributes:
            yield Fault(f"/{name}", "validation_error", "is required of a CloudEvent")
    for name, value in attributes.items():
        if not _NAME.fullmatch(name):
            yield Fault(f"/{name}", "validation_error", "an attribute's name has the characters a-z and 0-9 alone")
        elif name in _TEXTS and not _is_text(value):
            yield Fault(f"/{name}", "validation_error", "must be 1 to 2,048 printable characters")
    if attributes.get("specversion", "1.0") != "1.0":
        yield Fault("/specversion", "validation_error", "must be 1.0")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= SOURCE_CHARACTERS and value.isprintable()


def as_attributes(error: Invalid) -> Invalid:
    """Faults of ours, told by the names of the CloudEvent's attributes."""
    return Invalid(
        [Fault(_ATTRIBUTE_OF.get(fault.pointer, fault.pointer), fault.code, fault.detail) for fault in error.faults]
    )
