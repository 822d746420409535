"""The pure machine told stories: steps in short, what they lead to, and what it says on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hookspan.model.retry import STEPS
from hookspan.model.rules import compile_rules
from hookspan.model.workflows import Definition, Step
from hookspan.workflows.advance import advance
from hookspan.workflows.happenings import Command, Occurrence, Publish
from hookspan.workflows.state import Problem, State

BROKEN = Problem("http_error", "HTTP 500")
PAID = compile_rules([{"fieldPath": "$.trigger.body.paid", "operator": "equals", "value": True}])
ONCE = replace(STEPS, max_attempts=1)


def step(step_id: str, needs: str = "", **members: object) -> Step:
    """A step that is tried once; `needs` are ids with blanks between them."""
    return replace(Step(step_id, step_id, "http", tuple(needs.split()), retry=ONCE), **members)  # type: ignore[arg-type]  # members by name


def tell(definition: Definition, *occurrences: Occurrence, state: State | None = None) -> tuple[State, list[Command]]:
    """The state after some occurrences and all commands they caused."""
    state, commands = state or State(), list[Command]()
    for occurrence in occurrences:
        state, more = advance(definition, state, occurrence)
        commands += more
    return state, commands


def published(commands: Iterable[Command]) -> list[str]:
    """The types of all facts, in order."""
    return [command.type for command in commands if isinstance(command, Publish)]


def statuses(state: State) -> dict[str, str]:
    """Where each step stands."""
    return {step_id: each.status for step_id, each in state.steps.items()}
