"""Health is progress: work that could be done and is not makes the instance unready, and that is told (§4.20)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from hookspan.app.monitor import Monitor
from hookspan.errors import StoreAway
from hookspan.storage.database import Database
from hookspan.storage.tables import endpoints, events, executions, gates, instance
from tests.support.calls import Calls
from tests.support.surface import Surface, furnished


@dataclass
class Watch:
    """A monitor, its instance, and what the rest of the process says."""

    world: Surface
    monitor: Monitor
    others: dict[str, dict[str, object]]

    async def look(self, *, after: float = 0) -> bool:
        """Let time pass and look; whether the queue moves."""
        self.world.clock.advance(seconds=after)
        await self.monitor.watch()
        return bool(self.monitor.checks()["queue"]["ok"])

    async def told(self) -> list[tuple[str, dict[str, object]]]:
        """Facts of the system, oldest first."""
        query = select(events.c.type, events.c.data).where(events.c.type.like("system.%")).order_by(events.c.id)
        rows = await self.world.rooms.database.read(lambda connection: connection.execute(query).all())
        return [(row.type, msgspec.json.decode(bytes(row.data))) for row in rows]


@pytest.fixture
async def watch(database: Database, tmp_path: Path) -> Watch:
    """A monitor before an empty instance in which nobody works."""
    world = await furnished(database)
    others: dict[str, dict[str, object]] = {}
    monitor = Monitor(
        database,
        world.rooms.publisher,
        world.clock,
        tenant_id=world.instance.tenant_id,
        folder=tmp_path,
        version="1.2.3",
    )
    monitor.others = lambda: {**monitor.checks(), **others}
    return Watch(world, monitor, others)


async def one_due(watch: Watch) -> str:
    """A delivery that is due; its endpoint's id."""
    async with watch.world.client() as client:
        api = Calls(client, watch.world.owner)
        endpoint = str((await api.endpoint())["id"])
        await api.publish()
    return endpoint


async def test_an_idle_instance_is_ready(watch: Watch) -> None:
    assert await watch.look(after=3_600)


async def test_work_that_nobody_takes_for_a_minute_makes_it_unready(watch: Watch) -> None:
    await one_due(watch)

    looks = [await watch.look(after=seconds) for seconds in (59, 2)]

    assert looks == [True, False]


async def test_a_full_queue_that_moves_is_ready(watch: Watch) -> None:
    endpoint = await one_due(watch)
    at = watch.world.clock.now_ms() + 50_000
    tenant_id = watch.world.instance.tenant_id

    await watch.world.rooms.database.write(
        lambda connection: (
            connection.execute(update(gates).where(gates.c.endpoint_id == endpoint).values(last_attempt_at=at)).rowcount
            or connection.execute(
                insert(gates).values(endpoint_id=endpoint, tenant_id=tenant_id, last_attempt_at=at)
            ).rowcount
        )
    )

    looks = [await watch.look(after=seconds) for seconds in (70, 15)]

    assert looks == [True, False]


async def test_work_that_waits_for_a_paused_endpoint_is_nobodys_fault(watch: Watch) -> None:
    endpoint = await one_due(watch)
    await watch.world.rooms.database.write(
        lambda connection: (
            connection.execute(update(endpoints).where(endpoints.c.id == endpoint).values(status="paused")).rowcount
        )
    )

    assert await watch.look(after=3_600)


async def executions_due(watch: Watch, number: int = 1) -> Sequence[str]:
    """So many executions of one workflow that are due; their ids."""
    async with watch.world.client() as client:
        api = Calls(client, watch.world.owner)
        workflow = await api.post("/api/v1/workflows", {"name": "Orders", "steps": [{"id": "a"}]})
        path = f"/api/v1/workflows/{workflow['id']}/executions"
        return [(await api.post(path, {}, status=202))["id"] for _ in range(number)]


async def test_executions_that_nobody_takes_for_a_minute_make_it_unready_and_it_says_so(watch: Watch) -> None:
    await executions_due(watch)

    looks = [await watch.look(after=seconds) for seconds in (59, 2)]

    found = watch.monitor.checks()["executions"]
    assert (looks, found["ok"], found["oldestMs"]) == ([True, True], False, 61_000)
    assert "no worker works at" in str(found["detail"])


