"""Documents of searches: which events have none yet, writing theirs, taking them away, and how far the index reaches.

Events are followed by id. Ids of several processes are committed out of order, so the newest ones are left alone for
a moment, and what came later still is found by looking back. One process at a time writes: whoever holds the lease.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, exists, insert, select, update

from hookspan import failpoints
from hookspan.model.search_text import BODY_BYTES, search_text
from hookspan.storage import search_postgresql, search_sqlite
from hookspan.storage.dialect import one_of, own_way
from hookspan.storage.keyset import first_id_at
from hookspan.storage.search_stretch import Document
from hookspan.storage.tables import events, instance, search_documents, webhook_events

STATE = "search"

Documents = Sequence[Document]


@dataclass(frozen=True, slots=True)
class IndexState:
    """`edge` is the id up to which events have documents; `holder` writes until `held_until` (epoch ms)."""

    edge: str = ""
    holder: str = ""
    held_until: int = 0


def index_state(connection: Connection) -> IndexState:
    """How far the index reaches."""
    return _read(connection, select(instance.c.value).where(instance.c.name == STATE))


def index_lease(connection: Connection, holder: str, now: int, lease_ms: int) -> IndexState | None:
    """Take or keep the lease; None while another process has it."""
    query = select(instance.c.value).where(instance.c.name == STATE)
    if connection.execute(query).first() is None:
        connection.execute(insert(instance).values(name=STATE, value=_written(IndexState())))
    state = _read(connection, query.with_for_update())
    if state.holder != holder and now < state.held_until <= now + lease_ms:
        return None
    held = IndexState(state.edge, holder, now + lease_ms)
    _keep(connection, held)
    return held


def index_release(connection: Connection, holder: str) -> None:
    """Let others write at once."""
    state = index_state(connection)
    if state.holder == holder:
        _keep(connection, IndexState(state.edge))


@dataclass(frozen=True, slots=True)
class Unindexed:
    """Events without documents, their texts made; `edge` is the last id that was looked at."""

    documents: Sequence[Document]
    edge: str | None


def following(
    connection: Connection, edge: str, *, before_ms: int, most: int, body_bytes: int = BODY_BYTES
) -> Unindexed:
    """The next events behind `edge` that were born before then."""
    query = _texts().where(events.c.id > edge, events.c.id < first_id_at(before_ms)).order_by(events.c.id).limit(most)
    rows = connection.execute(query).all()
    documents = [_document(row, body_bytes, late=False) for row in rows if row.status != "expunged"]
    return Unindexed(documents, rows[-1].id if rows else None)


def overlooked(connection: Connection, *, after_ms: int, edge: str, most: int, body_bytes: int) -> Sequence[Document]:
    """Events up to `edge` and born since then that have no document: committed after younger ones."""
    document = search_documents.c
    has_one = exists().where(document.tenant_id == events.c.tenant_id, document.id == events.c.id)
    born = (events.c.id >= first_id_at(after_ms), events.c.id <= edge)
    query = _texts().where(*born, events.c.status != "expunged", ~has_one).order_by(events.c.id).limit(most)
    return [_document(row, body_bytes, late=True) for row in connection.execute(query)]


def documents_write(connection: Connection, holder: str, documents: Sequence[Document], edge: str | None) -> bool:
    """Write documents and move the edge; False when the lease was lost. What was erased meanwhile gets none."""
    state = _read(connection, select(instance.c.value).where(instance.c.name == STATE).with_for_update())
    if state.holder != holder:
        return False
    ids = [each.id for each in documents]
    living = select(events.c.id).where(one_of(events.c.id, ids), events.c.status != "expunged")
    # Locked, so that an erasure that runs beside us waits and then finds the document.
    alive = set(connection.execute(living.with_for_update(read=True)).scalars())
    tenants = sorted({each.tenant_id for each in documents})
    there = select(search_documents.c.id).where(
        one_of(search_documents.c.tenant_id, tenants), one_of(search_documents.c.id, ids)
    )
    alive -= set(connection.execute(there).scalars())
    own_way(connection, sqlite=search_sqlite, postgresql=search_postgresql).documents_insert(
        connection, [each for each in documents if each.id in alive]
    )
    if edge is not None:
        _keep(connection, IndexState(edge, state.holder, state.held_until))
    failpoints.reach("search.indexed")
    return True


def documents_delete(connection: Connection, tenant_id: str, ids: Sequence[str]) -> None:
    """Take the documents of these events away, and their rows of the index with them."""
    column = search_documents.c
    connection.execute(delete(search_documents).where(column.tenant_id == tenant_id, one_of(column.id, ids)))


def texts_of(
    connection: Connection, tenant_id: str, ids: Sequence[str], body_bytes: int = BODY_BYTES
) -> dict[str, str]:
    """The texts of these events as the index would have them, made now."""
    query = _texts().where(events.c.tenant_id == tenant_id, one_of(events.c.id, ids), events.c.status != "expunged")
    return {row.id: _document(row, body_bytes, late=False).body for row in connection.execute(query)}


def _texts() -> Select[Any]:
    receipt = webhook_events.c
    columns = (events.c.id, events.c.tenant_id, events.c.type, events.c.subject, events.c.status, events.c.data)
    return select(*columns, receipt.request_headers, receipt.request_body).outerjoin(
        webhook_events, receipt.id == events.c.id
    )


def _document(row: Row[Any], body_bytes: int, *, late: bool) -> Document:
    headers = json.loads(row.request_headers) if row.request_headers else ()
    body = row.data if row.request_body is None else row.request_body
    text = search_text(body, event_type=row.type, subject=row.subject, headers=headers, body_bytes=body_bytes)
    return Document(row.tenant_id, row.id, late, text)


def _read(connection: Connection, query: Select[Any]) -> IndexState:
    value = connection.execute(query).scalar()
    return IndexState() if value is None else IndexState(**json.loads(bytes(value)))


def _keep(connection: Connection, state: IndexState) -> None:
    connection.execute(update(instance).where(instance.c.name == STATE).values(value=_written(state)))


def _written(state: IndexState) -> bytes:
    return json.dumps(asdict(state)).encode()
