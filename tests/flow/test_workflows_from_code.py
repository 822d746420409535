"""Workflows that a program declares in its code: made once, kept in step, archived with their function."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from hookspan.embedding.reactions import Wish, workflow_of
from hookspan.model.workflows import WorkflowRow
from hookspan.storage.database import Database
from hookspan.storage.keyset import Keyset
from hookspan.storage.workflow_search import WorkflowFilter, workflows_slice
from hookspan.workflows.from_code import CodeWorkflows, code_id
from tests.support.workshop import RULES, Workshop, workshop_on

PAID = workflow_of("on:paid", Wish(("invoice.paid",)))
SENT = workflow_of("on:sent", Wish(("invoice.sent",)))


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def program(shop: Workshop) -> CodeWorkflows:
    """What one process declares by."""
    return CodeWorkflows(shop.database, shop.publisher, clock=shop.clock, url_rules=RULES)


async def keep(shop: Workshop, *declared: Mapping[str, object], retires: bool = True) -> None:
    shop.clock.advance(seconds=1)
    by_name = {str(workflow["name"]): workflow for workflow in declared}
    await program(shop).keep(shop.tenant_id, by_name, retires=retires)


async def all_of(shop: Workshop) -> dict[str, WorkflowRow]:
    found, _ = await shop.database.read(workflows_slice, shop.tenant_id, WorkflowFilter(), Keyset(100))
    return {row.name: row for row, _ in found}


async def test_a_second_start_changes_nothing(shop: Workshop) -> None:
    await shop.listen_to("workflow.definition.*")
    await keep(shop, PAID)
    first = await all_of(shop)

    await keep(shop, PAID)

    assert await all_of(shop) == first
    assert [kind for kind, _ in await shop.events()] == ["workflow.definition.created"]


async def test_processes_that_start_together_make_one_workflow(shop: Workshop) -> None:
    programs = [program(shop) for _ in range(8)]
    declared = {"on:paid": PAID, "on:sent": SENT}

    await asyncio.gather(*(each.keep(shop.tenant_id, declared, retires=True) for each in programs))

    assert {name: row.version for name, row in (await all_of(shop)).items()} == {"on:paid": 1, "on:sent": 1}


async def test_another_pattern_is_another_version(shop: Workshop) -> None:
    await keep(shop, PAID)
    programs = [program(shop) for _ in range(4)]
    changed = {"on:paid": workflow_of("on:paid", Wish(("invoice.*",), max_attempts=5))}

    await asyncio.gather(*(each.keep(shop.tenant_id, changed, retires=True) for each in programs))

    row = (await all_of(shop))["on:paid"]
    version = await shop.definitions.version(shop.tenant_id, row.id, row.version)
    assert row.version == 2
    assert '"events":["invoice.*"]' in version.definition
    assert '"maxAttempts":5' in version.definition


async def test_what_the_code_no_longer_declares_is_archived_and_comes_back(shop: Workshop) -> None:
    await keep(shop, PAID, SENT)

    await keep(shop, PAID)
    without = {name: row.status for name, row in (await all_of(shop)).items()}
    await keep(shop, PAID, SENT)

    assert without == {"on:paid": "active", "on:sent": "archived"}
    assert {name: row.status for name, row in (await all_of(shop)).items()} == {
        "on:paid": "active",
        "on:sent": "active",
    }


async def test_a_process_without_workers_archives_nothing(shop: Workshop) -> None:
    await keep(shop, PAID, SENT)

    await keep(shop, PAID, retires=False)

    assert {row.status for row in (await all_of(shop)).values()} == {"active"}


async def test_a_workflow_of_a_person_is_never_touched(shop: Workshop) -> None:
    for name in ("on:paid", "on:gone"):
        await shop.definitions.create(shop.tenant_id, {**PAID, "name": name})
    before = await all_of(shop)

    await keep(shop, SENT)

    after = await all_of(shop)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"on:sent"}


async def test_what_a_person_made_inactive_stays_so_and_follows_the_code(shop: Workshop) -> None:
    await keep(shop, PAID)
    paid_id = code_id(shop.tenant_id, "on:paid")
    shop.clock.advance(seconds=1)
    await shop.definitions.update(shop.tenant_id, paid_id, {**PAID, "name": "Paid", "status": "inactive"})

    await keep(shop, workflow_of("on:paid", Wish(("invoice.*",))))

    row, version = await shop.definitions.get(shop.tenant_id, paid_id)
    assert (row.name, row.status) == ("on:paid", "inactive")
    assert '"events":["invoice.*"]' in version.definition


async def test_what_a_person_deleted_is_made_anew(shop: Workshop) -> None:
    await keep(shop, PAID)
    await shop.definitions.delete(shop.tenant_id, code_id(shop.tenant_id, "on:paid"))

    await keep(shop, PAID)
    await keep(shop, PAID)

    assert [row.id for row in (await all_of(shop)).values()] == [code_id(shop.tenant_id, "on:paid", 1)]


async def test_tenants_have_workflows_of_their_own(shop: Workshop) -> None:
    async with workshop_on(shop.database) as other:
        await keep(shop, PAID)
        await keep(other, PAID)
        await keep(other, SENT)

        assert (await all_of(shop))["on:paid"].status == "active"
        assert (await all_of(other))["on:paid"].status == "archived"


async def test_a_schedule_that_code_declares_is_told_when_it_is_armed(shop: Workshop) -> None:
    await shop.listen_to("task.scheduled")
    nightly = {"id": "nightly", "kind": "schedule", "cron": "0 2 * * *"}
    declared = {"name": "report", "steps": [{"id": "go"}], "triggers": [nightly]}

    await keep(shop, declared)
    await keep(shop, declared)

    assert [kind for kind, _ in await shop.events()] == ["workflow.definition.created", "task.scheduled"]
