"""Bodies of the deliveries' routes (contracts C.4), and how rows become them."""

from __future__ import annotations

import json
from typing import Any, Literal

from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.paging import Asked, Listing
from hookspan.model.deliveries import DeliveryStatus
from hookspan.model.headers import is_secret_name
from hookspan.model.redact import MASK
from hookspan.model.times import instant, optional_instant
from hookspan.model.urls import redact_url
from hookspan.storage.deliveries_list import AttemptRow, DeliveryRow

Outcome = Literal[
    "delivered",
    "http_error",
    "redirect",
    "timeout",
    "dns_error",
    "connect_error",
    "tls_error",
    "protocol_error",
    "blocked",
    "unknown",
]


class RetryInput(NativeBody):
    """`force` sends again what was delivered already."""

    force: bool = False


class DeliverySummary(Answer):
    """One event owed to one endpoint, in a list."""

    id: str
    event_id: str
    event_type: str
    delivered_name: str
    endpoint_id: str
    url: str
    profile: str
    status: DeliveryStatus
    status_reason: str | None
    attempts: int
    max_attempts: int
    next_attempt_at: str | None
    last_attempt_at: str | None
    last_status_code: int | None
    last_error: str | None
    priority: int
    ordering_key: str | None
    created_at: str
    completed_at: str | None


class Delivery(DeliverySummary):
    """One event owed to one endpoint; form and hash of its body are null once the event is gone."""

    body_form: Literal["js", "exact", "raw"] | None
    body_sha256: str | None


class AttemptTimings(Answer):
    """Whole milliseconds of each phase; null where it did not happen."""

    dns_ms: int | None
    connect_ms: int | None
    tls_ms: int | None
    wait_ms: int | None


class AttemptRequest(Answer):
    """What was sent, without its body; credentials masked."""

    method: str
    url: str
    headers: list[tuple[str, str]]


class AttemptResponse(Answer):
    """What came back; `body` is null without the scope payloads:read."""

    headers: list[tuple[str, str]]
    body: str | None
    truncated: bool


class Attempt(Answer):
    """One HTTP try."""

    id: str
    delivery_id: str
    number: int
    trigger: Literal["automatic", "manual", "resume", "probe"]
    outcome: Outcome
    status_code: int | None
    duration_ms: int | None
    timings: AttemptTimings | None
    request: AttemptRequest | None
    response: AttemptResponse | None
    error: str | None
    error_code: str | None
    started_at: str
    finished_at: str | None


class AttemptList(Listing):
    """All attempts of a delivery, oldest first; there are at most some dozens, so one page holds them."""

    data: list[Attempt]


class ListedDelivery(DeliverySummary):
    """A delivery in a list; with `expand=attempts` its attempts stand beside it, oldest first."""

    attempt_list: Asked[list[Attempt]] = None


class DeliveryList(Listing):
    """One page of deliveries."""

    data: list[ListedDelivery]


class Retried(Answer):
    """The delivery is due again."""

    id: str
    status: Literal["pending"]
    next_attempt_at: str


def members_of(row: DeliveryRow) -> dict[str, object]:
    """A delivery's row as the members of DeliverySummary."""
    return {
        "id": row.id,
        "event_id": row.event_id,
        "event_type": row.event_type,
        "delivered_name": row.delivered_name,
        "endpoint_id": row.endpoint_id,
        "url": redact_url(row.url),
        "profile": row.profile,
        "status": row.status,
        "status_reason": row.reason,
        "attempts": row.attempts,
        "max_attempts": row.max_attempts,
        "next_attempt_at": instant(row.due_at) if row.status == "pending" else None,
        "last_attempt_at": optional_instant(row.last_attempt_at),
        "last_status_code": row.last_status_code,
        "last_error": row.last_error,
        "priority": row.priority,
        "ordering_key": row.ordering_key,
        "created_at": instant(row.created_at),
        "completed_at": optional_instant(row.completed_at),
    }


def attempt_of(row: AttemptRow, *, with_body: bool) -> Attempt:
    """An attempt's row as shown."""
    return Attempt.model_validate(
        {
            "id": f"{row.delivery_id}.{row.number}",
            "delivery_id": row.delivery_id,
            "number": row.number,
            "trigger": row.trigger,
            "outcome": row.outcome,
            "status_code": row.status_code,
            "duration_ms": row.duration_ms,
            "timings": None if row.timings is None else _timings(json.loads(row.timings)),
            "request": None if row.request is None else _request(json.loads(row.request)),
            "response": _response(row, with_body=with_body),
            "error": row.error,
            "error_code": row.error_code,
            "started_at": instant(row.started_at),
            "finished_at": optional_instant(row.finished_at),
        }
    )


def _timings(stored: dict[str, Any]) -> dict[str, object]:
    phases = {name: stored.get(name) for name in ("dns_ms", "connect_ms", "tls_ms", "wait_ms")}
    return {name: None if spent is None else round(spent) for name, spent in phases.items()}


def _request(stored: dict[str, Any]) -> dict[str, object]:
    return {
        "method": stored["method"],
        "url": redact_url(stored["url"]),
        "headers": _masked(stored["headers"]),
    }


def _response(row: AttemptRow, *, with_body: bool) -> dict[str, object] | None:
    if row.status_code is None:
        return None
    body = (row.response_body or b"").decode("utf-8", "replace") if with_body else None
    return {
        "headers": _masked(json.loads(row.response_headers or "[]")),
        "body": body,
        "truncated": row.response_truncated,
    }


def _masked(headers: list[list[str]]) -> list[tuple[str, str]]:
    return [(name, MASK if is_secret_name(name) else value) for name, value in headers]
