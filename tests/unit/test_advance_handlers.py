"""The machine's failures: who handles one, who does not, and what the execution ends with."""

from __future__ import annotations

from hookspan.model.workflows import Definition
from hookspan.workflows.advance import advance
from hookspan.workflows.happenings import (
    Judged,
    Publish,
    Restarted,
    Retried,
    Started,
    StepFailed,
    StepFinished,
)
from hookspan.workflows.progress import measure
from hookspan.workflows.state import Problem
from tests.support.machine import BROKEN, PAID, published, statuses, step, tell

REFUND = Definition(
    (step("pay", on_error=("refund",)), step("refund", condition=PAID), step("ship", "pay"), step("slow"))
)
UNPAID = (Started(0), StepFailed(1, "pay", 1, BROKEN), Judged(2, "refund", holds=False))
LOST = Problem("http_error", "HTTP 500", "pay")


def test_a_failure_whose_handler_is_skipped_fails_the_execution_at_once_with_its_own_problem() -> None:
    state, commands = tell(REFUND, *UNPAID)

    assert (state.status, state.error, state.completed_at) == ("failed", LOST, 2)
    assert statuses(state)["slow"] == "cancelled"
    assert commands[-1] == Publish("execution.failed")
    assert measure(REFUND, state).completed == 2


def test_a_failure_whose_handler_is_cut_off_fails_the_execution() -> None:
    fork = step("fork", ways=("there", "here"))
    cut = Definition(
        (fork, step("there", "fork"), step("here", "fork"), step("a", on_error=("h",)), step("h", "there"))
    )

    state, _ = tell(
        cut,
        Started(0),
        StepFinished(0, "fork", 1, ("here",)),
        StepFinished(0, "here", 1),
        StepFailed(1, "a", 1, BROKEN),
    )

    assert (state.status, state.error) == ("failed", Problem("http_error", "HTTP 500", "a"))


def test_one_handler_that_runs_is_enough() -> None:
    two = Definition((step("a", on_error=("no", "yes")), step("no", condition=PAID), step("yes")))

    state, _ = tell(
        two, Started(0), StepFailed(1, "a", 1, BROKEN), Judged(2, "no", holds=False), StepFinished(3, "yes", 1)
    )

    assert (state.status, measure(two, state).percentage) == ("completed", 100.0)


def test_a_handler_whose_failure_is_handled_takes_the_first_failure_with_it() -> None:
    chain = Definition((step("a", on_error=("h",)), step("h", on_error=("last",)), step("last")))

    state, _ = tell(
        chain, Started(0), StepFailed(1, "a", 1, BROKEN), StepFailed(2, "h", 1, BROKEN), StepFinished(3, "last", 1)
    )

    assert state.status == "completed"


def test_an_execution_ends_with_the_failure_of_the_handler_that_took_it_over() -> None:
    chain = Definition((step("a", on_error=("h",)), step("h", on_error=("last",)), step("last", condition=PAID)))

    state, _ = tell(
        chain, Started(0), StepFailed(1, "a", 1, BROKEN), StepFailed(2, "h", 1, BROKEN), Judged(3, "last", holds=False)
    )

    assert state.error == Problem("http_error", "HTTP 500", "h")


def test_a_failure_nobody_handled_is_tried_again_with_all_behind_it() -> None:
    failed, _ = tell(REFUND, *UNPAID)

    again, _ = advance(REFUND, failed, Retried(3))
    ended, _ = tell(REFUND, *(StepFinished(4, each, 2) for each in ("pay", "slow")), state=again)

    assert statuses(again) == {"pay": "running", "refund": "pending", "ship": "pending", "slow": "running"}
    assert statuses(ended) == {"pay": "completed", "refund": "skipped", "ship": "running", "slow": "completed"}


def test_a_failure_that_was_handled_is_remembered_should_its_handler_not_run_again() -> None:
    done = (*UNPAID[:2], Judged(2, "refund", holds=True), StepFinished(3, "refund", 1), StepFinished(4, "slow", 1))

    state, commands = tell(REFUND, *done, Restarted(5, "refund"), Judged(6, "refund", holds=False))

    assert (state.status, state.error) == ("failed", LOST)
    assert [each for each in published(commands) if each.startswith("execution.")] == [
        "execution.started",
        "execution.completed",
        "execution.failed",
    ]
