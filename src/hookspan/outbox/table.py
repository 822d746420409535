"""The table `hookspan_outbox`, in the application's own database."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Connection, Engine, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.exc import DBAPIError

from hookspan.errors import NotConfigured

NAME = "hookspan_outbox"
_NO_TABLE = ("no such table", "does not exist", "doesn't exist", "undefined table")


class OutboxMissing(NotConfigured):
    """The database has no table `hookspan_outbox`."""

    def __init__(self) -> None:
        super().__init__(
            f"this database has no table {NAME}: call create_outbox(engine) once, or add outbox_table(metadata) "
            "to the metadata your migrations are made from"
        )


def outbox_table(metadata: MetaData) -> Table:
    """The table, for the caller's own metadata and migrations; `data` is JSON text, `created_at` epoch ms."""
    return Table(
        NAME,
        metadata,
        Column("id", String(36), primary_key=True),
        Column("tenant", String(100)),
        Column("type", String(100), nullable=False),
        Column("data", LargeBinary, nullable=False),
        Column("options", JSON, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("failed_reason", Text),
    )


OUTBOX = outbox_table(MetaData())


def create_outbox(bind: Engine | Connection) -> None:
    """Make the table where it is not there yet; with an async engine, `await connection.run_sync(create_outbox)`."""
    OUTBOX.create(bind, checkfirst=True)


def is_missing(error: DBAPIError) -> bool:
    """Whether a statement failed because the table is not there."""
    said = str(error.orig).lower()
    return NAME in said and any(words in said for words in _NO_TABLE)
