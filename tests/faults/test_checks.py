"""The judge condemns: one small run for each violation, and one in which everything is well."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.faults.checks import judge
from tests.faults.ledger import (
    Arrival,
    Endpoint,
    Kill,
    Ledger,
    Options,
    Stored,
    StoredAttempt,
    StoredDelivery,
    StoredEvent,
    StoredExecution,
    Submission,
    read_ledger,
)


def arrival(**members: object) -> Arrival:
    """One request that was signed, right and answered 200."""
    usual = {
        "n": 1,
        "endpoint": "plain",
        "event": "e1",
        "delivery": "d1",
        "claim": 1,
        "key": "k1",
        "sha256": "s1",
        "is_signed": True,
        "status": 200,
    }
    return msgspec.convert({**usual, **members}, Arrival)


def well() -> Ledger:
    """One event, kept, sent once, taken once."""
    return Ledger(
        options=Options(layer="race"),
        endpoints=[Endpoint("plain", ("fault.*",), "ok", "p1")],
        submitted=[Submission("k1", "publish", "fault.order", "s1", 1, ["e1"])],
        received=[arrival()],
        stored=Stored(
            events=[StoredEvent("e1", "fault.order", "api", "k1", "s1", None)],
            deliveries=[StoredDelivery("d1", "e1", "p1", "delivered", None)],
            attempts=[StoredAttempt("d1", 1, "delivered")],
            keys={"publish k1": "e1"},
            moves=[(None, "sending", 1), ("sending", "delivered", 1)],
        ),
    )


def words(ledger: Ledger) -> set[str]:
    """The checks that condemned, by their first word."""
    return {violation.split(" ")[0] for violation in judge(ledger)}


def test_a_run_in_which_all_is_well_is_not_condemned() -> None:
    violations = judge(well())

    assert violations == []


def test_an_acked_event_that_is_nowhere_is_lost() -> None:
    ledger = well()
    ledger.submitted.append(Submission("k2", "publish", "fault.order", "s2", 1, ["e2"]))

    assert words(ledger) == {"LOST"}


def test_an_endpoint_that_never_took_its_delivery_is_a_loss_unless_a_reason_stands_there() -> None:
    ledger = well()
    ledger.received = []
    ledger.stored.deliveries = [StoredDelivery("d1", "e1", "p1", "exhausted", None)]
    ledger.stored.attempts = []
    excused = well()
    excused.received, excused.stored.attempts = [], []
    excused.stored.deliveries = [StoredDelivery("d1", "e1", "p1", "exhausted", "attempts")]

    assert (words(ledger), words(excused)) == ({"LOST"}, set())


def test_what_nobody_submitted_is_invented() -> None:
    ledger = well()
    ledger.received.append(arrival(n=2, key="k9", endpoint="step"))

    assert words(ledger) == {"INVENTED"}


@pytest.mark.parametrize("members", [{"is_signed": False}, {"sha256": "other"}])
def test_another_body_or_a_bad_signature_is_corrupt(members: dict[str, object]) -> None:
    ledger = well()
    ledger.received = [arrival(**members)]

    assert words(ledger) == {"CORRUPT"}


def test_delivered_without_a_2xx_is_a_false_success() -> None:
    ledger = well()
    ledger.received = [arrival(status=302)]

    assert "FALSE" in words(ledger)


def test_a_delivery_that_never_ends_is_stuck() -> None:
    ledger = well()
    ledger.stored.deliveries = [StoredDelivery("d1", "e1", "p1", "sending", None)]

    assert words(ledger) == {"STUCK"}


def test_an_event_without_its_delivery_is_an_orphan() -> None:
    ledger = well()
    ledger.submitted, ledger.received = [], []
    ledger.stored.deliveries, ledger.stored.attempts = [], []

    assert words(ledger) == {"ORPHAN"}


def test_a_completed_execution_without_the_event_of_its_step_is_an_orphan() -> None:
    ledger = well()
    ledger.stored.executions = [StoredExecution("x1", "completed", "e1")]

    assert words(ledger) == {"ORPHAN"}


def test_two_events_for_one_key_are_a_double() -> None:
    ledger = well()
    ledger.submitted[0].ids.append("e2")
    ledger.stored.events.append(StoredEvent("e2", "fault.order", "api", "k1", "s1", None))
    ledger.stored.deliveries.append(StoredDelivery("d2", "e2", "p1", "exhausted", "attempts"))

    assert words(ledger) == {"DOUBLE"}


def test_a_request_without_its_attempt_is_unrecorded() -> None:
    ledger = well()
    ledger.received.append(arrival(n=2, claim=2, status=500))

    assert words(ledger) == {"UNRECORDED"}


def test_a_second_taking_is_a_duplicate_unless_a_fault_explains_it() -> None:
    ledger = well()
    ledger.received.append(arrival(n=2, claim=2))
    ledger.stored.attempts.append(StoredAttempt("d1", 2, "delivered"))
    explained = well()
    explained.received.append(arrival(n=2, claim=2))
    explained.stored.attempts = [StoredAttempt("d1", 1, "unknown"), StoredAttempt("d1", 2, "delivered")]
    explained.kills = [Kill("serve", "SIGKILL", "acks", 1, True)]

    assert (words(ledger), words(explained)) == ({"DUPLICATES"}, set())


def test_a_hit_on_a_redirects_target_is_a_violation() -> None:
    ledger = well()
    ledger.received.append(arrival(n=2, endpoint="stolen"))

    assert words(ledger) == {"REDIRECT"}


def test_a_move_outside_the_table_is_illegal() -> None:
    ledger = well()
    ledger.stored.moves.append(("cancelled", "pending", 1))

    assert words(ledger) == {"ILLEGAL"}


def test_a_ledger_is_judged_the_same_after_it_was_written(tmp_path: Path) -> None:
    ledger = well()
    ledger.stored.moves.append(("delivered", "held", 2))
    path = tmp_path / "ledger.json"
    ledger.write(path)

    again = judge(read_ledger(path))

    assert again == judge(ledger) != []
