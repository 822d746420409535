"""What a definition says of how long a try may take and how many there are, by the kind of step."""

from __future__ import annotations

import pytest

from hookspan.errors import Invalid
from hookspan.model.addresses import AddressRules
from hookspan.model.urls import UrlRules
from hookspan.model.workflows import LONGEST_WAIT_MS, Step
from hookspan.workflows.validate import read_definition, read_workflow

RULES = UrlRules(AddressRules())
WORKFLOW = {"workflowId": "0197a3c2-5f00-7c4e-8a51-3d1b2f6c9e04"}


def one(kind: str, work: dict[str, object], **members: object) -> Step:
    step = {"id": "a", "kind": kind, "with": work, **members}
    return read_definition(read_workflow({"name": "x", "steps": [step]}, RULES, now=0).text).steps[0]


@pytest.mark.parametrize(
    ("kind", "work"),
    [("workflow", WORKFLOW), ("external", {}), ("wait", {"signal": "go"}), ("wait", {"durationMs": 9})],
)
def test_what_waits_for_others_is_tried_once_and_for_as_long_as_it_takes(kind: str, work: dict[str, object]) -> None:
    step = one(kind, work)

    assert (step.timeout_ms, step.retry.attempts) == (None, 1)


@pytest.mark.parametrize(("kind", "work"), [("workflow", WORKFLOW), ("external", {}), ("wait", {"signal": "go"})])
def test_a_step_that_waits_for_others_may_say_how_long_and_how_often(kind: str, work: dict[str, object]) -> None:
    step = one(kind, work, timeoutMs=LONGEST_WAIT_MS, retry={"maxAttempts": 4})

    assert (step.timeout_ms, step.retry.attempts) == (LONGEST_WAIT_MS, 4)


@pytest.mark.parametrize("work", [{"durationMs": 60_000}, {"until": "1970-01-02T00:00:00Z"}])
def test_a_wait_for_a_time_has_no_timeout(work: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        one("wait", work, timeoutMs=500)

    assert [fault.pointer for fault in refused.value.faults] == ["/steps/0/timeoutMs"]


def test_the_timeout_that_is_usual_for_calls_is_none_of_a_wait_for_a_time_either() -> None:
    with pytest.raises(Invalid) as refused:
        one("wait", {"durationMs": 60_000}, timeoutMs=15_000)

    assert [fault.pointer for fault in refused.value.faults] == ["/steps/0/timeoutMs"]
