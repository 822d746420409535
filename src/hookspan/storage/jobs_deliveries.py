"""Retry and cancel many deliveries: who is meant, how many, and one batch of them (reliability §2.1 moves 13 to 16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, select

from hookspan.errors import Gone, HookspanError
from hookspan.storage import deliveries
from hookspan.storage.deliveries_list import DeliveryFilter, conditions_of
from hookspan.storage.dialect import one_of, wake_others
from hookspan.storage.jobs import Batch, JobRow
from hookspan.storage.keyset import first_id_at
from hookspan.storage.tables import endpoints, events, webhook_deliveries

LOOKED_AT_MOST = 20_000
"""Deliveries one transaction may look through to find its items."""

_column = webhook_deliveries.c
_WITH_CONTENT = exists().where(events.c.id == _column.event_id, events.c.status != "expunged")


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a bulk change means: a filter or ids, and nobody born at `before_ms` or later."""

    tenant_id: str
    wanted: DeliveryFilter
    ids: Sequence[str]
    before_ms: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What a bulk change would do: `skipped` counts by the reason why; `sample` are the ids of the first ones.

    `edge` is the last id looked at, None when all were.
    """

    total: int
    skipped: Mapping[str, int]
    sample: Sequence[str]
    edge: str | None


def deliveries_count(connection: Connection, meant: Meant, kind: str, force: bool, edge: str | None) -> Counted:
    """Count one stretch of those meant, from behind `edge` on; call again with the answer's edge."""
    inside, last = _stretch(connection, meant, edge)
    verdict = _verdict(kind, force).label("verdict")
    by_verdict = select(verdict, func.count()).join(endpoints, endpoints.c.id == _column.endpoint_id)
    numbers = connection.execute(by_verdict.where(*inside).group_by(verdict))
    found: Counter[str] = Counter()
    for word, number in numbers:
        found[word] = number
    total = found.pop("", 0)
    sample = connection.execute(_ids(kind, force, inside).limit(5)).scalars().all() if total else []
    return Counted(total, found, sample, last)


def deliveries_change(connection: Connection, job: JobRow, meant: Meant, force: bool, *, most: int, now: int) -> Batch:
    """Retry or cancel the next of those meant, in order of id; one that may not is an error if its id was named."""
    if meant.ids:
        return _change_named(connection, job, meant.ids, force, most=most, now=now)
    inside, last = _stretch(connection, meant, job.cursor)
    ids = connection.execute(_ids(job.kind, force, inside).limit(most)).scalars().all()
    is_full = len(ids) == most
    batch = _change(connection, job, ids, force, now)
    cursor = ids[-1] if is_full else last
    return Batch(cursor, batch.succeeded, batch.errors, not is_full and last is None, batch.touched)


def _change_named(
    connection: Connection, job: JobRow, ids: Sequence[str], force: bool, *, most: int, now: int
) -> Batch:
    start = int(job.cursor or 0)
    batch = _change(connection, job, ids[start : start + most], force, now)
    end = start + most
    return Batch(str(end), batch.succeeded, batch.errors, end >= len(ids), batch.touched)


def _change(connection: Connection, job: JobRow, ids: Sequence[str], force: bool, now: int) -> Batch:
    touched: set[str] = set()
    errors: list[dict[str, str]] = []
    for identity in ids:
        try:
            if job.kind == "deliveries.retry":
                done = delivery_retry(connection, job.tenant_id, identity, force=force, now=now)
                touched.add(done["endpoint_id"])
            else:
                deliveries.cancel(connection, job.tenant_id, identity, now)
        except HookspanError as error:
            errors.append({"id": identity, "code": error.code, "detail": error.detail})
    if touched:
        wake_others(connection)
    return Batch(None, len(ids) - len(errors), errors, False, frozenset(touched))


def delivery_retry(
    connection: Connection, tenant_id: str, delivery_id: str, *, force: bool, now: int
) -> dict[str, Any]:
    """As deliveries.retry; Gone when there is nothing left to send."""
    if _is_erased(connection, tenant_id, delivery_id):
        raise Gone("the event's content was erased")
    return deliveries.retry(connection, tenant_id, delivery_id, force, now)


def _is_erased(connection: Connection, tenant_id: str, delivery_id: str) -> bool:
    mine = (_column.tenant_id == tenant_id, _column.id == delivery_id)
    return connection.execute(select(_column.id).where(*mine, ~_WITH_CONTENT)).first() is not None


def _stretch(connection: Connection, meant: Meant, edge: str | None) -> tuple[list[ColumnElement[bool]], str | None]:
    """Conditions of the next stretch of those meant, and its last id; None when nothing lies behind it."""
    mine = [_column.tenant_id == meant.tenant_id, _column.id < first_id_at(meant.before_ms)]
    if edge is not None:
        mine.append(_column.id > edge)
    if meant.ids:
        return [*mine, one_of(_column.id, meant.ids)], None
    mine += _born(meant.wanted)
    far = select(_column.id).where(*mine).order_by(_column.id).offset(LOOKED_AT_MOST - 1).limit(1)
    last = connection.execute(far).scalar()
    if last is not None:
        mine.append(_column.id <= last)
    return [*mine, *conditions_of(meant.wanted)], last


def _born(wanted: DeliveryFilter) -> list[ColumnElement[bool]]:
    """The filter's span, and the endpoint where there is only one: its index is shorter than the tenant's."""
    one = [_column.endpoint_id == wanted.endpoint_ids[0]] if len(wanted.endpoint_ids) == 1 else []
    return [*wanted.span.holds(_column.id), *one]


def _ids(kind: str, force: bool, inside: Sequence[ColumnElement[bool]]) -> Select[str]:
    """Those of a stretch that would not be refused, in order."""
    query = select(_column.id).join(endpoints, endpoints.c.id == _column.endpoint_id)
    return query.where(*inside, _verdict(kind, force) == "").order_by(_column.id)


def _verdict(kind: str, force: bool) -> ColumnElement[str]:
    """Why a delivery would be refused, "" for one that would not; the rules are those of storage/deliveries.py."""
    if kind == "deliveries.cancel":
        return case((_column.status.in_(("delivered", "cancelled", "sending")), "not_cancellable"), else_="")
    refused = ("cancelled", "sending") if force else ("delivered", "cancelled", "sending")
    return case(
        (_column.status.in_(refused), "not_retryable"),
        (endpoints.c.status != "active", "endpoint_disabled"),
        (~_WITH_CONTENT, "content_expunged"),
        else_="",
    )
