"""Threads for functions that block: their time begins with them, and what nobody waits for still takes its place."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from hookspan import observe
from hookspan.workflows.functions import Functions, StepContext
from hookspan.workflows.steps.outcome import Broken, Call, Done
from hookspan.workflows.steps.python import Function

EVER_MS = 60_000


def call_of(execution_id: str) -> Call:
    """A step of this execution."""
    return Call(
        tenant_id="t",
        workflow_id="w",
        execution_id=execution_id,
        step_id="s",
        attempt=1,
        now=0,
        priority=1,
        depth=0,
        scopes={},
        given=None,
    )


class Desk:
    """Functions with so many threads, and one of them that blocks until it is let go."""

    def __init__(self, threads: int) -> None:
        self.functions = Functions(threads=threads)
        self.calls: list[str] = []
        self.begun = threading.Event()
        self.may_go = threading.Event()
        self.register("block", self._block)
        self.register("quick", lambda context: self.calls.append(context.key))

    def register(self, name: str, function: Callable[[StepContext], object]) -> None:
        self.functions.register(name, function)

    def _block(self, context: StepContext) -> None:
        self.calls.append(context.key)
        self.begun.set()
        self.may_go.wait()

    async def run(self, name: str, execution_id: str, timeout_ms: int = EVER_MS) -> Done | Broken:
        """One try of a step of this execution."""
        return await self.functions.run(Function(name, None), call_of(execution_id), timeout_ms)

    async def full(self) -> asyncio.Task[Done | Broken]:
        """One thread is taken."""
        task = asyncio.create_task(self.run("block", "first"))
        await asyncio.to_thread(self.begun.wait)
        return task

    async def abandoned(self) -> None:
        """One thread is taken by a function that nobody waits for."""
        task = await self.full()
        task.cancel()
        await asyncio.wait([task])

    async def a_while(self, timeout_ms: int = 20) -> None:
        """Let this time pass on the loop, and every shorter one that was asked for before."""

        async def never(context: StepContext) -> None:
            await asyncio.Event().wait()

        functions = Functions()
        functions.register("never", never)
        await functions.run(Function("never", None), call_of("e"), timeout_ms)


@pytest.fixture
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    desk = Desk(threads=getattr(request, "param", 1))
    yield desk
    desk.may_go.set()
    desk.functions.close()


async def test_the_time_of_a_try_begins_with_its_function(desk: Desk) -> None:
    first = await desk.full()
    second = asyncio.create_task(desk.run("quick", "second", 1))
    await desk.a_while()
    desk.may_go.set()

    outcomes = await asyncio.gather(first, second)

    assert [type(each) for each in outcomes] == [Done, Done]


async def test_a_function_that_nobody_waits_for_any_more_keeps_its_thread(desk: Desk) -> None:
    await desk.abandoned()
    second = asyncio.create_task(desk.run("quick", "second", 1))
    await desk.a_while()
    was_waiting = not second.done()

    desk.may_go.set()

    assert (was_waiting, type(await second)) == (True, Done)


@pytest.mark.parametrize("desk", [2], indirect=True)
async def test_a_step_is_not_begun_again_while_its_earlier_try_still_runs(desk: Desk) -> None:
    await desk.abandoned()
    again = await desk.run("quick", "first", 1)

    desk.may_go.set()
    after = await desk.run("quick", "first")

    assert (type(again), type(after)) == (Broken, Done)
    assert desk.calls == ["first:s", "first:s"]


async def test_who_is_cancelled_as_it_waits_for_a_thread_takes_none(desk: Desk) -> None:
    first = await desk.full()
    second = asyncio.create_task(desk.run("quick", "second"))
    await asyncio.sleep(0)

    second.cancel()
    await asyncio.wait([second])

    desk.may_go.set()
    assert type(await first) is type(await desk.run("quick", "second")) is Done
    assert desk.calls == ["first:s", "second:s"]


async def test_how_many_wait_for_a_thread_is_seen(desk: Desk) -> None:
    def waiting() -> float | None:
        return observe.registry.get_sample_value("hookspan_functions_waiting")

    first = await desk.full()
    second = asyncio.create_task(desk.run("quick", "second"))
    await asyncio.sleep(0)
    seen = waiting()

    desk.may_go.set()
    await asyncio.gather(first, second)

    assert (seen, waiting()) == (1, 0)
