"""What is exported of a workflow is short, and reads back as the very same version (contracts C.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.model.yaml_reading import read_yaml
from hookspan.workflows.comparing import compared
from hookspan.workflows.exported import YAML_BYTES, exported, exported_yaml
from hookspan.workflows.validate import read_workflow

write = msgspec.json.Encoder(decimal_format="number").encode


def stored(value: dict[str, Any], number: int = 1) -> tuple[WorkflowRow, VersionRow]:
    draft = read_workflow(value)
    row = WorkflowRow(
        id="w", tenant_id="t", name=draft.name, description=draft.description, status=draft.status,
        version=number, semver="1.0.0", created_at=0, updated_at=0, concurrency=draft.concurrency,
    )  # fmt: skip
    return row, VersionRow(workflow_id="w", version=number, definition=draft.text, created_at=0)


json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
).filter(lambda value: "{{" not in repr(value) and "\\x00" not in repr(value))
words = st.text(min_size=1, max_size=9).filter(lambda text: "\0" not in text)
optional: dict[str, st.SearchStrategy[Any]] = {
    "name": words,
    "description": st.sampled_from(["", "what it does\n"]),
    "timeoutMs": st.sampled_from([None, 1, 15_000]),
    "resources": st.sampled_from([None, {}, {"cpu": Decimal("0.5")}]),
    "retry": st.sampled_from([None, {}, {"maxAttempts": 3}, {"jitter": Decimal("0.25")}]),
    "when": st.sampled_from([None, [], [{"fieldPath": "$.vars.x", "operator": "exists"}]]),
}
work = st.fixed_dictionaries({"output": json}).map(lambda given: {"kind": "transform", "with": given})
plain = st.fixed_dictionaries({}, optional=optional)
patient = plain.map(lambda given: {**given, "kind": "external", "with": {}})
steps = st.lists(plain | work | patient, max_size=4)
workflows = st.fixed_dictionaries(
    {"name": st.just("x"), "steps": steps},
    optional={
        "description": st.sampled_from(["", "d"]),
        "status": st.sampled_from(["draft", "active"]),
        "concurrency": st.sampled_from([None, 1]),
        "priority": st.integers(0, 3),
        "vars": st.none() | st.dictionaries(words, json, max_size=3),
        "triggers": st.sampled_from([[], [{"id": "trigger", "kind": "webhook"}], [{"id": "other"}]]),
        "milestones": st.sampled_from([[], [{"id": "m", "name": "m", "after": []}, {"id": "n", "description": "d"}]]),
    },
)


@given(workflows)
@settings(max_examples=300, deadline=None)
def test_an_import_of_an_export_is_the_same_version(value: dict[str, Any]) -> None:
    row, version = stored(value)

    text = exported_yaml(row, version)

    read = read_yaml(text.encode(), most_bytes=YAML_BYTES).value
    assert isinstance(read, dict)
    assert write(read) == write(exported(row, version))
    again, same = stored(read)
    assert (same.definition, again.concurrency) == (version.definition, row.concurrency)
    assert (again.name, again.description, again.status) == (row.name, row.description, row.status)


def test_what_a_reader_fills_in_is_left_out() -> None:
    point = {"requires": ["a"]}
    row, version = stored({"name": "x", "steps": [{"id": "a"}], "syncPoints": [point], "milestones": [{}]})

    assert exported(row, version) == {
        "name": "x",
        "status": "active",
        "steps": [{"id": "a", "kind": "pass"}],
        "syncPoints": [{"id": "sync-1", "requires": ["a"]}],
        "milestones": [{"id": "milestone-1"}],
    }


def test_a_step_is_changed_when_it_is_written_otherwise() -> None:
    def with_output(value: object, number: int) -> VersionRow:
        steps = [{"id": "a", "kind": "transform", "with": {"output": value}}]
        return stored({"name": "x", "steps": steps}, number)[1]

    found = [compared(with_output(1, 1), with_output(value, 2))["steps"] for value in (1, True, Decimal("1.0"))]

    assert [each["changed"] for each in found if isinstance(each, dict)] == [[], ["a"], ["a"]]


def test_of_a_step_that_waits_for_others_nothing_is_exported_that_its_kind_means_by_itself() -> None:
    waits = {"id": "ask", "kind": "external", "with": {"callbackTtlMs": 9}}

    told = [exported(*stored({"name": "x", "steps": [{**waits, **more}]}))["steps"] for more in (
        {}, {"timeoutMs": 15_000}, {"retry": {"maxAttempts": 3}},
    )]  # fmt: skip

    retry = {"maxAttempts": 3, "initialDelayMs": 1_000, "multiplier": 2, "maxDelayMs": 30_000, "jitter": Decimal("0.2")}
    assert told == [[waits], [{**waits, "timeoutMs": 15_000}], [{**waits, "retry": retry}]]
