"""The documents that searches look through, and the index of trigrams beside them, each database's own.

A document is the text of an event in lower case. `place` ascends with the ids but for `late` documents, whose events
were committed after younger ones. The rows of the index come and go with the documents.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, event, text
from sqlalchemy.schema import ExecutableDDLElement

from hookspan.storage.columns import Id, metadata, tenant_column

search_documents = Table(
    "search_documents",
    metadata,
    Column("place", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    tenant_column(),
    Column("id", Id, nullable=False),
    Column("late", Boolean, nullable=False, server_default=text("false")),
    Column("body", Text, nullable=False),
    UniqueConstraint("tenant_id", "id"),
    Index("ix_search_documents_late", "tenant_id", "id", sqlite_where=text("late"), postgresql_where=text("late")),
)

# Twice the same text: what a released migration says never changes, these follow the newest of them.
_INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5"
        "(body, content='', detail='none', columnsize=0, tokenize='trigram case_sensitive 1')",
        "CREATE TRIGGER search_documents_insert AFTER INSERT ON search_documents BEGIN "
        "INSERT INTO search_index(rowid, body) "
        "VALUES (new.place, char(1) || substr(new.tenant_id, -2) || char(1) || new.body); END",
        "CREATE TRIGGER search_documents_delete AFTER DELETE ON search_documents BEGIN "
        "INSERT INTO search_index(search_index, rowid, body) "
        "VALUES ('delete', old.place, char(1) || substr(old.tenant_id, -2) || char(1) || old.body); END",
    ),
    "postgresql": (
        "ALTER TABLE search_documents ADD COLUMN grams integer[] NOT NULL DEFAULT '{}'",
        "CREATE INDEX ix_search_documents_grams ON search_documents USING gin (grams) "
        "WITH (gin_pending_list_limit = 4096)",
    ),
}
for _dialect, _statements in _INDEX.items():
    for _statement in _statements:
        _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(search_documents, "after_create", _ddl.execute_if(dialect=_dialect))
