"""`relay`: move the events that an application wrote into its own database (contracts D.4, G.1)."""

from __future__ import annotations

import click
import msgspec

from hookspan.cli.grammar import Command
from hookspan.cli.output import Column, labelled
from hookspan.cli.serve import settings_of
from hookspan.cli.session import Session, current
from hookspan.cli.target import NoTarget
from hookspan.client import Document
from hookspan.client.typed import Client


@click.command("relay", cls=Command)
@click.option("--database", "database_url", required=True, metavar="DSN", help="the application's database")
@click.option("--once", is_flag=True, help="move what is there now, then end")
@click.option("--status", is_flag=True, help="say how many events wait, and how many were refused")
def relay(database_url: str, once: bool, status: bool) -> None:
    """Move events from an application's outbox to hookspan, until stopped."""
    import hookspan.app.relay_command as work  # noqa: PLC0415 — no other command shall wait for the server's import

    session = current()
    if status:
        standing = work.outbox_standing(database_url)
        told = {"waiting": standing.waiting, "failed": standing.failed, "oldestAt": standing.oldest_at}
    else:
        told = {"moved": work.relay(database_url, _client(session), settings_of(session), once=once)}
    document = Document(msgspec.json.encode(told))
    pairs = [(name, document.text(name)) for name in told]
    session.output.one(document, labelled(pairs), [Column(name, name) for name in told])


def _client(session: Session) -> Client | None:
    """The client of the server that is named, if one is."""
    try:
        target = session.target
    except NoTarget:
        return None
    client = Client(target.url, target.token, timeout=session.timeout_s)
    session.closing.callback(client.close)
    return client
