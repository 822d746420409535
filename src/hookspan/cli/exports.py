"""Save a streamed export to a file, whole or not at all (contracts B.6, C.4)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

import click

from hookspan.cli.session import current
from hookspan.cli.webhook_shapes import document_of
from hookspan.client.nouns import Filter

FORMS = ("csv", "json", "ndjson")


def form_of(path: Path, form: str | None) -> str:
    """The form asked for, else the one the file's ending names, else ndjson."""
    ending = path.suffix.lstrip(".").lower()
    return form or (ending if ending in FORMS else "ndjson")


def save(route: str, path: Path, form: str, filters: Mapping[str, Filter]) -> None:
    """Write what the server sends; the file appears only when all of it came."""
    session = current()
    answer = session.client.request("GET", route, params={**filters, "format": form})
    if str(path) == "-":
        _write(sys.stdout.buffer, [answer.content])
        return
    fresh = path.with_name(path.name + ".part")
    try:
        with fresh.open("wb") as file:
            _write(file, [answer.content])
        fresh.rename(path)
    except OSError as fault:
        raise click.UsageError(f"{path}: {fault.strerror}") from fault
    size = len(answer.content)
    told = document_of({"path": str(path), "format": form, "bytes": size})
    session.output.one(told, [f"{session.output.paint('green', '✓')} wrote {path}  {form}, {size} bytes"], [])
    if answer.headers.get("x-hookspan-truncated") == "true":
        session.output.warn("there is more than one export holds: narrow it, for instance with --since")


def _write(file: BinaryIO, parts: Iterable[bytes]) -> None:
    for part in parts:
        file.write(part)
