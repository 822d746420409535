"""Executions and steps: their states, the legal moves between them, their rows, the ids of steps.

The tables are the machine: `workflows/advance.py` makes no move that is not in them, and the diagrams of the
documentation are drawn from them (reliability 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

ExecutionStatus = Literal["pending", "running", "waiting", "completed", "failed", "cancelled"]
StepStatus = Literal["pending", "running", "waiting", "completed", "failed", "skipped", "cancelled"]

ENDED: frozenset[str] = frozenset({"completed", "failed", "cancelled"})
"""States an execution does not leave by itself."""
STEP_ENDED: frozenset[str] = ENDED | {"skipped"}
STEP_DONE: frozenset[str] = frozenset({"completed", "skipped"})
"""States of a step that let the steps behind it start."""


@dataclass(frozen=True, slots=True)
class Move:
    """One legal transition: who makes it and on what condition."""

    origin: str
    target: str
    mover: str
    guard: str


EXECUTION_TABLE: tuple[Move, ...] = (
    Move("pending", "running", "claimer", "claimed for the first time"),
    Move(
        "pending", "failed", "claimer, sweeper", "its version or trigger cannot be read; 5 silent claims: quarantined"
    ),
    Move(
        "pending",
        "cancelled",
        "person, parent",
        "cancel before it began; the execution it runs inside ended; its event was taken back",
    ),
    Move(
        "running", "waiting", "engine", "no step runs, and one waits: for a time, an answer, resources or its next try"
    ),
    Move("running", "completed", "engine", "every step is completed, skipped, or failed and handled by another"),
    Move("running", "failed", "engine, sweeper", "a failure that nothing handles, a sync point missed; quarantined"),
    Move("running", "cancelled", "person, parent", "cancel; the execution it runs inside ended"),
    Move("waiting", "running", "engine", "the time, the answer or the resources came"),
    Move("waiting", "completed", "engine", "what came was all the last steps waited for"),
    Move(
        "waiting",
        "failed",
        "engine, sweeper",
        "the answer was a failure or came too late, a sync point missed; quarantined",
    ),
    Move("waiting", "cancelled", "person, parent", "cancel; the execution it runs inside ended"),
    Move("completed", "running", "person", "restart from a step"),
    Move("failed", "running", "person", "retry of what failed, restart from a step"),
    Move("cancelled", "running", "person", "restart from a step"),
)
STEP_TABLE: tuple[Move, ...] = (
    Move("pending", "running", "engine", "all it needs has ended, a way leads to it, its condition holds"),
    Move("pending", "waiting", "engine", "as above, but it has to ask for resources first"),
    Move("pending", "skipped", "engine", "its condition does not hold, or no way that was taken leads to it"),
    Move("pending", "cancelled", "engine", "the execution ended before the step began, or began anew"),
    Move("running", "waiting", "engine", "it waits: for a time, an answer or its next try"),
    Move("running", "completed", "engine", "its work is done and its output kept"),
    Move("running", "failed", "engine", "the last try failed, or one that is not to be repeated"),
    Move("running", "cancelled", "engine", "the execution ended"),
    Move("waiting", "running", "engine", "it was given its resources, or its next try is due"),
    Move("waiting", "completed", "engine", "its time has come, or its answer"),
    Move("waiting", "failed", "engine", "the answer was a failure, or none came in time"),
    Move("waiting", "cancelled", "engine", "the execution ended"),
    Move("completed", "pending", "person", "restart from it or a step before it, retry behind a missed sync point"),
    Move("failed", "pending", "person", "retry, or restart from it or a step before it"),
    Move("skipped", "pending", "person", "restart from it or a step before it, retry behind a missed sync point"),
    Move("cancelled", "pending", "person", "retry or restart of the execution"),
)


def _ways(table: tuple[Move, ...]) -> Mapping[str, frozenset[str]]:
    origins = dict.fromkeys(move.origin for move in table)
    return {origin: frozenset(move.target for move in table if move.origin == origin) for origin in origins}


EXECUTION_MOVES: Mapping[str, frozenset[str]] = _ways(EXECUTION_TABLE)
"""What has ended runs again only by a caller's retry or restart."""
STEP_MOVES: Mapping[str, frozenset[str]] = _ways(STEP_TABLE)

SILENT_CLAIM_LIMIT = 5
"""Claims in a row without an outcome after which an execution is quarantined instead of claimed again."""
SUSPECT_FROM = 2
"""From so many silent claims on it may have been what ended its workers: it is a suspect."""
SUSPECTS_MOST = 16
"""How many suspects one process drives side by side."""
SUSPECT_ALONE_FROM = 3
"""From so many silent claims on a suspect is driven with no other suspect beside it."""


def check_move(moves: Mapping[str, frozenset[str]], old: str, new: str) -> None:
    """Raise ValueError for a move that is not in the table; staying is no move."""
    if old != new and new not in moves[old]:
        raise ValueError(f"{old} does not become {new}")


def step_row_id(execution_id: str, step_id: str) -> str:
    """The id of a step's row, known before the row exists: the execution's time, random bits from both ids.

    Shaped as a UUIDv7, so that rows of one execution stand together.
    """
    bits = blake2b(f"{execution_id}/{step_id}".encode(), digest_size=9).hexdigest()
    return f"{execution_id[:14]}7{bits[:3]}-8{bits[3:6]}-{bits[6:18]}"


def resource_lease_id(execution_id: str, step_id: str, base: int) -> str:
    """The id under which a step asks for resources, another after each restart (`base` counts earlier tries)."""
    return step_row_id(execution_id, f"{step_id}/{base}")


OFFSPRING_LIMIT = 1_000
"""How many executions at most may run inside one, however deep (security §5.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRow:
    """One run of a workflow as stored; `trigger`, `state` and `output` are JSON bytes, `error` is JSON text.

    A child names its parent's step and which try of it; `nesting` counts the executions it runs inside,
    `offspring` how many at most may be born of it and of its children.
    """

    id: str
    tenant_id: str
    workflow_id: str
    workflow_version: int
    status: ExecutionStatus
    trigger_type: str
    trigger_event_id: str | None
    webhook_id: str | None
    trigger: bytes
    state: bytes | None
    output: bytes | None
    error: str | None
    priority: int
    depth: int
    version: int
    due_at: int | None
    silent_claims: int
    created_at: int
    started_at: int | None
    completed_at: int | None
    parent_execution_id: str | None = None
    parent_step_id: str | None = None
    parent_attempt: int | None = None
    nesting: int = 0
    offspring: int = OFFSPRING_LIMIT
    told: int = 0
    """How often it was told something from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of a run as stored; it has a row once it was started or its execution ended."""

    id: str
    tenant_id: str
    execution_id: str
    step_id: str
    name: str
    kind: str
    status: StepStatus
    attempts: int
    input: bytes | None
    output: bytes | None
    error: str | None
    due_at: int | None
    started_at: int | None
    completed_at: int | None


MessageKind = Literal[
    "signal", "complete", "fail", "milestone", "blocker", "resolved", "granted", "short", "child", "cancel"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something told to an execution from outside: a signal's or another thing's name, and JSON."""

    id: str
    tenant_id: str
    execution_id: str
    kind: MessageKind
    topic: str
    payload: bytes
    created_at: int
