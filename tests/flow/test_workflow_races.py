"""Writers of workflows in several processes: the last place goes to one, and nobody undoes what he never saw."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import Connection

from hookspan.errors import Conflict, HookspanError, NotFound, PreconditionFailed
from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.tables import workflows
from hookspan.storage.workflows import workflows_count
from hookspan.workflows.definitions import WORKFLOWS_MOST, Changed, Definitions
from hookspan.workflows.from_code import CodeWorkflows
from hookspan.workflows.shapes import workflow_json
from tests.support.workshop import RULES, NoHandoff, Workshop, workshop_on

WORKFLOW: dict[str, object] = {"name": "Intake", "steps": [{"id": "take"}]}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


@pytest.fixture
async def processes(shop: Workshop, database_url: str) -> AsyncIterator[Sequence[CodeWorkflows]]:
    """Four that write to one database, each by connections and with a routing snapshot of its own."""
    async with AsyncExitStack() as stack:
        opened = [Database(database_url) for _ in range(4)]
        for each in opened:
            each.start()
            stack.push_async_callback(each.close)
        yield [program(shop, each) for each in opened]


def program(shop: Workshop, database: Database) -> CodeWorkflows:
    publisher = Publisher(database, Routing(database), NoHandoff(), shop.feed, clock=shop.clock)
    return CodeWorkflows(database, publisher, clock=shop.clock, url_rules=RULES)


async def fill(shop: Workshop, number: int) -> None:
    """So many workflows more, of which nothing is read but their number."""

    def insert(connection: Connection) -> None:
        common = {"tenant_id": shop.tenant_id, "name": "w", "created_at": 1, "updated_at": 1}
        connection.execute(workflows.insert(), [{**common, "id": new_id(1)} for _ in range(number)])

    await shop.database.write(insert)


def with_member(name: str, value: object) -> Changed:
    """What changes this member and leaves the others as they are."""
    return lambda native: {**native, name: value}


def refusals(outcomes: Sequence[object]) -> list[str]:
    """What did not succeed, by the code it was refused with."""
    return [each.code for each in outcomes if isinstance(each, HookspanError)]


async def test_the_last_place_goes_to_one(shop: Workshop, processes: Sequence[Definitions]) -> None:
    await fill(shop, WORKFLOWS_MOST - 1)
    several = [each.create(shop.tenant_id, WORKFLOW) for each in processes for _ in range(3)]

    outcomes = await asyncio.gather(*several, return_exceptions=True)

    assert refusals(outcomes) == ["conflict"] * 11
    assert await shop.database.read(workflows_count, shop.tenant_id) == WORKFLOWS_MOST


async def test_what_code_declares_takes_a_place_too(shop: Workshop, processes: Sequence[CodeWorkflows]) -> None:
    await fill(shop, WORKFLOWS_MOST)

    with pytest.raises(Conflict, match="1,000 workflows already"):
        await processes[0].keep(shop.tenant_id, {"Intake": WORKFLOW}, retires=True)


async def test_who_deletes_what_was_changed_meanwhile_is_told(shop: Workshop) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, WORKFLOW)
    await shop.definitions.update(shop.tenant_id, row.id, {**WORKFLOW, "name": "Changed"})

    with pytest.raises(PreconditionFailed):
        await shop.definitions.delete(shop.tenant_id, row.id, if_version={row.updated_at})

    assert (await shop.definitions.get(shop.tenant_id, row.id))[0].name == "Changed"


async def test_of_writers_that_saw_one_version_one_succeeds(shop: Workshop, processes: Sequence[Definitions]) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, WORKFLOW)
    seen = {row.updated_at}
    changes = [
        each.update(shop.tenant_id, row.id, {**WORKFLOW, "name": f"w{number}"}, if_version=seen)
        for number, each in enumerate(processes)
    ]
    removals = [each.delete(shop.tenant_id, row.id, if_version=seen) for each in processes]

    outcomes = await asyncio.gather(*changes, *removals, return_exceptions=True)

    codes = refusals(outcomes)
    assert len(codes) == 7
    assert set(codes) <= {"precondition_failed", "not_found"}


async def test_changes_without_a_condition_all_count(shop: Workshop, processes: Sequence[Definitions]) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, WORKFLOW)
    members = {"description": "d", "priority": 3, "concurrency": 7}

    await asyncio.gather(
        *(
            each.change(shop.tenant_id, row.id, with_member(*member))
            for each, member in zip(processes, members.items(), strict=False)
        )
    )

    shown = workflow_json(*await shop.definitions.get(shop.tenant_id, row.id))
    assert {name: shown[name] for name in members} == members


async def test_of_several_who_delete_one_does(shop: Workshop, processes: Sequence[Definitions]) -> None:
    await shop.listen_to("workflow.definition.deleted")
    row, _ = await shop.definitions.create(shop.tenant_id, WORKFLOW)

    outcomes = await asyncio.gather(
        *(each.delete(shop.tenant_id, row.id) for each in processes), return_exceptions=True
    )

    assert [type(each) for each in outcomes].count(NotFound) == 3
    assert [kind for kind, _ in await shop.events()].count("workflow.definition.deleted") == 1
