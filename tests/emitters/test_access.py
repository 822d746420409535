"""Keys that are made and end, and callers that ask too often."""

from __future__ import annotations

import pytest

from hookspan.model.times import instant
from tests.emitters.stage import Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEYS = "/api/v1/keys"
BILLING = {"name": "billing", "scopes": ["events:publish"]}


@emits("api.key.created", "api.key.revoked")
async def test_a_key_is_told_of_as_it_is_made_and_as_it_is_revoked(stage: Stage) -> None:
    made = await stage.api.post(KEYS, BILLING)
    created = await stage.hears("api.key.created")

    await stage.api.ask("DELETE", f"{KEYS}/{made['id']}")

    revoked = await stage.hears("api.key.revoked")
    assert (created["key_id"], created["scopes"], created["revoked_at"]) == (made["id"], ["events:publish"], None)
    assert (revoked["key_id"], revoked["reason"]) == (made["id"], "revoked")
    assert made["key"] not in str(created) + str(revoked)
    for name in stage.names:
        assert await stage.sees("event.published", eventType=name)


@emits("api.limit.exceeded")
async def test_a_caller_that_asks_too_often_is_told_of_once_a_minute(stage: Stage) -> None:
    path = f"/api/v1/endpoints/{stage.endpoints[0]}/secret"

    answers = [(await stage.api.ask("GET", path)).status_code for _ in range(12)]

    told = await stage.hears("api.limit.exceeded")
    assert answers == [200] * 10 + [429] * 2
    assert (told["policy"], told["limit"], told["window_ms"], told["path"]) == ("reveal", 10, 60_000, path)
    assert await stage.sees("event.published", eventType="api.limit.exceeded")
    assert len(stage.sent_to("api.limit.exceeded")) == 1


async def test_a_key_that_is_refused_is_told_to_nobody(stage: Stage) -> None:
    await stage.listens("api.key.created")

    refused = await stage.api.ask("POST", KEYS, {"name": "x", "scopes": ["no:such"]})

    made = await stage.api.post(KEYS, BILLING)
    assert refused.status_code == 422
    assert (await stage.hears("api.key.created"))["key_id"] == made["id"]
    assert len(stage.sent_to("api.key.created")) == 1


@emits("api.key.revoked")
async def test_a_key_that_has_expired_is_told_of_once(stage: Stage) -> None:
    hour = stage.house.clock.now_ms() + 3_600_000
    made = await stage.api.post(KEYS, {**BILLING, "expiresAt": instant(hour)})

    stage.house.after(4_400)

    told = await stage.hears("api.key.revoked")
    stage.house.after(1_200)
    await stage.house.application.api_keys.expire()
    assert (told["key_id"], told["reason"], told["revoked_at"]) == (made["id"], "expired", instant(hour))
    assert (await stage.api.ask("GET", f"{KEYS}/{made['id']}")).status_code == 404
    assert len(stage.sent_to("api.key.revoked")) == 1
