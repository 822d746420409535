"""Leases of deliveries: given back unspent, or taken back from a worker that fell silent (reliability §4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, case, literal_column, select, update

from hookspan import failpoints
from hookspan.model.deliveries import SILENT_CLAIMS_LIMIT, Parcel
from hookspan.model.events import Birth
from hookspan.storage.dialect import insert_rows, one_of
from hookspan.storage.events import record_judged, stale_tenants
from hookspan.storage.tables import attempts, webhook_deliveries

_deliveries = webhook_deliveries.c


def release(connection: Connection, parcels: Sequence[Parcel]) -> list[None]:
    """Give back leases of which no byte was sent; the claims do not count (8)."""
    for parcel in parcels:
        connection.execute(
            update(webhook_deliveries)
            .where(
                _deliveries.id == parcel.id,
                _deliveries.status == "sending",
                _deliveries.lease_token == parcel.lease_token,
            )
            .values(
                status="pending",
                lease_token=None,
                lease_until=None,
                claims=_deliveries.claims - 1,
                silent_claims=case((_deliveries.silent_claims > 0, _deliveries.silent_claims - 1), else_=0),
            )
        )
    return [None] * len(parcels)


def silent(connection: Connection, lapsed_before: int, most: int) -> list[dict[str, Any]]:
    """Deliveries that the next sweep will quarantine."""
    query = (
        select(_deliveries.id, _deliveries.tenant_id, _deliveries.endpoint_id, _deliveries.event_id)
        .where(
            literal_column("webhook_deliveries.status = 'sending'"),
            _deliveries.lease_until < lapsed_before,
            _deliveries.silent_claims >= SILENT_CLAIMS_LIMIT,
        )
        .limit(most)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def sweep(
    connection: Connection, now: int, most: int, lapsed_before: int, facts: Mapping[str, Birth] | None = None
) -> tuple[int, list[str]]:
    """Take back lapsed leases, attempt `unknown`: due again (9) or, at the fifth silence, quarantined (10).

    How many are due again, and the ids of the quarantined.

    `lapsed_before` is now, or for ever when no other process can hold a lease. With `facts` by delivery id, only
    those are quarantined that have one, with it; a later sweep takes the others.
    """
    query = (
        select(webhook_deliveries)
        .where(_deliveries.status == "sending", _deliveries.lease_until < lapsed_before)
        .order_by(_deliveries.lease_until)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(query).mappings().all()
    facts = _current(connection, facts)
    rows = [row for row in found if facts is None or row["silent_claims"] < SILENT_CLAIMS_LIMIT or row["id"] in facts]
    insert_rows(
        connection,
        attempts,
        "delivery_id number tenant_id endpoint_id trigger outcome error response_truncated started_at",
        [_unknown_attempt(row) for row in rows],
    )
    if rows:
        failpoints.reach("sweep.in_tx")
    lost = [row["id"] for row in rows if row["silent_claims"] < SILENT_CLAIMS_LIMIT]
    quarantined = [row["id"] for row in rows if row["silent_claims"] >= SILENT_CLAIMS_LIMIT]
    connection.execute(
        update(webhook_deliveries)
        .where(one_of(_deliveries.id, lost), _deliveries.status == "sending")
        .values(status="pending", due_at=now, lease_token=None, lease_until=None)
    )
    connection.execute(
        update(webhook_deliveries)
        .where(one_of(_deliveries.id, quarantined), _deliveries.status == "sending")
        .values(status="exhausted", reason="quarantined", lease_token=None, lease_until=None, completed_at=now)
    )
    if facts:
        record_judged(connection, [facts[identity] for identity in quarantined])
    return len(lost), quarantined


def _current(connection: Connection, facts: Mapping[str, Birth] | None) -> Mapping[str, Birth] | None:
    """Without those that were matched against an older routing."""
    if not facts:
        return facts
    stale = stale_tenants(connection, facts.values())
    return {identity: birth for identity, birth in facts.items() if birth.event.tenant_id not in stale}


def _unknown_attempt(row: Any) -> tuple[object, ...]:
    started_at = row["last_attempt_at"] or row["created_at"]
    return (
        row["id"],
        row["claims"],
        row["tenant_id"],
        row["endpoint_id"],
        row["trigger"],
        "unknown",
        "the worker ended before the outcome was recorded",
        False,
        started_at,
    )
