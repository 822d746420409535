"""Make of one request and the verdict on it what is written: event, receipt, executions, facts.

Paths of filters, enrichment and order see a request as it is kept: a credential has no way into a stored reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hookspan.inbound.answers import accept_status
from hookspan.inbound.bindings import Binding
from hookspan.inbound.dedupe import EventKind, event_type
from hookspan.inbound.enrich import Arrival, customised, metadata
from hookspan.inbound.request import FORM_TYPE, InboundRequest, query_members
from hookspan.inbound.source import Source
from hookspan.inbound.verify import Verified
from hookspan.model.events import NewEvent, NewExecution, NewReceipt, NewReplay, ReceiptStatus
from hookspan.model.ids import new_id
from hookspan.model.jsonview import JsonView
from hookspan.model.redact import Fields, joined, masked_query, stored_fields
from hookspan.model.rules import FilterResult
from hookspan.model.starts import TriggerContext

WORKFLOW_HEADERS = frozenset({"content-type", "user-agent", "traceparent"})
GENERIC = "webhook.received"
JSON_TYPE = "application/json"

_json = msgspec.json.Encoder(decimal_format="number").encode


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A request that holds. `started_at` is when it began on the monotonic clock, None where nobody measured.

    One that is an element of a batch knows its `place` there (which, of how many), its own `content_type` and, in
    `enclosed`, the batch with this element alone.
    """

    request: InboundRequest
    verified: Verified
    view: JsonView
    now: int
    hops: int
    client: str = ""
    read_ms: int = 0
    verify_ms: int = 0
    started_at: float | None = None
    place: tuple[int, int] | None = None
    content_type: str | None = None
    enclosed: JsonView | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request as it is kept: named, masked, enriched. `fields` and `query` are without credentials.

    `replay` is set on one that is brought about once more; `created_at` is the event's, epoch ms.
    """

    id: str
    created_at: int
    kind: EventKind
    request: InboundRequest
    view: JsonView
    fields: Fields
    query: str
    metadata: Mapping[str, object]
    hops: int
    source_ip: str | None
    processing_ms: int
    content_type: str
    is_test: bool = False
    replay: NewReplay | None = None

    @property
    def is_generic(self) -> bool:
        """The provider's type is unknown: the event is `webhook.received` and its data tells of the request (D3)."""
        return self.kind.name == GENERIC

    def scopes(self, metadata: Mapping[str, object] | None = None) -> dict[str, object]:
        """What paths read: `$` (left out when the body is not JSON), `$headers`, `$query`, `$method`, `$path`, `$meta`.

        Of a repeated header or parameter the first counts.
        """
        scopes: dict[str, object] = {
            "$headers": _firsts(self.fields),
            "$query": query_members(self.query),
            "$method": self.request.method,
            "$path": self.request.path,
            "$meta": self.metadata if metadata is None else metadata,
            "$type": self.kind.name,
        }
        if self.view.is_json:
            scopes["$"] = self.view.value
        return scopes


class Judgement(msgspec.Struct, frozen=True, gc=False):
    """What becomes of a request, and why; `error_code` of a processed one is a warning.

    `binding` is set where the workflow of its source was asked; `filter_ms` is how long the filters took.
    """

    status: ReceiptStatus
    binding: Binding | None = None
    error_code: str | None = None
    error_message: str | None = None
    filtered_reason: str | None = None
    filter: FilterResult | None = None
    type_version: int | None = None
    ordering_key: str | None = None
    filter_ms: int = 0


def kept(source: Source, taken: Taken, *, processing_ms: int, is_test: bool = False) -> Kept:
    """The request as this source keeps it."""
    request = taken.request
    kind = kind_of(source, request, taken.view, taken.enclosed, signed_fields=taken.verified.signed_fields)
    arrival = Arrival(taken.client, taken.now, read_ms=taken.read_ms, verify_ms=taken.verify_ms)
    plain = metadata(request, arrival, source.enrichment)
    if kind.mismatch:
        plain["eventTypeMismatch"] = True
    if taken.place is not None:
        plain["batch"] = {"index": taken.place[0], "of": taken.place[1]}
    named = Kept(
        id=new_id(taken.now),
        created_at=taken.now,
        kind=kind,
        request=request,
        view=taken.view,
        fields=stored_fields(request.headers, credentials=source.credential_names, signatures=source.signature_names),
        query=masked_query(request.query, credentials=source.credential_names),
        metadata=plain,
        hops=taken.hops,
        source_ip=(taken.client or None) if source.enrichment.source_ip else None,
        processing_ms=processing_ms,
        content_type=taken.content_type or content_type_of(request),
        is_test=is_test,
    )
    return enriched(source, named)


def kind_of(
    source: Source,
    request: InboundRequest,
    view: JsonView,
    enclosed: JsonView | None = None,
    *,
    signed_fields: Sequence[str] | None = None,
) -> EventKind:
    """What kind of event it is; of a batch's element, by what the preset says of batches, else of single events."""
    prefix = source.event_type_prefix
    if enclosed is not None:
        kind = event_type(source.preset, request, enclosed, prefix=prefix, signed_fields=signed_fields)
        if kind.name != GENERIC:
            return kind
    return event_type(source.preset, request, view, prefix=prefix, signed_fields=signed_fields)


