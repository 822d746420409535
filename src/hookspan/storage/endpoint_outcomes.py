"""What became of endpoints' deliveries lately, summed for the endpoints of one page."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from hookspan.storage.dialect import one_of
from hookspan.storage.tables import delivery_stats


def outcomes_since(
    connection: Connection, tenant_id: str, ids: Sequence[str], since: int
) -> dict[str, tuple[int, int]]:
    """Delivered and exhausted by endpoint; one without any is left out."""
    column = delivery_stats.c
    query = (
        select(column.endpoint_id, func.sum(column.delivered), func.sum(column.exhausted))
        .where(column.tenant_id == tenant_id, one_of(column.endpoint_id, ids), column.at >= since)
        .group_by(column.endpoint_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}
