"""`workflows list | show | run | delete | versions | diff | export | schema`: what happens on an event (C.6, D.4)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import click
import msgspec

from hookspan.cli.execution_views import COLUMNS as EXECUTION_COLUMNS
from hookspan.cli.execution_views import execution_lines
from hookspan.cli.executions import await_execution, detail_of
from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, plain, safe
from hookspan.cli.session import Session, current
from hookspan.cli.terminal import Paint, shown, shown_json
from hookspan.cli.values import json_raw
from hookspan.cli.webhook_shapes import document_of
from hookspan.cli.workflow_views import workflow_lines
from hookspan.client import Document
from hookspan.model.yaml_reading import read_yaml

COLUMNS = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Version", "version"),
    Column("Updated", "updatedAt"),
)
VERSION_COLUMNS = (
    Column("Version", "version"),
    Column("Created", "createdAt"),
    Column("Steps", "steps"),
    Column("Triggers", "triggers", cuttable=True),
)
DIFF_COLUMNS = (Column("From", "from"), Column("To", "to"), Column("Steps", "steps"))
FILE_BYTES = 1_048_576
"""What the server takes in one request."""
_write = msgspec.json.Encoder(decimal_format="number").encode
_YAML = {"Accept": "application/yaml"}

workflows = Noun("workflows", help="Workflows: what happens on an event.")


@workflows.command("list")
@click.option("--status", multiple=True, help="draft, active, inactive, archived; repeatable")
@click.option("--q", metavar="TEXT", help="text in the name")
@click.option("--name", metavar="NAME", help="the whole name")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_workflows(status: tuple[str, ...], limit: int, **filters: str | None) -> None:
    """List workflows, newest first."""
    session = current()
    session.output.rows(session.client.workflows.list(limit, status=list(status), **filters), COLUMNS, "workflow")


@workflows.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one workflow: what starts it, its steps, where they meet."""
    session = current()
    workflow = session.client.workflows.get(identity)
    session.output.one(workflow, workflow_lines(session.output, workflow), COLUMNS)


@workflows.command("export", short_help="Print a workflow as a file that `apply` takes.")
@click.argument("identity", metavar="ID")
@click.option("--format", "-o", "-f", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@click.option("--version", "number", type=click.IntRange(min=1), help="an older version (default: the newest)")
def export(identity: str, form: str, number: int | None) -> None:
    """Print a workflow as a file that `apply` takes, without what the server sets."""
    session = current()
    text = yaml_of(session, identity, number)
    if form == "json":
        kept = _write(read_yaml(text.encode(), most_bytes=FILE_BYTES).value)
        text = msgspec.json.format(kept, indent=2).decode("utf-8", "replace") + "\n"
    say_text(session.output, text)


@workflows.command("schema", short_help="Print the JSON Schema of a workflow file.")
def schema() -> None:
    """Print the JSON Schema of a workflow file, for editors that know YAML."""
    session = current()
    found = session.client.request("GET", session.client.workflows.route("schema")).content
    text = msgspec.json.format(found, indent=2).decode("utf-8", "replace")
    say_text(session.output, text)


@workflows.command("versions")
@click.argument("identity", metavar="ID")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def versions(identity: str, limit: int) -> None:
    """List the versions of a workflow, newest first."""
    session = current()
    found = list(session.client.workflows.below(identity, "versions", limit=limit))
    rows = found if session.output.is_machine or session.output.fields else [_version_row(each) for each in found]
    session.output.rows(rows, VERSION_COLUMNS, "version")


def _version_row(version: Document) -> Document:
    triggers = plain([each.text("id") for each in version.rows("triggers")])
    row = {"version": version.number("version"), "createdAt": version.text("createdAt")}
    return document_of({**row, "steps": len(version.rows("steps")), "triggers": triggers})


@workflows.command("diff")
@click.argument("identity", metavar="ID")
@click.option("--from", "older", type=click.IntRange(min=1), help="version (default: the one before)")
@click.option("--to", "newer", type=click.IntRange(min=1), help="version (default: the newest)")
def diff(identity: str, older: int | None, newer: int | None) -> None:
    """Show what changed between two versions."""
    session = current()
    route = session.client.workflows.route(identity, "diff")
    found = session.client.request("GET", route, params={"from": older, "to": newer}).document()
    view = () if session.output.is_machine else _diff_lines(session, identity, found)
    session.output.one(found, view, DIFF_COLUMNS)


def _diff_lines(session: Session, identity: str, found: Document) -> Iterator[str]:
    output, ends = session.output, (found.number("from"), found.number("to"))
    yield output.paint("bold", f"Version {ends[0]} → {ends[1]}")
    for word, tone in (("added", "green"), ("removed", "red"), ("changed", "yellow")):
        if steps := plain(found.value(f"steps.{word}")):
            yield f"  {output.paint(tone, word)}  {shown(steps)}"
    texts = [yaml_of(session, identity, number) for number in ends]
    lines = list(text_diff(texts[0], texts[1], [f"version {number}" for number in ends]))
    yield from (tinted(line, output.paint) for line in lines)
    if not lines:
        yield "  no difference"


@workflows.command("delete", short_help="Delete a workflow that no source starts.")
@click.argument("identity", metavar="ID")
def delete(identity: str) -> None:
    """Delete a workflow that no source starts; executions under way end on their version."""
    session = current()
    if not session.confirm(f"delete workflow {identity}", "delete"):
        return
    session.client.workflows.delete(identity)
    line = f"{session.output.paint('green', '✓')} deleted {shown(identity)}"
    session.output.one(document_of({"deleted": identity}), [line], [Column("Deleted", "deleted")])


@workflows.command("run")
@click.argument("identity", metavar="ID")
@click.option("--input", "start", metavar="JSON|@file|-", help="what the trigger carries")
@click.option("--wait", "wait_s", metavar="SEC", type=click.FloatRange(min=0), help="wait for its end")
def run(identity: str, start: str | None, wait_s: float | None) -> None:
    """Start an execution."""
    session, carried = current(), json_raw(start, "--input")
    begun = session.client.workflows.run(identity, carried)
    if wait_s is None:
        line = f"{session.output.paint('green', '✓')} started {safe(begun, 'id')}"
        session.output.one(begun, [line], EXECUTION_COLUMNS)
        session.output.hint(f"hookspan executions show {begun.text('id')}")
        return
    ended = await_execution(session, begun.text("id"), wait_s)
    detail = detail_of(session, ended)
    session.output.one(ended, execution_lines(session.output, ended, detail), EXECUTION_COLUMNS)
    if ended.text("status") != "completed":
        raise Failed(f"execution {ended.text('status')}")


def yaml_of(session: Session, identity: str, number: int | None = None) -> str:
    """A workflow as the server exports it."""
    below = () if number is None else ("versions", str(number))
    route = session.client.workflows.route(identity, *below)
    return session.client.request("GET", route, headers=_YAML).content.decode("utf-8", "replace")


def say_text(output: Output, text: str) -> None:
    """Print a text of YAML or JSON as it is; on a terminal with the dangerous characters as escapes of theirs."""
    output.say((text if output.width is None else shown_json(text)).removesuffix("\n"))


def text_diff(before: str, after: str, titles: Sequence[str]) -> Iterator[str]:
    """The unified diff of two texts."""
    return difflib.unified_diff(before.splitlines(), after.splitlines(), titles[0], titles[1], lineterm="", n=2)


def tinted(line: str, paint: Paint) -> str:
    """A line of a diff in its colour."""
    return paint({"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "dim"), shown(line))
