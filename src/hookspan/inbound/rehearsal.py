"""Send a test request to a source: the walk that real requests take, in process, and what it tells (contracts B.5).

The request is signed by the source's own scheme, as its provider would; where only the provider can sign, the check
of signatures is left out and the answer says so. The event is flagged as a test; a dry run stores nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import msgspec

from hookspan.errors import NotFound
from hookspan.inbound.head import Head, request_of
from hookspan.inbound.receive import Skip, Walked
from hookspan.inbound.recording import TEST, Manner
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.sign import CannotSign, can_sign, sign_request
from hookspan.inbound.source import Source
from hookspan.inbound.sources import Sources
from hookspan.model.ids import new_id
from hookspan.model.jsonview import read_json
from hookspan.model.redact import joined, masked_query, stored_fields
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.webhook_tests import WebhookTestRow, webhook_test_insert, webhook_tests_last

BODY_CHARACTERS = 10_000
KEPT_BODY_CHARACTERS = 65_536
"""What is kept of a request's body: enough to send it again, for all but the largest."""

Verification = Literal["signed", "skipped", "as_sent"]

_IDS = frozenset({"eventId", "executionId"})

_read = msgspec.json.Decoder(dict[str, object]).decode
_json = msgspec.json.Encoder(decimal_format="number").encode


class Walk(Protocol):
    """What a test asks of the receiver."""

    async def rehearse(
        self, source: Source, head: Head, body: bytes, *, manner: Manner, skips: frozenset[Skip] = ...
    ) -> Walked:
        """Walk one request through, as real ones go."""
        ...


class Budget(Protocol):
    """How many tests a tenant may send in a minute."""

    def spend(self, tenant_id: str) -> None:
        """Count one; RateLimited when there is none left."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A request to send; `query` is raw, names of headers are in any case, `peer` is who asks for it."""

    method: str = "POST"
    headers: Sequence[tuple[str, str]] = ()
    query: str = ""
    body: bytes = b""
    signs: bool = True
    is_dry: bool = False
    peer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalResult:
    """What the sender would have heard, and why. `error` is the cause of a refusal, `detail` explains it.

    `verification` tells whether we signed the request, left the check of its signature out (`detail` says why), or
    sent it as it was given. `filter` is the verdict of the source's filters, if the walk came so far.
    """

    status: int
    response_ms: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    event_id: str | None = None
    event_status: str | None = None
    execution_id: str | None = None
    error: str | None = None
    detail: str | None = None
    verification: Verification = "as_sent"
    filter: Mapping[str, object] | None = None

    @property
    def success(self) -> bool:
        """Whether the sender would have been content."""
        return self.status < 400


