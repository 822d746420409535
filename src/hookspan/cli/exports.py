"""Save a streamed export to a file, whole or not at all (contracts B.6, C.4)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import click

from hookspan.cli.session import Session, current
from hookspan.cli.webhook_shapes import document_of
from hookspan.client.nouns import Filter

FORMS = ("csv", "json", "ndjson")


def form_of(path: Path, form: str | None) -> str:
    """The form asked for, else the one the file's ending names, else ndjson."""
    ending = path.suffix.lstrip(".").lower()
    return form or (ending if ending in FORMS else "ndjson")


def form_wanted(path: Path, form: str | None, general: str | None) -> str:
    """As `form_of`; --format, which also says how the result is told, decides where neither --as nor an ending does."""
    is_open = form is None and form_of(path, None) != path.suffix.lstrip(".").lower()
    return form_of(path, general if is_open and general in FORMS else form)


def save(route: str, path: Path, form: str, filters: Mapping[str, Filter]) -> None:
    """Write what the server sends; the file appears only when all of it came."""
    session = current()
    asked = {**filters, "format": form}
    if str(path) == "-":
        session.patient(lambda: poured(session, route, asked, sys.stdout.buffer))
        return
    try:
        size, is_truncated = session.patient(lambda: saved(session, route, asked, path))
    except OSError as fault:
        raise click.UsageError(f"{path}: {fault.strerror}") from fault
    told = document_of({"path": str(path), "format": form, "bytes": size})
    session.output.one(told, [f"{session.output.paint('green', '✓')} wrote {path}  {form}, {size} bytes"], [])
    if is_truncated:
        session.output.warn("there is more than one export holds: narrow it, for instance with --since")


def saved(session: Session, route: str, asked: Mapping[str, Filter], path: Path) -> tuple[int, bool]:
    """Download to a file that appears only whole; how many bytes, and whether more matched than may go out."""
    fresh = path.with_name(path.name + ".part")
    try:
        with fresh.open("wb") as file:
            told = poured(session, route, asked, file)
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    return told


def poured(session: Session, route: str, asked: Mapping[str, Filter], file: BinaryIO) -> tuple[int, bool]:
    """Write the parts as they come: an export may be larger than memory."""
    with session.client.download(route, asked) as answer:
        size = sum(file.write(part) for part in answer.parts)
        return size, answer.headers.get("x-hookspan-truncated") == "true"
