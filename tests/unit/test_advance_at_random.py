"""The machine at random: graphs of all kinds and whatever may happen to them always end, and keep their laws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import TypeAlias

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.model.executions import ENDED, EXECUTION_MOVES, STEP_DONE, STEP_MOVES
from hookspan.model.retry import STEPS
from hookspan.model.workflows import Definition, Milestone, Step, SyncPoint
from hookspan.workflows.advance import advance
from hookspan.workflows.advancing import Advancing
from hookspan.workflows.happenings import (
    Aborted,
    Answered,
    BlockerGone,
    BlockerTold,
    Cancelled,
    Command,
    Granted,
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
from hookspan.workflows.state import State, is_lost
from tests.support.machine import BROKEN, PAID, published, tell

ENDS = {f"execution.{status}" for status in ENDED}


def some(random: Random, among: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(random.sample(among, random.randint(0, min(most, len(among)))))


def definition_of(random: Random) -> Definition:
    names = [f"s{number}" for number in range(random.randint(1, 8))]
    points = tuple(
        SyncPoint(f"p{number}", f"p{number}", chosen, random.choice([None, 3_000]))
        for number in range(random.randint(0, 2))
        if (chosen := some(random, names, 3))
    )
    steps = []
    for number, name in enumerate(names):
        earlier, late = names[:number], names[number + 1 :]
        behind = [point.id for point in points if set(point.requires) <= set(earlier)]
        steps.append(
            Step(
                name,
                name,
                "http",
                some(random, earlier + behind, 3),
                retry=replace(STEPS, max_attempts=random.randint(1, 2), max_delay_ms=60_000),
                condition=random.choice([None, None, PAID]),
                on_error=some(random, late, 1),
                resources=random.choice([None, None, {"cpu": 1.0}]),
            )
        )
    return Definition(_with_branches(random, steps), points=points, milestones=(Milestone("m", "m", tuple(names[:2])),))


def _with_branches(random: Random, steps: list[Step]) -> tuple[Step, ...]:
    made = []
    for number, each in enumerate(steps):
        behind = [other.id for other in steps[number + 1 :] if each.id in other.needs]
        made.append(replace(each, ways=tuple(behind) if random.randint(0, 2) == 0 else ()))
    random.shuffle(made)
    return tuple(made)


def answer(random: Random, state: State, definition: Definition, now: int) -> Occurrence:
    """What the engine would tell, or a far side, a clock, a crash; fitting or not."""
    step_id = random.choice(list(definition.by_id))
    attempt = state.step(step_id).attempt
    chosen = some(random, definition.by_id[step_id].ways, 8)
    subject = random.choice([step_id, *(point.id for point in definition.points)])
    is_so = random.random() < 0.5
    told: dict[str, Occurrence] = {
        "finish": StepFinished(now, step_id, attempt, chosen),
        "judge": Judged(now, step_id, is_so),
        "grant": Granted(now, step_id),
        "short": Short(now, step_id),
        "fail": StepFailed(now, step_id, attempt, BROKEN, is_retryable=is_so),
        "long": StepFailed(now, step_id, attempt, BROKEN, is_retryable=True, retry_after_ms=40_000),
        "wait": StepWaits(now, step_id, attempt, now + 500),
        "ask": StepWaits(now, step_id, attempt, None, then="answer", is_blocking=True),
        "answer": Answered(now, step_id, BROKEN if is_so else None),
        "timer": TimerFired(now, subject),
        "resume": Resumed(now),
        "retry": Retried(now),
        "again": Retried(now, step_id),
        "restart": Restarted(now, step_id),
        "block": BlockerTold(now, f"b{now % 3}", "told", now, step_id if is_so else None),
        "unblock": BlockerGone(now, f"b{now % 3}", now),
        "reach": MilestoneTold(now, "m", now),
        "abort": Aborted(now, BROKEN),
        "cancel": Cancelled(now),
    }
    usual = [each for each in told if each not in ("abort", "cancel")]
    return told[random.choice([*told, *usual, *("finish", "judge", "grant") * 3])]


Story: TypeAlias = tuple[Definition, list[Occurrence]]


@lru_cache(maxsize=4_096)
def story_of(seed: int) -> Story:
    random = Random(seed)
    definition = definition_of(random)
    told: list[Occurrence] = [Started(0)]
    state, _ = advance(definition, State(), told[0])
    now = 0
    for _ in range(random.randint(0, 60)):
        now += random.choice([0, 0, 1, 400, 3_000, 31_000])
        told.append(answer(random, state, definition, now))
        state, _ = advance(definition, state, told[-1])
    return definition, told


def stories() -> st.SearchStrategy[Story]:
    """A story by its number: drawing each of its words would take a hundred times as long."""
    return st.integers(0, 2**32).map(story_of)


@settings(max_examples=250, deadline=None)
@given(stories())
def test_a_step_starts_only_when_all_it_needs_has_ended_and_once_an_attempt(
    story: Story,
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


@settings(max_examples=250, deadline=None)
@given(stories())
def test_it_always_ends_once_everything_is_answered(story: Story) -> None:
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
            ):
                state, _ = advance(definition, state, told)
        for subject in (*definition.by_id, *definition.point_by_id):
            state, _ = advance(definition, state, TimerFired(now, subject))

    assert state.status in ENDED
    assert state.due_at is None
    assert not [each for each in state.blockers.values() if each.resolved_at is None]
    assert not [each for each in state.steps.values() if each.holds]


@settings(max_examples=250, deadline=None)
@given(stories())
def test_the_same_story_through_the_database_gives_the_same_commands(
    story: Story,
) -> None:
    definition, occurrences = story
    state, commands = State(), list[Command]()

    for occurrence in occurrences:
        state, more = advance(definition, msgspec.json.decode(msgspec.json.encode(state), type=State), occurrence)
        commands += more

    assert (state, commands) == tell(definition, *occurrences)


@settings(max_examples=250, deadline=None)
@given(stories())
def test_cancel_always_ends_it_and_what_was_given_is_given_back(story: Story) -> None:
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
    told = published(commands)
    assert told.count("resource.allocated") == told.count("resource.released")
    assert not [each for each in state.steps.values() if each.status in ("running", "waiting", "pending")]
    assert commands[-1] == Publish(f"execution.{state.status}")


@settings(max_examples=250, deadline=None)
@given(stories())
def test_every_end_is_told_once_and_every_point_ends_once(story: Story) -> None:
    definition, occurrences = story
    state = State()

    for occurrence in occurrences:
        before = state
        state, commands = advance(definition, state, occurrence)
        ended = [told for told in published(commands) if told in ENDS]
        assert bool(ended) == (state.status in ENDED and (before.status not in ENDED or before is not state))
        for point_id, point in before.points.items():
            if point.status != "pending" and not isinstance(occurrence, Retried | Restarted):
                assert state.points[point_id] == point


@settings(max_examples=250, deadline=None)
@given(stories())
def test_a_point_with_a_timeout_is_never_waited_for_without_end(story: Story) -> None:
    definition, occurrences = story
    state = State()

    for occurrence in occurrences:
        state, commands = advance(definition, state, occurrence)
        for point in definition.points:
            stands = state.points[point.id]
            is_timed = point.timeout_ms is not None and stands.status == "pending" and state.status not in ENDED
            assert (stands.due_at is not None) == is_timed
        for told in commands:
            if isinstance(told, Publish) and told.type == "synchronization.point.failed":
                assert (told.reason or "").split()[0] in {"not", *definition.by_id}


@settings(max_examples=250, deadline=None)
@given(stories())
def test_every_move_is_in_the_tables(story: Story) -> None:
    definition, occurrences = story
    state = State()

    for occurrence in occurrences:
        before = state
        state, _ = advance(definition, state, occurrence)
        assert state.status in _ways(EXECUTION_MOVES, before.status)
        for step_id in definition.by_id:
            assert state.step(step_id).status in _ways(STEP_MOVES, before.step(step_id).status)


@settings(max_examples=250, deadline=None)
@given(stories())
def test_the_changes_of_the_context_only_grow_and_leave_out_none(story: Story) -> None:
    definition, occurrences = story
    state = State()

    for occurrence in occurrences:
        before = state
        state, _ = advance(definition, state, occurrence)
        made, had = [
            {each for each, step in known.steps.items() if step.status == "completed"} for known in (state, before)
        ]
        assert state.changes.count - before.changes.count >= int(made != had)


def _ways(moves: Mapping[str, frozenset[str]], old: str) -> set[str]:
    """Where a status may be after one occurrence, which may make several moves; what has ended stays or begins anew."""
    reached, ahead = set[str](), {old}
    while ahead - reached:
        each = (ahead - reached).pop()
        reached.add(each)
        if each == old or each not in (*ENDED, "skipped"):
            ahead |= moves[each]
    return reached


@settings(max_examples=250, deadline=None)
@given(stories())
def test_what_is_held_is_freed_once_and_every_blocker_told_is_resolved_once(
    story: Story,
) -> None:
    definition, occurrences = story
    state, open_ones, held = State(), set[str | None](), set[str | None]()

    for occurrence in occurrences:
        state, commands = advance(definition, state, occurrence)
        for told in [command for command in commands if isinstance(command, Publish)]:
            if told.type == "resource.allocated":
                assert told.step_id not in held
                held.add(told.step_id)
            elif told.type == "resource.released":
                held.remove(told.step_id)
            elif told.type == "blocker.detected":
                assert told.subject not in open_ones
                open_ones.add(told.subject)
            elif told.type == "blocker.resolved":
                open_ones.remove(told.subject)

    assert held == {step_id for step_id, each in state.steps.items() if each.holds}
    assert open_ones == {each for each, blocker in state.blockers.items() if blocker.resolved_at is None}


@settings(max_examples=250, deadline=None)
@given(stories())
def test_no_step_stays_cut_once_what_cut_it_begins_anew(story: Story) -> None:
    definition, occurrences = story
    now = occurrences[-1].now
    ended, _ = tell(definition, *occurrences, Aborted(now, BROKEN))

    retried = [advance(definition, ended, Retried(now, each))[0] for each in ended.steps]

    for state in [ended, *retried]:
        turn = Advancing.of(definition, state, now=now)
        cut = [step for step in definition.steps if state.step(step.id).is_cut]
        assert [turn.outlook(step) for step in cut] == ["cut"] * len(cut)


@settings(max_examples=250, deadline=None)
@given(stories())
def test_progress_is_told_once_a_second_and_at_each_end(story: Story) -> None:
    definition, occurrences = story
    state, last = State(), -10_000

    for occurrence in occurrences:
        state, commands = advance(definition, state, occurrence)
        told = published(commands).count("progress.updated")
        has_ended = not ENDS.isdisjoint(published(commands))
        assert told == 1 if has_ended else told <= (occurrence.now - last >= 1_000)
        last = occurrence.now if told else last


@settings(max_examples=250, deadline=None)
@given(stories())
def test_an_execution_that_completes_has_handled_every_failure_and_a_failed_one_says_why(story: Story) -> None:
    definition, occurrences = story
    state = State()

    for occurrence in occurrences:
        state, _ = advance(definition, state, occurrence)
        failed = [each for each, step in state.steps.items() if step.status == "failed"]
        if state.status == "completed":
            assert all(is_handled(definition, state, each) for each in failed)
        assert (state.error is not None) == (state.status == "failed")
        if state.status not in ENDED:
            assert not [each for each in failed if is_lost(definition, state.steps, each)]


def is_handled(definition: Definition, state: State, step_id: str) -> bool:
    """Whether a handler of a failed step completed, or failed and was handled in turn."""
    handlers = definition.by_id[step_id].on_error
    return any(
        state.step(each).status == "completed"
        or (state.step(each).status == "failed" and is_handled(definition, state, each))
        for each in handlers
    )
