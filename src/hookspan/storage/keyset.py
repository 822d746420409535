"""Pages by key: no page shifts when rows are added, and page 10,000 costs what page 1 costs.

Ids are UUIDv7, so the order of ids is the order of birth and a span of time is a span of ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select


@dataclass(frozen=True, slots=True)
class Keyset:
    """Which page: `edge` is the id next to it and not in it; `backward` says the page lies before the edge.

    `counted` asks how many rows all pages hold; `slowest` orders receipts by what took longest.
    """

    limit: int
    edge: str | None = None
    backward: bool = False
    ascending: bool = False
    counted: bool = False
    slowest: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows there are; `is_capped` says that there may be more."""

    number: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one page in the order asked for, and whether there are more on either side.

    `first` and `last` are the ids next to which its neighbours begin; with a bounded scan they may lie beyond the rows.
    """

    rows: Sequence[Row[Any]]
    has_next: bool
    has_previous: bool
    first: str | None = None
    last: str | None = None
    total: Total | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open [from_ms, to_ms) of birth times; None is open."""

    from_ms: int | None = None
    to_ms: int | None = None

    def holds(self, identity: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The conditions on a UUIDv7 column."""
        conditions = []
        if self.first is not None:
            conditions.append(identity >= self.first)
        if self.end is not None:
            conditions.append(identity < self.end)
        return conditions

    @property
    def first(self) -> str | None:
        """What every id of the span is at least."""
        return None if self.from_ms is None else first_id_at(self.from_ms)

    @property
    def end(self) -> str | None:
        """What every id of the span is below."""
        return None if self.to_ms is None else first_id_at(self.to_ms)


ALWAYS = Span()
SCANNED_MOST = 50_000
"""Rows that one page of a filtered list may look through."""
COUNTED_MOST = 10_000
"""Up to here a list is counted exactly."""


def first_id_at(ms: int) -> str:
    """A text that sorts before every UUIDv7 born at `ms` or later and after every earlier one (RFC 9562 §5.7)."""
    digits = f"{min(max(ms, 0), 2**48 - 1):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def named_tenant(column: ColumnElement[str], tenant_id: str) -> ColumnElement[bool]:
    """The tenant's rows, for a statement that finds them by ids: without statistics a planner would take its index."""
    return func.coalesce(column, "") == tenant_id


def keyset_slice(
    connection: Connection,
    statement: Select[Any],
    identity: ColumnElement[str],
    keyset: Keyset,
    *,
    scanned: Select[Any] | None = None,
    scanned_most: int = SCANNED_MOST,
) -> Slice:
    """One page of `statement`, ordered by `identity`; asks for one row more to know whether there is a next page.

    `scanned` selects the ids to look through where no index serves the filters: at most `scanned_most` of
    them are looked at, so a page may come short, or empty, and still have a next one.
    """
    total = total_of(connection, statement, identity, scanned=scanned) if keyset.counted else None
    rising = keyset.ascending != keyset.backward
    order = identity.asc() if rising else identity.desc()
    if keyset.edge is not None:
        behind_edge = identity > keyset.edge if rising else identity < keyset.edge
        statement = statement.where(behind_edge)
        scanned = None if scanned is None else scanned.where(behind_edge)
    bound = None
    if scanned is not None:
        bound = connection.execute(scanned.order_by(order).offset(scanned_most - 1).limit(1)).scalar()
    if bound is not None:
        statement = statement.where(identity <= bound if rising else identity >= bound)
    rows = list(connection.execute(statement.order_by(order).limit(keyset.limit + 1)))
    name = str(identity.key)
    return replace(page_of(rows, keyset, lambda row: str(row._mapping[name]), bound=bound), total=total)


def total_of(
    connection: Connection, statement: Select[Any], identity: ColumnElement[str], *, scanned: Select[Any] | None = None
) -> Total:
    """How many rows `statement` holds: exactly up to COUNTED_MOST, and among the newest SCANNED_MOST `scanned`."""
    bound = None
    if scanned is not None:
        bound = connection.execute(scanned.order_by(identity.desc()).offset(SCANNED_MOST - 1).limit(1)).scalar()
    if bound is not None:
        statement = statement.where(identity >= bound)
    ids = statement.with_only_columns(identity, maintain_column_froms=True).order_by(None).limit(COUNTED_MOST + 1)
    number = connection.execute(select(func.count()).select_from(ids.subquery())).scalar_one()
    return Total(min(number, COUNTED_MOST), bound is not None or number > COUNTED_MOST)


def page_of(
    rows: list[Row[Any]], keyset: Keyset, edge_of: Callable[[Row[Any]], str], *, bound: str | None = None
) -> Slice:
    """The page of rows read in its direction, one more than it holds where there is a next one.

    `bound` is the edge behind which nothing was looked at.
    """
    more = len(rows) > keyset.limit
    rows = rows[: keyset.limit]
    near, far = (edge_of(rows[0]), edge_of(rows[-1])) if rows else (None, None)
    if not more and bound is not None:
        more, far = True, bound
    if keyset.backward:
        return Slice(rows[::-1], has_next=True, has_previous=more, first=far, last=near or keyset.edge)
    return Slice(rows, has_next=more, has_previous=keyset.edge is not None, first=near or keyset.edge, last=far)
