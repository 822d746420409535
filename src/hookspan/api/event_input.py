"""What a publisher sends, read strictly: one event as JSON, with the bytes of its data untouched (contracts C.3)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from hookspan.access.roles import Caller
from hookspan.errors import Fault, Invalid, InvalidJson, TooLarge
from hookspan.events.publish import Publisher
from hookspan.events.registry import Registry
from hookspan.model.catalogue import is_reserved
from hookspan.model.events import KEY_KEPT_MS, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.match import is_name
from hookspan.model.surrogates import Masked, mask_lone
from hookspan.model.times import parse_instant
from hookspan.ports import Clock

AHEAD_MOST_MS = 30 * 86_400_000

JSON_TYPE = "application/json"
BYTES_TYPE = "application/octet-stream"

_MEDIA_TYPE = re.compile(r"^(?=.{3,255}\Z)[\w!#$&^.+-]+/[\w!#$&^.+-]+(?: *;[\x20-\x7e]*)?\Z", re.ASCII)
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MEMBER = re.compile(r"field `(?P<name>[^`]+)`")

ABSENT = msgspec.Raw(b"")


class EventBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel", frozen=True):
    """One event as published; `data` and `metadata` stay the bytes that were sent."""

    type: str
    data: msgspec.Raw = ABSENT
    metadata: msgspec.Raw = ABSENT
    subject: str | None = None
    priority: int = 1
    ordering_key: str | None = None
    occurred_at: str | int | None = None
    data_base64: str | None = None
    data_content_type: str | None = None
    idempotency_key: str | None = None
    deliver_at: str | int | None = None
    version: int | None = None


class BatchBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Many events; `atomic` refuses all when one is refused."""

    events: list[msgspec.Raw]
    atomic: bool = False


decode_event = msgspec.json.Decoder(EventBody).decode
decode_batch = msgspec.json.Decoder(BatchBody).decode
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Desk:
    """What publishing needs; an event's keys hold for `key_kept_ms`."""

    publisher: Publisher
    registry: Registry
    clock: Clock
    payload_bytes: int
    key_kept_ms: int = KEY_KEPT_MS


