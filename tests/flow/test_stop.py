"""A stop in order: what is under way ends, what is not begun goes back, and no loop holds the process."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from hookspan.worker import Worker
from tests.support.clock import FakeClock
from tests.support.hostile import OK, Receiver, Talk
from tests.support.server import serving


async def test_a_loop_that_has_ended_is_not_started_again() -> None:
    turns: list[int] = []

    async def ends_at_once() -> None:
        turns.append(1)

    worker = Worker(clock=FakeClock(), on_collapse=lambda: None)
    worker.forever("deliveries", ends_at_once)

    worker.start()
    await asyncio.wait_for(asyncio.sleep(0), 1)
    await worker.stop()

    assert turns == [1]


async def test_a_stop_waits_for_the_delivery_under_way_and_then_ends(tmp_path: Path) -> None:
    may_answer = asyncio.Event()

    async def answers_late(talk: Talk) -> None:
        await talk.hears()
        await may_answer.wait()
        await talk.says(OK)

    async with Receiver(answers_late) as shop:
        with serving(tmp_path) as server:
            endpoint = {"url": shop.url(), "events": ["*"]}
            with server.client() as api:
                await asyncio.to_thread(api.request, "POST", "/api/v1/endpoints", json=endpoint)
                await asyncio.to_thread(api.request, "POST", "/api/v1/events", json={"type": "order.paid"})
            await asyncio.wait_for(shop.heard.wait(), 5)
            begun = time.monotonic()

            os.kill(server.child.process.pid, signal.SIGTERM)
            ending = asyncio.create_task(asyncio.to_thread(server.child.process.wait, 20))
            done, _ = await asyncio.wait([ending], timeout=0.5)
            may_answer.set()
            code = await ending

    assert not done
    assert code == 0
    assert time.monotonic() - begun < 8
    assert '"outcome":"delivered"' in server.child.log.read_text()
