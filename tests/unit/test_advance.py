"""The machine of an execution, told what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from hookspan.model.retry import STEPS
from hookspan.model.workflows import Definition, Step
from hookspan.workflows.advance import advance
from hookspan.workflows.happenings import (
    Aborted,
    Command,
    Publish,
    Resumed,
    Started,
    StartStep,
    StepFailed,
    StepFinished,
    StepWaits,
    TimerFired,
)
from hookspan.workflows.state import Problem, State
from tests.support.machine import BROKEN, published, tell


def graph(**needs: str) -> Definition:
    """A workflow written as `b="a"`: b needs a."""
    return Definition(tuple(Step(step_id, step_id, "http", tuple(names.split())) for step_id, names in needs.items()))


def started_steps(commands: Iterable[Command]) -> list[str]:
    return [command.step_id for command in commands if isinstance(command, StartStep)]


def test_steps_without_needs_start_together_and_the_step_behind_them_waits_for_both() -> None:
    diamond = graph(a="", b="", c="a b")

    _, at_first = tell(diamond, Started(0))
    _, after_one = tell(diamond, Started(0), StepFinished(1, "a", 1))
    _, after_both = tell(diamond, Started(0), StepFinished(1, "a", 1), StepFinished(2, "b", 1))

    assert [started_steps(commands) for commands in (at_first, after_one, after_both)] == [
        ["a", "b"],
        ["a", "b"],
        ["a", "b", "c"],
    ]


def test_an_execution_tells_its_whole_story_in_order() -> None:
    _, commands = tell(graph(a="", b="a"), Started(0), StepFinished(5, "a", 1), StepFinished(9, "b", 1))

    assert published(commands) == [
        "execution.started",
        "step.started",
        "step.completed",
        "step.started",
        "step.completed",
        "progress.updated",
        "execution.completed",
    ]
    assert commands[-1] == Publish("execution.completed")


def test_a_workflow_without_steps_completes_at_once() -> None:
    state, _ = tell(graph(), Started(3))

    assert (state.status, state.started_at, state.completed_at) == ("completed", 3, 3)


def test_progress_is_told_at_most_once_a_second_and_always_at_the_end() -> None:
    chain = graph(a="", b="", c="", d="")

    _, commands = tell(chain, Started(0), *(StepFinished(at, step, 1) for at, step in
                       ((1_000, "a"), (1_500, "b"), (2_100, "c"), (2_200, "d"))))  # fmt: skip

    assert published(commands).count("progress.updated") == 3


def test_a_failed_try_is_repeated_after_the_policys_wait() -> None:
    state, commands = tell(graph(a=""), Started(0), StepFailed(100, "a", 1, BROKEN, is_retryable=True))

    assert (state.status, state.due_at) == ("waiting", 1_100)
    assert commands[-1] == Publish("step.retrying", "a")


def test_the_far_sides_wish_to_wait_longer_is_honoured_up_to_the_policys_ceiling() -> None:
    def due(wished_ms: int) -> int | None:
        failure = StepFailed(0, "a", 1, BROKEN, is_retryable=True, retry_after_ms=wished_ms)
        return tell(graph(a=""), Started(0), failure)[0].step("a").due_at

    dues = [due(wished) for wished in (0, 500, 7_000, 30_001, 10**9)]

    assert dues == [1_000, 1_000, 7_000, 30_000, 30_000]


def test_the_timer_of_a_retry_starts_the_next_attempt() -> None:
    state, commands = tell(
        graph(a=""), Started(0), StepFailed(0, "a", 1, BROKEN, is_retryable=True), TimerFired(1_000, "a")
    )

    assert commands[-1] == StartStep("a", 2)
    assert state.status == "running"


def test_the_last_failed_try_fails_the_execution_and_cancels_what_still_runs() -> None:
    once = replace(STEPS, max_attempts=1)
    pair = Definition((Step("a", "a", "http", retry=once), Step("b", "b", "http"), Step("c", "c", "http", ("b",))))

    state, commands = tell(pair, Started(0), StepFailed(7, "a", 1, BROKEN, is_retryable=True))

    ending = ["step.failed", "step.cancelled", "step.cancelled", "progress.updated", "execution.failed"]
    assert published(commands)[-5:] == ending
    assert state.error == Problem("http_error", "HTTP 500", "a")
    assert {step_id: step.status for step_id, step in state.steps.items()} == {"a": "failed", "b": "cancelled"}


def test_a_failure_that_no_retry_mends_fails_at_once() -> None:
    state, _ = tell(graph(a=""), Started(0), StepFailed(7, "a", 1, Problem("template_error", "no such path")))

    assert state.status == "failed"


def test_a_waiting_step_is_done_when_its_timer_fires_and_not_before() -> None:
    asleep = (Started(0), StepWaits(0, "a", 1, until=60_000))

    too_early, _ = tell(graph(a=""), *asleep, TimerFired(59_999, "a"))
    in_time, _ = tell(graph(a=""), *asleep, TimerFired(60_000, "a"))

    assert (too_early.status, in_time.status) == ("waiting", "completed")


def test_a_resumed_execution_runs_its_running_steps_again_under_the_same_attempt() -> None:
    _, commands = tell(graph(a="", b="a"), Started(0), StepFinished(1, "a", 1), Resumed(30_000))

    assert commands[-1] == StartStep("b", 1)


def test_an_answer_to_an_earlier_attempt_changes_nothing() -> None:
    retried = (Started(0), StepFailed(0, "a", 1, BROKEN, is_retryable=True), TimerFired(1_000, "a"))

    state, _ = tell(graph(a=""), *retried)
    same, commands = advance(graph(a=""), state, StepFinished(1_001, "a", 1))

    assert (same, commands) == (state, ())


def test_an_aborted_execution_fails_with_the_engines_reason() -> None:
    state, _ = tell(graph(a=""), Started(0), Aborted(9, Problem("quarantined", "claimed five times")))

    assert (state.status, state.error) == ("failed", Problem("quarantined", "claimed five times"))


def test_a_state_survives_its_way_through_the_database() -> None:
    state, _ = tell(graph(a="", b="a"), Started(0), StepFailed(7, "a", 1, BROKEN, is_retryable=True))

    read = msgspec.json.decode(msgspec.json.encode(state), type=State)

    assert read == state


def test_a_state_with_members_of_another_release_can_be_read() -> None:
    read = msgspec.json.decode(b'{"points":{"p":{"status":"failed","ended_at":5}},"later":1}', type=State)

    assert read.points["p"].status == "failed"
