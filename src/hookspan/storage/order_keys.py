"""The places of events under their ordering keys, given inside the transaction that accepts them (reliability §4.9).

Each key is one row with the last number given. The row stays locked until the transaction ends, so a later number is
never committed before an earlier one, on both databases alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, text

from hookspan.model.events import Birth
from hookspan.storage.tables import order_keys

_TAKE = text(
    "INSERT INTO order_keys (tenant_id, key, last_seq, used_at) VALUES (:tenant, :key, :count, :at)"
    " ON CONFLICT (tenant_id, key) DO UPDATE SET last_seq = order_keys.last_seq + excluded.last_seq,"
    " used_at = excluded.used_at RETURNING last_seq"
)


def numbered(connection: Connection, births: Sequence[Birth]) -> dict[tuple[str, str], int]:
    """The number of each (event id, ordering key) of these births; empty while nobody orders."""
    wanted: dict[tuple[str, str], dict[str, int]] = {}
    for birth in births:
        for delivery in (*birth.deliveries, *birth.fanout):
            if delivery.ordering_key is not None:
                members = wanted.setdefault((birth.event.tenant_id, delivery.ordering_key), {})
                members[birth.event.id] = birth.event.created_at
    numbers: dict[tuple[str, str], int] = {}
    # In order of the keys, so that two writers never wait for each other.
    for (tenant_id, key), members in sorted(wanted.items()):
        values = {"tenant": tenant_id, "key": key, "count": len(members), "at": max(members.values())}
        last = connection.execute(_TAKE, values).scalar_one()
        first = last - len(members) + 1
        numbers |= {(event_id, key): first + place for place, event_id in enumerate(members)}
    return numbers


def prune(connection: Connection, used_before: int, most: int) -> int:
    """Forget keys unused since before every delivery that is kept; how many. A forgotten key starts at 1 again."""
    table = order_keys.c
    old = text("SELECT tenant_id, key FROM order_keys WHERE used_at < :before ORDER BY tenant_id, key LIMIT :most")
    rows = connection.execute(old, {"before": used_before, "most": most}).all()
    for tenant_id, key in rows:
        connection.execute(
            delete(order_keys).where(table.tenant_id == tenant_id, table.key == key, table.used_at < used_before)
        )
    return len(rows)
