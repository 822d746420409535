"""The judge condemns what goes wrong with executions: one small run for each violation, and one where all is well."""

from __future__ import annotations

import pytest

from tests.faults.case import FAILED
from tests.faults.checks import judge
from tests.faults.ledger import (
    Arrival,
    Kill,
    Ledger,
    Options,
    Started,
    Stored,
    StoredEvent,
    StoredExecution,
    StoredHold,
    StoredStep,
)
from tests.faults.tour import AGAIN, INNER, TOLD

KILLED = Kill("serve", "SIGKILL", "acks", 1, is_reached=True)


def event(identity: str, kind: str, execution: str | None) -> StoredEvent:
    """An event of an execution."""
    return StoredEvent(identity, kind, "workflow", "f1", "s", execution)


def request(number: int = 1, key: str = "x1:call") -> Arrival:
    """A request of a step, answered 200."""
    return Arrival(number, "step", "", key, 0, "f1", "s", is_signed=False, status=200)


def well() -> Ledger:
    """One tour with its child, started by a call, and a pool of which it held something."""
    return Ledger(
        options=Options(layer="race"),
        started=[Started("f1", "tour", "x1")],
        received=[request()],
        calls=["x1:mill 1", "x1:mill 2"],
        pools={"cpu": 2},
        stored=Stored(
            events=[event("e1", TOLD, "x1"), event("e2", INNER, "x2")],
            executions=[
                StoredExecution("x1", "completed", None, "tour", key="f1"),
                StoredExecution("x2", "completed", None, "inner", "x1", "f1"),
            ],
            steps=[StoredStep("x1", "call", "http", "completed", 1)],
            flow_moves=[("x1", "", None, "pending", 1), ("x1", "", "pending", "completed", 1)],
            held=[hold("a", is_held=True), hold("a", is_held=False), hold("b", is_held=True)],
            left={"resource_leases": 0},
        ),
    )


def begun_anew(runs: int) -> Ledger:
    """Beside what is well one execution of `again`, whose child x4 failed as often as it is begun anew too often."""
    ledger = well()
    ledger.started.append(Started("f3", "again", "x3"))
    ledger.stored.executions.append(StoredExecution("x3", "completed", None, "again", key="f3"))
    for number in range(runs):
        child = StoredExecution(f"x{4 + number}", "completed", None, "inner", "x3", "f3")
        ledger.stored.executions.append(child)
        ledger.stored.events.append(event(f"i{number}", INNER, child.id))
    ledger.stored.events += [event("a1", AGAIN, "x3"), event("a2", AGAIN, "x3")]
    ledger.stored.flow_moves += [("x3", "", "running", "completed", runs + 1), ("x3", "", "completed", "running", runs)]
    return ledger


def hold(identity: str, *, is_held: bool) -> StoredHold:
    """All of a pool is taken or given back."""
    return StoredHold("pool", identity, "t1", is_held, {"cpu": 2})


def words(ledger: Ledger) -> set[str]:
    """The checks that condemned, by their first word."""
    return {violation.split(" ")[0] for violation in judge(ledger)}


def test_a_run_in_which_all_is_well_is_not_condemned() -> None:
    violations = judge(well())

    assert violations == []


def test_what_was_accepted_and_is_not_there_is_lost() -> None:
    ledger = well()
    ledger.started.append(Started("f2", "narrow", "x9"))

    assert words(ledger) == {"LOST"}


def test_two_executions_for_one_call_are_double() -> None:
    ledger = well()
    ledger.stored.executions.append(StoredExecution("x3", "completed", None, "narrow", key="f1"))

    assert words(ledger) == {"DOUBLE"}


def test_an_event_without_the_execution_it_starts_is_an_orphan() -> None:
    ledger = well()
    ledger.stored.events.append(event("e3", "flow.begin", None))

    assert words(ledger) == {"ORPHAN"}


def test_an_end_its_plan_does_not_have_is_wrong_unless_faults_put_it_into_quarantine() -> None:
    ledger, excused = well(), well()
    ledger.stored.executions.append(StoredExecution("x3", "failed", None, "inner", "x1", code="timeout"))
    excused.stored.executions.append(StoredExecution("x3", "failed", None, "narrow", key="f3", code="quarantined"))
    excused.started.append(Started("f3", "narrow", "x3"))
    excused.kills.append(KILLED)

    assert ("WRONG" in words(ledger), words(excused)) == (True, set())


@pytest.mark.parametrize(
    ("events", "word"), [([], "LOST"), ([event("e1", TOLD, "x1"), event("e3", TOLD, "x1")], "DOUBLE")]
)
def test_a_completed_execution_has_emitted_its_event_once(events: list[StoredEvent], word: str) -> None:
    ledger = well()
    ledger.stored.events = [*events, event("e2", INNER, "x2")]

    assert words(ledger) == {word}


def test_a_second_child_of_one_step_is_condemned() -> None:
    ledger = well()
    ledger.stored.executions.append(StoredExecution("x3", "completed", None, "inner", "x1", "f1"))
    ledger.stored.events.append(event("e3", INNER, "x3"))

    assert words(ledger) == {"CHILDREN"}


def test_an_end_that_is_written_twice_is_condemned() -> None:
    ledger = well()
    ledger.stored.flow_moves.append(("x1", "call", "running", "completed", 2))

    assert words(ledger) == {"RECORDED"}


def test_an_end_that_nobody_began_anew_is_not_left() -> None:
    ledger = well()
    ledger.stored.flow_moves += [("x1", "", "completed", "running", 1), ("x1", "", "running", "completed", 1)]

    assert words(ledger) == {"ILLEGAL"}


def test_what_was_put_into_quarantine_may_be_begun_anew_once_more() -> None:
    condemned, excused = begun_anew(3), begun_anew(3)
    excused.stored.events.append(event("e9", FAILED, "x4"))
    excused.kills.append(KILLED)

    assert (words(condemned), words(excused)) == ({"CHILDREN", "ILLEGAL"}, set())


def test_a_quarantine_excuses_no_more_than_one_run() -> None:
    ledger = begun_anew(4)
    ledger.stored.events.append(event("e9", FAILED, "x4"))
    ledger.kills.append(KILLED)

    assert words(ledger) == {"CHILDREN", "ILLEGAL"}


def test_a_request_beyond_the_tries_needs_a_fault() -> None:
    ledger, excused = well(), well()
    ledger.received.append(request(2))
    excused.received.append(request(2))
    excused.kills.append(KILLED)

    assert (words(ledger), words(excused)) == ({"REPEATED"}, set())


def test_a_request_under_the_key_of_no_step_is_invented() -> None:
    ledger = well()
    ledger.received.append(request(2, "x7:call"))

    assert words(ledger) == {"INVENTED"}


def test_what_an_ended_execution_still_holds_is_kept_back() -> None:
    ledger = well()
    ledger.stored.left = {"resource_leases": 1}

    assert words(ledger) == {"KEPT"}


def test_more_of_a_pool_than_there_is_is_over_granted() -> None:
    ledger = well()
    ledger.stored.held.append(hold("c", is_held=True))

    assert words(ledger) == {"OVER"}


def test_more_executions_at_once_than_may_are_over_the_limit() -> None:
    ledger = well()
    for number in range(3):
        ledger.started.append(Started(f"n{number}", "narrow", f"n{number}"))
        ledger.stored.executions.append(StoredExecution(f"n{number}", "completed", None, "narrow", key=f"n{number}"))
        ledger.stored.held.append(StoredHold("lease", f"n{number}", "w1", is_held=True))

    assert words(ledger) == {"OVER"}