def enriched(source: Source, request: Kept) -> Kept:
    """With what the source's rules add to the metadata."""
    if not source.enrichment.rules:
        return request
    found = customised(request.metadata, source.enrichment, request.scopes())
    return msgspec.structs.replace(request, metadata=found)


def timed(request: Kept, judged: Judgement) -> Kept:
    """With how long its filters took, where the source keeps times."""
    timing = request.metadata.get("timing")
    if not judged.filter_ms or not isinstance(timing, dict):
        return request
    metadata = {**request.metadata, "timing": {**timing, "filterMs": judged.filter_ms}}
    return msgspec.structs.replace(request, metadata=metadata)


def content_type_of(request: InboundRequest) -> str:
    """The body's content type as it may stand in a header of ours: visible ASCII."""
    content_type = (request.header(b"content-type") or b"").decode("latin-1")
    usable = content_type.isascii() and content_type.isprintable() and content_type
    return content_type if usable else "application/octet-stream"


def event_of(source: Source, request: Kept, judged: Judgement) -> NewEvent:
    """The event; its data are the body's bytes, or D3 around them."""
    replay = request.replay
    return NewEvent(
        id=request.id,
        tenant_id=source.tenant_id,
        type=request.kind.name,
        data=_generic_data(source, request) if request.is_generic else request.request.body,
        data_content_type=JSON_TYPE if request.is_generic else request.content_type,
        created_at=request.created_at,
        origin="webhook" if replay is None else "replay",
        webhook_id=source.id,
        workflow_id=source.workflow_id,
        priority=source.priority,
        depth=request.hops,
        test=request.is_test,
        ordering_key=judged.ordering_key,
        type_version=judged.type_version,
        replay_count=0 if replay is None else replay.replay_count,
        source_event_id=None if replay is None else replay.source_event_id,
        root_event_id=None if replay is None else replay.root_event_id,
    )


def _generic_data(source: Source, request: Kept) -> bytes:
    content = {"body": _body_json(request)} if request.view.is_json else {"bodyBase64": request.request.body}
    return _json(
        {
            "webhookId": source.id,
            "path": request.request.path,
            "method": request.request.method,
            "contentType": request.metadata.get("contentType"),
            "headers": joined(request.fields),
            "query": request.query,
            **content,
            "receivedAt": request.metadata.get("receivedAt"),
        }
    )


def receipt_of(source: Source, request: Kept, judged: Judgement) -> NewReceipt:
    """The request as kept, what became of it, and what we answer."""
    sent = request.request
    return NewReceipt(
        webhook_id=source.id,
        event_type=request.kind.name,
        event_type_signed=request.kind.signed,
        request_method=sent.method,
        request_path=sent.path,
        request_query=request.query,
        request_headers=_json(request.fields).decode(),
        request_body=sent.body if request.is_generic else None,
        body_size=len(sent.body),
        body_valid=request.view.is_json,
        response_status=accept_status(source),
        processing_time_ms=request.processing_ms,
        status=judged.status,
        metadata=_json(request.metadata).decode(),
        error_code=judged.error_code,
        error_message=judged.error_message,
        filtered_reason=judged.filtered_reason,
        source_ip=request.source_ip,
    )


def executions_of(source: Source, request: Kept, judged: Judgement, *, now: int) -> list[NewExecution]:
    """The run of the bound workflow, if it may start."""
    binding = judged.binding
    is_for_endpoints = request.replay is not None and request.replay.endpoint_ids is not None
    if judged.status != "processed" or is_for_endpoints or binding is None or source.workflow_id is None:
        return []
    return [
        NewExecution(
            id=new_id(now),
            tenant_id=source.tenant_id,
            workflow_id=source.workflow_id,
            workflow_version=binding.version,
            trigger_type="webhook" if request.replay is None else "webhook_replay",
            trigger=_trigger(source, request),
            priority=source.priority,
            created_at=now,
            trigger_event_id=request.id,
            webhook_id=source.id,
            depth=request.hops,
            workflow_name=binding.name,
            trigger_id=binding.pulled(source.node_id),
        )
    ]


def _trigger(source: Source, request: Kept) -> bytes:
    """Seed 003's context: what the workflow sees; of the headers only those it may know (security §7)."""
    sent = request.request
    allowed = WORKFLOW_HEADERS | source.workflow_headers
    body: object = None
    if sent.body:
        body = _body_json(request) if request.view.is_json else sent.body.decode("utf-8", "replace")
    return TriggerContext(
        type=request.kind.name,
        event_id=request.id,
        method=sent.method,
        path=sent.path,
        headers={name: value for name, value in joined(request.fields).items() if name in allowed},
        query=query_members(request.query),
        body=body,
        metadata=request.metadata,
    ).as_json()


def _body_json(request: Kept) -> object:
    """The JSON that the view was read from: the body as sent or, of a form, what its field holds."""
    if request.content_type.lower().startswith(FORM_TYPE.decode()):
        return request.view.value
    return msgspec.Raw(request.request.body)


def _firsts(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    firsts: dict[str, str] = {}
    for name, value in fields:
        firsts.setdefault(name, value)
    return firsts
