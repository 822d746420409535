"""The words of the walks: hooks that run by a clock of ours, and a shop that is sent to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hookspan.storage.database import Database
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop


@pytest.fixture
def clock() -> FakeClock:
    """Time that stands still."""
    return FakeClock()


@pytest.fixture
async def hooks(database: Database, clock: FakeClock) -> AsyncIterator[Hooks]:
    """One tenant without endpoints, on each database."""
    opened = Hooks(database, clock)
    await opened.open()
    yield opened
    for shop in opened.far_side.shops.values():
        shop.wakes()
    for worker in opened.workers:
        await worker.dispatcher.drain(5)
        await worker.deliverer.drain()


@pytest.fixture
async def shop(hooks: Hooks) -> Shop:
    """A far side that is sent all about orders."""
    far_side = Shop()
    await hooks.subscribe(far_side)
    return far_side
