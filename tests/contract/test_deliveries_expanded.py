"""A list of deliveries with their attempts beside them: `expand=attempts` (contracts C.1, C.4)."""

from __future__ import annotations

from tests.contract.test_deliveries_api import DELIVERIES, owed, tried
from tests.support.calls import Calls
from tests.support.surface import Surface


async def test_each_delivery_stands_with_its_attempts_when_asked_for(world: Surface, api: Calls) -> None:
    first, second = await owed(api), await owed(api)
    await tried(world, first, status="exhausted")
    attempts = await api.get(f"{DELIVERIES}/{first['id']}/attempts")

    listed = await api.get(DELIVERIES, endpointId=first["endpointId"], expand="attempts")

    found = {row["id"]: row["attemptList"] for row in listed["data"]}
    assert found[first["id"]] == attempts["data"]
    assert [row for identity, row in found.items() if identity != first["id"]] == [[]]
    assert second["id"] not in found


async def test_without_being_asked_for_they_are_left_out(world: Surface, api: Calls) -> None:
    await tried(world, await owed(api), status="delivered", code=200)

    listed = await api.get(DELIVERIES)

    assert "attemptList" not in listed["data"][0]
    assert (await api.ask("GET", f"{DELIVERIES}?expand=everything")).status_code == 422


async def test_what_came_back_needs_the_scope_for_payloads(world: Surface, api: Calls) -> None:
    await tried(world, await owed(api), status="exhausted")
    viewer = await world.key_for("viewer")

    listed = (await api.ask("GET", f"{DELIVERIES}?expand=attempts", headers=viewer)).json()

    assert listed["data"][0]["attemptList"][0]["response"]["body"] is None


async def test_a_page_with_attempts_has_at_most_fifty_deliveries(api: Calls) -> None:
    await api.endpoint(events=["order.*"])
    events = [{"type": "order.paid", "data": number} for number in range(51)]
    await api.post("/api/v1/events/batch", {"events": events}, status=202)

    page = await api.get(DELIVERIES, limit=250, expand="attempts")
    rest = await api.get(DELIVERIES, limit=250, expand="attempts", cursor=page["nextCursor"])

    assert (len(page["data"]), len(rest["data"])) == (50, 1)
