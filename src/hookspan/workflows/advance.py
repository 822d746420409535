"""The machine of an execution: `advance(definition, state, occurrence) → (state, commands)`, pure.

It knows no storage, no clock and no network: times arrive with occurrences, waits leave as commands. An occurrence
that does not fit the state (a late answer, a second one, anything after the end) changes nothing and commands
nothing, so it may be told twice. Outputs are not its matter: the engine keeps them beside the state.
"""

from __future__ import annotations

from functools import singledispatch

from hookspan.model.executions import ENDED
from hookspan.model.workflows import Definition
from hookspan.workflows import happenings as happened
from hookspan.workflows.advancing import Advancing
from hookspan.workflows.again import reopen
from hookspan.workflows.happenings import Command, GiveUp, Occurrence, Publish, StartStep
from hookspan.workflows.marks import BLOCKED_AFTER_MS
from hookspan.workflows.state import Blocker, Problem, State

TIMED_OUT = Problem("timed_out", "no answer came in time")
_AGAIN = (happened.Retried, happened.Restarted)


def advance(
    definition: Definition, state: State, occurrence: Occurrence, *, blocked_after_ms: int = BLOCKED_AFTER_MS
) -> tuple[State, tuple[Command, ...]]:
    """What follows from an occurrence; every move is one of the tables in `model/executions.py`."""
    if (state.status in ENDED) != isinstance(occurrence, _AGAIN):
        return state, ()
    turn = Advancing.of(definition, state, now=occurrence.now, blocked_after_ms=blocked_after_ms)
    if not _apply(occurrence, turn):
        return state, ()
    turn.settle()
    return turn.result(), tuple(turn.commands)


@singledispatch
def _apply(occurrence: object, turn: Advancing) -> bool:
    """Do what an occurrence brings; False when it does not fit."""
    raise TypeError(f"no occurrence of an execution: {occurrence!r}")


@_apply.register
def _started(_: happened.Started, turn: Advancing) -> bool:
    if turn.status != "pending":
        return False
    turn.go("running")
    turn.started_at = turn.now
    turn.commands.append(Publish("execution.started"))
    for point in turn.definition.points:
        turn.expect(point)
    turn.look_at(turn.definition.steps)
    return True


@_apply.register
def _resumed(_: happened.Resumed, turn: Advancing) -> bool:
    for step_id, step in turn.steps.items():
        if step.status == "running":
            turn.commands.append(StartStep(step_id, step.attempt))
    if turn.status != "pending":
        turn.look_at(turn.definition.steps)
    return True


@_apply.register
def _judged(occurrence: happened.Judged, turn: Advancing) -> bool:
    step = turn.definition.by_id.get(occurrence.step_id)
    if step is None or turn.step(step.id).status != "pending" or turn.outlook(step) != "ready":
        return False
    if occurrence.problem is not None:
        turn.put(step.id, "running", attempt=turn.step(step.id).attempt + 1)
        turn.commands.append(Publish("step.started", step.id))
        turn.fail(step.id, occurrence.problem, occurrence.reason)
    elif occurrence.holds:
        turn.begin(step)
    else:
        turn.skip(step.id, is_cut=False, reason=occurrence.reason)
    return True


@_apply.register
def _granted(occurrence: happened.Granted, turn: Advancing) -> bool:
    if not turn.waits_for(occurrence.step_id, "grant"):
        return False
    turn.start(turn.definition.by_id[occurrence.step_id])
    return True


@_apply.register
def _short(occurrence: happened.Short, turn: Advancing) -> bool:
    if not turn.waits_for(occurrence.step_id, "grant") or turn.step(occurrence.step_id).is_short:
        return False
    turn.mark_short(occurrence.step_id)
    if occurrence.never is not None:
        # Nothing is gained by waiting for long before it is said.
        turn.alarms.pop(occurrence.step_id, None)
        blocker = _blocker(turn, occurrence.step_id)
        told = f"{blocker.description}: {occurrence.never}"
        turn.block(occurrence.step_id, Blocker(told, turn.now, occurrence.step_id))
    return True


@_apply.register
def _step_finished(occurrence: happened.StepFinished, turn: Advancing) -> bool:
    if not turn.fits(occurrence.step_id, occurrence.attempt):
        return False
    turn.complete(occurrence.step_id, occurrence.chosen, occurrence.reason)
    return True


@_apply.register
def _step_waits(occurrence: happened.StepWaits, turn: Advancing) -> bool:
    if not turn.fits(occurrence.step_id, occurrence.attempt):
        return False
    turn.wait(occurrence.step_id, occurrence.until, occurrence.then, is_blocking=occurrence.is_blocking)
    return True


@_apply.register
def _answered(occurrence: happened.Answered, turn: Advancing) -> bool:
    if not turn.waits_for(occurrence.step_id, "answer"):
        return False
    if occurrence.problem is None:
        turn.complete(occurrence.step_id)
    else:
        _refuse(turn, occurrence.step_id, occurrence.problem, occurrence)
    return True


