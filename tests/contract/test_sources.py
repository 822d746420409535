"""Sources at seed 003's door (contracts B.1, B.2)."""

from __future__ import annotations

import pytest

from hookspan.inbound.sign import sign_sample
from hookspan.inbound.verify import Refused, Verified
from tests.support.calls import Calls
from tests.support.inbound import request
from tests.support.sources import BASE, at, source, verdict
from tests.support.surface import Surface

_NAMES = """
id tenantId workflowId nodeId name description path url authType provider enabled status priority triggerCount
createdAt updatedAt secretHint previousSecretExpiresAt health errorRate methods contentTypes requireJson maxBodyBytes
allowedIps rateLimit verification dedupe response eventTypePrefix orderingKey registeredUrl split retentionDays
enrichment schemaCheck handshake awaitingUntil
"""
MEMBERS = set(_NAMES.split())


async def test_a_new_source_needs_a_name_only(api: Calls) -> None:
    answer = await api.ask("POST", BASE, {"name": "GitHub pushes"})

    created = answer.json()
    secret = created.pop("secret")
    assert answer.status_code == 201
    assert answer.headers["location"] == at(created)
    assert len(created["path"]) == 22
    assert created["url"] == f"http://testserver/api/v1/webhooks/{created['path']}"
    assert (created["authType"], created["provider"], created["enabled"], created["status"]) == (
        "signature",
        None,
        True,
        "active",
    )
    assert (created["workflowId"], created["nodeId"], created["health"]) == ("", "trigger", "unused")
    assert "lastTriggeredAt" not in created
    assert created["secretHint"] == secret[-4:]
    assert await api.get(at(created)) == created


async def test_every_member_of_the_contract_is_shown(api: Calls) -> None:
    created = await source(api, provider="github")

    assert set(created) == MEMBERS | {"secret"}
    assert created["dedupe"] == {
        "mode": "auto",
        "windowMs": 604_800_000,
        "bodyWindowMs": 86_400_000,
        "paths": [],
        "ignorePaths": [],
        "bodyHash": True,
        "onConflict": "reject",
    }


async def test_the_secret_verifies_at_once_and_a_wrong_one_does_not(world: Surface, api: Calls) -> None:
    created = await source(api, provider="github")
    record = world.rooms.sources.by_path(created["path"])
    assert record is not None

    right = sign_sample(record.preset.record, b"{}", secret=created["secret"].encode(), now_ms=world.clock.now_ms())
    wrong = sign_sample(record.preset.record, b"{}", secret=b"another", now_ms=world.clock.now_ms())

    assert isinstance(verdict(world, created["path"], right), Verified)
    assert isinstance(verdict(world, created["path"], wrong), Refused)


async def test_a_regenerated_secret_leaves_the_old_one_its_overlap(world: Surface, api: Calls) -> None:
    created = await source(api, provider="github")
    found = world.rooms.sources.by_path(created["path"])
    assert found is not None
    old = sign_sample(found.preset.record, b"{}", secret=created["secret"].encode(), now_ms=world.clock.now_ms())

    fresh = await api.post(f"{at(created)}/regenerate-secret", {"overlapMs": 60_000}, status=200)
    within = verdict(world, created["path"], old)
    shown = await api.get(at(created))
    world.clock.advance(seconds=61)

    assert set(fresh) == {"secret"}
    assert fresh["secret"] != created["secret"]
    assert isinstance(within, Verified)
    assert shown["previousSecretExpiresAt"] == "2025-05-21T21:28:10.000Z"
    assert isinstance(verdict(world, created["path"], old), Refused)


async def test_without_overlap_the_old_secret_ends_now(world: Surface, api: Calls) -> None:
    created = await source(api, provider="github")
    found = world.rooms.sources.by_path(created["path"])
    assert found is not None
    old = sign_sample(found.preset.record, b"{}", secret=created["secret"].encode(), now_ms=world.clock.now_ms())

    await api.post(f"{at(created)}/regenerate-secret", {"overlapMs": 0}, status=200)

    assert isinstance(verdict(world, created["path"], old), Refused)


async def test_at_most_five_secrets_live(api: Calls) -> None:
    created = await source(api)
    for _ in range(7):
        await api.post(f"{at(created)}/regenerate-secret", status=200)

    revealed = await api.get(f"{at(created)}/secret")

    assert len(revealed["previous"]) == 4


