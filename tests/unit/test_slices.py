"""Executions that compute share the event loop: a few milliseconds in each turn of it, who waits longest first."""

from __future__ import annotations

import asyncio

from hookspan.workflows.slices import SLICE_S, Slices
from tests.support.clock import FakeClock


async def work(slices: Slices, clock: FakeClock, name: str, done: list[str], *, seconds: float) -> None:
    for _ in range(3):
        if slices.is_over():
            await slices.next()
        clock.advance(seconds=seconds)
        done.append(name)


async def test_a_slice_that_is_over_lets_everybody_else_have_a_turn_first() -> None:
    clock, done = FakeClock(), list[str]()
    slices = Slices(clock)

    await asyncio.gather(*(work(slices, clock, name, done, seconds=SLICE_S) for name in "ab"))

    # Whoever came second waits behind the first, who had one piece already.
    assert "".join(done) == "aababb"


async def test_all_who_work_in_one_turn_of_the_loop_share_a_slice() -> None:
    clock, done = FakeClock(), list[str]()
    slices = Slices(clock)
    tasks = [asyncio.create_task(work(slices, clock, name, done, seconds=SLICE_S)) for name in "abcd"]

    await asyncio.sleep(0)

    assert done == ["a"]
    await asyncio.gather(*tasks)
    assert len(done) == 12


async def test_short_work_is_done_in_one_turn() -> None:
    clock, done = FakeClock(), list[str]()
    slices = Slices(clock)
    task = asyncio.create_task(work(slices, clock, "a", done, seconds=SLICE_S / 10))

    await asyncio.sleep(0)

    assert (done, task.done()) == (["a"] * 3, True)


async def test_whoever_is_cut_while_waiting_keeps_nobody_from_going_on() -> None:
    clock, done = FakeClock(), list[str]()
    slices = Slices(clock)
    cut, other = (asyncio.create_task(work(slices, clock, name, done, seconds=SLICE_S)) for name in "ab")
    await asyncio.sleep(0)

    cut.cancel()

    await other
    assert done.count("b") == 3
