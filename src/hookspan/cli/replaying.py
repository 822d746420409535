"""`events replay | diff` and `replays list`: new events of old ones, and what was changed (contracts B.7, C.3, D.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click
import msgspec

from hookspan.cli.event_options import query_members
from hookspan.cli.failures import DONE, Failed
from hookspan.cli.grammar import Noun
from hookspan.cli.jobs import bulk, followed, told
from hookspan.cli.output import Column, Output, labelled, safe
from hookspan.cli.publishing import events
from hookspan.cli.session import Session, current
from hookspan.cli.tail import since_instant
from hookspan.cli.terminal import shown
from hookspan.cli.values import json_raw
from hookspan.client import Document
from hookspan.client.nouns import Counted
from hookspan.model.json_patch import Operation, diff
from hookspan.model.jsonview import Json, read_json

ROUTE = "/api/v1/events/replay"
COLUMNS = (
    Column("Event", "eventId"),
    Column("Of", "sourceEventId"),
    Column("Replay", "replayCount"),
    Column("By", "actor", cuttable=True),
    Column("Reason", "reason", cuttable=True, can_go=True),
    Column("Modified", "modified", can_go=True),
    Column("Job", "jobId", can_go=True),
    Column("Created", "createdAt"),
)
_RESULT = (
    Column("Event", "eventId"),
    Column("Execution", "executionId"),
    Column("Replay", "replayCount"),
    Column("Of", "sourceEventId"),
)

_write = msgspec.json.Encoder(decimal_format="number").encode

__all__ = ["events", "replays"]

replays = Noun("replays", help="What was replayed, by whom and why.")


@events.command("replay", short_help="Make new events of old ones, named or found.")
@click.argument("identities", metavar="[ID]...", nargs=-1)
@click.option("--payload", metavar="JSON|@file|-", help="of one event: this in the place of its data")
@click.option("--reason", metavar="TEXT", help="why, for the audit log")
@click.option("--query", metavar="FILTERS", help="all that these filters choose, such as 'status=failed&type=order.*'")
@click.option("--since", metavar="AGE", help="with --query: not older than 10m, 24h, 7d or an instant")
@click.option("--until", metavar="AGE", help="with --query: older than 10m, 24h, 7d or an instant")
@click.option("--endpoint", "endpoints", metavar="ID", multiple=True, help="for these endpoints alone; repeatable")
@click.option("--rate", metavar="N", type=click.IntRange(min=1), help="events a second (default: 50)")
@click.option("--dry-run", is_flag=True, help="only count")
def replay(identities: tuple[str, ...], payload: str | None, dry_run: bool, **options: object) -> int:
    """Make new events of old ones: of those named, or of all that --query chooses."""
    body = _selection(identities, options) | _manner(options)
    if payload is not None and (len(identities) != 1 or dry_run):
        raise click.UsageError("--payload goes with one ID")
    if len(identities) == 1 and not dry_run and set(body) <= {"eventIds", "reason"}:
        return _replay_one(identities[0], payload, body)
    if payload is not None:
        raise click.UsageError("--payload goes with one ID and --reason alone")
    if identities and not dry_run:
        session = current()
        started = session.client.request("POST", ROUTE, json=body).document()
        return told(session, followed(session, started))
    return bulk("replay", ROUTE, body, noun="event", dry_run=dry_run)


def _selection(identities: Sequence[str], options: Mapping[str, object]) -> dict[str, object]:
    """Ids or a query, never both, never neither: nothing is done to all events by leaving words out."""
    query, spans = options["query"], {name: options[name] for name in ("since", "until") if options[name] is not None}
    if bool(identities) == (query is not None):
        raise click.UsageError("name events by ID, or choose them with --query, such as --query status=failed")
    if identities and spans:
        raise click.UsageError(f"--{next(iter(spans))} goes with --query")
    if identities:
        return {"eventIds": list(identities)}
    members = query_members(str(query))
    for option, name in (("since", "from"), ("until", "to")):
        if option in spans:
            members[name] = since_instant(str(spans[option]), option=f"--{option}")
    return {"query": members}


def _manner(options: Mapping[str, object]) -> dict[str, object]:
    endpoints = options["endpoints"]
    members: dict[str, object] = {
        "reason": options["reason"],
        "ratePerSecond": options["rate"],
        "endpointIds": list(endpoints) if isinstance(endpoints, tuple) and endpoints else None,
    }
    return {name: member for name, member in members.items() if member is not None}


def _replay_one(identity: str, payload: str | None, body: Mapping[str, object]) -> int:
    session = current()
    asked = {"modifiedPayload": json_raw(payload, "--payload"), "reason": body.get("reason")}
    given = {name: member for name, member in asked.items() if member is not None}
    made = session.client.request("POST", session.client.events.route(identity, "replay"), json=given).document()
    session.output.one(made, _made_lines(session.output, made), _RESULT)
    session.output.hint(f"hookspan events show {made.text('eventId')}")
    return DONE


def _made_lines(output: Output, made: Document) -> Iterator[str]:
    yield f"{output.paint('green', '✓')} replayed {safe(made, 'sourceEventId')} as {safe(made, 'eventId')}"
    pairs = [("Replay", made.text("replayCount")), ("Execution", made.text("executionId"))]
    yield from labelled(pairs, indent="  ")


@events.command("diff", short_help="Show how the data of two events differ.")
@click.argument("first", metavar="ID")
@click.argument("second", metavar="[ID]", required=False)
def difference(first: str, second: str | None) -> None:
    """Show how the data of two events differ; of one ID, what its replay changed. --format json: a JSON Patch."""
    session = current()
    older, newer = (first, second) if second is not None else (_source_of(session, first), first)
    old, new = _data(session, older), _data(session, newer)
    operations = diff(old, new)
    if session.output.is_machine:
        patch = [Document(_write(operation)) for operation in operations]
        session.output.rows(patch, [Column("Op", "op"), Column("Path", "path"), Column("Value", "value")], "change")
        return
    for operation in operations:
        session.output.say(_operation_line(session.output, operation, old))
    if not operations:
        session.output.say("the data are equal")


def _source_of(session: Session, identity: str) -> str:
    source = session.client.events.get(identity).text("sourceEventId")
    if not source:
        raise click.UsageError(f"{identity} is no replay: name a second ID")
    return source


def _data(session: Session, identity: str) -> Json:
    view = read_json(session.client.events.content(identity).content)
    if not view.is_json:
        raise Failed(f"the data of {identity} are no JSON")
    return view.value


def _operation_line(output: Output, operation: Operation, old: Json) -> str:
    path, kind = str(operation["path"]), operation["op"]
    place = shown(path) or "/"
    if kind == "add":
        return output.paint("green", f"+ {place}  {_short(operation['value'])}")
    was = _short(_at(old, path))
    if kind == "remove":
        return output.paint("red", f"- {place}  {was}")
    return output.paint("yellow", f"~ {place}  {was} → {_short(operation['value'])}")


def _short(value: Json) -> str:
    return shown(_write(value).decode("utf-8", "replace"))


def _at(value: Json, pointer: str) -> Json:
    """What a JSON Pointer (RFC 6901) leads to; it does lead somewhere, because it was made from this value."""
    for token in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(token)]
        elif isinstance(value, dict):
            value = value[token.replace("~1", "/").replace("~0", "~")]
    return value


@replays.command("list")
@click.option("--event", "eventId", metavar="ID", help="of this chain: any event of it")
@click.option("--actor", metavar="WHO")
@click.option("--job", "jobId", metavar="ID")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
@click.option("--until", metavar="AGE", help="older than 10m, 24h, 7d or an instant")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_replays(since: str | None, until: str | None, limit: int, **filters: str | None) -> None:
    """List replays, newest first."""
    session = current()
    span = {"from": since_instant(since), "to": since_instant(until, option="--until")}
    rows = Counted(session.client.request, "/api/v1/replays").list(limit, **filters, **span)
    session.output.rows(rows, COLUMNS, "replay", notes=_changes)


def _changes(row: Document) -> list[str]:
    """What a replay changed, below its row, every digit of it."""
    if row.value("diffTruncated"):
        return ["└─ changed too much to tell"]
    patch = [] if row.value("diff") is None else msgspec.json.decode(row.raw_members["diff"], type=list[_Operation])
    return [
        f"└─ {each.op} {each.path or '/'} {bytes(each.value).decode('utf-8', 'replace')}".rstrip() for each in patch
    ]


class _Operation(msgspec.Struct):
    op: str
    path: str
    value: msgspec.Raw = msgspec.Raw(b"")
