"""Claims of due deliveries: lease, give back, take back what a dead worker held (reliability §4.3).

A claim counts before a byte is sent, so that a delivery that kills its worker ends in quarantine, not in a loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, text, update

from hookspan import failpoints
from hookspan.model.deliveries import SILENT_CLAIMS_LIMIT, SUSPECT_FROM, Parcel
from hookspan.model.events import NewEvent
from hookspan.storage.dialect import insert_rows, one_of
from hookspan.storage.tables import attempts, events, webhook_deliveries

_deliveries = webhook_deliveries.c

_ENDPOINTS_DUE = text(
    "WITH RECURSIVE hop(endpoint_id) AS ("
    " SELECT MIN(endpoint_id) FROM webhook_deliveries WHERE status = 'pending' AND endpoint_id > :after"
    " UNION ALL SELECT (SELECT MIN(d.endpoint_id) FROM webhook_deliveries d"
    " WHERE d.status = 'pending' AND d.endpoint_id > hop.endpoint_id) FROM hop WHERE hop.endpoint_id IS NOT NULL)"
    " SELECT hop.endpoint_id, e.tenant_id FROM hop JOIN endpoints e ON e.id = hop.endpoint_id"
    " LEFT JOIN gates g ON g.endpoint_id = hop.endpoint_id"
    " WHERE COALESCE(g.not_before, 0) <= :now AND e.status = 'active'"
    " AND EXISTS (SELECT 1 FROM webhook_deliveries w WHERE w.status = 'pending'"
    " AND w.endpoint_id = hop.endpoint_id AND w.due_at <= :now) ORDER BY hop.endpoint_id LIMIT :most"
)


def endpoints_due(connection: Connection, now: int, after: str, most: int) -> list[tuple[str, str]]:
    """(endpoint, tenant) pairs with due work, by id after `after`; an index look-up each, however long the backlog."""
    found = connection.execute(_ENDPOINTS_DUE, {"now": now, "after": after, "most": most})
    return [(row.endpoint_id, row.tenant_id) for row in found]


def claim(
    connection: Connection, wants: Sequence[tuple[str, int, int]], now: int, token: str, *, with_suspect: bool = True
) -> list[Parcel]:
    """Lease due deliveries: at most `count` for each (endpoint_id, count, lease_ms), oldest due first (3).

    One that was silent three times is a suspect: at most one of them is claimed, and only `with_suspect`.

    `token` is fresh and random: it fences every delivery of this claim.
    """
    by_lease: dict[int, list[str]] = {}
    for endpoint_id, count, lease_ms in wants:
        due = connection.execute(_DUE, {"endpoint": endpoint_id, "now": now, "most": count})
        found = [row[0] for row in due]
        if with_suspect and len(found) < count:
            suspects = connection.execute(_SUSPECT, {"endpoint": endpoint_id, "now": now, "most": 1}).scalars().all()
            found.extend(suspects)
            with_suspect = not suspects
        by_lease.setdefault(lease_ms, []).extend(found)
    for lease_ms, ids in by_lease.items():
        connection.execute(_LEASE, {"members": ids, "token": token, "until": now + lease_ms})
    failpoints.reach("claim.in_tx")
    leased = [identity for ids in by_lease.values() for identity in ids]
    claimed = connection.execute(_CLAIMED, {"members": leased, "token": token})
    return [_parcel(row) for row in claimed.mappings()]


_DUE, _SUSPECT = (
    select(_deliveries.id)
    .where(
        is_wanted,
        _deliveries.status == "pending",
        _deliveries.endpoint_id == bindparam("endpoint"),
        _deliveries.due_at <= bindparam("now"),
    )
    .order_by(_deliveries.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    for is_wanted in (_deliveries.silent_claims < SUSPECT_FROM, _deliveries.silent_claims >= SUSPECT_FROM)
)
_LEASE = (
    update(webhook_deliveries)
    .where(one_of(_deliveries.id), _deliveries.status == "pending")
    .values(
        status="sending",
        lease_token=bindparam("token"),
        lease_until=bindparam("until"),
        claims=_deliveries.claims + 1,
        silent_claims=_deliveries.silent_claims + 1,
    )
)
_CLAIMED = (
    select(webhook_deliveries, *(column.label(f"of_event_{column.name}") for column in events.c))
    .join(events, events.c.id == _deliveries.event_id)
    .where(one_of(_deliveries.id), _deliveries.lease_token == bindparam("token"))
    .order_by(_deliveries.due_at)
)


def _parcel(row: Any) -> Parcel:
    event = NewEvent(
        id=row["event_id"],
        tenant_id=row["tenant_id"],
        type=row["event_type"],
        data=row["of_event_data"],
        created_at=row["of_event_created_at"],
        origin=row["of_event_origin"],
        data_content_type=row["of_event_data_content_type"],
        metadata=row["of_event_metadata"],
        webhook_id=row["of_event_webhook_id"],
        workflow_id=row["of_event_workflow_id"],
        execution_id=row["of_event_execution_id"],
        subject=row["of_event_subject"],
        priority=row["priority"],
        occurred_at=row["of_event_occurred_at"],
        depth=row["of_event_depth"],
        test=row["of_event_test"],
        type_version=row["of_event_type_version"],
        cloud_event=row["of_event_cloud_event"],
        replay_count=row["of_event_replay_count"],
    )
    names = (
        "id endpoint_id delivered_name profile unsafe_numbers policy_id max_attempts attempts lease_token lease_until "
        "due_at first_due_at trigger"
    )
    is_suspect = row["silent_claims"] > SUSPECT_FROM
    return Parcel(
        event=event, claim=row["claims"], is_suspect=is_suspect, **{name: row[name] for name in names.split(" ")}
    )


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


def sweep(connection: Connection, now: int, most: int, lapsed_before: int) -> tuple[int, int]:
    """Take back lapsed leases, attempt `unknown`: due again (9) or, at the fifth silence, quarantined (10).

    `lapsed_before` is now, or for ever when no other process can hold a lease.
    """
    query = (
        select(webhook_deliveries)
        .where(_deliveries.status == "sending", _deliveries.lease_until < lapsed_before)
        .order_by(_deliveries.lease_until)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).mappings().all()
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
    return len(lost), len(quarantined)


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
