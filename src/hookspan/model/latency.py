"""Latencies counted in twelve buckets, so that percentiles of any span are sums of rows (contracts C.5)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

BOUNDS_MS = (10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 30_000)
"""Inclusive upper bounds of all buckets but the last, which holds the rest."""
BUCKETS = len(BOUNDS_MS) + 1


def bucket_of(duration_ms: float) -> int:
    """Which bucket a latency is counted in."""
    return bisect_left(BOUNDS_MS, duration_ms)


def percentile(counts: Sequence[int], quantile: float) -> float | None:
    """The latency in milliseconds that `quantile` (0 to 1) of the counted ones do not exceed; None without any.

    Interpolated inside the bucket it falls in; in the last one, which has no upper bound, the answer is its lower one.
    """
    total = sum(counts)
    if total == 0:
        return None
    rank, below = quantile * total, 0
    for place, number in enumerate(counts):
        if number and below + number >= rank:
            return _inside(place, (rank - below) / number)
        below += number
    return float(BOUNDS_MS[-1])


def _inside(place: int, share: float) -> float:
    if place == len(BOUNDS_MS):
        return float(BOUNDS_MS[-1])
    lower = BOUNDS_MS[place - 1] if place else 0
    return round(lower + (BOUNDS_MS[place] - lower) * max(share, 0.0), 1)
