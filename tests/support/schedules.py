"""What tests of the clock share: schedulers on a workshop's database, and workflows that one of them starts."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.model.times import parse_instant
from hookspan.ports import Clock
from hookspan.storage.tables import executions
from hookspan.storage.workflow_triggers import ScheduleRow, schedules_of
from hookspan.workflows.record import Tools
from hookspan.workflows.schedule import Scheduler
from tests.support.workshop import HOP_KEY, RULES, NoHandoff, Workshop

PASS: dict[str, object] = {"id": "go", "kind": "pass"}


@dataclass(frozen=True)
class Run:
    """An execution that the clock began."""

    id: str
    version: int
    priority: int
    status: str
    trigger: dict[str, object]

    @property
    def body(self) -> dict[str, object]:
        """What templates read as `trigger.body`."""
        body = self.trigger["body"]
        assert isinstance(body, dict)
        return body


class Tower:
    """A workshop with a scheduler; another is that of another process."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self.scheduler = self.another_scheduler()

    def another_scheduler(self, clock: Clock | None = None) -> Scheduler:
        """With a routing snapshot of its own."""
        shop = self.shop
        return Scheduler(
            Tools(
                database=shop.database,
                clock=clock or shop.clock,
                publisher=Publisher(shop.database, Routing(shop.database), NoHandoff(), shop.feed, clock=shop.clock),
                feed=shop.feed,
                client=shop.far_side,
                url_rules=RULES,
                product="hookspan/1",
                hop_key=HOP_KEY,
                on_told=shop.engine.told,
            ),
            shop.engine.versions,
        )

    async def workflow(
        self, cron: str, *steps: dict[str, object], name: str = "Report", priority: int = 1, **schedule: object
    ) -> str:
        """Save a workflow that starts by this schedule, in UTC unless `timezone` says otherwise; its id."""
        trigger = {"id": "nightly", "kind": "schedule", "cron": cron, **schedule}
        return await self.shop.workflow(*(steps or (PASS,)), name=name, triggers=[trigger], priority=priority)

    async def change(self, workflow_id: str, **members: object) -> None:
        """Save it with other members."""
        row, version = await self.shop.definitions.get(self.shop.tenant_id, workflow_id)
        value = {"name": row.name, "status": row.status, **msgspec.json.decode(version.definition), **members}
        await self.shop.definitions.update(self.shop.tenant_id, workflow_id, value)

    def at(self, instant: str) -> None:
        """Let it be this instant."""
        ahead_ms = parse_instant(f"2025-{instant}Z", "") - self.shop.clock.now_ms()
        assert ahead_ms >= 0
        self.shop.clock.advance(seconds=ahead_ms / 1_000)

    async def strike(self, instant: str) -> list[Run]:
        """Let it be this instant, fire what is due; all runs so far."""
        self.at(instant)
        await self.scheduler.fire_due()
        return await self.runs()

    async def runs(self) -> list[Run]:
        """Every run of the clock, oldest first."""
        return await self.shop.database.read(_runs, self.shop.tenant_id)

    async def schedule(self, workflow_id: str) -> ScheduleRow | None:
        """The only schedule of a workflow."""
        rows = await self.shop.database.read(schedules_of, workflow_id)
        assert len(rows) <= 1
        return rows[0] if rows else None

    async def told(self) -> list[tuple[str, dict[str, object]]]:
        """The facts about tasks."""
        return [(kind, data) for kind, data in await self.shop.events() if kind.startswith("task.")]


def _runs(connection: Connection, tenant_id: str) -> list[Run]:
    column = executions.c
    query = (
        select(column.id, column.workflow_version, column.priority, column.status, column.trigger)
        .where(column.tenant_id == tenant_id, column.trigger_type == "schedule")
        .order_by(column.id)
    )
    return [Run(*row[:4], msgspec.json.decode(row.trigger)) for row in connection.execute(query)]
