"""Processes that do background work: one that joins, one that leaves in order, one that was not heard of again."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import msgspec

from hookspan.storage import workers
from hookspan.storage.workers import WorkerRow
from tests.emitters.far_side import FarSide, far_side
from tests.emitters.stage import House, house_in, life_in, stage_for, stage_on
from tests.emitters.told import emits
from tests.support.clock import FakeClock

LOST = WorkerRow("0196f4be-0000-7abc-8def-0123456789ab", "old:7", "old", "0.9.0", 1_747_862_000_000, 1_747_862_600_000)


async def put_on_the_roll(house: House) -> None:
    """Another process worked here and is not heard of."""
    await house.application.database.write(workers.worker_join, LOST, [])


@emits("agent.failed")
async def test_a_process_that_is_not_heard_of_for_half_a_minute_is_told_of_once(folder: Path) -> None:
    async with house_in(folder) as house, stage_for(house, ("agent.failed",)) as stage:
        await put_on_the_roll(house)

        house.after(12)

        told = await stage.hears("agent.failed")
        frame = await stage.sees("event.published", eventType="agent.failed")
        house.after(60)
        await house.application.roll_call.turn()
        assert (told["agent_id"], told["agent_name"], told["host"], told["version"]) == (
            LOST.id, "old:7", "old", "0.9.0"
        )  # fmt: skip
        assert (told["error"], told["stopped_at"]) == ("no heartbeat for 242 s", "2025-05-21T21:23:20.000Z")
        assert (frame["origin"], len(stage.sent_to("agent.failed"))) == ("system", 1)


@emits("agent.started", "agent.stopped")
async def test_a_process_that_leaves_and_one_that_joins_are_told(folder: Path) -> None:
    clock = FakeClock()
    names = ("agent.started", "agent.stopped", "agent.failed")
    async with far_side() as far:
        async with life_in(folder, far, clock) as first:
            before = stage_on(first, names)
            for name in names:
                await before.listens(name)
            await put_on_the_roll(first)
            clock.advance(seconds=5)

        async with life_in(folder, far, clock, token=first.token) as second:
            told = await stage_on(second, names, before.paths).hears_all()

    started, stopped, failed = (told[name] for name in names)
    host = socket.gethostname()
    assert (started["agent_name"], started["host"], started["stopped_at"]) == (f"{host}:{os.getpid()}", host, None)
    assert (stopped["stopped_at"], stopped["error"]) == ("2025-05-21T21:27:15.000Z", None)
    assert stopped["agent_id"] != started["agent_id"]
    assert failed["agent_id"] == LOST.id
    (came,) = far.at(before.paths["agent.started"])
    assert msgspec.json.decode(came.body)["metadata"] == {"source": "hookspan"}


async def test_a_process_that_does_one_thing_and_ends_is_told_of_to_nobody(folder: Path) -> None:
    async with life_in(folder, FarSide(), FakeClock(), short_lived=True) as house:
        rows = (await house.api.get("/api/v1/events"))["data"]

    assert rows == []
