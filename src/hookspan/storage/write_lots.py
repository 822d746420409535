"""What waits for a writer, in lots: each lot becomes one transaction.

The one writer of an embedded database takes all that waits as one lot. Where several write, locks are held against
each other, and what is in one order in each unit is in none in a row of them: there a lot is one unit, either a single
one or all items of a batched one.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MAX_ITEMS = 512
"""How many jobs a lot holds at most."""


@dataclass(slots=True)
class Job:
    """One unit waiting for a writer; `item` is set for batched units, `args` for single ones."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[object]
    unit: Callable[..., object]
    batched: bool
    item: object = None
    args: tuple[object, ...] = ()


class WriteLots:
    """A queue of lots, the oldest first; `is_mixed` puts different units into one lot. Safe for threads."""

    def __init__(self, *, is_mixed: bool) -> None:
        self._is_mixed = is_mixed
        self._lots: deque[list[Job]] = deque()
        self._growing: dict[Callable[..., object] | None, list[Job]] = {}
        self._changed = threading.Condition(threading.Lock())
        self._is_closed = False

    def put(self, jobs: Sequence[Job]) -> None:
        """Let these wait, each with its like."""
        with self._changed:
            before = len(self._lots)
            for job in jobs:
                self._join(job)
            self._changed.notify(len(self._lots) - before)

    def take(self, linger_seconds: float = 0.0) -> list[Job] | None:
        """The oldest lot, waited for; it may grow for `linger_seconds` first. None when closed and empty."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._lots or self._is_closed)
                if not self._lots:
                    return None
                if not linger_seconds:
                    return self._first()
            time.sleep(linger_seconds)
            linger_seconds = 0.0

    def close(self) -> None:
        """Nothing more comes: writers end when they have taken what waits."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _join(self, job: Job) -> None:
        if not (self._is_mixed or job.batched):
            self._lots.append([job])
            return
        kind = None if self._is_mixed else job.unit
        lot = self._growing.get(kind)
        if lot is None or len(lot) >= MAX_ITEMS:
            lot = self._growing[kind] = []
            self._lots.append(lot)
        lot.append(job)

    def _first(self) -> list[Job]:
        lot = self._lots.popleft()
        kind = None if self._is_mixed else lot[0].unit
        if self._growing.get(kind) is lot:
            del self._growing[kind]
        return lot
