"""Priorities share work by weight and never starve (reliability §4.7)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.levels import LEVELS, OLDEST_EVERY, level_at, share, take_turn

FULL = {level: [(level, f"{level}-{number}") for number in range(400)] for level in LEVELS}


def test_of_fifteen_turns_critical_has_eight_high_four_normal_two_low_one() -> None:
    turns = Counter(level_at(turn) for turn in range(15))

    assert turns == {3: 8, 2: 4, 1: 2, 0: 1}


def test_every_twentieth_turn_takes_the_oldest_of_any_level() -> None:
    oldest = {3: 900, 2: 800, 1: 700, 0: 1}

    chosen = take_turn(OLDEST_EVERY - 1, oldest)

    assert chosen == 0


def test_work_is_shared_by_weight_while_every_level_has_some() -> None:
    chosen = Counter(identity[0] for identity in share(FULL, 300, 0))

    assert chosen["3"] > chosen["2"] > chosen["1"] > chosen["0"] >= 15


def test_turns_of_levels_without_work_are_lent() -> None:
    chosen = share({1: FULL[1], 0: []}, 50, 0)

    assert chosen == [identity for _, identity in FULL[1][:50]]


@pytest.mark.parametrize("level", LEVELS)
def test_no_level_waits_longer_than_nineteen_turns_though_claims_are_of_one(level: int) -> None:
    waited = longest = 0
    for turn in range(600):
        [identity] = share(FULL, 1, turn)
        waited = 0 if identity.startswith(f"{level}-") else waited + 1
        longest = max(longest, waited)

    assert longest <= 19


@given(st.dictionaries(st.sampled_from(LEVELS), st.integers(0, 40)), st.integers(0, 60), st.integers(0, 1_000))
def test_a_share_is_as_many_as_there_are_each_once_and_in_order_of_its_level(
    sizes: dict[int, int], count: int, turn: int
) -> None:
    waiting = {level: [(number, f"{level}-{number:03}") for number in range(size)] for level, size in sizes.items()}

    chosen = share(waiting, count, turn)

    assert len(chosen) == min(count, sum(sizes.values()))
    for level in sizes:
        mine = [identity for identity in chosen if identity.startswith(f"{level}-")]
        assert mine == [identity for _, identity in waiting[level]][: len(mine)]
