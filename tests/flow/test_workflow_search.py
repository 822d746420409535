"""Workflows and versions page by page, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from hookspan.model.ids import new_id
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.storage.database import Database
from hookspan.storage.keyset import Keyset
from hookspan.storage.tables import tenants, workflow_versions, workflows
from hookspan.storage.workflow_search import WorkflowFilter, versions_slice, workflows_slice
from hookspan.storage.workflows import workflows_count

TENANT, OTHER = new_id(1), new_id(2)
IDS = [new_id(number) for number in range(10, 14)]
NAMES = ("Order intake", "50% off_", "ORDERS", "gone")


def fill(connection: Connection) -> None:
    for tenant in (TENANT, OTHER):
        connection.execute(tenants.insert().values(id=tenant, slug=tenant, name="t", created_at=1))
    for number, (each, name) in enumerate(zip(IDS, NAMES, strict=True)):
        row = {"id": each, "tenant_id": TENANT, "name": name, "version": 2, "created_at": 1, "updated_at": 1}
        status = "draft" if number == 1 else "active"
        connection.execute(workflows.insert().values(**row, status=status, deleted_at=1 if name == "gone" else None))
        for version in (1, 2):
            text = f'{{"steps":[],"priority":{version}}}'
            connection.execute(
                workflow_versions.insert().values(
                    workflow_id=each, version=version, tenant_id=TENANT, definition=text, created_at=version
                )
            )


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (WorkflowFilter(), ["ORDERS", "50% off_", "Order intake"]),
        (WorkflowFilter(text="order"), ["ORDERS", "Order intake"]),
        (WorkflowFilter(text="%"), ["50% off_"]),
        (WorkflowFilter(text="f_"), ["50% off_"]),
        (WorkflowFilter(text="r_d"), []),
        (WorkflowFilter(name="orders"), []),
        (WorkflowFilter(name="ORDERS"), ["ORDERS"]),
        (WorkflowFilter(("draft", "archived")), ["50% off_"]),
    ],
)
async def test_a_filter_finds_what_it_says(wanted: WorkflowFilter, names: list[str], database: Database) -> None:
    await database.write(fill)

    found, page = await database.read(workflows_slice, TENANT, wanted, Keyset(10, counted=True))

    assert [row.name for row, _ in found] == names
    assert page.total is not None
    assert page.total.number == len(names)
    assert all((version.version, version.created_at) == (2, 2) for _, version in found)


async def test_a_neighbour_sees_and_counts_nothing(database: Database) -> None:
    await database.write(fill)

    found, _ = await database.read(workflows_slice, OTHER, WorkflowFilter(), Keyset(10))
    versions, _ = await database.read(versions_slice, OTHER, IDS[0], Keyset(10))

    assert (found, versions) == ([], [])
    assert (await database.read(workflows_count, TENANT), await database.read(workflows_count, OTHER)) == (3, 0)


@pytest.mark.parametrize(
    ("keyset", "numbers", "ends"),
    [
        (Keyset(1), [2], (True, False)),
        (Keyset(1, edge=f"2~{IDS[0]}"), [1], (False, True)),
        (Keyset(1, edge=f"1~{IDS[0]}", backward=True), [2], (True, False)),
        (Keyset(5, ascending=True), [1, 2], (False, False)),
        (Keyset(1, edge=f"1~{IDS[0]}", ascending=True), [2], (False, True)),
        (Keyset(1, edge=f"1~{IDS[0]}"), [], (False, True)),
    ],
)
async def test_versions_are_walked(
    keyset: Keyset, numbers: list[int], ends: tuple[bool, bool], database: Database
) -> None:
    await database.write(fill)

    found, page = await database.read(versions_slice, TENANT, IDS[0], keyset)

    assert [version.version for version in found] == numbers
    assert (page.has_next, page.has_previous) == ends


def test_a_row_has_a_column_for_every_member() -> None:
    assert {*WorkflowRow.__dataclass_fields__} <= {*workflows.c.keys()}
    assert {*VersionRow.__dataclass_fields__} <= {*workflow_versions.c.keys()}
