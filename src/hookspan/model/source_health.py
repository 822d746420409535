"""How a source does, judged by its receipts of the last hour and day (contracts B.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Health = Literal["disabled", "paused", "unused", "healthy", "degraded", "failing"]

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
VERDICT_FROM = 20
"""Receipts in the hour below which there is no verdict."""
DEGRADED_FROM, FAILING_FROM = 0.05, 0.25


@dataclass(frozen=True, slots=True)
class ReceiptCounts:
    """Receipts of a span, tests left out: how many in all, how many failed, how many count neither way.

    What was filtered, is held or is not routed yet counts neither way. `total` is exact where something failed; else
    it only tells whether there was any.
    """

    total: int = 0
    failed: int = 0
    other: int = 0

    @property
    def error_rate(self) -> float:
        """failed ÷ (processed + failed), from 0 to 1."""
        judged = self.total - self.other
        return round(self.failed / judged, 4) if self.failed and judged > 0 else 0.0


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What came to a source in the last hour and in the last day."""

    hour: ReceiptCounts = ReceiptCounts()
    day: ReceiptCounts = ReceiptCounts()


def health_of(status: str, counts: SourceCounts) -> Health:
    """The word for it: its status while it is not active, else what its receipts say."""
    match status:
        case "disabled" | "paused":
            return status
    if counts.day.total == 0:
        return "unused"
    hour = counts.hour
    if hour.total < VERDICT_FROM or hour.error_rate < DEGRADED_FROM:
        return "healthy"
    return "degraded" if hour.error_rate < FAILING_FROM else "failing"
