"""What the endpoints' routes answer (contracts C.2), and how rows become it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NotRequired, cast

from pydantic import Field
from typing_extensions import TypedDict

from hookspan.api.bodies import Answer
from hookspan.api.paging import Listing
from hookspan.model.headers import is_secret_name
from hookspan.model.redact import MASK
from hookspan.model.retry import policy_to_json
from hookspan.model.times import instant, optional_instant
from hookspan.outbound.endpoints import Kept, Revealed, Rotated
from hookspan.storage.endpoints import EndpointRow
from hookspan.storage.sealed_secrets import SecretRow

Profile = Literal["standard", "orchestrator", "systemprompt", "cloudevents"]
Method = Literal["POST", "PUT", "PATCH", "DELETE", "GET"]
UnsafeNumbers = Literal["exact", "string", "round"]
CloudEventsMode = Literal["structured", "binary"]
EndpointStatus = Literal["active", "paused", "disabled"]
AuthType = Literal["none", "basic", "bearer", "api-key"]
Which = Literal["standard", "legacy"]

Outcomes = tuple[int, int]


class RetryPolicyShape(TypedDict):
    """When a failed delivery is tried again; which members stand depends on the strategy. Milliseconds."""

    strategy: Literal["schedule", "exponential", "linear", "fixed"]
    maxAttempts: int
    jitter: float
    delaysMs: NotRequired[list[int]]
    initialDelayMs: NotRequired[int]
    multiplier: NotRequired[float]
    maxDelayMs: NotRequired[int]
    enabled: NotRequired[bool]


class AuthShape(TypedDict):
    """How deliveries prove who sends them, without the values."""

    type: AuthType
    headerName: NotRequired[str]


class RateLimit(Answer):
    """A bucket of `count` tokens, filled again over `periodMs`; each attempt takes one."""

    count: int
    period_ms: int


class Ordering(Answer):
    """One in flight per key, in order of acceptance."""

    key: str
    on_exhausted: Literal["block", "skip"]


class Tls(Answer):
    """What is asked of the far side's certificate, and whether we show one."""

    ca_pem: str | None
    has_client_cert: bool
    verify: bool


class Signing(Answer):
    """How deliveries are signed; `secretHint` is the end of the secret."""

    secret_hint: str
    ed25519_public_key: Annotated[str | None, Field(alias="ed25519PublicKey")]
    has_legacy_secret: bool


class LatestStats(Answer):
    """Deliveries that ended in the last 24 hours."""

    delivered: int
    exhausted: int
    failure_rate: float


class Endpoint(Answer):
    """Where events are sent."""

    id: str
    name: str
    url: str
    method: Method
    profile: Profile
    events: list[str]
    filter: list[dict[str, Any]]
    headers: dict[str, str]
    auth: AuthShape
    status: EndpointStatus
    status_reason: str | None
    status_changed_at: str | None
    retry: RetryPolicyShape
    timeout_ms: int
    rate_limit: RateLimit | None
    max_in_flight: int
    ordering: Ordering | None
    priority: int | None
    signing: Signing
    unsafe_numbers: UnsafeNumbers
    cloud_events_mode: CloudEventsMode
    tls: Tls
    metadata: dict[str, Any]
    created_by: Literal["native", "orchestrator", "cli", "library"]
    created_at: str
    updated_at: str
    last_delivery_at: str | None
    breaker: Literal["closed", "open", "half_open"]
    stats24h: Annotated[LatestStats, Field(alias="stats24h")]


class SigningSecrets(Signing):
    """The secrets that this very request set, in clear; null for one it did not touch."""

    secret: str | None
    legacy_secret: str | None


class WrittenEndpoint(Endpoint):
    """An endpoint after a write, with the secrets that write set."""

    signing: SigningSecrets


class PreviousSecret(Answer):
    """An older secret that still signs."""

    which: Which
    hint: str
    expires_at: str | None


class RotatedEndpoint(WrittenEndpoint):
    """An endpoint with its new secret, and the ones that sign beside it."""

    previous: list[PreviousSecret]


class EndpointList(Listing):
    """One page of endpoints."""

    data: list[Endpoint]


class EndpointSecrets(Answer):
    """The live secrets in clear; `auth` holds the credentials, `headers` the secret-like ones with their values."""

    secret: str
    legacy_secret: str | None
    previous: list[PreviousSecret]
    auth: dict[str, str]
    headers: dict[str, str]


