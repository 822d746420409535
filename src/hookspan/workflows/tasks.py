"""Seed 002's spelling of a workflow: its tasks are steps, its versions are semantic (contracts A.5, V1).

Where the seed says `null` the house's default holds. What it has no word for (`when`, `onError`, triggers, milestones,
…) stays as it was when a workflow is changed in this spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hookspan.errors import Fault, Invalid
from hookspan.model.retry import ATTEMPT_LIMIT, STEPS, RetryPolicy
from hookspan.model.times import instant
from hookspan.model.workflows import STEP_TIMEOUT_MS, Step, SyncPoint, WorkflowRow
from hookspan.workflows.resources import resources_json
from hookspan.workflows.validate import decode_definition, read_definition

_STEP_WORDS = {
    "needs": "dependencies",
    "timeoutMs": "timeout",
    "retry": "retryPolicy",
    "maxAttempts": "maxRetries",
    "multiplier": "backoffMultiplier",
    "maxDelayMs": "maxBackoff",
    "resources": "resourceRequirements",
}
_POINT_WORDS = {"requires": "requiredTasks", "timeoutMs": "timeout"}
_LISTS = {"steps": ("tasks", _STEP_WORDS), "syncPoints": ("synchronizationPoints", _POINT_WORDS)}
_KEPT = ("when", "onError")
_KEPT_OF_RETRY = ("initialDelayMs", "jitter")

Json = Mapping[str, object]


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
        "description": step.description,
        "resourceRequirements": None if step.resources is None else resources_json(step.resources),
        "dependencies": needs,
        "timeout": None if step.timeout_ms == STEP_TIMEOUT_MS else step.timeout_ms,
        "retryPolicy": _policy(step.retry),
        "kind": step.kind,
        "with": work,
    }


def _policy(retry: RetryPolicy) -> dict[str, object] | None:
    if (retry.max_attempts, retry.multiplier, retry.max_delay_ms) == (
        *(STEPS.max_attempts, STEPS.multiplier, STEPS.max_delay_ms),
    ):
        return None
    return {
        "maxRetries": retry.max_attempts - 1,
        "backoffMultiplier": retry.multiplier,
        "maxBackoff": retry.max_delay_ms,
    }


def _point(point: SyncPoint) -> dict[str, object]:
    return {
        "id": point.id,
        "name": point.name,
        "description": point.description,
        "requiredTasks": list(point.requires),
        "timeout": point.timeout_ms,
    }


def workflow_of_tasks(value: Json) -> dict[str, object]:
    """The native object of the seed's `{name, description?, tasks, synchronizationPoints}`; what it lacks is left out.

    Members the seed does not know are dropped, as its door does. Nothing is judged here but that lists are lists:
    `read_workflow` does. Raises Invalid.
    """
    missing = [name for name in ("name", "tasks") if value.get(name) is None]
    if missing:
        raise Invalid([Fault(f"/{name}", "validation_error", "is required") for name in missing])
    return _given(name=value.get("name"), description=value.get("description"), **_lists(value, {}))


def workflow_of_change(value: Json, stored: Json) -> dict[str, object]:
    """The native object after a change of any of the seed's members; `stored` is the native object before it.

    A task that stands for a step of the same id keeps what it does not name and the seed has no word for.
    """
    head = {name: value[name] for name in ("name", "description") if name in value}
    return {**stored, **head, **_lists(value, stored)}


def in_seed_words(invalid: Invalid) -> Invalid:
    """The same faults, their pointers spelled as the seed spells the members, and in its bounds: it counts retries."""
    return Invalid([_seeds(Fault(_spelled(fault.pointer), fault.code, fault.detail)) for fault in invalid.faults])


def _seeds(fault: Fault) -> Fault:
    if not fault.pointer.endswith("/retryPolicy/maxRetries"):
        return fault
    return Fault(fault.pointer, fault.code, f"must be a whole number from 0 to {ATTEMPT_LIMIT - 1}")


def _spelled(pointer: str) -> str:
    head, *path = pointer.removeprefix("/").split("/")
    name, words = _LISTS.get(head, (head, {}))
    return "/".join(["", name, *(words.get(each, each) for each in path)]) if pointer else ""


def _lists(value: Json, stored: Json) -> dict[str, object]:
    """Steps and points of the seed's lists; a list that is not named is left out."""
    found: dict[str, object] = {}
    if "tasks" in value:
        tasks, known = _list(value, "tasks"), _by_id(stored.get("steps"))
        found["steps"] = [_step(task, each, known) for task, each in zip(tasks, _numbered(tasks), strict=True)]
    if value.get("synchronizationPoints") is not None:
        found["syncPoints"] = [_meeting(point) for point in _list(value, "synchronizationPoints")]
    return found


def _list(value: Json, name: str) -> Sequence[object]:
    given = value[name]
    if not isinstance(given, list):
        raise Invalid.one(f"/{name}", "must be a list of objects")
    return given


def _by_id(steps: object) -> dict[object, Json]:
    return {step["id"]: step for step in steps} if isinstance(steps, list) else {}


def _numbered(tasks: Sequence[object]) -> Iterator[object]:
    """The id of each task; one without gets `task-` and its place, or the next number that is free."""
    taken = [task.get("id") for task in tasks if isinstance(task, Mapping)]
    for place, task in enumerate(tasks, 1):
        given = task.get("id") if isinstance(task, Mapping) else None
        number = place
        while given is None and f"task-{number}" in taken:
            number += 1
        if given is None:
            given = f"task-{number}"
            taken.append(given)
        yield given


def _step(task: object, task_id: object, known: Mapping[object, Json]) -> object:
    if not isinstance(task, Mapping):
        return task
    before = known.get(task_id, {}) if isinstance(task_id, str) else {}
    kept = {name: before[name] for name in _KEPT if name in before}
    step = _given(
        id=task_id,
        name=task.get("name"),
        description=task.get("description"),
        needs=task.get("dependencies"),
        timeoutMs=task.get("timeout"),
        retry=_retry(task.get("retryPolicy"), before.get("retry")),
        resources=task.get("resourceRequirements"),
    )
    return {**kept, **step, **_work(task, before)}


def _work(task: Json, before: Json) -> dict[str, object]:
    """Kind and `with`: those named, else as before; another kind takes nothing over."""
    kind = task.get("kind") or before.get("kind")
    work = task.get("with")
    if work is None and kind == before.get("kind"):
        work = before.get("with")
    return _given(kind=kind, **{"with": work})


def _retry(policy: object, before: object) -> object:
    if policy is not None and not isinstance(policy, Mapping):
        return policy
    kept = {name: before[name] for name in _KEPT_OF_RETRY if name in before} if isinstance(before, Mapping) else {}
    told: Json = policy or {}
    retries = told.get("maxRetries")
    attempts = retries + 1 if isinstance(retries, int) and not isinstance(retries, bool) else retries
    said = _given(maxAttempts=attempts, multiplier=told.get("backoffMultiplier"), maxDelayMs=told.get("maxBackoff"))
    return {**kept, **said}


def _meeting(point: object) -> object:
    if not isinstance(point, Mapping):
        return point
    return _given(
        id=point.get("id"),
        name=point.get("name"),
        description=point.get("description"),
        requires=point.get("requiredTasks"),
        timeoutMs=point.get("timeout"),
    )


def _given(**members: object) -> dict[str, object]:
    return {name: member for name, member in members.items() if member is not None}
