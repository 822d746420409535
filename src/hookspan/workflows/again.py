"""Let an ended execution run on: which steps begin anew, and which sync points wait again."""

from __future__ import annotations

from collections.abc import Iterable

from hookspan.model.executions import STEP_MOVES, check_move
from hookspan.model.workflows import Definition
from hookspan.workflows.advancing import Advancing
from hookspan.workflows.state import MEETING, StepState, is_lost


def reopen(turn: Advancing, step_ids: Iterable[str]) -> None:
    """These steps, and all that failed or were cancelled, are as if never begun; attempts count on."""
    again = _again(turn, step_ids)
    turn.change(each for each in again & turn.definition.by_id.keys() if turn.step(each).status == "completed")
    for step_id in again & turn.steps.keys():
        old = turn.steps[step_id]
        check_move(STEP_MOVES, old.status, "pending")
        turn.steps[step_id] = StepState(attempt=old.attempt, base=old.attempt)
    for point in turn.definition.points:
        old_point = turn.points.get(point.id, MEETING)
        if old_point.status != "completed" or again & set(point.requires):
            reached = tuple(each for each in old_point.reached if each not in again)
            turn.expect(point, reached)
            if reached:
                turn.watch_point(point)
    turn.go("running")
    turn.problem = None
    turn.look_at(turn.definition.steps)


def _again(turn: Advancing, step_ids: Iterable[str]) -> set[str]:
    definition = turn.definition
    again = set[str]()
    for step_id in step_ids:
        again |= _with_handled(definition, step_id)
    for step_id, step in turn.steps.items():
        if step.status == "cancelled":
            again.add(step_id)
        elif is_lost(definition, turn.steps, step_id):
            again |= _with_handled(definition, step_id)
    # A handler made up for the step, but not for the point that failed with it.
    missed = [point for point in definition.points if turn.points.get(point.id, MEETING).status == "failed"]
    for step_id in {each for point in missed for each in point.requires if turn.step(each).status == "failed"}:
        again |= definition.from_step(step_id)
    return again


def _with_handled(definition: Definition, step_id: str) -> frozenset[str]:
    """A failed step; where others handle it, with all that ran or was cut because of it."""
    return definition.from_step(step_id) if definition.by_id[step_id].on_error else frozenset({step_id})
