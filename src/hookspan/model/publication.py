"""What an application hands over to be published, from its own code or through its outbox (contracts G.1)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

import msgspec

from hookspan.errors import Fault, Invalid, TooLarge
from hookspan.model.catalogue import is_reserved
from hookspan.model.events import Key, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.jsonable import to_json
from hookspan.model.match import is_name
from hookspan.model.times import instant_of, parse_instant

DELIVER_AHEAD_MS = 30 * 86_400_000
_TEXT_MOST = 255
_json = msgspec.json.Encoder().encode


class Options(TypedDict, total=False):
    """What may be said of an event beside its type and data; `tenant` is a slug."""

    metadata: Mapping[str, object] | None
    tenant: str | None
    idempotency_key: str | None
    subject: str | None
    priority: int
    ordering_key: str | None
    deliver_at: datetime | None
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventRef:
    """A published event; `duplicate` is None where only the relay will know."""

    id: str
    type: str
    created_at: datetime
    duplicate: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An event to be; `options` are members of the publish route's body, `created_at` epoch milliseconds."""

    id: str
    type: str
    data: bytes
    options: Mapping[str, object]
    tenant: str | None
    created_at: int

    def text(self, name: str) -> str | None:
        """An option that is text."""
        found = self.options.get(name)
        return None if found is None else str(found)

    def ms(self, name: str) -> int | None:
        """An option that is an instant, in epoch milliseconds."""
        found = self.options.get(name)
        return None if found is None else parse_instant(found, f"/{name}")

    @property
    def priority(self) -> int:
        """0 to 3, or whatever was said."""
        found = self.options.get("priority", 1)
        return found if isinstance(found, int) else -1

    @property
    def key(self) -> str | None:
        """The idempotency key the application gave."""
        return self.text("idempotencyKey")

    def body(self) -> bytes:
        """The body of the publish route that says the same."""
        return _json({"type": self.type, "data": msgspec.Raw(self.data), **self.options})

    def ref(self, *, duplicate: bool | None) -> EventRef:
        """How the application may name it."""
        return EventRef(self.id, self.type, moment(self.created_at), duplicate)


def moment(ms: int) -> datetime:
    """Epoch milliseconds as a datetime in UTC."""
    return datetime.fromtimestamp(ms / 1_000, UTC)


def publication(event: str, data: object, options: Options, *, now_ms: int | None = None) -> Publication:
    """What was asked, with an id of its own; ValueError for data that has no JSON form, Invalid for a bad name."""
    if not is_name(event):
        raise Invalid.one("/type", "1 to 100 characters: segments of A-Z a-z 0-9 _ - joined by dots")
    now = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    return Publication(
        id=new_id(now),
        type=event,
        data=to_json({} if data is None else data),
        options={name: value for name, value in _members(options) if value is not None},
        tenant=options.get("tenant"),
        created_at=now,
    )


def _members(options: Options) -> Iterator[tuple[str, object]]:
    metadata = options.get("metadata")
    yield "metadata", None if metadata is None else msgspec.json.decode(to_json(metadata))
    yield "subject", options.get("subject")
    yield "priority", options.get("priority")
    yield "orderingKey", options.get("ordering_key")
    yield "deliverAt", _written(options.get("deliver_at"))
    yield "occurredAt", _written(options.get("occurred_at"))
    yield "idempotencyKey", options.get("idempotency_key")


def _written(value: datetime | None) -> str | None:
    return None if value is None else instant_of(value)


def event_of(asked: Publication, tenant_id: str, *, payload_bytes: int, now_ms: int) -> NewEvent:
    """The event, to be born with the publication's id; raises Invalid or TooLarge for what can never be published."""
    faults = list(_faults(asked, now_ms))
    if faults:
        raise Invalid(faults)
    if len(asked.data) > payload_bytes:
        raise TooLarge(f"data: {len(asked.data)} bytes are over the limit of {payload_bytes}")
    metadata = asked.options.get("metadata")
    return NewEvent(
        id=asked.id,
        tenant_id=tenant_id,
        type=asked.type,
        data=asked.data,
        metadata=None if metadata is None else _json(metadata),
        created_at=now_ms,
        origin="library",
        subject=asked.text("subject"),
        priority=asked.priority,
        ordering_key=asked.text("orderingKey"),
        deliver_at=asked.ms("deliverAt"),
        occurred_at=asked.ms("occurredAt"),
    )


def keys_of(asked: Publication, tenant_id: str, *, until_ms: int, by_id: bool) -> list[Key]:
    """The keys it is born under until then: the application's own and, `by_id`, its id."""
    digest = hashlib.sha256(asked.body()).digest()
    given = [asked.id if by_id else None, asked.key]
    return [Key(tenant_id, key, digest, until_ms) for key in given if key is not None]


def _faults(asked: Publication, now_ms: int) -> Iterator[Fault]:
    if not is_name(asked.type):
        yield Fault("/type", "validation_error", "1 to 100 characters: segments of A-Z a-z 0-9 _ - joined by dots")
    elif is_reserved(asked.type):
        yield Fault(
            "/type", "reserved_event_type", f"{asked.type} is published by hookspan itself; choose another name"
        )
    if not 0 <= asked.priority <= 3:
        yield Fault("/priority", "validation_error", "0 low, 1 normal, 2 high or 3 critical")
    for name in ("subject", "orderingKey", "idempotencyKey"):
        text = asked.text(name)
        if text is not None and not (1 <= len(text) <= _TEXT_MOST and text.isprintable()):
            yield Fault(f"/{name}", "validation_error", "must be 1 to 255 printable characters")
    deliver_at = asked.ms("deliverAt")
    if deliver_at is not None and deliver_at > now_ms + DELIVER_AHEAD_MS:
        yield Fault("/deliverAt", "validation_error", "at most 30 days ahead")
