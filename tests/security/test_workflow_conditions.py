"""Conditions that cost much hold nobody else up: a branch has one budget, and a graph pauses for others (S22)."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec
import pytest

from hookspan.clock import SystemClock
from hookspan.storage.database import Database
from tests.support.workshop import Workshop, workshop_on

SLOW = {"fieldPath": "trigger.body.x", "operator": "regex_match", "value": "[ab]*a[ab]{16}c"}
BEAT_S = 0.01
LATE_S = 0.05
"""How long the loop may be kept from its heart, counted in its own computing time: a busy machine adds none."""


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def slow_text() -> str:
    chance = random.Random(7)
    return "".join(chance.choice("ab") for _ in range(18_000))


async def heart(beats: list[float]) -> None:
    """Note how long others computed between two beats."""
    while True:
        began = time.thread_time()
        await asyncio.sleep(BEAT_S)  # the loop itself is what is measured
        beats.append(time.thread_time() - began)


async def most_late(shop: Workshop, steps: Sequence[Mapping[str, object]], runs: int = 1) -> float:
    """How long the heart waits at most while these steps run in so many executions."""
    engine = shop.another_engine(shop.far_side, SystemClock())
    workflow_id = await shop.workflow(*map(dict, steps))
    trigger = msgspec.json.encode({"type": "webhook", "body": {"x": slow_text()}})
    born = [await shop.born_of_webhook(workflow_id, trigger=trigger) for _ in range(runs)]
    await engine.version_of(await shop.execution(born[0]))
    beats: list[float] = []
    beating = asyncio.create_task(heart(beats))
    await shop.settle(engine)
    beating.cancel()
    assert {(await shop.execution(each)).status for each in born} <= {"completed", "failed"}
    return max(beats)


async def test_many_branches_of_many_costly_cases_hold_up_nobody(shop: Workshop) -> None:
    cases = [{"when": [SLOW], "to": ["end"]} for _ in range(50)]
    branches = [
        {"id": f"branch{number}", "kind": "branch", "with": {"cases": cases}, "onError": ["end"]} for number in range(8)
    ]

    late_s = await most_late(shop, [*branches, {"id": "end"}])

    assert late_s < LATE_S


async def test_many_costly_conditions_hold_up_nobody(shop: Workshop) -> None:
    late_s = await most_late(shop, [{"id": f"step{number}", "when": [SLOW]} for number in range(100)])

    assert late_s < LATE_S


async def test_many_executions_with_costly_conditions_hold_up_nobody_together(shop: Workshop) -> None:
    late_s = await most_late(shop, [{"id": f"step{number}", "when": [SLOW]} for number in range(5)], runs=20)

    assert late_s < LATE_S
