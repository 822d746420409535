"""Loops: what ends a process and what does not."""

from __future__ import annotations

import asyncio

from hookspan.errors import StoreAway
from hookspan.worker import FAULTS_MOST, Worker
from tests.support.clock import FakeClock


class HurriedClock(FakeClock):
    """Waits are over at once."""

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds=seconds)


class Troubled:
    """A loop that fails a number of times, then is well."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error = error
        self.left = times
        self.is_well = asyncio.Event()

    async def turn(self) -> None:
        if self.left:
            self.left -= 1
            raise self.error
        self.is_well.set()
        await asyncio.Event().wait()


async def outcome_of(loop: Troubled) -> str:
    collapsed = asyncio.Event()
    worker = Worker(clock=HurriedClock(), on_collapse=collapsed.set)
    worker.forever("troubled", loop.turn)
    worker.start()
    ends = {asyncio.create_task(loop.is_well.wait()): "well", asyncio.create_task(collapsed.wait()): "collapsed"}
    done, waiting = await asyncio.wait(ends, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await worker.stop()
    return ends[done.pop()]


async def test_an_absent_database_is_waited_for_however_often_it_does_not_answer() -> None:
    loop = Troubled(StoreAway("the database did not answer"), times=50)

    assert await outcome_of(loop) == "well"


async def test_a_fault_or_two_are_lived_through() -> None:
    loop = Troubled(ValueError("odd"), times=FAULTS_MOST - 1)

    assert await outcome_of(loop) == "well"


async def test_a_loop_that_cannot_be_kept_alive_ends_the_process() -> None:
    loop = Troubled(ValueError("odd"), times=FAULTS_MOST)

    assert await outcome_of(loop) == "collapsed"


async def test_every_fault_is_told_and_the_last_one_as_the_end_of_the_loop() -> None:
    told: list[tuple[str, str, bool]] = []
    collapsed = asyncio.Event()
    worker = Worker(clock=HurriedClock(), on_collapse=collapsed.set)
    worker.on_fault = lambda loop, error, is_last: told.append((loop, type(error).__name__, is_last))
    worker.forever("away", Troubled(StoreAway("no answer"), times=1).turn)
    worker.forever("broken", Troubled(ValueError("odd"), times=FAULTS_MOST).turn)

    worker.start()

    await asyncio.wait_for(collapsed.wait(), 10)
    await worker.stop()
    faults = [("broken", "ValueError", False)] * (FAULTS_MOST - 1)
    assert sorted(told) == [("away", "StoreAway", False), *faults, ("broken", "ValueError", True)]
