"""An instance that is stopped, started and brought to a new release, over several lives of its process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, delete, update

from hookspan.client import Client
from hookspan.storage.tables import instance
from tests.emitters.far_side import far_side
from tests.emitters.stage import life_in, stage_on
from tests.emitters.told import emits
from tests.support.clock import FakeClock
from tests.support.server import serving


@asynccontextmanager
async def a_process(folder: Path) -> AsyncIterator[Client]:
    """A server of its own; this loop answers its deliveries while it starts and stops."""
    child = serving(folder)
    server = await asyncio.to_thread(child.__enter__)
    try:
        with server.client() as client:
            yield client
    finally:
        await asyncio.to_thread(child.__exit__, None, None, None)


def as_of(connection: Connection, revision: str | None) -> None:
    """The schema was told of at this revision; None: by a release that told of none."""
    row = instance.c.name == "schema_told"
    if revision is None:
        connection.execute(delete(instance).where(row))
    else:
        connection.execute(update(instance).where(row).values(value=revision.encode()))


@emits("system.info")
async def test_a_schema_that_was_migrated_is_told_by_the_next_process_once(folder: Path) -> None:
    clock = FakeClock()
    async with far_side() as far:
        async with life_in(folder, far, clock) as first:
            before = stage_on(first)
            await before.listens("system.info")
            await first.application.database.write(as_of, "0003")
        for count, revision in enumerate(("0003", None), start=1):
            async with life_in(folder, far, clock, token=first.token) as house:
                told = await stage_on(house, paths=before.paths).hears("system.info", count)
                if count == 1:
                    await house.application.database.write(as_of, None)
            assert (told["code"], told["component"], told["details"]["from"]) == ("migrated", "storage", revision)
        async with life_in(folder, far, clock, token=first.token):
            assert not await far.has(before.paths["system.info"], 3)


@emits("system.info")
async def test_a_server_tells_that_it_stops_and_that_it_is_ready_again(tmp_path: Path) -> None:
    async with far_side() as far:
        async with a_process(tmp_path) as client:
            # It says so a moment after it answers.
            while not await asyncio.to_thread(lambda: list(client.events.list(1, type="system.info"))):
                pass
            wanted = {"url": far.url("/info"), "events": ["system.info"], "profile": "orchestrator"}
            await asyncio.to_thread(client.endpoints.create, wanted)
        async with a_process(tmp_path):
            came = await far.gets("/info", 2)

    told = [msgspec.json.decode(each.body)["payload"] for each in came]
    assert {each["code"] for each in told} == {"stopped", "started"}
    assert {each["component"] for each in told} == {"server"}
