"""The typed client of workflow definitions (contracts G.4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from hookspan import AsyncClient
from hookspan.client import NotFound, ValidationFailed
from hookspan.client.typed import AsyncSeams
from tests.support.surface import surface

FIRST = {"id": "first", "kind": "pass"}
SECOND = {"id": "second", "kind": "wait", "needs": ["first"], "with": {"durationMs": 5}}
NIGHTLY = {"id": "nightly", "kind": "schedule", "cron": "0 2 * * *"}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[AsyncClient]:
    async with surface(tmp_path) as api:
        transport = httpx2.ASGITransport(app=api.app)
        token = api.greeting.api_key.reveal()
        async with AsyncClient("http://testserver", token, seams=AsyncSeams(transport=transport)) as opened:
            yield opened


async def test_a_definition_lives_from_its_making_to_its_end(client: AsyncClient) -> None:
    made = await client.workflows.create("Orders", [FIRST], triggers=[NIGHTLY], concurrency=2)
    changed = await client.workflows.update(made.id, steps=[FIRST, SECOND], concurrency=None)
    replaced = await client.workflows.replace(made.id, name="Orders", steps=[SECOND | {"needs": []}])
    found = [row.id async for row in client.workflows.list(name="Orders", status=["active"])]
    run = await client.workflows.run(made.id, {"id": 7})
    await client.workflows.delete(made.id)

    assert (made.version, made.concurrency, made.schedules[0]["triggerId"], made.extra) == (1, 2, "nightly", {})
    assert (changed.version, changed.concurrency, len(changed.steps)) == (2, None, 2)
    assert (replaced.version, replaced.semver, replaced.schedules) == (3, "1.0.2", ())
    assert (found, run.workflow_version) == ([made.id], 3)
    with pytest.raises(NotFound):
        await client.workflows.get(made.id)


async def test_versions_are_walked_compared_and_sent_back(client: AsyncClient) -> None:
    made = await client.workflows.create("Orders", [FIRST])
    await client.workflows.update(made.id, steps=[FIRST, SECOND], priority=3)

    versions = [version async for version in client.workflows.versions(made.id)]
    first = await client.workflows.version(made.id, 1)
    diff = await client.workflows.diff(made.id)
    back = await client.workflows.diff(made.id, 2, 1)
    text = await client.workflows.export(made.id, 1)

    assert [(each.version, len(each.steps)) for each in versions] == [(2, 2), (1, 1)]
    assert (first, isinstance(first.created_at, datetime)) == (versions[1], True)
    assert (diff.from_, diff.to, diff.steps.added, diff.steps.removed) == (1, 2, ("second",), ())
    assert back.steps.removed == ("second",)
    assert text == "name: Orders\nstatus: active\nsteps:\n  - id: first\n    kind: pass\n"


async def test_a_definition_is_judged_by_the_server_and_by_its_schema(client: AsyncClient) -> None:
    await client.workflows.validate(name="Orders", sync_points=[])
    schema = await client.workflows.schema()

    with pytest.raises(ValidationFailed) as refused:
        await client.workflows.validate(name="Orders", steps=[{"kind": "magic"}])

    assert schema["$id"] == "urn:hookspan:workflow-definition"
    assert [fault["pointer"] for fault in refused.value.errors] == ["/steps/0/kind"]
