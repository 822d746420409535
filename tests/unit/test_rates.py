"""Token buckets: what is left, when there is more, and that strangers cannot fill the memory (security §5.4, S11)."""

from __future__ import annotations

import tracemalloc

from hookspan.api.rates import Buckets, Policy, header_fields
from tests.support.clock import FakeClock

TEN = Policy("default", 10)


def test_a_bucket_gives_its_quota_and_then_says_when_to_come_back() -> None:
    buckets = Buckets(FakeClock())

    spent = [buckets.spend(TEN, "a") for _ in range(11)]

    assert [one.remaining for one in spent[:3]] == [9, 8, 7]
    assert [one.retry_after_s for one in spent] == [None] * 10 + [6]


def test_tokens_come_back_with_time_and_never_above_the_quota() -> None:
    clock = FakeClock()
    buckets = Buckets(clock)
    for _ in range(10):
        buckets.spend(TEN, "a")

    clock.advance(seconds=6)
    soon = [buckets.spend(TEN, "a").retry_after_s for _ in range(2)]
    clock.advance(seconds=3_600)
    late = buckets.spend(TEN, "a")

    assert soon == [None, 6]
    assert (late.remaining, late.full_in_s) == (9, 6)


def test_one_subject_does_not_drink_from_the_bucket_of_another() -> None:
    buckets = Buckets(FakeClock())
    for _ in range(11):
        buckets.spend(TEN, "a")

    assert buckets.spend(TEN, "b").retry_after_s is None
    assert buckets.spend(Policy("reveal", 10), "a").retry_after_s is None


def test_the_headers_are_structured_fields() -> None:
    buckets = Buckets(FakeClock())

    fields = dict(header_fields([buckets.spend(Policy("default", 600), "a"), buckets.spend(Policy("reveal", 10), "a")]))

    assert fields[b"ratelimit-policy"] == b'"default";q=600;w=60, "reveal";q=10;w=60'
    assert fields[b"ratelimit"] == b'"default";r=599;t=1, "reveal";r=9;t=6'


def test_however_many_subjects_there_are_only_the_newest_are_remembered() -> None:
    buckets = Buckets(FakeClock(), remembered=1_000)
    for number in range(2_000):
        buckets.spend(TEN, f"first {number}")
    tracemalloc.start()

    for number in range(50_000):
        buckets.spend(TEN, f"then {number}")

    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(buckets) == 1_000
    assert grown < 1_000_000
