"""Pages by key: no page shifts when rows are added, and page 10,000 costs what page 1 costs.

Ids are UUIDv7, so the order of ids is the order of birth and a span of time is a span of ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select


@dataclass(frozen=True, slots=True)
class Keyset:
    """Which page: `edge` is the id next to it and not in it; `backward` says the page lies before the edge."""

    limit: int
    edge: str | None = None
    backward: bool = False
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one page in the order asked for, and whether there are more on either side."""

    rows: Sequence[Row[Any]]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open [from_ms, to_ms) of birth times; None is open."""

    from_ms: int | None = None
    to_ms: int | None = None

    def holds(self, identity: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The conditions on a UUIDv7 column."""
        conditions = []
        if self.from_ms is not None:
            conditions.append(identity >= first_id_at(self.from_ms))
        if self.to_ms is not None:
            conditions.append(identity < first_id_at(self.to_ms))
        return conditions


ALWAYS = Span()


def first_id_at(ms: int) -> str:
    """A text that sorts before every UUIDv7 born at `ms` or later and after every earlier one (RFC 9562 §5.7)."""
    digits = f"{min(max(ms, 0), 2**48 - 1):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def keyset_slice(connection: Connection, statement: Select[Any], identity: ColumnElement[str], keyset: Keyset) -> Slice:
    """One page of `statement`, ordered by `identity`; asks for one row more to know whether there is a next page."""
    rising = keyset.ascending != keyset.backward
    if keyset.edge is not None:
        statement = statement.where(identity > keyset.edge if rising else identity < keyset.edge)
    ordered = statement.order_by(identity.asc() if rising else identity.desc()).limit(keyset.limit + 1)
    rows = list(connection.execute(ordered))
    more = len(rows) > keyset.limit
    rows = rows[: keyset.limit]
    if keyset.backward:
        return Slice(rows[::-1], has_next=True, has_previous=more)
    return Slice(rows, has_next=more, has_previous=keyset.edge is not None)
