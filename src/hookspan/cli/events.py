"""`events publish | cancel | list | show | tail | export`: send the caller's own bytes, look, follow (C.3, D.4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import click
import msgspec

from hookspan.cli.exports import FORMS, form_of, save
from hookspan.cli.failures import PARTLY
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, counted, labelled, plain, safe
from hookspan.cli.picking import is_picked, rules_of
from hookspan.cli.session import Session, current
from hookspan.cli.tail import Follower, since_instant
from hookspan.cli.terminal import shown, shown_json
from hookspan.cli.values import check_json, json_bytes, json_raw
from hookspan.cli.waiting import await_deliveries
from hookspan.client import Document

BATCH_EVENTS = 1_000
BATCH_BYTES = 4 * 1024 * 1024

COLUMNS = (
    Column("ID", "id"),
    Column("Type", "type", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Origin", "origin", can_go=True),
    Column("Deliveries", "counts.deliveries", can_go=True),
    Column("Created", "createdAt"),
)
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

_ROUTING = (
    Column("Kind", "kind"),
    Column("ID", "id"),
    Column("Matched", "matched"),
    Column("Reason", "reason", cuttable=True),
)

events = Noun("events", help="Publish events, look at them, follow them.")


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


@events.command("cancel")
@click.argument("identity", metavar="ID")
def cancel(identity: str) -> None:
    """Take back an event that is published for later."""
    session = current()
    event = session.client.request("POST", session.client.events.route(identity, "cancel")).document()
    session.output.one(event, [f"{session.output.paint('green', '✓')} cancelled {safe(event, 'id')}"], COLUMNS)


@events.command("export")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--as", "form", type=click.Choice(FORMS), help="form of the file (default: by its ending, else ndjson)")
@click.option("--type", "type_", metavar="PATTERN")
@click.option("--status", multiple=True, help="repeatable")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
def export(path: Path, form: str | None, type_: str | None, status: tuple[str, ...], since: str | None) -> None:
    """Write events to a file, bodies included; - is stdout."""
    chosen = {"type": type_, "status": list(status), "from": since_instant(since)}
    save("/api/v1/events/export", path, form_of(path, form), chosen)


@events.command("list")
@click.option("--type", "type_", metavar="PATTERN", help="type or pattern such as invoice.*")
@click.option("--status", multiple=True, help="repeatable")
@click.option("--origin", help="webhook, api, library, cli, workflow, replay or system")
@click.option("--source", "webhookId", metavar="ID", help="only events of one source")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_events(
    type_: str | None, status: tuple[str, ...], since: str | None, limit: int, **filters: str | None
) -> None:
    """List events, newest first."""
    session, start = current(), since_instant(since)
    rows = session.client.events.list(limit, type=type_, status=list(status), **{"from": start}, **filters)
    session.output.rows(rows, COLUMNS, "event")


@events.command("show")
@click.argument("identity", metavar="ID")
@click.option("--request", "part", flag_value="request", help="the inbound request it was made of")
@click.option("--data", "part", flag_value="data", help="its data, byte for byte in a pipe")
@click.option("--routing", "part", flag_value="routing", help="who wanted it, who did not, and why")
def show(identity: str, part: str | None) -> None:
    """Show one event."""
    session = current()
    if part == "data":
        _show_data(session, identity)
    elif part == "routing":
        session.output.rows(session.client.events.below(identity, "routing"), _ROUTING, "endpoint")
    elif part == "request":
        request = session.client.events.request(identity)
        session.output.one(request, json_lines(request), [Column("Method", "method"), Column("Path", "path")])
    else:
        event = session.client.events.get(identity)
        session.output.one(event, _event_lines(session.output, event), COLUMNS)


def _show_data(session: Session, identity: str) -> None:
    answer = session.client.events.content(identity)
    if session.output.width is None:
        sys.stdout.buffer.write(answer.content)
    elif "json" in answer.headers.get("content-type", ""):
        session.output.json(answer.content)
    else:
        for line in answer.content.decode("utf-8", "backslashreplace").split("\n"):
            session.output.say(shown(line))


def json_lines(document: Document) -> Iterator[str]:
    """A document as indented JSON, safe on a terminal."""
    yield shown_json(msgspec.json.format(document.raw, indent=2).decode("utf-8", "replace"))


def _event_lines(output: Output, event: Document) -> Iterator[str]:
    yield f"{output.paint('bold', 'Event')}  {safe(event, 'id')}"
    counts = [f"{event.number(f'counts.{name}')} {name}" for name in ("delivered", "exhausted")]
    yield from labelled(
        [
            ("Type", event.text("type")),
            ("Also", ", ".join(name for name in plain(event.value("names")).split(", ") if name != event.text("type"))),
            ("Status", event.text("status")),
            ("Origin", event.text("origin")),
            ("Created", event.text("createdAt")),
            ("Subject", event.text("subject")),
            ("Source", event.text("webhookId")),
            ("Workflow", event.text("workflowId")),
            ("Execution", event.text("executionId")),
            ("Replay of", event.text("sourceEventId")),
            ("Deliveries", ", ".join([str(event.number("counts.deliveries")), *counts])),
            ("Executions", str(event.number("counts.executions"))),
            ("Metadata", plain(event.value("metadata")) if event.value("metadata") else ""),
        ],
        indent="  ",
    )
    if event.value("dataBase64"):
        yield output.paint("dim", f"the data is no JSON: hookspan events show {safe(event, 'id')} --data")
    elif "data" in event.raw_members:
        yield output.paint("bold", f"Data  {safe(event, 'dataContentType')}, {event.number('dataSize')} bytes")
        yield from json_lines(Document(bytes(event.raw_members["data"])))


@events.command("tail")
@click.option("--type", "pattern", metavar="PATTERN", help="type or pattern such as invoice.*")
@click.option("--status", help="only events of this status")
@click.option("--where", metavar="JSON", help="filter rows over the data")
@click.option("--since", metavar="AGE", help="begin with what happened since 10m, 24h or an instant")
def tail(pattern: str | None, status: str | None, where: str | None, since: str | None) -> None:
    """Follow events as they happen; loses none over a reconnect."""
    session = current()
    rules = rules_of(where, "--where")
    filters = {"type": pattern, "status": status}
    follower = Follower(session.client, {name: value for name, value in filters.items() if value}, since_instant(since))
    session.output.talk(session.output.error_paint("dim", "following events, Ctrl-C ends"))
    with closing(follower.events()) as happening:
        for event in happening:
            if rules is None or is_picked(rules, event, session.client.events.content(event.text("id")).content):
                _print_tailed(session.output, event)


def _print_tailed(output: Output, event: Document) -> None:
    if output.is_machine:
        output.lines([event], COLUMNS)
    else:
        time, kind = output.paint("dim", event.text("createdAt")), output.paint("cyan", shown(event.text("type")))
        fate = f"{output.paint.status(safe(event, 'status'))} → {event.number('counts.deliveries')}"
        output.say(f"{time}  {kind}  {safe(event, 'id')}  {fate}")
    output.out.flush()
