"""Steps of kind `python`: functions of the operator's own program, run with a real database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from hookspan.storage.database import Database
from hookspan.workflows.functions import StepContext
from tests.support.workshop import Workshop, workshop_on

CHARGE: dict[str, object] = {"id": "charge", "kind": "python", "with": {"function": "charge"}}
ONCE: dict[str, object] = {**CHARGE, "retry": {"maxAttempts": 1}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop
        workshop.functions.close()


async def test_a_function_that_blocks_runs_on_a_thread_of_its_own(shop: Workshop) -> None:
    threads = []

    def charge(context: StepContext) -> object:
        threads.append(threading.current_thread())
        return {"charged": context.input, "key": context.key}

    shop.functions.register("charge", charge)

    execution = await shop.run(
        {**CHARGE, "with": {"function": "charge", "input": "{{trigger.body.id}}"}}, body={"id": 7}
    )

    assert execution.output == f'{{"charged":7,"key":"{execution.id}:charge"}}'.encode()
    assert threads != [threading.main_thread()]


async def test_a_coroutine_function_is_awaited(shop: Workshop) -> None:
    async def charge(context: StepContext) -> object:
        await asyncio.sleep(0)
        return [context.attempt, context.step_id, context.input]

    shop.functions.register("charge", charge)

    assert (await shop.run(CHARGE, body="in")).output == b'[1,"charge","in"]'


async def test_what_a_function_emits_is_published_if_it_succeeds(shop: Workshop) -> None:
    def charge(context: StepContext) -> object:
        context.emit("order.charged", {"attempt": context.attempt}, {"by": "us"})
        if context.attempt == 1:
            raise ConnectionError("away")
        return None

    shop.functions.register("charge", charge)
    execution = await shop.run(CHARGE)

    shop.clock.advance(seconds=30)
    await shop.settle()

    assert (execution.status, (await shop.execution(execution.id)).status) == ("waiting", "completed")
    assert [each for each in await shop.events() if each[0] == "order.charged"] == [("order.charged", {"attempt": 2})]


@pytest.mark.parametrize("name", ["a b", "execution.completed"])
async def test_a_function_may_not_emit_what_hookspan_alone_publishes(shop: Workshop, name: str) -> None:
    shop.functions.register("charge", lambda context: context.emit(name))

    execution = await shop.run(ONCE)

    assert "function_failed" in str(execution.error)


async def test_a_function_that_raises_fails_its_step_with_the_words_of_the_error(shop: Workshop) -> None:
    def charge(context: StepContext) -> object:
        raise KeyError("card")

    shop.functions.register("charge", charge)

    assert "KeyError: 'card'" in str((await shop.run(ONCE)).error)


async def test_a_result_that_is_no_json_fails_the_step(shop: Workshop) -> None:
    shop.functions.register("charge", lambda context: object())

    assert "function_failed" in str((await shop.run(ONCE)).error)


async def test_a_function_nobody_registered_fails_the_step(shop: Workshop) -> None:
    assert "unknown_function" in str((await shop.run(CHARGE)).error)


async def test_a_function_that_takes_too_long_is_told_so(shop: Workshop) -> None:
    seen = threading.Event()

    def charge(context: StepContext) -> object:
        while not context.is_cancelled:
            pass
        seen.set()
        return None

    shop.functions.register("charge", charge)

    execution = await shop.run({**ONCE, "timeoutMs": 10})

    assert "timeout" in str(execution.error)
    assert await asyncio.to_thread(seen.wait, 10)


async def test_a_cancelled_execution_cancels_its_coroutine(shop: Workshop) -> None:
    begun, contexts = asyncio.Event(), list[StepContext]()

    async def charge(context: StepContext) -> object:
        contexts.append(context)
        begun.set()
        return await asyncio.Event().wait()

    shop.functions.register("charge", charge)
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CHARGE))
    await shop.engine.claim_once()
    await begun.wait()

    await shop.engine.cancel(shop.tenant_id, started.id)
    await shop.engine.quiet()

    assert contexts[0].is_cancelled


async def test_a_name_is_registered_once(shop: Workshop) -> None:
    shop.functions.register("charge", lambda context: None)

    with pytest.raises(ValueError, match="charge"):
        shop.functions.register("charge", lambda context: None)
