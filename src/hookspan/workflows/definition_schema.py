"""The JSON Schema of a workflow (2020-12), made by letting the readers read: what they accept, it accepts.

It says what each member may be; how the parts hang together (ids, rings, templates) only the readers judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import get_args

from hookspan.errors import Fault
from hookspan.model.match import NAME_LIMIT, PATTERN_LIMIT
from hookspan.model.retry import ATTEMPT_LIMIT, WAIT_LIMIT_MS
from hookspan.model.rules import GROUP_NUMBER_MOST, ROWS_MOST
from hookspan.model.workflows import POOLS, TriggerKind
from hookspan.workflows.members import Members, Reading
from hookspan.workflows.steps.kinds import READERS
from hookspan.workflows.tracing import Schema, Tracing
from hookspan.workflows.validate import SERVED, read_members

SCHEMA_ID = "urn:hookspan:workflow-definition"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_AMOUNTS: Mapping[str, object] = {**dict.fromkeys(POOLS, 1), "custom": [{}]}
_ROW: Schema = {
    "type": "object",
    "properties": {
        "fieldPath": {"type": "string", "description": "a path such as $.trigger.body.status"},
        "field": {"type": "string", "description": "the same as fieldPath"},
        "operator": {"type": "string"},
        "value": {},
        "logicGroup": {"type": "integer", "minimum": 0, "maximum": GROUP_NUMBER_MOST},
        "enabled": {"type": "boolean"},
        **{name: {} for name in ("id", "webhookId", "createdAt", "updatedAt")},
    },
    "required": ["operator"],
    "additionalProperties": False,
}
_ROWS: Schema = {"type": "array", "maxItems": ROWS_MOST, "items": _ROW}
_WAIT: Schema = {"type": "integer", "minimum": 0, "maximum": WAIT_LIMIT_MS}
# What is read by readers of its own, by the object it stands in; everything else is found out.
_REFINED: Mapping[tuple[str, str], Schema] = {
    ("steps", "when"): {**_ROWS, "description": "rows over the context; when they do not hold the step is skipped"},
    ("cases", "when"): _ROWS,
    ("triggers", "filter"): {**_ROWS, "description": "rows that the event's data must pass"},
    ("triggers", "events"): {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "maxLength": NAME_LIMIT},
        "description": f"at most {PATTERN_LIMIT} names or patterns such as invoice.*",
    },
    ("retry", "maxAttempts"): {"type": "integer", "minimum": 1, "maximum": ATTEMPT_LIMIT},
    ("retry", "initialDelayMs"): _WAIT,
    ("retry", "maxDelayMs"): _WAIT,
    ("retry", "multiplier"): {"type": "number", "minimum": 1, "maximum": 10},
    ("retry", "jitter"): {"type": "number", "minimum": 0, "maximum": 1},
    ("with", "headers"): {"type": "object", "additionalProperties": {"type": "string"}},
    ("with", "metadata"): {"type": "object"},
    ("steps", "needs"): {"description": "ids of the steps and sync points that come before"},
    ("steps", "onError"): {"description": "ids of the steps that run instead when this one fails"},
    ("steps", "resources"): {"description": "how much of each pool it holds while it runs"},
    ("triggers", "cron"): {"description": "minute, hour, day of month, month, day of week"},
    ("triggers", "timezone"): {"description": "an IANA zone such as Europe/Berlin"},
    ("syncPoints", "timeoutMs"): {"description": "after this time from the start it fails if not all arrived"},
    ("syncPoints", "requires"): {"minItems": 1, "description": "ids of the steps that meet here"},
    ("milestones", "after"): {"description": "ids of the steps after which it is achieved"},
    ("", "concurrency"): {"description": "how many of its executions may run at once; null is no limit"},
    ("", "vars"): {"description": "constants that templates and conditions read as vars"},
    ("", "priority"): {"description": "of its executions: 0 low, 1 normal, 2 high, 3 critical"},
    **{("", name): {"description": "set by the server, ignored in what is sent"} for name in SERVED},
}


@cache
def definition_schema() -> Schema:
    """The schema; the same object each time, so it is not to be changed."""
    traced = Tracing(_sample(whole=True), "", Reading())
    read_members(traced)
    missing = set(_missing())
    head = {"$schema": _DIALECT, "$id": SCHEMA_ID, "title": "Workflow", "description": "A workflow of hookspan."}
    return {**head, **_object(traced, "", missing)}


def _sample(*, whole: bool) -> dict[str, object]:
    """A workflow with every kind of step and trigger; `whole` with an entry in every list and amounts to read."""
    amounts = {"resources": _AMOUNTS} if whole else {}
    ways: dict[str, object] = {"with": {"cases": [{}]}} if whole else {}
    return {
        "triggers": [{"id": kind, "kind": kind} for kind in get_args(TriggerKind)],
        "steps": [{"id": kind, "kind": kind, **amounts, **(ways if kind == "branch" else {})} for kind in READERS],
        "syncPoints": [{}],
        "milestones": [{}],
    }


def _missing() -> Iterator[str]:
    """The pointers of members without which the readers refuse."""
    for whole in (False, True):
        sample = _sample(whole=whole)
        plain = Members(sample, "", Reading())
        read_members(plain)
        yield from (fault.pointer for fault in plain.reading.faults if _is_for_absence(fault, sample))


def _is_for_absence(fault: Fault, sample: object) -> bool:
    *path, name = fault.pointer.split("/")[1:]
    for step in path:
        if isinstance(sample, list):
            sample = sample[int(step)]
        else:
            sample = sample.get(step, {}) if isinstance(sample, Mapping) else {}
    # Who asks for either of several members blames the first; none is required by itself.
    return isinstance(sample, Mapping) and name not in sample and not fault.detail.startswith("give either")


def _object(traced: Tracing, name: str, missing: set[str]) -> Schema:
    required = [each for each in traced.asked if f"{traced.pointer}/{each}" in missing]
    needed = [*required, *(each for each in traced.below if each not in required and _is_needed(traced, each, missing))]
    schema: Schema = {
        "type": "object",
        "properties": {
            each: _member(traced, name, each, missing=missing, is_needed=each in needed) for each in traced.asked
        },
    }
    if needed:
        schema["required"] = needed
    return {**schema, "additionalProperties": False} if traced.is_closed else schema


def _is_needed(traced: Tracing, name: str, missing: set[str]) -> bool:
    """Whether an object is required because something in it is; an empty list has nothing in it."""
    if traced.asked[name]["type"] == "array":
        return False
    return any(f"{child.pointer}/{each}" in missing for child in traced.below[name] for each in child.asked)


def _member(traced: Tracing, inside: str, name: str, *, missing: set[str], is_needed: bool) -> Schema:
    schema = dict(traced.asked[name])
    children = traced.below.get(name, [])
    if schema.get("type") == "array" and children:
        schema["items"] = _variants(children, name, missing)
    elif children:
        schema = _object(children[0], name, missing)
    schema |= _REFINED.get((inside, name), {})
    return schema if is_needed or name == "id" else _nullable(schema)


def _nullable(schema: Schema) -> Schema:
    """Null is as good as absent, as the readers have it."""
    words = schema.get("enum")
    if isinstance(words, list):
        return {**schema, "enum": [*words, None]}
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else schema


def _variants(children: Sequence[Tracing], name: str, missing: set[str]) -> Schema:
    """One schema for all elements of a list; where there are kinds, what is common to them once, then kind by kind."""
    shapes = [_object(child, name, missing) for child in children]
    first = shapes[0]
    if len(shapes) == 1:
        return first
    each = [_properties(shape) for shape in shapes]
    common = {
        member: schema for member, schema in each[0].items() if all(other.get(member) == schema for other in each)
    }
    return {
        "type": "object",
        "properties": common,
        "allOf": [
            {"if": _is_kind(str(child.value["kind"]), common["kind"]), "then": _rest(shape, common, child)}
            for child, shape in zip(children, shapes, strict=True)
        ],
    }


def _properties(shape: Schema) -> dict[str, Schema]:
    found = shape["properties"]
    assert isinstance(found, dict)
    return found


def _is_kind(kind: str, asked: Schema) -> Schema:
    """An element without a kind is of the usual one."""
    if kind == asked.get("default"):
        return {"properties": {"kind": {"enum": [kind, None]}}}
    return {"properties": {"kind": {"const": kind}}, "required": ["kind"]}


def _rest(shape: Schema, common: Mapping[str, Schema], child: Tracing) -> Schema:
    own = {name: True if name in common else schema for name, schema in _properties(shape).items()}
    # The kind of a trigger has no reader here.
    reader = next((reader for kind, reader in READERS.items() if kind == child.value["kind"]), None)
    said = {"description": reader.__doc__} if reader is not None else {}
    return {**shape, **said, "properties": own}
