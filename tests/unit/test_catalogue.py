"""The event catalogue as data, and the views that other names give on the same fact."""

from __future__ import annotations

import pytest

from hookspan.model.catalogue import CATALOGUE, find, is_reserved, names_of, retention
from hookspan.model.match import is_name
from hookspan.model.views import has_view, view

SEED_002 = [
    "workflow.definition.created",
    "workflow.definition.updated",
    "workflow.definition.deleted",
    "workflow.execution.started",
    "workflow.execution.completed",
    "workflow.execution.failed",
    "workflow.execution.cancelled",
    "task.execution.started",
    "task.execution.completed",
    "task.execution.failed",
    "task.execution.cancelled",
    "progress.updated",
    "blocker.detected",
    "blocker.resolved",
    "milestone.achieved",
    "resource.allocated",
    "resource.released",
    "resource.shortage",
    "synchronization.point.reached",
    "synchronization.point.completed",
    "synchronization.point.failed",
    "system.error",
    "system.warning",
    "system.info",
]
SEED_004 = [
    "agent.started",
    "agent.stopped",
    "agent.failed",
    "workflow.started",
    "workflow.completed",
    "workflow.failed",
    "task.scheduled",
    "task.executed",
    "task.failed",
    "api.key.created",
    "api.key.revoked",
    "api.limit.exceeded",
    "system.health.degraded",
    "system.health.restored",
    "custom",
]
EXECUTION: dict[str, object] = {
    "executionId": "x1",
    "workflowId": "w1",
    "workflowName": "Order intake",
    "workflowVersion": 3,
    "status": "failed",
    "triggerType": "manual",
    "triggerEventId": None,
    "startedAt": "2025-05-21T21:26:58.211Z",
    "completedAt": "2025-05-21T21:27:09.442Z",
    "durationMs": 11231,
    "stepsTotal": 2,
    "stepsCompleted": 1,
    "output": None,
    "error": {"code": "boom", "message": "it broke", "stepId": "fetch"},
}
STEP: dict[str, object] = {
    "executionId": "x1",
    "workflowId": "w1",
    "stepId": "fetch",
    "stepName": "Fetch",
    "kind": "http",
    "status": "completed",
    "attempt": 2,
    "startedAt": "2025-05-21T21:26:58.211Z",
    "completedAt": None,
    "durationMs": None,
    "output": {"a": 1},
    "error": None,
}


@pytest.mark.parametrize(("seed", "names"), [("S1", SEED_002), ("S3", SEED_004)])
def test_every_type_a_seed_names_is_in_the_catalogue_once(seed: str, names: list[str]) -> None:
    assert sorted(row.name for row in CATALOGUE if row.seed == seed) == sorted(names)


def test_names_are_well_formed_and_unique() -> None:
    names = [row.name for row in CATALOGUE]

    assert len(set(names)) == len(names)
    assert all(is_name(name) for name in names)


def test_aliases_and_canonical_names_point_at_each_other() -> None:
    down = {(row.name, alias) for row in CATALOGUE for alias in row.aliases}
    up = {(row.canonical, row.name) for row in CATALOGUE if row.canonical}

    assert down == up
    assert all(find(alias) is not None for _, alias in down)


@pytest.mark.parametrize(
    ("canonical", "names"),
    [
        ("execution.started", ("execution.started", "workflow.execution.started", "workflow.started")),
        ("execution.cancelled", ("execution.cancelled", "workflow.execution.cancelled")),
        ("step.failed", ("step.failed", "task.execution.failed")),
        ("step.retrying", ("step.retrying",)),
        ("task.failed", ("task.failed",)),
        ("workflow.started", ("workflow.started",)),
        ("invoice.paid", ("invoice.paid",)),
    ],
)
def test_a_fact_has_its_canonical_name_then_its_aliases(canonical: str, names: tuple[str, ...]) -> None:
    assert names_of(canonical) == names


def test_only_a_received_request_is_called_webhook_received() -> None:
    assert names_of("github.push", inbound=True) == ("github.push", "webhook.received")
    assert names_of("webhook.received", inbound=True) == ("webhook.received",)
    assert names_of("github.push") == ("github.push",)


@pytest.mark.parametrize("name", ["agent.started", "custom", "invoice.paid", "github.push"])
def test_applications_may_publish_what_is_theirs(name: str) -> None:
    assert not is_reserved(name)


@pytest.mark.parametrize("name", ["execution.completed", "workflow.completed", "task.failed", "webhook.received"])
def test_names_the_engine_owns_are_reserved(name: str) -> None:
    assert is_reserved(name)


def test_what_nobody_may_want_is_kept_only_where_wanted() -> None:
    assert (retention("step.started"), retention("delivery.failing")) == ("S", "S")
    assert (retention("system.error"), retention("custom"), retention("invoice.paid")) == ("A", "A", "A")


def test_seed_002_sees_an_execution_in_its_own_shape() -> None:
    shaped = view("workflow.execution.failed", "execution.failed", EXECUTION)

    assert shaped is not None
    assert list(shaped.items()) == [
        ("id", "x1"),
        ("workflowDefinitionId", "w1"),
        ("status", "FAILED"),
        ("startTime", "2025-05-21T21:26:58.211Z"),
        ("endTime", "2025-05-21T21:27:09.442Z"),
        ("error", EXECUTION["error"]),
    ]


def test_an_execution_that_did_not_fail_has_no_error_member_for_seed_002() -> None:
    shaped = view("workflow.execution.completed", "execution.completed", {**EXECUTION, "status": "completed"})

    assert shaped is not None
    assert list(shaped) == ["id", "workflowDefinitionId", "status", "startTime", "endTime"]


def test_seed_004_sees_an_execution_in_snake_case() -> None:
    shaped = view("workflow.failed", "execution.failed", EXECUTION)

    assert shaped is not None
    assert list(shaped.items()) == [
        ("execution_id", "x1"),
        ("workflow_id", "w1"),
        ("workflow_name", "Order intake"),
        ("status", "failed"),
        ("started_at", "2025-05-21T21:26:58.211Z"),
        ("completed_at", "2025-05-21T21:27:09.442Z"),
        ("duration_ms", 11231),
        ("error", {"code": "boom", "message": "it broke", "step_id": "fetch"}),
    ]


def test_seed_002_sees_a_step_as_a_task() -> None:
    shaped = view("task.execution.completed", "step.completed", STEP)

    assert shaped is not None
    assert list(shaped.items()) == [
        ("id", "fetch"),
        ("workflowExecutionId", "x1"),
        ("taskDefinitionId", "fetch"),
        ("status", "COMPLETED"),
        ("startTime", "2025-05-21T21:26:58.211Z"),
        ("endTime", None),
        ("attempts", 2),
        ("error", None),
        ("resources", None),
    ]


def test_a_skipped_step_reads_completed_for_seed_002() -> None:
    shaped = view("task.execution.completed", "step.completed", {**STEP, "status": "skipped"})

    assert shaped is not None
    assert shaped["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("delivered", "canonical"),
    [
        ("execution.failed", "execution.failed"),
        ("progress.updated", "progress.updated"),
        ("workflow.failed", "workflow.failed"),
        ("invoice.paid", "invoice.paid"),
        ("webhook.received", "github.push"),
    ],
)
def test_data_keeps_its_shape_under_its_own_name(delivered: str, canonical: str) -> None:
    assert view(delivered, canonical, EXECUTION) is None
    assert not has_view(delivered, canonical)
