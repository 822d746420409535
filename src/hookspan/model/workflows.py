"""Workflows: a graph of steps with its triggers, immutable per version, and the rules such a graph keeps.

Reading one from JSON, with a pointer to each fault, is in `workflows/validate.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from hookspan.model.retry import STEPS, RetryPolicy

StepKind = Literal["pass", "transform", "http", "wait", "emit"]
WorkflowStatus = Literal["draft", "active", "inactive", "archived"]

STEP_LIMIT = 200
DEFINITION_BYTES = 256 * 1024
DEPTH_LIMIT = 5
"""How many events may cause one another through workflows before the chain is cut."""
STEP_TIMEOUT_MS = 15_000


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the graph; `work` is what its kind compiled from `with` (workflows/steps)."""

    id: str
    name: str
    kind: StepKind
    needs: tuple[str, ...] = ()
    work: object = None
    timeout_ms: int = STEP_TIMEOUT_MS
    retry: RetryPolicy = STEPS


@dataclass(frozen=True)
class Definition:
    """One version of a workflow, ready to run. Steps stand in the order they were written."""

    steps: tuple[Step, ...]
    priority: int = 1
    trigger_ids: tuple[str, ...] = field(default=("trigger",))

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        """Steps by id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def followers(self) -> Mapping[str, tuple[Step, ...]]:
        """For each step those that need it, in the order written."""
        return {step.id: tuple(other for other in self.steps if step.id in other.needs) for step in self.steps}

    @cached_property
    def leaves(self) -> tuple[Step, ...]:
        """Steps nobody needs: their outputs are the execution's."""
        return tuple(step for step in self.steps if not self.followers[step.id])


def ancestors(needs: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """For each id everything it waits for, directly or not; an id in a ring waits for itself. Unknown ids are left out.

    Warshall's closure over bit rows: 200 fully woven steps take milliseconds.
    """
    ids = list(needs)
    place = {step_id: position for position, step_id in enumerate(ids)}
    rows = [sum({1 << place[other] for other in needs[step_id] if other in place}) for step_id in ids]
    for middle in range(len(ids)):
        for position, row in enumerate(rows):
            if row >> middle & 1:
                rows[position] = row | rows[middle]
    return {
        step_id: frozenset(other for other in ids if row >> place[other] & 1)
        for step_id, row in zip(ids, rows, strict=True)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRow:
    """A workflow as stored; `version` counts its definitions, `semver` is what seed 002's door shows."""

    id: str
    tenant_id: str
    name: str
    description: str
    status: WorkflowStatus
    version: int
    semver: str
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One immutable definition; `definition` is the normalised JSON text."""

    workflow_id: str
    version: int
    definition: str
    created_at: int
