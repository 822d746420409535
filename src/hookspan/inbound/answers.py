"""What the receiver answers (contracts B.10, providers §5): one text for a cause, no detail for a stranger."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers beside the ones every answer carries."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


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
RATE_LIMITED = refusal(429, "rate_limited", retry_after="10")
LOOP_DETECTED = refusal(508, "loop_detected")
UNAVAILABLE = refusal(503, "unavailable", retry_after="5")
TIMEOUT = refusal(408, "timeout", connection="close")


def method_not_allowed(methods: frozenset[str]) -> Answer:
    """405 with the methods the source takes."""
    return refusal(405, "method_not_allowed", allow=", ".join(sorted(methods)))


def accepted(status: int, event_id: str, state: str, execution_id: str | None) -> Answer:
    """The request is on disk; `executionId` only when a workflow started."""
    body = {"eventId": event_id, "status": state}
    if execution_id is not None:
        body["executionId"] = execution_id
    return Answer(status, _json(body))


def duplicate(event_id: str) -> Answer:
    """The request was here before: the first event's id."""
    return Answer(200, _json({"eventId": event_id, "status": "processed", "duplicate": True}))
