"""Credentials in a definition are shown to nobody and lie nowhere in clear; only a request carries them (§8)."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from sqlalchemy import Connection, select, update

from hookspan.model.workflows import VersionRow
from hookspan.ports import HttpRequest
from hookspan.storage.tables import workflow_versions
from hookspan.workflows.old_versions import OldVersions
from hookspan.workflows.sealing import clear_text, is_sealed, sealed_text
from hookspan.workflows.validate import read_workflow
from tests.support.calls import Calls
from tests.support.surface import DeafShop, Surface

CANARY = "canary-7f31b2"
QUERIED = "canary-9c04d1"
WORKFLOWS = "/api/v1/workflows"
CALL: dict[str, Any] = {
    "id": "call",
    "kind": "http",
    "with": {
        "url": f"https://api.example.com/o/{{{{trigger.body.id}}}}?a=1&token={QUERIED}&page=2",
        "headers": {"Authorization": f"Bearer {CANARY}", "X-Api-Key": "{{trigger.body.key}}", "X-Team": "billing"},
    },
}
SHOWN = {
    "url": "https://api.example.com/o/{{trigger.body.id}}?a=1&token=***&page=2",
    "headers": {"Authorization": "***", "X-Api-Key": "{{trigger.body.key}}", "X-Team": "billing"},
}
YAML = {"Accept": "application/yaml"}


def is_bare(text: str | bytes) -> bool:
    """Whether it holds none of the canaries."""
    raw = text.encode() if isinstance(text, str) else text
    return CANARY.encode() not in raw and QUERIED.encode() not in raw


def written_in(folder: Path) -> dict[str, bytes]:
    """What the files of a folder hold."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


async def changed(api: Calls) -> str:
    """A workflow of two versions, both with credentials, about which an endpoint is told; its id."""
    await api.endpoint(events=["workflow.definition.*"])
    made = await api.post(WORKFLOWS, {"name": "Orders", "steps": [CALL]})
    assert is_bare(json.dumps(made))
    answer = await api.ask("PATCH", f"{WORKFLOWS}/{made['id']}", {"steps": [CALL, {"id": "more"}]})
    assert is_bare(answer.content)
    assert answer.json()["version"] == 2
    return str(made["id"])


@pytest.mark.parametrize("role", ["viewer", "owner"])
async def test_no_read_of_a_definition_shows_its_credentials(
    world: Surface, api: Calls, client: httpx2.AsyncClient, role: str
) -> None:
    identity = await changed(api)
    path, seen = f"{WORKFLOWS}/{identity}", Calls(client, await world.key_for(role))
    plain = [path, WORKFLOWS, f"{path}/versions", f"{path}/versions/1", f"{path}/diff", f"{path}/diff?from=2&to=1"]
    doors = ["/api/workflows", f"/api/workflows/{identity}", "/api/v1/events?limit=100"]

    answers = [await seen.ask("GET", each) for each in [*plain, *doors]]
    answers += [await seen.ask("GET", each, headers=YAML) for each in (path, f"{path}/versions/1")]

    assert {each.status_code for each in answers} == {200}
    assert all(is_bare(each.content) for each in answers)
    assert answers[0].json()["steps"][0]["with"] == SHOWN


async def test_what_is_told_of_a_definition_is_masked(world: Surface, api: Calls) -> None:
    await changed(api)
    listed = (await api.get("/api/v1/events", limit=100))["data"]
    told = [each["id"] for each in listed if each["type"].startswith("workflow.definition.")]

    answers = [await api.ask("GET", f"/api/v1/events/{each}{part}") for each in told for part in ("", "/payload")]
    audited = await api.ask("GET", "/api/v1/audit")

    assert (len(told), audited.status_code) == (2, 200)
    assert all(is_bare(each.content) for each in [*answers, audited])
    assert any("token=***" in each.text for each in answers)


