"""Threads for functions that block: each call has one to itself until its function has returned, wanted or not.

What nobody waits for any more cannot be stopped, so its thread stays taken and counted: a later call waits for a
thread that is really free, and its time is not counted meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TypeVar

from hookspan import observe

LONG_SECONDS = 10.0
"""A call that waits longer than this for a thread is warned of."""
Argument = TypeVar("Argument")


class Limit:
    """The time of one try: `within` is what it is awaited in, and ends it by TimeoutError."""

    def __init__(self, timeout_ms: int) -> None:
        self.within = asyncio.timeout(None)
        self._seconds = timeout_ms / 1_000

    def begin(self) -> None:
        """All of the time, from now on."""
        self.within.reschedule(asyncio.get_running_loop().time() + self._seconds)

    def pause(self) -> None:
        """No time is counted until it begins."""
        self.within.reschedule(None)


class Threads:
    """At most so many functions at a time, and one for each key; for one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._places = asyncio.Semaphore(most)
        self._pool: ThreadPoolExecutor | None = None
        self._left: dict[str, asyncio.Event] = {}

    async def call(self, function: Callable[[Argument], object], argument: Argument, key: str, limit: Limit) -> object:
        """What the function returns.

        A call of the same key that is still under way is waited for first, within the time of this try: a function
        that never returns costs one thread, and its step the tries it has. The time begins anew with the function.
        """
        while (earlier := self._left.get(key)) is not None:
            limit.begin()
            await earlier.wait()
        self._left[key] = asyncio.Event()
        limit.pause()
        try:
            await self._take_place()
        except BaseException:
            self._has_left(key)
            raise
        limit.begin()
        return await asyncio.wrap_future(self._begun(function, argument, key))

    async def _take_place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        alarm = asyncio.get_running_loop().call_later(LONG_SECONDS, self._warn)
        observe.functions_waiting.inc()
        try:
            await self._places.acquire()
        finally:
            observe.functions_waiting.dec()
            alarm.cancel()

    def _warn(self) -> None:
        error = f"every thread has been in a function for {LONG_SECONDS:.0f} s; let functions look at is_cancelled"
        observe.warn("step.waits", threads=self._most, under_way=len(self._left), error=error)

    def _begun(self, function: Callable[[Argument], object], argument: Argument, key: str) -> Future[object]:
        loop = asyncio.get_running_loop()

        def leave(_: Future[object]) -> None:
            # A loop that is closed has nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._give_back, key)

        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._most, "hookspan-step")
        future: Future[object] = self._pool.submit(copy_context().run, function, argument)
        future.add_done_callback(leave)
        return future

    def _give_back(self, key: str) -> None:
        self._places.release()
        self._has_left(key)

    def _has_left(self, key: str) -> None:
        self._left.pop(key).set()

    def close(self) -> None:
        """Let the threads go; those still in a function are not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
