"""The walk of a request in: find the source, verify, dedupe, enrich, record; one transaction, then the answer.

`admit` judges what the head of a request tells, before a byte of the body is taken; `receive` does the rest. Nothing
is looked up by an unverified id, and an unknown path costs a stranger the same as a known one.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from urllib.parse import unquote

import msgspec

from hookspan import observe
from hookspan.errors import Conflict, Unavailable
from hookspan.events.publish import Publisher
from hookspan.inbound import answers
from hookspan.inbound.answers import Answer
from hookspan.inbound.bindings import Binding, Bindings
from hookspan.inbound.dedupe import EventKind, dedupe_keys, event_type
from hookspan.inbound.enrich import Arrival, Network, client_address, customised, is_within, metadata
from hookspan.inbound.floods import Floods
from hookspan.inbound.request import InboundRequest, body_view, request_scopes
from hookspan.inbound.source import MAX_BODY_BYTES, Source, SourcesByPath
from hookspan.inbound.verify import Refused, Verified
from hookspan.model.events import Key, NewEvent, NewExecution, NewReceipt
from hookspan.model.hops import HOPS_MOST, hops_of
from hookspan.model.ids import new_id
from hookspan.model.jsonview import JsonView
from hookspan.model.redact import joined, masked_query, stored_fields
from hookspan.ports import Clock

PREFIX = "/api/v1/webhooks/"
WORKFLOW_HEADERS = frozenset({"content-type", "user-agent", "traceparent"})

_json = msgspec.json.Encoder().encode
_DUMMY_KEY = os.urandom(32)

Headers = list[tuple[bytes, bytes]]


class Head(msgspec.Struct, frozen=True, gc=False):
    """A request before its body: `path` is what stands behind the receiver's prefix, raw."""

    method: str
    path: str
    query: str
    headers: Headers
    peer: str
    started_at: float


class Admission(msgspec.Struct, frozen=True, gc=False):
    """How much of the body to read, and what was decided without it."""

    head: Head
    source: Source | None
    client: str
    max_body_bytes: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """`base_url` is our address as senders know it; `hop_key` the instance's key of the loop guard."""

    base_url: str
    hop_key: bytes
    trusted_proxies: tuple[Network, ...] = ()


