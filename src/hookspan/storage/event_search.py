"""A search as a stream: what has no document yet is read, the newest documents are compared, the rest is looked up.

Common needles are among the newest documents; for the others the index is asked. Where it would take too long
because each part of the needle is everywhere, the documents are compared one after another, as far as a page may look.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, TextClause, select, text

from hookspan.storage import search_postgresql, search_sqlite
from hookspan.storage.dialect import own_way
from hookspan.storage.keyset import Span
from hookspan.storage.search_index import index_state, texts_of
from hookspan.storage.search_stretch import Stretch, merged
from hookspan.storage.tables import events, search_documents

NEWEST = 3_000
"""Documents that are compared before the index is asked."""
ASKED = 1_000
"""Documents that the index is asked for at a time."""
READ = 200
"""Events without documents that are read at a time."""
LATE = 5_000
"""Late documents that are compared at a time."""

# The literal text lets the planner use the partial index.
_LATE = text("search_documents.late")


@dataclass(slots=True)
class searching:
    """The stream of ids whose text has the needle; reads as a word: `stretch = searching(…)(edge, rising=…)`."""

    connection: Connection
    tenant_id: str
    needle: str
    span: Span
    _reached: str | None = None
    _compared: bool = False
    _is_slow: bool = False

    def __call__(self, edge: str | None, *, rising: bool) -> Stretch:
        """The next stretch behind `edge`."""
        if self._reached is None:
            self._reached = index_state(self.connection).edge
        edge = self._entered(edge, rising=rising)
        stretch = self._rising(edge, self._reached) if rising else self._falling(edge, self._reached)
        return self._within(stretch, rising=rising)

    def _entered(self, edge: str | None, *, rising: bool) -> str | None:
        """Where the span begins when that is farther than the edge."""
        first, end = self.span.first, self.span.end
        if rising:
            return max(edge or "", first) if first else edge
        return min(edge or "~", end) if end else edge

    def _within(self, stretch: Stretch, *, rising: bool) -> Stretch:
        """Ended where the span ends."""
        first, end = self.span.first, self.span.end
        ids = [each for each in stretch.ids if (first or "") <= each < (end or "~")]
        last = stretch.last
        if last is not None and ((end and last >= end) if rising else (first and last < first)):
            last = None
        return Stretch(ids, last, stretch.looked_at)

    def _falling(self, edge: str | None, reached: str) -> Stretch:
        if edge is None or edge > reached:
            unread = self._read(edge, reached, rising=False)
            if unread.last is not None:
                return unread
            documents = self._documents(edge, rising=False)
            return Stretch([*unread.ids, *documents.ids], documents.last, unread.looked_at + documents.looked_at)
        return self._documents(edge, rising=False)

    def _rising(self, edge: str | None, reached: str) -> Stretch:
        if edge is not None and edge >= reached:
            return self._read(edge, reached, rising=True)
        documents = self._documents(edge, rising=True)
        if documents.last is not None:
            return documents
        unread = self._read(reached, reached, rising=True)
        return Stretch([*documents.ids, *unread.ids], unread.last, unread.looked_at + documents.looked_at)

    def _read(self, edge: str | None, reached: str, *, rising: bool) -> Stretch:
        """Events behind the end of the index."""
        identity = events.c.id
        conditions = [events.c.tenant_id == self.tenant_id, identity > reached]
        if edge is not None:
            conditions.append(identity > edge if rising else identity < edge)
        query = select(identity).where(*conditions).order_by(identity.asc() if rising else identity.desc()).limit(READ)
        ids = self.connection.execute(query).scalars().all()
        texts = texts_of(self.connection, self.tenant_id, ids)
        found = [each for each in ids if self.needle in texts.get(each, "")]
        return Stretch(found, ids[-1] if len(ids) == READ else None, len(ids))

    def _documents(self, edge: str | None, *, rising: bool) -> Stretch:
        if not self._compared or self._is_slow:
            self._compared = True
            return self._compare(edge, rising=rising)
        way = own_way(self.connection, sqlite=search_sqlite, postgresql=search_postgresql)
        asked: Stretch | None = way.indexed(
            self.connection, self.tenant_id, self.needle, edge=edge, rising=rising, most=ASKED
        )
        if asked is None:
            self._is_slow = True
            return self._compare(edge, rising=rising)
        if not way.LATE_STAND_APART:
            return asked
        return merged([asked, self._compare(edge, rising=rising, late=True)], rising=rising)

    def _compare(self, edge: str | None, *, rising: bool, late: bool = False) -> Stretch:
        """Documents one after another; `late` only those that came late."""
        column = search_documents.c
        conditions: list[ColumnElement[bool] | TextClause] = [column.tenant_id == self.tenant_id]
        conditions += [_LATE] if late else []
        if edge is not None:
            conditions.append(column.id > edge if rising else column.id < edge)
        most = LATE if late else NEWEST
        order = column.id.asc() if rising else column.id.desc()
        some = select(column.id, column.body).where(*conditions).order_by(order).limit(most).subquery()
        way = own_way(self.connection, sqlite=search_sqlite, postgresql=search_postgresql)
        is_found = way.contains(some.c.body, self.needle)
        order = some.c.id.asc() if rising else some.c.id.desc()
        rows = self.connection.execute(select(some.c.id, is_found.label("is_found")).order_by(order)).all()
        found = [row.id for row in rows if row.is_found]
        return Stretch(found, rows[-1].id if len(rows) == most else None, 0 if late else len(rows))
