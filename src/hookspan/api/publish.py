"""Publish: one event or a batch (contracts C.3). A hot route: no framework, no model, the data's bytes untouched."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from hookspan.access.roles import Caller
from hookspan.errors import Conflict, Fault, Forbidden, HookspanError, Invalid, InvalidJson, TooLarge
from hookspan.events.publish import Publisher
from hookspan.inbound.answers import Answer
from hookspan.model.catalogue import is_reserved
from hookspan.model.events import OTHER_BODY, Key, NewEvent, Published
from hookspan.model.ids import new_id
from hookspan.model.match import is_name
from hookspan.model.surrogates import Masked, mask_lone
from hookspan.model.times import instant, parse_instant
from hookspan.ports import Clock

KEY_KEPT_MS = 7 * 86_400_000
BATCH_MOST = 1_000

JSON_TYPE = "application/json"
BYTES_TYPE = "application/octet-stream"

_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
_MEDIA_TYPE = re.compile(r"^(?=.{3,255}\Z)[\w!#$&^.+-]+/[\w!#$&^.+-]+(?: *;[\x20-\x7e]*)?\Z", re.ASCII)
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MEMBER = re.compile(r"field `(?P<name>[^`]+)`")
_json = msgspec.json.Encoder().encode


ABSENT = msgspec.Raw(b"")


class EventBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel", frozen=True):
    """One event as published; `data` and `metadata` stay the bytes that were sent.

    `deliverAt` and `version` may be named, as the documented example does, but nothing else than null is offered yet.
    """

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
    deliver_at: None = None
    version: None = None


class BatchBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Many events; `atomic` refuses all when one is refused."""

    events: list[msgspec.Raw]
    atomic: bool = False


_decode_event = msgspec.json.Decoder(EventBody).decode
_decode_batch = msgspec.json.Decoder(BatchBody).decode
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Desk:
    """What publishing needs."""

    publisher: Publisher
    clock: Clock
    payload_bytes: int


async def publish_one(desk: Desk, caller: Caller, body: bytes, idempotency_key: str | None) -> Answer:
    """`POST /api/v1/events`: 202 once event, deliveries and executions are on disk."""
    if not caller.may("events:publish"):
        raise Forbidden("this credential may not publish; it needs the scope events:publish")
    wish = _read(_decode_event, body)
    if idempotency_key is None:
        idempotency_key = wish.idempotency_key
    new = _new_event(desk, caller, wish)
    published = await desk.publisher.publish(new, keys=_keys(new, idempotency_key, body))
    headers: tuple[tuple[str, str], ...] = (("Location", f"/api/v1/events/{published.id}"),)
    work = (published.deliveries, len(published.executions))
    if published.duplicate:
        headers = (*headers, ("Idempotency-Replayed", "true"))
        work = await desk.publisher.work_of(caller.tenant_id, published.id)
    return Answer(202, _json(_accepted(published, *work)), headers=headers)


async def publish_many(desk: Desk, caller: Caller, body: bytes, idempotency_key: str | None = None) -> Answer:
    """`POST /api/v1/events/batch`: a verdict for each, all accepted ones in one transaction."""
    if not caller.may("events:publish"):
        raise Forbidden("this credential may not publish; it needs the scope events:publish")
    if idempotency_key is not None:
        raise Invalid.one("/Idempotency-Key", "a batch has no key of its own; use idempotencyKey of each event")
    batch = _read(_decode_batch, body)
    if not 1 <= len(batch.events) <= BATCH_MOST:
        raise Invalid.one("/events", f"send 1 to {BATCH_MOST} events")
    news: list[tuple[int, NewEvent, Sequence[Key]]] = []
    verdicts: dict[int, dict[str, object]] = {}
    for index, raw in enumerate(batch.events):
        item = bytes(raw)
        try:
            wish = _read(_decode_event, item)
            new = _new_event(desk, caller, wish)
            news.append((index, new, _keys(new, wish.idempotency_key, item)))
        except HookspanError as error:
            verdicts[index] = _rejected(index, error)
    if batch.atomic and verdicts:
        raise Invalid(_batch_faults(verdicts))
    births = [(new, keys) for _, new, keys in news]
    published = await desk.publisher.publish_many(births, atomic=batch.atomic) if births else []
    for (index, _, _), each in zip(news, published, strict=True):
        verdicts[index] = _verdict(index, each)
    data = [verdicts[index] for index in range(len(batch.events))]
    counts = {
        word: sum(verdict["status"] == state for verdict in data)
        for word, state in (("accepted", "accepted"), ("duplicates", "duplicate"), ("rejected", "rejected"))
    }
    return Answer(202, _json({"data": data, **counts}))


