"""Share the event loop: the short work of all executions of a process pauses every few milliseconds (security S22).

Without it a graph whose steps only compute would hold up every request for as long as it takes.
"""

from __future__ import annotations

import asyncio
from collections import deque

from hookspan.ports import Clock

SLICE_S = 0.005
"""How long executions may work in one turn of the loop; whoever is in the middle of a step ends that first."""


class Slices:
    """Who has work asks `is_over` before each piece of it and, if so, awaits `next`: one goes on in each turn."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends_at: float | None = None
        self._is_due = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    def is_over(self) -> bool:
        """Whether the loop was kept long enough in this turn of it; the first to ask begins to count."""
        now = self._clock.monotonic()
        if self._ends_at is None:
            self._ends_at = now + SLICE_S
            self._renew_soon()
        return now >= self._ends_at

    async def next(self) -> None:
        """Let everybody else have their turn; who waits longest goes on first, from where the slice counts anew."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        self._renew_soon()
        await mine
        self.is_over()

    def _renew_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._renew)

    def _renew(self) -> None:
        self._is_due, self._ends_at = False, None
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(None)
                break
        if self._waiting:
            self._renew_soon()
