"""Workflows: a graph of steps with its triggers, immutable per version, and the rules such a graph keeps.

Reading one from JSON, with a pointer to each fault, is in `workflows/validate.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from hookspan.model.retry import STEPS, RetryPolicy
from hookspan.model.rules import Rules

StepKind = Literal["pass", "transform", "http", "branch", "wait", "emit", "external", "python", "workflow"]
WorkflowStatus = Literal["draft", "active", "inactive", "archived"]

SERVED = ("id", "version", "semver", "createdAt", "updatedAt", "schedules")
"""Members of a workflow that only the server sets; in what is sent they are ignored."""
STEP_LIMIT = 200
VARS_BYTES = 16 * 1024
DEFINITION_BYTES = 256 * 1024
DEPTH_LIMIT = 5
"""How many events may cause one another through workflows before the chain is cut."""
NESTING_LIMIT = 8
"""How many workflows may run inside one another (security §5.3)."""
STEP_TIMEOUT_MS = 15_000
LONGEST_WAIT_MS = 366 * 86_400_000
"""For a time, a signal, an answer or a child, and at a sync point."""
PATIENT: frozenset[StepKind] = frozenset({"wait", "external", "workflow"})
"""Kinds that wait for others: by themselves they have no timeout and are tried once, as others know why they failed."""
POOLS = ("cpu", "memory", "storage")
"""Pools of resources with a name of ours; tenants name others."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the graph; `work` is what its kind compiled from `with` (workflows/steps).

    `needs` names steps and sync points; `on_error` the steps that run instead when this one failed. `timeout_ms` is how
    long one try may take, None for ever.
    """

    id: str
    name: str
    kind: StepKind
    needs: tuple[str, ...] = ()
    work: object = None
    timeout_ms: int | None = STEP_TIMEOUT_MS
    retry: RetryPolicy = STEPS
    condition: Rules | None = None
    on_error: tuple[str, ...] = ()
    resources: Mapping[str, float] | None = None
    ways: tuple[str, ...] = ()
    """The steps a branch chooses among."""
    inputs: tuple[str, ...] = ()
    """The steps whose outputs are its input: its needs, sync points resolved to the steps that meet there."""
    description: str = ""


def usual_retry(kind: StepKind) -> RetryPolicy:
    """The policy of a step that names none."""
    return _ONCE if kind in PATIENT else STEPS


_ONCE = replace(STEPS, max_attempts=1)


def usual_timeout_ms(kind: StepKind) -> int | None:
    """How long one try of a step may take that does not say."""
    return None if kind in PATIENT else STEP_TIMEOUT_MS


@dataclass(frozen=True, slots=True)
class SyncPoint:
    """A place where steps meet; those behind it start when all required ones have arrived.

    `timeout_ms` runs from the execution's start, and from each retry or restart that opens the point again.
    """

    id: str
    name: str
    requires: tuple[str, ...]
    timeout_ms: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Achieved when all of `after` are done, or when somebody says so."""

    id: str
    name: str
    after: tuple[str, ...] = ()
    description: str = ""


TriggerKind = Literal["webhook", "schedule", "event"]
Missed = Literal["run_once", "skip"]
"""What becomes of runs whose time passed while nobody was there: one of them, late, or none (workflows §1)."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a workflow: a source bound to it or a call (`webhook`), the clock, or an event.

    A schedule has `cron` in the IANA zone `timezone`. An event trigger has patterns of names, and rules over the
    event's data that must hold.
    """

    id: str = "trigger"
    kind: TriggerKind = "webhook"
    cron: str = ""
    timezone: str = "UTC"
    missed: Missed = "run_once"
    events: tuple[str, ...] = ()
    rules: Rules | None = None


@dataclass(frozen=True)
class Definition:
    """One version of a workflow, ready to run. Steps stand in the order they were written."""

    steps: tuple[Step, ...]
    priority: int = 1
    triggers: tuple[Trigger, ...] = field(default=(Trigger(),))
    points: tuple[SyncPoint, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    """What templates and conditions read as `vars`: any JSON, fixed with the version."""

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        """Steps by id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def followers(self) -> Mapping[str, tuple[Step, ...]]:
        """For each step and point the steps to look at when it has ended: they need, handle or are chosen by it."""
        ids = (*self.by_id, *(point.id for point in self.points))
        return {
            each: tuple(
                other
                for other in self.steps
                if each in other.needs or each in self.guards[other.id] or each in self.choosers[other.id]
            )
            for each in ids
        }

    @cached_property
    def guards(self) -> Mapping[str, tuple[str, ...]]:
        """For each step those whose failure it handles."""
        return {step.id: tuple(other.id for other in self.steps if step.id in other.on_error) for step in self.steps}

    @cached_property
    def choosers(self) -> Mapping[str, tuple[str, ...]]:
        """For each step the branches that choose whether it runs."""
        return {step.id: tuple(other.id for other in self.steps if step.id in other.ways) for step in self.steps}

    @cached_property
    def point_by_id(self) -> Mapping[str, SyncPoint]:
        """Sync points by id."""
        return {point.id: point for point in self.points}

    @cached_property
    def all_milestones(self) -> tuple[Milestone | SyncPoint, ...]:
        """Milestones, and sync points, each of which is one too (contracts A.6)."""
        return (*self.milestones, *self.points)

    @cached_property
    def points_of(self) -> Mapping[str, tuple[SyncPoint, ...]]:
        """For each step the points that require it."""
        return {step.id: tuple(point for point in self.points if step.id in point.requires) for step in self.steps}

    def from_step(self, step_id: str) -> frozenset[str]:
        """A step and all that may run because of it."""
        found: set[str] = set()
        ahead = [step_id]
        while ahead:
            each = ahead.pop()
            if each not in found:
                found.add(each)
                ahead += [other.id for other in self.followers[each]]
                ahead += [point.id for point in self.points_of.get(each, ())]
        return frozenset(found & self.by_id.keys())

    @property
    def call_id(self) -> str | None:
        """The id of the trigger that a call, a source or a parent pulls: the first that is neither clock nor event."""
        return next((each.id for each in self.triggers if each.kind == "webhook"), None)

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
    concurrency: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One immutable definition; `definition` is the normalised JSON text."""

    workflow_id: str
    version: int
    definition: str
    created_at: int
