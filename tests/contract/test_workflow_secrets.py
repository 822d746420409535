"""Masks in a definition: sent back they keep, a value replaces, and where nothing is kept they are refused (0.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hookspan.storage.workflows import workflow_version_get
from hookspan.workflows.sealing import clear_text
from tests.support.calls import Calls
from tests.support.surface import Surface

WORKFLOWS = "/api/v1/workflows"
SECRET = "Bearer one-two-three"
URL = "https://api.example.com/o?api_key=four&page=2"
MASKED_URL = "https://api.example.com/o?api_key=***&page=2"


def call(url: str = URL, step_id: str = "call", **headers: str) -> dict[str, Any]:
    """A step that asks somebody."""
    return {"id": step_id, "kind": "http", "with": {"url": url, "headers": headers}}


async def made(api: Calls) -> dict[str, Any]:
    answer: dict[str, Any] = await api.post(WORKFLOWS, {"name": "Orders", "steps": [call(Authorization=SECRET)]})
    return answer


async def kept(world: Surface, shown: dict[str, Any]) -> Any:
    """The `with` of the first step as it is run."""
    tenant_id = world.instance.tenant_id
    row = await world.rooms.database.read(workflow_version_get, tenant_id, shown["id"], shown["version"])
    assert row is not None
    return json.loads(clear_text(world.vault, row, tenant_id=tenant_id))["steps"][0]["with"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_definition_read_and_sent_back_is_no_new_version(world: Surface, api: Calls, method: str) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"
    shown = await api.get(path)

    answer = await api.ask(method, path, shown)

    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert (await kept(world, answer.json()))["headers"] == {"Authorization": SECRET}


async def test_an_export_in_yaml_sent_back_is_no_new_version(api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"
    text = (await api.ask("GET", path, headers={"Accept": "application/yaml"})).text

    answer = await api.ask("PUT", path, content=text.encode(), headers={"Content-Type": "application/yaml"})

    assert MASKED_URL in text
    assert answer.json()["version"] == 1


async def test_the_orchestrators_door_keeps_what_is_masked(world: Surface, api: Calls) -> None:
    path = f"/api/workflows/{(await made(api))['id']}"
    shown = await api.get(path)

    same = await api.ask("PUT", path, shown)
    renamed = await api.ask("PUT", path, {"tasks": [{**shown["tasks"][0], "name": "Ask"}]})

    assert (same.json()["version"], renamed.json()["version"]) == ("1.0.0", "1.0.1")
    assert await kept(world, {**renamed.json(), "version": 2}) == call(Authorization=SECRET)["with"]


async def test_a_changed_graph_keeps_its_masked_secrets(world: Surface, api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"
    moved = "https://api.example.com/p?page=3&api_key=***"

    answer = await api.ask("PATCH", path, {"steps": [call(moved, authorization="***")]})

    assert answer.json()["version"] == 2
    assert await kept(world, answer.json()) == {
        "url": "https://api.example.com/p?page=3&api_key=four",
        "headers": {"authorization": SECRET},
    }


async def test_a_new_value_replaces_a_secret_and_is_a_new_version(world: Surface, api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"

    answer = await api.ask("PATCH", path, {"steps": [call(MASKED_URL, Authorization="Bearer new")]})

    assert answer.json()["version"] == 2
    assert answer.json()["steps"][0]["with"] == call(MASKED_URL, Authorization="***")["with"]
    assert await kept(world, answer.json()) == call(Authorization="Bearer new")["with"]


async def test_a_header_left_out_is_gone_and_its_mask_keeps_nothing_afterwards(world: Surface, api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"

    removed = await api.ask("PATCH", path, {"steps": [call("https://api.example.com/o")]})
    back = await api.ask("PATCH", path, {"steps": [call("https://api.example.com/o", Authorization="***")]})

    assert await kept(world, removed.json()) == {"url": "https://api.example.com/o", "headers": {}}
    assert back.status_code == 422


@pytest.mark.parametrize(
    ("step", "pointer"),
    [
        (call("https://a.example.com/", Authorization="***"), "/steps/0/with/headers/Authorization"),
        (call(MASKED_URL), "/steps/0/with/url"),
        (call("https://a.example.com/", "other", **{"X-Auth-Token": "***"}), "/steps/0/with/headers/X-Auth-Token"),
    ],
)
async def test_a_mask_with_nothing_behind_it_is_refused_where_it_stands(
    api: Calls, step: dict[str, Any], pointer: str
) -> None:
    body = {"name": "Orders", "steps": [step]}

    answer = await api.ask("POST", WORKFLOWS, body)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert "write the value" in answer.text


@pytest.mark.parametrize("path", [WORKFLOWS, f"{WORKFLOWS}/validate"])
@pytest.mark.parametrize(
    ("step", "place"),
    [
        (call(Authorization="Bearer ***"), "headers/Authorization"),
        (call("https://api.example.com/o?api_key=***x"), "url"),
    ],
)
async def test_a_mask_beside_other_text_is_refused_for_it_would_be_the_value(
    api: Calls, step: dict[str, Any], place: str, path: str
) -> None:
    answer = await api.ask("POST", path, {"name": "Orders", "steps": [step]})

    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/steps/0/with/{place}"]
    assert "write *** or the whole value" in answer.text


async def test_a_mask_keeps_nothing_of_another_step(api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"

    answer = await api.ask("PATCH", path, {"steps": [call("https://a.example.com/", "other", Authorization="***")]})

    assert answer.status_code == 422


async def test_a_changed_secret_alone_is_no_operation_of_a_diff(api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"
    await api.ask("PATCH", path, {"steps": [call(MASKED_URL, Authorization="Bearer new")]})

    found = await api.get(f"{path}/diff")

    assert (found["from"], found["to"], found["patch"]) == (1, 2, [])
