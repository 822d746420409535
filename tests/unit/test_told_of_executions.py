"""What the data of an execution's events says: resources held, steps done, when it may be done."""

from __future__ import annotations

import msgspec
import pytest

from hookspan.model.executions import ExecutionStatus
from hookspan.model.schemas import built_in_example
from hookspan.model.views import view
from hookspan.model.workflows import Definition, Step
from hookspan.workflows.facts import Fact, Subject, data_of
from hookspan.workflows.happenings import Publish
from hookspan.workflows.progress import measure, report
from hookspan.workflows.state import State, StepState
from tests.support.rows import running_row

COSTLY = Definition((Step("a", "A", "pass", resources={"cpu": 2.0, "gpu": 0.5}),))


@pytest.mark.parametrize(
    ("holds", "resources"),
    [
        (True, {"cpu": 2, "memory": None, "storage": None, "custom": [{"name": "gpu", "value": 0.5}]}),
        (False, None),
    ],
)
def test_a_steps_event_tells_what_it_holds_under_either_name(
    *, holds: bool, resources: dict[str, object] | None
) -> None:
    state = State("running", {"a": StepState("running", 1, holds=holds)})

    told = msgspec.json.decode(
        data_of(Subject(running_row(), "W", COSTLY), Fact(Publish("step.started", "a"), state, 5))
    )

    assert told["resources"] == resources
    task = view("task.execution.started", "step.started", told)
    assert task is not None
    assert task["resources"] == resources


@pytest.mark.parametrize(
    ("status", "estimate"), [("completed", "1970-01-01T00:00:09.000Z"), ("failed", None), ("cancelled", None)]
)
def test_only_what_completed_has_an_end_that_was_to_be_expected(status: ExecutionStatus, estimate: str | None) -> None:
    state = State(status, {"a": StepState("running", 1)}, completed_at=9_000)

    told = report("e", COSTLY, state, mean_ms=100.0, now=10_000)

    assert told["estimatedCompletion"] == estimate


def test_a_failure_that_was_handled_is_done() -> None:
    handled = Definition(
        (Step("a", "A", "pass", on_error=("mend",)), Step("mend", "Mend", "pass"), Step("b", "B", "pass"))
    )
    ended = {"a": StepState("failed", 1), "mend": StepState("completed", 1), "b": StepState("failed", 1)}

    progress = measure(handled, State("failed", ended))

    assert (progress.completed, progress.total) == (2, 3)


def test_the_example_of_a_shortage_holds_nothing_yet() -> None:
    example = built_in_example("resource.shortage")

    assert (example["allocatedAt"], example["releasedAt"]) == (None, None)
