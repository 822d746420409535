"""`audit list | verify` and `queues show`: what the instance writes down about itself (contracts C.7, D.4)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled
from hookspan.cli.session import current
from hookspan.cli.tail import since_instant
from hookspan.client import Document
from hookspan.client.nouns import Collection

_AUDIT = (
    Column("At", "at"),
    Column("Actor", "actor"),
    Column("Action", "action"),
    Column("Resource", "resource"),
    Column("Address", "ip", can_go=True),
    Column("ID", "id", can_go=True),
)
_QUEUES = (
    Column("Priority", "priority"),
    Column("Name", "name"),
    Column("Deliveries", "depth"),
    Column("Oldest ms", "oldestMs"),
    Column("In flight", "inFlight"),
    Column("Executions", "executions.depth"),
    Column("Oldest ms", "executions.oldestMs", can_go=True),
    Column("In flight", "executions.inFlight", can_go=True),
    Column("Held", "held.depth", can_go=True),
    Column("Workers", "workers", can_go=True),
)

audit = Noun("audit", help="The audit log: who changed what.")
queues = Noun("queues", help="What waits to be done.")


@audit.command("list")
@click.option("--actor", metavar="WHO")
@click.option("--action", metavar="NAME")
@click.option("--resource", metavar="PATH")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_audit(since: str | None, limit: int, **filters: str | None) -> None:
    """List changes, newest first."""
    session, start = current(), since_instant(since)
    rows = Collection(session.client.request, "/api/v1/audit").list(limit, **{"createdAt[gte]": start}, **filters)
    session.output.rows(rows, _AUDIT, "change")


@audit.command("verify", short_help="Walk the chain of seals, and name what was altered.")
def verify() -> int:
    """Walk the chain of seals; exit 1 when a row was changed, moved or lost."""
    session = current()
    verdict = session.client.request("GET", "/api/v1/audit/verify").document()
    session.output.one(verdict, _verdict_lines(session.output, verdict), [Column("OK", "ok")])
    return DONE if verdict.value("ok") else FAILED


def _verdict_lines(output: Output, verdict: Document) -> Iterator[str]:
    yield output.paint("green", "✓ the chain holds") if verdict.value("ok") else output.paint("red", "✗ broken")
    yield from labelled(
        [
            ("Checked", verdict.text("checked")),
            ("Waiting", verdict.text("waiting")),
            ("Head", f"{verdict.text('head.place')} {verdict.text('head.seal')}"),
            ("First fault", verdict.text("fault.id")),
            ("At", verdict.text("fault.place")),
            ("Because", verdict.text("fault.reason")),
        ],
        indent="  ",
    )


@queues.command("show", short_help="Show what is due, what waits and what is under way.")
def show() -> None:
    """Show what is due and waits, how long, and what is under way, most urgent first."""
    session = current()
    session.output.rows(session.client.request("GET", "/api/v1/queues").page().rows, _QUEUES, "queue")
