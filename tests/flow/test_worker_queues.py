"""Processes that work on some queues only: what each does, and what it leaves to others (contracts D.4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from hookspan.app.compose import Application
from hookspan.app.grounds import open_schema
from hookspan.clock import SystemClock
from hookspan.config import load
from hookspan.worker import QUEUES, Queue
from tests.support.calls import Calls
from tests.support.surface import bearer

BASE = "http://127.0.0.1:8123"
OF_ALL = {"refresh", "monitor", "queue_stats", "feed", "rejections"}
HOUSE = {"sweep", "health", "prune", "roll_call", "retention", "search", "audit"}
OF_QUEUE = {
    "deliveries": {"deliveries", "hold", "certificates"},
    "executions": {"executions", "renew"},
    "router": {"fanout", "schedules", "delayed", "release", "jobs"},
}


@asynccontextmanager
async def working(folder: Path, queues: Collection[Queue], key: str = "") -> AsyncIterator[tuple[Application, Calls]]:
    """One life of an application that works on these; `key` is the owner's from its first."""
    settings = load(data=folder, server__port=8123, log__level="off")
    open_schema(settings)
    application = Application(settings, clock=SystemClock(), queues=queues)
    app = await application.start()
    key = key if application.greeting is None else application.greeting.api_key.reveal()
    try:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as client:
            yield application, Calls(client, bearer(key))
    finally:
        await application.stop()


async def becomes(api: Calls, path: str, status: str) -> None:
    """Wait until it has that status."""
    clock = SystemClock()
    for _ in range(400):
        shown = await api.get(path)
        if (shown["data"][0] if "data" in shown else shown)["status"] == status:
            return
        await clock.sleep(0.02)
    raise AssertionError(shown)


ALL_BUT_EXECUTIONS: tuple[Queue, ...] = ("deliveries", "router")
ALL_BUT_DELIVERIES: tuple[Queue, ...] = ("executions", "router")
ONLY_EXECUTIONS: tuple[Queue, ...] = ("executions",)


@pytest.mark.parametrize("queues", [(), ("deliveries",), ("executions",), ("router",), ALL_BUT_EXECUTIONS, QUEUES])
async def test_a_process_runs_the_loops_of_its_queues(queues: tuple[Queue, ...], tmp_path: Path) -> None:
    expected = OF_ALL.union(HOUSE if queues else (), *(OF_QUEUE[queue] for queue in queues))

    async with working(tmp_path, queues) as (application, _):
        loops = {name.removeprefix("loop.") for name in application.worker.checks()}

    assert loops == expected


async def test_who_leaves_executions_out_sends_and_starts_but_runs_none(tmp_path: Path) -> None:
    trigger = {"id": "placed", "kind": "event", "events": ["order.placed"]}
    async with working(tmp_path, ALL_BUT_EXECUTIONS) as (application, api):
        inbox = await api.post("/api/v1/inboxes", {})
        await api.endpoint(url=inbox["url"])
        await api.post("/api/v1/workflows", {"name": "w", "steps": [{"id": "a"}], "triggers": [trigger]})

        await api.publish("order.placed")

        await becomes(api, "/api/v1/deliveries", "delivered")
        (execution,) = (await api.get("/api/v1/executions"))["data"]
        key = api.headers["Authorization"].removeprefix("Bearer ")
        claimed = len(application.engine.driven.leases)
    async with working(tmp_path, ONLY_EXECUTIONS, key) as (_, api):
        await becomes(api, f"/api/v1/executions/{execution['id']}", "completed")

    assert (execution["status"], claimed) == ("pending", 0)


async def test_who_leaves_deliveries_out_reserves_none(tmp_path: Path) -> None:
    async with working(tmp_path, ALL_BUT_DELIVERIES) as (application, api):
        inbox = await api.post("/api/v1/inboxes", {})
        await api.endpoint(url=inbox["url"])
        await api.post("/api/v1/workflows", {"name": "w", "steps": [{"id": "a"}]})
        (workflow,) = (await api.get("/api/v1/workflows"))["data"]
        await api.publish("order.placed")

        run = await api.post(f"/api/v1/workflows/{workflow['id']}/executions", {}, status=202)

        await becomes(api, f"/api/v1/executions/{run['id']}", "completed")
        found = (await api.get("/api/v1/deliveries"))["data"]
        in_flight = application.dispatcher.in_flight

    assert ({each["status"] for each in found}, in_flight) == ({"pending"}, 0)