async def test_basic_credentials_are_made_and_verify(world: Surface, api: Calls) -> None:
    created = await source(api, authType="basic")

    assert created["credentials"]["username"] == "hook"
    assert len(created["credentials"]["password"]) == 24
    assert isinstance(verdict(world, created["path"], [("Authorization", "Basic bm9ib2R5Om5vdGhpbmc=")]), Refused)
    assert (await api.get(f"{at(created)}/secret"))["credentials"] == created["credentials"]


@pytest.mark.parametrize("place", [{"headerName": "X-Token"}, {"queryName": "key"}])
async def test_an_api_key_stands_where_it_was_put(world: Surface, api: Calls, place: dict[str, str]) -> None:
    created = await source(api, authType="api_key", credentials={**place, "key": "a-key-of-my-own"})

    assert created["credentials"] == {**place, "key": "a-key-of-my-own"}
    found = world.rooms.sources.by_path(created["path"])
    assert found is not None
    sent = request(b"{}", [("X-Token", "a-key-of-my-own")], query="key=a-key-of-my-own")
    assert isinstance(found.verifier.check(sent, [found.secrets[0].value], 0), Verified)
    assert isinstance(found.verifier.check(request(b"{}"), [found.secrets[0].value], 0), Refused)
    assert found.credential_names == {next(iter(place.values())).lower()}


async def test_a_preset_brings_its_way_of_proving(api: Calls) -> None:
    created = await source(api, provider="gitlab")

    assert (created["authType"], created["provider"]) == ("signature", "gitlab")


async def test_a_secret_that_the_provider_issues_must_be_sent(api: Calls) -> None:
    missing = await api.ask("POST", BASE, {"name": "Stripe", "provider": "stripe"})
    created = await source(api, "Stripe", provider="stripe", secret="whsec_from_stripe_itself")
    again = await api.ask("POST", f"{at(created)}/regenerate-secret")

    assert (missing.status_code, missing.json()["code"]) == (422, "secret_required")
    assert created["secret"] == "whsec_from_stripe_itself"
    assert (again.status_code, again.json()["code"]) == (422, "secret_required")


async def test_snake_case_is_read_and_unknown_members_are_ignored(api: Calls) -> None:
    created = await source(api, auth_type="basic", require_json=True, max_body_bytes=2_048, colour="red", tenant_id="x")

    assert (created["authType"], created["requireJson"], created["maxBodyBytes"]) == ("basic", True, 2_048)
    assert "colour" not in created
    assert created["tenantId"] != "x"


async def test_a_put_and_a_patch_change_what_they_name(api: Calls) -> None:
    created = await source(api, description="first")

    put = (await api.ask("PUT", at(created), {"name": "Pushes"})).json()
    patched = (await api.ask("PATCH", at(created), {"priority": 3})).json()

    assert (put["name"], put["description"]) == ("Pushes", "first")
    assert (patched["name"], patched["priority"]) == ("Pushes", 3)
    assert "secret" not in put


async def test_what_was_read_can_be_written_back(api: Calls) -> None:
    created = await source(api, provider="github", dedupe={"mode": "paths", "paths": ["$.id"]})
    read = await api.get(at(created))

    answer = await api.ask("PUT", at(created), read)

    assert (answer.status_code, answer.json()) == (200, read)


async def test_another_way_of_proving_makes_a_new_credential(world: Surface, api: Calls) -> None:
    created = await source(api)

    changed = (await api.ask("PATCH", at(created), {"authType": "basic"})).json()

    assert set(changed["credentials"]) == {"username", "password"}
    found = world.rooms.sources.by_path(created["path"])
    assert found is not None
    assert found.auth_type == "basic"


async def test_enabled_is_another_word_for_status(world: Surface, api: Calls) -> None:
    created = await source(api)

    off = (await api.ask("PUT", at(created), {"enabled": False})).json()
    listed = await api.get(BASE, enabled="false")
    on = (await api.ask("PUT", at(created), {"enabled": True})).json()

    assert (off["status"], off["health"], listed["total"]) == ("disabled", "disabled", 1)
    assert (on["status"], on["enabled"]) == ("active", True)


