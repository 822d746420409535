"""`executions`: runs of workflows, looked at, followed, moved and told (contracts C.6, D.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace

import click

from hookspan.cli.execution_views import (
    BLOCKER_COLUMNS,
    COLUMNS,
    FINAL,
    MILESTONE_COLUMNS,
    STEP_COLUMNS,
    Detail,
    ended_line,
    execution_lines,
    step_line,
)
from hookspan.cli.failures import Failed, Refusal, failure_of
from hookspan.cli.grammar import Noun
from hookspan.cli.output import Column, counted, safe
from hookspan.cli.session import Session, current
from hookspan.cli.tail import ENDS, Bell, Follower, since_instant, steadily
from hookspan.cli.terminal import shown
from hookspan.cli.values import json_bytes
from hookspan.client import Conflict, Document
from hookspan.model.ids import looks_like_id

_TRIGGER_TYPES = "webhook, webhook_replay, event, schedule, manual; repeatable"

executions = Noun("executions", help="Executions: runs of workflows.")


@executions.command("list")
@click.option("--workflow", "workflowId", metavar="ID|NAME", multiple=True, help="of this workflow; repeatable")
@click.option("--status", multiple=True, help="pending, running, waiting, completed, failed, cancelled; repeatable")
@click.option("--trigger", "triggerType", metavar="TYPE", multiple=True, help=_TRIGGER_TYPES)
@click.option("--event", "triggerEventId", metavar="ID", help="started by this event")
@click.option("--parent", "parentExecutionId", metavar="ID", help="children of this execution")
@click.option("--since", metavar="AGE", help="not older than 10m, 24h, 7d or an instant")
@click.option("--limit", "-l", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_executions(
    limit: int,
    since: str | None,
    workflowId: tuple[str, ...],
    **chosen: str | tuple[str, ...] | None,
) -> None:
    """List executions, newest first."""
    session, start = current(), since_instant(since)
    filters = {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}
    filters["workflowId"] = [_workflow_of(session, each) for each in workflowId]
    rows = session.client.executions.list(limit, **{"createdAt[gte]": start}, **filters)
    session.output.rows(rows, COLUMNS, "execution")


def _workflow_of(session: Session, named: str) -> str:
    """The id of a workflow that is named by it, or by its name; UsageError for one that nobody knows."""
    if looks_like_id(named):
        return named
    found = [row.text("id") for row in session.client.workflows.list(name=named)]
    if len(found) != 1:
        said = "no workflow is" if not found else f"{counted(len(found), 'workflow')} are"
        raise click.UsageError(f"--workflow: {said} called {named!r}; name it by its id")
    return found[0]


@executions.command("show", short_help="Show one execution: its steps, and how far it is.")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one execution: its steps, how far it is, what it waits for."""
    session = current()
    execution = session.client.executions.get(identity)
    detail = Detail() if session.output.is_machine else detail_of(session, execution)
    session.output.one(execution, execution_lines(session.output, execution, detail), COLUMNS)


def detail_of(session: Session, execution: Document) -> Detail:
    """Steps and progress of an execution."""
    known, identity = session.client.executions, execution.text("id")
    return Detail(list(known.below(identity, "steps")), known.progress(identity))


# -- following -----------------------------------------------------------------------------------------------------


@executions.command("tail", short_help="Follow one execution step by step, or all as they end.")
@click.argument("identity", metavar="[ID]", required=False)
@click.option("--workflow", "workflowId", metavar="ID|NAME", multiple=True, help="ends of this workflow; repeatable")
@click.option("--status", multiple=True, help="only what ended so: completed, failed, cancelled; repeatable")
@click.option("--since", metavar="AGE", help="begin with what ended since 10m, 24h or an instant")
def tail(identity: str | None, since: str | None, **chosen: tuple[str, ...]) -> None:
    """Follow one execution step by step until it ends; without ID, all executions as they end."""
    session = current()
    if identity is None:
        filters = {name: list(value) for name, value in chosen.items() if value}
        if "workflowId" in filters:
            filters["workflowId"] = [_workflow_of(session, each) for each in filters["workflowId"]]
        _follow_ends(session, Follower(session.client, filters, since_instant(since), ENDS))
        return
    if since is not None or any(chosen.values()):
        raise click.UsageError("--workflow, --status and --since choose among executions: leave out ID")
    ended = _follow_steps(session, identity)
    if not session.output.is_machine:
        session.output.say(ended_line(session.output, ended))
    if ended.text("status") != "completed":
        raise Failed(f"execution {ended.text('status')}")


def _follow_ends(session: Session, follower: Follower) -> None:
    session.output.talk(session.output.error_paint("dim", "following executions, Ctrl-C ends"))
    with closing(follower.events()) as ends:
        for execution in ends:
            if session.output.is_machine:
                session.output.lines([execution], COLUMNS)
            else:
                session.output.say(ended_line(session.output, execution))
            session.output.out.flush()


def _follow_steps(session: Session, identity: str) -> Document:
    """Say each step as it moves; the execution once it has ended."""
    known, said = session.client.executions, dict[str, tuple[str, str]]()
    execution = known.get(identity)
    with Bell(session.client, {"topics": "executions", "executionId": execution.text("id")}) as bell:
        while True:
            # The steps are read after the execution: of one that has ended they are the last word.
            execution = steadily(lambda: known.get(identity), session.sleep)
            steps = steadily(lambda: list(known.below(identity, "steps")), session.sleep)
            _say_steps(session, _moved(steps, said))
            if execution.text("status") in FINAL:
                return execution
            bell.wait()


