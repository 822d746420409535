"""Definitions as YAML: an export sent back changes nothing, and faults keep their place (contracts C.6)."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.calls import Calls
from tests.support.surface import Surface

WORKFLOWS = "/api/v1/workflows"
YAML = {"Content-Type": "application/yaml"}
ASKED = {"Accept": "application/yaml"}
ORDERS = """\
name: Order intake
status: active
triggers:
  - id: nightly
    kind: schedule
    cron: 0 2 * * *
  - id: paid
    kind: event
    events: [invoice.paid]
steps:
  - id: fetch
    name: Fetch
    kind: http
    with:
      url: https://api.example.com/o/{{trigger.body.id}}
      body: {on: yes, at: 2025-05-21, amount: 10.50}
    retry: {maxAttempts: 5}
  - id: ready
    kind: emit
    needs: [fetch]
    with: {event: order.ready}
"""


async def sent(api: Calls, method: str, path: str, text: str | bytes) -> httpx2.Response:
    return await api.ask(method, path, content=text if isinstance(text, bytes) else text.encode(), headers=YAML)


async def made(api: Calls, text: str = ORDERS) -> dict[str, Any]:
    answer = await sent(api, "POST", WORKFLOWS, text)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def exported(api: Calls, path: str) -> str:
    answer = await api.ask("GET", path, headers=ASKED)
    assert answer.headers["content-type"].startswith("application/yaml")
    return answer.text


async def test_a_definition_is_read_with_every_digit_and_no_yes_turned_into_true(api: Calls) -> None:
    answer = await sent(api, "POST", WORKFLOWS, ORDERS)

    body = answer.json()["steps"][0]["with"]["body"]
    assert answer.status_code == 201
    assert (body["on"], body["at"]) == ("yes", "2025-05-21")
    assert b'"amount":10.50' in answer.content


async def test_an_export_is_short_and_its_import_changes_nothing(api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"
    before = await api.ask("GET", path)

    text = await exported(api, path)
    answer = await sent(api, "PUT", path, text)

    assert text == (
        "name: Order intake\nstatus: active\ntriggers:\n"
        '  - id: nightly\n    kind: schedule\n    cron: "0 2 * * *"\n    timezone: UTC\n    missed: run_once\n'
        "  - id: paid\n    kind: event\n    events:\n      - invoice.paid\n    filter: []\n"
        "steps:\n  - id: fetch\n    name: Fetch\n    kind: http\n    with:\n"
        "      url: https://api.example.com/o/{{trigger.body.id}}\n"
        '      body:\n        "on": "yes"\n        at: "2025-05-21"\n        amount: 10.50\n'
        "    retry:\n      maxAttempts: 5\n      initialDelayMs: 1000\n      multiplier: 2.0\n"
        "      maxDelayMs: 30000\n      jitter: 0.2\n"
        "  - id: ready\n    kind: emit\n    needs:\n      - fetch\n    with:\n      event: order.ready\n"
    )
    assert (answer.status_code, answer.content) == (200, before.content)


async def test_an_old_version_sent_back_makes_the_workflow_what_it_was(api: Calls) -> None:
    created = await made(api)
    path = f"{WORKFLOWS}/{created['id']}"
    await api.ask("PATCH", path, {"steps": [], "triggers": None})

    back = (await sent(api, "PUT", path, await exported(api, f"{path}/versions/1"))).json()

    assert back["version"] == 3
    assert {name: back[name] for name in ("steps", "triggers")} == {
        name: created[name] for name in ("steps", "triggers")
    }


async def test_a_patch_and_a_trial_may_be_yaml_too(api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"

    patched = await sent(api, "PATCH", path, "priority: 3\nconcurrency: ~\n")
    judged = await sent(api, "POST", f"{WORKFLOWS}/validate", ORDERS)
    also = await sent(api, "POST", f"{path}/validate", "name: x\nsteps: [{kind: magic}]")

    assert (patched.status_code, patched.json()["priority"], judged.status_code) == (200, 3, 204)
    assert [each["pointer"] for each in also.json()["errors"]] == ["/steps/0/kind"]


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("name: [", 400, "line 2, column 1"),
        ("name: x\nname: y", 400, "line 2, column 1: 'name' stands here twice"),
        ("a: &a [x]\nb: [*a, *a]", 400, "line 1, column 4: anchors are not read here"),
        ("name: !!python/name:os.system x", 400, "line 1, column 7: tags are not read here"),
        ('name: "a\\0b"', 400, "line 1, column 7: a text must hold no NUL"),
        ("- a", 422, "must be an object"),
        ("name: x\nsteps: [{}, {needs: [y]}]", 422, '"/steps/1/needs/0"'),
        ("name: x\n" + "#" * 300_000, 413, "move constant data out of it"),
        (b"name: \xff", 400, "not UTF-8"),
        ("steps: " + "[" * 5_000, 400, "deeper than 64 levels"),
    ],
)
async def test_what_cannot_be_read_says_where(text: str | bytes, status: int, said: str, api: Calls) -> None:
    answer = await sent(api, "POST", WORKFLOWS, text)

    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert (await api.get(WORKFLOWS))["data"] == []


@pytest.mark.parametrize(
    ("accept", "is_yaml"),
    [
        ("application/yaml", True),
        ("application/yaml, */*;q=0.1", True),
        ("application/json, application/yaml", True),
        ("application/json;q=0.5, application/yaml", True),
        ("application/yaml;q=0.4, application/json;q=0.5", False),
        ("application/yaml;q=0", False),
        ("application/yaml;q=x", False),
        ("*/*", False),
        ("text/yaml", False),
    ],
)
async def test_json_is_the_rule_and_yaml_is_asked_for(accept: str, is_yaml: bool, api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"

    answer = await api.ask("GET", path, headers={"Accept": accept})

    assert answer.headers["content-type"].startswith("application/yaml") is is_yaml
    assert (answer.headers["vary"], "etag" in answer.headers) == ("Accept", True)


@pytest.mark.parametrize("media", ["text/yaml", "application/x-yaml", "text/x-yaml; charset=utf-8"])
async def test_the_names_that_yaml_had_before_are_taken(media: str, api: Calls) -> None:
    answer = await api.ask("POST", "/api/v1/workflows", content=b"name: Orders", headers={"Content-Type": media})

    assert (answer.status_code, answer.json()["name"]) == (201, "Orders")


async def test_what_is_neither_is_told_both_names(api: Calls) -> None:
    answer = await api.ask("POST", "/api/v1/workflows", content=b"name: Orders", headers={"Content-Type": "text/csv"})

    assert (answer.status_code, "application/json or application/yaml" in answer.json()["detail"]) == (415, True)


async def test_yaml_is_taken_for_definitions_alone(api: Calls) -> None:
    created = await made(api)

    elsewhere = await sent(api, "POST", "/api/v1/endpoints", "url: https://example.com")
    run = await sent(api, "POST", f"{WORKFLOWS}/{created['id']}/executions", "input: 1")

    assert (elsewhere.status_code, run.status_code) == (415, 415)


async def test_the_audit_log_tells_what_a_yaml_said(world: Surface, api: Calls) -> None:
    await made(api)

    rows = (await api.get("/api/v1/audit", action="createWorkflow"))["data"]

    assert [row["after"]["name"] for row in rows] == ["Order intake"]


async def test_an_export_longer_than_may_be_sent_is_written_in_one_line(api: Calls) -> None:
    deep = {"a": {"b": {"c": {"d": [1] * 6_000}}}}
    steps = [{"id": f"s{n}", "kind": "transform", "with": {"output": deep}} for n in range(3)]
    path = f"{WORKFLOWS}/{(await api.post(WORKFLOWS, {'name': 'deep', 'steps': steps}))['id']}"

    text = await exported(api, path)
    answer = await sent(api, "PUT", path, text)

    assert text.count("\n") == 1
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
