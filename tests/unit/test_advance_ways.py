"""The machine's turnings: conditions, branches, handlers, sync points, resources, answers, restarts; then at random."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.model.executions import ENDED, STEP_DONE
from hookspan.model.retry import STEPS
from hookspan.model.rules import compile_rules
from hookspan.model.workflows import Definition, Milestone, Step, SyncPoint
from hookspan.workflows.advance import advance
from hookspan.workflows.happenings import (
    Answered,
    BlockerGone,
    BlockerTold,
    Cancelled,
    Command,
    Finish,
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
from hookspan.workflows.state import Problem, State

BROKEN = Problem("http_error", "HTTP 500")
PAID = compile_rules([{"fieldPath": "$.trigger.body.paid", "operator": "equals", "value": True}])
ONCE = replace(STEPS, max_attempts=1)


def step(step_id: str, needs: str = "", **members: object) -> Step:
    return replace(Step(step_id, step_id, "http", tuple(needs.split()), retry=ONCE), **members)  # type: ignore[arg-type]


def tell(definition: Definition, *occurrences: Occurrence) -> tuple[State, list[Command]]:
    state, commands = State(), list[Command]()
    for occurrence in occurrences:
        state, more = advance(definition, state, occurrence)
        commands += more
    return state, commands


def published(commands: Iterable[Command]) -> list[str]:
    return [command.type for command in commands if isinstance(command, Publish)]


def statuses(state: State) -> dict[str, str]:
    return {step_id: each.status for step_id, each in state.steps.items()}


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
    early = (Started(0), StepFinished(1_000, "a", 1), TimerFired(5_999, "both"))

    before, _ = tell(MEET, *early)
    after, commands = tell(MEET, *early, TimerFired(6_000, "both"))

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


def test_a_resumed_execution_asks_for_its_resources_again() -> None:
    _, commands = tell(COSTLY, Started(0), Resumed(5))

    assert commands[-1] == Request("a", {"cpu": 2.0})


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


def test_what_people_tell_is_kept_and_told_once() -> None:
    told = (BlockerTold(1, "b1", "the bank is closed"), BlockerTold(2, "b1", "again"), BlockerGone(3, "b1"))

    state, commands = tell(MEET, Started(0), *told, MilestoneTold(4, "first"), StepFinished(5, "a", 1))

    assert state.blockers["b1"].resolved_at == 3
    assert state.milestones["first"] == 4
    assert published(commands).count("milestone.achieved") == 1


# -- at random ---------------------------------------------------------------------------------------


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    size = draw(st.integers(1, 8))
    names = [f"s{number}" for number in range(size)]
    points = tuple(
        SyncPoint(f"p{number}", f"p{number}", tuple(chosen), draw(st.sampled_from([None, 3_000])))
        for number in range(draw(st.integers(0, 2)))
        if (chosen := draw(st.lists(st.sampled_from(names), unique=True, min_size=1, max_size=3)))
    )
    steps = []
    for number, name in enumerate(names):
        earlier = names[:number]
        late = names[number + 1 :]
        behind = [point.id for point in points if set(point.requires) <= set(earlier)]
        needs = draw(st.lists(st.sampled_from(earlier + behind), unique=True, max_size=3)) if earlier else []
        steps.append(
            Step(
                name,
                name,
                "http",
                tuple(needs),
                retry=replace(STEPS, max_attempts=draw(st.integers(1, 2))),
                condition=draw(st.sampled_from([None, None, PAID])),
                on_error=tuple(draw(st.lists(st.sampled_from(late), unique=True, max_size=1))) if late else (),
                resources=draw(st.sampled_from([None, None, {"cpu": 1.0}])),
            )
        )
    return Definition(_with_branches(draw, steps), points=points, milestones=(Milestone("m", "m", tuple(names[:2])),))


def _with_branches(draw: st.DrawFn, steps: list[Step]) -> tuple[Step, ...]:
    made = []
    for number, each in enumerate(steps):
        behind = [other.id for other in steps[number + 1 :] if each.id in other.needs]
        ways = tuple(behind) if behind and draw(st.integers(0, 2)) == 0 else ()
        made.append(replace(each, ways=ways))
    return tuple(draw(st.permutations(made)))


def answer(draw: st.DrawFn, state: State, definition: Definition, now: int) -> list[Occurrence]:
    """What the engine would tell, or a far side, a clock, a crash; fitting or not."""
    step_id = draw(st.sampled_from(list(definition.by_id)))
    attempt = state.step(step_id).attempt
    ways = definition.by_id[step_id].ways
    chosen = tuple(draw(st.lists(st.sampled_from(ways), unique=True))) if ways else ()
    subject = draw(st.sampled_from([step_id, *(point.id for point in definition.points)]))
    told: dict[str, Occurrence] = {
        "finish": StepFinished(now, step_id, attempt, chosen),
        "judge": Judged(now, step_id, draw(st.booleans())),
        "grant": Granted(now, step_id),
        "short": Short(now, step_id),
        "fail": StepFailed(now, step_id, attempt, BROKEN, is_retryable=draw(st.booleans())),
        "wait": StepWaits(now, step_id, attempt, now + 500),
        "ask": StepWaits(now, step_id, attempt, None, then="answer", is_blocking=True),
        "answer": Answered(now, step_id, draw(st.sampled_from([None, BROKEN]))),
        "timer": TimerFired(now, subject),
        "resume": Resumed(now),
        "retry": Retried(now),
        "restart": Restarted(now, step_id),
    }
    return [told[draw(st.sampled_from([*told, "finish", "finish", "judge", "grant"]))]]


@st.composite
def stories(draw: st.DrawFn) -> tuple[Definition, list[Occurrence]]:
    definition = draw(definitions())
    told: list[Occurrence] = [Started(0)]
    state, _ = advance(definition, State(), told[0])
    now = 0
    for _ in range(draw(st.integers(0, 50))):
        now += draw(st.integers(0, 3_000))
        for occurrence in answer(draw, state, definition, now):
            told.append(occurrence)
            state, _ = advance(definition, state, occurrence)
    return definition, told


@settings(max_examples=200, deadline=None)
@given(stories())
def test_a_step_starts_only_when_all_it_needs_has_ended_and_once_an_attempt(
    story: tuple[Definition, list[Occurrence]],
) -> None:
    definition, occurrences = story
    state, seen = State(), set[tuple[str, int]]()

    for occurrence in occurrences:
        state, commands = advance(definition, state, occurrence)
        for command in commands:
            if isinstance(command, StartStep) and not isinstance(occurrence, Resumed):
                needs = [each for each in definition.by_id[command.step_id].needs if each in definition.by_id]
                assert all(state.step(each).status in {*STEP_DONE, "failed"} for each in needs)
                assert (command.step_id, command.attempt) not in seen
                seen.add((command.step_id, command.attempt))


@settings(max_examples=200, deadline=None)
@given(stories())
def test_it_always_ends_once_everything_is_answered(story: tuple[Definition, list[Occurrence]]) -> None:
    definition, occurrences = story
    state, _ = tell(definition, *occurrences)
    now = occurrences[-1].now

    for _ in range(8 * len(definition.steps) + 8):
        now = max(now, state.due_at or 0)
        for step_id in definition.by_id:
            each = state.step(step_id)
            for told in (
                Judged(now, step_id, holds=True),
                Granted(now, step_id),
                StepFinished(now, step_id, each.attempt),
                Answered(now, step_id),
                TimerFired(now, step_id),
            ):
                state, _ = advance(definition, state, told)

    assert state.status in ENDED
    assert state.due_at is None


@settings(max_examples=150, deadline=None)
@given(stories())
def test_the_same_story_through_the_database_gives_the_same_commands(
    story: tuple[Definition, list[Occurrence]],
) -> None:
    definition, occurrences = story
    state, commands = State(), list[Command]()

    for occurrence in occurrences:
        state, more = advance(definition, msgspec.json.decode(msgspec.json.encode(state), type=State), occurrence)
        commands += more

    assert (state, commands) == tell(definition, *occurrences)


@settings(max_examples=150, deadline=None)
@given(stories())
def test_cancel_always_ends_it_and_what_was_given_is_given_back(story: tuple[Definition, list[Occurrence]]) -> None:
    definition, occurrences = story

    state, commands = tell(definition, *occurrences, Cancelled(10**6))

    held = set[str]()
    for command in commands:
        if isinstance(command, Request):
            held.add(command.step_id)
        elif isinstance(command, Release):
            held.discard(command.step_id)
    assert state.status in ENDED
    assert not held
    assert not [each for each in state.steps.values() if each.status in ("running", "waiting", "pending")]
    assert isinstance(commands[-1], Finish)


@settings(max_examples=150, deadline=None)
@given(stories())
def test_every_end_is_told_once_and_every_point_ends_once(story: tuple[Definition, list[Occurrence]]) -> None:
    definition, occurrences = story
    state = State()

    for occurrence in occurrences:
        before = state
        state, commands = advance(definition, state, occurrence)
        ended = [command for command in commands if isinstance(command, Finish)]
        assert bool(ended) == (state.status in ENDED and (before.status not in ENDED or before is not state))
        for point_id, point in before.points.items():
            if point.status != "pending" and not isinstance(occurrence, Retried | Restarted):
                assert state.points[point_id] == point
