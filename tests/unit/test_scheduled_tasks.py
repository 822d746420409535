"""What is told of tasks is what the catalogue says of them (contracts F.3, V11)."""

from __future__ import annotations

from dataclasses import replace

import jsonschema_rs
import pytest

from hookspan.model.events import NewEvent
from hookspan.model.scheduled_tasks import Task, delay_facts, delayed_task, schedule_task, task_json
from hookspan.model.schemas import built_in_schema

WORKFLOW = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
NOW = 1_747_862_830_000
RUN = schedule_task(WORKFLOW, "nightly", NOW)
EVENT = delayed_task(WORKFLOW, "order.paid", NOW)


@pytest.mark.parametrize(
    ("kind", "task"),
    [
        ("task.scheduled", RUN),
        ("task.scheduled", EVENT),
        ("task.executed", replace(RUN, execution_id=WORKFLOW, executed_at=NOW + 1, duration_ms=1)),
        ("task.executed", replace(EVENT, executed_at=NOW + 1)),
        ("task.failed", replace(RUN, error={"code": "step_failed", "message": "the far side answered 500"})),
    ],
)
def test_a_task_is_as_its_schema_says(kind: str, task: Task) -> None:
    faults = list(jsonschema_rs.Draft202012Validator(dict(built_in_schema(kind))).iter_errors(task_json(task)))

    assert faults == []


def test_the_runs_of_a_schedule_are_one_task_and_those_of_another_are_not() -> None:
    later = schedule_task(WORKFLOW, "nightly", NOW + 1)
    other = schedule_task(WORKFLOW, "weekly", NOW)

    assert RUN.id == later.id != other.id


@pytest.mark.parametrize(("deliver_at", "kinds"), [(None, []), (NOW + 1, ["task.scheduled"])])
def test_only_an_event_that_waits_is_a_task(deliver_at: int | None, kinds: list[str]) -> None:
    event = NewEvent(
        id=WORKFLOW, tenant_id="t", type="a.b", data=b"{}", created_at=NOW, origin="api", deliver_at=deliver_at
    )

    facts = delay_facts(event)

    assert [fact.type for fact in facts] == kinds
