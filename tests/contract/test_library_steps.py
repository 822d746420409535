"""Functions of a program that steps of its workflows name: `@hooks.step("charge")` (contracts G.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import pytest

from hookspan import Hookspan, StepContext
from hookspan.storage.database import Database
from hookspan.workflows.functions import Functions
from tests.support.workshop import Workshop, workshop_on

CHARGE: dict[str, object] = {"id": "charge", "kind": "python", "with": {"function": "charge"}}


@pytest.fixture
def hooks(tmp_path: Path) -> Hookspan:
    return Hookspan(f"sqlite:///{tmp_path}/hookspan.db")


async def test_a_decorated_function_runs_as_a_step(hooks: Hookspan) -> None:
    called = asyncio.Event()

    @hooks.step("charge")
    async def charge(context: StepContext) -> object:
        called.set()
        return {"charged": context.input}

    async with hooks:
        application, _ = hooks.serving()
        tenant_id = application.instance.tenant_id
        row, _ = await application.definitions.create(tenant_id, {"name": "Charge", "steps": [CHARGE]})

        await application.engine.start(tenant_id, row.id, 7)

        await asyncio.wait_for(called.wait(), 10)
    assert charge.__name__ == "charge"


class Away:
    """A far side that never answers: how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, context: StepContext) -> object:
        self.asked += 1
        raise ConnectionError("away")


async def tries(shop: Workshop, step: dict[str, object], *, max_attempts: int | None) -> int:
    """How often a function with that number of its own is called by that step."""
    away = Away()
    shop.functions.register("charge", away, max_attempts=max_attempts)
    execution = await shop.run(step)
    while execution.status != "failed":
        shop.clock.advance(seconds=60)
        await shop.settle()
        execution = await shop.execution(execution.id)
    shop.functions.close()
    return away.asked


@pytest.mark.parametrize(
    ("retry", "max_attempts", "tried"),
    [
        (None, None, 3),
        (None, 1, 1),
        (None, 5, 5),
        ({"maxAttempts": 2}, 5, 2),
        ({"initialDelayMs": 10}, 5, 3),
    ],
)
async def test_tries_in_code_count_where_the_step_leaves_retry_alone(
    database: Database, retry: dict[str, object] | None, max_attempts: int | None, tried: int
) -> None:
    step = CHARGE if retry is None else {**CHARGE, "retry": retry}
    async with workshop_on(database) as shop:
        assert await tries(shop, step, max_attempts=max_attempts) == tried


async def test_a_function_registered_later_counts_for_versions_that_ran_before(database: Database) -> None:
    async with workshop_on(database) as shop:
        workflow_id = await shop.workflow(CHARGE)
        before = await shop.engine.start(shop.tenant_id, workflow_id)
        await shop.settle()
        away = Away()
        shop.functions.register("charge", away, max_attempts=1)

        after = await shop.engine.start(shop.tenant_id, workflow_id)
        await shop.settle()

        shop.functions.close()
        assert "unknown_function" in str((await shop.execution(before.id)).error)
        assert ((await shop.execution(after.id)).status, away.asked) == ("failed", 1)


def charge(context: StepContext) -> object:
    """Registered by the tests below."""


@pytest.mark.parametrize(
    ("register", "remedy"),
    [
        (lambda hooks: hooks.step(charge), "1 to 100 printable characters"),
        (lambda hooks: hooks.step("")(charge), "1 to 100 printable characters"),
        (lambda hooks: hooks.step("n" * 101)(charge), "1 to 100 printable characters"),
        (lambda hooks: hooks.step("a\n")(charge), "1 to 100 printable characters"),
        (lambda hooks: hooks.step(" a")(charge), "1 to 100 printable characters"),
        (lambda hooks: hooks.step("a", max_attempts=0)(charge), "from 1 to 50"),
        (lambda hooks: hooks.step("a", max_attempts=51)(charge), "from 1 to 50"),
        (lambda hooks: hooks.step("a", max_attempts=True)(charge), "from 1 to 50"),
        (lambda hooks: hooks.step("a")(lambda: None), "let it take one argument"),
        (lambda hooks: hooks.step("a")(None), "is no function"),
        (lambda hooks: hooks.step("a")(hooks.step("a")(charge)), "registered already; give this one another name"),
    ],
)
def test_what_cannot_be_is_refused_when_the_program_is_read(
    hooks: Hookspan, register: Callable[[Hookspan], object], remedy: str
) -> None:
    with pytest.raises(ValueError, match=remedy):
        register(hooks)


def test_what_was_refused_can_be_registered_rightly() -> None:
    functions = Functions()
    with pytest.raises(ValueError, match="max_attempts"):
        functions.register("charge", charge, max_attempts=0)

    functions.register("charge", charge, max_attempts=2)

    assert functions.max_attempts("charge") == 2


def test_a_decorated_function_keeps_its_type(hooks: Hookspan) -> None:
    @hooks.step("count", max_attempts=5)
    def count(context: StepContext) -> int:
        return context.attempt

    @hooks.step("wait")
    async def wait(context: StepContext) -> str:
        return context.key

    waits: Callable[[StepContext], Awaitable[str]] = wait
    assert assert_type(count(StepContext.for_test()), int) == 1
    assert waits is wait


def test_a_function_is_tested_without_a_hookspan() -> None:
    def charge(context: StepContext) -> dict[str, object]:
        context.emit("order.charged", {"key": context.key})
        return {"input": context.input, "attempt": context.attempt, "cancelled": context.is_cancelled}

    context = StepContext.for_test({"total": 12.5, "at": [1, None]}, attempt=2)

    made = charge(context)

    assert made == {"input": {"total": Decimal("12.5"), "at": [1, None]}, "attempt": 2, "cancelled": False}
    assert context.emitted == [("order.charged", {"key": "execution:step"})]
    with pytest.raises(ValueError, match="no name"):
        context.emit("execution.completed")


def test_a_test_gives_the_trigger_and_the_end_too() -> None:
    context = StepContext.for_test(trigger={"type": "event", "body": {"id": 7}})
    context.end()

    assert (context.trigger, context.is_cancelled) == ({"type": "event", "body": {"id": 7}}, True)
