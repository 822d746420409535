"""Two processes on one database: what is told in one is heard in the other, or told as a gap (contracts B.11)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from hookspan.events.interest import Interest
from hookspan.events.relay import OUTBOX_FRAMES, Relay
from hookspan.events.stream import Feed, Listener
from hookspan.storage.database import Database
from tests.support.clock import FakeClock

TENANT = "0196f4a0-0000-7abc-8def-000000000001"
PATIENCE_SECONDS = 5.0


def frame(number: int, **members: object) -> dict[str, object]:
    return {"topic": "events", "type": "event.published", "tenantId": TENANT, "eventId": str(number), **members}


class Pair:
    """The feeds of two processes."""

    def __init__(self, here: Database, there: Database) -> None:
        self.clock = FakeClock()
        self.here, self.there = Feed(self.clock), Feed(self.clock)
        self.relays = [Relay(here, self.here, self.clock), Relay(there, self.there, self.clock)]

    async def listened(self) -> Listener:
        """A reader of the second, of whom the first knows."""
        listener = self.there.open(Interest(TENANT))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.here.hears(TENANT):
                await self.relays[1].say()
                await asyncio.sleep(0)
        return listener


@pytest.fixture
async def pair(database: Database, database_url: str) -> AsyncIterator[Pair]:
    """Two processes; on an embedded database the second cannot be."""
    second = Database(database_url)
    second.start()
    pair = Pair(database, second)
    for relay in pair.relays:
        relay.start()
    try:
        yield pair
    finally:
        await second.close()


async def heard(listener: Listener) -> Mapping[str, object]:
    """The next frame that is no gap of the beginning."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (found := await listener.next())["type"] == "gap" and found["lost"] is None:
            pass
    return found


async def test_what_is_told_in_one_process_is_heard_in_another(pair: Pair, database: Database) -> None:
    if database.is_single_writer:
        assert not pair.here.hears(TENANT)
        return
    listener = await pair.listened()

    for number in range(200):
        pair.here.tell(frame(number))

    assert [(await heard(listener))["eventId"] for _ in range(200)] == [str(number) for number in range(200)]


async def test_what_is_too_much_or_too_large_is_a_gap(pair: Pair, database: Database) -> None:
    if database.is_single_writer:
        return
    listener = await pair.listened()
    pair.here.tell(frame(0, large="x" * 8_000))
    assert (await heard(listener))["lost"] == 1

    for number in range(OUTBOX_FRAMES + 7):
        pair.here.tell(frame(number))
    frames = lost = 0
    while frames + lost < OUTBOX_FRAMES + 7:
        found = await heard(listener)
        frames, lost = frames + ("eventId" in found), lost + int(str(found.get("lost", 0)))

    assert (frames, lost) == (OUTBOX_FRAMES, 7)


async def test_nobody_listens_and_nothing_is_sent(pair: Pair, database: Database) -> None:
    if database.is_single_writer:
        return
    await pair.listened()
    pair.clock.advance(seconds=26)

    assert not pair.here.hears(TENANT)