@_apply.register
def _step_failed(occurrence: happened.StepFailed, turn: Advancing) -> bool:
    if not turn.fits(occurrence.step_id, occurrence.attempt):
        return False
    _fail(turn, occurrence)
    return True


def _fail(turn: Advancing, failed: happened.StepFailed) -> None:
    """Another try where that may help and there is one left, else the step failed for good."""
    step = turn.definition.by_id[failed.step_id]
    tries = failed.attempt - turn.step(step.id).base
    if not failed.is_retryable or tries >= step.retry.attempts:
        turn.fail(step.id, failed.problem, failed.reason)
        return
    wait_ms = step.retry.wait_ms(tries, random01=failed.random01)
    wished_ms = min(failed.retry_after_ms, step.retry.max_delay_ms)
    turn.wait(step.id, turn.now + max(wait_ms, wished_ms), "retry")
    turn.commands.append(Publish("step.retrying", step.id))


def _refuse(turn: Advancing, step_id: str, problem: Problem, told: happened.Answered | happened.TimerFired) -> None:
    """A try that waited for an answer had a refusal, or none in time."""
    attempt, may_pass = turn.step(step_id).attempt, isinstance(told, happened.TimerFired) or told.is_retryable
    failed = happened.StepFailed(turn.now, step_id, attempt, problem, is_retryable=may_pass, random01=told.random01)
    _fail(turn, failed)


@_apply.register
def _timer_fired(occurrence: happened.TimerFired, turn: Advancing) -> bool:
    subject = occurrence.subject
    is_blocked = turn.alarms.get(subject, turn.now + 1) <= turn.now
    if is_blocked:
        del turn.alarms[subject]
        turn.block(subject, _blocker(turn, subject))
    point = turn.definition.point_by_id.get(subject)
    due_at = turn.points[subject].due_at if subject in turn.points else turn.step(subject).due_at
    if due_at is None or due_at > turn.now:
        return is_blocked
    if point is not None:
        turn.fail_point(point, "not all arrived in time")
        return True
    match turn.step(subject).then:
        case "finish" if occurrence.problem is not None:
            turn.fail(subject, occurrence.problem)
        case "finish":
            turn.complete(subject)
        case "retry":
            turn.try_again(subject)
        case _:
            turn.commands.append(GiveUp(subject))
            _refuse(turn, subject, TIMED_OUT, occurrence)
    return True


def _blocker(turn: Advancing, subject: str) -> Blocker:
    point = turn.definition.point_by_id.get(subject)
    if point is not None:
        missing = [each for each in point.requires if each not in turn.points[subject].reached]
        return Blocker(f"{point.name} waits for {', '.join(missing)}", turn.now)
    step = turn.definition.by_id[subject]
    match turn.step(subject).then:
        case "grant":
            return Blocker(f"waiting for {', '.join(sorted(step.resources or ()))}", turn.now, subject)
        case "retry":
            return Blocker(f"{step.name} waits for its next try", turn.now, subject)
    return Blocker(f"{step.name} waits for an answer", turn.now, subject)


@_apply.register
def _milestone_told(occurrence: happened.MilestoneTold, turn: Advancing) -> bool:
    if occurrence.milestone_id in turn.milestones:
        return False
    turn.achieve(occurrence.milestone_id, occurrence.told_at)
    return True


@_apply.register
def _blocker_told(occurrence: happened.BlockerTold, turn: Advancing) -> bool:
    if occurrence.blocker_id in turn.blockers:
        return False
    turn.block(occurrence.blocker_id, Blocker(occurrence.description, occurrence.told_at, occurrence.step_id))
    return True


@_apply.register
def _blocker_gone(occurrence: happened.BlockerGone, turn: Advancing) -> bool:
    blocker = turn.blockers.get(occurrence.blocker_id)
    if blocker is None or blocker.resolved_at is not None:
        return False
    turn.unblock(occurrence.blocker_id, occurrence.told_at)
    return True


@_apply.register
def _retried(occurrence: happened.Retried, turn: Advancing) -> bool:
    step_id = occurrence.step_id
    if turn.status != "failed" or (step_id is not None and turn.step(step_id).status != "failed"):
        return False
    reopen(turn, [] if step_id is None else [step_id])
    return True


@_apply.register
def _restarted(occurrence: happened.Restarted, turn: Advancing) -> bool:
    if occurrence.step_id not in turn.steps:
        return False
    reopen(turn, turn.definition.from_step(occurrence.step_id))
    return True


@_apply.register
def _cancelled(_: happened.Cancelled, turn: Advancing) -> bool:
    turn.end("cancelled")
    return True


@_apply.register
def _aborted(occurrence: happened.Aborted, turn: Advancing) -> bool:
    turn.end("failed", occurrence.problem)
    return True
