"""A line with an error rate for each source or workflow of a page (contracts C.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from hookspan.history.endpoint_stats import LINE_STEPS
from hookspan.history.stats import WINDOWS, steps_of
from hookspan.model.ids import id_time_ms
from hookspan.model.source_health import DEGRADED_FROM, FAILING_FROM
from hookspan.storage.line_counts import LineCount, LineCounts

WorkflowHealth = Literal["healthy", "degraded", "failing", "idle", "inactive"]


@dataclass(slots=True)
class Point:
    """One step of a line: how many were born in it, how many of them failed."""

    at: int
    total: int = 0
    failed: int = 0


@dataclass(slots=True)
class Line:
    """What one owner did in a window, oldest step first; `succeeded` and `failed` are the ones that count."""

    owner_id: str
    status: str
    points: Sequence[Point]
    succeeded: int = 0
    failed: int = 0

    @property
    def error_rate(self) -> float:
        """failed ÷ (succeeded + failed), 0 when none."""
        return round(self.failed / (self.succeeded + self.failed), 4) if self.failed else 0.0


def line_steps(window: str, now: int) -> list[int]:
    """Where each step of a line begins, and where the last one ends (epoch ms)."""
    return steps_of(WINDOWS[window][0], LINE_STEPS[window], now)


def source_lines(counted: LineCounts, window: str, now: int) -> list[Line]:
    """A line for each source that exists, in order of id: what came, and what of it could not be routed."""
    found = []
    for line, counts in _begun(counted, window, now):
        for count, point in counts:
            if count.status == "":
                point.total += count.number
                line.succeeded += count.number
            else:
                line.succeeded -= count.number
            if count.status == "failed":
                point.failed += count.number
                line.failed += count.number
        found.append(line)
    return found


def workflow_lines(counted: LineCounts, window: str, now: int) -> list[Line]:
    """A line for each workflow that exists, in order of id: what it started, and what of it failed."""
    found = []
    for line, counts in _begun(counted, window, now):
        for count, point in counts:
            point.total += count.number
            if count.status == "failed":
                point.failed += count.number
                line.failed += count.number
            elif count.status == "completed":
                line.succeeded += count.number
        found.append(line)
    return found


def workflow_health(line: Line) -> WorkflowHealth:
    """The word for it, by the same shares as a source's."""
    if line.status != "active":
        return "inactive"
    if not line.succeeded + line.failed:
        return "idle"
    rate = line.error_rate
    return "failing" if rate >= FAILING_FROM else "degraded" if rate >= DEGRADED_FROM else "healthy"


def complete_from(counted: LineCounts) -> int | None:
    """From when on the counts are complete (epoch ms), when there was more than may be looked at."""
    return None if counted.since_id is None else id_time_ms(counted.since_id)


def _begun(counted: LineCounts, window: str, now: int) -> Iterator[tuple[Line, list[tuple[LineCount, Point]]]]:
    """An empty line for each owner, with its counts and the point that each of them belongs to."""
    starts = line_steps(window, now)[:-1]
    step_ms = LINE_STEPS[window]
    of: dict[str, list[LineCount]] = {owner_id: [] for owner_id in sorted(counted.statuses)}
    for count in counted.counts:
        of[count.owner_id].append(count)
    for owner_id, mine in of.items():
        points = [Point(at) for at in starts]
        placed = [(count, points[min(int(count.offset_ms) // step_ms, len(points) - 1)]) for count in mine]
        yield Line(owner_id, counted.statuses[owner_id], points), placed
