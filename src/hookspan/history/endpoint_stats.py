"""How endpoints do: seed 004's numbers of one, and a line with its health for each of a page (contracts C.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hookspan.errors import Invalid
from hookspan.history.stats import WINDOWS, steps_of
from hookspan.model.latency import percentile
from hookspan.storage.endpoint_stats import EndpointNumbers, EndpointStep

Health = Literal["healthy", "degraded", "failing", "idle", "paused", "disabled"]

LINE_STEPS = {"1h": 300_000, "24h": 3_600_000, "7d": 6 * 3_600_000, "30d": 86_400_000}
"""Length of a step of a line, by window, in milliseconds."""
_STILL: Mapping[str, Health] = {"paused": "paused", "disabled": "disabled"}
DEGRADED_FROM, FAILING_FROM = 0.05, 0.5
IDS_MOST = 250


@dataclass(frozen=True, slots=True)
class Judged:
    """Seed 004's numbers; `failed` are deliveries given up, and ones ended by people after a failure."""

    total: int
    successful: int
    failed: int
    failure_rate: float
    average_ms: float
    p95_ms: float | None


def judged(numbers: EndpointNumbers) -> Judged:
    """The rates and means of an endpoint's numbers."""
    failed = numbers.exhausted + numbers.cancelled
    ended = numbers.delivered + failed
    return Judged(
        numbers.deliveries,
        numbers.delivered,
        failed,
        round(failed / ended, 4) if ended else 0.0,
        round(numbers.duration_ms / numbers.attempts, 1) if numbers.attempts else 0.0,
        percentile(numbers.latencies, 0.95),
    )


@dataclass(slots=True)
class Point:
    """One step of a line."""

    at: int
    delivered: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What an endpoint did in a window, oldest step first; `error_rate` is failed attempts ÷ attempts."""

    endpoint_id: str
    points: Sequence[Point]
    attempts: int
    failed_attempts: int
    error_rate: float
    health: Health


def line_start(window: str, now: int) -> int:
    """From when on counts are needed for the lines of a window."""
    return steps_of(WINDOWS[window][0], LINE_STEPS[window], now)[0]


def lines(statuses: Mapping[str, str], steps: Sequence[EndpointStep], window: str, now: int) -> list[Line]:
    """A line for each endpoint that exists, in order of id."""
    starts = steps_of(WINDOWS[window][0], LINE_STEPS[window], now)[:-1]
    of: dict[str, list[EndpointStep]] = {endpoint_id: [] for endpoint_id in sorted(statuses)}
    for step in steps:
        of[step.endpoint_id].append(step)
    return [_line(endpoint_id, statuses[endpoint_id], mine, starts) for endpoint_id, mine in of.items()]


def _line(endpoint_id: str, status: str, steps: Sequence[EndpointStep], starts: Sequence[int]) -> Line:
    points = [Point(at) for at in starts]
    step_ms = starts[1] - starts[0]
    for step in steps:
        point = points[min((step.at - starts[0]) // step_ms, len(points) - 1)]
        point.delivered += step.delivered
        point.failed += step.exhausted
    attempts = sum(step.attempts for step in steps)
    failed = sum(step.failed_attempts for step in steps)
    rate = round(failed / attempts, 4) if attempts else 0.0
    return Line(endpoint_id, points, attempts, failed, rate, _health(status, attempts, rate))


def _health(status: str, attempts: int, rate: float) -> Health:
    if status in _STILL:
        return _STILL[status]
    if not attempts:
        return "idle"
    return "failing" if rate >= FAILING_FROM else "degraded" if rate >= DEGRADED_FROM else "healthy"


def ids_within(ids: Sequence[str]) -> Sequence[str]:
    """The ids of one page; Invalid for none or too many."""
    if not 0 < len(ids) <= IDS_MOST:
        raise Invalid.one("/ids", f"name 1 to {IDS_MOST} ids, apart by commas")
    return ids
