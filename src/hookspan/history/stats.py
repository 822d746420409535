"""Totals and a series over a window ending now (contracts C.5).

A count looks at no more than READ_MOST rows of a table; when there are more, the answer tells from when on it is
complete. Answers are kept for a few seconds, so that ten open dashboards cost what one does.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hookspan.errors import Invalid
from hookspan.model.ids import id_time_ms
from hookspan.storage import stats
from hookspan.storage.database import Database
from hookspan.storage.stats import StatsFilter

WINDOWS: Mapping[str, tuple[int, int]] = {
    "1h": (3_600_000, 60_000),
    "24h": (86_400_000, 1_800_000),
    "7d": (7 * 86_400_000, 3 * 3_600_000),
    "30d": (30 * 86_400_000, 12 * 3_600_000),
}
"""Length of a window and of a step of its series, milliseconds."""
TOTALS = ("delivered", "attempts", "failedAttempts", "exhausted")
STEPS_MOST = 500
KEPT_LEAST_MS, KEPT_MOST_MS = 3_000, 15_000
KEPT = 1_000


@dataclass(slots=True)
class Step:
    """One step of the series."""

    at: int
    received: int = 0
    delivered: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries of one priority that wait for their turn."""

    priority: int
    depth: int
    oldest_ms: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer; `counted_from` is set when there was more than may be looked at."""

    from_ms: int
    to_ms: int
    bucket_ms: int
    totals: Mapping[str, int]
    series: Sequence[Step]
    queues: Sequence[Waiting]
    counted_from: int | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    tenant_id: str
    window_ms: int
    bucket_ms: int
    wanted: StatsFilter = field(default_factory=StatsFilter)


class Stats:
    """Counts for a tenant; one for a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[_Question, Counted] = OrderedDict()

    async def count(
        self, tenant_id: str, window: str, *, now: int, bucket_ms: int | None = None, wanted: StatsFilter | None = None
    ) -> Counted:
        """Totals, series and queues of a window; Invalid for one that is not offered."""
        if window not in WINDOWS:
            raise Invalid.one("/window", f"must be one of {' '.join(WINDOWS)}")
        window_ms, usual_ms = WINDOWS[window]
        step_ms = bucket_ms or usual_ms
        if not 1_000 <= step_ms <= window_ms or window_ms / step_ms > STEPS_MOST:
            raise Invalid.one("/bucketMs", f"must leave 1 to {STEPS_MOST} steps of a second or more")
        question = _Question(tenant_id, window_ms, step_ms, wanted or StatsFilter())
        kept = self._kept.get(question)
        if kept is None or not 0 <= now - kept.to_ms < _kept_ms(window_ms):
            steps = [*range(now - window_ms, now, step_ms), now + 1]
            found = await self._database.read(stats.counts, tenant_id, question.wanted, steps, step_ms)
            kept = _counted(question, found, steps)
            self._kept[question] = kept
            self._kept.move_to_end(question)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept


def _kept_ms(window_ms: int) -> int:
    """A longer window costs more to count and changes less."""
    return min(max(window_ms // 5_000, KEPT_LEAST_MS), KEPT_MOST_MS)


def _counted(question: _Question, found: stats.Counts, steps: Sequence[int]) -> Counted:
    now = steps[-1] - 1
    series = [Step(at, received) for at, received in zip(steps, found.received, strict=False)]
    totals = Counter(dict.fromkeys(TOTALS, 0))
    totals["received"] = sum(found.received)
    totals["published"] = found.published
    totals["executionsCompleted"] = found.executions.get("completed", 0)
    totals["executionsFailed"] = found.executions.get("failed", 0)
    _add_receipts(totals, found.apart)
    _add_deliveries(totals, series, found.deliveries, question.bucket_ms)
    queues = [
        Waiting(priority, depth, max(0, now - due_at))
        for priority, (depth, due_at) in sorted(found.waiting.items(), reverse=True)
    ]
    cut = max((id_time_ms(identity) for identity in found.cut), default=None)
    return Counted(steps[0], now, question.bucket_ms, totals, series, queues, cut)


def _add_receipts(totals: Counter[str], buckets: Sequence[stats.Bucket]) -> None:
    apart: Counter[str] = Counter()
    for bucket in buckets:
        apart[bucket.status] += bucket.number
    totals["filtered"], totals["failed"], totals["held"] = apart["filtered"], apart["failed"], apart["held"]
    totals["processed"] = totals["received"] - apart.total()


def _add_deliveries(
    totals: Counter[str], series: Sequence[Step], buckets: Sequence[stats.Bucket], bucket_ms: int
) -> None:
    for bucket in buckets:
        step = series[min(bucket.offset_ms // bucket_ms, len(series) - 1)]
        totals["attempts"] += bucket.attempts
        totals["failedAttempts"] += bucket.attempts
        if bucket.status == "delivered":
            step.delivered += bucket.number
            totals["delivered"] += bucket.number
            totals["failedAttempts"] -= bucket.number
        elif bucket.status == "exhausted":
            step.failed += bucket.number
            totals["exhausted"] += bucket.number
