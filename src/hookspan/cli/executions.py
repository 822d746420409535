"""`executions list | show`: runs of workflows and their steps (contracts C.6, D.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
import msgspec

from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, Output, labelled, plain, safe
from hookspan.cli.session import Session, current
from hookspan.cli.terminal import shown, shown_json
from hookspan.client import Document

COLUMNS = (
    Column("ID", "id"),
    Column("Workflow", "workflowId", can_go=True),
    Column("Status", "status", is_status=True),
    Column("Trigger", "triggerType", can_go=True),
    Column("Duration ms", "durationMs", can_go=True),
    Column("Created", "createdAt"),
)
FINAL = frozenset({"completed", "failed", "cancelled"})
_MARKS = {"completed": ("green", "✓"), "failed": ("red", "✗"), "cancelled": ("dim", "-"), "skipped": ("dim", "-")}

executions = Noun("executions", help="Executions: runs of workflows.")


@executions.command("list")
@click.option("--workflow", "workflowId", metavar="ID")
@click.option("--status", multiple=True, help="pending, running, waiting, completed, failed, cancelled; repeatable")
@click.option("--event", "triggerEventId", metavar="ID", help="started by this event")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_executions(status: tuple[str, ...], limit: int, **filters: str | None) -> None:
    """List executions, newest first."""
    session = current()
    rows = session.client.executions.list(limit, status=list(status), **filters)
    session.output.rows(rows, COLUMNS, "execution")


@executions.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one execution with its steps."""
    session = current()
    execution = session.client.executions.get(identity)
    steps = [] if session.output.is_machine else list(session.client.executions.below(identity, "steps"))
    session.output.one(execution, execution_lines(session.output, execution, steps), COLUMNS)


def execution_lines(output: Output, execution: Document, steps: Sequence[Document]) -> Iterator[str]:
    """An execution for people."""
    yield f"{output.paint('bold', 'Execution')}  {safe(execution, 'id')}"
    duration = execution.text("durationMs")
    yield from labelled(
        [
            ("Workflow", f"{execution.text('workflowId')} version {execution.text('workflowVersion')}"),
            ("Status", execution.text("status")),
            ("Error", error_text(execution)),
            ("Trigger", f"{execution.text('triggerType')} {execution.text('triggerEventId')}"),
            ("Created", execution.text("createdAt")),
            ("Duration", f"{duration} ms" if duration else ""),
        ],
        indent="  ",
    )
    if steps:
        yield output.paint("bold", f"Steps ({len(steps)})")
    for step in steps:
        yield _step_line(output, step)
    if execution.value("output") is not None:
        yield output.paint("bold", "Output")
        raw = bytes(execution.raw_members["output"])
        yield shown_json(msgspec.json.format(raw, indent=2).decode("utf-8", "replace"))


def _step_line(output: Output, step: Document) -> str:
    tone, mark = _MARKS.get(step.text("status"), ("yellow", "…"))
    name = safe(step, "stepId")
    spent = f"  {safe(step, 'durationMs')} ms" if step.text("durationMs") else ""
    error = f"  {shown(error_text(step))}" if step.value("error") else ""
    return f"  {output.paint(tone, mark)} {name}  {safe(step, 'status')}{spent}{error}"


def error_text(failed: Document) -> str:
    """Why an execution or step failed, in its own words."""
    return failed.text("error.message") or plain(failed.value("error"))


def await_execution(session: Session, identity: str, wait_s: float) -> Document:
    """The execution once it ended; Failed when it takes longer."""

    def ended() -> Document | None:
        execution = session.client.executions.get(identity)
        return execution if execution.text("status") in FINAL else None

    return session.wait(wait_s, ended)
