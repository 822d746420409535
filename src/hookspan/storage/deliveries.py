"""Deliveries: settle what was attempted, and what people may do (reliability §2.1).

Every change names the state it comes from; a settle also names the token of its lease, so that a late worker's
outcome is refused, or kept as what it is: an attempt that was thought lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select, update

from hookspan import failpoints
from hookspan.errors import Conflict, NotFound
from hookspan.model.deliveries import LATE_SUCCESS_FROM, Attempt, Parcel, Settled
from hookspan.model.gates import USUAL, BreakerRules, Gate, Signal
from hookspan.storage import events, routing
from hookspan.storage.delivery_counts import deliveries_count
from hookspan.storage.dialect import insert_rows, one_of, update_rows
from hookspan.storage.gates import gates_move
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


class Written(Struct, frozen=True, gc=False):
    """What became of an outcome: whether its lease still held, and the gate as it now stands.

    `again` means nothing was written: who wants the facts it causes has changed meanwhile; prepare them once more.
    """

    holds: bool
    gate: Gate | None = None
    again: bool = False


def settle(connection: Connection, items: Sequence[Settled], *, rules: BreakerRules = USUAL) -> list[Written]:
    """Write attempts, their deliveries' new states, gates, counts and the facts they cause, set-wise."""
    tokens = _live_tokens(connection, [item.parcel.id for item in items])
    is_live = [tokens.get(item.parcel.id) == item.parcel.lease_token for item in items]
    stale = _stale(connection, items)
    live = [item for item, holds in zip(items, is_live, strict=True) if holds and not _waits(item, stale)]
    insert_rows(connection, attempts, _ATTEMPT_COLUMNS, [_attempt_row(item.parcel, item.attempt) for item in live])
    failpoints.reach("settle.in_tx")
    update_rows(connection, webhook_deliveries, _SETTLE_COLUMNS, [_settled_row(item) for item in live])
    for item, holds in zip(items, is_live, strict=True):
        if not holds:
            _record_late(connection, item)
    events.record_judged(connection, [birth for item in live for birth in item.births])
    gates = gates_move(connection, _signals(item for item in items if not _waits(item, stale)), rules)
    deliveries_count(connection, live)
    for item in live:
        if item.endpoint_gone:
            _disable_gone(connection, item)
    return [
        Written(holds, gates.get(item.parcel.endpoint_id), again=holds and _waits(item, stale))
        for item, holds in zip(items, is_live, strict=True)
    ]


def settle_by(rules: BreakerRules) -> Callable[[Connection, Sequence[Settled]], list[Written]]:
    """`settle` under these rules; one object for all items, as the database joins those of one unit."""
    return partial(settle, rules=rules)


def _stale(connection: Connection, items: Sequence[Settled]) -> frozenset[str]:
    """Tenants whose routing moved since the facts of these outcomes were matched."""
    births = [birth for item in items for birth in item.births]
    return events.stale_tenants(connection, births) if births else frozenset()


def _waits(item: Settled, stale: frozenset[str]) -> bool:
    return bool(item.births) and item.parcel.tenant_id in stale


def _signals(items: Iterable[Settled]) -> dict[tuple[str, str], list[Signal]]:
    """What the gates learn of each (endpoint, tenant)."""
    found: dict[tuple[str, str], list[Signal]] = {}
    for item in items:
        parcel = item.parcel
        found.setdefault((parcel.endpoint_id, parcel.tenant_id), []).append(
            Signal(
                item.attempt.finished_at,
                item.status == "delivered",
                item.most_in_flight,
                parcel.is_probe,
                item.is_crowding,
                item.gate_until,
            )
        )
    return found


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
            first_delivered_at=func.coalesce(_deliveries.first_delivered_at, _deliveries.completed_at)
            if status == "delivered"
            else _deliveries.first_delivered_at,
            max_attempts=max(row["max_attempts"], row["attempts"]) + 1,
            # The order is about first successes: sent again in vain, it holds nothing back.
            blocks_key=_deliveries.blocks_key if status != "delivered" else False,
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
