"""The walk of a request in: find the source, verify, dedupe, enrich, record; one transaction, then the answer.

`admit` judges what the head of a request tells, before a byte of the body is taken; `receive` does the rest. Nothing
is looked up by an unverified id, and an unknown path costs a stranger the same as a known one.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

import msgspec

from hookspan import observe
from hookspan.errors import Conflict, Unavailable
from hookspan.events.publish import Publisher
from hookspan.inbound import answers
from hookspan.inbound.answers import Answer
from hookspan.inbound.bindings import Binding, Bindings
from hookspan.inbound.birth import Birthing, Taken
from hookspan.inbound.enrich import Network, client_address, is_within
from hookspan.inbound.floods import Floods
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.source import MAX_BODY_BYTES, Source, SourcesByPath
from hookspan.inbound.verify import Refused
from hookspan.model.hops import HOPS_MOST, hops_of
from hookspan.ports import Clock

PREFIX = "/api/v1/webhooks/"

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
