"""Jobs, bulk retry and cancel, and issues (contracts C.1, C.4, C.7)."""

from __future__ import annotations

import pytest

from tests.contract.test_deliveries_api import DELIVERIES, owed, tried
from tests.support.calls import Calls
from tests.support.surface import Surface


async def test_a_dry_run_counts_and_shows_the_first(world: Surface, api: Calls) -> None:
    dead = await owed(api)
    await tried(world, dead, status="exhausted")
    await api.post(f"/api/v1/endpoints/{dead['endpointId']}/pause", status=200)
    other = await owed(api)
    await tried(world, other, status="exhausted")

    preview = await api.post(f"{DELIVERIES}/retry", {"query": {"status": "exhausted"}, "dryRun": True}, status=200)

    assert (preview["total"], preview["skipped"]) == (1, {"endpoint_disabled": 1})
    assert [each["id"] for each in preview["sample"]] == [other["id"]]
    assert (await api.get("/api/v1/jobs"))["data"] == []


async def test_a_retry_by_query_is_a_job(world: Surface, api: Calls) -> None:
    dead = await owed(api)
    await tried(world, dead, status="exhausted")

    answer = await api.ask("POST", f"{DELIVERIES}/retry", {"query": {"status": ["exhausted"], "statusCode": 500}})

    job = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/v1/jobs/{job['id']}")
    assert (job["kind"], job["status"], job["total"], job["done"]) == ("deliveries.retry", "queued", 1, 0)
    assert job["plan"]["query"] == {"status": ["exhausted"], "statusCode": ["500"]}
    await world.rooms.jobs.turn()
    done = await api.get(f"/api/v1/jobs/{job['id']}")
    assert (done["status"], done["done"], done["succeeded"], done["failed"]) == ("done", 1, 1, 0)
    assert (await api.get(f"{DELIVERIES}/{dead['id']}"))["status"] == "pending"


async def test_a_cancel_by_ids_tells_what_it_could_not_do(world: Surface, api: Calls) -> None:
    waits, done = await owed(api, events=["order.paid"]), None
    done = await owed(api, events=["order.paid"])
    await tried(world, done, status="delivered", code=200)

    job = await api.post(f"{DELIVERIES}/cancel", {"ids": [waits["id"], done["id"]]}, status=202)

    await world.rooms.jobs.turn()
    ended = await api.get(f"/api/v1/jobs/{job['id']}")
    assert (ended["succeeded"], ended["failed"]) == (1, 1)
    assert [(each["id"], each["code"]) for each in ended["errors"]] == [(done["id"], "conflict")]
    assert (await api.get(f"{DELIVERIES}/{waits['id']}"))["statusReason"] == "user"


async def test_a_job_is_cancelled_once_and_listed(world: Surface, api: Calls) -> None:
    await owed(api)
    job = await api.post(f"{DELIVERIES}/cancel", {"query": {"status": "pending"}}, status=202)

    cancelled = await api.post(f"/api/v1/jobs/{job['id']}/cancel", status=200)
    again = await api.ask("POST", f"/api/v1/jobs/{job['id']}/cancel")

    assert (cancelled["status"], again.status_code) == ("cancelled", 409)
    assert [each["id"] for each in (await api.get("/api/v1/jobs", status="cancelled"))["data"]] == [job["id"]]
    assert (await api.get("/api/v1/jobs", status="running"))["data"] == []


@pytest.mark.parametrize(("body", "pointer"), [
    ({}, "/query"),
    ({"query": {}}, "/query"),
    ({"query": {"status": "pending"}, "ids": ["a"]}, "/query"),
    ({"ids": ["nonsense"]}, "/ids/0"),
    ({"query": {"status": "lost"}}, "/query/status/0"),
    ({"query": {"colour": "red"}}, "/query/colour"),
    ({"query": {"statusCode": "many"}}, "/statusCode"),
    ({"query": {"from": "yesterday"}}, "/query/from"),
    ({"query": {"status": "pending"}, "ratePerSecond": 0}, "/ratePerSecond"),
])  # fmt: skip
async def test_a_wish_that_names_nobody_or_too_much_is_refused(
    body: dict[str, object], pointer: str, api: Calls
) -> None:
    answer = await api.ask("POST", f"{DELIVERIES}/retry", body)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_filters_by_outcome_and_reason(world: Surface, api: Calls) -> None:
    dead = await owed(api)
    await tried(world, dead, status="exhausted")
    await owed(api)

    by_outcome = await api.get(DELIVERIES, outcome="http_error")
    by_other = await api.get(DELIVERIES, outcome="timeout")

    assert ([each["id"] for each in by_outcome["data"]], by_other["data"]) == ([dead["id"]], [])
    assert (await api.get(DELIVERIES, reason="quarantined"))["data"] == []


async def test_what_is_due_is_listed_in_its_order(world: Surface, api: Calls) -> None:
    await api.endpoint()
    for _ in range(5):
        await api.publish()
        world.clock.advance(seconds=1)
    rising = [each["id"] for each in (await api.get(DELIVERIES, sort="createdAt"))["data"]]

    first = await api.get(DELIVERIES, sort="nextAttemptAt", limit=2)
    second = await api.get(DELIVERIES, sort="nextAttemptAt", limit=2, cursor=first["nextCursor"])
    back = await api.get(DELIVERIES, sort="nextAttemptAt", limit=2, cursor=second["prevCursor"])

    assert [each["id"] for each in first["data"] + second["data"]] == rising[:4]
    assert back["data"] == first["data"]
    assert (first["hasMore"], first["prevCursor"]) == (True, None)


async def test_issues_put_failures_together(world: Surface, api: Calls) -> None:
    first = await owed(api, events=["order.paid"])
    await tried(world, first, status="exhausted")
    world.clock.advance(seconds=60)
    second = await owed(api, events=["order.*"])
    for delivery in (await api.get(DELIVERIES, status="pending"))["data"]:
        if delivery["endpointId"] == first["endpointId"]:
            await tried(world, delivery, status="pending")
    world.clock.advance(seconds=300)

    issues = await api.get("/api/v1/issues")

    (issue,) = issues["data"]
    assert (issue["endpointId"], issue["errorCode"], issue["statusCode"]) == (first["endpointId"], "http_error", 500)
    assert (issue["count"], issue["exhausted"], len(issue["sampleIds"])) == (2, 1, 2)
    assert issue["firstSeenAt"] < issue["lastSeenAt"]
    assert (await api.get("/api/v1/issues", endpointId=second["endpointId"]))["data"] == []
