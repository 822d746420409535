"""The kinds of steps: how each reads its `with`, and how the short ones run.

Short work touches nothing but its input and is done in the turn that starts it; the rest runs beside it (long.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hookspan.model.workflows import StepKind
from hookspan.workflows.members import Members
from hookspan.workflows.steps import branch, child, emit, external, hand_on, http, python, transform, wait
from hookspan.workflows.steps.outcome import Call, Outcome

READERS: Mapping[StepKind, Callable[[Members], object]] = {
    "pass": hand_on.read,
    "transform": transform.read,
    "http": http.read,
    "branch": branch.read,
    "wait": wait.read,
    "emit": emit.read,
    "external": external.read,
    "python": python.read,
    "workflow": child.read,
}

# The work of a kind is what its reader made; the table pairs them, the type checker cannot.
SHORT: Mapping[StepKind, Callable[[Any, Call], Outcome]] = {
    "pass": hand_on.run,
    "transform": transform.run,
    "branch": branch.run,
    "wait": wait.run,
    "emit": emit.run,
    "external": external.run,
}
