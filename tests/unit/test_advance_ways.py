"""The machine's turnings: conditions, branches, handlers, sync points, resources, answers, restarts."""

from __future__ import annotations

from dataclasses import replace

from hookspan.model.retry import STEPS
from hookspan.model.workflows import Definition, Milestone, SyncPoint
from hookspan.workflows.advance import advance
from hookspan.workflows.happenings import (
    Answered,
    BlockerGone,
    BlockerTold,
    Cancelled,
    GiveUp,
    Granted,
    Judge,
    Judged,
    MilestoneTold,
    Occurrence,
    Publish,
    Release,
    Request,
    Restarted,
    Resumed,
    Retried,
    Short,
    Started,
    StartStep,
    StepFailed,
    StepFinished,
    StepWaits,
    TimerFired,
)
from hookspan.workflows.state import Problem
from tests.support.machine import BROKEN, PAID, published, statuses, step, tell


def test_a_step_with_a_condition_is_judged_before_it_starts() -> None:
    state, commands = tell(Definition((step("a", condition=PAID),)), Started(0))

    assert Judge("a") in commands
    assert (state.status, state.steps) == ("running", {})


def test_a_step_whose_condition_does_not_hold_is_skipped_and_those_behind_it_run() -> None:
    pair = Definition((step("a", condition=PAID), step("b", "a")))

    state, commands = tell(pair, Started(0), Judged(1, "a", holds=False))

    assert statuses(state) == {"a": "skipped", "b": "running"}
    assert commands[-1] == StartStep("b", 1)


def test_a_condition_that_could_not_be_judged_fails_its_step() -> None:
    problem = Problem("filter_error", "the budget is spent")

    state, _ = tell(Definition((step("a", condition=PAID),)), Started(0), Judged(1, "a", holds=False, problem=problem))

    assert (state.status, state.error) == ("failed", Problem("filter_error", "the budget is spent", "a"))


FORK = Definition(
    (
        step("fork", ways=("left", "right")),
        step("left", "fork"),
        step("right", "fork"),
        step("far", "right"),
        step("join", "left right"),
    )
)


def test_a_branch_runs_the_way_it_chose_and_cuts_the_others_with_all_behind_them() -> None:
    state, _ = tell(FORK, Started(0), StepFinished(1, "fork", 1, ("left",)))

    assert statuses(state) == {"fork": "completed", "left": "running", "right": "skipped", "far": "skipped"}


def test_where_ways_join_one_that_was_taken_is_enough() -> None:
    state, _ = tell(FORK, Started(0), StepFinished(1, "fork", 1, ("left",)), StepFinished(2, "left", 1))

    assert state.step("join").status == "running"


def test_a_branch_that_chose_nothing_ends_the_execution_as_completed() -> None:
    state, _ = tell(FORK, Started(0), StepFinished(1, "fork", 1))

    assert state.status == "completed"


HANDLED = Definition((step("a", on_error=("mend",)), step("mend"), step("b", "a"), step("after", "mend")))


def test_a_failed_step_that_is_handled_does_not_fail_the_execution() -> None:
    state, _ = tell(HANDLED, Started(0), StepFailed(1, "a", 1, BROKEN), StepFinished(2, "mend", 1))

    assert statuses(state) == {"a": "failed", "mend": "completed", "b": "skipped", "after": "running"}


def test_a_handler_does_not_run_when_there_is_nothing_to_handle() -> None:
    state, _ = tell(HANDLED, Started(0), StepFinished(1, "a", 1), StepFinished(2, "b", 1))

    assert statuses(state) == {"a": "completed", "b": "completed", "mend": "skipped", "after": "skipped"}
    assert state.status == "completed"


def test_a_handler_that_fails_fails_the_execution() -> None:
    state, _ = tell(HANDLED, Started(0), StepFailed(1, "a", 1, BROKEN), StepFailed(2, "mend", 1, BROKEN))

    assert state.error == Problem("http_error", "HTTP 500", "mend")


MEET = Definition(
    (step("a"), step("b"), step("c", "both")),
    points=(SyncPoint("both", "Both", ("a", "b"), timeout_ms=5_000),),
    milestones=(Milestone("first", "First", ("a",)),),
)