class Receiver:
    """Receives for every source of the instance."""

    def __init__(
        self,
        sources: SourcesByPath,
        bindings: Bindings,
        publisher: Publisher,
        *,
        clock: Clock,
        settings: ReceiverSettings,
    ) -> None:
        self._sources = sources
        self._bindings = bindings
        self._publisher = publisher
        self._clock = clock
        self._settings = settings
        self._floods = Floods(clock=clock)

    # -- before the body -----------------------------------------------------------------------------------------

    def admit(self, head: Head) -> Admission:
        """Steps 1 to 7 of the order of work: look-up, flood, hops, method, address, encoding, type, length."""
        client = client_address(head.peer, head.headers, self._settings.trusted_proxies)
        source = self._sources.by_path(head.path)
        if source is not None and source.status == "disabled":
            source = None
        most = MAX_BODY_BYTES if source is None else source.max_body_bytes
        if self._floods.is_flooding(client):
            answer = self._refuse(answers.RATE_LIMITED, "rate_limited", source, client)
            return Admission(head, source, client, most, answer)
        refused = None if source is None else self._refused_by_head(head, source, client)
        return Admission(head, source, client, most, refused)

    def _refused_by_head(self, head: Head, source: Source, client: str) -> Answer | None:
        if head.method not in source.methods:
            return self._refuse(answers.method_not_allowed(source.methods), "method", source, client)
        if source.allowed_ips and not is_within(client, source.allowed_ips):
            return self._refuse(answers.FORBIDDEN, "ip", source, client)
        fields = dict(head.headers)
        codings = [value for name, value in head.headers if name == b"content-encoding"]
        if any(coding.strip().lower() not in (b"", b"identity") for coding in codings):
            return self._refuse(answers.UNSUPPORTED_ENCODING, "encoding", source, client)
        content_type = fields.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")
        if source.content_types is not None and content_type not in source.content_types:
            return self._refuse(answers.UNSUPPORTED_TYPE, "content_type", source, client)
        if int(fields.get(b"content-length", b"0") or b"0") > source.max_body_bytes:
            return self.too_large(Admission(head, source, client, source.max_body_bytes))
        return None

    def too_large(self, admission: Admission) -> Answer:
        """The body is over the source's limit, by its declared length or while reading."""
        if admission.source is None:
            return answers.NOT_FOUND
        return self._refuse(answers.TOO_LARGE, "too_large", admission.source, admission.client)

    def _refuse(self, answer: Answer, cause: str, source: Source | None, client: str) -> Answer:
        self._floods.refused(client)
        observe.count(observe.receipts_total, "rejected", cause)
        observe.step(
            "webhook.rejected",
            source=source.id if source else None,
            cause=cause,
            status=answer.status,
            client=client,
        )
        return answer

    # -- with the body -------------------------------------------------------------------------------------------

    async def receive(self, admission: Admission, body: bytes) -> Answer:
        """Steps 8 to 13; 2xx only after the commit."""
        if admission.answer is not None:
            return admission.answer
        source = admission.source
        if source is None:
            hmac.digest(_DUMMY_KEY, body, hashlib.sha256)
            return self._refuse(answers.NOT_FOUND, "unknown_path", None, admission.client)
        head, now = admission.head, self._clock.now_ms()
        path = PREFIX + head.path
        url = self._settings.base_url + path + (f"?{head.query}" if head.query else "")
        request = InboundRequest(head.method, path, url, head.query, head.headers, body)
        live = [secret.value for secret in source.secrets if secret.expires_at is None or secret.expires_at > now]
        verdict = source.verifier.check(request, live, now)
        if isinstance(verdict, Refused):
            answer = answers.UNAUTHORIZED_BASIC if source.auth_type == "basic" else answers.UNAUTHORIZED
            return self._refuse(answer, verdict.cause, source, admission.client)
        hops = self._hops(request)
        if hops > HOPS_MOST:
            return self._refuse(answers.LOOP_DETECTED, "loop", source, admission.client)
        view = body_view(request, source.preset.record.form)
        if source.require_json and not view.is_json:
            return self._refuse(answers.INVALID_JSON, "invalid_json", source, admission.client)
        return await self._record(admission, source, Taken(request, verdict, view, now, hops))

    def _hops(self, request: InboundRequest) -> int:
        header = request.header(b"x-hookspan-hops")
        if header is None:
            return 0
        event_id = (request.header(b"webhook-id") or b"").decode("latin-1")
        return hops_of(self._settings.hop_key, event_id, header.decode("latin-1"))

    async def _binding(self, source: Source) -> Binding | None:
        """What this source starts, if it may start anything now."""
        if source.workflow_id is None or source.status != "active":
            return None
        return await self._bindings.of(source.tenant_id, source.workflow_id)

    async def _record(self, admission: Admission, source: Source, taken: Taken) -> Answer:
        read_ms = round((self._clock.monotonic() - admission.head.started_at) * 1_000)
        try:
            birth = Birthing(source, taken, admission.client, await self._binding(source), read_ms)
            event, receipt, executions = birth.event(), birth.receipt(), birth.executions()
            published = await self._publisher.publish(event, keys=birth.keys(), receipt=receipt, executions=executions)
        except Conflict:
            return self._refuse(answers.ID_CONFLICT, "id_conflict", source, admission.client)
        except Unavailable as error:
            observe.warn("webhook.unavailable", source=source.id, error=error.detail)
            observe.count(observe.receipts_total, "unavailable", "store")
            return answers.UNAVAILABLE
        observe.accept_seconds.observe(self._clock.monotonic() - admission.head.started_at)
        observe.count(observe.receipts_total, "duplicate" if published.duplicate else receipt.status, "")
        if published.duplicate:
            return answers.duplicate(published.id)
        if source.answer is not None:
            return Answer(source.answer.status, source.answer.body, source.answer.content_type)
        return answers.accepted(
            receipt.response_status, event.id, receipt.status, published.executions[0] if published.executions else None
        )


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A request that holds."""

    request: InboundRequest
    verified: Verified
    view: JsonView
    now: int
    hops: int


class Birthing:
    """Makes of one verified request what is written: event, keys, receipt, execution."""

    def __init__(self, source: Source, taken: Taken, client: str, binding: Binding | None, read_ms: int) -> None:
        self._source = source
        self._taken = taken
        self._binding = binding
        self._read_ms = read_ms
        self._kind: EventKind = event_type(source.preset, taken.request, taken.view, prefix=source.event_type_prefix)
        self._id = new_id(taken.now)
        self._fields = stored_fields(
            taken.request.headers, credentials=source.credential_names, signatures=source.signature_names
        )
        self._query = masked_query(taken.request.query, credentials=source.credential_names)
        self._metadata = self._enrich(client)

    def _enrich(self, client: str) -> dict[str, object]:
        taken, source = self._taken, self._source
        arrival = Arrival(client, taken.now, read_ms=self._read_ms)
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
