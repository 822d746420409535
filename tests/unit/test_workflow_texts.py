"""What a stored version says to its readers, and where reading a workflow stops."""

from __future__ import annotations

import pytest

from hookspan.api.compat.definitions import OrchestratorWorkflowChange
from hookspan.api.workflow_shapes import WorkflowPatch
from hookspan.errors import Invalid
from hookspan.model.workflows import STEP_LIMIT, VersionRow, WorkflowRow
from hookspan.workflows.shapes import version_json
from hookspan.workflows.tasks import definition_json, workflow_of_tasks
from hookspan.workflows.validate import decode_definition, read_workflow

ROW = WorkflowRow(
    id="w", tenant_id="t", name="Orders", description="", status="active",
    version=1, semver="1.0.0", created_at=0, updated_at=0,
)  # fmt: skip


def text_of(*steps: dict[str, object]) -> str:
    return read_workflow({"name": "Orders", "steps": list(steps)}).text


def test_a_text_of_an_earlier_release_shows_no_limit_of_its_own() -> None:
    text = text_of({"id": "a"})

    old = '{"concurrency":4,' + text[1:]

    assert "concurrency" not in text
    assert decode_definition(old) == decode_definition(text)
    assert "concurrency" not in version_json(VersionRow(workflow_id="w", version=1, definition=old, created_at=0))


def test_what_a_text_leaves_out_is_shown_empty() -> None:
    members = decode_definition(text_of({"id": "a"}))

    steps = members["steps"]
    assert isinstance(steps, list)
    assert (members["vars"], steps[0]["description"]) == ({}, "")
    assert list(steps[0])[:4] == ["id", "name", "description", "kind"]


def test_a_version_is_printed_as_tasks_without_being_compiled() -> None:
    nobody_compiles_it = text_of({"id": "a", "needs": []}).replace('"needs":[]', '"needs":["gone"]')

    shown = definition_json(ROW, nobody_compiles_it)

    assert shown["tasks"] == [
        {
            "id": "a",
            "name": "a",
            "description": "",
            "resourceRequirements": None,
            "dependencies": ["gone"],
            "timeout": None,
            "retryPolicy": None,
            "kind": "pass",
            "with": {},
        }
    ]


def test_too_many_tasks_are_refused_before_they_are_looked_at() -> None:
    nobody_reads_them = [object()] * (STEP_LIMIT + 1)

    with pytest.raises(Invalid) as refused:
        workflow_of_tasks({"name": "Orders", "tasks": nobody_reads_them})

    assert [(each.pointer, each.detail) for each in refused.value.faults] == [("/tasks", "has at most 200 entries")]


def test_what_seed_002_leaves_unchanged_has_no_default_in_the_document() -> None:
    changes = OrchestratorWorkflowChange.model_json_schema()["properties"]

    assert [name for name, schema in changes.items() if "default" in schema] == []
    assert "default" not in WorkflowPatch.model_json_schema()["properties"]["name"]
