"""`keys create | list | revoke`: API keys (contracts C.7, security.md §9)."""

from __future__ import annotations

from collections.abc import Iterator

import click
import msgspec

from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import current
from hookspan.cli.terminal import shown
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("Prefix", "prefix"),
    Column("Scopes", "scopes", cuttable=True),
    Column("Last used", "lastUsedAt", can_go=True),
    Column("Expires", "expiresAt", can_go=True),
)

keys = Noun("keys", help="API keys.")


@keys.command("list")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_keys(limit: int) -> None:
    """List API keys; their secrets are not kept."""
    session = current()
    session.output.rows(session.client.keys.list(limit), COLUMNS, "key")


@keys.command("create")
@click.option("--name", "-n", required=True, help="who or what will use it")
@click.option("--scope", "-s", "scopes", required=True, multiple=True, help="such as events:publish; repeatable")
@click.option("--role", help="viewer, operator, integrator, designer, admin or owner")
@click.option("--expires-at", "expiresAt", metavar="INSTANT", help="RFC 3339; one year when absent")
def create(name: str, scopes: tuple[str, ...], **members: str | None) -> None:
    """Create an API key; it is shown once."""
    session = current()
    given = {member: value for member, value in members.items() if value is not None}
    scope_list = [scope for text in scopes for scope in text.split(",") if scope]
    made = session.client.keys.create({"name": name, "scopes": scope_list, **given})
    session.output.one(made, _created_lines(session.output, made), COLUMNS)
    session.output.talk(session.output.error_paint("dim", "this is the only time the key is shown"))


def _created_lines(output: Output, made: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} created {safe(made, 'id')}"
    members = [("Name", "name"), ("Scopes", "scopes"), ("Expires", "expiresAt"), ("Key", "key")]
    yield from labelled([(label, plain(made.value(path))) for label, path in members], indent="  ")


@keys.command("revoke")
@click.argument("identity", metavar="ID")
def revoke(identity: str) -> None:
    """Revoke an API key: it stops working within 5 seconds."""
    session = current()
    if not session.confirm(f"revoke key {identity}", "revoke"):
        return
    session.client.keys.delete(identity)
    gone = Document(msgspec.json.encode({"revoked": identity}))
    line = f"{session.output.paint('green', '✓')} revoked {shown(identity)}"
    session.output.one(gone, [line], [Column("Revoked", "revoked")])
