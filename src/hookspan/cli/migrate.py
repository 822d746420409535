"""`migrate [up|status]`: the schema of the database (contracts D.4)."""

from __future__ import annotations

import click
import msgspec

from hookspan.cli.grammar import Command
from hookspan.cli.output import Column, labelled
from hookspan.cli.serve import settings_of
from hookspan.cli.session import current
from hookspan.client import Document


@click.command("migrate", cls=Command)
@click.argument("action", type=click.Choice(["up", "status"]), default="up")
@click.option("--url", "database_url", metavar="DSN", help="another database than the settings name")
def migrate(action: str, database_url: str | None) -> None:
    """Bring the database schema up to date, or say where it stands."""
    import hookspan.app as application  # noqa: PLC0415 — the whole server; no other command shall wait for its import

    session = current()
    settings = settings_of(session, database__url=database_url)
    if action == "status":
        status = Document(msgspec.json.encode(application.migration_status(settings)))
        pairs = [(name, status.text(name)) for name in status.members]
        session.output.one(status, labelled(pairs), [Column(name, name) for name in status.members])
        return
    applied = application.migrate(settings)
    document = Document(msgspec.json.encode({"applied": applied}))
    told = [f"{session.output.paint('green', '✓')} {step}" for step in applied] or ["nothing to do"]
    session.output.one(document, told, [Column("Applied", "applied")])
