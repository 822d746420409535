"""Functions of a program that are called on events: `@hooks.on("invoice.*")` (contracts G.2)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, assert_type

import httpx2
import pytest

from hookspan import Event, Hookspan
from hookspan.config import load
from tests.support.surface import KEK

PAID_AT = datetime(2025, 5, 21, 21, 27, 9, 442_000, tzinfo=UTC)


@pytest.fixture
def hooks(tmp_path: Path) -> Hookspan:
    return Hookspan(f"sqlite:///{tmp_path}/hookspan.db")


def key_of(hooks: Hookspan) -> str:
    """The key that the first start of a database tells."""
    assert hooks.greeting is not None
    return hooks.greeting.api_key.reveal()


async def asked(hooks: Hookspan, path: str, key: str | None = None) -> dict[str, Any]:
    """What the API answers."""
    transport = httpx2.ASGITransport(app=hooks.asgi())
    headers = {"Authorization": f"Bearer {key or key_of(hooks)}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://host", headers=headers) as client:
        answered: dict[str, Any] = (await client.get(f"/api/v1/{path}")).json()
        return answered


async def statuses(hooks: Hookspan, key: str | None = None) -> dict[str, str]:
    """Workflows by name."""
    return {workflow["name"]: workflow["status"] for workflow in (await asked(hooks, "workflows", key))["data"]}


async def ended(hooks: Hookspan) -> dict[str, Any]:
    """The one execution, once it has ended."""
    async with asyncio.timeout(30):
        while True:
            for execution in (await asked(hooks, "executions"))["data"]:
                if execution["status"] in ("completed", "failed"):
                    return await asked(hooks, f"executions/{execution['id']}")


async def test_a_function_is_called_with_the_event(hooks: Hookspan) -> None:
    seen = asyncio.Queue[Event]()

    @hooks.on("invoice.*")
    async def paid(event: Event) -> None:
        seen.put_nowait(event)

    async with hooks, asyncio.timeout(30):
        await hooks.publish("order.paid", {"n": 1})
        ref = await hooks.publish(
            "invoice.paid", {"total": 12.5}, metadata={"by": "till"}, subject="inv_1", occurred_at=PAID_AT
        )
        event = await seen.get()

    assert (event.id, event.type, event.created_at, event.occurred_at) == (ref.id, ref.type, ref.created_at, PAID_AT)
    assert (event.data, event.metadata, event.subject) == ({"total": 12.5}, {"by": "till"}, "inv_1")
    assert event.trigger["eventId"] == ref.id
    assert seen.empty()


async def test_a_function_that_blocks_runs_on_a_thread_and_its_result_is_the_output(hooks: Hookspan) -> None:
    @hooks.on("invoice.paid", "invoice.sent", name="note")
    def written(event: Event) -> dict[str, object]:
        return {"type": event.type, "main": threading.current_thread() is threading.main_thread()}

    async with hooks:
        await hooks.publish("invoice.sent")
        execution = await ended(hooks)
        names = await statuses(hooks)

    assert execution["output"] == {"type": "invoice.sent", "main": False}
    assert names == {"on:note": "active"}


async def test_a_filter_leaves_out_other_events(hooks: Hookspan) -> None:
    seen = asyncio.Queue[object]()

    @hooks.on("invoice.paid", filter=[{"fieldPath": "total", "operator": "greater_than", "value": 100}])
    async def large(event: Event) -> None:
        seen.put_nowait(event.data)

    async with hooks, asyncio.timeout(30):
        await hooks.publish("invoice.paid", {"total": 99})
        await hooks.publish("invoice.paid", {"total": 101})
        first = await seen.get()

    assert (first, seen.empty()) == ({"total": 101}, True)


async def test_a_function_that_fails_is_tried_as_often_as_its_code_says(hooks: Hookspan) -> None:
    tried = list[int]()

    @hooks.on("invoice.paid", max_attempts=1)
    async def paid(event: Event) -> None:
        tried.append(event.attempt)
        raise ConnectionError("away")

    async with hooks:
        await hooks.publish("invoice.paid")
        execution = await ended(hooks)

    assert (execution["status"], tried) == ("failed", [1])
    assert "ConnectionError: away" in execution["error"]["message"]


async def test_a_start_by_hand_says_that_there_is_no_event(hooks: Hookspan) -> None:
    called = list[Event]()
    hooks.on("invoice.paid", name="paid")(called.append)

    async with hooks:
        application, _ = hooks.serving()
        workflow = (await asked(hooks, "workflows"))["data"][0]
        await application.engine.start(application.instance.tenant_id, workflow["id"])
        execution = await ended(hooks)

    assert (execution["status"], called) == ("failed", [])
    assert "no event started this execution" in execution["error"]["message"]


async def test_a_function_gone_from_the_code_is_called_no_more(hooks: Hookspan, tmp_path: Path) -> None:
    hooks.on("invoice.paid", name="paid")(print)
    hooks.on("invoice.sent", name="sent")(print)
    async with hooks:
        before, key = await statuses(hooks), key_of(hooks)
    again = Hookspan(f"sqlite:///{tmp_path}/hookspan.db")
    again.on("invoice.paid", name="paid")(print)

    async with again:
        after = await statuses(again, key)

    assert before == {"on:paid": "active", "on:sent": "active"}
    assert after == {"on:paid": "active", "on:sent": "archived"}


async def test_a_program_without_functions_leaves_those_of_others_alone(hooks: Hookspan, tmp_path: Path) -> None:
    hooks.on("invoice.paid", name="paid")(print)
    async with hooks:
        key = key_of(hooks)

    async with Hookspan(f"sqlite:///{tmp_path}/hookspan.db") as script:
        assert await statuses(script, key) == {"on:paid": "active"}


async def test_processes_that_start_together_on_postgresql_make_one_workflow(postgres_url: str, tmp_path: Path) -> None:
    settings = load(data=tmp_path, database__url=postgres_url, kek=KEK)
    programs = [Hookspan(settings=settings) for _ in range(3)]
    called = asyncio.Queue[str]()
    for program in programs:
        program.on("invoice.paid", name="paid")(lambda event: called.put_nowait(event.id))
    async with programs[0]:
        await asyncio.gather(*(program.start() for program in programs[1:]))
        names = await statuses(programs[0])
        await programs[1].publish("invoice.paid")
        execution = await ended(programs[0])
        await asyncio.gather(*(program.stop() for program in programs[1:]))

    assert names == {"on:paid": "active"}
    assert (execution["status"], execution["workflowVersion"]) == ("completed", 1)
    assert called.qsize() == 1


def paid(event: Event) -> None:
    """Registered by the tests below."""


@pytest.mark.parametrize(
    ("register", "remedy"),
    [
        (lambda hooks: hooks.on(paid), r"@hooks\.on\('invoice\.\*'\)"),
        (lambda hooks: hooks.on()(paid), "at least one event"),
        (lambda hooks: hooks.on("no spaces")(paid), "no event name or pattern"),
        (lambda hooks: hooks.on("a", max_attempts=51)(paid), "from 1 to 50"),
        (lambda hooks: hooks.on("a", max_attempts=0)(paid), "from 1 to 50"),
        (lambda hooks: hooks.on("a", name="n" * 98)(paid), "1 to 97 printable characters"),
        (lambda hooks: hooks.on("a", name="")(paid), "1 to 97 printable characters"),
        (lambda hooks: hooks.on("a")(lambda event: None), "a lambda has no name"),
        (lambda hooks: hooks.on("a")(lambda: None), "let it take one argument"),
        (lambda hooks: hooks.on("a")(None), "is no function"),
        (lambda hooks: hooks.on("a", filter=[{"fieldPath": "n", "operator": "no"}])(paid), "on:paid"),
        (lambda hooks: hooks.on("a")(hooks.on("b")(paid)), "registered already; give this one another name"),
    ],
)
def test_what_cannot_be_is_refused_when_the_program_is_read(
    hooks: Hookspan, register: Callable[[Hookspan], object], remedy: str
) -> None:
    with pytest.raises(ValueError, match=remedy):
        register(hooks)


async def test_functions_are_registered_before_the_start(hooks: Hookspan) -> None:
    async with hooks:
        with pytest.raises(ValueError, match="before the start"):
            hooks.on("invoice.paid")


def test_a_decorated_function_keeps_its_type(hooks: Hookspan) -> None:
    @hooks.on("invoice.paid")
    async def paid(event: Event) -> int:
        return len(event.type)

    @hooks.on("invoice.paid")
    def sent(event: Event) -> str:
        return event.type

    waits: Callable[[Event], Awaitable[int]] = paid
    assert_type(sent(Event(id="1", type="a", data=None, created_at=PAID_AT, metadata={}, trigger={})), str)
    assert waits is paid
