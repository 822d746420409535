"""What is counted while settling: outcomes and latencies by endpoint and span of five minutes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from hookspan.model.deliveries import Settled
from hookspan.model.latency import bucket_of
from hookspan.storage.delivery_tables import LATENCY_BUCKETS, STATS_SPAN_MS

_SUMS = ("delivered", "exhausted", "attempts", "failed_attempts", "duration_ms")
_BUCKETS = tuple(f"{kind}{number}" for kind in "af" for number in range(LATENCY_BUCKETS))
_COUNTED = (*_SUMS, *_BUCKETS)
_COUNT = text(
    f"INSERT INTO delivery_stats (endpoint_id, at, tenant_id, {', '.join(_COUNTED)})"  # noqa: S608  # our own names
    f" VALUES (:endpoint_id, :at, :tenant_id, {', '.join(f':{name}' for name in _COUNTED)})"
    " ON CONFLICT (endpoint_id, at) DO UPDATE SET "
    + ", ".join(f"{name} = delivery_stats.{name} + excluded.{name}" for name in _COUNTED)
)
_NOTHING = dict.fromkeys(_COUNTED, 0)


def deliveries_count(connection: Connection, items: Sequence[Settled]) -> None:
    """Add these outcomes to the counts; tests are left out."""
    rows: dict[tuple[str, int], dict[str, object]] = {}
    sums: dict[tuple[str, int], dict[str, int]] = {}
    for item in items:
        parcel, attempt = item.parcel, item.attempt
        if parcel.event.test:
            continue
        at = attempt.finished_at - attempt.finished_at % STATS_SPAN_MS
        key = (parcel.endpoint_id, at)
        row = sums.get(key)
        if row is None:
            row = sums[key] = dict(_NOTHING)
            rows[key] = {"endpoint_id": parcel.endpoint_id, "at": at, "tenant_id": parcel.tenant_id}
        row["attempts"] += 1
        row["duration_ms"] += attempt.duration_ms
        row[f"a{bucket_of(attempt.duration_ms)}"] += 1
        if parcel.claim == 1:
            row[f"f{bucket_of(attempt.started_at - parcel.due_at)}"] += 1
        if item.status in ("delivered", "exhausted"):
            row[item.status] += 1
        if item.status != "delivered":
            row["failed_attempts"] += 1
    if rows:
        # In order of the keys, so that two writers never wait for each other.
        connection.execute(_COUNT, [rows[key] | sums[key] for key in sorted(rows)])
