"""Deliveries: settle what was attempted, hold and free with the endpoint, and what people may do (reliability §2.1).

Every change names the state it comes from; a settle also names the token of its lease, so that a late worker's
outcome is refused, or kept as what it is: an attempt that was thought lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, literal_column, select, text, update

from hookspan import failpoints
from hookspan.errors import Conflict, NotFound
from hookspan.model.deliveries import LATE_SUCCESS_FROM, Attempt, Parcel, Settled
from hookspan.storage import routing
from hookspan.storage.dialect import insert_rows, one_of, update_rows
from hookspan.storage.tables import attempts, endpoints, webhook_deliveries

_deliveries = webhook_deliveries.c

_ATTEMPT_COLUMNS = (
    "delivery_id number tenant_id endpoint_id trigger outcome status_code duration_ms timings request "
    "response_headers response_body response_truncated error error_code started_at finished_at"
)
_SETTLE_COLUMNS = (
    "id status reason due_at lease_token lease_until silent_claims attempts trigger last_status_code last_error "
    "last_attempt_at completed_at"
)


def settle(connection: Connection, items: Sequence[Settled]) -> list[bool]:
    """Write attempts and their deliveries' new states; False where the lease was lost before the outcome came."""
    tokens = _live_tokens(connection, [item.parcel.id for item in items])
    is_live = [tokens.get(item.parcel.id) == item.parcel.lease_token for item in items]
    live = [item for item, holds in zip(items, is_live, strict=True) if holds]
    insert_rows(connection, attempts, _ATTEMPT_COLUMNS, [_attempt_row(item.parcel, item.attempt) for item in live])
    failpoints.reach("settle.in_tx")
    update_rows(connection, webhook_deliveries, _SETTLE_COLUMNS, [_settled_row(item) for item in live])
    for item, holds in zip(items, is_live, strict=True):
        if not holds:
            _record_late(connection, item)
    _move_gates(connection, items)
    for item in live:
        if item.endpoint_gone:
            _disable_gone(connection, item)
    return is_live


_LIVE_TOKENS = (
    select(_deliveries.id, _deliveries.lease_token)
    .where(one_of(_deliveries.id), _deliveries.status == "sending")
    .with_for_update()
)


def _live_tokens(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    found = connection.execute(_LIVE_TOKENS, {"members": ids})
    return {row[0]: row[1] for row in found}


def _attempt_row(parcel: Parcel, attempt: Attempt) -> tuple[object, ...]:
    return (
        parcel.id,
        parcel.claim,
        parcel.tenant_id,
        parcel.endpoint_id,
        parcel.trigger,
        attempt.outcome,
        attempt.status_code,
        attempt.duration_ms,
        attempt.timings,
        attempt.request,
        attempt.response_headers,
        attempt.response_body,
        attempt.response_truncated,
        attempt.error,
        attempt.error_code,
        attempt.started_at,
        attempt.finished_at,
    )


def _settled_row(item: Settled) -> tuple[object, ...]:
    finished_at = item.attempt.finished_at
    return (
        item.parcel.id,
        item.status,
        item.reason,
        item.due_at,
        None,
        None,
        0,
        item.parcel.attempts + 1,
        "automatic",
        item.attempt.status_code,
        item.attempt.error,
        finished_at,
        finished_at if item.status in ("delivered", "exhausted") else None,
    )


def _record_late(connection: Connection, item: Settled) -> None:
    """The sweeper wrote `unknown` for this attempt; what we now know replaces it, and a success still counts (17)."""
    parcel, attempt = item.parcel, item.attempt
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery_id == parcel.id, attempts.c.number == parcel.claim, attempts.c.outcome == "unknown")
        .values(
            outcome=attempt.outcome,
            status_code=attempt.status_code,
            duration_ms=attempt.duration_ms,
            request=attempt.request,
            response_headers=attempt.response_headers,
            response_body=attempt.response_body,
            error=attempt.error,
            error_code=attempt.error_code,
            finished_at=attempt.finished_at,
        )
    )
    if item.status == "delivered":
        connection.execute(
            update(webhook_deliveries)
            .where(
                _deliveries.id == parcel.id,
                _deliveries.status.in_(sorted(LATE_SUCCESS_FROM)),
                (_deliveries.status != "exhausted") | (_deliveries.reason == "quarantined"),
            )
            .values(status="delivered", reason=None, completed_at=attempt.finished_at, silent_claims=0)
        )


