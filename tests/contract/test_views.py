"""Saved views of lists: one's own, shared ones, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.surface import Surface

VIEWS = "/api/v1/views"


def view(**members: Any) -> dict[str, Any]:
    return {"list": "events", "name": "Failed", "query": {"status": ["failed"], "q": "x"}, **members}


async def test_a_view_is_kept_changed_and_forgotten(api: Calls) -> None:
    made = await api.post(VIEWS, view())

    changed = await api.ask("PATCH", f"{VIEWS}/{made['id']}", {"name": "Lost", "shared": True})
    listed = await api.get(VIEWS, list="events")
    gone = await api.ask("DELETE", f"{VIEWS}/{made['id']}")

    assert (made["query"], made["own"], made["shared"]) == ({"status": ["failed"], "q": "x"}, True, False)
    assert listed["data"] == [changed.json()]
    assert (changed.json()["name"], changed.json()["shared"]) == ("Lost", True)
    assert gone.status_code == 204
    assert (await api.get(VIEWS))["data"] == []


async def test_others_see_shared_views_and_may_not_change_them(world: Surface, api: Calls) -> None:
    shared = await api.post(VIEWS, view(shared=True))
    private = await api.post(VIEWS, view(name="Mine"))
    other = await world.key_for("viewer")
    stranger = await world.key_for("owner", tenant_id=await world.second_tenant())

    seen = (await api.ask("GET", VIEWS, headers=other)).json()["data"]
    answers = [
        (await api.ask("PATCH", f"{VIEWS}/{shared['id']}", {"name": "x"}, headers=other)).status_code,
        (await api.ask("DELETE", f"{VIEWS}/{shared['id']}", headers=other)).status_code,
        (await api.ask("GET", f"{VIEWS}/{private['id']}", headers=other)).status_code,
        (await api.ask("GET", f"{VIEWS}/{shared['id']}", headers=stranger)).status_code,
    ]

    assert [(each["id"], each["own"]) for each in seen] == [(shared["id"], False)]
    assert answers == [403, 403, 404, 404]


async def test_a_name_is_taken_once_for_each_list_and_owner(world: Surface, api: Calls) -> None:
    await api.post(VIEWS, view())
    other = await world.key_for("owner")

    again = await api.ask("POST", VIEWS, view())
    elsewhere = await api.ask("POST", VIEWS, view(list="deliveries"))
    of_another = await api.ask("POST", VIEWS, view(), headers=other)

    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert (elsewhere.status_code, of_another.status_code) == (201, 201)


async def test_a_stale_change_is_refused(api: Calls) -> None:
    made = await api.ask("POST", VIEWS, view())
    path = made.headers["location"]
    stale = {"If-Match": made.headers["etag"]}
    await api.ask("PATCH", path, {"shared": True})

    answer = await api.ask("PATCH", path, {"shared": False}, headers=stale)

    assert answer.status_code == 412


@pytest.mark.parametrize(
    "members", [{"list": "passwords"}, {"name": ""}, {"query": {"a": "x" * 9_000}}, {"query": []}, {"owner": "user:1"}]
)
async def test_a_view_that_is_none_is_refused(api: Calls, members: dict[str, Any]) -> None:
    assert (await api.ask("POST", VIEWS, view(**members))).status_code == 422
