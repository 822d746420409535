"""Pause, resume, secrets that come by handshake, and what the audit log is told of sources (contracts B.2)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from hookspan.errors import Conflict, Invalid
from hookspan.inbound.verify import Refused
from hookspan.model.ids import new_id
from hookspan.storage.tables import audit, webhook_filters, webhooks
from tests.support.calls import Calls
from tests.support.sources import BASE, at, changed, compiled, source, verdict
from tests.support.surface import Surface

QUARTER_S = 15 * 60


async def told(world: Surface) -> list[Any]:
    """The rows of the audit log, oldest first."""
    return list(
        await world.rooms.database.read(lambda connection: connection.execute(select(audit).order_by(audit.c.id)).all())
    )


# -- pause and resume -----------------------------------------------------------------------------------------------


async def test_a_pause_and_a_resume_answer_with_the_source(world: Surface, api: Calls) -> None:
    created = await source(api)

    paused = await api.post(f"{at(created)}/pause", status=200)
    held = compiled(world, created).status
    again = await api.post(f"{at(created)}/pause", status=200)
    resumed = await api.post(f"{at(created)}/resume", status=200)

    assert (paused["status"], paused["health"], paused["enabled"]) == ("paused", "paused", True)
    assert (held, again["status"], resumed["status"]) == ("paused", "paused", "active")
    assert "secret" not in paused


async def test_a_disabled_source_is_enabled_first(api: Calls) -> None:
    created = await source(api)
    await changed(api, created, enabled=False)

    for word in ("pause", "resume"):
        answer = await api.ask("POST", f"{at(created)}/{word}")
        assert (answer.status_code, answer.json()["code"]) == (409, "webhook_disabled")


async def test_an_operator_may_pause_and_change_nothing_else(world: Surface, api: Calls) -> None:
    created = await source(api)
    operator = await world.key_for("operator")

    paused = await api.ask("POST", f"{at(created)}/pause", headers=operator)
    renamed = await api.ask("PATCH", at(created), {"name": "mine"}, headers=operator)

    assert (paused.status_code, renamed.status_code) == (200, 403)


async def test_a_missing_source_and_one_of_another_tenant_are_the_same(world: Surface, api: Calls) -> None:
    created = await source(api)
    other = await world.key_for("owner", tenant_id=await world.second_tenant())
    missing = f"{BASE}/0196f4b0-0a00-7c11-8d22-0123456789ab"

    for word in ("pause", "resume"):
        foreign = await api.ask("POST", f"{at(created)}/{word}", headers=other)
        unknown = await api.ask("POST", f"{missing}/{word}")
        assert (foreign.status_code, foreign.json()["detail"]) == (404, unknown.json()["detail"])


# -- a secret that comes by handshake -------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["asana", "notion"])
async def test_a_provider_that_hands_over_its_secret_needs_none_at_creation(
    world: Surface, api: Calls, provider: str
) -> None:
    created = await source(api, provider=provider)

    assert "secret" not in created
    assert (created["secretHint"], created["awaitingUntil"]) == (None, "2025-05-21T21:42:10.000Z")
    assert compiled(world, created).handshake.awaiting_until == world.clock.now_ms() + QUARTER_S * 1_000
    assert isinstance(verdict(world, created["path"], []), Refused)


async def test_a_secret_that_was_sent_is_not_awaited(world: Surface, api: Calls) -> None:
    created = await source(api, provider="asana", secret="a secret that we know")

    assert (created["awaitingUntil"], created["secretHint"]) == (None, "know")


async def test_what_the_handshake_brought_is_kept_and_told(world: Surface, api: Calls) -> None:
    created = await source(api, provider="asana")

    await world.rooms.sources.take_secret(created["tenantId"], created["id"], "brought by the provider")

    row = (await told(world))[-1]
    assert (row.actor, row.action, row.resource) == ("handshake", "takeWebhookSecret", at(created))
    assert "brought by" not in str(row)
    assert compiled(world, created).secrets[0].value == b"brought by the provider"
    assert (await api.get(at(created)))["awaitingUntil"] is None
    assert (await api.get(f"{at(created)}/secret"))["secret"] == "brought by the provider"


async def test_after_a_quarter_of_an_hour_none_is_taken(world: Surface, api: Calls) -> None:
    created = await source(api, provider="asana")
    world.clock.advance(seconds=QUARTER_S)

    with pytest.raises(Conflict):
        await world.rooms.sources.take_secret(created["tenantId"], created["id"], "too late")

    assert compiled(world, created).secrets == ()
    assert (await api.get(at(created)))["awaitingUntil"] is None


async def test_a_secret_is_taken_once(world: Surface, api: Calls) -> None:
    created = await source(api, provider="asana")
    await world.rooms.sources.take_secret(created["tenantId"], created["id"], "the first")

    with pytest.raises(Conflict):
        await world.rooms.sources.take_secret(created["tenantId"], created["id"], "the second")


async def test_a_secret_that_is_too_long_is_not_taken(world: Surface, api: Calls) -> None:
    created = await source(api, provider="asana")

    with pytest.raises(Invalid):
        await world.rooms.sources.take_secret(created["tenantId"], created["id"], "x" * 4_097)


async def test_an_awaited_secret_leaves_the_old_one_its_overlap(world: Surface, api: Calls) -> None:
    created = await source(api, provider="asana", secret="the old secret of asana")

    answer = await api.post(f"{at(created)}/regenerate-secret", {"await": True}, status=200)
    await world.rooms.sources.take_secret(created["tenantId"], created["id"], "the new secret of asana")

    assert answer == {"secret": "", "awaitingUntil": "2025-05-21T21:42:10.000Z"}
    assert [each.value for each in compiled(world, created).secrets] == [
        b"the new secret of asana",
        b"the old secret of asana",
    ]
    assert (await api.get(at(created)))["previousSecretExpiresAt"] == "2025-05-22T21:27:10.000Z"


@pytest.mark.parametrize(
    ("provider", "wish", "code"),
    [
        ("github", {"await": True}, "validation_error"),
        ("asana", {"await": True, "secret": "both"}, "validation_error"),
        ("asana", {}, "secret_required"),
    ],
)
async def test_only_a_handshake_is_awaited(api: Calls, provider: str, wish: dict[str, Any], code: str) -> None:
    created = await source(api, provider=provider)

    answer = await api.ask("POST", f"{at(created)}/regenerate-secret", wish)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_another_provider_awaits_nothing(world: Surface, api: Calls) -> None:
    created = await source(api, provider="asana")

    other = await changed(api, created, provider="github")
    renamed = await changed(api, await source(api, "second", provider="notion"), name="third")

    assert (other["awaitingUntil"], len(compiled(world, other).secrets)) == (None, 1)
    assert renamed["awaitingUntil"] is not None


# -- what belongs to a source ---------------------------------------------------------------------------------------


async def test_filters_are_compiled_with_the_source_once_it_is_read_again(world: Surface, api: Calls) -> None:
    created = await source(api)
    row = {
        "id": new_id(0),
        "tenant_id": created["tenantId"],
        "webhook_id": created["id"],
        "field_path": "$.total",
        "operator": "greater_than",
        "value": "99.5",
        "created_at": 0,
        "updated_at": 0,
    }
    await world.rooms.database.write(lambda connection: connection.execute(insert(webhook_filters), [row]).rowcount)
    before = compiled(world, created).rules

    await world.rooms.sources.reload(created["tenantId"], created["id"])
    await changed(api, created, description="the filters stay")

    rules = compiled(world, created).rules
    assert (before.is_open, rules.is_open) == (True, False)
    assert (rules.passes({"$": {"total": 100}}), rules.passes({"$": {"total": 99}})) == (True, False)


async def test_a_filter_that_cannot_be_read_neither_passes_nor_refuses(world: Surface, api: Calls) -> None:
    created = await source(api)
    row = await world.rooms.sources.get(created["tenantId"], created["id"])
    fields = {name: getattr(row, name) for name in row.__slots__}

    for broken in ("{", '{"fieldPath":"$.a","operator":"resembles","value":1}'):
        world.rooms.sources.snapshot.put(type(row)(**fields | {"filters": (broken,)}))
        assert compiled(world, created).rules.fault is not None


# -- the audit log --------------------------------------------------------------------------------------------------


async def test_a_change_tells_what_was_and_what_is(world: Surface, api: Calls) -> None:
    created = await source(api, rateLimit={"count": 1})

    await changed(
        api, created, name="Pushes", rateLimit={"count": 2}, priority=1, handshake={"verifyToken": "canary-1"}
    )

    row = (await told(world))[-1]
    assert '"name":"GitHub pushes"' in row.before
    assert '"name":"Pushes"' in row.after
    assert '"rateLimit":{"count":2,"periodMs":1000}' in row.after
    assert "priority" not in row.after
    assert "canary" not in row.after


async def test_a_pause_a_fresh_secret_and_an_end_are_told_without_the_secret(world: Surface, api: Calls) -> None:
    created = await source(api)
    await api.post(f"{at(created)}/pause", status=200)
    fresh = (await api.post(f"{at(created)}/regenerate-secret", status=200))["secret"]
    await api.ask("DELETE", at(created))

    paused, rotated, deleted = (await told(world))[-3:]
    assert (paused.before, paused.after) == ('{"status":"active"}', '{"status":"paused"}')
    assert fresh[-4:] in rotated.after
    assert fresh not in rotated.after
    assert '"name":"GitHub pushes"' in deleted.before


# -- bounds ---------------------------------------------------------------------------------------------------------


async def test_a_tenant_has_at_most_a_thousand_sources(world: Surface, api: Calls) -> None:
    created = await source(api)
    row = await world.rooms.database.read(lambda connection: connection.execute(select(webhooks)).mappings().one())
    more = [dict(row, id=new_id(0), name=f"source {n}", path=f"path{n}") for n in range(999)]
    await world.rooms.database.write(lambda connection: connection.execute(insert(webhooks), more).rowcount)

    full = await api.ask("POST", BASE, {"name": "one more"})
    await api.ask("DELETE", at(created))
    again = await api.ask("POST", BASE, {"name": "one more"})

    assert (full.status_code, full.json()["code"], again.status_code) == (409, "conflict", 201)


async def test_a_secret_is_revealed_ten_times_a_minute(world: Surface, api: Calls) -> None:
    created = await source(api)

    answers = [(await api.ask("GET", f"{at(created)}/secret")).status_code for _ in range(21)]

    assert answers.count(200) >= 10
    assert answers[-1] == 429
