"""The shapes of seed 004's command line, made of the native API's: snake_case, `wh_` and `del_` ids (contracts D.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from hookspan.client import Document
from hookspan.errors import NotFound
from hookspan.model.ids import canonical_id, prefixed_id

MASK: Final = "***"
STATUSES: Final = ("active", "inactive", "failed", "suspended")
NATIVE_STATUS: Final[Mapping[str, str]] = {
    "active": "active",
    "inactive": "paused",
    "failed": "disabled",
    "suspended": "disabled",
}
_CREDENTIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "basic": ("username", "password"),
    "bearer": ("token",),
    "api-key": ("api_key", "header_name"),
    "hmac": ("secret",),
}
_NATIVE_NAMES: Final[Mapping[str, str]] = {"api_key": "apiKey", "header_name": "headerName"}


def webhook_id(identity: str) -> str:
    """`wh_` and 32 hex digits; a text that is no id stays as it is."""
    return _prefixed("wh", identity)


def delivery_id(identity: str) -> str:
    """`del_` and 32 hex digits; a text that is no id stays as it is."""
    return _prefixed("del", identity)


def _prefixed(prefix: str, identity: str) -> str:
    try:
        return prefixed_id(prefix, canonical_id(identity))
    except NotFound:
        return identity


def is_same_id(one: str, other: str) -> bool:
    """Whether two spellings name the same thing."""
    try:
        return canonical_id(one) == canonical_id(other)
    except NotFound:
        return False


def status_of(endpoint: Document) -> str:
    """`active`, `inactive` (paused), `failed` (disabled by failures), `suspended` (disabled by a 410 or an admin)."""
    if endpoint.text("status") == "disabled":
        return "failed" if endpoint.text("statusReason") == "failures" else "suspended"
    return "inactive" if endpoint.text("status") == "paused" else "active"


def auth_type(endpoint: Document) -> str:
    """`hmac` exactly when a legacy secret is set, else the kind of authentication."""
    if endpoint.value("signing.hasLegacySecret"):
        return "hmac"
    return endpoint.text("auth.type") or "none"


def webhook_object(endpoint: Document, secrets: Document | None = None) -> dict[str, object]:
    """The webhook object; credential values stand in clear only when the revealed `secrets` are given."""
    kind = auth_type(endpoint)
    return {
        "id": webhook_id(endpoint.text("id")),
        "name": endpoint.value("name"),
        "url": endpoint.value("url"),
        "method": endpoint.value("method"),
        "events": endpoint.value("events"),
        "headers": endpoint.value("headers") or {},
        "auth": {"type": kind, "credentials": credentials_of(kind, endpoint, secrets)},
        "retry": retry_object(endpoint),
        "timeout": endpoint.value("timeoutMs"),
        "status": status_of(endpoint),
        "metadata": endpoint.value("metadata") or {},
        "created_at": endpoint.value("createdAt"),
        "updated_at": endpoint.value("updatedAt"),
    }


def credentials_of(kind: str, endpoint: Document, secrets: Document | None) -> dict[str, object] | None:
    """The members of one kind of authentication; None where there is none."""
    names = _CREDENTIALS.get(kind, ())
    if not names:
        return None
    return {name: _credential(name, endpoint, secrets) for name in names}


def _credential(name: str, endpoint: Document, secrets: Document | None) -> object:
    if name == "header_name":
        return endpoint.value("auth.headerName") or "X-API-Key"
    if secrets is None:
        return MASK
    if name == "secret":
        return secrets.value("legacySecret")
    return secrets.value(f"auth.{_NATIVE_NAMES.get(name, name)}")


def retry_object(endpoint: Document) -> dict[str, object]:
    """The retry policy under seed 004's names, milliseconds; a fixed schedule shows its first and longest delay."""
    delays = endpoint.value("retry.delaysMs")
    spread = [delay for delay in delays if isinstance(delay, int)] if isinstance(delays, list) else []
    return {
        "enabled": endpoint.value("retry.enabled") is not False,
        "max_attempts": endpoint.value("retry.maxAttempts"),
        "strategy": endpoint.value("retry.strategy"),
        "initial_delay": spread[0] if spread else endpoint.value("retry.initialDelayMs"),
        "max_delay": max(spread) if spread else endpoint.value("retry.maxDelayMs"),
        "multiplier": tidy(endpoint.value("retry.multiplier")),
    }


def tidy(value: object) -> object:
    """A whole number without its `.0`."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def stats_object(stats: Document) -> dict[str, object]:
    """The nine numbers; `failure_rate` is a ratio between 0 and 1."""
    return {
        "webhook_id": webhook_id(stats.text("endpointId")),
        "total_deliveries": stats.number("totalDeliveries"),
        "successful_deliveries": stats.number("successfulDeliveries"),
        "failed_deliveries": stats.number("failedDeliveries"),
        "average_duration": tidy(stats.value("averageDurationMs")),
        "last_delivery": stats.value("lastDeliveryAt"),
        "last_success": stats.value("lastSuccessAt"),
        "last_failure": stats.value("lastFailureAt"),
        "failure_rate": tidy(stats.value("failureRate")) or 0,
    }


def delivery_object(
    delivery: Document, attempt: Document | None, payload: bytes | None, *, method: str = "POST"
) -> dict[str, object]:
    """A delivery with one of its attempts; everything of an attempt is null before the first one."""
    tried = attempt or Document(b"{}")
    return {
        "id": delivery_id(delivery.text("id")),
        "webhook_id": webhook_id(delivery.text("endpointId")),
        "event": delivery.value("deliveredName"),
        "url": delivery.value("url"),
        "method": tried.value("request.method") or method,
        "headers": header_map(tried.value("request.headers")),
        "payload": None if payload is None else as_json(payload),
        "attempt": tried.value("number") or delivery.number("attempts"),
        "status_code": tried.value("statusCode"),
        "response_body": tried.value("response.body"),
        "response_headers": header_map(tried.value("response.headers")),
        "duration": tried.value("durationMs"),
        "error": tried.value("error"),
        "delivered_at": tried.value("finishedAt"),
        "success": tried.text("outcome") == "delivered",
        "state": delivery.value("status"),
        "next_attempt_at": delivery.value("nextAttemptAt"),
        "event_id": delivery.value("eventId"),
    }


def rehearsal_object(result: Document) -> dict[str, object]:
    """What one test send gave."""
    return {
        "success": result.value("success"),
        "status_code": result.value("statusCode"),
        "response_body": result.value("body"),
        "response_headers": header_map(result.value("headers")),
        "duration": result.value("durationMs"),
        "error": None if result.value("success") else rehearsal_error(result),
    }


def rehearsal_error(result: Document) -> str:
    """Why a test send failed, in a few words: `timeout`, `HTTP 500`."""
    return result.text("message").removeprefix("Webhook delivery failed: ") or "no answer"


def header_map(headers: object) -> dict[str, object] | None:
    """Header fields as an object, repeated names joined by a comma; None where there are none to show."""
    if isinstance(headers, Mapping):
        return dict(headers)
    if not isinstance(headers, list):
        return None
    joined: dict[str, object] = {}
    for pair in headers:
        if isinstance(pair, Sequence) and len(pair) == 2:
            name, value = str(pair[0]), str(pair[1])
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def as_json(body: bytes) -> object:
    """A body as JSON with its own digits, else as text."""
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace") if body else None
    return msgspec.Raw(body)


def document_of(members: object) -> Document:
    """An object made here as a document to print."""
    return Document(msgspec.json.encode(members))
