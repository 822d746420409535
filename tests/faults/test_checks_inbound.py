"""The judge condemns on the way in: one push in which all is well, and one broken thing each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.checks import judge, kind_of
from tests.faults.ledger import (
    Ledger,
    Options,
    Stored,
    StoredDelivery,
    StoredEvent,
    StoredExecution,
    StoredJob,
    StoredReceipt,
    StoredReplay,
    StoredSource,
    Submission,
)


def well() -> Ledger:
    """A push that started its workflow, a filtered one, a batch of two, and a job that replayed the first."""
    return Ledger(
        options=Options(layer="chaos"),
        submitted=[
            Submission("k1", "push", "github.push", "s1", 1, ["e1"], source="pushes"),
            Submission("k2", "push", "webhook.received", "s2", 1, ["e2"], source="signed", fate="filtered"),
            Submission("k3", "push", "webhook.received", "s3", 1, ["e3"], parts={"k3.0": "p0", "k3.1": "p1"}),
        ],
        stored=Stored(
            events=[
                StoredEvent("e1", "github.push", "webhook", "k1", "s1", None),
                StoredEvent("e2", "webhook.received", "webhook", "k2", "d2", None),
                StoredEvent("e3", "webhook.received", "webhook", "k3.0", "d3", None),
                StoredEvent("e4", "webhook.received", "webhook", "k3.1", "d4", None),
                StoredEvent("e5", "github.push", "replay", "k1", "s1", None),
            ],
            executions=[StoredExecution("x1", "failed", "e1"), StoredExecution("x5", "failed", "e5")],
            keys={"w1 k1": "e1", "w2 k2": "e2", "w2 k3#0": "e3", "w2 k3#1": "e4", "replay:j1 e1": "e5"},
            receipts=[
                StoredReceipt("e1", "w1", "processed", "x1", "s1"),
                StoredReceipt("e2", "w2", "filtered", None, "s2"),
                StoredReceipt("e3", "w2", "processed", None, "p0"),
                StoredReceipt("e4", "w2", "processed", None, "p1"),
                StoredReceipt("e5", "w1", "processed", "x5", "s1"),
            ],
            sources=[StoredSource("w1", "active", True), StoredSource("w2", "active", False)],
            replays=[StoredReplay("e5", "e1", "j1")],
            jobs=[StoredJob("j1", "done", 1)],
        ),
    )


def without(stored: Stored, identity: str) -> None:
    """The event, its receipt and its keys are gone."""
    stored.events = [event for event in stored.events if event.id != identity]
    stored.receipts = [receipt for receipt in stored.receipts if receipt.id != identity]
    stored.keys = {key: event_id for key, event_id in stored.keys.items() if event_id != identity}


def no_receipt(stored: Stored) -> None:
    del stored.receipts[2]


def no_event(stored: Stored) -> None:
    del stored.events[1]


def no_key(stored: Stored) -> None:
    del stored.keys["w1 k1"]


def no_execution(stored: Stored) -> None:
    del stored.executions[0]


def another_execution(stored: Stored) -> None:
    stored.receipts[0] = StoredReceipt("e1", "w1", "processed", "x9", "s1")


def no_replay_row(stored: Stored) -> None:
    stored.replays, stored.jobs = [], []


def deliveries_of_what_is_filtered(stored: Stored) -> None:
    stored.deliveries = [StoredDelivery("d1", "e2", "p1", "exhausted", "attempts")]


def other_bytes(stored: Stored) -> None:
    stored.receipts[1] = StoredReceipt("e2", "w2", "filtered", None, "other")


def let_pass(stored: Stored) -> None:
    stored.receipts[1] = StoredReceipt("e2", "w2", "processed", None, "s2")


def still_held(stored: Stored) -> None:
    stored.receipts[2] = StoredReceipt("e3", "w2", "held", None, "p0")


def never_processed(stored: Stored) -> None:
    stored.receipts[0] = StoredReceipt("e1", "w1", "received", "x1", "s1")


def still_running(stored: Stored) -> None:
    stored.jobs = [StoredJob("j1", "running", 1)]


def nobody_pushed_it(stored: Stored) -> None:
    stored.events.append(StoredEvent("e9", "github.push", "webhook", "k9", "s9", None))
    stored.receipts.append(StoredReceipt("e9", "w2", "processed", None, "s9"))
    stored.keys["w2 k9"] = "e9"


def replayed_twice(stored: Stored) -> None:
    stored.replays.append(StoredReplay("e1", "e1", "j1"))


def counted_twice(stored: Stored) -> None:
    stored.jobs = [StoredJob("j1", "done", 2)]


def delivered_as_two(stored: Stored) -> None:
    pair = [StoredDelivery(identity, "e3", "p1", "exhausted", "attempts") for identity in ("d1", "d2")]
    stored.deliveries = pair


def half_there(stored: Stored) -> None:
    without(stored, "e4")


def all_gone(stored: Stored) -> None:
    without(stored, "e2")


BROKEN: list[tuple[Callable[[Stored], None], str]] = [
    (no_receipt, "ORPHAN"),
    (no_event, "ORPHAN"),
    (no_key, "ORPHAN"),
    (no_execution, "ORPHAN"),
    (another_execution, "ORPHAN"),
    (no_replay_row, "ORPHAN"),
    (deliveries_of_what_is_filtered, "ORPHAN"),
    (other_bytes, "CORRUPT"),
    (let_pass, "MISJUDGED"),
    (still_held, "STUCK"),
    (never_processed, "STUCK"),
    (still_running, "STUCK"),
    (nobody_pushed_it, "INVENTED"),
    (replayed_twice, "DOUBLE EVENT"),
    (counted_twice, "LOST"),
    (delivered_as_two, "DOUBLE DELIVERY"),
    (half_there, "HALF BATCH"),
    (all_gone, "LOST"),
]


def test_a_run_in_which_all_is_well_is_not_condemned() -> None:
    violations = judge(well())

    assert violations == []


@pytest.mark.parametrize(("breaks", "word"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_one_broken_thing_is_condemned(breaks: Callable[[Stored], None], word: str) -> None:
    ledger = well()
    breaks(ledger.stored)

    assert word in {kind_of(violation) for violation in judge(ledger)}


def test_an_answer_that_names_the_event_of_another_is_a_loss() -> None:
    ledger = well()
    ledger.submitted[0].ids = ["e2"]

    assert "LOST" in {kind_of(violation) for violation in judge(ledger)}


def test_a_source_that_is_still_paused_may_hold() -> None:
    ledger = well()
    still_held(ledger.stored)
    ledger.stored.sources[1] = StoredSource("w2", "paused", False)

    assert judge(ledger) == []