def _move_gates(connection: Connection, items: Sequence[Settled]) -> None:
    """One upsert for each endpoint of the batch, in order of id so that two writers never wait for each other."""
    moves: dict[str, dict[str, Any]] = {}
    for item in items:
        parcel, at = item.parcel, item.attempt.finished_at
        move = moves.setdefault(
            parcel.endpoint_id,
            {"id": parcel.endpoint_id, "tenant": parcel.tenant_id, "gate": 0, "at": 0, "ok": None, "bad": None, "n": 0},
        )
        move["at"] = max(move["at"], at)
        move["gate"] = max(move["gate"], item.gate_until)
        if item.status == "delivered":
            move["ok"], move["n"] = max(move["ok"] or 0, at), 0
        else:
            move["bad"], move["n"] = max(move["bad"] or 0, at), move["n"] + 1
    for endpoint_id in sorted(moves):
        connection.execute(_MOVE_GATE, moves[endpoint_id])


_MOVE_GATE = text(
    "INSERT INTO gates (endpoint_id, tenant_id, not_before, fail_streak, last_attempt_at, last_ok_at, last_failure_at)"
    " VALUES (:id, :tenant, :gate, :n, :at, :ok, :bad) ON CONFLICT (endpoint_id) DO UPDATE SET"
    " not_before = CASE WHEN excluded.not_before > gates.not_before THEN excluded.not_before ELSE gates.not_before END,"
    " fail_streak = CASE WHEN excluded.last_ok_at IS NULL THEN gates.fail_streak + excluded.fail_streak"
    " ELSE excluded.fail_streak END,"
    " last_attempt_at = excluded.last_attempt_at,"
    " last_ok_at = COALESCE(excluded.last_ok_at, gates.last_ok_at),"
    " last_failure_at = COALESCE(excluded.last_failure_at, gates.last_failure_at)"
)


def _disable_gone(connection: Connection, item: Settled) -> None:
    """410: the owner says this address is over (7)."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == item.parcel.endpoint_id, endpoints.c.status == "active")
        .values(
            status="disabled",
            status_reason="gone",
            status_changed_at=item.attempt.finished_at,
            version=endpoints.c.version + 1,
        )
    )
    routing.bump(connection, item.parcel.tenant_id)


# -- hold and release -------------------------------------------------------------------------------------------------


_ACTIVE = select(endpoints.c.id).where(endpoints.c.status == "active", endpoints.c.deleted_at.is_(None))
_IDLE = select(endpoints.c.id).where(endpoints.c.status != "active", endpoints.c.deleted_at.is_(None))
_DELETED = select(endpoints.c.id).where(endpoints.c.deleted_at.is_not(None))


def _rows(status: str, owners: Select[tuple[str]]) -> Select[tuple[str]]:
    # A literal, not a parameter: a partial index serves only what the statement itself says.
    return select(_deliveries.id).where(
        _deliveries.status == literal_column(f"'{status}'"), _deliveries.endpoint_id.in_(owners)
    )


_TO_HOLD, _TO_FREE, _TO_END = _rows("pending", _IDLE), _rows("held", _ACTIVE), _rows("pending", _DELETED)


def has_to_move(connection: Connection) -> bool:
    """Whether some delivery no longer fits its endpoint's status; asked on a reader before the writer is troubled."""
    return any(connection.execute(rows.limit(1)).first() for rows in (_TO_HOLD, _TO_FREE, _TO_END))


