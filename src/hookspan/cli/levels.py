"""`priorities list | set` and `retention show | set`: how work is shared, how long records are kept (contracts B.9)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import current
from hookspan.client import Document

LEVELS = ("low", "normal", "high", "critical")
KINDS = ("events", "deliveries", "executions", "rejected", "tests", "audit")
_COLUMNS = (
    Column("Level", "level"),
    Column("Name", "name"),
    Column("Weight", "weight"),
    Column("SLA ms", "slaMs"),
    Column("Queued", "queued"),
    Column("Oldest ms", "oldestMs", can_go=True),
    Column("Breaches 24h", "breaches24h", can_go=True),
)
_RETENTION = "/api/v1/retention"
FOR_EVER = "never"

priorities = Noun("priorities", help="The four levels: how they share the work, what each promises.")
retention = Noun("retention", help="How long records are kept.")


@priorities.command("list")
def list_priorities() -> None:
    """List the levels, most urgent first."""
    session = current()
    session.output.rows(session.client.request("GET", "/api/v1/priorities").page().rows, _COLUMNS, "level")


@priorities.command("set")
@click.argument("level", metavar="LEVEL")
@click.option("--weight", type=click.IntRange(min=1), help="its share of the work; for the whole instance")
@click.option("--sla-ms", metavar="MS|none", help="how long until its first attempt or step; none promises nothing")
def set_priority(level: str, weight: int | None, sla_ms: str | None) -> None:
    """Change a level: 0 to 3, or low, normal, high, critical."""
    number = str(LEVELS.index(level)) if level in LEVELS else level
    if number not in {"0", "1", "2", "3"}:
        raise click.UsageError(f"{level} is no level: use 0 to 3, or {', '.join(LEVELS)}")
    changes: dict[str, object] = {} if weight is None else {"weight": weight}
    if sla_ms is not None:
        changes["slaMs"] = None if sla_ms == "none" else _milliseconds(sla_ms)
    if not changes:
        raise click.UsageError("nothing to change: give --weight, --sla-ms or both")
    session = current()
    changed = session.client.request("PUT", f"/api/v1/priorities/{number}", json=changes).document()
    session.output.one(changed, _level_lines(session.output, changed), _COLUMNS)


def _milliseconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise click.UsageError(f"--sla-ms {text}: write milliseconds, or none")
    return int(text)


def _level_lines(output: Output, level: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} {safe(level, 'name')}"
    sla = f"{level.number('slaMs')} ms" if level.value("slaMs") else "none"
    yield from labelled([("Weight", level.text("weight")), ("SLA", sla)], indent="  ")


@retention.command("show")
def show_retention() -> None:
    """Show for how many days each kind of record is kept."""
    session = current()
    kept = session.client.request("GET", _RETENTION).document()
    session.output.one(kept, _retention_lines(session.output, kept), _DAYS)


@retention.command("set", short_help="Keep records for so many days, or for ever.")
@click.argument("wishes", metavar="KIND=DAYS...", nargs=-1, required=True)
def set_retention(wishes: tuple[str, ...]) -> None:
    """Keep records for so many days, 1 to 365, or never delete them: events=30 audit=never."""
    changes = dict(_wish(text) for text in wishes)
    session = current()
    kept = session.client.request("GET", _RETENTION).document()
    # The route takes the whole policy: what is absent there goes back to its default.
    body = {kind: changes.get(kind, kept.value(kind)) for kind in KINDS}
    changed = session.client.request("PUT", _RETENTION, json=body).document()
    session.output.one(changed, _retention_lines(session.output, changed), _DAYS)


_DAYS = tuple(Column(kind.capitalize(), f"{kind}.days") for kind in KINDS)


def _wish(text: str) -> tuple[str, dict[str, int | None]]:
    kind, equals, days = text.partition("=")
    is_number = days.isascii() and days.isdigit()
    if kind not in KINDS or not equals or not (is_number or days == FOR_EVER):
        raise click.UsageError(f"{text}: write KIND=DAYS or KIND={FOR_EVER}; kinds are {', '.join(KINDS)}")
    return kind, {"days": int(days) if is_number else None}


def _retention_lines(output: Output, kept: Document) -> Iterator[str]:
    yield output.paint("bold", "Kept for")
    yield from labelled([(kind, _days(kept, kind)) for kind in KINDS], indent="  ")
    deleted = plain(kept.value("lastRun.deleted")) if kept.value("lastRun") else ""
    yield from labelled(
        [("Next run", kept.text("nextRunAt")), ("Last run", kept.text("lastRun.startedAt")), ("Deleted", deleted)]
    )


def _days(kept: Document, kind: str) -> str:
    days = kept.value(f"{kind}.days")
    return "for ever" if days is None else f"{days} days"
