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

EXECUTION_MOVES: Mapping[str, frozenset[str]] = {
    "pending": frozenset({"running", "failed", "cancelled"}),
    "running": frozenset({"waiting", *ENDED}),
    "waiting": frozenset({"running", *ENDED}),
    "completed": frozenset({"running"}),
    "failed": frozenset({"running"}),
    "cancelled": frozenset({"running"}),
}
"""What has ended runs again only by a caller's retry or restart."""
STEP_MOVES: Mapping[str, frozenset[str]] = {
    "pending": frozenset({"running", "waiting", "skipped", "cancelled"}),
    "running": frozenset({"waiting", "completed", "failed", "cancelled"}),
    "waiting": frozenset({"running", "completed", "failed", "cancelled"}),
    "completed": frozenset({"pending"}),
    "failed": frozenset({"pending"}),
    "skipped": frozenset({"pending"}),
    "cancelled": frozenset({"pending"}),
}

SILENT_CLAIM_LIMIT = 5
"""Claims in a row without an outcome after which an execution is quarantined instead of claimed again."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRow:
    """One run of a workflow as stored; `trigger`, `state` and `output` are JSON bytes, `error` is JSON text.

    A child names its parent's step and which try of it; `nesting` counts the executions it runs inside.
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
