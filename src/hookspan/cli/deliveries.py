"""`deliveries list | show | retry | cancel | export`: what is owed to endpoints, how it went (contracts C.4, D.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from hookspan.cli.exports import FORMS, form_of, save
from hookspan.cli.failures import DONE
from hookspan.cli.grammar import Noun
from hookspan.cli.jobs import bulk
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


@deliveries.command("list", short_help="List deliveries, newest first.")
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


Filters = Callable[..., int]


def _filters(command: Filters) -> Filters:
    """The options that choose deliveries in bulk."""
    for option in (
        click.option("--dry-run", is_flag=True, help="only count"),
        click.option("--before", metavar="AGE", help="older than 10m, 24h, 7d or an instant"),
        click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant"),
        click.option("--type", "eventType", metavar="TYPE", help="of one event type"),
        click.option("--event", "eventId", metavar="ID", help="of one event"),
        click.option("--endpoint", "endpointId", metavar="ID", help="to one endpoint"),
        click.option("--status", multiple=True, help="of these statuses; repeatable"),
    ):
        command = option(command)
    return command


@deliveries.command("retry", short_help="Make the next attempt now, of those named or found.")
@click.argument("identities", metavar="[ID]...", nargs=-1)
@click.option("--force", is_flag=True, help="also what was delivered already")
@_filters
def retry(identities: tuple[str, ...], force: bool, dry_run: bool, **chosen: object) -> int:
    """Make the next attempt now: of the deliveries named, or of all that the options choose."""
    if len(identities) == 1 and not dry_run and not _is_chosen(chosen):
        return _retry_one(identities[0], force=force)
    body = {**_selection(identities, chosen), **({"force": True} if force else {})}
    return bulk("retry", "/api/v1/deliveries/retry", body, noun="delivery", dry_run=dry_run)


def _retry_one(identity: str, *, force: bool) -> int:
    session = current()
    queued = session.client.deliveries.retry(identity, force=force)
    line = f"{session.output.paint('green', '✓')} queued the next attempt of {safe(queued, 'id')}"
    session.output.one(queued, [line], _RETRIED)
    session.output.hint(f"hookspan deliveries show {queued.text('id')}")
    return DONE


@deliveries.command("cancel", short_help="End deliveries on purpose, named or found.")
@click.argument("identities", metavar="[ID]...", nargs=-1)
@_filters
def cancel(identities: tuple[str, ...], dry_run: bool, **chosen: object) -> int:
    """End deliveries on purpose: those named, or all that the options choose."""
    if len(identities) == 1 and not dry_run and not _is_chosen(chosen):
        return _cancel_one(identities[0])
    return bulk("cancel", "/api/v1/deliveries/cancel", _selection(identities, chosen), noun="delivery", dry_run=dry_run)


def _cancel_one(identity: str) -> int:
    session = current()
    ended = session.client.request("POST", session.client.deliveries.route(identity, "cancel")).document()
    session.output.one(ended, [f"{session.output.paint('green', '✓')} cancelled {safe(ended, 'id')}"], COLUMNS)
    return DONE


def _is_chosen(chosen: Mapping[str, object]) -> bool:
    return any(chosen.values())


def _selection(identities: Sequence[str], chosen: Mapping[str, object]) -> dict[str, object]:
    """Ids or a query, never both, never neither: nothing is done to all deliveries by leaving words out."""
    if bool(identities) == _is_chosen(chosen):
        raise click.UsageError("name deliveries by ID, or choose them with --status, --endpoint, --event or --type")
    if identities:
        return {"ids": list(identities)}
    query = {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items() if value}
    for option, name in (("since", "createdAt[gte]"), ("before", "createdAt[lt]")):
        if option in query:
            query[name] = since_instant(str(query.pop(option)), option=f"--{option}")
    return {"query": query}


@deliveries.command("export")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--as", "form", type=click.Choice(FORMS), help="form of the file (default: by its ending, else ndjson)")
@click.option("--status", multiple=True, help="repeatable")
@click.option("--endpoint", "endpointId", metavar="ID")
@click.option("--type", "eventType", metavar="TYPE")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
def export(path: Path, form: str | None, status: tuple[str, ...], since: str | None, **filters: str | None) -> None:
    """Write deliveries to a file; - is stdout."""
    chosen = {"status": list(status), "createdAt[gte]": since_instant(since), **filters}
    save("/api/v1/deliveries/export", path, form_of(path, form), chosen)