def test_a_sync_point_lets_go_when_all_have_arrived_and_is_a_milestone() -> None:
    state, commands = tell(MEET, Started(0), StepFinished(1, "a", 1), StepFinished(2, "b", 1))

    told = published(commands)
    assert told.count("synchronization.point.reached") == 2
    assert told.count("synchronization.point.completed") == 1
    assert state.milestones == {"first": 1, "both": 2}
    assert state.step("c").status == "running"


def test_a_sync_point_that_not_all_reach_in_time_fails_the_execution() -> None:
    early = (Started(0), StepFinished(1_000, "a", 1), TimerFired(4_999, "both"))

    before, _ = tell(MEET, *early)
    after, commands = tell(MEET, *early, TimerFired(5_000, "both"))

    assert (before.status, after.status) == ("running", "failed")
    assert after.error == Problem("sync_point_failed", "both: not all arrived in time")
    assert "synchronization.point.failed" in published(commands)


def test_a_sync_point_fails_with_a_step_it_requires() -> None:
    _, commands = tell(MEET, Started(0), StepFailed(1, "a", 1, BROKEN))

    assert "synchronization.point.failed" in published(commands)


def test_a_point_that_is_waited_for_becomes_a_blocker_and_ceases_to_be_one() -> None:
    long = replace(MEET, points=(SyncPoint("both", "Both", ("a", "b")),))
    waiting = (Started(0), StepFinished(0, "a", 1), TimerFired(30_000, "both"))

    state, commands = tell(long, *waiting, StepFinished(30_001, "b", 1))

    assert published(commands).count("blocker.detected") == published(commands).count("blocker.resolved") == 1
    assert state.blockers["both"].description == "Both waits for b"
    assert state.blockers["both"].resolved_at == 30_001


COSTLY = Definition((step("a", resources={"cpu": 2.0}),))


def test_a_step_that_needs_resources_asks_for_them_and_gives_them_back() -> None:
    state, commands = tell(COSTLY, Started(0), Granted(1, "a"), StepFinished(2, "a", 1))

    assert (
        commands[1:3] == [Publish("execution.started"), Request("a", {"cpu": 2.0})]
        or Request("a", {"cpu": 2.0}) in commands
    )
    assert Release("a") in commands
    assert [name for name in published(commands) if name.startswith("resource")] == [
        "resource.allocated",
        "resource.released",
    ]
    assert state.status == "completed"


def test_a_shortage_is_told_once_a_wait() -> None:
    _, commands = tell(COSTLY, Started(0), Short(1, "a"), Short(2, "a"), Granted(3, "a"))

    assert published(commands).count("resource.shortage") == 1


def test_a_resumed_execution_does_not_ask_twice_for_its_resources() -> None:
    _, commands = tell(COSTLY, Started(0), Resumed(5))

    assert commands.count(Request("a", {"cpu": 2.0})) == 1


def test_what_waits_for_an_answer_ends_by_it_or_by_its_time() -> None:
    asked = (Started(0), StepWaits(1, "a", 1, 9_000, then="answer"))
    one = Definition((step("a"),))

    answered, _ = tell(one, *asked, Answered(2, "a"))
    refused, _ = tell(one, *asked, Answered(2, "a", BROKEN))
    late, _ = tell(one, *asked, TimerFired(9_000, "a"))

    assert (answered.status, refused.status, late.status) == ("completed", "failed", "failed")
    assert late.error == Problem("timed_out", "no answer came in time", "a")


def test_cancel_gives_up_what_was_asked_outside() -> None:
    _, commands = tell(Definition((step("a"),)), Started(0), StepWaits(1, "a", 1, None, then="answer"), Cancelled(2))

    assert GiveUp("a") in commands


def test_a_failed_execution_tries_its_failed_steps_again_and_counts_on() -> None:
    trio = Definition((step("a"), step("b"), step("c", "a")))

    state, commands = tell(
        trio, Started(0), StepFinished(1, "b", 1), StepFailed(2, "a", 1, BROKEN), Retried(3), StepFinished(4, "a", 2)
    )

    assert StartStep("a", 2) in commands
    assert statuses(state) == {"a": "completed", "b": "completed", "c": "running"}
    assert (state.status, state.error, state.completed_at) == ("running", None, None)


def test_a_restart_forgets_a_step_and_all_that_ran_because_of_it() -> None:
    line = Definition((step("a"), step("b", "a"), step("c", "b")))
    done = (Started(0), StepFinished(1, "a", 1), StepFinished(2, "b", 1), StepFinished(3, "c", 1))

    state, commands = tell(line, *done, Restarted(4, "b"))

    assert statuses(state) == {"a": "completed", "b": "running", "c": "pending"}
    assert commands[-1] == StartStep("b", 2)


