"""Sync points by the clock: the wait begins with the execution, a failure names its cause, a retry waits anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hookspan.model.workflows import Definition, Step, SyncPoint
from hookspan.workflows.advance import advance
from hookspan.workflows.happenings import (
    Cancelled,
    Command,
    Occurrence,
    Publish,
    Restarted,
    Retried,
    Started,
    StepFailed,
    StepFinished,
    TimerFired,
)
from hookspan.workflows.state import State
from tests.support.machine import BROKEN, ONCE, tell

A, B, OTHER = (Step(each, each, "http", retry=ONCE) for each in ("a", "b", "other"))
BOTH = SyncPoint("both", "Both", ("a", "b"), timeout_ms=5_000)
MEET = Definition((A, B, OTHER), points=(BOTH,))


def reasons(commands: list[Command]) -> list[str | None]:
    return [each.reason for each in commands if isinstance(each, Publish) and each.reason is not None]


def test_a_point_nobody_has_reached_fails_in_time_too() -> None:
    begun, _ = tell(MEET, Started(100))

    state, commands = tell(MEET, TimerFired(5_100, "both"), state=begun)

    assert begun.due_at == 5_100
    assert (state.status, state.points["both"].status, state.due_at) == ("failed", "failed", None)
    assert reasons(commands) == ["not all arrived in time"]


def test_the_first_arrival_does_not_put_the_end_of_the_wait_off() -> None:
    state, _ = tell(MEET, Started(0), StepFinished(4_000, "a", 1))

    assert state.points["both"].due_at == 5_000


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        (StepFailed(1, "b", 1, BROKEN), "b failed"),
        (StepFailed(1, "other", 1, BROKEN), "a was cancelled"),
        (Cancelled(1), "a was cancelled"),
    ],
)
def test_a_point_says_which_step_will_not_come(happened: Occurrence, reason: str) -> None:
    _, commands = tell(MEET, Started(0), happened)

    assert reasons(commands) == [reason]


@pytest.mark.parametrize("again", [Retried(9_000), Restarted(9_000, "b")])
def test_a_point_that_is_waited_for_again_has_all_its_time(again: Occurrence) -> None:
    failed, _ = tell(MEET, Started(0), StepFinished(1, "a", 1), TimerFired(5_000, "both"))

    state, _ = tell(MEET, again, state=failed)

    assert (state.points["both"].reached, state.points["both"].due_at) == (("a",), 14_000)
    assert state.due_at == 14_000


@pytest.mark.parametrize("happened", [Cancelled(1), StepFailed(1, "a", 1, BROKEN)])
def test_a_point_fails_at_the_end_for_want_of_a_step_that_never_began(happened: Occurrence) -> None:
    late = Definition((A, replace(B, needs=("a",))), points=(SyncPoint("p", "P", ("b",)),))

    state, commands = tell(late, Started(0), happened)

    assert state.points["p"].status == "failed"
    assert reasons(commands) == ["b was cancelled"]


def test_steps_that_never_began_are_told_as_cancelled_with_those_that_had() -> None:
    late = Definition((A, replace(B, needs=("a",)), OTHER))

    state, commands = tell(late, Started(0), StepFinished(0, "other", 1), Cancelled(1))

    cancelled = [each.step_id for each in commands if isinstance(each, Publish) and each.type == "step.cancelled"]
    assert (cancelled, "b" in state.steps) == (["a", "b"], False)


def test_a_point_that_was_still_open_at_the_end_is_waited_for_again() -> None:
    late, last = replace(B, needs=("other",)), Step("last", "last", "http", ("both",))
    behind = Definition((A, late, OTHER, last), points=(BOTH,))
    failed = State()
    for occurrence in (Started(0), StepFinished(1, "a", 1), StepFailed(2, "other", 1, BROKEN)):
        failed, _ = advance(behind, failed, occurrence)

    state, _ = advance(behind, failed, Retried(100))

    assert (failed.points["both"].status, failed.due_at) == ("failed", None)
    assert state.points["both"].due_at == 5_100
    assert state.alarms == {"both": 30_100}
