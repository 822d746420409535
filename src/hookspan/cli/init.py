"""`init`: a new instance, ready for its first `serve`: settings file, keys, first owner (contracts D.4)."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Command
from hookspan.cli.output import Output, labelled
from hookspan.cli.serve import settings_of
from hookspan.cli.session import current
from hookspan.cli.webhook_shapes import document_of
from hookspan.client import Document

if TYPE_CHECKING:
    from hookspan.access.instance import Greeting
    from hookspan.config import Settings

SETTINGS = "hookspan.toml"


@click.command("init", cls=Command)
@click.option("--database-url", metavar="DSN", help="PostgreSQL instead of SQLite in the data folder")
@click.option("--port", type=click.IntRange(1, 65_535), help="default: 8000")
def init(database_url: str | None, port: int | None) -> None:
    """Make a new instance: hookspan.toml, encryption key, first owner. What it prints is shown once."""
    session = current()
    folder = session.data_folder
    if (folder / SETTINGS).exists():
        raise Failed(f"{folder / SETTINGS} is there already")
    environment = session.place.environment
    is_elsewhere = database_url or environment.get("HOOKSPAN_DATABASE__URL")
    has_key = environment.get("HOOKSPAN_KEK") or environment.get("HOOKSPAN_KEK_FILE")
    kek = fresh_key() if is_elsewhere and not has_key else None
    settings = settings_of(session, database__url=database_url, server__port=port, kek=kek)
    import hookspan.app as application  # noqa: PLC0415 — the whole server; no other command shall wait for its import

    application.migrate(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with application.inside(settings) as started:
        _write_owned(folder / SETTINGS, settings_text(database_url, port))
        told = _told(settings, started.greeting, kek)
    session.output.one(told, _lines(session.output, told), [])
    session.output.hint(f"hookspan serve --data {folder}")


def fresh_key() -> str:
    """A ring of one key-encryption key, as `HOOKSPAN_KEK` takes it."""
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def settings_text(database_url: str | None, port: int | None) -> str:
    """The settings file: what was asked for, and nothing that has a default."""
    lines = ["# Settings of this instance; every name and default: hookspan's reference, page Settings."]
    if port is not None:
        lines += ["", "[server]", f"port = {port}"]
    if database_url:
        lines += ["", "[database]", f"url = {json.dumps(database_url)}"]
    return "\n".join(lines) + "\n"


def _write_owned(path: Path, text: str) -> None:
    """Write a file only its owner may read: a database URL may hold a password."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)


def _told(settings: Settings, greeting: Greeting | None, kek: str | None) -> Document:
    """What this instance is; secrets only where they were made now."""
    folder = settings.data
    own_key = settings.is_embedded and not settings.kek and not settings.kek_file
    return document_of(
        {
            "data": str(folder),
            "settings": str(folder / SETTINGS),
            "user": greeting.username if greeting else None,
            "password": greeting.password.reveal() if greeting else None,
            "ownerKey": greeting.api_key.reveal() if greeting else None,
            "kek": kek,
            "kekFile": str(folder / "hookspan.kek") if own_key else None,
        }
    )


def _lines(output: Output, told: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} made an instance in {told.text('data')}"
    yield from labelled(
        [
            ("Settings", told.text("settings")),
            ("User", told.text("user")),
            ("Password", told.text("password")),
            ("Owner key", told.text("ownerKey")),
            ("HOOKSPAN_KEK", told.text("kek")),
            ("Key file", told.text("kekFile")),
        ],
        indent="  ",
    )
    yield "Shown once. Keep the encryption key apart from the database: without it no secret can be read again."
