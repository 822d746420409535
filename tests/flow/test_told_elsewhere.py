"""What an execution under way is told through another process: in time is in time, whoever hears of it first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from hookspan.storage.database import Database
from tests.support.workshop import FarSide, Workshop, workshop_on

CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}
GO: dict[str, object] = {"id": "go", "kind": "wait", "with": {"signal": "paid", "timeoutMs": 600_000}}
ASK: dict[str, object] = {"id": "ask", "kind": "external", "with": {"callbackTtlMs": 600_000}}
OPEN: dict[str, object] = {**GO, "with": {"signal": "paid"}}
MEETING: list[object] = [{"id": "meet", "name": "All", "requires": ["go"], "timeoutMs": 600_000}]


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def under_way(shop: Workshop, *steps: dict[str, object], points: Sequence[object] = ()) -> str:
    """An execution that waits for the far side beside these steps."""
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CALL, *steps, syncPoints=list(points)))
    await shop.engine.claim_once()
    await shop.far_side.called.wait()
    return started.id


async def over(shop: Workshop, execution_id: str) -> str:
    """How it ends once the far side has answered, ten minutes later."""
    shop.clock.advance(seconds=600)
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()
    return (await shop.execution(execution_id)).status


async def test_a_signal_in_time_counts_though_the_timer_of_its_wait_is_looked_at_first(shop: Workshop) -> None:
    execution_id = await under_way(shop, GO)

    await shop.another_engine(FarSide()).outside.signal(shop.tenant_id, execution_id, "paid", {"by": "Ada"})

    assert await over(shop, execution_id) == "completed"


async def test_a_sync_point_is_reached_by_a_signal_in_time(shop: Workshop) -> None:
    execution_id = await under_way(shop, OPEN, points=MEETING)

    await shop.another_engine(FarSide()).outside.signal(shop.tenant_id, execution_id, "paid", None)

    assert await over(shop, execution_id) == "completed"


async def test_an_answer_in_time_counts_though_the_timer_of_its_step_is_looked_at_first(shop: Workshop) -> None:
    execution_id = await under_way(shop, ASK)

    await shop.another_engine(FarSide()).outside.complete(shop.tenant_id, execution_id, "ask", {"fine": 1})

    assert await over(shop, execution_id) == "completed"
