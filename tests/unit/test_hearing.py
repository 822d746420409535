"""What a message means to an execution as it stands."""

from __future__ import annotations

import pytest

from hookspan.model.executions import Message, MessageKind, resource_lease_id
from hookspan.model.workflows import Definition, Step
from hookspan.workflows.happenings import Answered, BlockerTold, Cancelled, Granted
from hookspan.workflows.hearing import Heard, meaning
from hookspan.workflows.state import Problem, State, StepState
from hookspan.workflows.steps.external import External
from hookspan.workflows.steps.wait import Wait

EXECUTION_ID = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
DEFINITION = Definition(
    (
        Step("ask", "Ask", "external", work=External(1)),
        Step("go", "Go", "wait", work=Wait(signal="paid")),
        Step("hungry", "Hungry", "pass", resources={"cpu": 1.0}),
    )
)
STATE = State(
    status="waiting",
    steps={
        "ask": StepState("waiting", attempt=2, then="answer"),
        "go": StepState("waiting", attempt=1, then="answer"),
        "hungry": StepState("waiting", attempt=3, base=3, then="grant"),
    },
)


def message(kind: MessageKind, topic: str, payload: bytes = b"null") -> Message:
    return Message(
        id="m", tenant_id="t", execution_id=EXECUTION_ID, kind=kind, topic=topic, payload=payload, created_at=0
    )


def test_an_answer_is_for_the_try_that_waits() -> None:
    right = meaning(message("complete", "ask", b'{"attempt":2,"output":1.50}'), DEFINITION, STATE, 9)
    late = meaning(message("complete", "ask", b'{"attempt":1,"output":1}'), DEFINITION, STATE, 9)

    assert isinstance(right, Heard)
    assert (right.occurrence, str(right.output)) == (Answered(9, "ask"), "1.50")
    assert late == "never"


def test_a_failure_is_told_with_its_words() -> None:
    payload = b'{"attempt":2,"error":{"code":"refused","message":"no"}}'

    heard = meaning(message("fail", "ask", payload), DEFINITION, STATE, 9)

    assert isinstance(heard, Heard)
    assert heard.occurrence == Answered(9, "ask", Problem("refused", "no"))


@pytest.mark.parametrize("topic", ["go", "hungry", "nobody"])
def test_only_who_waits_outside_is_answered(topic: str) -> None:
    assert meaning(message("complete", topic, b'{"attempt":1}'), DEFINITION, STATE, 9) == "never"


def test_a_signal_is_kept_until_somebody_waits_for_it() -> None:
    heard = meaning(message("signal", "paid", b"7"), DEFINITION, STATE, 9)

    assert isinstance(heard, Heard)
    assert (heard.occurrence, heard.output) == (Answered(9, "go"), 7)
    assert meaning(message("signal", "shipped", b"7"), DEFINITION, STATE, 9) == "later"


def test_a_grant_is_for_the_lease_that_was_asked_for() -> None:
    lease_id, old_id = (resource_lease_id(EXECUTION_ID, "hungry", base) for base in (3, 0))

    right = meaning(message("granted", "hungry", f'{{"lease":"{lease_id}"}}'.encode()), DEFINITION, STATE, 9)
    old = meaning(message("granted", "hungry", f'{{"lease":"{old_id}"}}'.encode()), DEFINITION, STATE, 9)

    assert isinstance(right, Heard)
    assert (right.occurrence, old) == (Granted(9, "hungry"), "never")


def test_what_people_tell_of_is_heard_at_any_time() -> None:
    blocker = meaning(message("blocker", "b1", b'{"description":"ill","stepId":"go"}'), DEFINITION, State(), 9)
    cancel = meaning(message("cancel", ""), DEFINITION, State(), 9)

    assert isinstance(blocker, Heard)
    assert isinstance(cancel, Heard)
    assert (blocker.occurrence, cancel.occurrence) == (BlockerTold(9, "b1", "ill", 0, "go"), Cancelled(9))