def hold_and_release(connection: Connection, now: int, most: int) -> tuple[int, int]:
    """Hold waiting deliveries of endpoints that are not active (11); free held ones of active endpoints (12)."""
    connection.execute(
        update(webhook_deliveries)
        .where(_deliveries.id.in_(_TO_END.limit(most)), _deliveries.status == "pending")
        .values(status="cancelled", reason="endpoint_deleted", completed_at=now)
    )
    held = connection.execute(
        update(webhook_deliveries)
        .where(_deliveries.id.in_(_TO_HOLD.limit(most)), _deliveries.status == "pending")
        .values(status="held", reason="endpoint_not_active")
    )
    if held.rowcount:
        failpoints.reach("hold.batch")
    freed = connection.execute(
        update(webhook_deliveries)
        .where(_deliveries.id.in_(_TO_FREE.limit(most)), _deliveries.status == "held")
        .values(status="pending", reason=None, due_at=now, trigger="resume")
    )
    return held.rowcount, freed.rowcount


# -- people ----------------------------------------------------------------------------------------------------------


def retry(connection: Connection, tenant_id: str, delivery_id: str, force: bool, now: int) -> dict[str, Any]:
    """The next attempt now, one beyond the policy (13, 14, 16); Conflict where the state forbids it."""
    row = _owned(connection, tenant_id, delivery_id)
    status = row["status"]
    if status in ("sending", "cancelled") or (status == "delivered" and not force):
        hint = "; repeat it with force" if status == "delivered" else ""
        raise Conflict(f"delivery is already {status}{hint}", code="not_retryable")
    if row["endpoint_status"] != "active":
        raise Conflict("the endpoint is not active; resume it first", code="endpoint_disabled")
    connection.execute(
        update(webhook_deliveries)
        .where(_deliveries.id == delivery_id, _deliveries.status == status)
        .values(
            status="pending",
            reason=None,
            due_at=now,
            trigger="manual",
            silent_claims=0,
            completed_at=None,
            max_attempts=max(row["max_attempts"], row["attempts"]) + 1,
        )
    )
    return {"id": delivery_id, "endpoint_id": row["endpoint_id"], "due_at": now, "attempt": row["attempts"] + 1}


def cancel(connection: Connection, tenant_id: str, delivery_id: str, now: int) -> None:
    """End a delivery on purpose (15); Conflict when it is delivered, cancelled or being sent."""
    row = _owned(connection, tenant_id, delivery_id)
    if row["status"] in ("delivered", "cancelled", "sending"):
        raise Conflict(f"delivery is already {row['status']}")
    connection.execute(
        update(webhook_deliveries)
        .where(_deliveries.id == delivery_id, _deliveries.status == row["status"])
        .values(status="cancelled", reason="user", completed_at=now)
    )


def cancel_of_endpoint(connection: Connection, tenant_id: str, endpoint_id: str, now: int) -> int:
    """End what an endpoint that is being deleted still waits for (15); one being sent ends with its attempt."""
    ended = connection.execute(
        update(webhook_deliveries)
        .where(
            _deliveries.tenant_id == tenant_id,
            _deliveries.endpoint_id == endpoint_id,
            _deliveries.status.in_(("pending", "held")),
        )
        .values(status="cancelled", reason="endpoint_deleted", completed_at=now)
    )
    return ended.rowcount


def _owned(connection: Connection, tenant_id: str, delivery_id: str) -> Any:
    query = (
        select(_deliveries.endpoint_id, _deliveries.status, _deliveries.attempts, _deliveries.max_attempts)
        .add_columns(endpoints.c.status.label("endpoint_status"))
        .join(endpoints, endpoints.c.id == _deliveries.endpoint_id)
        .where(_deliveries.id == delivery_id, _deliveries.tenant_id == tenant_id)
        .with_for_update()
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound("no such delivery")
    return row
