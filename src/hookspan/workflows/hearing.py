"""What a message from outside means to an execution as it stands: something that happens, nothing yet, nothing ever.

It happens when it is read, so that time only goes on. What people tell is dated by when they told it, as their answer
said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hookspan.model.executions import Message, MessageKind, resource_lease_id
from hookspan.model.workflows import Definition
from hookspan.workflows import happenings as happened
from hookspan.workflows.happenings import Occurrence
from hookspan.workflows.resources import number
from hookspan.workflows.state import Problem, State
from hookspan.workflows.steps import child, external, wait
from hookspan.workflows.steps.outcome import read_exact


@dataclass(frozen=True, slots=True)
class Heard:
    """What happens, to which step; an answer brings its `output`, a shortage its `detail`."""

    occurrence: Occurrence
    step_id: str | None = None
    output: object = None
    problem: Problem | None = None
    detail: Mapping[str, object] | None = None


Meaning: TypeAlias = Heard | Literal["later", "never"]
_Members: TypeAlias = dict[str, object]


def meaning(message: Message, definition: Definition, state: State, now: int) -> Meaning:
    """A signal nobody waits for yet is kept; what came too late or to another try means nothing."""
    payload = read_exact(message.payload)
    if message.kind == "signal":
        return _signal(message, definition, state, payload, now)
    members = payload if isinstance(payload, dict) else {}
    return _MEANINGS[message.kind](message, definition, state, members, now)


def _signal(message: Message, definition: Definition, state: State, payload: object, now: int) -> Meaning:
    for step in definition.steps:
        if isinstance(step.work, wait.Wait) and step.work.signal == message.topic and state.awaits_answer(step.id):
            return Heard(happened.Answered(now, step.id), step.id, payload)
    return "later"


def _answer(message: Message, definition: Definition, state: State, members: _Members, now: int) -> Meaning:
    """An answer to one try of a step that waits outside."""
    step = definition.by_id.get(message.topic)
    if step is None or not isinstance(step.work, external.External | child.Child):
        return "never"
    if not state.awaits_answer(step.id) or state.step(step.id).attempt != members.get("attempt"):
        return "never"
    problem = _problem(members.get("error"))
    # Whoever cancelled a child wants no other in its place.
    may_pass = problem is None or message.kind != "child" or problem.code != child.CANCELLED.code
    answered = happened.Answered(now, step.id, problem, is_retryable=may_pass)
    return Heard(answered, step.id, members.get("output"), problem)


def _problem(error: object) -> Problem | None:
    if not isinstance(error, dict):
        return None
    return Problem(str(error.get("code") or "failed"), str(error.get("message") or ""))


def _granted(message: Message, _: Definition, state: State, members: _Members, now: int) -> Meaning:
    step_id = message.topic
    if not _asked(message, state, members):
        return "never"
    return Heard(happened.Granted(now, step_id), step_id)


def _short(message: Message, _: Definition, state: State, members: _Members, now: int) -> Meaning:
    if not _asked(message, state, members):
        return "never"
    detail = {name: _amounts(members.get(name)) for name in ("requested", "available")}
    never = _too_small(detail["requested"], _amounts(members.get("tooSmall")))
    return Heard(happened.Short(now, message.topic, never), message.topic, detail={**detail, "reason": never})


def _too_small(requested: Mapping[str, float], pools: Mapping[str, float]) -> str | None:
    """Why a step waits for ever, unless somebody makes the pools larger."""
    if not pools:
        return None
    return "; ".join(
        f"asks for {number(requested[name])} {name}, the pool has {number(pools[name])}" for name in sorted(pools)
    )


def _amounts(given: object) -> dict[str, float]:
    return {str(name): float(amount) for name, amount in given.items()} if isinstance(given, dict) else {}


def _asked(message: Message, state: State, members: _Members) -> bool:
    """Whether the step asked under just this lease, and still does."""
    step = state.step(message.topic)
    lease_id = resource_lease_id(message.execution_id, message.topic, step.base)
    return step.then == "grant" and members.get("lease") == lease_id


def _milestone(message: Message, _: Definition, state: State, members: _Members, now: int) -> Meaning:
    return Heard(happened.MilestoneTold(now, message.topic, message.created_at))


def _blocker(message: Message, _: Definition, state: State, members: _Members, now: int) -> Meaning:
    step_id = members.get("stepId")
    told = happened.BlockerTold(
        now,
        message.topic,
        str(members.get("description", "")),
        message.created_at,
        step_id if isinstance(step_id, str) else None,
    )
    return Heard(told)


def _resolved(message: Message, _: Definition, state: State, members: _Members, now: int) -> Meaning:
    return Heard(happened.BlockerGone(now, message.topic, message.created_at))


def _cancel(message: Message, _: Definition, state: State, members: _Members, now: int) -> Meaning:
    return Heard(happened.Cancelled(now))


_MEANINGS: Mapping[MessageKind, Callable[[Message, Definition, State, _Members, int], Meaning]] = {
    "complete": _answer,
    "fail": _answer,
    "child": _answer,
    "granted": _granted,
    "short": _short,
    "milestone": _milestone,
    "blocker": _blocker,
    "resolved": _resolved,
    "cancel": _cancel,
}
