"""The loops behind the API: which step, how often; start, drain, stop, health.

Of every process:

monitor     look whether work is moving            every 2 s
rejections  keep refused requests                  every second

Of one that works on a queue, whichever, so that nothing is left undone whatever is chosen where:

sweep       take back lapsed leases                every 5 s ± 20 %
health      act on endpoints that fail for days    every minute
prune       forget expired keys and sessions       every 10 min
audit       seal what the audit log got            every 5 s
roll_call   beat, look for who does not            every 10 s
retention   remove what is too old                 looks every minute, runs once a day
search      index events for searches              every second

Of one that works on `deliveries`:

deliveries  claim due deliveries and send them     on commits and retries, at least every second
hold        follow endpoints that paused, resumed  every 2 s
certificates  warn of those that end soon          every minute

Of one that works on `executions`:

executions  claim due executions and run them      on commits and timers, at least every second
renew       keep the leases of what runs here      every 5 s ± 20 %

Of one that works on `router`, where work for the other two comes from without a request:

fanout      write deliveries of long lists         at once, at least every second
schedules   start workflows by the clock           at each hour, looks at least every second
delayed     release events that waited for theirs  at each hour, looks at least every second
release     let go what resumed sources held       every second
jobs        one round over bulk jobs               every second

A loop that ends with a fault is started again after a moment; three faults in a minute end the process, so that a
supervisor sees what a green health check would hide.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from hookspan import observe
from hookspan.errors import StoreAway
from hookspan.ports import Clock

Queue = Literal["deliveries", "executions", "router"]
QUEUES: tuple[Queue, ...] = get_args(Queue)
"""What background work is divided into (contracts D.4)."""

HOLD_SECONDS = 2.0
HEALTH_SECONDS = 60.0
PRUNE_SECONDS = 600.0
FAULTS_MOST = 3
FAULT_WINDOW_SECONDS = 60.0
RESTART_SECONDS = 0.5


@dataclass(slots=True, eq=False)
class Loop:
    """One step that runs for ever: `turn` returns when it should be called again, or has ended if not `repeats`."""

    name: str
    turn: Callable[[], Awaitable[object]]
    repeats: bool = False
    faults: deque[float] = field(default_factory=lambda: deque(maxlen=FAULTS_MOST))
    last_turn: float = 0.0


class Worker:
    """Runs loops until told to stop; `on_collapse` is called when one cannot be kept alive."""

    def __init__(self, *, clock: Clock, on_collapse: Callable[[], None]) -> None:
        self._clock = clock
        self._on_collapse = on_collapse
        self._loops: list[Loop] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False
        self.on_fault: Callable[[str, Exception, bool], None] = lambda loop, error, collapsed: None
        """Told of a loop's name, what it ended with, and whether it is not started again."""

    def forever(self, name: str, run: Callable[[], Awaitable[object]]) -> None:
        """Add a loop that waits by itself and ends when its owner drains."""
        self._loops.append(Loop(name, run))

    def every(self, seconds: float, name: str, step: Callable[[], Awaitable[object]]) -> None:
        """Add a step repeated every `seconds` ± 20 %, so that many processes do not march in step."""

        async def turn() -> None:
            await step()
            await self._clock.sleep(seconds * random.uniform(0.8, 1.2))  # noqa: S311  # jitter, no secret

        self._loops.append(Loop(name, turn, repeats=True))

    def start(self) -> None:
        """Start every loop on the running event loop."""
        self._tasks = [asyncio.create_task(self._keep(loop), name=loop.name) for loop in self._loops]

    async def stop(self) -> None:
        """Cancel the loops; what they started is drained by its owner."""
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, loop: Loop) -> None:
        while not self._is_stopping:
            loop.last_turn = self._clock.monotonic()
            try:
                await loop.turn()
                if not loop.repeats:
                    return
            except StoreAway as error:
                # The database is away, not the loop: try until it is back.
                observe.warn("worker.waits", loop=loop.name, error=error.detail)
                self.on_fault(loop.name, error, False)
                await self._clock.sleep(RESTART_SECONDS)
            except Exception as error:  # noqa: BLE001  # the loop boundary: a fault must not end the work of others
                observe.fail("worker.fault", loop=loop.name, error=f"{type(error).__name__}: {error}")
                loop.faults.append(self._clock.monotonic())
                collapsed = len(loop.faults) == FAULTS_MOST and loop.faults[-1] - loop.faults[0] < FAULT_WINDOW_SECONDS
                self.on_fault(loop.name, error, collapsed)
                if collapsed:
                    observe.fail("worker.collapsed", loop=loop.name)
                    self._on_collapse()
                    return
                await self._clock.sleep(RESTART_SECONDS)

    def checks(self) -> Mapping[str, Mapping[str, object]]:
        """Whether each loop is alive."""
        return {
            f"loop.{loop.name}": {"ok": not task.done()} for loop, task in zip(self._loops, self._tasks, strict=True)
        }
