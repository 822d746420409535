"""`deliveries list | show | retry`: what is owed to endpoints and how each try went (contracts C.4, D.4)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, safe
from hookspan.cli.session import current
from hookspan.cli.tail import since_instant
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Event", "eventType", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Code", "lastStatusCode"),
    Column("Attempts", "attempts"),
    Column("Error", "lastError", cuttable=True, can_go=True),
    Column("URL", "url", cuttable=True, can_go=True),
    Column("Next attempt", "nextAttemptAt", can_go=True),
)
_RETRIED = (Column("ID", "id"), Column("Status", "status", is_status=True), Column("Next attempt", "nextAttemptAt"))

deliveries = Noun("deliveries", help="Deliveries: one event owed to one endpoint.")


@deliveries.command("list")
@click.option("--status", multiple=True, help="pending, sending, delivered, exhausted, cancelled, held; repeatable")
@click.option("--endpoint", "endpointId", metavar="ID")
@click.option("--event", "eventId", metavar="ID")
@click.option("--type", "eventType", metavar="TYPE")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_deliveries(status: tuple[str, ...], since: str | None, limit: int, **filters: str | None) -> None:
    """List deliveries, newest first; --status exhausted is the dead-letter list."""
    session, start = current(), since_instant(since)
    rows = session.client.deliveries.list(limit, status=list(status), **{"createdAt[gte]": start}, **filters)
    session.output.rows(rows, COLUMNS, "delivery")


@deliveries.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one delivery with its attempts."""
    session = current()
    delivery = session.client.deliveries.get(identity)
    attempts = [] if session.output.is_machine else list(session.client.deliveries.below(identity, "attempts"))
    session.output.one(delivery, _lines(session.output, delivery, attempts), COLUMNS)


def _lines(output: Output, delivery: Document, attempts: list[Document]) -> Iterator[str]:
    yield f"{output.paint('bold', 'Delivery')}  {safe(delivery, 'id')}"
    yield from labelled(
        [
            ("Status", " ".join(filter(None, [delivery.text("status"), delivery.text("statusReason")]))),
            ("Event", f"{delivery.text('eventType')}  {delivery.text('eventId')}"),
            ("Delivered as", delivery.text("deliveredName")),
            ("Endpoint", delivery.text("endpointId")),
            ("URL", delivery.text("url")),
            ("Profile", delivery.text("profile")),
            ("Attempts", f"{delivery.number('attempts')} of {delivery.number('maxAttempts')}"),
            ("Next attempt", delivery.text("nextAttemptAt")),
            ("Last error", delivery.text("lastError")),
            ("Created", delivery.text("createdAt")),
            ("Completed", delivery.text("completedAt")),
        ],
        indent="  ",
    )
    if attempts:
        yield output.paint("bold", f"Attempts ({len(attempts)})")
    for attempt in attempts:
        yield _attempt_line(output, attempt)


def _attempt_line(output: Output, attempt: Document) -> str:
    mark = output.paint("green", "✓") if attempt.text("outcome") == "delivered" else output.paint("red", "✗")
    code = attempt.text("statusCode") or "–"
    tried = f"{attempt.number('number'):>2}  {code:>3}  {safe(attempt, 'outcome')} in {attempt.number('durationMs')} ms"
    error = f"  {safe(attempt, 'error')}" if attempt.value("error") else ""
    return f"  {mark} {tried}  {output.paint('dim', safe(attempt, 'startedAt'))}{error}"


@deliveries.command("retry")
@click.argument("identity", metavar="ID")
@click.option("--force", is_flag=True, help="also when it was delivered already")
def retry(identity: str, force: bool) -> None:
    """Make the next attempt now: the same delivery, the same event id."""
    session = current()
    queued = session.client.deliveries.retry(identity, force=force)
    line = f"{session.output.paint('green', '✓')} queued the next attempt of {safe(queued, 'id')}"
    session.output.one(queued, [line], _RETRIED)
    session.output.hint(f"hookspan deliveries show {queued.text('id')}")
