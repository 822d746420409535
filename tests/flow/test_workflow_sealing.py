"""What an earlier release left in clear is sealed in place, on each database, and is sent as before."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, select, update

from hookspan.storage.database import Database
from hookspan.storage.tables import workflow_versions
from hookspan.workflows.old_versions import OldVersions
from hookspan.workflows.sealing import is_sealed
from hookspan.workflows.shapes import workflow_json
from hookspan.workflows.validate import read_workflow
from tests.support.workshop import Workshop, workshop_on

CALL: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "with": {"url": "https://api.example.com/?token=canary", "headers": {"Authorization": "Bearer canary"}},
}
PLAIN: dict[str, object] = {"id": "plain", "kind": "http", "with": {"url": "https://api.example.com/?page=2"}}

NAMED_URL = "https://api.example.com/?author=kafka&token=canary"
NAMED: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": NAMED_URL, "headers": {}}}

KEYED: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "with": {
        "url": "https://api.example.com/?token=canary&author=canary-name",
        "headers": {"Authorization": "Bearer canary", "DD-API-KEY": "canary-key"},
    },
}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def _in_clear(connection: Connection, workflow_id: str) -> None:
    mine = workflow_versions.c.workflow_id == workflow_id
    text = read_workflow({"name": "Orders", "steps": [CALL]}).text
    connection.execute(update(workflow_versions).where(mine).values(definition=text))


def _as_judged_before(connection: Connection, workflow_id: str, shop: Workshop) -> None:
    """Another rule took `author` for a secret and `DD-API-KEY` for none."""
    place = "call@https://api.example.com"
    secrets = {
        f"{place}/headers/authorization": "Bearer canary",
        f"{place}/query/0/token": "canary",
        f"{place}/query/0/author": "canary-name",
    }
    context = f"workflow_versions.{workflow_id}.1.definition"
    sealed = shop.vault.seal(json.dumps(secrets).encode(), tenant_id=shop.tenant_id, context=context)
    mine = workflow_versions.c.workflow_id == workflow_id
    graph = json.loads(read_workflow({"name": "Orders", "steps": [KEYED]}).text)
    graph["steps"][0]["with"] = {
        "url": "https://api.example.com/?token=***&author=***",
        "headers": {"Authorization": "***", "DD-API-KEY": "canary-key"},
    }
    text = json.dumps({**graph, "sealed": base64.b64encode(sealed).decode()})
    connection.execute(update(workflow_versions).where(mine).values(definition=text))


def _as_judged_wider(connection: Connection, workflow_id: str, shop: Workshop) -> None:
    """Another rule took `author` for a secret too, and every mask is in its place."""
    place = "call@https://api.example.com/query/0"
    secrets = {f"{place}/author": "kafka", f"{place}/token": "canary"}
    context = f"workflow_versions.{workflow_id}.1.definition"
    sealed = shop.vault.seal(json.dumps(secrets).encode(), tenant_id=shop.tenant_id, context=context)
    graph = json.loads(read_workflow({"name": "Order intake", "steps": [NAMED]}).text)
    graph["steps"][0]["with"]["url"] = "https://api.example.com/?author=***&token=***"
    text = json.dumps({**graph, "sealed": base64.b64encode(sealed).decode()})
    mine = workflow_versions.c.workflow_id == workflow_id
    connection.execute(update(workflow_versions).where(mine).values(definition=text))


def _stored(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(workflow_versions.c.workflow_id, workflow_versions.c.definition))
    return {row.workflow_id: row.definition for row in rows}


async def test_what_lies_in_clear_is_sealed_and_the_rest_is_left(shop: Workshop) -> None:
    old, sealed, plain = [await shop.workflow(step) for step in (CALL, CALL, PLAIN)]
    await shop.database.write(_in_clear, old)
    before = await shop.database.read(_stored)

    await OldVersions(shop.database, shop.vault, batch=1).turn()

    after = await shop.database.read(_stored)
    assert "canary" in before[old]
    assert not [text for text in after.values() if "canary" in text]
    assert is_sealed(after[old])
    assert (after[sealed], after[plain]) == (before[sealed], before[plain])


async def test_what_counts_as_a_secret_by_now_is_sealed_beside_what_was_and_sent_as_before(shop: Workshop) -> None:
    workflow_id = await shop.workflow(KEYED)
    await shop.database.write(_as_judged_before, workflow_id, shop)
    before = await shop.database.read(_stored)

    await OldVersions(shop.database, shop.vault).turn()

    after = await shop.database.read(_stored)
    await shop.engine.start(shop.tenant_id, workflow_id)
    await shop.settle()
    assert ("canary-key" in before[workflow_id], "canary-key" in after[workflow_id]) == (True, False)
    [request] = shop.far_side.received
    assert request.url == "https://api.example.com/?token=canary&author=canary-name"
    sent = dict(request.headers)
    assert (sent["Authorization"], sent["DD-API-KEY"]) == ("Bearer canary", "canary-key")


async def test_what_counts_as_no_secret_by_now_is_shown_again(shop: Workshop) -> None:
    workflow_id = await shop.workflow(NAMED)
    await shop.database.write(_as_judged_wider, workflow_id, shop)
    before = await shop.database.read(_stored)

    await OldVersions(shop.database, shop.vault).turn()

    after = await shop.database.read(_stored)
    assert "?author=***&token=***" in before[workflow_id]
    assert "?author=kafka&token=***" in after[workflow_id]
    assert "canary" not in after[workflow_id]
    native = workflow_json(*await shop.definitions.get(shop.tenant_id, workflow_id))
    _, version = await shop.definitions.update(shop.tenant_id, workflow_id, native)
    assert version.version == 1
    await shop.engine.start(shop.tenant_id, workflow_id)
    await shop.settle()
    assert [request.url for request in shop.far_side.received] == [NAMED_URL]


async def test_what_was_sealed_in_place_is_sent_as_before(shop: Workshop) -> None:
    workflow_id = await shop.workflow(CALL)
    await shop.database.write(_in_clear, workflow_id)
    await OldVersions(shop.database, shop.vault).turn()
    await shop.engine.start(shop.tenant_id, workflow_id)

    await shop.settle()

    [request] = shop.far_side.received
    assert request.url == "https://api.example.com/?token=canary"
    assert dict(request.headers)["Authorization"] == "Bearer canary"


async def test_secrets_that_open_no_more_end_the_execution_and_can_be_replaced(shop: Workshop) -> None:
    first, second = [await shop.workflow(CALL) for _ in range(2)]
    await shop.database.write(_swapped, first, second)
    started = await shop.engine.start(shop.tenant_id, first)
    await shop.settle()

    row, _ = await shop.definitions.update(shop.tenant_id, first, {"name": "Orders", "steps": [CALL]})

    again = await shop.engine.start(shop.tenant_id, first)
    await shop.settle()
    ends = [(await shop.execution(each.id)).status for each in (started, again)]
    assert (row.version, ends) == (2, ["failed", "completed"])


def _swapped(connection: Connection, to: str, by: str) -> None:
    """Move the stored text of one workflow to another."""
    columns = workflow_versions.c
    text = connection.execute(select(columns.definition).where(columns.workflow_id == by)).scalar_one()
    connection.execute(update(workflow_versions).where(columns.workflow_id == to).values(definition=text))