def read(decode: Any, body: bytes) -> Any:
    """Decode strictly; every fault names its member."""
    try:
        # The decoder passes over raw members without a look at their encoding, but JSON is UTF-8 (RFC 8259 §8.1).
        if not body.isascii():
            body.decode()
        return decode(body)
    except msgspec.ValidationError as error:
        raise Invalid([_fault(str(error))]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        masked = mask_lone(body)
        if masked is None:
            raise InvalidJson(f"the body is not JSON: {error}") from None
        return _restored(read(decode, masked.text), masked)


def _restored(wish: Any, masked: Masked) -> Any:
    """The raw members with their lone surrogates again; the others are judged with the masks, which none may hold."""

    def raw(part: msgspec.Raw) -> msgspec.Raw:
        return msgspec.Raw(masked.restored(bytes(part)))

    if isinstance(wish, EventBody):
        return msgspec.structs.replace(wish, data=raw(wish.data), metadata=raw(wish.metadata))
    if isinstance(wish, BatchBody):
        return BatchBody([raw(event) for event in wish.events], wish.atomic)
    if isinstance(wish, dict):
        return {name: raw(member) for name, member in wish.items()}
    return [raw(event) for event in wish]


def _fault(message: str) -> Fault:
    place, member = _PATH.search(message), _MEMBER.search(message)
    pointer = re.sub(r"\[(\d+)\]", r"/\1", place["path"].replace(".", "/")) if place else ""
    if message.startswith("Object contains unknown field") and member:
        return Fault(f"{pointer}/{member['name']}", "unknown_member", "no such member; remove it")
    if message.startswith("Object missing required field") and member:
        return Fault(f"{pointer}/{member['name']}", "validation_error", "is required")
    return Fault(pointer, "validation_error", _PATH.sub("", message).replace("`", ""))


async def new_event(
    desk: Desk, caller: Caller, wish: EventBody, *, data: bytes | None = None, cloud_event: str | None = None
) -> NewEvent:
    """The event as it will be born, judged by the limits and its registered schema.

    `data` are given where they are not a member of `wish`. Raises Invalid, TooLarge.
    """
    faults = [fault for fault in _faults_of(wish) if fault is not None]
    if faults:
        raise Invalid(faults)
    if is_reserved(wish.type) and not caller.may("events:publish_system"):
        detail = f"{wish.type} is published by hookspan itself; choose another name"
        raise Invalid.one("/type", detail, code="reserved_event_type")
    data = _data(wish) if data is None else data
    if len(data) > desk.payload_bytes:
        raise TooLarge(f"data: {len(data)} bytes are over the limit of {desk.payload_bytes}")
    content_type = wish.data_content_type or (JSON_TYPE if wish.data_base64 is None else BYTES_TYPE)
    metadata = _metadata(wish)
    now = desk.clock.now_ms()
    return NewEvent(
        id=new_id(now),
        tenant_id=caller.tenant_id,
        type=wish.type,
        data=data,
        data_content_type=content_type,
        metadata=metadata,
        created_at=now,
        origin="api",
        subject=wish.subject,
        priority=wish.priority,
        ordering_key=wish.ordering_key,
        occurred_at=None if wish.occurred_at is None else parse_instant(wish.occurred_at, "/occurredAt"),
        deliver_at=None if wish.deliver_at is None else _deliver_at(wish.deliver_at, now),
        type_version=await desk.registry.check(caller.tenant_id, wish.type, data, content_type, wish.version),
        cloud_event=cloud_event,
        publisher=caller.name,
    )


def _faults_of(wish: EventBody) -> Sequence[Fault | None]:
    return (
        None
        if is_name(wish.type)
        else Fault("/type", "validation_error", "1 to 100 characters: segments of A-Z a-z 0-9 _ - joined by dots"),
        None
        if 0 <= wish.priority <= 3
        else Fault("/priority", "validation_error", "0 low, 1 normal, 2 high or 3 critical"),
        _too_long("/subject", wish.subject),
        _too_long("/orderingKey", wish.ordering_key),
        None
        if wish.data_content_type is None or _MEDIA_TYPE.match(wish.data_content_type)
        else Fault("/dataContentType", "validation_error", "must be a media type such as text/plain; charset=utf-8"),
        Fault("/dataBase64", "validation_error", "send either data or dataBase64")
        if bytes(wish.data) and wish.data_base64 is not None
        else None,
        None
        if wish.version is None or 1 <= wish.version <= 2**31 - 1
        else Fault("/version", "validation_error", "must be a version of the event type, a whole number from 1"),
    )


def _too_long(pointer: str, text: str | None) -> Fault | None:
    if text is None or (1 <= len(text) <= 255 and text.isprintable()):
        return None
    return Fault(pointer, "validation_error", "must be 1 to 255 printable characters")


def _deliver_at(wanted: str | int, now: int) -> int | None:
    """The instant, within 30 days; one that has passed means at once, and is kept as no instant at all."""
    instant = parse_instant(wanted, "/deliverAt")
    if instant > now + AHEAD_MOST_MS:
        raise Invalid.one("/deliverAt", "may be at most 30 days ahead")
    return instant if instant > now else None


def _data(wish: EventBody) -> bytes:
    if wish.data_base64 is None:
        return bytes(wish.data) or b"{}"
    return decode_base64(wish.data_base64, "/dataBase64")


def decode_base64(text: str, pointer: str) -> bytes:
    """The bytes (RFC 4648 §4, padded); Invalid at `pointer`."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid.one(pointer, "is not base64") from None


def _metadata(wish: EventBody) -> bytes | None:
    text = bytes(wish.metadata)
    if text in (b"", b"null"):
        return None
    try:
        _decode_object(text)
    except msgspec.ValidationError:
        raise Invalid.one("/metadata", "must be an object") from None
    except msgspec.DecodeError:
        raise Invalid.one("/metadata", "must hold no lone surrogates") from None
    return text
