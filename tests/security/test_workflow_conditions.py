"""Conditions that cost much hold nobody else up: a branch has one budget, and a graph pauses for others (S22).

No time is measured: to the engine's clock each piece of work takes a whole slice of the loop, and pieces are counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec
import pytest

from hookspan.clock import SystemClock
from hookspan.storage.database import Database
from hookspan.workflows.slices import SLICE_S
from tests.support.workshop import Workshop, workshop_on

SLOW = {"fieldPath": "trigger.body.x", "operator": "regex_match", "value": "[ab]*a[ab]{16}c"}
MOST_IN_A_TURN = 8
"""Looks at the clock in one turn of the loop, beside one of each execution that finds the slice over.

Two slices may meet in a turn, each of a piece of work and its end.
"""


class LeapingClock(SystemClock):
    """A slice of the loop passes whenever the time that has passed is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def monotonic(self) -> float:
        self.looks += 1
        return super().monotonic() + self.looks * SLICE_S


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def heart(clock: LeapingClock, beats: list[int]) -> None:
    """Note how much was done between two turns of one's own."""
    while True:
        before = clock.looks
        await asyncio.sleep(0)
        beats.append(clock.looks - before)


async def most_in_a_turn(shop: Workshop, steps: Sequence[Mapping[str, object]], runs: int = 1) -> int:
    """How many pieces the heart waits for at most while these steps run in so many executions."""
    clock = LeapingClock()
    engine = shop.another_engine(shop.far_side, clock)
    workflow_id = await shop.workflow(*map(dict, steps))
    born = [await shop.born_of_webhook(workflow_id, trigger=b'{"body":{"x":"ab"}}') for _ in range(runs)]
    beats: list[int] = []
    beating = asyncio.create_task(heart(clock, beats))
    await shop.settle(engine)
    beating.cancel()
    assert {(await shop.execution(each)).status for each in born} == {"completed"}
    return max(beats)


async def test_the_cases_of_a_branch_share_one_budget(shop: Workshop) -> None:
    cases = [{"when": [SLOW], "to": ["end"]} for _ in range(50)]
    branch: dict[str, object] = {"id": "fork", "kind": "branch", "with": {"cases": cases}}
    trigger = msgspec.json.encode({"body": {"x": "ab" * 9_000}})

    identity = await shop.born_of_webhook(await shop.workflow(branch, {"id": "end"}), trigger=trigger)
    await shop.settle()

    assert '"filter_error"' in str((await shop.execution(identity)).error)


async def test_many_conditions_hold_up_nobody(shop: Workshop) -> None:
    steps = [{"id": f"step{number}", "when": [SLOW]} for number in range(100)]

    done = await most_in_a_turn(shop, steps)

    assert done <= 1 + MOST_IN_A_TURN


async def test_many_executions_with_conditions_hold_up_nobody_together(shop: Workshop) -> None:
    steps = [{"id": f"step{number}", "when": [SLOW]} for number in range(5)]

    done = await most_in_a_turn(shop, steps, runs=20)

    assert done <= 20 + MOST_IN_A_TURN
