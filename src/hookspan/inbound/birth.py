"""Make of one verified request what is written: event, keys, receipt, executions."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

import msgspec

from hookspan.inbound.bindings import Binding
from hookspan.inbound.dedupe import EventKind, dedupe_keys, event_type
from hookspan.inbound.enrich import Arrival, customised, metadata
from hookspan.inbound.request import InboundRequest, request_scopes
from hookspan.inbound.source import Source
from hookspan.inbound.verify import Verified
from hookspan.model.events import Key, NewEvent, NewExecution, NewReceipt
from hookspan.model.ids import new_id
from hookspan.model.jsonview import JsonView
from hookspan.model.redact import joined, masked_query, stored_fields

WORKFLOW_HEADERS = frozenset({"content-type", "user-agent", "traceparent"})

_json = msgspec.json.Encoder().encode


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A request that holds."""

    request: InboundRequest
    verified: Verified
    view: JsonView
    now: int
    hops: int
    client: str = ""
    read_ms: int = 0


class Birthing:
    """Makes of one verified request what is written: event, keys, receipt, execution."""

    def __init__(self, source: Source, taken: Taken, binding: Binding | None) -> None:
        self._source = source
        self._taken = taken
        self._binding = binding
        self._read_ms = taken.read_ms
        self._kind: EventKind = event_type(source.preset, taken.request, taken.view, prefix=source.event_type_prefix)
        self._id = new_id(taken.now)
        self._fields = stored_fields(
            taken.request.headers, credentials=source.credential_names, signatures=source.signature_names
        )
        self._query = masked_query(taken.request.query, credentials=source.credential_names)
        self._metadata = self._enrich()

    def _enrich(self) -> dict[str, object]:
        taken, source = self._taken, self._source
        arrival = Arrival(taken.client, taken.now, read_ms=self._read_ms)
        found = metadata(taken.request, arrival, source.enrichment)
        if not source.enrichment.rules:
            return found
        return customised(found, source.enrichment, request_scopes(taken.request, taken.view, found))

    @property
    def _is_generic(self) -> bool:
        """The provider's type is unknown: the event is `webhook.received` and its data tells of the request (D3)."""
        return self._kind.name == "webhook.received"

    def event(self) -> NewEvent:
        """The event; its data are the body's bytes, or D3 around them."""
        request, source = self._taken.request, self._source
        content_type = (request.header(b"content-type") or b"").decode("latin-1")
        if not (content_type.isascii() and content_type.isprintable() and content_type):
            # It will be a header of ours, and those are visible ASCII.
            content_type = "application/octet-stream"
        return NewEvent(
            id=self._id,
            tenant_id=source.tenant_id,
            type=self._kind.name,
            data=self._generic_data() if self._is_generic else request.body,
            data_content_type="application/json" if self._is_generic else content_type,
            created_at=self._taken.now,
            origin="webhook",
            webhook_id=source.id,
            workflow_id=source.workflow_id,
            priority=source.priority,
            depth=self._taken.hops,
        )

    def _generic_data(self) -> bytes:
        request, view = self._taken.request, self._taken.view
        content = {"body": msgspec.Raw(request.body)} if view.is_json else {"bodyBase64": request.body}
        return _json(
            {
                "webhookId": self._source.id,
                "path": request.path,
                "method": request.method,
                "contentType": self._metadata["contentType"],
                "headers": joined(self._fields),
                "query": self._query,
                **content,
                "receivedAt": self._metadata["receivedAt"],
            }
        )

    def keys(self) -> list[Key]:
        """Under which keys this source has it only once."""
        source, taken = self._source, self._taken
        digest = hashlib.sha256(taken.request.body).digest()
        return [
            Key(source.id, key.key, digest, taken.now + key.window_ms, source.reject_other_body)
            for key in dedupe_keys(
                source.preset, source.dedupe, request=taken.request, view=taken.view, verified=taken.verified
            )
        ]

    def receipt(self) -> NewReceipt:
        """The request as kept, and what we answer."""
        request, source = self._taken.request, self._source
        error_code = self._binding.error_code if self._binding else None
        return NewReceipt(
            webhook_id=source.id,
            event_type=self._kind.name,
            event_type_signed=self._kind.signed,
            request_method=request.method,
            request_path=request.path,
            request_query=self._query,
            request_headers=_json(self._fields).decode(),
            request_body=request.body if self._is_generic else None,
            body_size=len(request.body),
            body_valid=self._taken.view.is_json,
            response_status=source.answer.status if source.answer else source.preset.answer.status,
            processing_time_ms=self._read_ms,
            status="held" if source.status == "paused" else "failed" if error_code else "processed",
            metadata=_json(self._metadata).decode(),
            error_code=error_code,
        )

    def executions(self) -> list[NewExecution]:
        """The run of the bound workflow, if it may start."""
        source = self._source
        if self._binding is None or self._binding.error_code or source.workflow_id is None:
            return []
        return [
            NewExecution(
                id=new_id(self._taken.now),
                tenant_id=source.tenant_id,
                workflow_id=source.workflow_id,
                workflow_version=self._binding.version,
                trigger_type="webhook",
                trigger=self._trigger(),
                priority=source.priority,
                created_at=self._taken.now,
                trigger_event_id=self._id,
                webhook_id=source.id,
                depth=self._taken.hops,
            )
        ]

    def _trigger(self) -> bytes:
        """Seed 003's context: what the workflow sees; of the headers only those it may know (security §7)."""
        request, source = self._taken.request, self._source
        allowed = WORKFLOW_HEADERS | source.workflow_headers
        body: object = None
        if request.body:
            body = msgspec.Raw(request.body) if self._taken.view.is_json else request.body.decode("utf-8", "replace")
        return _json(
            {
                "type": self._kind.name,
                "eventId": self._id,
                "method": request.method,
                "path": request.path,
                "headers": {name: value for name, value in joined(self._fields).items() if name in allowed},
                "query": _query_members(self._query),
                "body": body,
                "metadata": self._metadata,
            }
        )


def _query_members(query: str) -> dict[str, str]:
    """The first value of each parameter, decoded."""
    members: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        members.setdefault(unquote(name.replace("+", " ")), unquote(value.replace("+", " ")))
    return members
