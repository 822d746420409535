"""Totals and a series over a window ending now (contracts C.5).

Deliveries and attempts count when they happened, from sums by spans of five minutes, so steps are multiples of that.
A count that has no sums looks at no more than READ_MOST rows of a table; when there are more, the answer tells from
when on it is complete. Answers are kept for a few seconds, so that ten open dashboards cost what one does.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from hookspan.errors import Invalid
from hookspan.model.ids import id_time_ms
from hookspan.model.latency import percentile
from hookspan.model.levels import LEVELS
from hookspan.storage import stats
from hookspan.storage.database import Database
from hookspan.storage.delivery_tables import STATS_SPAN_MS
from hookspan.storage.keyset import Span
from hookspan.storage.rejections import rejections_total
from hookspan.storage.stats import StatsFilter

WINDOWS: Mapping[str, tuple[int, int]] = {
    "1h": (3_600_000, 300_000),
    "24h": (86_400_000, 1_800_000),
    "7d": (7 * 86_400_000, 3 * 3_600_000),
    "30d": (30 * 86_400_000, 12 * 3_600_000),
}
"""Length of a window and of a step of its series, milliseconds."""
TOTALS = ("delivered", "attempts", "failedAttempts", "exhausted")
STEPS_MOST = 500
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}

Percentiles = Mapping[str, float | None]
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
    latencies: Mapping[str, Percentiles]
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
        wanted = wanted or StatsFilter()
        check_filter(wanted)
        window_ms, usual_ms = WINDOWS[window]
        step_ms = bucket_ms or usual_ms
        if step_ms % STATS_SPAN_MS or not step_ms <= window_ms <= step_ms * STEPS_MOST:
            raise Invalid.one("/bucketMs", f"must be a multiple of {STATS_SPAN_MS} that leaves 1 to {STEPS_MOST} steps")
        question = _Question(tenant_id, window_ms, step_ms, wanted)
        kept = self._kept.get(question)
        if kept is None or not 0 <= now - kept.to_ms < _kept_ms(window_ms):
            steps = steps_of(window_ms, step_ms, now)
            found = await self._database.read(stats.counts, tenant_id, question.wanted, steps, step_ms)
            rejected = await self._rejected(tenant_id, wanted, Span(steps[0], steps[-1]))
            kept = _counted(question, found, steps, rejected)
            self._kept[question] = kept
            self._kept.move_to_end(question)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept

    async def _rejected(self, tenant_id: str, wanted: StatsFilter, span: Span) -> int:
        """Requests that were refused; they have neither a type nor a workflow, and go to no endpoint."""
        if wanted.endpoint_id or wanted.workflow_id or wanted.event_type:
            return 0
        return await self._database.read(rejections_total, tenant_id, wanted.webhook_id, span)


def steps_of(window_ms: int, step_ms: int, now: int) -> list[int]:
    """Where each step begins, on whole multiples of a step, and where the last one ends: just after now."""
    end = now - now % step_ms + step_ms
    return [*range(end - -(-window_ms // step_ms) * step_ms, end, step_ms), now + 1]


def check_filter(wanted: StatsFilter) -> None:
    """Invalid for filters that no event has in common: a source, a workflow and an endpoint do not combine."""
    named = {"/webhookId": wanted.webhook_id, "/workflowId": wanted.workflow_id, "/endpointId": wanted.endpoint_id}
    given = [pointer for pointer, value in named.items() if value is not None]
    if len(given) > 1:
        raise Invalid.one(given[1], f"does not combine with {given[0].lstrip('/')}; ask for one of them")


def percentiles(counts: Sequence[int]) -> Percentiles:
    """p50, p95 and p99 in milliseconds of latencies counted by bucket; None without any."""
    return {name: percentile(counts, quantile) for name, quantile in QUANTILES.items()}


def _kept_ms(window_ms: int) -> int:
    """A longer window costs more to count and changes less."""
    return min(max(window_ms // 5_000, KEPT_LEAST_MS), KEPT_MOST_MS)


def _counted(question: _Question, found: stats.Counts, steps: Sequence[int], rejected: int) -> Counted:
    now = steps[-1] - 1
    series = [Step(at, received) for at, received in zip(steps, found.received, strict=False)]
    totals = Counter(dict.fromkeys(TOTALS, 0))
    totals["received"] = sum(found.received)
    totals["published"] = found.published
    totals["rejected"] = found.rejected
    totals["rejected"] = rejected
    totals["executionsCompleted"] = found.executions.get("completed", 0)
    totals["executionsFailed"] = found.executions.get("failed", 0)
    _add_receipts(totals, found.apart)
    _add_deliveries(totals, series, found.deliveries, question.bucket_ms)
    waiting = {level: found.waiting.get(level, (0, now)) for level in LEVELS}
    queues = [Waiting(level, depth, max(0, now - due_at)) for level, (depth, due_at) in waiting.items()]
    cut = max((id_time_ms(identity) for identity in found.cut), default=None)
    return Counted(steps[0], now, question.bucket_ms, totals, _latencies(found.latencies), series, queues, cut)


def _latencies(found: stats.Latencies) -> dict[str, Percentiles]:
    accepts = sorted(found.accept_ms)
    accept = {
        name: float(accepts[max(ceil(quantile * len(accepts)) - 1, 0)]) if accepts else None
        for name, quantile in QUANTILES.items()
    }
    return {
        "accept": accept,
        "first_attempt": percentiles(found.first_attempt),
        "attempt": percentiles(found.attempt),
    }


def _add_receipts(totals: Counter[str], buckets: Sequence[stats.Bucket]) -> None:
    apart: Counter[str] = Counter()
    for bucket in buckets:
        apart[bucket.status] += bucket.number
    totals["filtered"], totals["failed"], totals["held"] = apart["filtered"], apart["failed"], apart["held"]
    totals["processed"] = totals["received"] - apart.total()


def _add_deliveries(
    totals: Counter[str], series: Sequence[Step], outcomes: Sequence[stats.Outcomes], bucket_ms: int
) -> None:
    for outcome in outcomes:
        step = series[min(outcome.offset_ms // bucket_ms, len(series) - 1)]
        step.delivered += outcome.delivered
        step.failed += outcome.exhausted
        totals["delivered"] += outcome.delivered
        totals["exhausted"] += outcome.exhausted
        totals["attempts"] += outcome.attempts
        totals["failedAttempts"] += outcome.failed_attempts
