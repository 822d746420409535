"""JSON Schema, example and description of every built-in event type (contracts F.3)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from uuid import UUID, uuid5

from hookspan.model.catalogue import CATALOGUE, EventType, find
from hookspan.model.schema_nodes import DIALECT
from hookspan.model.schemas_parts import AT, LATER, Schema, example_of, merged, object_of
from hookspan.model.schemas_shapes import SHAPES
from hookspan.model.views import view

BUILT_IN_VERSION = 1
_SPACE = UUID("5f0a3c52-6f0e-5d0e-9a58-0d7d5a1f7c11")
_ERROR = {"code": "step_failed", "message": "the far side answered 500", "stepId": "fetch"}
_CHANGES: dict[str, dict[str, object]] = {
    "started": {"status": "running", "completedAt": None, "durationMs": None, "stepsCompleted": 0, "output": None},
    "failed": {"status": "failed", "stepsCompleted": 1, "output": None, "error": _ERROR},
    "cancelled": {"status": "cancelled", "stepsCompleted": 1, "output": None},
    "retrying": {"status": "waiting", "completedAt": None, "durationMs": None, "output": None, "error": _ERROR},
}
_OWN: dict[str, dict[str, object]] = {
    "blocker.resolved": {"resolvedAt": LATER},
    "resource.released": {"releasedAt": LATER},
    "synchronization.point.completed": {"completedTasks": ["fetch", "charge"]},
    "system.error": {"code": "quarantined", "message": "work was claimed five times without an outcome"},
    "system.warning": {"code": "disk", "message": "less than a tenth of the disk is free"},
    "agent.stopped": {"stopped_at": LATER},
    "agent.failed": {"error": "no heartbeat for 60 s"},
    "task.scheduled": {"execution_id": None, "executed_at": None, "duration_ms": None},
    "task.failed": {"error": {"code": "step_failed", "message": "the far side answered 500"}},
    "api.key.revoked": {"revoked_at": LATER, "reason": "revoked"},
    "system.health.restored": {"status": "ok", "checks": {"disk": {"ok": True, "freeBytes": 10_737_418_240}}},
    "endpoint.deleted": {"status": "deleted"},
    "endpoint.disabled": {"status": "disabled", "reason": "failures"},
    "endpoint.recovered": {"reason": "probe_delivered"},
    "delivery.exhausted": {"attempts": 11},
    "delivery.recovered": {"attempts": 5, "lastStatusCode": 204, "lastError": None},
}
_MOMENTS = {
    "workflow.definition": "A workflow's definition was {word}.",
    "workflow.triggered": "A trigger matched and the execution is stored.",
    "execution": "An execution of a workflow: {word}.",
    "workflow.execution": "An execution of a workflow: {word}.",
    "workflow": "An execution of a workflow: {word}.",
    "step": "A step of an execution: {word}.",
    "step.retrying": "An attempt of a step failed and another one is due.",
    "task.execution": "A task of an execution: {word}.",
    "progress": "Progress of an execution: a step ended.",
    "blocker": "Something that holds an execution up was {word}.",
    "milestone": "A milestone of an execution was {word}.",
    "resource": "Resources of a task were {word}.",
    "resource.shortage": "A task that is ready waits for resources.",
    "synchronization.point.reached": "A required task arrived at a synchronization point.",
    "synchronization.point.completed": "All required tasks arrived at a synchronization point.",
    "synchronization.point.failed": "A synchronization point ran out of time, or a required task failed.",
    "system.error": "Something went wrong inside the instance.",
    "system.warning": "Something inside the instance needs attention soon.",
    "system.info": "The instance did something worth knowing: started, stopped, migrated.",
    "webhook.received": "A request came in; also the generic name of every provider's own type.",
    "webhook.processed": "An inbound request was processed.",
    "webhook.filtered": "An inbound request did not pass its filters.",
    "webhook.failed": "An inbound request could not be processed.",
    "agent": "An agent, or a worker process of this instance: {word}.",
    "task.scheduled": "A run was scheduled.",
    "task.executed": "A scheduled run was executed.",
    "task.failed": "A scheduled run failed or could not start.",
    "api.key": "An API key was {word}.",
    "api.limit": "A rate limit was exceeded, told once a minute for a policy and subject.",
    "system.health": "Health was {word} for more than ten seconds.",
    "custom": "Whatever an application publishes; also the name of test sends.",
    "endpoint": "An endpoint was {word}.",
    "delivery.failing": "A delivery failed for the fourth time; it will be tried again.",
    "delivery.exhausted": "A delivery failed for the last time.",
    "delivery.recovered": "A delivery that was failing arrived.",
}


def built_in_id(name: str) -> str:
    """The id of a built-in type: the same on every instance, for ever."""
    return str(uuid5(_SPACE, name))


@cache
def built_in_schema(name: str) -> Mapping[str, object]:
    """The JSON Schema of a built-in type's data; KeyError for another name."""
    row = _row(name)
    head: Schema = {"$schema": DIALECT, "title": name, "description": built_in_description(name)}
    return MappingProxyType(head if row.shape == "any" else {**head, **object_of(*SHAPES[row.shape])})


@cache
def built_in_example(name: str) -> Mapping[str, object]:
    """Data as this type carries them, valid under its schema; KeyError for another name."""
    row = _row(name)
    if row.canonical is not None:
        viewed = view(name, row.canonical, built_in_example(row.canonical))
        return MappingProxyType(viewed or {})
    if row.shape == "any":
        return MappingProxyType({"message": "Hello from hookspan", "sentAt": AT})
    example = example_of(*SHAPES[row.shape])
    word = name.rpartition(".")[2]
    if row.shape.startswith(("D1", "D2")):
        example = merged(example, **{key: value for key, value in _CHANGES.get(word, {}).items() if key in example})
    return MappingProxyType(merged(example, **_OWN.get(name, {})))


def built_in_description(name: str) -> str:
    """When such an event happens, in a sentence."""
    stem, _, word = name.rpartition(".")
    return (_MOMENTS.get(name) or _MOMENTS[stem]).format(word=word)


def seeds_of(row: EventType) -> list[str]:
    """Which seed names the type; none for our own."""
    return [] if row.seed == "ours" else [row.seed]


def built_in_names() -> list[str]:
    """Every built-in name, sorted."""
    return sorted(row.name for row in CATALOGUE)


def _row(name: str) -> EventType:
    row = find(name)
    if row is None:
        raise KeyError(name)
    return row
