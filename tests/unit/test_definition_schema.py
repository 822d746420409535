"""The JSON Schema of a workflow says what the readers say: nothing they take is refused by it."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.errors import Invalid, TooLarge
from hookspan.model.ids import new_id
from hookspan.model.paths import BODY
from hookspan.model.rules import Rules
from hookspan.model.workflows import StepKind
from hookspan.workflows.definition_schema import SCHEMA_ID, definition_schema
from hookspan.workflows.step_forms import step_forms
from hookspan.workflows.steps.branch import Branch
from hookspan.workflows.steps.kinds import READERS
from hookspan.workflows.validate import decode_definition, read_definition, read_workflow

CHECK = jsonschema_rs.Draft202012Validator(dict(definition_schema()))
ROW = {"fieldPath": "$.trigger.body.status", "operator": "equals", "value": "paid", "logicGroup": 1, "enabled": False}
RETRY = {"maxAttempts": 3, "initialDelayMs": 1_000, "multiplier": 2.5, "maxDelayMs": 30_000, "jitter": 0.2}
AMOUNTS = {"cpu": 1, "memory": 2.5, "custom": [{"name": "gpu", "value": 0.5}]}
WORK: Mapping[str, Mapping[str, Any]] = {
    "pass": {},
    "transform": {"output": {"a": ["{{trigger.body.id}}", None]}},
    "http": {"method": "PUT", "url": "https://a.example/{{vars.x}}", "headers": {"X-A": "b"}, "body": [1]},
    "branch": {"cases": [{"when": [ROW], "to": []}], "else": []},
    "wait": {"signal": "paid", "timeoutMs": 1},
    "emit": {"event": "order.ready", "data": {}, "metadata": {"a": 1}},
    "external": {"callbackTtlMs": 1},
    "python": {"function": "f", "input": 1},
    "workflow": {"workflowId": new_id(1), "input": {}},
}
WHOLE: dict[str, Any] = {
    "id": "x",
    "version": 3,
    "semver": "1.0.0",
    "createdAt": None,
    "updatedAt": "",
    "name": "Order intake",
    "description": "",
    "status": "draft",
    "concurrency": None,
    "priority": 0,
    "vars": {"x": "eu"},
    "triggers": [
        {"id": "a", "kind": "webhook"},
        {"id": "b", "kind": "schedule", "cron": "0 2 * * *", "timezone": "UTC", "missed": "skip"},
        {"id": "c", "kind": "event", "events": ["invoice.*"], "filter": [ROW]},
    ],
    "steps": [
        {
            "id": kind,
            "name": kind,
            "description": "what it does",
            "kind": kind,
            "needs": [],
            "when": [ROW],
            "with": work,
            "timeoutMs": 1,
            "retry": RETRY,
            "resources": AMOUNTS,
            "onError": [],
        }
        for kind, work in WORK.items()
    ],
    "syncPoints": [{"id": "p", "name": "P", "description": "", "requires": ["http"], "timeoutMs": None}],
    "milestones": [{"id": "m", "name": "M", "description": "x", "after": ["http"]}],
}


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of everything in a value but itself."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in inside for place in [(*path, key), *places(each, (*path, key))]]


def changed(path: tuple[str | int, ...], change: object) -> dict[str, Any]:
    """The whole workflow with something else in one place, or without it."""
    found: Any = copy.deepcopy(WHOLE)
    value = found
    for key in path[:-1]:
        found = found[key]
    if change is LEFT_OUT:
        del found[path[-1]]
    else:
        found[path[-1]] = change
    assert isinstance(value, dict)
    return value


def is_read(value: Mapping[str, Any]) -> bool:
    try:
        read_workflow(value)
    except (Invalid, TooLarge):
        return False
    return True


LEFT_OUT = object()
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "x", "kind"]), inner, max_size=2)
    ),
    max_leaves=3,
)
changes = (
    odd | st.just(LEFT_OUT) | st.sampled_from([*WORK, "schedule", "event", "webhook", "active", {}, [], 0, -1, ""])
)


def test_it_is_a_schema_of_the_dialect_it_names() -> None:
    schema = definition_schema()

    assert jsonschema_rs.meta.is_valid(dict(schema))
    assert (schema["$id"], schema["$schema"]) == (SCHEMA_ID, "https://json-schema.org/draft/2020-12/schema")


def test_everything_a_workflow_may_say_is_in_it() -> None:
    assert is_read(WHOLE)
    assert CHECK.is_valid(WHOLE)
    assert CHECK.is_valid({"name": "x"})
    assert CHECK.is_valid({"name": "x", **decode_definition(read_workflow(WHOLE).text)})


@given(st.sampled_from(places(WHOLE)), changes)
@settings(max_examples=1_500, deadline=None)
def test_what_the_readers_take_it_takes(path: tuple[str | int, ...], change: object) -> None:
    value = changed(path, change)

    assert CHECK.is_valid(value) or not is_read(value)


OBJECTS = [
    (),
    ("triggers", 0),
    ("triggers", 1),
    ("triggers", 2),
    ("triggers", 2, "filter", 0),
    *(("steps", number) for number in range(len(WORK))),
    *(("steps", number, "with") for number in range(len(WORK))),
    ("steps", 3, "with", "cases", 0),
    ("steps", 0, "retry"),
    ("steps", 0, "resources"),
    ("steps", 0, "resources", "custom", 0),
    ("syncPoints", 0),
    ("milestones", 0),
]


@pytest.mark.parametrize("path", OBJECTS)
def test_an_unknown_member_is_refused_by_both(path: tuple[str | int, ...]) -> None:
    value = changed((*path, "colour"), "red")

    assert (is_read(value), CHECK.is_valid(value)) == (False, False)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (("name",), LEFT_OUT),
        (("name",), "x" * 101),
        (("status",), "asleep"),
        (("priority",), 4),
        (("concurrency",), 0),
        (("triggers",), [{"id": f"t{number}"} for number in range(21)]),
        (("triggers", 1, "cron"), LEFT_OUT),
        (("triggers", 1, "missed"), "never"),
        (("triggers", 2, "events"), LEFT_OUT),
        (("steps",), [{} for _ in range(201)]),
        (("steps", 0, "id"), "a b"),
        (("steps", 0, "kind"), "magic"),
        (("steps", 0, "needs"), "http"),
        (("steps", 0, "timeoutMs"), 300_001),
        (("steps", 0, "resources", "cpu"), -1),
        (("steps", 0, "retry", "maxAttempts"), 51),
        (("steps", 1, "with", "output"), LEFT_OUT),
        (("steps", 2, "with", "url"), LEFT_OUT),
        (("steps", 2, "with", "method"), "BREW"),
        (("steps", 2, "with", "headers"), {"a": 1}),
        (("steps", 3, "with", "cases"), LEFT_OUT),
        (("steps", 5, "with", "event"), LEFT_OUT),
        (("steps", 7, "with"), LEFT_OUT),
        (("steps", 8, "with", "workflowId"), None),
        (("syncPoints", 0, "requires"), []),
        (("milestones", 0, "after"), 1),
    ],
)
def test_what_is_wrong_by_itself_is_refused_by_both(path: tuple[str | int, ...], change: object) -> None:
    value = changed(path, change)

    assert (is_read(value), CHECK.is_valid(value)) == (False, False)


@pytest.mark.parametrize("kind", [{}, {"kind": None}])
def test_a_part_without_a_kind_is_of_the_usual_one(kind: Mapping[str, Any]) -> None:
    right = {"name": "x", "steps": [{**kind, "with": {}}], "triggers": [{**kind, "id": "t"}]}
    step = {"name": "x", "steps": [{**kind, "with": {"output": 1}}]}
    trigger = {"name": "x", "triggers": [{**kind, "cron": "0 2 * * *"}]}

    assert [(is_read(value), CHECK.is_valid(value)) for value in (right, step, trigger)] == [
        (True, True),
        (False, False),
        (False, False),
    ]


def test_it_is_the_same_text_in_every_process() -> None:
    program = (
        "import json; from hookspan.workflows.definition_schema import definition_schema as d; print(json.dumps(d()))"
    )
    texts = {
        subprocess.check_output([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in "12"
    }

    assert len(texts) == 1


def members(schema: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every member that the schema lets somebody write, by the names that lead to it; `True` says it stands above."""
    if isinstance(schema, dict):
        for name, inner in schema.get("properties", {}).items():
            if inner is not True:
                yield (*path, name), inner
                yield from members(inner, (*path, name))
        yield from members(schema.get("items"), path)
        yield from (found for each in schema.get("allOf", ()) for found in members(each["then"], path))


