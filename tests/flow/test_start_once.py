"""One `Idempotency-Key` starts one execution, also when the process dies before it has answered (contracts C.1)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx2
import pytest

from hookspan.api.idempotency import LEASE_MS
from hookspan.storage.database import Database
from tests.support.calls import Calls
from tests.support.surface import Surface, furnished

KEY = {"Idempotency-Key": "k1"}
INPUT = {"input": {"order": 7}}


@pytest.fixture
async def world(database: Database) -> Surface:
    """A started instance on this database."""
    return await furnished(database)


@pytest.fixture
async def api(world: Surface) -> AsyncIterator[Calls]:
    """The API as the owner sees it."""
    async with world.client() as client:
        yield Calls(client, world.owner)


def dies_at(failpoint: str, url: str, path: str, world: Surface) -> int:
    """The exit code of a process that dies there while it starts an execution."""
    token = world.greeting.api_key.reveal()
    body = json.dumps(INPUT, separators=(",", ":"))
    command = [sys.executable, "-m", "tests.support.dying_start", url, path, body, "k1", token]
    environment = {**os.environ, "HOOKSPAN_FAILPOINT": failpoint}
    return subprocess.run(command, env=environment, check=False, capture_output=True, timeout=60).returncode


async def path_of(api: Calls) -> str:
    made = await api.post("/api/v1/workflows", {"name": "Orders", "steps": [{"id": "a"}]})
    return f"/api/v1/workflows/{made['id']}/executions"


async def executions(api: Calls) -> list[str]:
    return [each["id"] for each in (await api.get("/api/v1/executions"))["data"]]


async def start(api: Calls, path: str, body: object = None) -> httpx2.Response:
    return await api.ask("POST", path, INPUT if body is None else body, headers=KEY)


@pytest.mark.faults
async def test_a_crash_between_commit_and_answer_starts_nothing_twice(
    world: Surface, api: Calls, database_url: str
) -> None:
    path = await path_of(api)
    died = dies_at("start.after_commit", database_url, path, world)
    world.clock.advance(seconds=LEASE_MS / 1_000 + 1)

    again = await start(api, path)
    once_more = await start(api, path)
    other = await start(api, path, {"input": {"order": 8}})

    assert died == -signal.SIGKILL
    assert await executions(api) == [again.json()["id"]]
    assert (again.status_code, again.headers["idempotency-replayed"]) == (202, "true")
    assert (again.json()["input"], again.headers["location"]) == (
        *(INPUT["input"], f"/api/v1/executions/{again.json()['id']}"),
    )
    assert (once_more.content, other.json()["code"]) == (again.content, "idempotency_mismatch")
    assert len((await api.get("/api/v1/audit", action="runWorkflow"))["data"]) == 1


@pytest.mark.faults
async def test_a_crash_before_the_commit_leaves_the_key_to_be_used_again(
    world: Surface, api: Calls, database_url: str
) -> None:
    path = await path_of(api)
    died = dies_at("start.in_tx", database_url, path, world)
    early = await start(api, path)
    world.clock.advance(seconds=LEASE_MS / 1_000 + 1)

    again = await start(api, path)

    assert (died, early.status_code) == (-signal.SIGKILL, 409)
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (202, None)
    assert await executions(api) == [again.json()["id"]]
