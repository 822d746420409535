"""What is stored of an execution's outputs stays small whatever its graph, and reads back as it was."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.executions import ExecutionRow, StepRow
from hookspan.model.workflows import Definition, Step, SyncPoint
from hookspan.workflows.context import COPY_BYTES, CUT, Context, outputs_of
from hookspan.workflows.facts import is_cut
from hookspan.workflows.graph import joined
from hookspan.workflows.steps.outcome import OUTPUT_BYTES
from hookspan.workflows.steps.wait import Wait
from tests.support.rows import running_row

STORED_MOST = 3
"""How many times the limit the outputs of one execution may take: its context, its output, and the short copies."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A graph in an order it may run in, how large its trigger is, and what each step that makes something makes."""

    definition: Definition
    trigger_bytes: int
    made_bytes: dict[str, int]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    steps: list[Step] = []
    made: dict[str, int] = {}
    for number in range(draw(st.integers(1, 30))):
        kind = draw(st.sampled_from(["pass", "branch", "wait", "transform"]))
        before = [step.id for step in steps]
        needs = draw(st.lists(st.sampled_from(before), unique=True, max_size=6)) if before else []
        work = Wait(duration_ms=1) if kind == "wait" else None
        steps.append(Step(f"s{number}", f"s{number}", kind, tuple(needs), work))  # type: ignore[arg-type]  # a kind
        made[f"s{number}"] = draw(st.sampled_from([1, 1_000, 50_000, 400_000, 900_000]))
    trigger_bytes = draw(st.sampled_from([1, COPY_BYTES, 100_000, 600_000, 1_000_000]))
    return Plan(Definition(joined(steps, ())), trigger_bytes, made)


def execution(trigger_bytes: int) -> ExecutionRow:
    trigger = msgspec.json.encode({"type": "webhook", "body": {"text": "t" * trigger_bytes}})
    return running_row(trigger)


def run(definition: Definition, context: Context, made_bytes: dict[str, int]) -> bool:
    """Keep what each step comes to, in order; whether all of it found room."""
    for step in definition.steps:
        output = "m" * made_bytes[step.id] if step.kind == "transform" else context.given(step)
        if not context.keep(step, output):
            return False
    return True


def rows(context: Context) -> list[StepRow]:
    """The steps as they are stored."""
    return [
        StepRow(
            id=step_id,
            tenant_id="t",
            execution_id="e",
            step_id=step_id,
            name=step_id,
            kind="pass",
            status="completed",
            attempts=1,
            input=None,
            output=context.stored.get(step_id),
            error=None,
            due_at=None,
            started_at=0,
            completed_at=0,
        )
        for step_id in context.outputs
    ]


def passes(*needs: tuple[str, str], points: tuple[SyncPoint, ...] = ()) -> Definition:
    steps = [Step(step_id, step_id, "pass", tuple(each.split())) for step_id, each in needs]
    return Definition(joined(steps, points), points=points)


@given(plans())
def test_whatever_the_graph_the_outputs_of_an_execution_take_three_times_the_limit_at_most(plan: Plan) -> None:
    context = Context(execution(plan.trigger_bytes), (), plan.definition)

    run(plan.definition, context, plan.made_bytes)

    stored = sum(map(len, context.stored.values())) + len(context.result(plan.definition))
    assert stored <= STORED_MOST * OUTPUT_BYTES


@given(plans())
def test_whatever_the_graph_a_stored_context_reads_as_the_one_it_was(plan: Plan) -> None:
    row = execution(plan.trigger_bytes)
    context = Context(row, (), plan.definition)
    run(plan.definition, context, plan.made_bytes)

    again = Context(row, rows(context), plan.definition)

    assert again.outputs == context.outputs
    assert [again.given(step) for step in plan.definition.steps] == [
        context.given(step) for step in plan.definition.steps
    ]


def test_layers_that_join_the_last_one_twice_each_find_no_room_long_before_they_are_large() -> None:
    layers = [(f"{side}{layer}", f"a{layer - 1} b{layer - 1}") for layer in range(1, 100) for side in "ab"]
    definition = passes(("a0", ""), ("b0", ""), *layers)
    context = Context(execution(10), (), definition)

    is_kept = run(definition, context, {})

    assert not is_kept
    assert sum(map(len, context.stored.values())) <= OUTPUT_BYTES


def test_what_is_handed_on_along_a_chain_is_stored_where_it_came_from_alone() -> None:
    points = (SyncPoint("met", "met", ("first",)),)
    definition = passes(("first", ""), ("second", "met"), ("third", "second"), points=points)
    row = execution(100_000)
    context = Context(row, (), definition)

    is_kept = run(definition, context, {})

    assert (is_kept, context.stored) == (True, {})
    read = outputs_of(definition, {"body": {"text": "t" * 100_000}}, rows(context))
    assert read == context.outputs
    assert len({id(each) for each in read.values()}) == 1


def test_what_is_short_is_stored_with_every_step_as_ever() -> None:
    definition = passes(("first", ""), ("second", "first"))
    context = Context(execution(10), (), definition)

    run(definition, context, {})

    assert set(context.stored) == {"first", "second"}


def test_erased_content_is_not_read_back() -> None:
    definition = passes(("first", ""), ("second", "first"))
    context = Context(execution(100_000), (), definition)
    run(definition, context, {})

    read = outputs_of(definition, {"body": None}, rows(context))

    assert read == {"first": b"null", "second": b"null"}


def test_outputs_that_are_too_large_together_are_cut_as_a_whole() -> None:
    definition = passes(*((f"leaf{number}", "") for number in range(3)))
    context = Context(execution(400_000), (), definition)
    run(definition, context, {})

    result = context.result(definition)

    assert (result, is_cut(result), is_cut(None)) == (CUT, True, False)
