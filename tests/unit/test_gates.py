"""The breaker, the ramp and the halved concurrency of an endpoint (reliability §4.6)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.gates import BUCKET_MS, USUAL, WINDOW_MS, Gate, Signal, moved

NOW = 1_800_000_000_000
NEW = Gate(endpoint_id="e", tenant_id="t")


def outcomes(word: str, *, at: int = NOW, every_ms: int = 1_000) -> list[Signal]:
    """`+` succeeded, `-` failed, `p` and `P` a probe that failed and one that succeeded."""
    return [
        Signal(at + place * every_ms, letter in "+P", 10, is_probe=letter in "pP") for place, letter in enumerate(word)
    ]


def after(word: str, gate: Gate = NEW, *, at: int = NOW) -> Gate:
    return moved(gate, outcomes(word, at=at))


@pytest.mark.parametrize(
    ("word", "breaker"),
    [
        ("---------", "closed"),
        ("----------", "open"),
        ("+++-------", "open"),
        ("++++------", "closed"),
        ("++++++++++++++++++++", "closed"),
    ],
)
def test_it_opens_at_seventy_per_cent_of_ten_outcomes(word: str, breaker: str) -> None:
    gate = after(word)

    assert gate.breaker == breaker


def test_an_open_breaker_shuts_for_thirty_seconds() -> None:
    gate = after("-" * 10)

    assert gate.not_before == NOW + 9_000 + 30_000


def test_failures_spread_over_more_than_five_minutes_do_not_open_it() -> None:
    gate = NEW
    for place in range(40):
        gate = moved(gate, [Signal(NOW + place * 60_000, False, 10)])

    assert gate.breaker == "closed"
    assert gate.fail_streak == 40


def test_each_failed_probe_doubles_the_time_up_to_ten_minutes() -> None:
    gate = after("-" * 10)
    waits = []
    for _ in range(7):
        gate = after("p", gate, at=gate.not_before)
        waits.append(gate.open_ms)

    assert waits == [60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000]


def test_a_successful_probe_closes_it_and_starts_the_ramp() -> None:
    gate = after("-" * 10)

    gate = after("P", gate, at=gate.not_before)

    assert (gate.breaker, gate.not_before, gate.cap, gate.fail_streak) == ("closed", 0, 2, 0)


def test_a_ramp_goes_one_two_four_and_then_all() -> None:
    gate = Gate(endpoint_id="e", tenant_id="t", cap=1, ramps=True)
    caps = []
    for _ in range(3):
        gate = after("+", gate)
        caps.append(gate.cap)

    assert caps == [2, 4, None]


def test_late_outcomes_of_attempts_before_it_opened_change_nothing() -> None:
    opened = after("-" * 10)

    gate = after("--+", opened, at=NOW + 11_000)

    assert (gate.breaker, gate.open_ms, gate.not_before) == ("open", opened.open_ms, opened.not_before)


def test_crowding_halves_the_concurrency_and_each_success_gives_one_back() -> None:
    crowded = moved(NEW, [Signal(NOW, False, 10, is_crowding=True)])
    twice = moved(crowded, [Signal(NOW, False, 10, is_crowding=True)])

    recovered = after("++", twice)

    assert (crowded.cap, twice.cap, recovered.cap) == (5, 2, 4)


def test_a_pause_asked_for_by_the_far_side_keeps_the_gate_shut_until_then() -> None:
    gate = moved(NEW, [Signal(NOW, False, 10, pause_until=NOW + 60_000)])

    assert gate.not_before == NOW + 60_000


def test_a_success_ends_the_record_of_failing() -> None:
    failing = after("---")

    gate = after("+", failing)

    assert (failing.failing_since, failing.fail_streak) == (NOW, 3)
    assert (gate.failing_since, gate.fail_streak, gate.warned) == (None, 0, 0)


@given(st.text("+-pP", max_size=60), st.integers(1, 120_000))
def test_whatever_happens_what_is_kept_stays_small_and_consistent(word: str, every_ms: int) -> None:
    gate = NEW
    for signal in outcomes(word, every_ms=every_ms):
        gate = moved(gate, [signal])
        assert len(gate.buckets) <= WINDOW_MS // BUCKET_MS + 1
        assert gate.open_ms <= USUAL.open_ms_most
        assert gate.cap is None or 1 <= gate.cap < 10
        assert (gate.failing_since is None) == (gate.fail_streak == 0)
        assert gate.breaker == "closed" or gate.not_before > 0


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_a_batch_moves_a_gate_as_its_outcomes_one_by_one(good: Sequence[bool]) -> None:
    signals = [Signal(NOW + place, each, 10) for place, each in enumerate(good)]
    one_by_one = NEW
    for signal in signals:
        one_by_one = moved(one_by_one, [signal])

    at_once = moved(NEW, signals)

    assert at_once == one_by_one