def example_of(*path: str) -> list[dict[str, str]]:
    """A condition by the path that the schema gives as an example for rows in this place."""
    told = next(inner["description"] for names, inner in members(definition_schema()) if names == (*path, "fieldPath"))
    return [{"fieldPath": re.findall(r"\$[\w.]+", told)[0], "operator": "equals", "value": "paid"}]


def holds(rules: Rules | None, status: str, view: object) -> bool:
    assert rules is not None
    return rules.passes({BODY: view})


@pytest.mark.parametrize("status", ["paid", "open"])
def test_a_path_it_gives_as_an_example_leads_to_what_stands_there(status: str) -> None:
    data = {"status": status}
    value = {
        "name": "x",
        "triggers": [{"kind": "event", "events": ["a"], "filter": example_of("triggers", "filter")}],
        "steps": [
            {"id": "a", "when": example_of("steps", "when")},
            {"id": "b", "kind": "branch", "with": {"cases": [{"when": example_of("steps", "with", "cases", "when")}]}},
        ],
    }

    read = read_definition(read_workflow(value).text)

    work = read.steps[1].work
    assert isinstance(work, Branch)
    context = {"trigger": {"body": data}}
    assert holds(read.triggers[0].rules, status, data) is (status == "paid")
    assert holds(read.steps[0].condition, status, context) is (status == "paid")
    assert holds(work.cases[0].condition, status, context) is (status == "paid")