@pytest.mark.parametrize("change", [{"lease_token": "0" * 32}, {"completed_at": 1}])
async def test_executions_behind_others_that_are_worked_at_or_end_are_nobodys_fault(
    watch: Watch, change: dict[str, object]
) -> None:
    [first, *_] = await executions_due(watch, 3)
    later = watch.world.clock.now_ms() + 65_000
    values = change | ({"lease_until": later} if "lease_token" in change else {"completed_at": later, "due_at": None})
    await watch.world.rooms.database.write(
        lambda connection: (
            connection.execute(update(executions).where(executions.c.id == first).values(values)).rowcount
        )
    )

    oks = []
    for seconds in (61, 60):
        await watch.look(after=seconds)
        oks.append(watch.monitor.checks()["executions"]["ok"])

    assert oks == [True, False]


async def test_lost_and_regained_health_are_told_to_the_first_tenant(watch: Watch) -> None:
    watch.others["disk"] = {"ok": False, "freeBytes": 1}
    for _ in range(4):
        await watch.look(after=5)
    watch.others.clear()
    for _ in range(4):
        await watch.look(after=5)

    told = await watch.told()

    assert [kind for kind, _ in told] == ["system.health.degraded", "system.health.restored"]
    assert told[0][1] == {
        "status": "not_ready",
        "checks": {"disk": {"ok": False, "freeBytes": 1}},
        "since": "2025-05-21T21:27:15.000Z",
    }
    assert (told[1][1]["status"], told[1][1]["downtime_ms"]) == ("ok", 35_000)


async def test_a_start_and_a_stop_are_told(watch: Watch) -> None:
    await watch.monitor.started()
    await watch.monitor.stopped()

    assert [(kind, data["code"]) for kind, data in await watch.told()] == [
        ("system.info", "started"),
        ("system.info", "stopped"),
    ]


async def test_a_migrated_schema_is_told_once_though_two_processes_find_it(watch: Watch) -> None:
    row = instance.c.name == "schema_told"
    await watch.world.rooms.database.write(
        lambda connection: connection.execute(update(instance).where(row).values(value=b"0003")).rowcount
    )

    await asyncio.gather(watch.monitor.opened(), watch.monitor.opened(), watch.monitor.opened())

    (told,) = await watch.told()
    assert (told[0], told[1]["code"]) == ("system.info", "migrated")


async def test_a_database_of_a_release_that_told_of_no_schema_was_migrated(watch: Watch) -> None:
    row = instance.c.name == "schema_told"
    await watch.world.rooms.database.write(lambda connection: connection.execute(delete(instance).where(row)).rowcount)

    await asyncio.gather(watch.monitor.opened(), watch.monitor.opened())

    (told,) = await watch.told()
    details = told[1]["details"]
    assert isinstance(details, dict)
    assert (told[1]["code"], details["from"]) == ("migrated", None)


async def test_a_first_start_migrated_nothing(watch: Watch) -> None:
    await watch.monitor.opened()

    assert await watch.told() == []


async def test_a_fault_is_told_at_the_next_look_by_its_kind_alone(watch: Watch) -> None:
    watch.monitor.faulted("jobs", ValueError("a secret"), False)
    await watch.look(after=2)
    await watch.look(after=2)

    ((kind, told),) = await watch.told()

    assert (kind, told["code"], told["details"]) == (
        "system.error",
        "worker_fault",
        {"loop": "jobs", "error": "ValueError"},
    )


async def test_faults_of_executions_are_told_by_their_kind_once_a_minute_with_their_number(watch: Watch) -> None:
    faults: list[object] = []
    for seconds in (2, 2, 70, 2):
        for _ in range(200):
            watch.monitor.engine_faulted("execution", ValueError("a secret"))
        await watch.look(after=seconds)

    for kind, told in await watch.told():
        faults.append((kind, told["code"], told["component"], told["details"]))

    assert faults == [
        ("system.error", "execution_fault", "workflows", {"unit": "execution", "error": "ValueError", "faults": number})
        for number in (200, 400)
    ]


async def test_faults_of_executions_that_were_not_told_yet_are_told_at_the_end(watch: Watch) -> None:
    watch.monitor.engine_faulted("step", ValueError("a secret"))
    await watch.look(after=2)
    watch.monitor.engine_faulted("step", ValueError("a secret"))

    await watch.monitor.flush()

    assert [told["code"] for _, told in await watch.told()] == ["execution_fault", "execution_fault"]


async def test_an_absence_of_the_store_is_told_once_with_its_length(watch: Watch) -> None:
    for _ in range(3):
        watch.monitor.faulted("deliveries", StoreAway("no answer"), False)
        watch.world.clock.advance(seconds=2)
    await watch.look()
    await watch.look(after=2)

    ((kind, told),) = await watch.told()

    assert (kind, told["code"], told["details"]) == (
        "system.error",
        "store_away",
        {"since": "2025-05-21T21:27:10.000Z", "awayMs": 6_000},
    )
