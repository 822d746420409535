"""Filters of sources at seed 003's door (contracts B.4): rows and sets of rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.surface import Surface

WEBHOOKS = "/api/v1/webhooks"
PAID = {"fieldPath": "$.data.status", "operator": "equals", "value": "paid"}
NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"


@pytest.fixture
async def source(api: Calls) -> str:
    """The path of a source."""
    return f"{WEBHOOKS}/{(await api.post(WEBHOOKS, {'name': 'Shop'}))['id']}"


def identity(source: str) -> str:
    return source.rpartition("/")[2]


async def made(api: Calls, source: str, **members: Any) -> dict[str, Any]:
    row: dict[str, Any] = await api.post(f"{source}/filters", {**PAID, **members})
    return row


# -- rows ------------------------------------------------------------------------------------------------------------


async def test_a_row_is_made_and_read_as_the_contract_prints_it(api: Calls, source: str) -> None:
    answer = await api.ask("POST", f"{source}/filters", PAID)

    row = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{source}/filters/{row['id']}"
    assert list(row) == [
        "id",
        "webhookId",
        "fieldPath",
        "operator",
        "value",
        "logicGroup",
        "enabled",
        "createdAt",
        "updatedAt",
    ]
    assert row | PAID == row
    assert (row["webhookId"], row["logicGroup"], row["enabled"]) == (identity(source), 0, True)
    assert await api.get(f"{source}/filters/{row['id']}") == row


async def test_a_row_is_refused_without_the_value_it_compares_with(api: Calls, source: str) -> None:
    bare = {"fieldPath": "$.status", "operator": "equals"}

    one = await api.ask("POST", f"{source}/filters", bare)
    many = await api.ask("PUT", f"{source}/filters", {"filters": [{**bare, "operator": "exists"}, bare]})

    assert (one.status_code, one.json()["errors"][0]["pointer"]) == (422, "/value")
    assert (many.status_code, many.json()["errors"][0]["pointer"]) == (422, "/filters/1/value")
    assert (await api.get(f"{source}/filters"))["total"] == 0


async def test_rows_are_listed_by_group_and_then_by_birth(api: Calls, source: str) -> None:
    first = await made(api, source, logicGroup=2)
    second = await made(api, source, logicGroup=0, value="open")
    third = await made(api, source, logicGroup=2, value="void")

    listed = await api.get(f"{source}/filters")

    assert [row["id"] for row in listed.pop("data")] == [second["id"], first["id"], third["id"]]
    assert listed == {"total": 3, "limit": 50, "offset": 0}


async def test_a_part_of_the_list_can_be_asked_for_and_a_bad_number_is_the_default(api: Calls, source: str) -> None:
    rows = [await made(api, source, value=str(number)) for number in range(3)]

    part = await api.get(f"{source}/filters", limit="1", offset="1")

    assert [row["id"] for row in part["data"]] == [rows[1]["id"]]
    assert (part["total"], part["limit"], part["offset"]) == (3, 1, 1)
    assert len((await api.get(f"{source}/filters", limit="many", offset="-1"))["data"]) == 3


@pytest.mark.parametrize(
    ("spelled", "shown"),
    [
        ({"field": "status", "operator": "regex", "value": "^p"}, ("status", "regex_match", 0)),
        ({"field_path": "$.n", "operator": "gt", "value": 1, "logic_group": 3}, ("$.n", "greater_than", 3)),
        ({"fieldPath": "$.n", "operator": "gte", "value": 1}, ("$.n", "greater_or_equal", 0)),
        ({"fieldPath": "$.n", "operator": "lt", "value": 1}, ("$.n", "less_than", 0)),
        ({"fieldPath": "$.n", "operator": "lte", "value": 1, "note": "ignored"}, ("$.n", "less_or_equal", 0)),
    ],
)
async def test_other_spellings_are_read_and_never_written(
    api: Calls, source: str, spelled: dict[str, Any], shown: tuple[str, str, int]
) -> None:
    row = await api.post(f"{source}/filters", spelled)

    assert (row["fieldPath"], row["operator"], row["logicGroup"]) == shown
    assert {"field", "field_path", "logic_group", "note"}.isdisjoint(row)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_only_the_members_named_change(world: Surface, api: Calls, source: str, method: str) -> None:
    row = await made(api, source, logicGroup=1)
    world.clock.advance(seconds=1)

    answer = await api.ask(method, f"{source}/filters/{row['id']}", {"field": "$.status", "enabled": False})

    changed = answer.json()
    assert answer.status_code == 200
    assert changed == row | {"fieldPath": "$.status", "enabled": False, "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] > row["updatedAt"]


async def test_a_removed_row_is_gone(api: Calls, source: str) -> None:
    row = await made(api, source)

    answer = await api.ask("DELETE", f"{source}/filters/{row['id']}")

    assert answer.status_code == 204
    assert (await api.ask("GET", f"{source}/filters/{row['id']}")).status_code == 404
    assert (await api.get(f"{source}/filters"))["data"] == []


async def test_a_number_keeps_every_digit(api: Calls, source: str) -> None:
    body = b'{"fieldPath":"$.id","operator":"equals","value":12345678901234567890.12}'

    answer = await api.client.post(
        f"{source}/filters", content=body, headers={**api.headers, "content-type": "application/json"}
    )

    assert b'"value":12345678901234567890.12' in answer.content


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"fieldPath": "$..id"}, "/fieldPath"),
        ({"fieldPath": "$type"}, "/fieldPath"),
        ({"operator": "sounds_like"}, "/operator"),
        ({"operator": "in", "value": "paid"}, "/value"),
        ({"operator": "regex_match", "value": "(?=x)"}, "/value"),
        ({"value": "x" * 5_000}, "/value"),
        ({"logicGroup": -1}, "/logicGroup"),
        ({"enabled": "yes"}, "/enabled"),
    ],
)
async def test_a_wrong_row_is_refused_when_it_is_written(
    api: Calls, source: str, wrong: dict[str, Any], pointer: str
) -> None:
    row = await made(api, source)

    answers = [
        await api.ask("POST", f"{source}/filters", {**PAID, **wrong}),
        await api.ask("PATCH", f"{source}/filters/{row['id']}", wrong),
        await api.ask("PUT", f"{source}/filters", {"filters": [PAID, {**PAID, **wrong}]}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    problem = answers[0].json()
    assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    assert problem["error"] == problem["detail"]
    assert list(problem["details"]) == [pointer.lstrip("/")]
    assert answers[2].json()["errors"][0]["pointer"] == f"/filters/1{pointer}"
    assert await api.get(f"{source}/filters/{row['id']}") == row


async def test_fifty_rows_in_ten_groups_are_what_a_source_has(api: Calls, source: str) -> None:
    rows = [{**PAID, "logicGroup": number % 10} for number in range(50)]
    await api.ask("PUT", f"{source}/filters", {"filters": rows[:49]})

    last = await api.ask("POST", f"{source}/filters", rows[49])

    assert last.status_code == 201
    assert (await api.ask("POST", f"{source}/filters", PAID)).status_code == 422
    moved = await api.ask("PATCH", f"{source}/filters/{last.json()['id']}", {"logicGroup": 10})
    assert moved.json()["errors"][0]["pointer"] == "/logicGroup"
    assert (await api.ask("PUT", f"{source}/filters", {"filters": [*rows, PAID]})).status_code == 422


# -- sets ------------------------------------------------------------------------------------------------------------


async def test_a_set_replaces_all_and_keeps_the_rows_it_names(api: Calls, source: str) -> None:
    kept, gone = await made(api, source), await made(api, source, value="open")
    fresh = {"fieldPath": "$.total", "operator": "gt", "value": 100, "logicGroup": 1}

    answer = await api.ask("PUT", f"{source}/filters", {"filters": [{**PAID, "id": kept["id"]}, fresh]})

    listed = answer.json()
    assert answer.status_code == 200
    assert listed["data"][0] == kept
    assert (listed["data"][1]["operator"], listed["total"]) == ("greater_than", 2)
    assert gone["id"] not in {row["id"] for row in listed["data"]}
    assert await api.get(f"{source}/filters") == listed


async def test_what_is_listed_can_be_put_back_unchanged(api: Calls, source: str) -> None:
    await made(api, source)
    await made(api, source, operator="between", value={"min": 1, "max": 2.5}, logicGroup=4)
    listed = await api.get(f"{source}/filters")

    answer = await api.ask("PUT", f"{source}/filters", {"filters": listed["data"]})

    assert answer.json() == listed


async def test_one_wrong_row_leaves_the_set_as_it_was(api: Calls, source: str) -> None:
    row = await made(api, source)

    answer = await api.ask("PUT", f"{source}/filters", {"filters": [PAID, {"operator": "equals"}]})

    assert answer.status_code == 422
    assert (await api.get(f"{source}/filters"))["data"] == [row]


@pytest.mark.parametrize("body", [{}, {"filters": None}, {"filters": {}}, {"filters": [3]}])
async def test_a_set_without_rows_is_refused(api: Calls, source: str, body: Any) -> None:
    assert (await api.ask("PUT", f"{source}/filters", body)).status_code == 422


async def test_the_receiver_meets_a_change_at_once(world: Surface, api: Calls, source: str) -> None:
    path = (await api.get(source))["path"]
    before = world.rooms.sources.by_path(path)

    await made(api, source)

    after = world.rooms.sources.by_path(path)
    assert before is not None
    assert before.rules.is_open
    assert after is not None
    assert not after.rules.is_open


# -- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_readers_read_filters_and_do_not_write_them(world: Surface, api: Calls, source: str, role: str) -> None:
    row = await made(api, source)
    reader = Calls(api.client, await world.key_for(role))

    read = await reader.ask("GET", f"{source}/filters")

    assert read.status_code == 200
    writes = [
        await reader.ask("POST", f"{source}/filters", PAID),
        await reader.ask("PUT", f"{source}/filters", {"filters": []}),
        await reader.ask("PATCH", f"{source}/filters/{row['id']}", {"enabled": False}),
        await reader.ask("DELETE", f"{source}/filters/{row['id']}"),
    ]
    assert {answer.status_code for answer in writes} == {403}


@pytest.mark.parametrize("path", ["filters", f"filters/{NOBODY}", "paths"])
async def test_an_unknown_source_has_no_filters(api: Calls, path: str) -> None:
    assert (await api.ask("GET", f"{WEBHOOKS}/{NOBODY}/{path}")).status_code == 404
