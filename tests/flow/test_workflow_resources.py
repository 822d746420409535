"""Who gets resources and who waits for them, and how many of a workflow run at once, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, select

from hookspan.model.ids import new_id
from hookspan.storage import resources, settings
from hookspan.storage.database import Database
from hookspan.storage.tables import resource_leases
from tests.support.workshop import Workshop, workshop_on

CALL: dict[str, object] = {"kind": "http", "with": {"url": "https://api.example.com/"}}
HUNGRY: dict[str, object] = {**CALL, "id": "hungry", "resources": {"cpu": 2}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def give(shop: Workshop, **pools: float) -> None:
    now = shop.clock.now_ms()
    await shop.database.write(
        lambda connection: settings.setting_put(connection, shop.tenant_id, "resources", pools, now=now)
    )


async def start_all(shop: Workshop, *priorities: int, step: dict[str, object] = HUNGRY) -> list[str]:
    """Executions one after the other, each run as far as it goes while the far side is silent."""
    started = []
    for priority in priorities:
        workflow_id = await shop.workflow(step, priority=priority)
        started.append((await shop.engine.start(shop.tenant_id, workflow_id)).id)
        await shop.until_held_up(started[-1])
        shop.clock.advance(seconds=0.001)
    return started


async def test_without_a_number_a_pool_has_no_end(shop: Workshop) -> None:
    await shop.listen_to("resource.*")

    execution = await shop.run(HUNGRY)

    told = [(kind, data) for kind, data in await shop.events() if kind.startswith("resource")]
    assert (execution.status, [kind for kind, _ in told]) == (
        "completed",
        ["resource.allocated", "resource.released"],
    )
    assert told[0][1]["resources"] == {"cpu": 2.0, "memory": None, "storage": None, "custom": []}
    assert (told[0][1]["releasedAt"], told[0][1]["id"]) == (None, told[1][1]["id"])
    assert told[1][1]["releasedAt"] is not None
    assert await shop.database.read(resources.waiting_tenants) == []


async def test_who_finds_too_little_waits_until_it_is_free(shop: Workshop) -> None:
    await give(shop, cpu=3)
    await shop.listen_to("resource.shortage")
    shop.far_side.falls_silent()
    first, second = await start_all(shop, 1, 1)
    stands = await shop.execution(second)

    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()

    assert stands.status == "waiting"
    assert [(await shop.execution(each)).status for each in (first, second)] == ["completed", "completed"]
    [(_, data)] = [each for each in await shop.events() if each[0] == "resource.shortage"]
    assert (data["workflowExecutionId"], data["allocatedAt"]) == (second, None)
    assert data["requested"] == {"cpu": 2.0, "memory": None, "storage": None, "custom": []}
    assert data["available"] == {"cpu": 1.0, "memory": None, "storage": None, "custom": []}


async def test_the_higher_priority_is_served_first_then_who_came_first(shop: Workshop) -> None:
    await give(shop, cpu=2)
    shop.far_side.falls_silent()
    executions = await start_all(shop, 1, 1, 1, 3)

    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()

    order = [key.split(":")[0] for key in shop.far_side.keys]
    assert order == [executions[0], executions[3], executions[1], executions[2]]


async def test_a_step_gets_all_it_asked_for_or_nothing(shop: Workshop) -> None:
    await give(shop, cpu=2, gpu=1)
    custom = {"cpu": 1, "custom": [{"name": "gpu", "value": 1}]}
    both = {**HUNGRY, "resources": custom}
    shop.far_side.falls_silent()
    _, second = await start_all(shop, 1, 1, step=both)

    [third] = await start_all(shop, 1, step={**HUNGRY, "resources": {"memory": 1}})
    await shop.until_called(third)

    assert (await shop.execution(second)).status == "waiting"
    assert [key.split(":")[0] for key in shop.far_side.keys][1:] == [third]
    shop.far_side.speaks()
    await shop.engine.quiet()


async def test_what_asks_for_more_than_there_is_blocks_nobody(shop: Workshop) -> None:
    await give(shop, cpu=2)

    greedy = await shop.run({**HUNGRY, "resources": {"cpu": 5}})
    shop.clock.advance(seconds=0.001)
    modest = await shop.run(HUNGRY)

    assert (greedy.status, modest.status) == ("waiting", "completed")


async def test_who_is_cancelled_gives_back_what_it_held_and_stops_asking(shop: Workshop) -> None:
    await give(shop, cpu=2)
    shop.far_side.falls_silent()
    first, second, third = await start_all(shop, 1, 1, 1)

    await shop.engine.cancel(shop.tenant_id, second)
    await shop.engine.cancel(shop.tenant_id, first)
    shop.far_side.speaks()
    await shop.settle()
    await shop.engine.quiet()

    assert [(await shop.execution(each)).status for each in (first, second, third)] == [
        "cancelled",
        "cancelled",
        "completed",
    ]


async def test_a_waiting_step_is_served_after_its_pool_grew(shop: Workshop) -> None:
    await give(shop, cpu=1)
    execution = await shop.run(HUNGRY)
    await give(shop, cpu=2)

    await shop.engine.sweep()
    await shop.settle()

    assert (await shop.execution(execution.id)).status == "completed"


async def test_who_asks_for_more_than_the_pool_has_is_told_at_once_and_goes_on_when_it_is_larger(
    shop: Workshop,
) -> None:
    await give(shop, cpu=1)
    for kind in ("blocker.*", "resource.shortage"):
        await shop.listen_to(kind)
    execution = await shop.run(HUNGRY)
    before = await shop.engine.outside.progress(shop.tenant_id, execution.id)

    await give(shop, cpu=2)
    await shop.engine.sweep()
    await shop.settle()

    reason = "asks for 2 cpu, the pool has 1"
    blockers = before["blockers"]
    assert isinstance(blockers, list)
    assert [each["description"] for each in blockers] == [f"waiting for cpu: {reason}"]
    told = await shop.events()
    assert [data["reason"] for kind, data in told if kind == "resource.shortage"] == [reason]
    assert [kind for kind, _ in told if kind.startswith("blocker")] == ["blocker.detected", "blocker.resolved"]
    assert (await shop.execution(execution.id)).status == "completed"


async def test_a_long_wait_for_resources_is_a_blocker(shop: Workshop) -> None:
    await give(shop, cpu=2)
    await shop.listen_to("blocker.detected")
    shop.far_side.falls_silent()
    _, second = await start_all(shop, 1, 1)

    shop.clock.advance(seconds=30)
    async with asyncio.timeout(10):
        while "blocker.detected" not in [kind for kind, _ in await shop.events()]:
            await shop.engine.claim_once()
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()

    assert (await shop.execution(second)).status == "completed"
    [(_, data)] = [each for each in await shop.events() if each[0] == "blocker.detected"]
    assert data["description"] == "waiting for cpu"


async def test_a_workflow_runs_at_most_so_many_at_once_and_hides_no_others(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    limited = await shop.workflow({**CALL, "id": "call"}, concurrency=2)
    free = await shop.workflow({**CALL, "id": "call"})
    started = [(await shop.engine.start(shop.tenant_id, limited)).id for _ in range(5)]
    other = await shop.engine.start(shop.tenant_id, free)

    await shop.until_held_up(*started[:2], other.id)
    more = await shop.engine.claim_once()

    assert more == 0
    assert {key.split(":")[0] for key in shop.far_side.keys} == {*started[:2], other.id}
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()
    assert [(await shop.execution(each)).status for each in started] == ["completed"] * 5


async def test_a_sleeping_execution_makes_room(shop: Workshop) -> None:
    nap: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}
    limited = await shop.workflow(nap, concurrency=1)
    started = [(await shop.engine.start(shop.tenant_id, limited)).id for _ in range(3)]

    await shop.settle()

    assert [(await shop.execution(each)).status for each in started] == ["waiting"] * 3


async def test_parked_executions_are_found_again_when_the_limit_is_lifted(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    value: dict[str, object] = {"name": "Order intake", "steps": [{**CALL, "id": "call"}]}
    limited = await shop.workflow({**CALL, "id": "call"}, concurrency=1)
    started = [(await shop.engine.start(shop.tenant_id, limited)).id for _ in range(2)]
    await shop.until_held_up(started[0])
    assert await shop.engine.claim_once() == 0
    await shop.definitions.update(shop.tenant_id, limited, value)

    await shop.engine.sweep()
    await shop.until_held_up(*started)

    assert {key.split(":")[0] for key in shop.far_side.keys} == set(started)
    shop.far_side.speaks()
    await shop.engine.quiet()


def waits(shop: Workshop, execution_id: str, number: int, *wishes: dict[str, float]) -> list[resources.ResourceRequest]:
    """Steps of one execution that wait for resources, oldest first."""
    return [
        resources.ResourceRequest(
            id=new_id(shop.clock.now_ms()),
            tenant_id=shop.tenant_id,
            execution_id=execution_id,
            step_id=f"{next(iter(wanted))}-{count}",
            resources=wanted,
            priority=1,
            requested_at=shop.clock.now_ms() + count,
        )
        for count in range(number)
        for wanted in wishes
    ]


async def asleep(shop: Workshop) -> str:
    """An execution that sleeps while its steps' requests are decided."""
    return (await shop.run({"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}})).id


def _granted(connection: Connection) -> list[str]:
    columns = resource_leases.c
    query = select(columns.step_id).where(columns.granted_at.is_not(None)).order_by(columns.requested_at, columns.id)
    return list(connection.execute(query).scalars())


@pytest.mark.parametrize("cpu", [99, 1], ids=["never to be had", "to be had later"])
async def test_however_many_wait_for_one_pool_another_is_given_out(shop: Workshop, cpu: float) -> None:
    await give(shop, cpu=1, memory=10)
    identity = await asleep(shop)
    shop.clock.advance(seconds=1)
    await shop.database.write(resources.request, waits(shop, identity, 1_205, {"cpu": cpu}))
    shop.clock.advance(seconds=2)
    await shop.database.write(resources.request, waits(shop, identity, 1, {"memory": 1}))

    await shop.database.write(resources.allot, shop.tenant_id, shop.clock.now_ms())

    assert await shop.database.read(_granted) == [*(["cpu-0"] if cpu == 1 else []), "memory-0"]


async def test_who_waits_for_two_pools_keeps_later_ones_from_both(shop: Workshop) -> None:
    await give(shop, cpu=1, memory=10, disk=1)
    identity = await asleep(shop)
    wishes: list[dict[str, float]] = [{"cpu": 1}, {"cpu": 1}, {"memory": 1, "cpu": 1}, {"memory": 2}, {"disk": 1}]
    for wanted in wishes:
        shop.clock.advance(seconds=1)
        await shop.database.write(resources.request, waits(shop, identity, 1, wanted))

    await shop.database.write(resources.allot, shop.tenant_id, shop.clock.now_ms())

    assert await shop.database.read(_granted) == ["cpu-0", "disk-0"]


async def test_a_pool_of_fractions_is_given_out_to_its_last(shop: Workshop) -> None:
    await give(shop, cpu=0.3)
    identity = await asleep(shop)
    await shop.database.write(resources.request, waits(shop, identity, 4, {"cpu": 0.1}))

    await shop.database.write(resources.allot, shop.tenant_id, shop.clock.now_ms())

    assert await shop.database.read(_granted) == ["cpu-0", "cpu-1", "cpu-2"]


async def test_many_are_served_over_several_goes(shop: Workshop) -> None:
    identity = await asleep(shop)
    await shop.database.write(resources.request, waits(shop, identity, 1_100, {"cpu": 1}, {"memory": 1}))
    served = []

    for _ in range(3):
        await shop.database.write(resources.allot, shop.tenant_id, shop.clock.now_ms())
        served.append(len(await shop.database.read(_granted)))

    assert served == [1_000, 2_000, 2_200]
    assert await shop.database.read(resources.waiting_tenants) == []
