"""A stored request once more: replayed as a new event, or released after it was held."""

from __future__ import annotations

import msgspec

from hookspan.errors import Conflict, Unavailable
from hookspan.events.publish import Publisher
from hookspan.inbound.birth import GENERIC, JSON_TYPE, Kept, content_type_of, kind_of
from hookspan.inbound.dedupe import EventKind
from hookspan.inbound.recording import Recording
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.source import Source, SourcesByPath
from hookspan.inbound.split import enclosed
from hookspan.model.events import Entry, NewReceipt, NewReplay
from hookspan.model.ids import new_id
from hookspan.model.jsonview import read_json
from hookspan.model.receipt_facts import facts_of
from hookspan.model.redact import Fields
from hookspan.ports import Clock, Replayed, ReplayOrder
from hookspan.storage.database import Database
from hookspan.storage.stored_events import StoredEvent, StoredReceipt, stored_event

_read_fields = msgspec.json.Decoder(Fields).decode
_read_metadata = msgspec.json.Decoder(dict[str, object]).decode
_read_attributes = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def kept_again(source: Source, stored: StoredEvent, receipt: StoredReceipt) -> Kept:
    """The request as it was kept, to be judged anew: same id, type, headers and metadata."""
    event = stored.event
    fields = _read_fields(receipt.headers)
    headers = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in fields]
    request = InboundRequest(receipt.method, receipt.path, receipt.path, receipt.query, headers, receipt.body)
    return Kept(
        id=event.id,
        created_at=event.created_at,
        kind=EventKind(event.type, receipt.event_type_signed),
        request=request,
        view=body_view(request, source.preset.record.form),
        fields=fields,
        query=receipt.query,
        metadata=_read_metadata(receipt.metadata),
        hops=event.depth,
        source_ip=receipt.source_ip,
        processing_ms=receipt.processing_time_ms,
        content_type=content_type_of(request) if event.type == GENERIC else event.data_content_type,
        is_test=event.test,
    )


def renamed(source: Source, request: Kept) -> Kept:
    """Its event type as the source is configured now."""
    is_part = "batch" in request.metadata
    outer = enclosed(source.split, request.view) if is_part and source.split is not None else None
    kind = kind_of(source, request.request, request.view, outer)
    return msgspec.structs.replace(request, kind=kind)


def ended(stored: StoredEvent, error_code: str, error_message: str, *, now: int) -> Entry:
    """A held receipt of which nothing can come: it failed, and that is told."""
    event, was = stored.event, stored.receipt
    assert was is not None
    receipt = NewReceipt(
        webhook_id=was.webhook_id,
        event_type=event.type,
        event_type_signed=was.event_type_signed,
        request_method=was.method,
        request_path=was.path,
        request_query=was.query,
        request_headers=was.headers,
        request_body=was.body if event.type == GENERIC else None,
        body_size=len(was.body),
        body_valid=True,
        response_status=0,
        processing_time_ms=was.processing_time_ms,
        status="failed",
        metadata=was.metadata,
        error_code=error_code,
        error_message=error_message,
    )
    facts = facts_of(event.id, receipt, (), event.workflow_id, now=now)
    return Entry(event, receipt=receipt, facts=facts)


class Replaying:
    """Implements ports.Replayer."""

    def __init__(
        self, database: Database, sources: SourcesByPath, recording: Recording, publisher: Publisher, *, clock: Clock
    ) -> None:
        self._database = database
        self._sources = sources
        self._recording = recording
        self._publisher = publisher
        self._clock = clock

    async def replay(self, order: ReplayOrder) -> Replayed:
        """See the port."""
        stored = await self._database.read(stored_event, order.tenant_id, order.event_id)
        now = self._clock.now_ms()
        replay = _replay(order, stored, new_id(now))
        if stored.receipt is None:
            return await self._published(order, stored, replay)
        source = self._source(stored.receipt)
        request = _changed(kept_again(source, stored, stored.receipt), order, replay, now=now)
        outcome = await self._recording.record_again(source, request)
        return _replayed(outcome.event_id, replay, execution_id=outcome.execution_id, status=outcome.status)

    def _source(self, receipt: StoredReceipt) -> Source:
        if receipt.source_status in ("disabled", "deleted"):
            raise Conflict(f"its webhook is {receipt.source_status}", code="webhook_disabled")
        source = self._sources.by_path(receipt.source_path)
        if source is None or source.id != receipt.webhook_id:
            raise Unavailable("its webhook has just changed; try again")
        return source

    async def _published(self, order: ReplayOrder, stored: StoredEvent, replay: NewReplay) -> Replayed:
        """An event that never came in by a webhook."""
        was, now = stored.event, self._clock.now_ms()
        is_changed = order.payload is not None
        event = msgspec.structs.replace(
            was,
            id=new_id(now),
            created_at=now,
            origin="replay",
            data=was.data if order.payload is None else order.payload,
            data_content_type=JSON_TYPE if is_changed else was.data_content_type,
            cloud_event=_without_id(was.cloud_event),
            replay_count=replay.replay_count,
            source_event_id=replay.source_event_id,
            root_event_id=replay.root_event_id,
        )
        published = await self._publisher.publish_entry(Entry(event, replay=replay, matched_as=stored.root_origin))
        return _replayed(published.id, replay)


def _without_id(attributes: str | None) -> str | None:
    """A CloudEvent's attributes without its id: under that, whoever got the original would take this for a repeat."""
    if attributes is None:
        return None
    members = _read_attributes(attributes)
    members.pop("id", None)
    return msgspec.json.encode(members).decode()


def _replay(order: ReplayOrder, stored: StoredEvent, identity: str) -> NewReplay:
    was = stored.event
    return NewReplay(
        id=identity,
        source_event_id=was.id,
        root_event_id=was.root_event_id or was.id,
        replay_count=was.replay_count + 1,
        actor=order.actor,
        webhook_id=None if stored.receipt is None else stored.receipt.webhook_id,
        reason=order.reason,
        modified=order.payload is not None,
        diff=order.diff,
        job_id=order.job_id,
        endpoint_ids=order.endpoint_ids,
    )


def _changed(request: Kept, order: ReplayOrder, replay: NewReplay, *, now: int) -> Kept:
    fresh = msgspec.structs.replace(request, id=new_id(now), created_at=now, processing_ms=0, replay=replay)
    if order.payload is None:
        return fresh
    sent = request.request
    body = InboundRequest(sent.method, sent.path, sent.raw_url, sent.query, sent.headers, order.payload)
    return msgspec.structs.replace(fresh, request=body, view=read_json(order.payload), content_type=JSON_TYPE)


def _replayed(
    event_id: str, replay: NewReplay, *, execution_id: str | None = None, status: str | None = None
) -> Replayed:
    return Replayed(
        event_id=event_id,
        source_event_id=replay.source_event_id,
        root_event_id=replay.root_event_id,
        replay_count=replay.replay_count,
        execution_id=execution_id,
        status=status,
    )
