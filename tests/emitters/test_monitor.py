"""The instance about itself: errors, warnings, notes, and health lost and regained."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Table, text, update

from hookspan.app.watermark import Usage
from hookspan.errors import StoreAway
from hookspan.storage.tables import executions, webhook_deliveries
from tests.emitters.stage import Stage, house_in, stage_for
from tests.emitters.told import emits, names_of
from tests.support.clock import FakeClock

DAY = 86_400
FULL = Usage(1_000_000_000_000, 1_000)


class WallClock(FakeClock):
    """A clock beside which the machine's own wall clock can be set."""

    def __init__(self) -> None:
        super().__init__()
        self.set_by_ms = 0

    def skew_ms(self) -> int:
        """How far the wall clock is away."""
        return self.set_by_ms

    def accept_step(self) -> None:
        """Follow it."""
        self.set_by_ms = 0


@pytest.fixture
async def stage(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An instance for each test: what they do to it is not undone."""
    async with house_in(folder, clock=WallClock()) as house, stage_for(house, names_of(request.function)) as opened:
        yield opened


@emits("system.error")
async def test_a_loop_that_faults_is_told_without_the_words_of_the_fault(stage: Stage) -> None:
    await stage.house.application.database.write(
        lambda connection: connection.execute(text("DROP TABLE schedules")).rowcount
    )

    told = await stage.hears_as_time_goes_by("system.error")

    await stage.hears_as_time_goes_by("system.error", count=3)
    assert (told["code"], told["component"]) == ("worker_fault", "worker")
    assert told["details"] == {"loop": "schedules", "error": "OperationalError"}
    codes = [each["code"] for each in stage.data_at("system.error")]
    assert sorted(codes) == ["worker_collapsed", "worker_fault", "worker_fault"]
    assert await stage.sees("event.published", eventType="system.error")


@emits("system.error")
async def test_an_execution_that_meets_a_fault_of_ours_is_told_without_the_words_of_the_fault(stage: Stage) -> None:
    execution_id = await stage.run({"id": "nap", "kind": "wait", "with": {"durationMs": 10_000}})
    await stage.waits(execution_id)
    broken = update(executions).where(executions.c.id == execution_id).values(state=b"unreadable")
    await stage.house.application.database.write(lambda connection: connection.execute(broken).rowcount)

    stage.house.after(10)

    told = await stage.hears_as_time_goes_by("system.error")
    assert (told["code"], told["component"]) == ("execution_fault", "workflows")
    assert told["details"] == {"unit": "execution", "error": "DecodeError", "faults": 1}


@emits("system.error")
async def test_a_store_that_was_away_is_told_of_once_when_it_is_back(stage: Stage) -> None:
    for _ in range(3):
        stage.house.application.monitor.faulted("deliveries", StoreAway("the database did not answer"), False)

    told = await stage.hears_as_time_goes_by("system.error", step_s=40)

    for _ in range(3):
        assert not await stage.house.far.has(stage.paths["system.error"], 2)
        stage.house.after(3)
    assert (told["code"], told["details"]["awayMs"] % 40_000) == ("store_away", 0)


@emits("system.warning")
async def test_a_wall_clock_that_was_set_is_told(stage: Stage) -> None:
    assert isinstance(stage.house.clock, WallClock)
    stage.house.clock.set_by_ms = 3_600_000

    told = await stage.hears_as_time_goes_by("system.warning")

    assert (told["code"], told["details"]) == ("clock_step", {"skewMs": 3_600_000})
    assert await stage.sees("event.published", eventType="system.warning")
    assert len(stage.sent_to("system.warning")) == 1


@emits("system.warning", "system.health.degraded", "system.health.restored")
async def test_a_full_disk_is_told_and_the_health_that_it_costs(stage: Stage) -> None:
    monitor = stage.house.application.monitor
    roomy, monitor.usage = monitor.usage, lambda: FULL
    await stage.hears_as_time_goes_by("system.health.degraded")
    monitor.usage = roomy

    await stage.hears_as_time_goes_by("system.health.restored")

    warned, degraded, restored = (await stage.hears_all()).values()
    assert (warned["code"], warned["details"]) == ("disk_full", {"freeBytes": 1_000})
    assert (degraded["status"], degraded["checks"]["disk"]["ok"]) == ("not_ready", False)
    assert (restored["status"], restored["checks"], restored["downtime_ms"] >= 10_000) == ("ok", {}, True)
    assert [len(stage.sent_to(name)) for name in stage.names] == [1, 1, 1]
    for name in stage.names:
        assert await stage.sees("event.published", eventType=name)


@emits("system.warning")
async def test_an_endpoint_that_has_failed_for_a_day_is_told(stage: Stage) -> None:
    other = await stage.endpoint("order.*", url=stage.url("/500"))
    await stage.api.publish("order.paid")
    await stage.attempted(other, 1)

    stage.house.after(DAY)

    told = await stage.hears_as_time_goes_by("system.warning", step_s=70)
    assert (told["code"], told["details"]["endpointId"]) == ("endpoint_failing", other)


@emits("system.info")
async def test_a_run_of_retention_is_told_with_what_it_removed(stage: Stage) -> None:
    await stage.api.ask("PUT", "/api/v1/retention", {"events": {"days": 1}})
    await stage.api.publish("order.paid")
    await stage.sees("event.published", eventType="order.paid")

    told = await stage.hears_as_time_goes_by("system.info", step_s=1.5 * DAY)

    assert (told["code"], told["component"]) == ("retention", "janitor")
    assert told["details"]["deleted"]["events"] >= 1
    assert await stage.sees("event.published", eventType="system.info")


async def silence(stage: Stage, row: Table, identity: str) -> None:
    """Its worker, like four before it, ended without a word."""
    lease = {"lease_token": "0" * 32, "lease_until": stage.house.clock.now_ms() - 1, "silent_claims": 5}
    words = {"status": "sending", "claims": 6} if row is webhook_deliveries else {}
    await stage.house.application.database.write(
        lambda connection: connection.execute(update(row).where(row.c.id == identity).values(**lease, **words)).rowcount
    )


@emits("system.error", "execution.failed")
async def test_an_execution_that_ended_five_workers_is_told_with_its_end(stage: Stage) -> None:
    execution_id = await stage.run({"id": "go", "kind": "wait", "with": {"signal": "paid"}})
    await stage.waits(execution_id)

    await silence(stage, executions, execution_id)

    told = await stage.hears_as_time_goes_by("system.error")
    failed = await stage.hears("execution.failed")
    assert (told["code"], told["details"]["executionId"]) == ("execution_quarantined", execution_id)
    assert (failed["executionId"], failed["error"]["code"]) == (execution_id, "quarantined")


@emits("system.error")
async def test_a_delivery_that_ended_five_workers_is_told(stage: Stage) -> None:
    other = await stage.endpoint("order.*", url=stage.url("/500"))
    await stage.api.publish("order.paid")
    await stage.attempted(other, 1)
    (row,) = (await stage.api.get("/api/v1/deliveries", endpointId=other))["data"]

    await silence(stage, webhook_deliveries, row["id"])

    told = await stage.hears_as_time_goes_by("system.error")
    assert (told["code"], told["details"]["deliveryId"]) == ("delivery_quarantined", row["id"])


@emits("system.warning")
async def test_work_that_begins_later_than_was_promised_is_told(stage: Stage) -> None:
    other = await stage.endpoint("order.*", priority=3)
    await stage.api.post(f"/api/v1/endpoints/{other}/pause", status=200)
    await stage.api.publish("order.paid")
    stage.house.after(5)

    await stage.api.post(f"/api/v1/endpoints/{other}/resume", status=200)

    told = await stage.hears_as_time_goes_by("system.warning", step_s=30)
    assert (told["code"], told["details"]["priority"]) == ("sla_breached", 3)
