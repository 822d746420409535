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


class FollowingClock(SystemClock):
    """The system's clock set by another that several hosts share, so that they agree when a lease ends."""

    def __init__(self) -> None:
        super().__init__()
        self.offset_ms = 0
        """How far the shared clock is ahead of this machine's."""
        self.is_following = False
        """Whether there is a shared clock: then a step of the wall clock is no step of `now_ms`."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch as the shared clock has it; goes back only where that is followed back."""
        return super().now_ms() + self.offset_ms

    def skew_ms(self) -> int:
        """How far the wall clock has moved away from the system's clock, whatever is followed."""
        return super().skew_ms() + self.offset_ms

    def accept_step(self) -> None:
        """Follow the wall clock; what the shared clock says stays as it is."""
        before_ms = self._start_ms
        super().accept_step()
        if self.is_following:
            self.offset_ms -= self._start_ms - before_ms

    def follow(self, ahead_ms: int) -> None:
        """The shared clock is so far ahead of what `now_ms` says."""
        self.offset_ms += ahead_ms
