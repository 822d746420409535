"""An engine is killed in the middle of an execution; another takes it on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from hookspan.storage.database import Database
from hookspan.storage.tables import executions, resource_leases
from tests.support.workshop import workshop_on

URL = "https://api.example.com/"
STEPS: tuple[Mapping[str, object], ...] = (
    {"id": "fetch", "kind": "http", "with": {"url": URL}},
    {"id": "ready", "kind": "emit", "needs": ["fetch"], "with": {"event": "order.ready"}},
    {"id": "notify", "kind": "http", "needs": ["ready"], "with": {"url": URL}},
    {"id": "last", "kind": "pass", "needs": ["notify"]},
)


def killed_at(failpoint: str, url: str, tenant_id: str, requests: Path) -> int:
    """The exit code of an engine that dies at the failpoint."""
    command = [sys.executable, "-m", "tests.support.dying_engine", url, tenant_id, str(requests)]
    environment = {**os.environ, "HOOKSPAN_FAILPOINT": failpoint}
    return subprocess.run(command, env=environment, check=False, capture_output=True, timeout=60).returncode


@pytest.mark.faults
@pytest.mark.parametrize(
    ("failpoint", "repeated"),
    [
        ("step.before_effect:1", set[str]()),
        ("step.after_effect:1", {"fetch"}),
        ("step.after_effect:2", {"fetch"}),
        ("step.after_commit:2", set[str]()),
        ("step.after_effect:3", {"notify"}),
        ("commit.before:4", {"fetch"}),
        ("commit.after:4", set[str]()),
    ],
)
async def test_a_killed_execution_goes_on_at_the_first_step_that_was_not_recorded(
    database: Database, database_url: str, tmp_path: Path, failpoint: str, repeated: set[str]
) -> None:
    requests = tmp_path / "requests"
    requests.touch()
    async with workshop_on(database) as shop:
        workflow_id = await shop.workflow(*map(dict, STEPS))
        started = await shop.engine.start(shop.tenant_id, workflow_id)
        died = killed_at(failpoint, database_url, shop.tenant_id, requests)
        await database.write(_wait_for, started.id)

        shop.clock.advance(seconds=31)
        await shop.engine.sweep()
        await shop.settle()

        sent = Counter(requests.read_text().split() + shop.far_side.keys)
        assert died == -signal.SIGKILL
        assert (await shop.execution(started.id)).status == "completed"
        assert await shop.story() == ["order.ready"]
        assert sent == {f"{started.id}:{step}": 2 if step in repeated else 1 for step in ("fetch", "notify")}


@pytest.mark.faults
@pytest.mark.parametrize(
    "failpoint", [f"commit.{side}:{number}" for side in ("before", "after") for number in (2, 3, 4, 5)]
)
async def test_a_killed_parent_has_one_child_and_keeps_no_resources(
    database: Database, database_url: str, tmp_path: Path, failpoint: str
) -> None:
    requests = tmp_path / "requests"
    requests.touch()
    async with workshop_on(database) as shop:
        inner = await shop.workflow({"id": "take"})
        hungry: dict[str, object] = {**STEPS[0], "resources": {"cpu": 1}}
        sub: dict[str, object] = {"id": "sub", "kind": "workflow", "needs": ["fetch"], "with": {"workflowId": inner}}
        started = await shop.engine.start(shop.tenant_id, await shop.workflow(hungry, sub), {"id": 7})
        died = killed_at(failpoint, database_url, shop.tenant_id, requests)
        await database.write(_wait_for, started.id)

        shop.clock.advance(seconds=31)
        await shop.engine.sweep()
        await shop.settle()

        execution = await shop.execution(started.id)
        assert died == -signal.SIGKILL
        assert (execution.status, len(await database.read(_children, started.id))) == ("completed", 1)
        assert await database.read(_leases) == 0


def _wait_for(connection: Connection, execution_id: str) -> None:
    """Until the database has noticed the death and let go of the row; a sweep passes over what is locked."""
    connection.execute(select(executions.c.id).where(executions.c.id == execution_id).with_for_update())


def _children(connection: Connection, parent_id: str) -> list[str]:
    query = select(executions.c.id).where(executions.c.parent_execution_id == parent_id)
    return list(connection.execute(query).scalars())


def _leases(connection: Connection) -> int:
    return len(connection.execute(select(resource_leases.c.id)).all())
