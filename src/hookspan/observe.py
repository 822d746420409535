"""One wide log line and one counter for each step of the river. Never bodies, never secrets.

A line is JSON on stderr, or `key=value` text on a terminal; lines are gathered and written once per turn of the
event loop, because a system call for each would cost more than the step it tells of.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()
requests_total = Counter("hookspan_requests", "Answers by door", ["door", "status"], registry=registry)
receipts_total = Counter("hookspan_receipts", "Inbound requests", ["status", "cause"], registry=registry)
rejections_dropped_total = Counter(
    "hookspan_rejections_dropped", "Refused requests that the log of them had no room for", registry=registry
)
events_total = Counter("hookspan_events", "Events published", ["origin"], registry=registry)
facts_total = Counter(
    "hookspan_facts",
    "Facts of hookspan's own that are kept only where somebody wants them",
    ["type", "kept"],
    registry=registry,
)
attempts_total = Counter("hookspan_attempts", "Delivery attempts", ["outcome"], registry=registry)
executions_total = Counter("hookspan_executions", "Executions ended", ["status"], registry=registry)
attempt_seconds = Histogram("hookspan_attempt_seconds", "Duration of one attempt", registry=registry)
accept_seconds = Histogram("hookspan_accept_seconds", "Request to committed answer", registry=registry)
first_attempt_seconds = Histogram(
    "hookspan_first_attempt_seconds", "Acceptance to first attempt", ["priority"], registry=registry
)
queue_depth = Gauge("hookspan_queue_depth", "Due work", ["kind", "priority"], registry=registry)
queue_oldest = Gauge(
    "hookspan_queue_oldest_seconds", "Age of the oldest due work", ["kind", "priority"], registry=registry
)
breakers_open = Gauge("hookspan_breakers_open", "Endpoints not sent to because they fail", registry=registry)
sla_breaches_total = Counter(
    "hookspan_sla_breaches",
    "First attempts and first steps later than their priority promises",
    ["priority"],
    registry=registry,
)
functions_waiting = Gauge("hookspan_functions_waiting", "Steps that wait for a thread", registry=registry)
endpoints_now = Gauge("hookspan_endpoints", "Endpoints", ["status"], registry=registry)
commit_size = Histogram(
    "hookspan_commit_batch_size", "Units in one commit", buckets=[2**n for n in range(10)], registry=registry
)
indexed_total = Counter("hookspan_search_documents", "Events indexed for searches", registry=registry)
pruned_total = Counter("hookspan_pruned", "Records removed by retention", ["kind"], registry=registry)
build_info = Gauge("hookspan_build_info", "Version", ["version"], registry=registry)

LEVELS = {"debug": 0, "info": 1, "warning": 2, "error": 3, "off": 4}
_OWN = frozenset({"at", "level", "step"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Log:
    """Where lines go: `level` drops what is less, `form` is json or text."""

    def __init__(self) -> None:
        self.stream: TextIO = sys.stderr
        self.level = LEVELS["info"]
        self.form = "json"
        self._lines: list[bytes] = []
        self._encode = msgspec.json.Encoder(enc_hook=str).encode

    def line(self, step: str, level: str, fields: dict[str, object]) -> None:
        """Queue one line; a field named like the line's own is told as `field_…`. Outside a loop it goes at once."""
        if LEVELS[level] < self.level:
            return
        named = {f"field_{name}" if name in _OWN else name: value for name, value in fields.items()}
        record = {"at": time.time(), "level": level, "step": step, **named}
        self._lines.append(self._encode(record) if self.form == "json" else self._text(record))
        if len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_soon(self.flush)
            except RuntimeError:
                self.flush()

    @staticmethod
    def _text(record: dict[str, object]) -> bytes:
        """For people: control and bidi characters are shown escaped, so that data cannot steer a terminal (S30)."""
        at = datetime.fromtimestamp(float(str(record.pop("at"))), UTC).strftime("%H:%M:%S.%f")[:-3]
        level, step = str(record.pop("level")), str(record.pop("step"))
        pairs = " ".join(f"{name}={value}" for name, value in record.items() if value is not None)
        mark = "" if level == "info" else f"{level.upper()} "
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", f"{at} {mark}{step:<20} {pairs}").encode()

    def flush(self) -> None:
        """Write what is gathered."""
        lines, self._lines = self._lines, []
        if lines:
            self.stream.write(b"\n".join(lines).decode() + "\n")
            self.stream.flush()


log = Log()


def step(name: str, **fields: object) -> None:
    """Tell that a step of the river was done, with all its ids and timings."""
    if log.level <= 1:
        log.line(name, "info", fields)


def warn(name: str, **fields: object) -> None:
    """Tell of something an operator should look at."""
    log.line(name, "warning", fields)


def fail(name: str, **fields: object) -> None:
    """Tell of a fault of ours."""
    log.line(name, "error", fields)


@lru_cache(maxsize=1_024)
def _child(metric: Counter, *labels: object) -> Counter:
    return metric.labels(*labels)


def count(metric: Counter, *labels: object) -> None:
    """Count one; the labelled child is looked up once, because that costs more than counting."""
    _child(metric, *labels).inc()


def first_attempt(priority: int, seconds: float) -> None:
    """How long an accepted event waited for its first try."""
    _waits(priority).observe(seconds)


@lru_cache(maxsize=8)
def _waits(priority: int) -> Histogram:
    return first_attempt_seconds.labels(str(priority))


def commit_batch(size: int) -> None:
    """Count one commit."""
    commit_size.observe(size)
