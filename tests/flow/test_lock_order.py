"""Several who write one PostgreSQL database: who waits for a row keeps nobody else, and no lost race is a caller's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from sqlalchemy import Connection, event, select, text

from hookspan.errors import StoreAway
from hookspan.model.executions import ExecutionRow
from hookspan.model.ids import new_id
from hookspan.storage import resources, settings
from hookspan.storage.database import RACES_MOST, Database
from hookspan.storage.dialect import make_engine
from hookspan.storage.execution_claims import Claim, claim
from hookspan.storage.resources import ResourceRequest
from hookspan.storage.tables import executions, tenants
from tests.support.workshop import Workshop, workshop_on

DEADLOCK, UNIQUE = (
    f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"
    for code in ("deadlock_detected", "unique_violation")
)
CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}
IS_HELD_UP = text(
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
)


@pytest.fixture
async def shop(postgres_database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(postgres_database) as workshop:
        yield workshop


@pytest.fixture
def another(postgres_url: str) -> Iterator[Connection]:
    """A connection of another process, which commits when a test says so."""
    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def touch(connection: Connection, tenant_id: str) -> None:
    connection.execute(tenants.update().where(tenants.c.id == tenant_id).values(name="touched"))


def transaction(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT pg_current_xact_id()").scalar())


def transactions(connection: Connection, items: Sequence[int]) -> list[str]:
    return [transaction(connection)] * len(items)


def tenant(connection: Connection) -> str:
    identity = new_id(1)
    connection.execute(tenants.insert().values(id=identity, slug=identity, name="Shop", created_at=1))
    return identity


async def until_held_up(database: Database, task: asyncio.Future[ExecutionRow]) -> None:
    """Until the task waits for a lock of another process."""
    async with asyncio.timeout(10):
        while not await database.read(lambda connection: connection.execute(IS_HELD_UP).scalar()):
            assert not task.done(), "it waited for nothing"


def wish(row: ExecutionRow, step_id: str, cpu: float) -> ResourceRequest:
    return ResourceRequest(
        id=new_id(1),
        tenant_id=row.tenant_id,
        execution_id=row.id,
        step_id=step_id,
        resources={"cpu": cpu},
        priority=1,
        requested_at=0,
    )


class Loser:
    """A unit that loses its first races; its runs are counted."""

    def __init__(self, races: int) -> None:
        self.races = races
        self.runs = 0

    def __call__(self, connection: Connection) -> str:
        """One more run."""
        self.runs += 1
        if self.runs <= self.races:
            connection.exec_driver_sql(DEADLOCK)
        return "done"


async def test_who_waits_for_a_row_keeps_nobody_else(postgres_database: Database, another: Connection) -> None:
    free, taken = [await postgres_database.write(tenant) for _ in range(2)]
    touch(another, taken)

    first, second = (asyncio.ensure_future(postgres_database.write(touch, each)) for each in (free, taken))

    async with asyncio.timeout(10):
        await first
    another.commit()
    await second


async def test_single_units_have_transactions_of_their_own_and_items_of_one_unit_share(
    postgres_database: Database,
) -> None:
    single = await asyncio.gather(*(postgres_database.write(transaction) for _ in range(20)))
    together = await asyncio.gather(*(postgres_database.batch(transactions, number) for number in range(20)))

    assert (len(set(single)), len(set(together))) == (20, 1)


async def test_a_unit_that_loses_races_runs_again(postgres_database: Database) -> None:
    loser = Loser(RACES_MOST - 1)

    assert await postgres_database.write(loser) == "done"

    assert loser.runs == RACES_MOST


async def test_who_loses_every_race_may_come_again_later(postgres_database: Database) -> None:
    loser = Loser(1_000)

    with pytest.raises(StoreAway, match="try again"):
        await postgres_database.write(loser)

    assert loser.runs == RACES_MOST


async def test_of_several_that_lose_every_race_together_each_goes_on_alone(postgres_database: Database) -> None:
    def alone(connection: Connection, items: Sequence[int]) -> Sequence[int]:
        if len(items) > 1:
            connection.exec_driver_sql(DEADLOCK)
        return items

    answers = await asyncio.gather(*(postgres_database.batch(alone, number) for number in range(8)))

    assert answers == list(range(8))


async def test_after_a_lost_race_who_meets_another_on_one_key_still_has_a_second_look(
    postgres_database: Database,
) -> None:
    faults = [DEADLOCK, UNIQUE]

    def unlucky(connection: Connection) -> str:
        if faults:
            connection.exec_driver_sql(faults.pop(0))
        return "done"

    outcome = await postgres_database.write(unlucky)

    assert outcome == "done"


async def test_who_frees_resources_holds_no_execution_while_another_gives_some(
    shop: Workshop, another: Connection
) -> None:
    now = shop.clock.now_ms()
    await shop.database.write(settings.setting_put, shop.tenant_id, "resources", {"cpu": 1}, now=now)
    hungry = await shop.workflow({**CALL, "resources": {"cpu": 2}})
    execution_id = (await shop.engine.start(shop.tenant_id, hungry)).id
    await shop.until_held_up(execution_id)
    touch(another, shop.tenant_id)

    cancelling = asyncio.ensure_future(shop.engine.cancel(shop.tenant_id, execution_id))
    await until_held_up(shop.database, cancelling)

    row = select(executions.c.status).where(executions.c.id == execution_id)
    assert another.execute(row.with_for_update(nowait=True)).scalar() == "waiting"
    another.commit()
    assert (await cancelling).status == "cancelled"


async def test_room_that_is_left_while_another_parks_is_given_to_what_he_parked(
    shop: Workshop, another: Connection
) -> None:
    workflow_id = await shop.workflow(CALL, concurrency=1)
    born = [(await shop.engine.start(shop.tenant_id, workflow_id)).id for _ in range(3)]
    now = shop.clock.now_ms()
    want = Claim(now, 1, "0" * 32, now + 30_000)
    await shop.database.write(claim, want)
    assert claim(another, want) == []

    cancelling = asyncio.ensure_future(shop.engine.cancel(shop.tenant_id, born[0]))
    await until_held_up(shop.database, cancelling)
    another.commit()
    await cancelling

    assert [each.row.id for each in await shop.database.write(claim, want)] == born[1:2]


async def test_who_asks_while_others_are_told_of_a_shortage_is_looked_at_next(
    shop: Workshop, another: Connection
) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CALL))
    await shop.database.write(settings.setting_put, shop.tenant_id, "resources", {"cpu": 1}, now=0)
    await shop.database.write(resources.request, [wish(started, "before", 2)])

    def allot(connection: Connection) -> set[str]:
        @event.listens_for(connection, "before_cursor_execute")
        def ask(_c: object, _d: object, statement: str, *_rest: object) -> None:
            if "is_short IS" in statement and not another.in_transaction():
                resources.request(another, [wish(started, "meanwhile", 3)])
                another.commit()

        return resources.allot(connection, shop.tenant_id, 0)

    told = await shop.database.write(allot)

    assert told == {started.id}
    assert await shop.database.write(resources.allot, shop.tenant_id, 0) == {started.id}
