"""What a step is given and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import msgspec

from hookspan import observe
from hookspan.errors import TooLarge
from hookspan.model.events import NewEvent, NewExecution
from hookspan.model.paths import Scopes
from hookspan.model.templates import Template
from hookspan.workflows.state import Problem

exact = msgspec.json.Encoder(decimal_format="number")
"""JSON with every digit of a number kept: what a template renders is what is stored and sent."""
read_exact = msgspec.json.Decoder(float_hook=Decimal).decode

OUTPUT_BYTES = 1024 * 1024
"""The trigger and all outputs of an execution, what is handed on not counted twice (security §5.3)."""
TOO_LARGE = Problem("output_too_large", f"the trigger and all outputs together are over {OUTPUT_BYTES:,} bytes")


@dataclass(frozen=True, slots=True)
class Call:
    """One try of a step: whose, which, when, and what its templates may read. `depth` counts causing events."""

    tenant_id: str
    workflow_id: str
    execution_id: str
    step_id: str
    attempt: int
    now: int
    priority: int
    depth: int
    scopes: Scopes
    given: object
    """The step's input: the trigger's body, the output of the one step needed, or all outputs needed by id."""
    nesting: int = 0
    """How many executions this one runs inside."""
    room: int = 1
    """How many executions a child of this step may come to, itself included."""
    given_bytes: int = 0
    """What `given` would come to as JSON where it is put together of several outputs."""


@dataclass(frozen=True, slots=True)
class Done:
    """The work is done; `events` are published in the transaction that records this."""

    output: object
    shown: object = None
    """What to show as the step's input."""
    events: Sequence[NewEvent] = ()
    chosen: tuple[str, ...] = ()
    """The ways a branch takes."""
    reason: str | None = None
    """Why it takes them."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The try failed; `retry_after_ms` is the far side's wish."""

    problem: Problem
    is_retryable: bool = False
    retry_after_ms: int = 0
    shown: object = None
    reason: str | None = None
    """Which condition could not be judged, of a branch."""


@dataclass(frozen=True, slots=True)
class Asleep:
    """Nothing to do until an instant (epoch milliseconds); then the step hands on its input."""

    until: int


@dataclass(frozen=True, slots=True)
class Awaits:
    """Nothing to do until an answer comes from outside, or until an instant, without one for ever."""

    until: int | None
    is_blocking: bool = False
    """Whether a long wait is told of as a blocker."""
    child: NewExecution | None = None
    """The execution that answers, born in the transaction that records this."""
    triggered: NewEvent | None = None
    shown: object = None


Outcome: TypeAlias = Done | Broken | Asleep | Awaits


def faulty(call: Call, error: Exception) -> Broken:
    """A try that ended in a fault of hookspan; its text may hold content, so only its kind is told."""
    kind = type(error).__name__
    observe.fail("step.fault", execution=call.execution_id, step=call.step_id, error=kind)
    return Broken(Problem("internal_error", f"hookspan met a fault of its own ({kind})"), is_retryable=True)


def given(content: Template | None, call: Call) -> object:
    """What work is given: its `input` rendered, or the step's; raises TemplateError, or TooLarge before it is written.

    Many steps may hand on the same large value, and whoever needs them all would be given it as many times.
    """
    if content is not None:
        return rendered(content.render(call.scopes))["input"]
    if call.given_bytes > OUTPUT_BYTES:
        raise TooLarge(TOO_LARGE.message, code=TOO_LARGE.code)
    return call.given


def rendered(value: object) -> Mapping[str, object]:
    """The members of a rendered `with`."""
    assert isinstance(value, dict)
    return value
