"""`GET /api/v1/events/{id}/routing`: why each endpoint and workflow matched or did not (C.3)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from hookspan.model.ids import new_id
from hookspan.storage.tables import endpoints
from tests.support.calls import Calls
from tests.support.surface import Surface

PAID = [{"fieldPath": "$.status", "operator": "equals", "value": "paid"}]


async def routing(api: Calls, event_id: str) -> list[dict[str, Any]]:
    """The answers."""
    found: list[dict[str, Any]] = (await api.get(f"/api/v1/events/{event_id}/routing"))["data"]
    return found


@pytest.mark.parametrize(
    ("members", "matched", "reason"),
    [
        ({"events": ["order.*"]}, False, "type invoice.paid not in order.*"),
        (
            {"events": ["a", "b.*", "c", "d", "e", "f", "g"]},
            False,
            "type invoice.paid not in a, b.*, c, d, e and 2 more",
        ),
        ({"events": ["order.*", "invoice.*"]}, True, "matched by invoice.*"),
        ({"events": ["*"], "filter": []}, True, "matched by *"),
        (
            {"events": ["invoice.paid"], "filter": PAID},
            False,
            'filter: group 0: $.status equals "paid" (was "open")',
        ),
        (
            {"events": ["*"], "filter": [{**PAID[0], "value": "open"}]},
            True,
            "matched by *; filter: group 0 passed",
        ),
        ({"events": ["*"], "ordering": {"key": "$.status"}}, True, "matched by *; in order of $.status"),
        ({"events": ["*"], "ordering": {"key": "$.none"}}, True, "matched by *; no order: no $.none"),
    ],
)
async def test_the_reason_is_told(api: Calls, members: dict[str, Any], matched: bool, reason: str) -> None:
    endpoint = await api.endpoint(**members)
    event_id = await api.publish("invoice.paid", {"status": "open"})

    (answer,) = await routing(api, event_id)

    assert (answer["kind"], answer["id"]) == ("endpoint", endpoint["id"])
    assert (answer["matched"], answer["reason"]) == (matched, reason)
    assert (answer["deliveryId"] is not None) is matched


async def test_a_paused_endpoint_matches_and_holds(api: Calls) -> None:
    endpoint = await api.endpoint()
    await api.post(f"/api/v1/endpoints/{endpoint['id']}/pause", status=200)
    event_id = await api.publish()

    (answer,) = await routing(api, event_id)

    assert (answer["matched"], answer["reason"], answer["deliveryStatus"]) == (True, "matched by *; paused", "held")


async def test_a_newer_endpoint_matches_without_a_delivery(api: Calls) -> None:
    event_id = await api.publish()
    await api.endpoint()

    (answer,) = await routing(api, event_id)

    assert (answer["matched"], answer["deliveryId"]) == (True, None)
    assert answer["reason"].startswith("matched by *; no delivery: the endpoint is newer")


async def test_a_filter_without_an_answer_says_so(world: Surface, api: Calls) -> None:
    await api.endpoint(filter=[{"fieldPath": "$.items[*]", "operator": "equals", "value": 1}])
    event_id = await api.publish(data={"items": [0] * 10_001})

    (answer,) = await routing(api, event_id)

    assert (answer["matched"], answer["reason"]) == (False, "filter error: the filter looks at more than 10,000 values")
    assert answer["deliveryStatus"] == "exhausted"


async def test_who_may_not_see_payloads_sees_no_values(world: Surface, api: Calls) -> None:
    await api.endpoint(filter=PAID)
    event_id = await api.publish(data={"status": "a secret"})
    viewer = Calls(api.client, await world.key_for("viewer"))

    (answer,) = await routing(viewer, event_id)

    assert answer["reason"] == 'filter: group 0: $.status equals "paid"'


async def test_facts_are_matched_by_all_their_names(world: Surface, api: Calls) -> None:
    await api.endpoint(events=["api.key.created"])
    await api.post("/api/v1/keys", {"name": "k", "scopes": ["events:read"]})
    (event,) = (await api.get("/api/v1/events", type="api.key.created"))["data"]

    (answer,) = await routing(api, event["id"])

    assert (answer["matched"], answer["reason"]) == (True, "matched by api.key.created")


async def test_a_foreign_event_is_not_found(world: Surface, api: Calls) -> None:
    event_id = await api.publish()
    others = Calls(api.client, await world.key_for("admin", tenant_id=await world.second_tenant()))

    answers = [await others.ask("GET", f"/api/v1/events/{identity}/routing") for identity in (event_id, new_id(0))]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_an_unreadable_stored_filter_says_so(world: Surface, api: Calls) -> None:
    await api.endpoint()
    event_id = await api.publish()
    await world.rooms.database.write(spoil)

    (answer,) = await routing(api, event_id)

    assert (answer["matched"], answer["reason"][:45]) == (False, "filter error: the stored filter is not valid:")


def spoil(connection: Any) -> None:
    """As a release with other operators would have left it."""
    rows = '{"filter":[{"fieldPath":"$.x","operator":"sounds_like","value":"y"}]}'
    connection.execute(update(endpoints).values(settings=rows))
