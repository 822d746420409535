"""`events list | search | show | cancel | export | tail`: look at what happened, follow it (contracts B.6, D.4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import click
import msgspec

from hookspan.cli.event_options import event_options, filters_of
from hookspan.cli.event_views import event_lines, json_lines, tailed_line
from hookspan.cli.exports import FORMS, form_wanted, save
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, safe
from hookspan.cli.picking import is_picked, rules_of
from hookspan.cli.session import Session, current
from hookspan.cli.tail import Follower, since_instant, steadily
from hookspan.cli.terminal import shown
from hookspan.client import Document, NotFound
from hookspan.client.nouns import Filter
from hookspan.model.rules import Rules

COLUMNS = (
    Column("ID", "id"),
    Column("Type", "type", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Request", "receipt.status", is_status=True, can_go=True),
    Column("Origin", "origin", can_go=True),
    Column("Deliveries", "counts.deliveries", can_go=True),
    Column("Created", "createdAt"),
)
_ROUTING = (
    Column("Kind", "kind"),
    Column("ID", "id"),
    Column("Matched", "matched"),
    Column("Reason", "reason", cuttable=True),
)
_CHAIN = (
    Column("ID", "id"),
    Column("Replay", "replayCount"),
    Column("Of", "sourceEventId", can_go=True),
    Column("Status", "receiptStatus", is_status=True),
    Column("By", "replay.actor", can_go=True),
    Column("Reason", "replay.reason", cuttable=True, can_go=True),
    Column("Modified", "replay.modified", can_go=True),
    Column("Created", "createdAt"),
)
_FORWARDS = (
    Column("ID", "id", can_go=True),
    Column("At", "createdAt"),
    Column("Code", "statusCode"),
    Column("Took ms", "durationMs"),
    Column("Target", "target", cuttable=True),
    Column("Error", "error", cuttable=True),
)
_FACETS = (Column("Facet", "facet"), Column("Value", "value", cuttable=True), Column("Count", "count"))
SORTS = ("-createdAt", "createdAt", "-processingTimeMs")

events = Noun("events", help="Publish events, look at them, follow and replay them.")


@events.command("list")
@event_options
@click.option("--q", metavar="TEXT", help="text in type, body or headers, at least 3 characters")
@click.option("--sort", type=click.Choice(SORTS), help="default: -createdAt")
@click.option("--facets", metavar="A,B", help="count by these instead of listing: status, webhookId, ...")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_events(limit: int, facets: str | None, **chosen: object) -> None:
    """List events, newest first."""
    _list(filters_of(chosen), limit, facets)


@events.command("search", short_help="List events whose type, body or headers hold a text.")
@click.argument("text", metavar="TEXT")
@event_options
@click.option("--sort", type=click.Choice(SORTS), help="default: -createdAt")
@click.option("--facets", metavar="A,B", help="count by these instead of listing")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def search(text: str, limit: int, facets: str | None, **chosen: object) -> None:
    """List events whose type, body or headers hold a text: events list --q TEXT."""
    _list({**filters_of(chosen), "q": text}, limit, facets)


def _list(filters: Mapping[str, Filter], limit: int, facets: str | None) -> None:
    session = current()
    if facets is None:
        session.output.rows(session.client.events.list(limit, **filters), COLUMNS, "event")
        return
    params = {**filters, "limit": 1, "facets": facets}
    found = session.client.request("GET", session.client.events.path, params=params).document().value("facets")
    session.output.rows(_facet_rows(found), _FACETS, "value")


def _facet_rows(found: object) -> Iterator[Document]:
    for facet, counts in (found if isinstance(found, dict) else {}).items():
        for value, count in sorted(counts.items(), key=lambda pair: -pair[1]):
            yield Document(msgspec.json.encode({"facet": facet, "value": value, "count": count}))


@events.command("show")
@click.argument("identity", metavar="ID")
@click.option("--request", "part", flag_value="request", help="the inbound request it was made of")
@click.option("--data", "part", flag_value="data", help="its data, byte for byte in a pipe")
@click.option("--routing", "part", flag_value="routing", help="who wanted it, who did not, and why")
@click.option("--chain", "part", flag_value="chain", help="the original and all its replays")
@click.option("--forwards", "part", flag_value="forwards", help="what local servers answered to hookspan listen")
def show(identity: str, part: str | None) -> None:
    """Show one event."""
    session = current()
    if part == "data":
        _show_data(session, identity)
    elif part == "routing":
        session.output.rows(session.client.events.below(identity, "routing"), _ROUTING, "endpoint")
    elif part == "chain":
        session.output.rows(session.client.events.chain(identity), _CHAIN, "event")
    elif part == "forwards":
        session.output.rows(session.client.events.below(identity, "forwards", limit=10), _FORWARDS, "forward")
    elif part == "request":
        request = session.client.events.request(identity)
        session.output.one(request, json_lines(request), [Column("Method", "method"), Column("Path", "path")])
    else:
        event = session.client.events.get(identity)
        session.output.one(event, event_lines(session.output, event), COLUMNS)


def _show_data(session: Session, identity: str) -> None:
    answer = session.client.events.content(identity)
    if session.output.width is None:
        sys.stdout.buffer.write(answer.content)
    elif "json" in answer.headers.get("content-type", ""):
        session.output.json(answer.content)
    else:
        for line in answer.content.decode("utf-8", "backslashreplace").split("\n"):
            session.output.say(shown(line))


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
@click.option("--bom", is_flag=True, help="begin CSV with a byte order mark, as some spreadsheets want it")
@event_options
@click.option("--q", metavar="TEXT", help="text in type, body or headers, at least 3 characters")
@click.option("--sort", type=click.Choice(["-createdAt", "createdAt"]), help="default: -createdAt")
def export(path: Path, form: str | None, bom: bool, **chosen: object) -> None:
    """Write events to a file, bodies included; - is stdout."""
    filters = filters_of(chosen) | ({"bom": True} if bom else {})
    save("/api/v1/events/export", path, form_wanted(path, form, current().given.text("format")), filters)


@events.command("tail")
@click.option("--type", "pattern", metavar="PATTERN", multiple=True, help="type or pattern; repeatable")
@click.option("--status", multiple=True, help="only events of this status; repeatable")
@click.option("--source", "webhookId", metavar="ID", multiple=True, help="came in at this source; repeatable")
@click.option("--where", metavar="JSON", help="filter rows over the data")
@click.option("--since", metavar="AGE", help="begin with what happened since 10m, 24h or an instant")
def tail(pattern: tuple[str, ...], where: str | None, since: str | None, **chosen: tuple[str, ...]) -> None:
    """Follow events as they happen; loses none over a reconnect."""
    session = current()
    rules = rules_of(where, "--where")
    filters = {"type": pattern, **chosen}
    following = {name: list(value) for name, value in filters.items() if value}
    follower = Follower(session.client, following, since_instant(since))
    session.output.talk(session.output.error_paint("dim", "following events, Ctrl-C ends"))
    with closing(follower.events()) as happening:
        for event in happening:
            if steadily(partial(_is_wanted, session, rules, event), session.sleep):
                _print_tailed(session, event)


def _is_wanted(session: Session, rules: Rules | None, event: Document) -> bool:
    """Whether the rows let it through; an event whose content was erased meanwhile has none to look at."""
    if rules is None:
        return True
    try:
        return is_picked(rules, event, session.client.events.content(event.text("id")).content)
    except NotFound:
        return False


def _print_tailed(session: Session, event: Document) -> None:
    if session.output.is_machine:
        session.output.lines([event], COLUMNS)
    else:
        session.output.say(tailed_line(session.output, event))
    session.output.out.flush()
