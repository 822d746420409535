"""Replay of many as a job: each event once, at a pace, through deaths and cancels, and never its own replays."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, update

from hookspan.errors import StoreAway
from hookspan.history.jobs import LEASE_MS
from hookspan.ports import Replayed, ReplayOrder
from hookspan.storage.jobs import JobRow
from hookspan.storage.replays import candidates
from hookspan.storage.tables import jobs
from tests.support.hooks import Hooks, Shop
from tests.support.replaying import Player

ORDERS = {"type": ["order.*"]}


@pytest.fixture
def player(hooks: Hooks) -> Player:
    return Player(hooks)


async def published(hooks: Hooks, number: int) -> list[str]:
    """Events of orders, oldest first."""
    hooks.hand.is_cold = True
    return [await hooks.publish("order.paid", {"number": each}) for each in range(number)]


async def turns(hooks: Hooks, player: Player, number: int) -> None:
    """So many seconds of a process that runs jobs."""
    for _ in range(number):
        await player.jobs.turn()
        hooks.clock.advance(seconds=1)


async def release(hooks: Hooks, job: JobRow) -> None:
    """The job's lease has lapsed, though no time went by."""

    def unit(connection: Connection) -> None:
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(lease_until=None))

    await hooks.database.write(unit)


async def test_every_event_of_a_query_is_replayed_once_and_sent(hooks: Hooks, shop: Shop, player: Player) -> None:
    events = await published(hooks, 3)
    await hooks.publish("invoice.paid")
    job = await player.asked(ORDERS)

    await player.jobs.turn()

    ended = await player.now(job)
    assert sorted(player.made()) == sorted(events)
    assert (ended.status, ended.done, ended.total, ended.succeeded, ended.failed) == ("done", 3, 3, 3, 0)
    await hooks.settle()
    assert len(shop.received) == len(set(shop.received)) == 6


async def test_a_job_keeps_its_pace(hooks: Hooks, player: Player) -> None:
    await published(hooks, 5)
    job = await player.asked(ORDERS, rate_per_second=2)
    done = []

    for _ in range(3):
        await turns(hooks, player, 1)
        done.append((await player.now(job)).done)

    assert done == [2, 4, 5]


async def test_a_job_killed_between_batches_goes_on_behind_its_cursor(hooks: Hooks, player: Player) -> None:
    events = await published(hooks, 5)
    job = await player.asked(ORDERS, rate_per_second=2)
    await player.jobs.turn()
    hooks.clock.advance(seconds=LEASE_MS / 1000 + 1)

    await turns(hooks, Player(hooks), 3)

    assert sorted(player.made()) == sorted(events)
    assert (await player.now(job)).done == 5


@pytest.mark.parametrize("by", ["query", "ids"])
async def test_what_was_replayed_before_a_death_and_not_counted_is_not_replayed_again(
    by: str, hooks: Hooks, player: Player
) -> None:
    events = await published(hooks, 5)
    job = await (player.asked(ORDERS) if by == "query" else player.asked(event_ids=events))
    # The process dies behind the third event and before the cursor moves.
    await player.bulk.step(await player.now(job), 3, hooks.clock.now_ms())

    await turns(hooks, Player(hooks), 2)

    ended = await player.now(job)
    assert sorted(player.made()) == sorted(events)
    assert (ended.status, ended.done, ended.succeeded) == ("done", 5, 5)


async def test_a_process_that_slept_through_its_lease_replays_nothing_a_second_time(
    hooks: Hooks, player: Player
) -> None:
    events = await published(hooks, 3)
    job = await player.asked(ORDERS)
    order = ReplayOrder(tenant_id=hooks.tenant_id, event_id=events[0], actor="user:one", job_id=job.id)
    found = await hooks.database.read(candidates, hooks.tenant_id, events)

    first, second = [await Player(hooks).replays.one_of_job(order, found) for _ in range(2)]

    assert first.event_id == second.event_id
    assert player.made() == [events[0]]


async def test_a_job_does_not_replay_what_it_made_itself(hooks: Hooks, player: Player) -> None:
    events = await published(hooks, 3)
    job = await player.asked(ORDERS, rate_per_second=1)

    # Time stands still, so its replays are born no later than the events that it was asked for.
    for _ in range(4):
        await player.jobs.turn()
        player = Player(hooks)
        await release(hooks, job)

    assert sorted(player.made()) == sorted(events)
    assert (await player.now(job)).status == "done"


async def test_a_cancelled_job_stops_between_two_batches(hooks: Hooks, player: Player) -> None:
    await published(hooks, 4)
    job = await player.asked(ORDERS, rate_per_second=1)
    await player.jobs.turn()

    await player.jobs.cancel(hooks.tenant_id, job.id)

    await turns(hooks, player, 3)
    ended = await player.now(job)
    assert (ended.status, ended.done, len(player.made())) == ("cancelled", 1, 1)


async def test_what_happens_after_the_job_was_asked_for_is_not_its_business(hooks: Hooks, player: Player) -> None:
    events = await published(hooks, 1)
    await player.asked(ORDERS)
    hooks.clock.advance(seconds=1)
    await published(hooks, 2)

    await turns(hooks, player, 2)

    assert player.made() == events


async def test_a_database_that_is_away_ends_no_job(hooks: Hooks, player: Player) -> None:
    events = await published(hooks, 2)
    job = await player.asked(ORDERS)
    away = Player(hooks, Away())

    with pytest.raises(StoreAway):
        await away.jobs.turn()

    assert (await player.now(job)).status == "running"
    hooks.clock.advance(seconds=LEASE_MS / 1000 + 1)
    await turns(hooks, player, 2)
    assert sorted(player.made()) == sorted(events)


class Away:
    """Implements ports.Replayer while the database is away."""

    async def replay(self, order: ReplayOrder) -> Replayed:
        """Nothing is known to be written."""
        raise StoreAway("the database did not answer")
