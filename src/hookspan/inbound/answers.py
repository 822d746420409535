"""What the receiver answers (contracts B.10, providers §5): one text for a cause, no detail for a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from hookspan.inbound.recording import Outcome
    from hookspan.inbound.source import Source

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers beside the ones every answer carries."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """A request that ends without an event: its answer, and the cause and detail that the owner of the source sees.

    `detail` names what was expected, never a secret or a computed signature.
    """

    answer: Answer
    cause: str
    detail: str = ""


def refusal(status: int, code: str, **headers: str) -> Answer:
    """`{"error":"<code>"}`."""
    extra = tuple((name.replace("_", "-").title(), value) for name, value in headers.items())
    return Answer(status, _json({"error": code}), headers=extra)


NOT_FOUND = refusal(404, "not_found")
UNAUTHORIZED = refusal(401, "unauthorized")
UNAUTHORIZED_BASIC = refusal(401, "unauthorized", www_authenticate='Basic realm="hookspan"')
FORBIDDEN = refusal(403, "forbidden")
TOO_LARGE = refusal(413, "payload_too_large", connection="close")
UNSUPPORTED_ENCODING = refusal(415, "unsupported_encoding")
UNSUPPORTED_TYPE = refusal(415, "unsupported_media_type")
INVALID_JSON = refusal(400, "invalid_json")
ID_CONFLICT = refusal(409, "id_conflict")
LOOP_DETECTED = refusal(508, "loop_detected")
UNAVAILABLE = refusal(503, "unavailable", retry_after="5")
KEY_UNAVAILABLE = refusal(503, "unavailable", retry_after="60")
TIMEOUT = refusal(408, "timeout", connection="close")


def rate_limited(wait_s: int) -> Answer:
    """429; come back after `wait_s` seconds."""
    return refusal(429, "rate_limited", retry_after=str(wait_s))


def method_not_allowed(methods: frozenset[str]) -> Answer:
    """405 with the methods the source takes."""
    return refusal(405, "method_not_allowed", allow=", ".join(sorted(methods)))


def unproven(source: Source) -> Answer:
    """The one answer to whatever fails to prove itself: 401, or the status that the provider asks for instead."""
    rejected = source.preset.record.answer.rejected if source.preset.record.answer else None
    if rejected is not None:
        return refusal(rejected, "unauthorized")
    return UNAUTHORIZED_BASIC if source.auth_type == "basic" else UNAUTHORIZED


def accept_status(source: Source) -> int:
    """What acceptance is told with: the source's own status, the provider's, else 200 for a provider and 202."""
    if source.answer is not None:
        return source.answer.status
    if source.preset.record.answer is not None:
        return source.preset.record.answer.status
    return 200 if source.is_preset else 202


def told(source: Source, outcome: Outcome) -> Answer:
    """What the sender hears of a request that is on disk.

    A repeat hears what the first one heard where the source or its provider has words of its own: a provider that
    does not find its word sends for ever.
    """
    if source.answer is not None:
        return Answer(source.answer.status, source.answer.body, source.answer.content_type)
    own = source.preset.record.answer
    if own is not None and own.body is not None:
        return Answer(own.status, own.body.encode(), own.content_type or "text/plain")
    if outcome.duplicate:
        return duplicate(outcome.event_id, outcome.status)
    return accepted(accept_status(source), outcome)


def accepted(status: int, outcome: Outcome) -> Answer:
    """The request is on disk; `executionId` only when a workflow started, `events` of a batch that was split."""
    body: dict[str, object] = {"eventId": outcome.event_id, "status": outcome.status}
    if outcome.execution_id is not None:
        body["executionId"] = outcome.execution_id
    if outcome.events > 1:
        body["events"] = outcome.events
    return Answer(status, _json(body))


def duplicate(event_id: str, status: str) -> Answer:
    """The request was here before: the first event's id, and what became of it."""
    return Answer(200, _json({"eventId": event_id, "status": status, "duplicate": True}))