def check_key(idempotency_key: str | None) -> str | None:
    """An `Idempotency-Key` as given; Invalid unless it is 1 to 255 visible ASCII characters."""
    if idempotency_key is not None and not _KEY.match(idempotency_key):
        raise Invalid.one("/Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    return idempotency_key


def _read(decode: Any, body: bytes) -> Any:
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
        return _restored(_read(decode, masked.text), masked)


def _restored(wish: EventBody | BatchBody, masked: Masked) -> EventBody | BatchBody:
    """The raw members with their lone surrogates again; the others are judged with the masks, which none may hold."""
    if isinstance(wish, EventBody):
        data = msgspec.Raw(masked.restored(bytes(wish.data)))
        return msgspec.structs.replace(wish, data=data, metadata=msgspec.Raw(masked.restored(bytes(wish.metadata))))
    return BatchBody([msgspec.Raw(masked.restored(bytes(event))) for event in wish.events], wish.atomic)


def _fault(message: str) -> Fault:
    place, member = _PATH.search(message), _MEMBER.search(message)
    pointer = re.sub(r"\[(\d+)\]", r"/\1", place["path"].replace(".", "/")) if place else ""
    if message.startswith("Object contains unknown field") and member:
        return Fault(f"{pointer}/{member['name']}", "unknown_member", "no such member; remove it")
    if message.startswith("Object missing required field") and member:
        return Fault(f"{pointer}/{member['name']}", "validation_error", "is required")
    return Fault(pointer, "validation_error", _PATH.sub("", message).replace("`", ""))


def _new_event(desk: Desk, caller: Caller, wish: EventBody) -> NewEvent:
    faults = [fault for fault in _faults_of(wish) if fault is not None]
    if faults:
        raise Invalid(faults)
    if is_reserved(wish.type) and not caller.may("events:publish_system"):
        detail = f"{wish.type} is published by hookspan itself; choose another name"
        raise Invalid.one("/type", detail, code="reserved_event_type")
    data = _data(wish)
    if len(data) > desk.payload_bytes:
        raise TooLarge(f"data: {len(data)} bytes are over the limit of {desk.payload_bytes}")
    now = desk.clock.now_ms()
    return NewEvent(
        id=new_id(now),
        tenant_id=caller.tenant_id,
        type=wish.type,
        data=data,
        data_content_type=wish.data_content_type or (JSON_TYPE if wish.data_base64 is None else BYTES_TYPE),
        metadata=_metadata(wish),
        created_at=now,
        origin="api",
        subject=wish.subject,
        priority=wish.priority,
        ordering_key=wish.ordering_key,
        occurred_at=None if wish.occurred_at is None else parse_instant(wish.occurred_at, "/occurredAt"),
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
    )


def _too_long(pointer: str, text: str | None) -> Fault | None:
    if text is None or (1 <= len(text) <= 255 and text.isprintable()):
        return None
    return Fault(pointer, "validation_error", "must be 1 to 255 printable characters")


def _data(wish: EventBody) -> bytes:
    if wish.data_base64 is None:
        return bytes(wish.data) or b"{}"
    try:
        return base64.b64decode(wish.data_base64, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid.one("/dataBase64", "is not base64") from None


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


def _keys(new: NewEvent, idempotency_key: str | None, body: bytes) -> list[Key]:
    if check_key(idempotency_key) is None:
        return []
    assert idempotency_key is not None
    digest = hashlib.sha256(body).digest()
    return [Key(new.tenant_id, idempotency_key, digest, new.created_at + KEY_KEPT_MS)]


def _accepted(published: Published, deliveries: int, executions: int) -> dict[str, object]:
    return {
        "id": published.id,
        "type": published.type,
        "createdAt": instant(published.created_at),
        "duplicate": published.duplicate,
        "deliveries": deliveries,
        "executions": executions,
    }


def _verdict(index: int, published: Published) -> dict[str, object]:
    if published.other_body:
        return _rejected(index, Conflict(OTHER_BODY, code="idempotency_mismatch"))
    return {"index": index, "status": "duplicate" if published.duplicate else "accepted", "id": published.id}


def _rejected(index: int, error: HookspanError) -> dict[str, object]:
    problem: dict[str, object] = {
        "type": f"/docs/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
    }
    if isinstance(error, Invalid):
        problem["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in error.faults
        ]
    return {"index": index, "status": "rejected", "error": problem}


def _batch_faults(verdicts: dict[int, dict[str, object]]) -> list[Fault]:
    faults = []
    for index, verdict in sorted(verdicts.items()):
        error = verdict["error"]
        assert isinstance(error, dict)
        faults.append(Fault(f"/events/{index}", str(error["code"]), str(error["detail"])))
    return faults
