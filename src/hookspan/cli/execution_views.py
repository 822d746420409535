"""Executions for people: one in full, its steps one a line, how far it is (contracts C.6, D.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from hookspan.cli.output import Column, Output, counted, labelled, plain, safe
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
STEP_COLUMNS = (
    Column("Step", "stepId"),
    Column("Kind", "kind"),
    Column("Status", "status", is_status=True),
    Column("Attempt", "attempt"),
    Column("Duration ms", "durationMs"),
    Column("Error", "error.message", cuttable=True),
)
BLOCKER_COLUMNS = (
    Column("ID", "id"),
    Column("Description", "description", cuttable=True),
    Column("Created", "createdAt"),
    Column("Resolved", "resolvedAt"),
)
MILESTONE_COLUMNS = (Column("ID", "id"), Column("Name", "name", cuttable=True), Column("Achieved", "achievedAt"))
FINAL = frozenset({"completed", "failed", "cancelled"})
BAR_CELLS = 20
_MARKS = {"completed": ("green", "✓"), "failed": ("red", "✗"), "cancelled": ("dim", "-"), "skipped": ("dim", "-")}
_EMPTY = Document(b"{}")


@dataclass(frozen=True, slots=True)
class Detail:
    """What is shown of an execution beside itself."""

    steps: Sequence[Document] = field(default_factory=tuple)
    progress: Document = _EMPTY


def execution_lines(output: Output, execution: Document, detail: Detail) -> Iterator[str]:
    """The execution, how far it is, its steps, blockers and milestones, its output."""
    yield f"{output.paint('bold', 'Execution')}  {safe(execution, 'id')}"
    duration = execution.text("durationMs")
    yield from labelled(
        [
            ("Workflow", f"{execution.text('workflowId')} version {execution.text('workflowVersion')}"),
            ("Status", execution.text("status")),
            ("Error", error_text(execution)),
            ("Trigger", f"{execution.text('triggerType')} {execution.text('triggerEventId')}"),
            ("Parent", execution.text("parentExecutionId")),
            ("Created", execution.text("createdAt")),
            ("Duration", f"{duration} ms" if duration else ""),
            ("Progress", progress_text(execution, detail.progress)),
        ],
        indent="  ",
    )
    if detail.steps:
        yield output.paint("bold", f"Steps ({len(detail.steps)})")
    yield from (f"  {step_line(output, step)}" for step in detail.steps)
    yield from _blocker_lines(output, detail.progress)
    yield from _milestone_lines(output, detail.progress)
    if execution.value("output") is not None:
        yield output.paint("bold", "Output")
        raw = bytes(execution.raw_members["output"])
        yield shown_json(msgspec.json.format(raw, indent=2).decode("utf-8", "replace"))


def progress_text(execution: Document, progress: Document) -> str:
    """`[##########..........] 50.0 %  1 of 2 steps, done about …`; nothing without a report."""
    percentage = progress.value("percentage")
    if not isinstance(percentage, int | float):
        return ""
    done = round(BAR_CELLS * percentage / 100)
    bar = "#" * done + "." * (BAR_CELLS - done)
    steps = f"{progress.number('completedTasks')} of {counted(progress.number('totalTasks'), 'step')}"
    due = progress.text("estimatedCompletion")
    about = f", done about {due}" if due and execution.text("status") not in FINAL else ""
    return f"[{bar}] {percentage:.1f} %  {steps}{about}"


def step_line(output: Output, step: Document) -> str:
    """`✓ fetch  completed  12 ms`, with the number of a later try, the error or reason, until when it is awaited."""
    status = step.text("status")
    tone, mark = _MARKS.get(status, ("yellow", "…"))
    said = [f"{output.paint(tone, mark)} {safe(step, 'stepId')}", shown(status)]
    if step.number("attempt") > 1:
        said.append(f"try {step.number('attempt')}")
    if step.text("durationMs"):
        said.append(f"{safe(step, 'durationMs')} ms")
    if step.value("error"):
        said.append(shown(error_text(step)))
    elif step.text("reason"):
        said.append(output.paint("dim", safe(step, "reason")))
    if status == "waiting" and step.text("nextAttemptAt"):
        said.append(output.paint("dim", f"until {safe(step, 'nextAttemptAt')}"))
    return "  ".join(said)


def ended_line(output: Output, execution: Document) -> str:
    """`time id workflow status in 12 ms`."""
    spent = f" in {safe(execution, 'durationMs')} ms" if execution.text("durationMs") else ""
    error = f"  {shown(error_text(execution))}" if execution.value("error") else ""
    time, status = output.paint("dim", safe(execution, "completedAt")), output.paint.status(execution.text("status"))
    return f"{time}  {safe(execution, 'id')}  {safe(execution, 'workflowId')}  {status}{spent}{error}"


def _blocker_lines(output: Output, progress: Document) -> Iterator[str]:
    blockers = progress.rows("blockers")
    if blockers:
        yield output.paint("bold", f"Blockers ({len(blockers)})")
    for blocker in blockers:
        is_gone = bool(blocker.text("resolvedAt"))
        mark = output.paint("green", "✓") if is_gone else output.paint("yellow", "!")
        at = blocker.text("resolvedAt") if is_gone else blocker.text("createdAt")
        told = f"{safe(blocker, 'description')}  {output.paint('dim', safe(blocker, 'id'))}"
        yield f"  {mark} {told}  {'resolved' if is_gone else 'since'} {shown(at)}"


def _milestone_lines(output: Output, progress: Document) -> Iterator[str]:
    milestones = progress.rows("milestones")
    if milestones:
        yield output.paint("bold", f"Milestones ({len(milestones)})")
    for milestone in milestones:
        at = milestone.text("achievedAt")
        mark = output.paint("green", "✓") if at else output.paint("dim", "○")
        yield f"  {mark} {safe(milestone, 'name')}  {output.paint('dim', safe(milestone, 'id'))}  {shown(at)}".rstrip()


def error_text(failed: Document) -> str:
    """Why an execution or step failed, in its own words."""
    return failed.text("error.message") or failed.text("error.code") or plain(failed.value("error"))
