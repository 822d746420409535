"""Time that stands still until a test moves it."""

from __future__ import annotations

import asyncio

START_MS = 1_747_862_830_000


class FakeClock:
    """Implements ports.Clock; sleepers wake when the clock is advanced past them."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return START_MS + round(self._seconds * 1000)

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        """Wait until someone advances the clock far enough."""
        woken = asyncio.Event()
        self._sleepers.append((self._seconds + seconds, woken))
        await woken.wait()

    def advance(self, *, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds
        for due, woken in self._sleepers:
            if due <= self._seconds:
                woken.set()
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._seconds]
