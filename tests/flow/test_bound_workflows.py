"""A request starts its source's workflow as that is committed when the request is recorded, whoever changed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.inbound.recording import Manner
from hookspan.model.addresses import AddressRules
from hookspan.model.urls import UrlRules
from hookspan.storage.tables import executions
from hookspan.workflows.definitions import Definitions
from tests.support.hooks import Hooks
from tests.support.inbound import request
from tests.support.inflow import Inflow


class Elsewhere:
    """The definitions as another process changes them: nothing here hears of it."""

    def __init__(self, hooks: Hooks) -> None:
        publisher = Publisher(hooks.database, Routing(hooks.database), hooks.hand, hooks.feed, clock=hooks.clock)
        rules = UrlRules(AddressRules(dev_loopback=True))
        self._definitions = Definitions(hooks.database, publisher, clock=hooks.clock, url_rules=rules)
        self._tenant_id = hooks.tenant_id

    async def create(self) -> str:
        """A workflow of one step; its id."""
        value = {"name": "Bound", "steps": [{"id": "take"}], "triggers": [{"id": "called", "kind": "webhook"}]}
        return (await self._definitions.create(self._tenant_id, value))[0].id

    async def change(self, workflow_id: str, **members: object) -> None:
        """Other members."""
        await self._definitions.change(self._tenant_id, workflow_id, lambda value: {**value, **members})


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What any database is asked."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


@pytest.fixture
async def inflow(hooks: Hooks) -> Inflow:
    """On each database."""
    return Inflow(hooks)


async def test_a_workflow_switched_off_is_not_started_by_the_next_request(inflow: Inflow, hooks: Hooks) -> None:
    elsewhere = Elsewhere(hooks)
    bound = await elsewhere.create()
    kept = await inflow.source(workflow_id=bound)
    await inflow.takes(kept)

    await elsewhere.change(bound, status="inactive")
    answer = await inflow.takes(kept)

    assert "executionId" not in answer or answer["executionId"] is None
    assert await inflow.statuses() == ["processed", "failed"]
    assert len(await inflow.rows(executions)) == 1


async def test_a_workflow_switched_on_again_is_started_by_the_next_request(inflow: Inflow, hooks: Hooks) -> None:
    elsewhere = Elsewhere(hooks)
    bound = await elsewhere.create()
    await elsewhere.change(bound, status="inactive")
    kept = await inflow.source(workflow_id=bound)
    await inflow.takes(kept)

    await elsewhere.change(bound, status="active")
    answer = await inflow.takes(kept)

    assert answer["executionId"]
    assert await inflow.statuses() == ["failed", "processed"]


async def test_the_next_request_runs_the_version_just_saved(inflow: Inflow, hooks: Hooks) -> None:
    elsewhere = Elsewhere(hooks)
    bound = await elsewhere.create()
    kept = await inflow.source(workflow_id=bound)
    await inflow.takes(kept)

    await elsewhere.change(bound, steps=[{"id": "other"}])
    await inflow.takes(kept)

    assert [row["workflow_version"] for row in await inflow.rows(executions)] == [1, 2]


async def test_every_element_of_a_batch_runs_the_version_just_saved(inflow: Inflow, hooks: Hooks) -> None:
    elsewhere = Elsewhere(hooks)
    bound = await elsewhere.create()
    kept = await inflow.source(workflow_id=bound, split="$")
    await inflow.takes(kept, [{"n": 1}, {"n": 2}])

    await elsewhere.change(bound, steps=[{"id": "other"}])
    await inflow.takes(kept, [{"n": 3}, {"n": 4}])

    assert [row["workflow_version"] for row in await inflow.rows(executions)] == [1, 1, 2, 2]


async def test_what_was_held_runs_the_version_saved_before_it_is_let_go(inflow: Inflow, hooks: Hooks) -> None:
    elsewhere = Elsewhere(hooks)
    bound = await elsewhere.create()
    kept = await inflow.source(workflow_id=bound)
    await inflow.takes(kept)
    await inflow.sources.update(hooks.tenant_id, kept.source.id, {"status": "paused"})
    await inflow.takes(kept)
    await inflow.sources.update(hooks.tenant_id, kept.source.id, {"status": "active"})

    await elsewhere.change(bound, steps=[{"id": "other"}])
    await inflow.holding.turn()

    assert [row["workflow_version"] for row in await inflow.rows(executions)] == [1, 2]


async def test_a_dry_run_tells_of_the_workflow_as_it_is_now(inflow: Inflow, hooks: Hooks) -> None:
    elsewhere = Elsewhere(hooks)
    bound = await elsewhere.create()
    kept = await inflow.source(workflow_id=bound)
    await inflow.takes(kept)

    await elsewhere.change(bound, status="inactive")
    outcome = await inflow.records(kept, request(b"{}"), Manner(is_dry=True))

    assert (outcome.status, outcome.error_code) == ("failed", "workflow_inactive")


async def test_while_nothing_changes_a_workflow_is_read_once(inflow: Inflow, hooks: Hooks) -> None:
    bound = await Elsewhere(hooks).create()
    kept = await inflow.source(workflow_id=bound)
    await inflow.takes(kept)

    with overheard() as statements:
        for _ in range(3):
            await inflow.takes(kept)

    assert statements
    assert not [each for each in statements if "workflow_versions" in each]
