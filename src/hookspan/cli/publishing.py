"""`events publish`: one event or a file of them, the caller's own bytes (contracts C.3, D.4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from hookspan.cli.events import events
from hookspan.cli.failures import PARTLY
from hookspan.cli.output import Column, Output, counted, safe
from hookspan.cli.session import Session, current
from hookspan.cli.values import check_json, json_bytes, json_raw
from hookspan.cli.waiting import await_deliveries
from hookspan.client import Document

BATCH_EVENTS = 1_000
BATCH_BYTES = 4 * 1024 * 1024

__all__ = ["events"]

_PUBLISHED = (
    Column("ID", "id"),
    Column("Type", "type", cuttable=True),
    Column("Deliveries", "deliveries"),
    Column("Executions", "executions"),
    Column("Duplicate", "duplicate"),
)
_WAITED = (
    Column("Delivery", "id"),
    Column("Status", "status", is_status=True),
    Column("Code", "lastStatusCode"),
    Column("Attempts", "attempts"),
    Column("URL", "url", cuttable=True),
)


@events.command("publish")
@click.argument("event_type", metavar="TYPE", required=False)
@click.option("--data", "data", metavar="JSON|@file|-", help="the data, sent byte for byte (default: {})")
@click.option("--metadata", metavar="JSON", help="an object kept beside the data")
@click.option("--subject", help="what the event is about")
@click.option("--ordering-key", metavar="KEY", help="events that share it arrive in their order, at each endpoint")
@click.option("--schema-version", metavar="N", type=click.IntRange(min=1), help="version of the type the data fits")
@click.option("--idempotency-key", metavar="KEY", help="publishing again with this key makes no second event")
@click.option("--priority", type=click.IntRange(0, 3), help="0 low, 1 normal, 2 high, 3 critical")
@click.option("--deliver-at", metavar="INSTANT", help="RFC 3339, at most 30 days ahead; events cancel ID until then")
@click.option("--batch", metavar="FILE.ndjson", type=click.Path(path_type=Path), help="one event a line; - reads stdin")
@click.option("--wait", "wait_s", metavar="SEC", type=click.FloatRange(min=0), help="wait until every delivery ended")
def publish(event_type: str | None, batch: Path | None, wait_s: float | None, **options: str | int | None) -> int:
    """Publish one event, or with --batch many."""
    session = current()
    if batch is not None:
        if event_type is not None:
            raise click.UsageError("give TYPE or --batch, not both")
        return _publish_batch(session, batch)
    if event_type is None:
        raise click.UsageError("missing TYPE")
    published = _publish_one(session, event_type, options)
    session.output.one(published, _told(session.output, published), _PUBLISHED)
    session.output.hint(f"hookspan events show {published.text('id')}")
    if wait_s is not None:
        await_deliveries(
            session, published.text("id"), wait_s, lambda rows: session.output.rows(rows, _WAITED, "delivery")
        )
    return 0


def _publish_one(session: Session, event_type: str, options: dict[str, str | int | None]) -> Document:
    data = b"{}" if options["data"] is None else json_bytes(str(options["data"]), "--data")
    members: dict[str, object] = {
        "metadata": json_raw(_text(options["metadata"]), "--metadata"),
        "subject": options["subject"],
        "priority": options["priority"],
        "orderingKey": options["ordering_key"],
        "version": options["schema_version"],
        "deliverAt": options["deliver_at"],
    }
    return session.client.events.publish(
        event_type,
        data,
        idempotency_key=_text(options["idempotency_key"]),
        **{name: value for name, value in members.items() if value is not None},
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _told(output: Output, published: Document) -> Iterator[str]:
    again = " (published before)" if published.value("duplicate") else ""
    yield f"{output.paint('green', '✓')} published {safe(published, 'type')} {safe(published, 'id')}{again}"
    deliveries, executions = published.value("deliveries"), published.number("executions")
    if deliveries is None:
        yield "  fan-out continues in the background"
    elif not deliveries and not executions:
        yield "  matched no endpoint"
    else:
        started = f", started {counted(executions, 'execution')}" if executions else ""
        yield f"  matched {counted(published.number('deliveries'), 'endpoint')}{started}"


def _publish_batch(session: Session, path: Path) -> int:
    lines = [line for line in _lines_of(path) if line.strip()]
    for number, line in enumerate(lines, 1):
        check_json(line, f"--batch line {number}")
    verdicts: list[Document] = []
    for chunk in _chunks(lines):
        answer = session.client.events.publish_batch(chunk)
        verdicts += [_renumbered(row, len(verdicts)) for row in answer.rows("data")]
    columns = (
        Column("Line", "line"),
        Column("Status", "status", is_status=True),
        Column("ID", "id"),
        Column("Error", "error.detail", cuttable=True),
    )
    session.output.rows(verdicts, columns, "event")
    return PARTLY if any(row.text("status") == "rejected" for row in verdicts) else 0


def _lines_of(path: Path) -> list[bytes]:
    if str(path) == "-":
        return sys.stdin.buffer.read().split(b"\n")
    try:
        return path.read_bytes().split(b"\n")
    except OSError as fault:
        raise click.UsageError(f"--batch: {path}: {fault.strerror}") from fault


def _chunks(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    size = 0
    for line in lines:
        if chunk and (len(chunk) == BATCH_EVENTS or size + len(line) > BATCH_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += len(line)
    if chunk:
        yield chunk


def _renumbered(verdict: Document, before: int) -> Document:
    members: dict[str, object] = dict(verdict.raw_members)
    at = verdict.number("index") + before
    return Document(msgspec.json.encode({**members, "index": at, "line": at + 1}))
