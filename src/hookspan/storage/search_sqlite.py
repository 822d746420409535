"""The index of searches on SQLite: FTS5 with trigrams, walked by row number, newest or oldest document first.

It holds which documents have a trigram and not where, so what it finds is looked at once more. Documents that came
late stand out of order and are looked through beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, text

from hookspan.storage.dialect import insert_rows
from hookspan.storage.search_stretch import GRAMS_MOST, Document, Stretch
from hookspan.storage.tables import search_documents

LATE_STAND_APART = True

_BEHIND = {
    False: text(
        "SELECT place FROM search_documents WHERE tenant_id = :tenant AND id < :edge AND NOT late"
        " ORDER BY id DESC LIMIT 1"
    ),
    True: text(
        "SELECT place FROM search_documents WHERE tenant_id = :tenant AND id > :edge AND NOT late ORDER BY id LIMIT 1"
    ),
}
_HITS = (
    "WITH hits AS MATERIALIZED (SELECT rowid AS place FROM search_index"
    " WHERE search_index MATCH :grams AND rowid {} :place ORDER BY rowid {} LIMIT :most)"
    " SELECT d.id, d.tenant_id = :tenant AND NOT d.late AND instr(d.body, :needle) > 0 AS is_found"
    " FROM hits CROSS JOIN search_documents d ON d.place = hits.place ORDER BY d.place {}"
)
_FOUND = {False: text(_HITS.format("<=", "DESC", "DESC")), True: text(_HITS.format(">=", "ASC", "ASC"))}


def contains(body: ColumnElement[str], needle: str) -> ColumnElement[bool]:
    """Whether a text holds the needle, every character meaning itself."""
    return func.instr(body, bindparam(None, needle)) > 0


def documents_insert(connection: Connection, documents: Sequence[Document]) -> None:
    """Documents in order of their ids; the index follows by a trigger."""
    rows = [(each.tenant_id, each.id, each.late, each.body) for each in documents]
    insert_rows(connection, search_documents, "tenant_id id late body", rows)


def indexed(
    connection: Connection, tenant_id: str, needle: str, *, edge: str | None, rising: bool, most: int
) -> Stretch | None:
    """The next documents behind `edge` that the index finds, `most` looked at."""
    place: Any = 0 if rising else 2**62
    if edge is not None:
        place = connection.execute(_BEHIND[rising], {"tenant": tenant_id, "edge": edge}).scalar()
        if place is None:
            return Stretch((), None)
    asked = {"grams": _query(tenant_id, needle), "place": place, "most": most, "tenant": tenant_id, "needle": needle}
    rows = connection.execute(_FOUND[rising], asked).all()
    last = rows[-1].id if len(rows) == most else None
    return Stretch([row.id for row in rows if row.is_found], last, len(rows))


def _query(tenant_id: str, needle: str) -> str:
    grams = [needle[place : place + 3] for place in range(len(needle) - 2)]
    step = -(-len(grams) // GRAMS_MOST)
    tenant = f"\x01{tenant_id[-2:]}"
    return " AND ".join('"{}"'.format(gram.replace('"', '""')) for gram in (tenant, *grams[::step]))
