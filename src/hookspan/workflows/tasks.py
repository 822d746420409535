"""Seed 002's spelling of a workflow: its tasks are steps, its versions are semantic (contracts A.5, V1)."""

from __future__ import annotations

from collections.abc import Mapping

from hookspan.model.times import instant
from hookspan.model.workflows import Step, SyncPoint, WorkflowRow
from hookspan.workflows.resources import resources_json
from hookspan.workflows.validate import decode_definition, read_definition


def definition_json(row: WorkflowRow, definition: str) -> dict[str, object]:
    """The seed's object, which is also the data of `workflow.definition.*`; `kind` and `with` are our addition."""
    given = decode_definition(definition)["steps"]
    assert isinstance(given, list)
    read = read_definition(definition)
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "version": row.semver,
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.updated_at),
        "tasks": [
            _task(step, written["needs"], written["with"]) for step, written in zip(read.steps, given, strict=True)
        ],
        "synchronizationPoints": [_point(point) for point in read.points],
    }


def _task(step: Step, needs: object, work: object) -> dict[str, object]:
    return {
        "id": step.id,
        "name": step.name,
        "description": "",
        "resourceRequirements": None if step.resources is None else resources_json(step.resources),
        "dependencies": needs,
        "timeout": step.timeout_ms,
        "retryPolicy": {
            "maxRetries": step.retry.max_attempts - 1,
            "backoffMultiplier": step.retry.multiplier,
            "maxBackoff": step.retry.max_delay_ms,
        },
        "kind": step.kind,
        "with": work,
    }


def _point(point: SyncPoint) -> dict[str, object]:
    return {
        "id": point.id,
        "name": point.name,
        "description": point.description,
        "requiredTasks": list(point.requires),
        "timeout": point.timeout_ms,
    }


def workflow_of_tasks(value: Mapping[str, object]) -> dict[str, object]:
    """The native object of the seed's `{name, description?, tasks, synchronizationPoints}`; what it lacks is left out.

    Members the seed does not know are dropped, as its door does. Nothing is judged here: `read_workflow` does.
    """
    tasks = value.get("tasks", [])
    steps = [_step(task, number) for number, task in enumerate(tasks, 1)] if isinstance(tasks, list) else tasks
    points = value.get("synchronizationPoints")
    members = {
        "name": value.get("name"),
        "description": value.get("description"),
        "steps": steps,
        "syncPoints": [_meeting(point) for point in points] if isinstance(points, list) else points,
    }
    return {name: member for name, member in members.items() if member is not None}


def _step(task: object, number: int) -> object:
    if not isinstance(task, Mapping):
        return task
    policy = task.get("retryPolicy")
    members = {
        "id": task.get("id", f"task-{number}"),
        "name": task.get("name"),
        "kind": task.get("kind"),
        "needs": task.get("dependencies"),
        "with": task.get("with"),
        "timeoutMs": task.get("timeout"),
        "retry": _retry(policy) if isinstance(policy, Mapping) else policy,
        "resources": task.get("resourceRequirements"),
    }
    return {name: member for name, member in members.items() if member is not None}


def _meeting(point: object) -> object:
    if not isinstance(point, Mapping):
        return point
    members = {
        "id": point.get("id"),
        "name": point.get("name"),
        "description": point.get("description"),
        "requires": point.get("requiredTasks"),
        "timeoutMs": point.get("timeout"),
    }
    return {name: member for name, member in members.items() if member is not None}


def _retry(policy: Mapping[str, object]) -> dict[str, object]:
    retries = policy.get("maxRetries")
    members = {
        "maxAttempts": retries + 1 if isinstance(retries, int) else retries,
        "multiplier": policy.get("backoffMultiplier"),
        "maxDelayMs": policy.get("maxBackoff"),
    }
    return {name: member for name, member in members.items() if member is not None}
