"""The index of searches on PostgreSQL: each document's trigrams as numbers, under a GIN index of the server's own.

A trigram is three bytes of the text in UTF-8, below seven bits that tell tenants apart: no extension, no dictionary.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, func, text

from hookspan.errors import TooSlow
from hookspan.storage.dialect import time_limit
from hookspan.storage.search_stretch import GRAMS_MOST, Document, Stretch

LATE_STAND_APART = False
INDEX_SECONDS = 0.5
"""How long the index may take: where every trigram is everywhere, walking through the documents is quicker."""

_INSERT = (
    "INSERT INTO search_documents (tenant_id, id, late, body, grams) "
    "SELECT t, i, l, b, g::integer[] FROM unnest(%s::varchar[], %s::varchar[], %s::boolean[], %s::text[], %s::text[])"
    " AS new(t, i, l, b, g)"
)
# Coalesced, so that only the index of trigrams can serve: the planner takes the tenant's for nearly as good.
_HITS = (
    "WITH hits AS MATERIALIZED (SELECT id, body FROM search_documents"
    " WHERE grams @> CAST(:grams AS integer[]) AND coalesce(tenant_id, '') = :tenant {})"
    " SELECT id, strpos(body, :needle) > 0 AS is_found FROM hits ORDER BY id {} LIMIT :most"
)
_FOUND = {
    (False, False): text(_HITS.format("", "DESC")),
    (False, True): text(_HITS.format("", "ASC")),
    (True, False): text(_HITS.format("AND coalesce(id, '') < :edge", "DESC")),
    (True, True): text(_HITS.format("AND coalesce(id, '') > :edge", "ASC")),
}


def contains(body: ColumnElement[str], needle: str) -> ColumnElement[bool]:
    """Whether a text holds the needle, every character meaning itself."""
    return func.strpos(body, bindparam(None, needle)) > 0


def documents_insert(connection: Connection, documents: Sequence[Document]) -> None:
    """Documents with their trigrams."""
    if documents:
        columns = ([each.tenant_id for each in documents], [each.id for each in documents])
        late = [each.late for each in documents]
        bodies = [each.body for each in documents]
        grams = ["{" + ",".join(map(str, grams_of(each.tenant_id, each.body))) + "}" for each in documents]
        connection.exec_driver_sql(_INSERT, (*columns, late, bodies, grams))


def indexed(
    connection: Connection, tenant_id: str, needle: str, *, edge: str | None, rising: bool, most: int
) -> Stretch | None:
    """The next documents behind `edge` that the index finds, `most` looked at; None when it would take too long."""
    grams = sorted(grams_of(tenant_id, needle))
    step = -(-len(grams) // GRAMS_MOST)
    asked = {"grams": grams[::step], "tenant": tenant_id, "needle": needle, "edge": edge, "most": most}
    try:
        with connection.begin_nested(), time_limit(connection, INDEX_SECONDS):
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            rows = connection.execute(_FOUND[(edge is not None, rising)], asked).all()
            connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
    except TooSlow:
        return None
    last = rows[-1].id if len(rows) == most else None
    return Stretch([row.id for row in rows if row.is_found], last, len(rows))


def grams_of(tenant_id: str, body: str) -> set[int]:
    """The trigrams of a text, as numbers of this tenant."""
    content = body.encode("utf-8", "replace")
    tenant = (zlib.crc32(tenant_id.encode()) & 0x7F) << 24
    return {tenant | a << 16 | b << 8 | c for a, b, c in set(zip(content, content[1:], content[2:], strict=False))}
