"""The machine at random: graphs of all kinds and whatever may happen to them always end, and keep their laws."""

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
    Cancelled,
    Command,
    Finish,
    Granted,
    Judged,
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
            ):
                state, _ = advance(definition, state, told)
        for subject in (*definition.by_id, *definition.point_by_id):
            state, _ = advance(definition, state, TimerFired(now, subject))

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
    told = published(commands)
    assert told.count("resource.allocated") == told.count("resource.released")
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
