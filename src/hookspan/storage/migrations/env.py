"""Alembic's entry: runs on the connection that storage/schema.py hands in."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from hookspan.storage.columns import metadata


def run() -> None:
    """Migrate on the given connection, in one transaction."""
    connection = context.config.attributes["connection"]
    assert isinstance(connection, Connection)
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()


run()
