"""Retention as it is asked for and shown (contracts B.9)."""

from __future__ import annotations

import pytest

from tests.support.calls import Calls
from tests.support.surface import Surface

PATH = "/api/v1/retention"
USUAL = {"events": 30, "deliveries": 30, "executions": 90, "rejected": 7, "tests": 30, "audit": 365}


async def test_the_defaults(world: Surface, api: Calls) -> None:
    shown = await api.get(PATH)

    assert {kind: shown[kind]["days"] for kind in USUAL} == USUAL
    assert (shown["sweepIntervalMs"], shown["lastRun"]) == (86_400_000, None)


async def test_what_is_put_is_kept_and_the_rest_goes_back(api: Calls) -> None:
    await api.ask("PUT", PATH, {"events": {"days": 7}})

    answer = await api.ask("PUT", PATH, {"deliveries": {"days": None}, "sweepIntervalMs": 5})

    shown = await api.get(PATH)
    assert answer.json() == shown
    assert (shown["events"]["days"], shown["deliveries"]["days"], shown["sweepIntervalMs"]) == (30, None, 86_400_000)


@pytest.mark.parametrize("days", [0, 366, -1])
async def test_days_out_of_range_are_refused(days: int, api: Calls) -> None:
    answer = await api.ask("PUT", PATH, {"events": {"days": days}})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/events/days")


async def test_only_who_may_set_may_set(world: Surface, api: Calls) -> None:
    operator = await world.key_for("operator")

    answer = await api.ask("PUT", PATH, {"events": {"days": 1}}, headers=operator)

    assert answer.status_code == 403


async def test_a_run_is_shown(world: Surface, api: Calls) -> None:
    await world.rooms.janitor.look()

    shown = await api.get(PATH)

    assert shown["lastRun"]["startedAt"] == "2025-05-21T21:27:10.000Z"
    assert shown["nextRunAt"] == "2025-05-22T21:27:10.000Z"
    assert shown["lastRun"]["deleted"]["events"] == 0
