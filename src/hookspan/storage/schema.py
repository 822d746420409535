"""Bring the schema up to this release, and tell where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from hookspan.errors import NotConfigured
from hookspan.storage.dialect import check_durability, lock_schema
from hookspan.storage.tables import instance


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """(revision of the database, newest revision of this release)."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision under a lock; raises NotConfigured for a schema of a later release."""
    config = _config()
    script = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        lock_schema(connection)
        check_durability(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        known = {revision.revision for revision in script.walk_revisions()}
        if current is None:
            _check_names(connection)
        elif current not in known:
            raise NotConfigured(
                f"the database is at revision {current}, newer than this release; upgrade hookspan, or give it a place "
                "of its own if the revision is another program's"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _check_names(connection: Connection) -> None:
    """A program's own database may have tables that are called as ours are."""
    taken = sorted(instance.metadata.tables.keys() & inspect(connection).get_table_names())
    if taken:
        raise NotConfigured(
            f"the database has tables of another program: {', '.join(taken)}; give hookspan another file or database, "
            "or on PostgreSQL a schema of its own by search_path"
        )
