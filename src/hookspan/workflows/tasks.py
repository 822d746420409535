"""Seed 002's spelling of a workflow: its tasks are steps, its versions are semantic (contracts A.5, V1).

Where the seed says `null` the house's default holds. What it has no word for (`when`, `onError`, triggers, milestones,
…) stays as it was when a workflow is changed in this spelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from hookspan.errors import Fault, Invalid
from hookspan.model.retry import ATTEMPT_LIMIT, STEPS
from hookspan.model.times import instant
from hookspan.model.workflows import POOLS, STEP_LIMIT, StepKind, WorkflowRow, usual_retry, usual_timeout_ms
from hookspan.workflows.validate import decode_definition

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
_RESOURCES, _RESOURCE = (*POOLS, "custom"), ("name", "value")

Json = Mapping[str, object]


def definition_json(row: WorkflowRow, definition: str) -> dict[str, object]:
    """The seed's object, which is also the data of `workflow.definition.*`; `kind` and `with` are our addition."""
    graph = decode_definition(definition)
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "version": row.semver,
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.updated_at),
        "tasks": [_task(step) for step in cast("list[Json]", graph["steps"])],
        "synchronizationPoints": [_point(point) for point in cast("list[Json]", graph["syncPoints"])],
    }


def _task(step: Json) -> dict[str, object]:
    kind, timeout_ms = cast(StepKind, step["kind"]), step["timeoutMs"]
    return {
        "id": step["id"],
        "name": step["name"],
        "description": step["description"],
        "resourceRequirements": _requirements(step["resources"]),
        "dependencies": step["needs"],
        "timeout": None if timeout_ms == usual_timeout_ms(kind) else timeout_ms,
        "retryPolicy": _policy(cast(Json, step["retry"]), kind),
        "kind": kind,
        "with": step["with"],
    }


def _requirements(amounts: object) -> dict[str, object] | None:
    """The seed names every pool, and those of other names."""
    return {**dict.fromkeys(POOLS), "custom": [], **amounts} if isinstance(amounts, Mapping) else None


def _policy(retry: Json, kind: StepKind) -> dict[str, object] | None:
    """Null where it is, in what the seed has words for, the one that a step would have without any."""
    usual = usual_retry(kind)
    attempts, multiplier, most = retry["maxAttempts"], retry["multiplier"], retry["maxDelayMs"]
    if (attempts, multiplier, most) == (usual.max_attempts, usual.multiplier, usual.max_delay_ms):
        return None
    return {"maxRetries": cast(int, attempts) - 1, "backoffMultiplier": multiplier, "maxBackoff": most}


def _point(point: Json) -> dict[str, object]:
    return {
        "id": point["id"],
        "name": point["name"],
        "description": point["description"],
        "requiredTasks": point["requires"],
        "timeout": point["timeoutMs"],
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
    """What stands below `with` is the house's, and spelled so."""
    named, inside, rest = pointer.partition("/with/")
    head, *path = named.removeprefix("/").split("/")
    name, words = _LISTS.get(head, (head, {}))
    return "/".join(["", name, *(words.get(each, each) for each in path)]) + inside + rest if pointer else ""


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
    if len(given) > STEP_LIMIT:
        raise Invalid.one(f"/{name}", f"has at most {STEP_LIMIT} entries")
    return given


def _by_id(steps: object) -> dict[object, Json]:
    return {step["id"]: step for step in steps} if isinstance(steps, list) else {}


def _numbered(tasks: Sequence[object]) -> Iterator[object]:
    """The id of each task; one without gets `task-` and its place, or the next number that is free."""
    taken = {given for task in tasks if isinstance(task, Mapping) and isinstance(given := task.get("id"), str)}
    for place, task in enumerate(tasks, 1):
        given = task.get("id") if isinstance(task, Mapping) else None
        number = place
        while given is None and f"task-{number}" in taken:
            number += 1
        if given is None:
            given = f"task-{number}"
            taken.add(given)
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
        resources=_resources(task.get("resourceRequirements")),
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
    most = told.get("maxBackoff")
    said = _given(maxAttempts=attempts, multiplier=told.get("backoffMultiplier"), maxDelayMs=most)
    return {**kept, **_first_wait(most, kept.get("initialDelayMs")), **said}


def _first_wait(most: object, kept: object) -> dict[str, object]:
    """The seed has no word for the first wait, so it yields to a `maxBackoff` below it."""
    first = kept if isinstance(kept, int) else STEPS.initial_delay_ms
    if not isinstance(most, int) or isinstance(most, bool) or not 0 <= most < first:
        return {}
    return {"initialDelayMs": most}


def _resources(needed: object) -> object:
    if not isinstance(needed, Mapping):
        return needed
    custom = needed.get("custom")
    if isinstance(custom, list):
        custom = [_only(_RESOURCE, each) if isinstance(each, Mapping) else each for each in custom]
    return {**_only(_RESOURCES, needed), **_given(custom=custom)}


def _only(names: Sequence[str], value: Json) -> dict[str, object]:
    return {name: value[name] for name in names if name in value}


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
