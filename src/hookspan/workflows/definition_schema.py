"""The JSON Schema of a workflow (2020-12), made by letting the readers read: what they accept, it accepts.

It says what each member may be; how the parts hang together (ids, rings, templates) only the readers judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import get_args

from hookspan.errors import Fault
from hookspan.model.match import NAME_LIMIT, PATTERN_LIMIT
from hookspan.model.operators import ALIASES, OPERATORS
from hookspan.model.retry import STEPS, WAIT_LIMIT_MS, policy_to_json
from hookspan.model.rules import GROUP_NUMBER_MOST, ROWS_MOST
from hookspan.model.workflows import POOLS, SERVED, Trigger, TriggerKind
from hookspan.workflows.definition_words import TRIGGERS, WORDS
from hookspan.workflows.members import Members, Reading
from hookspan.workflows.step_forms import step_forms
from hookspan.workflows.steps.kinds import READERS
from hookspan.workflows.tracing import Schema, Tracing
from hookspan.workflows.validate import read_members

SCHEMA_ID = "urn:hookspan:workflow-definition"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_AMOUNTS: Mapping[str, object] = {**dict.fromkeys(POOLS, 1), "custom": [{}]}
_OPERATORS = [*OPERATORS, *ALIASES]
_OF_SOURCES = ("id", "webhookId", "createdAt", "updatedAt")


def _rows(paths: str, said: str) -> Schema:
    """Conditions; `paths` says where theirs begin, with an example of one that leads somewhere."""
    idle = "what a row of a source's filter has beside these; of no effect here"
    row: Schema = {
        "type": "object",
        "properties": {
            "fieldPath": {"type": "string", "description": paths},
            "field": {"type": "string", "description": "the same as fieldPath; one of them is required"},
            "operator": {"enum": _OPERATORS, "description": "how what the path leads to is compared"},
            "value": {"description": "what it is compared with; exists and not_exists take none"},
            "logicGroup": {
                "type": "integer",
                "minimum": 0,
                "maximum": GROUP_NUMBER_MOST,
                "default": 0,
                "description": "rows of one group must hold together, and one group that holds is enough",
            },
            "enabled": {"type": "boolean", "default": True, "description": "false leaves the row out"},
            **{name: {"description": idle} for name in _OF_SOURCES},
        },
        "required": ["operator"],
        "additionalProperties": False,
    }
    return {"type": "array", "maxItems": ROWS_MOST, "items": row, "description": said}


_IN_DATA = "a path into the event's data such as $.status; $type and $meta lead to its type and its metadata"
_IN_CONTEXT = "a path such as $.trigger.body.status; it begins with trigger, steps, vars or execution"
_WAIT: Schema = {"type": "integer", "minimum": 0, "maximum": WAIT_LIMIT_MS}
_RETRY: Mapping[str, Schema] = {
    "initialDelayMs": _WAIT,
    "multiplier": {"type": "number", "minimum": 1, "maximum": 10},
    "maxDelayMs": _WAIT,
    "jitter": {"type": "number", "minimum": 0, "maximum": 1},
}
# What is read by readers of its own, by the object it stands in; everything else is found out.
_REFINED: Mapping[tuple[str, str], Schema] = {
    ("steps", "when"): _rows(_IN_CONTEXT, WORDS["steps"]["when"]),
    ("cases", "when"): _rows(_IN_CONTEXT, WORDS["cases"]["when"]),
    ("triggers", "filter"): _rows(_IN_DATA, WORDS["triggers"]["filter"]),
    ("triggers", "events"): {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "maxLength": NAME_LIMIT},
        "description": f"{WORDS['triggers']['events']}; at most {PATTERN_LIMIT}",
    },
    ("triggers", "timezone"): {"default": Trigger().timezone},
    **{("retry", name): {**schema, "default": policy_to_json(STEPS)[name]} for name, schema in _RETRY.items()},
    ("with", "headers"): {"type": "object", "additionalProperties": {"type": "string"}},
    ("with", "metadata"): {"type": "object"},
    ("syncPoints", "requires"): {"minItems": 1},
    **{("", name): {"description": "set by the server, ignored in what is sent"} for name in SERVED},
}
_KINDS: Mapping[str, str] = {**TRIGGERS, **{kind: said for kind, (said, _) in step_forms().items()}}
"""What each kind of trigger and of step does."""


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
    told = WORDS.get(inside, {}).get(name)
    schema |= {**({} if told is None else {"description": told}), **_REFINED.get((inside, name), {})}
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
    kind = str(child.value["kind"])
    return {**shape, "description": _KINDS[kind], "properties": own}
