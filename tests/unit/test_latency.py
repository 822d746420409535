"""Latencies in buckets, and what they tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.model.latency import BOUNDS_MS, BUCKETS, bucket_of, percentile
from hookspan.storage.delivery_tables import LATENCY_BUCKETS


def test_the_table_has_a_column_for_each_bucket() -> None:
    assert BUCKETS == LATENCY_BUCKETS == 12


@pytest.mark.parametrize(("ms", "bucket"), [(0, 0), (10, 0), (10.1, 1), (11, 1), (30_000, 10), (30_001, 11), (-5, 0)])
def test_a_bound_belongs_to_its_bucket(ms: float, bucket: int) -> None:
    assert bucket_of(ms) == bucket


def test_without_latencies_there_is_no_percentile() -> None:
    assert percentile([0] * BUCKETS, 0.5) is None


def test_a_percentile_lies_inside_its_bucket() -> None:
    counts = [0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    assert (percentile(counts, 0.5), percentile(counts, 1.0)) == (37.5, 50.0)


def test_the_last_bucket_tells_its_lower_bound() -> None:
    assert percentile([0] * 11 + [3], 0.99) == 30_000.0


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_percentile_is_never_off_by_more_than_its_bucket(times: list[int], quantile: float) -> None:
    counts = [0] * BUCKETS
    for ms in times:
        counts[bucket_of(ms)] += 1

    found = percentile(counts, quantile)

    exact = sorted(times)[max(-(-int(quantile * 100) * len(times) // 100) - 1, 0)]
    assert found is not None
    assert abs(bucket_of(min(found, 30_000)) - bucket_of(min(exact, BOUNDS_MS[-1]))) <= 1
