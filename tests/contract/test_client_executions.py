"""The typed client of executions: look, move, tell (contracts C.6, G.4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from hookspan import AsyncClient, Client
from hookspan.client import Conflict, NotFound
from hookspan.client.execution_records import Blocker, ExecutionStep, MilestoneState
from hookspan.client.typed import AsyncSeams
from tests.support.running import ASK, GO, driven
from tests.support.server import serving
from tests.support.surface import Surface, surface


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Surface]:
    async with surface(tmp_path) as opened:
        yield opened


@pytest.fixture
async def client(api: Surface) -> AsyncIterator[AsyncClient]:
    transport = httpx2.ASGITransport(app=api.app)
    token = api.greeting.api_key.reveal()
    async with AsyncClient("http://testserver", token, seams=AsyncSeams(transport=transport)) as opened:
        yield opened


async def begun(api: Surface, client: AsyncClient, *steps: dict[str, object], **members: object) -> str:
    """The id of an execution of these steps, driven as far as it goes."""
    workflow = await client.workflows.create("Order intake", list(steps), **members)
    execution = await client.workflows.run(workflow.id, {"id": 7})
    await driven(api)
    return execution.id


async def test_an_execution_is_signalled_to_its_end(api: Surface, client: AsyncClient) -> None:
    identity = await begun(api, client, GO)

    told = await client.executions.signal(identity, "paid", {"n": 1})
    await driven(api)
    ended = await client.executions.get(identity)

    assert (told.id, ended.status, ended.output) == (identity, "completed", {"n": 1})
    found = [row.id async for row in client.executions.list(status=["completed"], sort="-completedAt")]
    assert found == [identity]
    late = {"gte": datetime(2030, 1, 1, tzinfo=UTC)}
    assert [row.id async for row in client.executions.list(completed_at=late)] == []


async def test_a_step_outside_is_failed_retried_and_completed(api: Surface, client: AsyncClient) -> None:
    identity = await begun(api, client, ASK)
    await client.executions.fail_step(identity, "ask", "no stock", code="out_of_stock")
    await driven(api)
    failed = await client.executions.get(identity)

    await client.executions.retry(identity, step_id="ask")
    await driven(api)
    await client.executions.complete_step(identity, "ask", {"ok": True})
    await driven(api)

    steps = [step async for step in client.executions.steps(identity)]
    assert failed.error == {"code": "out_of_stock", "message": "no stock", "stepId": "ask"}
    assert [(step.step_id, step.status, step.attempt, step.output) for step in steps] == [
        ("ask", "completed", 2, {"ok": True})
    ]
    with pytest.raises(Conflict) as refused:
        await client.executions.retry(identity)
    assert refused.value.code == "not_retryable"
    assert (await client.executions.restart_from(identity, "ask")).status == "running"


async def test_a_callback_is_read_but_never_printed(api: Surface, client: AsyncClient) -> None:
    identity = await begun(api, client, ASK)

    step = await anext(aiter(client.executions.steps(identity)))

    assert isinstance(step, ExecutionStep)
    assert step.callback_url is not None
    assert step.callback_expires_at == datetime(2025, 5, 22, 21, 27, 10, tzinfo=UTC)
    assert step.callback_url not in repr(step)


async def test_progress_blockers_and_milestones_are_objects(api: Surface, client: AsyncClient) -> None:
    identity = await begun(api, client, GO, milestones=[{"id": "m1", "name": "Signed"}])
    blocker = await client.executions.create_blocker(identity, "the lawyer is ill", step_id="go")
    gone = await client.executions.resolve_blocker(identity, blocker.id)
    achieved = await client.executions.achieve_milestone(identity, "m1")

    progress = await client.executions.progress(identity)

    assert isinstance(blocker, Blocker)
    assert isinstance(achieved, MilestoneState)
    assert (progress.total_tasks, progress.percentage, progress.status) == (1, 0.0, "waiting")
    assert (progress.blockers, progress.milestones) == ((gone,), (achieved,))


async def test_a_cancel_may_be_repeated_and_needs_a_thing(api: Surface, client: AsyncClient) -> None:
    identity = await begun(api, client, GO)

    statuses = [(await client.executions.cancel(identity)).status for _ in range(2)]

    assert statuses == ["cancelled", "cancelled"]
    with pytest.raises(NotFound):
        await client.executions.cancel("0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d")


def test_who_waits_gets_the_same(tmp_path: Path) -> None:
    with serving(tmp_path) as server, Client(server.child.target.url, server.child.target.token) as client:
        workflow = client.workflows.create("Order intake", [GO])
        execution = client.workflows.run(workflow.id)
        client.executions.signal(execution.id, "paid", [1])
        while client.executions.get(execution.id).status != "completed":
            assert client.executions.progress(execution.id).status != "failed"

        assert [step.output for step in client.executions.steps(execution.id)] == [[1]]