class Rehearsals:
    """Test requests to sources, and the last ten of each."""

    def __init__(
        self, database: Database, clock: Clock, sources: Sources, *, walk: Walk, budget: Budget, base_url: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._sources = sources
        self._walk = walk
        self._budget = budget
        self._base_url = base_url

    async def send(self, tenant_id: str, webhook_id: str, test: Rehearsal) -> RehearsalResult:
        """Send one and keep it, unless it is dry; NotFound without the source, RateLimited after ten in a minute."""
        source = await self._source(tenant_id, webhook_id)
        self._budget.spend(tenant_id)
        started = self._clock.monotonic()
        head = Head(test.method, source.path, test.query, _fields(test), test.peer, started)
        request = request_of(head, source, self._base_url, test.body)
        signed, verification, detail = self._signed(source, request, signs=test.signs)
        skips: set[Skip] = {"ip", "verify"} if verification == "skipped" else {"ip"}
        sent = Head(test.method, source.path, signed.query, list(signed.headers), test.peer, started)
        manner = msgspec.structs.replace(TEST, is_dry=test.is_dry)
        walked = await self._walk.rehearse(source, sent, signed.body, manner=manner, skips=frozenset(skips))
        spent_ms = round((self._clock.monotonic() - started) * 1_000)
        result = _told(walked, spent_ms, verification, detail)
        if test.is_dry:
            return replace(result, event_id=None, execution_id=None, body=_dry(result))
        await self._keep(source, test, signed, result)
        return result

    async def kept(self, tenant_id: str, webhook_id: str) -> Sequence[WebhookTestRow]:
        """The last ten tests of a source, newest first; NotFound without the source."""
        await self._sources.get(tenant_id, webhook_id)
        return await self._database.read(webhook_tests_last, tenant_id, webhook_id)

    async def _source(self, tenant_id: str, webhook_id: str) -> Source:
        row = await self._sources.get(tenant_id, webhook_id)
        source = self._sources.by_path(row.path)
        if source is None or source.id != row.id:
            # Made a moment ago by another process.
            await self._sources.reload(tenant_id, webhook_id)
            source = self._sources.by_path(row.path)
        if source is None:
            raise NotFound("no such webhook")
        return source

    def _signed(
        self, source: Source, request: InboundRequest, *, signs: bool
    ) -> tuple[InboundRequest, Verification, str | None]:
        """The request as its provider would send it, and the reason if it could not be made so."""
        record, now = source.preset.record, self._clock.now_ms()
        if not signs or source.auth_type == "none":
            return request, "as_sent", None
        if not can_sign(record):
            return request, "skipped", "only the provider can sign; the signature was not checked"
        live = [secret.value for secret in source.secrets if secret.expires_at is None or secret.expires_at > now]
        if not live:
            return request, "as_sent", "the source has no secret to sign with"
        try:
            return sign_request(record, request, secret=live[0], now_ms=now), "signed", None
        except CannotSign as lacking:
            return request, "as_sent", str(lacking)

    async def _keep(self, source: Source, test: Rehearsal, signed: InboundRequest, result: RehearsalResult) -> None:
        now = self._clock.now_ms()
        row = WebhookTestRow(
            id=new_id(now),
            tenant_id=source.tenant_id,
            webhook_id=source.id,
            event_id=result.event_id,
            request=_json(_request_json(source, test, signed)).decode(),
            response=_json(result_json(result)).decode(),
            created_at=now,
        )
        await self._database.write(webhook_test_insert, row)


def _dry(result: RehearsalResult) -> str:
    """The answer without ids of what was never stored; words of the source's own stay as they are."""
    if result.event_id is None or result.event_id not in result.body:
        return result.body
    told = _read(result.body.encode())
    return _json({"dryRun": True, **{name: member for name, member in told.items() if name not in _IDS}}).decode()


def result_json(result: RehearsalResult) -> dict[str, object]:
    """The answer of contracts B.5; members that tell nothing are left out."""
    told: dict[str, object] = {
        "success": result.success,
        "statusCode": result.status,
        "responseTimeMs": result.response_ms,
        "headers": dict(result.headers),
        "body": result.body,
        "eventId": result.event_id,
        "status": result.event_status,
        "executionId": result.execution_id,
        "filter": result.filter,
        "verification": result.verification,
        "error": result.error,
        "detail": result.detail,
    }
    return {name: member for name, member in told.items() if member is not None}


def _fields(test: Rehearsal) -> list[tuple[bytes, bytes]]:
    """The headers as a server hands them over; the length is the body's own, and a body has a type."""
    fields = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in test.headers
        if name.lower() != "content-length"
    ]
    names = {name for name, _ in fields}
    if test.body and b"content-type" not in names:
        kind = b"application/json" if read_json(test.body).is_json else b"text/plain; charset=utf-8"
        fields.append((b"content-type", kind))
    return [*fields, (b"content-length", str(len(test.body)).encode())]


def _told(walked: Walked, spent_ms: int, verification: Verification, detail: str | None) -> RehearsalResult:
    answer, outcome, ending = walked.answer, walked.outcome, walked.ending
    fields = [("content-type", answer.content_type), *((name.lower(), value) for name, value in answer.headers)]
    is_kept = outcome is not None and not outcome.id_conflict
    reasons = [part for part in (detail, ending.detail if ending else None) if part]
    if is_kept and outcome is not None and outcome.error_message:
        reasons.append(outcome.error_message)
    return RehearsalResult(
        status=answer.status,
        response_ms=spent_ms,
        headers=joined(fields),
        body=answer.body.decode("utf-8", "replace")[:BODY_CHARACTERS],
        event_id=outcome.event_id if outcome and is_kept else None,
        event_status=outcome.status if outcome and is_kept else None,
        execution_id=outcome.execution_id if outcome and is_kept else None,
        error=ending.cause if ending else outcome.error_code if outcome else None,
        detail="; ".join(reasons) or None,
        verification=verification,
        filter=outcome.filter.as_json() if outcome and outcome.filter else None,
    )


def _request_json(source: Source, test: Rehearsal, signed: InboundRequest) -> dict[str, object]:
    """A test request as it is kept: to be sent again as it was asked for, with what was sent, masked."""
    masks = {"credentials": source.credential_names, "signatures": source.signature_names}
    sent = stored_fields(signed.headers, **masks)
    given = {name.lower() for name, _ in test.headers}
    body = test.body.decode("utf-8", "replace")
    return {
        "method": test.method,
        "path": signed.path,
        "query": masked_query(test.query, credentials=source.credential_names),
        "headers": joined((name, value) for name, value in sent if name in given),
        "sentHeaders": joined(sent),
        "body": body[:KEPT_BODY_CHARACTERS],
        "bodyTruncated": len(body) > KEPT_BODY_CHARACTERS,
        "sign": test.signs,
    }
