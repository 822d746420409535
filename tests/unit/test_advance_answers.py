"""The machine's waits for others: a refusal or no answer in time ends a try, and there may be another."""

from __future__ import annotations

from dataclasses import replace

from hookspan.model.retry import STEPS
from hookspan.model.workflows import Definition
from hookspan.workflows.happenings import (
    Answered,
    GiveUp,
    Publish,
    Started,
    StartStep,
    StepWaits,
    TimerFired,
)
from hookspan.workflows.state import Problem
from tests.support.machine import BROKEN, statuses, step, tell

TWICE = Definition((step("a", retry=replace(STEPS, max_attempts=2)),))
ASKED = (Started(0), StepWaits(0, "a", 1, 500, then="answer"))


def test_a_refusal_is_followed_by_another_try_while_there_is_one() -> None:
    state, commands = tell(TWICE, *ASKED, Answered(100, "a", BROKEN), TimerFired(1_100, "a"))

    assert (statuses(state), state.step("a").attempt) == ({"a": "running"}, 2)
    assert commands[-2:] == [Publish("step.retrying", "a"), StartStep("a", 2)]
    assert GiveUp("a") not in commands


def test_the_last_refusal_fails_the_step() -> None:
    second = (TimerFired(1_100, "a"), StepWaits(1_100, "a", 2, None, then="answer"))

    state, _ = tell(TWICE, *ASKED, Answered(100, "a", BROKEN), *second, Answered(1_200, "a", BROKEN))

    assert (state.status, state.error) == ("failed", Problem("http_error", "HTTP 500", "a"))


def test_a_refusal_that_will_not_pass_is_not_followed_by_another_try() -> None:
    state, _ = tell(TWICE, *ASKED, Answered(100, "a", BROKEN, is_retryable=False))

    assert state.status == "failed"


def test_who_did_not_answer_in_time_is_given_up_before_the_next_try() -> None:
    state, commands = tell(TWICE, *ASKED, TimerFired(500, "a"))

    assert commands[-2:] == [GiveUp("a"), Publish("step.retrying", "a")]
    assert (state.step("a").then, state.due_at) == ("retry", 1_500)


def test_the_pause_after_a_refusal_is_drawn() -> None:
    dues = [tell(TWICE, *ASKED, Answered(0, "a", BROKEN, random01=drawn))[0].due_at for drawn in (0.0, 0.5)]
    late = [tell(TWICE, *ASKED, TimerFired(500, "a", random01=drawn))[0].due_at for drawn in (0.0, 0.5)]

    policy = TWICE.steps[0].retry
    waits = [policy.wait_ms(1, random01=drawn) for drawn in (0.0, 0.5)]
    assert (dues, late) == (waits, [500 + wait for wait in waits])
