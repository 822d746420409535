"""`workflows list | show | apply | run`: what happens on an event (contracts C.6, D.4)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import msgspec
import yaml

from hookspan.cli.executions import COLUMNS as EXECUTION_COLUMNS
from hookspan.cli.executions import await_execution, execution_lines
from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, counted, labelled, plain, safe
from hookspan.cli.session import Session, current
from hookspan.cli.terminal import shown
from hookspan.cli.values import json_raw
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Name", "name", cuttable=True),
    Column("Status", "status", is_status=True),
    Column("Version", "version"),
    Column("Updated", "updatedAt"),
)
_READ_ONLY = frozenset({"id", "version", "semver", "createdAt", "updatedAt", "tenantId"})

workflows = Noun("workflows", help="Workflows: what happens on an event.")


@workflows.command("list")
@click.option("--status", multiple=True, help="draft, active, inactive, archived; repeatable")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_workflows(status: tuple[str, ...], limit: int) -> None:
    """List workflows, newest first."""
    session = current()
    session.output.rows(session.client.workflows.list(limit, status=list(status)), COLUMNS, "workflow")


@workflows.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one workflow."""
    session = current()
    workflow = session.client.workflows.get(identity)
    session.output.one(workflow, _lines(session.output, workflow), COLUMNS)


def _lines(output: Output, workflow: Document) -> Iterator[str]:
    yield f"{output.paint('bold', 'Workflow')}  {safe(workflow, 'id')}"
    yield from labelled(
        [
            ("Name", workflow.text("name")),
            ("Description", workflow.text("description")),
            ("Status", workflow.text("status")),
            ("Version", f"{workflow.text('version')} ({workflow.text('semver')})"),
            ("Triggers", ", ".join(f"{row.text('id')} ({row.text('kind')})" for row in workflow.rows("triggers"))),
            ("Updated", workflow.text("updatedAt")),
        ],
        indent="  ",
    )
    steps = workflow.rows("steps")
    yield output.paint("bold", f"Steps ({len(steps)})")
    for step in steps:
        needs = plain(step.value("needs"))
        after = output.paint("dim", f" after {shown(needs)}") if needs else ""
        yield f"  {safe(step, 'id')}  {safe(step, 'kind')}{after}"


@workflows.command("apply")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def apply(path: Path) -> None:
    """Create the workflow of a YAML or JSON file, or bring the one of that name up to date; shows the diff first."""
    session, wanted = current(), _read_definition(path)
    known = _of_name(session, str(wanted["name"]))
    for line in _diff(known, wanted, path):
        session.output.talk(_tinted(session.output, line))
    if known is None:
        applied, verb = session.client.workflows.create(wanted), "created"
    else:
        applied, verb = session.client.workflows.replace(known.text("id"), wanted), "updated"
    told = f"{session.output.paint('green', '✓')} {verb} {safe(applied, 'id')}  version {safe(applied, 'version')}"
    session.output.one(applied, [told], COLUMNS)
    session.output.hint(f"hookspan workflows run {applied.text('id')} --wait 10")


def _read_definition(path: Path) -> Mapping[str, object]:
    try:
        read = yaml.safe_load(path.read_text())
    except OSError as fault:
        raise click.UsageError(f"{path}: {fault.strerror}") from fault
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise click.UsageError(f"{path} is neither YAML nor JSON: {str(fault).splitlines()[-1].strip()}") from fault
    if not isinstance(read, dict) or not read.get("name"):
        raise click.UsageError(f"{path} holds no workflow: a definition is an object with a name")
    return {str(name): value for name, value in read.items() if name not in _READ_ONLY}


def _of_name(session: Session, name: str) -> Document | None:
    found = [row for row in session.client.workflows.list() if row.text("name") == name]
    if len(found) > 1:
        raise Failed(f"{counted(len(found), 'workflow')} are called {name}: change one by id")
    return session.client.workflows.get(found[0].text("id")) if found else None


def _diff(known: Document | None, wanted: Mapping[str, object], path: Path) -> Iterator[str]:
    before = {} if known is None else _spoken_of(known.members, wanted)
    return difflib.unified_diff(_pretty(before), _pretty(wanted), "server", str(path), lineterm="", n=2)


def _spoken_of(known: object, wanted: object) -> object:
    """What the file speaks of: the server fills every other member with a default, which is no difference."""
    if isinstance(known, Mapping) and isinstance(wanted, Mapping):
        return {name: _spoken_of(value, wanted[name]) for name, value in known.items() if name in wanted}
    if isinstance(known, list) and isinstance(wanted, list):
        paired = [_spoken_of(one, other) for one, other in zip(known, wanted, strict=False)]
        return paired + known[len(paired) :]
    return known


def _pretty(definition: object) -> list[str]:
    if not definition:
        return []
    return msgspec.json.format(msgspec.json.encode(definition, order="sorted"), indent=2).decode().split("\n")


def _tinted(output: Output, line: str) -> str:
    tone = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "dim")
    return output.error_paint(tone, shown(line))


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
    steps = list(session.client.executions.below(ended.text("id"), "steps"))
    session.output.one(ended, execution_lines(session.output, ended, steps), EXECUTION_COLUMNS)
    if ended.text("status") != "completed":
        raise Failed(f"execution {ended.text('status')}")
