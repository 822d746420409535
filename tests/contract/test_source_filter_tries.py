"""Tries of filters at seed 003's door (contracts B.4), and the paths that a rule builder suggests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.arrivals import Arrival, arrive
from tests.support.calls import Calls
from tests.support.surface import Surface

WEBHOOKS = "/api/v1/webhooks"
HIDDEN = ("authorization", "x-webhook-signature")
PAID = {"fieldPath": "$.data.status", "operator": "equals", "value": "paid"}


@pytest.fixture
async def source(api: Calls) -> str:
    """The path of a source."""
    return f"{WEBHOOKS}/{(await api.post(WEBHOOKS, {'name': 'Shop'}))['id']}"


def identity(source: str) -> str:
    return source.rpartition("/")[2]


async def tried(api: Calls, source: str, **body: Any) -> dict[str, Any]:
    verdict: dict[str, Any] = await api.post(f"{source}/filters/test", body, status=200)
    return verdict


# -- tries -----------------------------------------------------------------------------------------------------------


async def test_a_verdict_tells_every_clause_with_the_actual_value(api: Calls, source: str) -> None:
    row = await api.post(f"{source}/filters", PAID)

    verdict = await tried(api, source, payload={"data": {"status": "open"}})

    clause = {
        "filterId": row["id"],
        "fieldPath": "$.data.status",
        "operator": "equals",
        "expected": "paid",
        "actual": "open",
        "found": True,
        "passed": False,
    }
    assert verdict == {
        "passed": False,
        "reason": 'no group passed: group 0: $.data.status equals "paid" (was "open")',
        "details": {"group_0_failed_filters": ["$.data.status equals paid"]},
        "groups": [{"group": 0, "passed": False, "clauses": [clause]}],
    }


async def test_every_part_of_a_request_can_be_told(api: Calls, source: str) -> None:
    rows = [
        {"fieldPath": "$headers['X-GitHub-Event']", "operator": "equals", "value": "push"},
        {"fieldPath": "$query.page", "operator": "gt", "value": 1},
        {"fieldPath": "$method", "operator": "equals", "value": "PUT"},
        {"fieldPath": "$path", "operator": "starts_with", "value": "/api/v1/webhooks/"},
        {"fieldPath": "$.ok", "operator": "not_exists"},
    ]

    verdict = await tried(
        api, source, headers={"x-GITHUB-event": "push"}, query={"page": "2"}, method="put", filters=rows
    )

    assert (verdict["passed"], verdict["reason"]) == (True, "group 0 passed")


async def test_a_credential_is_as_unseen_as_in_a_request_that_came(api: Calls, source: str) -> None:
    rows = [{"fieldPath": f"$headers.{name}", "operator": "contains", "value": "sesame"} for name in HIDDEN]
    headers = dict.fromkeys(HIDDEN, "open sesame, open sesame, open sesame")

    verdict = await tried(api, source, headers=headers, query={"token": "sesame"}, filters=rows)

    assert [clause["passed"] for clause in verdict["groups"][0]["clauses"]] == [False, False]
    assert "open sesame" not in verdict["reason"]


async def test_rows_that_are_tried_are_not_stored(api: Calls, source: str) -> None:
    verdict = await tried(api, source, payload=1, filters=[PAID])

    assert verdict["passed"] is False
    assert (await api.get(f"{source}/filters"))["data"] == []
    assert (await tried(api, source, payload=1))["reason"] == "no filters"


@pytest.mark.parametrize(("body", "passed"), [({"payload": None}, True), ({}, False)])
async def test_a_null_body_is_found_and_no_body_is_not(
    api: Calls, source: str, body: dict[str, Any], passed: bool
) -> None:
    rows = [{"fieldPath": "$", "operator": "exists"}]

    verdict = await tried(api, source, filters=rows, **body)

    assert verdict["passed"] is passed


async def test_a_stored_request_can_be_tried(world: Surface, api: Calls, source: str) -> None:
    arrival = Arrival(
        body={"data": {"status": "paid"}}, headers=(("content-type", "application/json"), ("x-a", "1"), ("x-a", "2"))
    )
    event_id = await arrive(world, identity(source), arrival)
    rows = [PAID, {"fieldPath": "$headers.x-a", "operator": "equals", "value": "1"}]

    verdict = await tried(api, source, eventId=event_id, filters=rows)

    assert verdict["passed"] is True


async def test_a_spent_budget_is_told_as_what_it_is(api: Calls, source: str) -> None:
    rows = [{"fieldPath": "$[*].a", "operator": "equals", "value": 1}]

    verdict = await tried(api, source, payload=[{}] * 10_000, filters=rows)

    assert (verdict["passed"], verdict["error"], verdict["groups"]) == (False, "filter_error", [])
    assert "10,000 values" in verdict["reason"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"headers": {"a": 1}}, "/headers"),
        ({"query": []}, "/query"),
        ({"method": 3}, "/method"),
        ({"eventId": 3}, "/eventId"),
        ({"filters": {}}, "/filters"),
        ({"filters": [{**PAID, "operator": "x"}]}, "/filters/0/operator"),
    ],
)
async def test_a_test_that_cannot_be_meant_is_refused(api: Calls, source: str, body: Any, pointer: str) -> None:
    answer = await api.ask("POST", f"{source}/filters/test", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_backtest_counts_the_last_requests(world: Surface, api: Calls, source: str) -> None:
    await api.post(f"{source}/filters", PAID)
    states = ["paid", "open", "paid", "paid"]
    ids = [await arrive(world, identity(source), Arrival(body={"data": {"status": state}})) for state in states]
    await arrive(world, identity(source), Arrival(body={"data": {"status": "paid"}}, test=True))

    told = await api.post(f"{source}/filters/backtest", {"last": 3}, status=200)

    assert told == {
        "tested": 3,
        "passed": 2,
        "filtered": 1,
        "failed": 0,
        "examples": {"passed": [ids[3], ids[2]], "filtered": [ids[1]], "failed": []},
        "changed": {"count": 1, "passed": [], "filtered": [ids[1]]},
    }


async def test_a_backtest_names_what_changes_its_verdict(world: Surface, api: Calls, source: str) -> None:
    was = await arrive(world, identity(source), Arrival(body={"n": 1}, status="filtered"))
    await arrive(world, identity(source), Arrival(body={"n": 1}))
    rows = [{"fieldPath": "$.n", "operator": "equals", "value": 1}]

    told = await api.post(f"{source}/filters/backtest", {"filters": rows}, status=200)

    assert told["changed"] == {"count": 1, "passed": [was], "filtered": []}


async def test_a_backtest_reads_beyond_one_stretch_and_shows_five(world: Surface, api: Calls, source: str) -> None:
    ids = [await arrive(world, identity(source), Arrival(body={"n": number})) for number in range(45)]
    rows = [{"fieldPath": "$.n", "operator": "lt", "value": 10}]

    told = await api.post(f"{source}/filters/backtest", {"filters": rows}, status=200)

    assert (told["tested"], told["passed"], told["filtered"]) == (45, 10, 35)
    assert told["examples"]["passed"] == ids[9:4:-1]
    assert told["examples"]["filtered"] == ids[:39:-1]


async def test_a_request_that_spends_the_budget_is_counted_apart(world: Surface, api: Calls, source: str) -> None:
    event_id = await arrive(world, identity(source), Arrival(body=[{}] * 10_000))
    rows = [{"fieldPath": "$[*].a", "operator": "equals", "value": 1}]

    told = await api.post(f"{source}/filters/backtest", {"filters": rows}, status=200)

    assert (told["tested"], told["failed"], told["examples"]["failed"]) == (1, 1, [event_id])


@pytest.mark.parametrize("last", [0, 1_001, "9", True])
async def test_a_backtest_takes_one_to_a_thousand(api: Calls, source: str, last: Any) -> None:
    answer = await api.ask("POST", f"{source}/filters/backtest", {"last": last})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/last")


# -- paths -----------------------------------------------------------------------------------------------------------


async def test_paths_come_from_the_last_requests_with_kind_and_example(world: Surface, api: Calls, source: str) -> None:
    body = {"id": 7, "items": [{"sku": "a-1"}], "odd name": None}
    await arrive(world, identity(source), Arrival(body=body, query="page=2"))

    found = {each["path"]: each for each in (await api.get(f"{source}/paths"))["data"]}

    assert found["$.id"] == {"path": "$.id", "kind": "number", "example": 7, "seen": 1}
    assert found["$.items[*].sku"]["example"] == "a-1"
    assert (found["$.items"]["kind"], found["$.items"]["example"]) == ("array", None)
    assert found["$['odd name']"]["kind"] == "null"
    assert found["$headers.content-type"]["example"] == "application/json"
    assert (found["$query.page"]["example"], found["$method"]["example"]) == ("2", "POST")


async def test_every_suggested_path_is_one_a_filter_takes(world: Surface, api: Calls, source: str) -> None:
    body = {"a'b": 1, "c\\d": {"é": [[1]]}, "@type": 2, "": 3, "x" * 300: 4, "0": 5}
    await arrive(world, identity(source), Arrival(body=body))
    paths = [each["path"] for each in (await api.get(f"{source}/paths"))["data"]]

    rows = [{"fieldPath": path, "operator": "exists"} for path in paths if path.startswith("$")]
    verdict = await tried(api, source, payload=body, filters=[row for row in rows if row["fieldPath"][1:2] in "[."])

    assert len(paths) > 8
    assert verdict["passed"] is True


async def test_paths_can_be_narrowed_by_their_beginning(world: Surface, api: Calls, source: str) -> None:
    await arrive(world, identity(source), Arrival(body={"data": {"status": "x", "state": "y", "id": 1}}))

    found = await api.get(f"{source}/paths", prefix="data.st")

    assert [each["path"] for each in found["data"]] == ["$.data.status", "$.data.state"]


async def test_two_hundred_paths_are_the_most(world: Surface, api: Calls, source: str) -> None:
    await arrive(world, identity(source), Arrival(body={f"m{number}": number for number in range(500)}))

    assert len((await api.get(f"{source}/paths"))["data"]) == 200


async def test_a_source_without_requests_suggests_what_its_types_and_provider_have(world: Surface, api: Calls) -> None:
    created = await api.post(WEBHOOKS, {"name": "GitHub", "provider": "github"})
    schema = {"type": "object", "properties": {"order": {"type": "string"}}}
    await api.post("/api/v1/event-types", {"name": "order.paid", "schema": schema})

    before = await api.get(f"{WEBHOOKS}/{created['id']}/paths", prefix="$.")
    await arrive(world, created["id"], Arrival(body={}))
    after = await api.get(f"{WEBHOOKS}/{created['id']}/paths", prefix="$.order")

    assert before["data"]
    assert [each["path"] for each in after["data"]] == ["$.order"]
