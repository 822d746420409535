"""Hosts whose clocks differ: on PostgreSQL each follows the clock of the database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hookspan.app.compose import Application
from hookspan.app.database_time import distance, follow_database
from hookspan.clock import FollowingClock, SystemClock
from hookspan.config import load
from hookspan.storage.database import Database
from hookspan.storage.dialect import clock_ms
from tests.support.workshop import KEK

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS


@pytest.mark.parametrize("ahead_ms", [YEAR_MS, -YEAR_MS])
async def test_a_clock_that_is_wrong_follows_the_databases(database: Database, ahead_ms: int) -> None:
    clock = FollowingClock()
    clock.follow(ahead_ms)

    await follow_database(database, clock)

    is_followed = abs(clock.now_ms() - SystemClock().now_ms()) < DAY_MS
    assert is_followed is not database.is_single_writer


async def test_a_clock_that_agrees_is_left_alone(database: Database) -> None:
    clock = FollowingClock()

    await follow_database(database, clock)

    assert (clock.offset_ms, distance(clock)) == (0, {})


def test_readiness_tells_of_a_host_that_is_far_from_the_database() -> None:
    clock = FollowingClock()

    clock.follow(-40_000)

    assert distance(clock) == {"databaseAheadMs": -40_000}


def test_a_step_of_the_wall_clock_is_seen_whatever_is_followed() -> None:
    clock = FollowingClock()
    clock.follow(YEAR_MS)

    before = clock.skew_ms()
    clock.accept_step()

    assert abs(before) < DAY_MS
    assert abs(clock.now_ms() - SystemClock().now_ms() - YEAR_MS) < DAY_MS


class Suspended(FollowingClock):
    """Of a machine that slept for two minutes."""

    def __init__(self) -> None:
        super().__init__()
        self._start_ms -= 120_000


async def test_a_machine_that_was_suspended_is_set_once(database: Database) -> None:
    clock = Suspended()
    await follow_database(database, clock)

    clock.accept_step()

    assert abs(clock.now_ms() - SystemClock().now_ms()) < 60_000


async def test_two_that_measure_at_the_same_time_follow_once(postgres_database: Database) -> None:
    clock = FollowingClock()
    clock.follow(YEAR_MS)

    await asyncio.gather(*(follow_database(postgres_database, clock) for _ in range(2)))

    assert abs(clock.offset_ms) < DAY_MS


async def test_a_process_that_does_no_work_keeps_following_the_database(postgres_url: str, tmp_path: Path) -> None:
    settings = load(data=tmp_path, database__url=postgres_url, kek=KEK, log__level="off")
    clock = FollowingClock()
    application = Application(settings, clock=clock, queues=(), short_lived=True)
    await application.start()

    clock.follow(YEAR_MS)

    async with asyncio.timeout(20):
        while clock.offset_ms > DAY_MS:
            await application.database.read(clock_ms)
    await application.stop()


async def test_a_process_follows_the_database_from_its_start_and_at_each_sweep(
    database_url: str, tmp_path: Path
) -> None:
    settings = load(data=tmp_path, database__url=database_url, kek=KEK, log__level="off")
    clock = FollowingClock()
    clock.follow(YEAR_MS)
    application = Application(settings, clock=clock, queues=(), short_lived=True)

    await application.start()
    offsets = [abs(clock.offset_ms)]
    clock.follow(YEAR_MS)
    await application.sweep()
    offsets.append(abs(clock.offset_ms))
    await application.stop()

    far = [offset >= YEAR_MS for offset in offsets]
    assert far == [application.database.is_single_writer] * 2
