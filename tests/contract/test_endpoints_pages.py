"""Lists of native endpoints: pages and cursors (contracts C.1)."""

from __future__ import annotations

from tests.support.calls import Calls
from tests.support.surface import Surface


async def test_pages_meet_without_gap_or_overlap_and_lead_back(world: Surface, api: Calls) -> None:
    made = []
    for _ in range(5):
        made.append((await api.endpoint())["id"])
        world.clock.advance(seconds=1)
    newest_first = made[::-1]

    first = await api.get("/api/v1/endpoints", limit=2)
    await api.endpoint(name="born between two pages")
    second = await api.get("/api/v1/endpoints", limit=2, cursor=first["nextCursor"])
    third = await api.get("/api/v1/endpoints", limit=2, cursor=second["nextCursor"])
    back = await api.get("/api/v1/endpoints", limit=2, cursor=third["prevCursor"])

    pages = [[each["id"] for each in page["data"]] for page in (first, second, third, back)]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:], newest_first[2:4]]
    assert [page["hasMore"] for page in (first, second, third)] == [True, True, False]
    assert third["nextCursor"] is None


async def test_a_cursor_is_good_for_its_own_list_only(world: Surface, api: Calls) -> None:
    for _ in range(3):
        await api.endpoint()
    cursor = (await api.get("/api/v1/endpoints", limit=1))["nextCursor"]
    other = await world.key_for("owner", tenant_id=await world.second_tenant())
    altered = ("B" if cursor[0] == "A" else "A") + cursor[1:]

    elsewhere = [
        await api.ask("GET", f"/api/v1/endpoints?status=active&cursor={cursor}"),
        await api.ask("GET", f"/api/v1/deliveries?cursor={cursor}"),
        await api.ask("GET", f"/api/v1/endpoints?cursor={cursor}", headers=other),
        await api.ask("GET", f"/api/v1/endpoints?cursor={altered}"),
        await api.ask("GET", "/api/v1/endpoints?cursor=nonsense"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in elsewhere} == {(400, "invalid_cursor")}