async def test_no_file_and_no_log_holds_them(
    world: Surface, api: Calls, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    await changed(api)

    files = await asyncio.to_thread(written_in, tmp_path)
    assert any(b"api.example.com" in each for each in files.values())
    assert [name for name, each in files.items() if not is_bare(each)] == []
    assert is_bare(caplog.text)


async def ran(world: Surface, api: Calls, identity: str) -> tuple[HttpRequest, list[httpx2.Response]]:
    """What an execution of the newest version sent, and how it is shown afterwards."""
    engine, far_side = world.rooms.engine, cast(DeafShop, world.rooms.client)
    started = await api.post(f"{WORKFLOWS}/{identity}/executions", {"input": {"id": 7, "key": "k"}}, status=202)
    await engine.claim_once()
    await engine.quiet()
    [request] = [each for each in far_side.received if "/o/7" in each.url]
    return request, [await api.ask("GET", f"/api/v1/executions/{started['id']}{part}") for part in ("", "/steps")]


async def test_an_execution_sends_them_and_shows_them_not(world: Surface, api: Calls) -> None:
    identity = await changed(api)

    request, shown = await ran(world, api, identity)

    assert request.url.endswith(f"?a=1&token={QUERIED}&page=2")
    assert dict(request.headers)["Authorization"] == f"Bearer {CANARY}"
    assert all(is_bare(each.content) for each in shown)
    assert "api.example.com" in shown[1].text


async def test_a_definition_from_before_secrets_were_sealed_is_masked_and_still_runs(
    world: Surface, api: Calls
) -> None:
    identity = await changed(api)
    await world.rooms.database.write(_in_clear, identity)

    shown = await api.ask("GET", f"{WORKFLOWS}/{identity}")
    kept = await api.ask("PUT", f"{WORKFLOWS}/{identity}", shown.json())

    version = await world.rooms.engine.versions.get(world.instance.tenant_id, identity, 2)
    assert is_bare(shown.content)
    assert kept.json()["version"] == 2
    assert version.fault is None


@pytest.mark.parametrize("batch", [1, 2, 100])
async def test_definitions_left_in_clear_by_an_earlier_release_are_sealed(
    world: Surface, api: Calls, batch: int
) -> None:
    identity = await changed(api)
    await world.rooms.database.write(_in_clear, identity)

    await OldVersions(world.rooms.database, world.vault, batch=batch).turn()

    stored = await world.rooms.database.read(_stored)
    assert len(stored) == 2
    assert all(is_sealed(each) and is_bare(each) for each in stored)
    request, _ = await ran(world, api, identity)
    assert dict(request.headers)["Authorization"] == f"Bearer {CANARY}"


async def test_what_is_sealed_already_is_left_as_it_is(world: Surface, api: Calls) -> None:
    await changed(api)
    before = await world.rooms.database.read(_stored)

    await OldVersions(world.rooms.database, world.vault).turn()

    assert await world.rooms.database.read(_stored) == before


async def test_sealed_secrets_open_in_their_own_version_alone(world: Surface) -> None:
    tenant_id = world.instance.tenant_id
    text = json.dumps({"steps": [CALL]})
    sealed = sealed_text(world.vault, text, tenant_id=tenant_id, workflow_id="w", version=1)
    own, moved = (VersionRow(workflow_id="w", version=each, definition=sealed, created_at=0) for each in (1, 2))

    opened = clear_text(world.vault, own, tenant_id=tenant_id)

    assert json.loads(opened) == {"steps": [CALL]}
    with pytest.raises(ValueError, match="moved or altered"):
        clear_text(world.vault, moved, tenant_id=tenant_id)


def _stored(connection: Connection) -> list[str]:
    return list(connection.execute(select(workflow_versions.c.definition)).scalars())


def _in_clear(connection: Connection, workflow_id: str) -> None:
    mine = workflow_versions.c.workflow_id == workflow_id
    text = read_workflow({"name": "Orders", "steps": [CALL]}).text
    connection.execute(update(workflow_versions).where(mine).values(definition=text))