class PlannedAttempt(Answer):
    """One attempt of a delivery that never succeeds."""

    attempt: int
    at: str
    wait_ms: int


class SchedulePreview(Answer):
    """When a delivery accepted now would be attempted, jitter left out."""

    data: list[PlannedAttempt]
    span_ms: int


# -- from rows to answers --------------------------------------------------------------------------------------------


def members_of(row: EndpointRow, outcomes: Outcomes = (0, 0)) -> dict[str, object]:
    """An endpoint's row as the members of Endpoint."""
    settings = row.settings
    return {
        "id": row.id,
        "name": row.name,
        "url": row.url,
        "method": row.method,
        "profile": row.profile,
        "events": list(row.events),
        "filter": json.loads(bytes(settings.filter)),
        "headers": {name: MASK if is_secret_name(name) else value for name, value in row.headers.items()},
        "auth": _auth(row),
        "status": row.status,
        "status_reason": row.status_reason,
        "status_changed_at": optional_instant(row.status_changed_at),
        "retry": policy_to_json(row.policy),
        "timeout_ms": row.timeout_ms,
        "rate_limit": _rate(row),
        "max_in_flight": row.max_in_flight,
        "ordering": _ordering(row),
        "priority": settings.priority,
        "signing": _signing(row),
        "unsafe_numbers": row.unsafe_numbers,
        "cloud_events_mode": settings.cloud_events_mode,
        "tls": {
            "ca_pem": settings.tls.ca_pem,
            "has_client_cert": row.secret("client_cert") is not None,
            "verify": settings.tls.verify,
        },
        "metadata": row.metadata,
        "created_by": row.created_by,
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
        "last_delivery_at": optional_instant(row.last_attempt_at),
        "breaker": row.breaker,
        "stats24h": _latest(outcomes),
    }


def _auth(row: EndpointRow) -> dict[str, object]:
    way = row.settings.auth
    return {"type": way.type, **({"headerName": way.header_name} if way.header_name is not None else {})}


def _rate(row: EndpointRow) -> dict[str, object] | None:
    rate = row.settings.rate_limit
    return None if rate is None else {"count": rate.count, "period_ms": rate.period_ms}


def _ordering(row: EndpointRow) -> dict[str, object] | None:
    ordering = row.settings.ordering
    return None if ordering is None else {"key": ordering.key, "on_exhausted": ordering.on_exhausted}


def _signing(row: EndpointRow) -> dict[str, object]:
    standard, pair = row.secret("standard"), row.secret("ed25519")
    return {
        "secret_hint": standard.hint if standard else "",
        "ed25519_public_key": pair.hint if pair else None,
        "has_legacy_secret": row.secret("legacy") is not None,
    }


def _latest(outcomes: Outcomes) -> dict[str, object]:
    delivered, exhausted = outcomes
    ended = delivered + exhausted
    return {
        "delivered": delivered,
        "exhausted": exhausted,
        "failure_rate": round(exhausted / ended, 4) if ended else 0,
    }


def written(kept: Kept, outcomes: Outcomes) -> WrittenEndpoint:
    """An endpoint after a write."""
    secrets = {"secret": kept.secret, "legacy_secret": kept.legacy_secret}
    signing = {**_signing(kept.endpoint), **secrets}
    return WrittenEndpoint.model_validate({**members_of(kept.endpoint, outcomes), "signing": signing})


def rotated(found: Rotated, which: Which, outcomes: Outcomes) -> RotatedEndpoint:
    """An endpoint after a rotation."""
    secrets = {"secret": None, "legacy_secret": None} | {
        "legacy_secret" if which == "legacy" else "secret": found.secret
    }
    signing = {**_signing(found.endpoint), **secrets}
    members = {**members_of(found.endpoint, outcomes), "signing": signing, "previous": _previous(found.previous)}
    return RotatedEndpoint.model_validate(members)


def revealed(found: Revealed) -> EndpointSecrets:
    """Everything secret of an endpoint but private keys."""
    return EndpointSecrets(
        secret=found.secret,
        legacy_secret=found.legacy_secret,
        previous=_previous(found.previous),
        auth=dict(found.credentials),
        headers=dict(found.headers),
    )


def _previous(rows: Sequence[SecretRow]) -> list[PreviousSecret]:
    return [
        PreviousSecret(which=cast(Which, row.which), hint=row.hint, expires_at=optional_instant(row.expires_at))
        for row in rows
    ]
