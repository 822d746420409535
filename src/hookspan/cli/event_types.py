"""`event-types list | show | create | update | archive | validate`: names and what their data look like (B.8, D.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click
import msgspec

from hookspan.cli.failures import DONE, FAILED
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import Session, current
from hookspan.cli.terminal import shown, shown_json
from hookspan.cli.values import json_bytes, json_raw
from hookspan.cli.webhook_shapes import document_of
from hookspan.client import Document
from hookspan.client.nouns import Collection

_PAGE = 1_000
COLUMNS = (
    Column("Name", "name"),
    Column("Version", "version"),
    Column("Built in", "builtIn"),
    Column("Also", "aliases", cuttable=True, can_go=True),
    Column("Description", "description", cuttable=True),
)

event_types = Noun("event-types", help="Event types: names, schemas, samples.")


def _collection(session: Session) -> Collection:
    return Collection(session.client.request, "/api/v1/event-types")


@event_types.command("list")
@click.option("--prefix", metavar="TEXT", help="only names that begin with it")
@click.option("--archived", is_flag=True, help="archived ones instead")
def list_types(prefix: str | None, archived: bool) -> None:
    """List event types by name."""
    session = current()
    session.output.rows(_pages(session, {"prefix": prefix, "archived": archived or None}), COLUMNS, "event type")


def _pages(session: Session, filters: Mapping[str, str | bool | None]) -> Iterator[Document]:
    seen = 0
    while True:
        params = {**filters, "limit": _PAGE, "offset": seen}
        page = session.client.request("GET", "/api/v1/event-types", params=params).page()
        yield from page.rows
        seen += len(page.rows)
        if not page.rows or seen >= (page.total or 0):
            return


@event_types.command("show")
@click.argument("name")
@click.option("--version", type=click.IntRange(min=1), help="an older version")
@click.option("--samples", is_flag=True, help="data as it may look")
def show(name: str, version: int | None, samples: bool) -> None:
    """Show one event type."""
    session = current()
    if samples:
        answer = session.client.request("GET", _collection(session).route(name, "samples"))
        session.output.json(bytes(answer.document().raw_members["data"]))
        return
    found = _collection(session).get(name, version=version)
    session.output.one(found, _lines(session.output, found), COLUMNS)


def _lines(output: Output, found: Document) -> Iterator[str]:
    yield f"{output.paint('bold', 'Event type')}  {safe(found, 'name')}"
    yield from labelled(
        [
            ("Description", found.text("description")),
            ("Version", found.text("version")),
            ("Canonical", found.text("canonical")),
            ("Also", plain(found.value("aliases"))),
            ("Compatibility", found.text("compatibility")),
            ("Built in", plain(found.value("builtIn"))),
            ("Archived", plain(found.value("archived"))),
        ],
        indent="  ",
    )
    if found.value("schema"):
        yield output.paint("bold", "Schema")
        yield shown_json(msgspec.json.format(found.raw_members["schema"], indent=2).decode("utf-8", "replace"))


@event_types.command("create")
@click.argument("name")
@click.option("--description")
@click.option("--schema", metavar="JSON|@file|-", help="JSON Schema 2020-12")
@click.option("--examples", metavar="JSON|@file|-", help="an array of data")
@click.option("--compatibility", type=click.Choice(["none", "backward"]))
def create(name: str, **options: str | None) -> None:
    """Register an event type."""
    session = current()
    made = _collection(session).create({"name": name, **_members(options)})
    line = f"{session.output.paint('green', '✓')} created {safe(made, 'name')}  version {safe(made, 'version')}"
    session.output.one(made, [line], COLUMNS)


def _members(options: Mapping[str, str | None]) -> dict[str, object]:
    members: dict[str, object] = {
        "description": options["description"],
        "schema": json_raw(options["schema"], "--schema"),
        "examples": json_raw(options["examples"], "--examples"),
        "compatibility": options["compatibility"],
    }
    return {name: value for name, value in members.items() if value is not None}


@event_types.command("update")
@click.argument("name")
@click.option("--description")
@click.option("--schema", metavar="JSON|@file|-", help="the new schema: a new version")
@click.option("--examples", metavar="JSON|@file|-")
@click.option("--compatibility", type=click.Choice(["none", "backward"]))
@click.option("--force", is_flag=True, help="also when it breaks the declared compatibility")
def update(name: str, force: bool, **options: str | None) -> None:
    """Change an event type; a changed schema is a new version."""
    session, changes = current(), _members(options)
    if not changes:
        raise click.UsageError("nothing to update")
    collection = _collection(session)
    known = collection.get(name)
    kept = {member: known.raw_members[member] for member in _WRITABLE if member in known.raw_members}
    params = {"force": True} if force else None
    answer = session.client.request("PUT", collection.route(name), json={**kept, **changes}, params=params)
    changed = answer.document()
    line = f"{session.output.paint('green', '✓')} updated {safe(changed, 'name')}  version {safe(changed, 'version')}"
    session.output.one(changed, [line], COLUMNS)


_WRITABLE = ("description", "schema", "examples", "compatibility")


@event_types.command("archive", short_help="Archive an event type; its history stays.")
@click.argument("name")
def archive(name: str) -> None:
    """Archive an event type: its history stays, nothing new is published under it where types are strict."""
    session = current()
    if not session.confirm(f"archive {name}", "archive"):
        return
    _collection(session).delete(name)
    line = f"{session.output.paint('green', '✓')} archived {shown(name)}"
    session.output.one(document_of({"archived": name}), [line], [Column("Archived", "archived")])


@event_types.command("validate")
@click.argument("name")
@click.option("--data", required=True, metavar="JSON|@file|-", help="the data to check")
@click.option("--version", type=click.IntRange(min=1), help="against an older version")
def validate(name: str, data: str, version: int | None) -> int:
    """Check data against the schema; exit 1 when they do not fit."""
    session = current()
    body: dict[str, object] = {"data": msgspec.Raw(json_bytes(data, "--data"))}
    if version is not None:
        body["version"] = version
    route = _collection(session).route(name, "validate")
    verdict = session.client.request("POST", route, json=body).document()
    session.output.one(verdict, _verdict_lines(session.output, verdict), [Column("Valid", "valid")])
    return DONE if verdict.value("valid") else FAILED


def _verdict_lines(output: Output, verdict: Document) -> Iterator[str]:
    yield output.paint("green", "valid") if verdict.value("valid") else output.paint("red", "not valid")
    for fault in verdict.rows("errors"):
        yield f"  {safe(fault, 'pointer') or '/'}: {safe(fault, 'detail')}"