async def test_the_list_is_an_offset_page_with_a_total(world: Surface, api: Calls) -> None:
    for name in ("b", "c", "a"):
        await source(api, name)
        world.clock.advance(seconds=1)

    page = await api.get(BASE, limit=2, sort="name")
    odd = await api.get(BASE, limit="many", offset="-1")

    assert ([each["name"] for each in page["data"]], page["total"], page["limit"], page["offset"]) == (
        ["a", "b"],
        3,
        2,
        0,
    )
    assert (odd["limit"], odd["offset"], [each["name"] for each in odd["data"]]) == (20, 0, ["a", "c", "b"])


async def test_filters_of_the_list(api: Calls) -> None:
    await source(api, "pushes", provider="github")
    await source(api, "basic one", authType="basic", priority=3)
    wanted = {"q=PUSH": "pushes", "authType=basic": "basic one", "provider=github": "pushes", "priority=3": "basic one"}

    for query, name in wanted.items():
        found = (await api.ask("GET", f"{BASE}?{query}")).json()
        assert [each["name"] for each in found["data"]] == [name], query
    assert (await api.get(BASE, status="paused"))["total"] == 0


async def test_a_chosen_path_is_taken_once_and_free_a_day_after_deletion(world: Surface, api: Calls) -> None:
    first = await source(api, "one", path="github/pushes")
    taken = await api.ask("POST", BASE, {"name": "two", "path": "github/pushes"})
    await api.ask("DELETE", at(first))
    gone = world.rooms.sources.by_path("github/pushes")
    resting = await api.ask("POST", BASE, {"name": "two", "path": "github/pushes"})
    world.clock.advance(seconds=86_400)

    again = await source(api, "two", path="github/pushes")

    assert (taken.status_code, taken.json()["code"]) == (409, "path_taken")
    assert (gone, resting.status_code) == (None, 409)
    assert again["path"] == "github/pushes"


async def test_a_moved_source_answers_at_its_new_path_only(world: Surface, api: Calls) -> None:
    created = await source(api, path="old")

    await api.ask("PATCH", at(created), {"path": "new/place"})

    assert world.rooms.sources.by_path("old") is None
    moved = world.rooms.sources.by_path("new/place")
    assert moved is not None
    assert moved.id == created["id"]


async def test_a_name_is_unique_in_its_tenant(world: Surface, api: Calls) -> None:
    await source(api, "same")

    answer = await api.ask("POST", BASE, {"name": "same"})

    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert answer.json()["error"] == answer.json()["detail"]


async def test_with_several_tenants_a_chosen_path_begins_with_the_slug(world: Surface, api: Calls) -> None:
    other = await world.key_for("owner", tenant_id=await world.second_tenant())

    foreign = await api.ask("POST", BASE, {"name": "a", "path": "default/x"}, headers=other)
    own = await api.ask("POST", BASE, {"name": "a", "path": "other/x"}, headers=other)

    assert (foreign.status_code, own.status_code) == (422, 201)


async def test_another_process_sees_a_change_when_it_looks_again(world: Surface, api: Calls) -> None:
    elsewhere = type(world.rooms.sources)(world.rooms.database, world.vault, world.clock)
    await elsewhere.load()
    created = await source(api, path="late")
    before = elsewhere.by_path("late")

    await elsewhere.refresh()

    found = elsewhere.by_path("late")
    assert before is None
    assert found is not None
    assert found.id == created["id"]


async def test_what_cannot_be_enforced_refuses_every_request(world: Surface, api: Calls) -> None:
    created = await source(api)
    row = await world.rooms.sources.get(world.instance.tenant_id, created["id"])
    broken = type(row)(**{name: getattr(row, name) for name in row.__slots__} | {"provider": "unheard-of"})

    world.rooms.sources.snapshot.put(broken)

    assert isinstance(verdict(world, created["path"], []), Refused)


async def test_a_reader_sees_hints_and_never_a_secret(world: Surface, api: Calls) -> None:
    created = await source(api)
    viewer = await world.key_for("viewer")

    read = await api.ask("GET", at(created), headers=viewer)
    reveal = await api.ask("GET", f"{at(created)}/secret", headers=viewer)

    assert created["secret"] not in read.text
    assert reveal.status_code == 403
