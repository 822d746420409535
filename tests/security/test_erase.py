"""Erasing content leaves no copy behind (security S52)."""

from __future__ import annotations

from pathlib import Path

from hookspan.storage.dialect import give_back, passive_checkpoint
from tests.contract.test_deliveries_api import DELIVERIES, owed, tried
from tests.support.calls import Calls
from tests.support.surface import Surface

CANARY = "canary-4111-1111-1111"


def files_with(canary: str, folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file() and canary.encode() in path.read_bytes()]


async def test_nothing_of_the_content_is_left_in_the_files(world: Surface, api: Calls, tmp_path: Path) -> None:
    event = await api.publish("order.paid", {"card": CANARY, "pad": "x" * 9_000}, metadata={"who": CANARY})
    await world.rooms.database.read(passive_checkpoint)
    was_there = files_with(CANARY, tmp_path)

    answer = await api.ask("DELETE", f"/api/v1/events/{event}/content")

    assert answer.status_code == 204
    assert was_there
    assert files_with(CANARY, tmp_path) == []
    assert CANARY not in (await api.ask("GET", "/api/v1/events/export?format=json")).text


async def test_content_that_was_erased_is_gone_everywhere_it_was_shown(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="exhausted")
    event = f"/api/v1/events/{delivery['eventId']}"

    await api.ask("DELETE", f"{event}/content")

    shown = await api.get(event)
    assert (shown["status"], shown["data"], shown["dataBase64"], shown["dataSize"]) == ("expunged", None, None, 0)
    assert len(shown["metadata"]["erased"]["sha256"]) == 64
    attempt = await api.get(f"{DELIVERIES}/{delivery['id']}/attempts/1")
    assert (attempt["response"]["headers"], attempt["response"]["body"]) == ([], "")
    ended = await api.get(f"{DELIVERIES}/{delivery['id']}")
    assert (ended["status"], ended["statusReason"], ended["bodySha256"]) == ("cancelled", "content_erased", None)
    for path in (f"{event}/data", f"{DELIVERIES}/{delivery['id']}/body"):
        answer = await api.ask("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (410, "content_expunged")


async def test_what_was_delivered_before_is_not_sent_again_empty(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="delivered", code=200)
    await api.ask("DELETE", f"/api/v1/events/{delivery['eventId']}/content")

    retried = await api.ask("POST", f"{DELIVERIES}/{delivery['id']}/retry", {"force": True})
    many = {"query": {"eventId": delivery["eventId"]}, "force": True, "dryRun": True}
    preview = await api.post(f"{DELIVERIES}/retry", many, status=200)

    assert (retried.status_code, retried.json()["code"]) == (410, "content_expunged")
    assert (preview["total"], preview["skipped"]) == (0, {"content_expunged": 1})


async def test_what_is_being_sent_is_not_erased_under_its_sender(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="sending")

    answer = await api.ask("DELETE", f"/api/v1/events/{delivery['eventId']}/content")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")
    assert (await api.get(f"/api/v1/events/{delivery['eventId']}"))["status"] == "stored"


async def test_erasing_twice_is_erasing_once(api: Calls) -> None:
    event = await api.publish("order.paid")

    answers = [await api.ask("DELETE", f"/api/v1/events/{event}/content") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]


async def test_space_is_given_back_to_the_disk(world: Surface, api: Calls, tmp_path: Path) -> None:
    event = await api.publish("order.paid", {"pad": "x" * 400_000})
    await world.rooms.database.read(passive_checkpoint)
    await api.ask("DELETE", f"/api/v1/events/{event}/content")
    before = (tmp_path / "hookspan.db").stat().st_size

    while await world.rooms.database.write(give_back, 20):
        pass

    await world.rooms.database.read(passive_checkpoint)
    assert (tmp_path / "hookspan.db").stat().st_size < before - 300_000
