"""The system's clock: wall time at start plus monotonic time, so that a step of the wall never moves a lease."""

from __future__ import annotations

import asyncio
import time

STEP_MS = 60_000


class SystemClock:
    """Implements ports.Clock."""

    def __init__(self) -> None:
        self._start_ms = time.time_ns() // 1_000_000
        self._start = time.monotonic()

    def now_ms(self) -> int:
        """Milliseconds since the epoch; never goes back while the process lives."""
        return self._start_ms + int((time.monotonic() - self._start) * 1_000)

    def monotonic(self) -> float:
        """Seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def skew_ms(self) -> int:
        """How far the wall clock has moved away from us since the start."""
        return time.time_ns() // 1_000_000 - self.now_ms()

    def accept_step(self) -> None:
        """Follow the wall clock after it has proved to stay where it is."""
        self._start_ms += self.skew_ms()