def test_after_a_retry_a_step_has_all_its_tries_anew() -> None:
    twice = Definition((replace(step("a"), retry=replace(STEPS, max_attempts=2)),))
    broken = (Started(0), StepFailed(0, "a", 1, BROKEN, is_retryable=True), TimerFired(5_000, "a"))

    state, _ = tell(
        twice,
        *broken,
        StepFailed(5_001, "a", 2, BROKEN, is_retryable=True),
        Retried(6_000),
        StepFailed(6_001, "a", 3, BROKEN, is_retryable=True),
    )

    assert state.step("a").then == "retry"


def test_a_point_that_failed_with_a_handled_step_is_reached_by_its_retry() -> None:
    point = SyncPoint("both", "Both", ("a", "b"), 3_000)
    handled = Definition((step("a", on_error=("mend",)), step("b"), step("mend")), points=(point,))
    failed, _ = tell(handled, Started(0), StepFinished(1, "b", 1), StepFailed(2, "a", 1, BROKEN))

    state = failed
    for occurrence in (Retried(3), StepFinished(4, "a", 2)):
        state, _ = advance(handled, state, occurrence)

    assert (failed.status, failed.points["both"].status) == ("failed", "failed")
    assert (state.status, state.points["both"].status, state.due_at) == ("completed", "completed", None)
    assert statuses(state) == {"a": "completed", "b": "completed", "mend": "skipped"}


def test_retrying_a_handled_step_by_name_takes_back_what_its_failure_cut_and_ran() -> None:
    steps = (step("a", on_error=("h",)), step("h"), step("b", "a"), step("c", "h"), step("d"))
    handled = Definition(steps)
    begun = (Started(0), StepFinished(0, "d", 1), StepFailed(1, "a", 1, BROKEN), StepFinished(2, "h", 1))
    failed, _ = tell(handled, *begun, StepFailed(3, "c", 1, BROKEN))

    again, _ = advance(handled, failed, Retried(4, "a"))
    going, _ = advance(handled, again, StepFinished(5, "a", 2))
    ended, _ = advance(handled, going, StepFinished(6, "b", going.step("b").attempt))

    assert statuses(failed) == {"a": "failed", "b": "skipped", "c": "failed", "d": "completed", "h": "completed"}
    assert statuses(again) == {"a": "running", "b": "pending", "c": "pending", "d": "completed", "h": "pending"}
    assert (ended.status, statuses(ended)) == (
        "completed",
        {"a": "completed", "b": "completed", "c": "skipped", "d": "completed", "h": "skipped"},
    )


def test_what_was_never_granted_is_never_released() -> None:
    hungry = Definition((step("a", resources={"cpu": 1.0}),))

    _, commands = tell(hungry, Started(0), Cancelled(1))

    assert Release("a") in commands
    assert "resource.released" not in published(commands)


def test_what_people_tell_is_kept_and_told_once() -> None:
    told = (BlockerTold(1, "b1", "the bank is closed", 1), BlockerTold(2, "b1", "again", 2), BlockerGone(3, "b1", 3))

    state, commands = tell(MEET, Started(0), *told, MilestoneTold(4, "first", 4), StepFinished(5, "a", 1))

    assert state.blockers["b1"].resolved_at == 3
    assert state.milestones["first"] == 4
    assert published(commands).count("milestone.achieved") == 1


def test_of_resolved_blockers_the_latest_are_remembered_and_of_open_ones_all() -> None:
    told: list[Occurrence] = [BlockerTold(1, f"b{number}", "ill", 1) for number in range(120)]
    told += [BlockerGone(2 + number, f"b{number}", 2 + number) for number in range(115)]

    state, _ = tell(Definition((step("a"),)), Started(0), *told)

    assert list(state.blockers) == [f"b{number}" for number in range(15, 120)]


def test_what_people_tell_is_dated_by_when_they_told_it() -> None:
    told = (BlockerTold(5, "b1", "ill", 2), BlockerGone(6, "b1", 3), MilestoneTold(7, "first", 4))

    state, _ = tell(MEET, Started(5), *told)

    assert (state.blockers["b1"].created_at, state.blockers["b1"].resolved_at) == (2, 3)
    assert (state.milestones["first"], state.started_at) == (4, 5)
