"""The callback of a step that waits outside: shown to who may, answered once by who knows it (contracts C.6)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hookspan.api.rooms import ApiSettings
from tests.support.calls import Calls
from tests.support.running import ASK, GO, begun, driven
from tests.support.surface import Surface, surface

JSON = {"Content-Type": "application/json"}


async def test_a_step_that_waits_outside_shows_where_to_answer_it(world: Surface, api: Calls) -> None:
    running = await begun(world, api, {**ASK, "with": {"callbackTtlMs": 60_000}}, GO)

    steps = await running.steps()
    expanded = await api.get(running.path, expand="steps")

    assert steps["ask"]["callbackUrl"].startswith("http://testserver/api/v1/callbacks/")
    assert steps["ask"]["callbackExpiresAt"] == "2025-05-21T21:28:10.000Z"
    assert "callbackUrl" not in steps["go"]
    assert {step["stepId"]: step for step in expanded["steps"]} == steps


async def test_the_callback_stands_under_the_address_of_the_instance(tmp_path: Path) -> None:
    settings = ApiSettings(base_url="https://hooks.example.com/")
    async with surface(tmp_path, settings=settings) as world, world.client(base_url="https://hooks.example.com") as one:
        running = await begun(world, Calls(one, world.owner), ASK)

        url = (await running.steps())["ask"]["callbackUrl"]

    assert url.startswith("https://hooks.example.com/api/v1/callbacks/")


@pytest.mark.parametrize("role", ["viewer"])
async def test_who_may_not_answer_is_not_shown_where(role: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    reader = replace(api, headers=await world.key_for(role))

    steps = await reader.ask("GET", f"{running.path}/steps")
    expanded = await reader.ask("GET", f"{running.path}?expand=steps")

    assert (steps.status_code, expanded.status_code) == (200, 200)
    assert "callback" not in steps.text + expanded.text


@pytest.mark.parametrize("role", ["operator", "designer"])
async def test_who_may_move_executions_is_shown_where(role: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    mover = replace(api, headers=await world.key_for(role))

    assert "callbackUrl" in (await mover.get(f"{running.path}/steps"))["data"][0]


@pytest.mark.parametrize(
    ("content", "output"),
    [
        (b'{"ok":true}', {"ok": True}),
        (b'"yes"', "yes"),
        (b"", None),
        (b'{"error":"no","id":7}', {"error": "no", "id": 7}),
        (b'{"error":null}', {"error": None}),
    ],
)
async def test_the_body_is_the_output(content: bytes, output: Any, world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)

    answer = await api.client.post(await running.callback(), content=content, headers=JSON if content else {})

    await driven(world)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await running.shown())["status"] == "completed"
    assert (await running.shown())["output"] == output


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("no stock", ("failed", "no stock")),
        ({"code": "out_of_stock", "message": "no stock"}, ("out_of_stock", "no stock")),
        ({"code": "no code", "message": "m"}, ("failed", "m")),
        ({"reason": 7}, ("failed", '{"reason":7}')),
        (7, ("failed", "7")),
        ("x" * 5_000, ("failed", "x" * 4_096)),
    ],
)
async def test_nothing_but_an_error_fails_the_step(
    error: Any, told: tuple[str, str], world: Surface, api: Calls
) -> None:
    running = await begun(world, api, ASK)

    answer = await api.client.post(await running.callback(), json={"error": error})

    await driven(world)
    failed = (await running.shown())["error"]
    assert answer.status_code == 204
    assert (failed["code"], failed["message"]) == told


async def test_a_callback_answers_once(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    path = await running.callback()
    await api.client.post(path, json=1)

    at_once = await api.client.post(path, json=2)
    await driven(world)
    later = await api.client.post(path, json=3)

    assert (at_once.status_code, later.status_code) == (409, 409)
    assert "callbackUrl" not in (await running.steps())["ask"]
    assert (await running.shown())["output"] == 1


async def test_a_callback_is_gone_once_the_step_is_answered_otherwise(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    path = await running.callback()

    await api.post(f"{running.path}/steps/ask/complete", {"output": 1}, status=202)

    assert "callbackUrl" not in (await running.steps())["ask"]
    assert (await api.client.post(path, json=2)).status_code == 409


async def test_a_callback_of_an_earlier_try_answers_no_later_one(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    first = await running.callback()
    await running.tell("steps/ask/fail", {"error": "no"})
    await running.tell("retry")

    late = await api.client.post(first, json=1)

    assert late.status_code == 409
    assert (await running.shown())["status"] == "waiting"
    assert (await api.client.post(await running.callback(), json=2)).status_code == 204


async def test_a_callback_has_the_data_limit_and_takes_json_alone(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    path = await running.callback()

    form = await api.client.post(path, data={"a": "1"})
    broken = await api.client.post(path, content=b"{", headers=JSON)
    over = await api.client.post(path, json="x" * 1_200_000)

    assert (form.status_code, broken.status_code, over.status_code) == (415, 400, 413)
    assert (await api.client.post(path, json="x" * 1_040_000)).status_code == 204