def _moved(steps: Iterable[Document], said: dict[str, tuple[str, str]]) -> list[Document]:
    """The steps that stand otherwise than was said, in the order in which they moved."""
    moved = []
    for step in steps:
        standing = (step.text("status"), step.text("attempt"))
        if said.get(step.text("stepId"), ("pending", "0")) != standing:
            said[step.text("stepId")] = standing
            moved.append(step)
    return sorted(moved, key=lambda step: step.text("completedAt") or step.text("startedAt") or "~")


def _say_steps(session: Session, steps: Sequence[Document]) -> None:
    if session.output.is_machine and steps:
        session.output.lines(steps, STEP_COLUMNS)
    elif not session.output.is_machine:
        for step in steps:
            at = step.text("completedAt") or step.text("startedAt")
            session.output.say(f"{session.output.paint('dim', at)}  {step_line(session.output, step)}")
    session.output.out.flush()


def await_execution(session: Session, identity: str, wait_s: float) -> Document:
    """The execution once it ended; Failed, with the way to look at it, when it takes longer."""

    def ended() -> Document | None:
        execution = session.client.executions.get(identity)
        return execution if execution.text("status") in FINAL else None

    try:
        return session.wait(wait_s, ended)
    except Failed as late:
        hint = f"hookspan executions show {identity}"
        raise Failed(f"execution {identity} is {late}", hint=hint, code=late.code) from late


# -- moving --------------------------------------------------------------------------------------------------------


@executions.command("cancel")
@click.argument("identity", metavar="ID")
def cancel(identity: str) -> None:
    """End an execution; what is under way is cut."""
    _told("cancelled", current().client.executions.move(identity, "cancel"))


@executions.command("retry")
@click.argument("identity", metavar="ID")
@click.option("--step", metavar="STEP", help="only this failed step")
def retry(identity: str, step: str | None) -> None:
    """Try what failed again."""
    body = None if step is None else {"stepId": step}
    try:
        retried = current().client.executions.move(identity, "retry", json=body)
    except Conflict as error:
        hint = f"hookspan executions show {identity}"
        raise Refusal(replace(failure_of(error), hint=hint)) from error
    _told("tries again", retried, hint="tail")


@executions.command("restart-from")
@click.argument("identity", metavar="ID")
@click.argument("step", metavar="STEP")
def restart_from(identity: str, step: str) -> None:
    """Let an ended execution begin anew from a step on."""
    begun = current().client.executions.move(identity, "restart-from", json={"stepId": step})
    _told(f"begins anew from {shown(step)}:", begun, hint="tail")


@executions.command("signal", short_help="Send a signal.")
@click.argument("identity", metavar="ID")
@click.argument("topic", metavar="TOPIC")
@click.option("--data", "carried", metavar="JSON|@file|-", help="what the signal brings (default: null)")
def signal(identity: str, topic: str, carried: str | None) -> None:
    """Send what a waiting step waits for; it is kept until one does."""
    content = None if carried is None else json_bytes(carried, "--data")
    _told(f"signalled {shown(topic)} to", current().client.executions.move(identity, "signals", topic, content=content))


@executions.command("complete")
@click.argument("identity", metavar="ID")
@click.argument("step", metavar="STEP")
@click.option("--output", "made", metavar="JSON|@file|-", help="what the step's output is (default: null)")
def complete(identity: str, step: str, made: str | None) -> None:
    """Say that a step that waits outside is done."""
    content = b'{"output":' + (b"null" if made is None else json_bytes(made, "--output")) + b"}"
    _told(
        f"completed {shown(step)} of",
        current().client.executions.move(identity, "steps", step, "complete", content=content),
    )


@executions.command("fail")
@click.argument("identity", metavar="ID")
@click.argument("step", metavar="STEP")
@click.option("--message", metavar="TEXT", required=True, help="why")
@click.option("--code", metavar="CODE", default="failed", show_default=True, help="a word for programs")
def fail(identity: str, step: str, message: str, code: str) -> None:
    """Say that a step that waits outside failed."""
    body = {"error": {"code": code, "message": message}}
    _told(f"failed {shown(step)} of", current().client.executions.move(identity, "steps", step, "fail", json=body))


@executions.command("block")
@click.argument("identity", metavar="ID")
@click.argument("description", metavar="TEXT")
@click.option("--step", "stepId", metavar="STEP", help="the step that it keeps")
def block(identity: str, **told: str | None) -> None:
    """Tell of something that keeps an execution from going on."""
    body = {name: value for name, value in told.items() if value is not None}
    blocker = current().client.executions.move(identity, "blockers", json=body)
    _told("told of blocker", blocker, columns=BLOCKER_COLUMNS)


@executions.command("resolve")
@click.argument("identity", metavar="ID")
@click.argument("blocker", metavar="BLOCKER")
def resolve(identity: str, blocker: str) -> None:
    """Say that a blocker is gone."""
    gone = current().client.executions.move(identity, "blockers", blocker, "resolve")
    _told("resolved blocker", gone, columns=BLOCKER_COLUMNS)


@executions.command("achieve")
@click.argument("identity", metavar="ID")
@click.argument("milestone", metavar="MILESTONE")
def achieve(identity: str, milestone: str) -> None:
    """Say that a milestone is achieved."""
    achieved = current().client.executions.move(identity, "milestones", milestone, "achieve")
    _told("achieved milestone", achieved, columns=MILESTONE_COLUMNS)


def _told(words: str, answered: Document, *, hint: str = "", columns: Sequence[Column] = COLUMNS) -> None:
    output = current().output
    output.one(answered, [f"{output.paint('green', '✓')} {words} {safe(answered, 'id')}"], columns)
    if hint:
        output.hint(f"hookspan executions {hint} {answered.text('id')}")
