"""Rotation of signing secrets: old and new verify while they overlap, then only the new (security S44, §8)."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from tests.support.calls import Calls
from tests.support.surface import Surface

BODY = b'{"type":"a","data":1}'
DAY_S = 86_400


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


async def signed(world: Surface, endpoint: dict[str, Any]) -> dict[str, str]:
    """The headers that an attempt would carry now."""
    targets = world.rooms.endpoints.targets
    target = targets.get(endpoint["id"]) or await targets.load(world.instance.tenant_id, endpoint["id"])
    assert target is not None
    return dict(target.signer.trio("msg_1", int(time.time()), BODY) + target.signer.legacy("standard", BODY))


def verifies(secret: str, headers: dict[str, str]) -> bool:
    """Whether the Standard Webhooks library takes it."""
    try:
        Webhook(secret).verify(BODY, headers)
    except WebhookVerificationError:
        return False
    return True


def legacy(secret: str) -> str:
    return "sha256=" + hmac.digest(secret.encode(), BODY, hashlib.sha256).hex()


async def rotated(api: Calls, endpoint: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await api.post(f"{at(endpoint)}/rotate-secret", body, status=200)
    return answer


async def test_both_secrets_verify_for_a_day_and_then_only_the_new_one(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    old = created["signing"]["secret"]
    new = (await rotated(api, created))["signing"]["secret"]

    first = await signed(world, created)
    world.clock.advance(seconds=DAY_S - 0.001)
    last = await signed(world, created)
    world.clock.advance(seconds=0.001)
    after = await signed(world, created)

    assert [(verifies(old, each), verifies(new, each)) for each in (first, last, after)] == [
        (True, True),
        (True, True),
        (False, True),
    ]
    assert first["webhook-signature"].split(" ")[0] == after["webhook-signature"].split(" ")[0]


async def test_without_overlap_the_old_secret_is_revoked_at_once(world: Surface, api: Calls) -> None:
    created = await api.endpoint()

    answer = await rotated(api, created, overlapMs=0, secret="a-secret-of-24-bytes-or-more")

    headers = await signed(world, created)
    assert (answer["signing"]["secret"], answer["previous"]) == ("a-secret-of-24-bytes-or-more", [])
    assert len(headers["webhook-signature"].split(" ")) == 1
    assert not verifies(created["signing"]["secret"], headers)


async def test_a_patch_of_the_secret_ends_the_old_ones_at_once(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    await rotated(api, created)

    await api.ask("PATCH", at(created), {"signing": {"secret": "a-secret-of-24-bytes-or-more"}})

    assert len((await signed(world, created))["webhook-signature"].split(" ")) == 1
    assert (await api.get(f"{at(created)}/secret"))["previous"] == []


async def test_the_legacy_header_has_a_previous_twin_until_the_overlap_ends(world: Surface, api: Calls) -> None:
    created = await api.endpoint(signing={"legacySecret": "old"})
    answer = await rotated(api, created, which="legacy", secret="new", overlapMs=1_000)

    during = await signed(world, created)
    world.clock.advance(seconds=1)
    after = await signed(world, created)

    assert answer["signing"]["legacySecret"] == "new"
    assert during["X-Webhook-Signature"] == after["X-Webhook-Signature"] == legacy("new")
    assert during["X-Webhook-Signature-Previous"] == legacy("old")
    assert "X-Webhook-Signature-Previous" not in after


async def test_five_secrets_live_at_most_and_an_end_is_never_put_off(api: Calls) -> None:
    created = await api.endpoint()
    for overlap_ms in (1_000, 7 * DAY_S * 1_000, 7 * DAY_S * 1_000, 7 * DAY_S * 1_000, 7 * DAY_S * 1_000):
        answer = await rotated(api, created, overlapMs=overlap_ms)

    assert len(answer["previous"]) == 4
    assert (await api.get(f"{at(created)}/secret"))["previous"] == answer["previous"]


async def test_an_end_that_was_set_is_not_put_off_by_the_next_rotation(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    await rotated(api, created, overlapMs=1_000)
    await rotated(api, created)

    world.clock.advance(seconds=1)

    assert not verifies(created["signing"]["secret"], await signed(world, created))


async def test_what_cannot_be_rotated_to_is_refused(api: Calls) -> None:
    created = await api.endpoint()
    for body, pointer in (
        ({"overlapMs": 7 * DAY_S * 1_000 + 1}, "/overlapMs"),
        ({"overlapMs": -1}, "/overlapMs"),
        ({"secret": "short"}, "/secret"),
        ({"which": "ed25519"}, "/which"),
        ({"which": "legacy", "secret": ""}, "/secret"),
    ):
        answer = await api.ask("POST", f"{at(created)}/rotate-secret", body)

        assert answer.status_code == 422, body
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert (await api.get(f"{at(created)}/secret"))["secret"] == created["signing"]["secret"]
