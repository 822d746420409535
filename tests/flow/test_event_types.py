"""Event types in both databases: versions, names, and what a second process sees."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hookspan.errors import Conflict, Invalid, NotFound
from hookspan.events.registry import TYPES_MOST, Registry, TypeFilter
from hookspan.events.routing import Routing
from hookspan.events.type_wishes import TypeWish, first_row
from hookspan.model.event_types import UNKNOWN_TYPES
from hookspan.model.ids import new_id
from hookspan.storage import event_types, settings
from hookspan.storage.database import Database
from hookspan.storage.tenants import TenantRow, tenant_insert
from tests.support.clock import FakeClock
from tests.support.tenants import first_tenant

TEXT, ANYTHING = {"type": "string"}, TypeWish(name="note.taken", schema={}, has_schema=True)


@pytest.fixture
async def tenant_id(database: Database) -> str:
    """A tenant."""
    return await first_tenant(database)


def registry_on(database: Database) -> Registry:
    """A registry as one process has it."""
    return Registry(database, Routing(database), clock=FakeClock())


def wish(name: str, schema: object, examples: Sequence[object] = ()) -> TypeWish:
    return TypeWish(name=name, schema=schema, has_schema=True, examples=list(examples) or None)


async def judged(registry: Registry, tenant_id: str, data: bytes, name: str = "note.taken") -> int | None:
    return await registry.check(tenant_id, name, data, "application/json")


async def test_versions_are_kept_and_the_newest_counts(database: Database, tenant_id: str) -> None:
    registry = registry_on(database)
    await registry.create(tenant_id, wish("note.taken", TEXT, ["a"]))

    await registry.update(tenant_id, "note.taken", wish("note.taken", {"type": ["string", "null"]}))

    assert [each.version for each in await registry.versions(tenant_id, "note.taken")] == [2, 1]
    assert (await registry.get(tenant_id, "note.taken", 1)).schema == '{"type":"string"}'
    assert (await registry.get(tenant_id, "note.taken")).examples == '["a"]'
    assert await judged(registry, tenant_id, b"null") == 2
    page, total = await registry.list(tenant_id, TypeFilter("note."), limit=10, offset=0)
    assert ([each.version for each in page], total) == ([2], 1)


async def test_a_name_is_taken_once_in_a_tenant(database: Database, tenant_id: str) -> None:
    registry, other = registry_on(database), new_id(1)
    await database.write(tenant_insert, TenantRow(other, "other", "Other", 1))
    await registry.create(tenant_id, ANYTHING)

    with pytest.raises(Conflict) as refused:
        await registry.create(tenant_id, ANYTHING)

    assert refused.value.code == "name_taken"
    assert (await registry.create(other, ANYTHING)).version == 1


async def test_a_tenant_has_a_bounded_number_of_types(database: Database, tenant_id: str) -> None:
    row, version = first_row(tenant_id, ANYTHING, 1)

    with pytest.raises(Conflict):
        await database.write(event_types.type_insert, row, version, most=0)

    assert TYPES_MOST > 0
    assert await database.read(event_types.types_list, tenant_id) == []


async def test_two_changes_at_once_do_not_both_count(database: Database, tenant_id: str) -> None:
    row, version = first_row(tenant_id, ANYTHING, 1)
    await database.write(event_types.type_insert, row, version, most=1)
    await registry_on(database).archive(tenant_id, "note.taken")

    with pytest.raises(Conflict):
        await database.write(event_types.type_update, row, version, was=row, is_new_version=False)


async def test_what_is_not_there_cannot_be_archived(database: Database, tenant_id: str) -> None:
    with pytest.raises(NotFound):
        await registry_on(database).archive(tenant_id, "note.taken")


async def test_another_process_sees_a_change_at_its_next_look(database: Database, tenant_id: str) -> None:
    here, there = registry_on(database), registry_on(database)
    assert await judged(there, tenant_id, b"1") is None
    await here.create(tenant_id, wish("note.taken", TEXT))

    await there.refresh()

    with pytest.raises(Invalid):
        await judged(there, tenant_id, b"1")


async def test_a_newer_routing_of_the_tenant_is_enough_to_look_again(database: Database, tenant_id: str) -> None:
    routing = Routing(database)
    here, there = registry_on(database), Registry(database, routing, clock=FakeClock())
    assert await judged(there, tenant_id, b"1") is None
    await here.create(tenant_id, wish("note.taken", TEXT))

    await routing.load(tenant_id)

    with pytest.raises(Invalid):
        await judged(there, tenant_id, b"1")


async def test_the_setting_for_unknown_types_is_read_with_the_types(database: Database, tenant_id: str) -> None:
    registry = registry_on(database)
    assert await judged(registry, tenant_id, b"1") is None
    await database.write(settings.settings_change, tenant_id, {UNKNOWN_TYPES: "reject"}, now=1)

    await registry.refresh()

    with pytest.raises(Invalid):
        await judged(registry, tenant_id, b"1")


async def test_only_the_first_check_of_a_version_reads_the_database(database: Database, tenant_id: str) -> None:
    registry = registry_on(database)
    await registry.create(tenant_id, wish("note.taken", TEXT))
    fresh = registry_on(database)
    await judged(fresh, tenant_id, b'"a"')
    await database.close()

    assert await judged(fresh, tenant_id, b'"b"') == 1
    assert await judged(fresh, tenant_id, b"anything", "other.type") is None