def test_every_member_is_described_in_words_that_users_can_look_up() -> None:
    silent = [path for path, inner in members(definition_schema()) if not inner.get("description")]
    text = str(definition_schema()) + str(step_forms())

    assert silent == []
    assert re.findall(r"contracts|seed 00|§|\b[A-H]\.\d|\(S\d+\)", text) == []


@pytest.mark.parametrize("kind", get_args(StepKind))
def test_what_is_by_itself_is_said(kind: StepKind) -> None:
    schema: dict[str, Any] = definition_schema()
    variants = schema["properties"]["steps"]["items"]["allOf"]
    given: dict[str, object] = {"kind": kind, "with": WORK[kind], "retry": {}}

    usual = {
        ".".join(path): inner.get("default") for path, inner in members(variants[list(READERS).index(kind)]["then"])
    }

    read = read_definition(read_workflow({"name": "x", "steps": [given], "vars": {"x": "eu"}}).text).steps[0]
    assert {name.removeprefix("retry."): usual[name] for name in usual if name.startswith("retry.")} == {
        "maxAttempts": read.retry.max_attempts,
        "initialDelayMs": read.retry.initial_delay_ms,
        "multiplier": read.retry.multiplier,
        "maxDelayMs": read.retry.max_delay_ms,
        "jitter": read.retry.jitter,
    }
    assert usual["timeoutMs"] == read.timeout_ms


def test_the_time_zone_that_is_meant_by_itself_is_said() -> None:
    usual = {".".join(path): inner["default"] for path, inner in members(definition_schema()) if "default" in inner}

    assert usual["triggers.timezone"] == "UTC"
