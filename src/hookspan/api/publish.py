"""Publish: one event or a batch (contracts C.3). A hot route: no framework, no model, the data's bytes untouched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from hookspan.access.roles import Caller
from hookspan.api.cloud_events import CloudEvent, Form, as_attributes, read_batch, read_binary, read_structured
from hookspan.api.event_input import Desk, decode_batch, decode_event, new_event, read
from hookspan.errors import Conflict, Fault, Forbidden, HookspanError, Invalid, UnsupportedMedia
from hookspan.inbound.answers import Answer
from hookspan.model.events import OTHER_BODY, Entry, Key, NewEvent, Published
from hookspan.model.scheduled_tasks import delay_facts
from hookspan.model.times import instant

BATCH_MOST = 1_000

_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
_json = msgspec.json.Encoder().encode


async def publish(desk: Desk, caller: Caller, form: Form, body: bytes, idempotency_key: str | None) -> Answer:
    """`POST /api/v1/events`: 202 once event, deliveries and executions are on disk; a batch by its content type."""
    _check_scope(caller)
    if form.name == "batch":
        return await publish_many(desk, caller, form, body, idempotency_key)
    if form.name == "native":
        new, keys = await _native(desk, caller, body, idempotency_key)
    else:
        event = read_structured(body) if form.name == "structured" else read_binary(form, body)
        new, keys = await _cloud(desk, caller, event)
        keys += _keys(desk, new, idempotency_key, body)
    published = await desk.publisher.publish_entry(Entry(new, keys, facts=delay_facts(new)))
    headers: tuple[tuple[str, str], ...] = (("Location", f"/api/v1/events/{published.id}"),)
    work: tuple[int | None, int] = (published.deliveries, len(published.executions))
    if published.duplicate:
        headers = (*headers, ("Idempotency-Replayed", "true"))
        work = await desk.publisher.work_of(caller.tenant_id, published.id)
    return Answer(202, _json(_accepted(published, *work)), headers=headers)


async def publish_many(
    desk: Desk, caller: Caller, form: Form, body: bytes, idempotency_key: str | None = None
) -> Answer:
    """`POST /api/v1/events/batch`: a verdict for each, all accepted ones in one transaction."""
    _check_scope(caller)
    if idempotency_key is not None:
        raise Invalid.one("/Idempotency-Key", "a batch has no key of its own; use idempotencyKey of each event")
    if form.name == "batch":
        return await _together(desk, read_batch(body), lambda item: _cloud(desk, caller, read_structured(item)))
    if form.name != "native":
        raise UnsupportedMedia("send application/json or application/cloudevents-batch+json")
    batch = read(decode_batch, body)
    items = [bytes(raw) for raw in batch.events]
    return await _together(desk, items, lambda item: _native(desk, caller, item, None), atomic=batch.atomic)


async def _together(
    desk: Desk,
    items: Sequence[bytes],
    made: Callable[[bytes], Awaitable[tuple[NewEvent, list[Key]]]],
    *,
    atomic: bool = False,
) -> Answer:
    if not 1 <= len(items) <= BATCH_MOST:
        raise Invalid.one("/events", f"send 1 to {BATCH_MOST} events")
    news: list[tuple[int, NewEvent, Sequence[Key]]] = []
    verdicts: dict[int, dict[str, object]] = {}
    for index, item in enumerate(items):
        try:
            news.append((index, *await made(item)))
        except HookspanError as error:
            if error.status >= 500:
                raise
            verdicts[index] = _rejected(index, error)
    if atomic and verdicts:
        raise Invalid(_batch_faults(verdicts))
    entries = [Entry(new, keys, facts=delay_facts(new)) for _, new, keys in news]
    published = await desk.publisher.publish_entries(entries, atomic=atomic) if entries else []
    for (index, _, _), each in zip(news, published, strict=True):
        verdicts[index] = _verdict(index, each)
    data = [verdicts[index] for index in range(len(items))]
    counts = {
        word: sum(verdict["status"] == state for verdict in data)
        for word, state in (("accepted", "accepted"), ("duplicates", "duplicate"), ("rejected", "rejected"))
    }
    return Answer(202, _json({"data": data, **counts}))


async def _native(desk: Desk, caller: Caller, body: bytes, idempotency_key: str | None) -> tuple[NewEvent, list[Key]]:
    wish = read(decode_event, body)
    new = await new_event(desk, caller, wish)
    key = wish.idempotency_key if idempotency_key is None else idempotency_key
    return new, _keys(desk, new, key, body)


async def _cloud(desk: Desk, caller: Caller, event: CloudEvent) -> tuple[NewEvent, list[Key]]:
    try:
        new = await new_event(desk, caller, event.wish, data=event.data, cloud_event=event.attributes)
    except Invalid as error:
        raise as_attributes(error) from None
    return new, [event.key(caller.tenant_id, new.created_at + desk.key_kept_ms)]


def _check_scope(caller: Caller) -> None:
    if not caller.may("events:publish"):
        raise Forbidden("this credential may not publish; it needs the scope events:publish")


def check_key(idempotency_key: str | None) -> str | None:
    """An `Idempotency-Key` as given; Invalid unless it is 1 to 255 visible ASCII characters."""
    if idempotency_key is not None and not _KEY.match(idempotency_key):
        raise Invalid.one("/Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    return idempotency_key


def _keys(desk: Desk, new: NewEvent, idempotency_key: str | None, body: bytes) -> list[Key]:
    if check_key(idempotency_key) is None:
        return []
    assert idempotency_key is not None
    digest = hashlib.sha256(body).digest()
    return [Key(new.tenant_id, idempotency_key, digest, new.created_at + desk.key_kept_ms)]


def _accepted(published: Published, deliveries: int | None, executions: int) -> dict[str, object]:
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
