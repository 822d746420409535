"""Refused requests as rows: written in batches with their bounds, listed by source, counted, pruned.

A request to an unknown path belongs to nobody; its row has neither tenant nor source, and only the owner of the
instance reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, select, update

from hookspan.storage.dialect import insert_rows, one_of
from hookspan.storage.keyset import ALWAYS, Span, first_id_at
from hookspan.storage.prune import Pruned
from hookspan.storage.tables import rejected_requests

ROWS_PER_SOURCE = 1_000
ROWS_UNKNOWN = 10_000

_COLUMNS = (
    "id", "tenant_id", "webhook_id", "cause", "detail", "status", "method", "path", "source_ip", "headers",
    "body_size", "body_prefix", "provider", "received_at", "count",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionRow:
    """A refused request; `headers` is JSON of masked pairs, `received_at` epoch ms, `count` how many were like it."""

    id: str
    tenant_id: str | None
    webhook_id: str | None
    cause: str
    detail: str
    status: int
    method: str
    path: str
    source_ip: str | None
    headers: str
    body_size: int
    body_prefix: bytes | None
    provider: str | None
    received_at: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class RejectionFilter:
    """Which refused requests a list shows; without causes all of them."""

    causes: Sequence[str] = ()
    span: Span = ALWAYS


def rejections_write(connection: Connection, rows: Sequence[RejectionRow], repeats: Mapping[str, int]) -> None:
    """Insert rows, raise the counts of older ones, and let the oldest go where there are too many."""
    insert_rows(
        connection, rejected_requests, _COLUMNS, [tuple(getattr(row, name) for name in _COLUMNS) for row in rows]
    )
    column = rejected_requests.c
    if repeats:
        raised = update(rejected_requests).where(column.id == bindparam("identity"))
        connection.execute(
            raised.values(count=column.count + bindparam("more")),
            [{"identity": identity, "more": more} for identity, more in sorted(repeats.items())],
        )
    for tenant_id, webhook_id in sorted({(row.tenant_id or "", row.webhook_id or "") for row in rows}):
        _keep_newest(connection, tenant_id or None, webhook_id or None)


def _keep_newest(connection: Connection, tenant_id: str | None, webhook_id: str | None) -> None:
    most = ROWS_UNKNOWN if webhook_id is None else ROWS_PER_SOURCE
    mine = _of(tenant_id, webhook_id)
    identity = rejected_requests.c.id
    newest = select(identity).where(*mine).order_by(identity.desc())
    edge = connection.execute(newest.offset(most).limit(1)).scalar()
    if edge is not None:
        connection.execute(delete(rejected_requests).where(*mine, identity <= edge))


def rejections_list(
    connection: Connection, owner: tuple[str, str] | None, wanted: RejectionFilter, *, limit: int, offset: int
) -> tuple[list[RejectionRow], int]:
    """One page, newest first, and the total; `owner` is tenant and source, None the requests to unknown paths."""
    column = rejected_requests.c
    conditions = [*_of(*(owner or (None, None))), *wanted.span.holds(column.id)]
    if wanted.causes:
        conditions.append(one_of(column.cause, wanted.causes))
    total = connection.execute(select(func.count()).select_from(rejected_requests).where(*conditions)).scalar_one()
    query = select(rejected_requests).where(*conditions).order_by(column.id.desc()).limit(limit).offset(offset)
    return [_row(row) for row in connection.execute(query)], total


def rejections_total(connection: Connection, tenant_id: str, webhook_id: str | None, span: Span) -> int:
    """How many requests of the tenant, or of one source, were refused in a span; handshakes are no refusals."""
    column = rejected_requests.c
    conditions = [column.tenant_id == tenant_id, column.cause != "handshake"]
    if span.from_ms is not None:
        conditions.append(column.received_at >= span.from_ms)
    if span.to_ms is not None:
        conditions.append(column.received_at < span.to_ms)
    if webhook_id is not None:
        conditions.append(column.webhook_id == webhook_id)
    query = select(func.coalesce(func.sum(column.count), 0)).where(*conditions)
    return int(connection.execute(query).scalar_one())


def rejections_prune(connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int) -> Pruned:
    """One batch of a tenant's refused requests that came before then."""
    column = rejected_requests.c
    old = (column.tenant_id == tenant_id, column.id > edge, column.received_at < before_ms)
    ids = connection.execute(select(column.id).where(*old).order_by(column.id).limit(most)).scalars().all()
    connection.execute(delete(rejected_requests).where(column.tenant_id == tenant_id, one_of(column.id, ids)))
    return Pruned(len(ids), ids[-1] if len(ids) == most else None)


def rejections_prune_unknown(connection: Connection, before_ms: int, most: int) -> int:
    """One batch of requests to unknown paths that came before then; how many went."""
    column = rejected_requests.c
    old = (*_of(None, None), column.id < first_id_at(before_ms))
    ids = connection.execute(select(column.id).where(*old).order_by(column.id).limit(most)).scalars().all()
    connection.execute(delete(rejected_requests).where(column.tenant_id.is_(None), one_of(column.id, ids)))
    return len(ids)


def _of(tenant_id: str | None, webhook_id: str | None) -> list[ColumnElement[bool]]:
    column = rejected_requests.c
    if tenant_id is None:
        return [column.webhook_id.is_(None), column.tenant_id.is_(None)]
    return [column.webhook_id == webhook_id, column.tenant_id == tenant_id]


def _row(row: Row[Any]) -> RejectionRow:
    return RejectionRow(
        **{name: getattr(row, name) for name in _COLUMNS if name != "count"}, count=row._mapping["count"]
    )
