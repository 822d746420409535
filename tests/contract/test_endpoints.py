"""Native endpoints (contracts C.1, C.2)."""

from __future__ import annotations

from typing import Any

from tests.support.calls import URL, Calls
from tests.support.surface import Surface


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


async def test_a_new_endpoint_has_a_secret_that_is_shown_once(api: Calls) -> None:
    created = await api.endpoint(name="Billing")

    later = await api.get(at(created))

    secret = created["signing"]["secret"]
    assert secret.startswith("whsec_")
    assert later["signing"] == {"secretHint": secret[-4:], "ed25519PublicKey": None, "hasLegacySecret": False}
    assert (later["profile"], later["createdBy"], later["status"]) == ("standard", "native", "active")
    assert (later["retry"]["strategy"], later["retry"]["maxAttempts"]) == ("schedule", 11)
    assert await api.get(f"{at(created)}/secret") == {
        "secret": secret,
        "legacySecret": None,
        "previous": [],
        "auth": {},
        "headers": {},
    }


async def test_the_url_is_stored_canonical(api: Calls) -> None:
    created = await api.endpoint(url="HTTPS://EXAMPLE.com:443/a/../b")

    assert created["url"] == "https://example.com/b"


async def test_key_like_values_of_a_url_are_hidden_in_lists(api: Calls) -> None:
    await api.endpoint(url="https://example.com/?token=abc&page=1")

    assert (await api.get("/api/v1/endpoints"))["data"][0]["url"] == "https://example.com/?token=***&page=1"


async def test_a_put_resets_what_it_does_not_name_and_keeps_the_secret(api: Calls) -> None:
    created = await api.endpoint(name="Billing", timeoutMs=2_000, metadata={"team": "a"})

    await api.ask("PUT", at(created), {"url": URL, "events": ["a.b"]})

    read = await api.get(at(created))
    assert (read["name"], read["timeoutMs"], read["metadata"], read["events"]) == ("", 15_000, {}, ["a.b"])
    assert (await api.get(f"{at(created)}/secret"))["secret"] == created["signing"]["secret"]


async def test_a_patch_changes_what_it_names_and_null_clears(api: Calls) -> None:
    created = await api.endpoint(name="Billing", timeoutMs=2_000, maxInFlight=3)

    await api.ask("PATCH", at(created), {"name": "Invoices", "timeoutMs": None})

    read = await api.get(at(created))
    assert (read["name"], read["timeoutMs"], read["maxInFlight"]) == ("Invoices", 15_000, 3)


async def test_a_secret_of_ones_own_is_taken_and_shown_in_that_answer_only(api: Calls) -> None:
    created = await api.endpoint()

    answer = await api.ask(
        "PATCH", at(created), {"signing": {"secret": "twenty-four-bytes-or-more", "legacySecret": "x"}}
    )

    assert answer.json()["signing"] == {
        "secretHint": "more",
        "ed25519PublicKey": None,
        "hasLegacySecret": True,
        "secret": "twenty-four-bytes-or-more",
        "legacySecret": "x",
    }
    read = await api.get(at(created))
    assert read["signing"] == {"secretHint": "more", "ed25519PublicKey": None, "hasLegacySecret": True}


async def test_equal_policies_are_one_row(world: Surface, api: Calls) -> None:
    policy = {"strategy": "fixed", "initialDelayMs": 10, "maxDelayMs": 10, "maxAttempts": 2, "jitter": 0}
    first, second = await api.endpoint(retry=policy), await api.endpoint(retry=policy)

    rows = [await world.rooms.endpoints.get(world.instance.tenant_id, each["id"]) for each in (first, second)]

    assert rows[0].policy_id == rows[1].policy_id
    assert first["retry"] == policy


async def test_an_etag_guards_a_write(api: Calls) -> None:
    created = await api.endpoint()
    tag = (await api.ask("GET", at(created))).headers["etag"]
    await api.ask("PATCH", at(created), {"name": "first"}, headers={"If-Match": tag})

    late = await api.ask("PATCH", at(created), {"name": "second"}, headers={"If-Match": tag})

    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (await api.get(at(created)))["name"] == "first"


async def test_a_read_that_is_known_already_is_304(api: Calls) -> None:
    created = await api.endpoint()
    tag = (await api.ask("GET", at(created))).headers["etag"]

    answer = await api.ask("GET", at(created), headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_pause_and_resume(api: Calls) -> None:
    created = await api.endpoint()

    paused = await api.post(f"{at(created)}/pause", status=200)
    resumed = await api.post(f"{at(created)}/resume", status=200)

    assert (paused["status"], resumed["status"]) == ("paused", "active")
    assert paused["statusChangedAt"] == "2025-05-21T21:27:10.000Z"


async def test_events_for_a_paused_endpoint_are_held_and_can_be_dropped_on_resume(api: Calls) -> None:
    created = await api.endpoint()
    await api.post(f"{at(created)}/pause", status=200)
    await api.publish()
    held = (await api.get("/api/v1/deliveries"))["data"][0]["status"]

    await api.post(f"{at(created)}/resume", {"held": "cancel"}, status=200)

    delivery = (await api.get("/api/v1/deliveries"))["data"][0]
    assert (held, delivery["status"], delivery["statusReason"]) == ("held", "cancelled", "user")


async def test_a_deleted_endpoint_is_gone_and_gets_nothing(api: Calls) -> None:
    created = await api.endpoint()
    await api.ask("DELETE", at(created))

    await api.publish()

    assert (await api.ask("GET", at(created))).status_code == 404
    assert (await api.get("/api/v1/deliveries"))["data"] == []


async def test_filters_of_the_list(api: Calls) -> None:
    billing = await api.endpoint(name="Billing")
    await api.endpoint(name="Other", profile="orchestrator", url="https://elsewhere.example/")
    await api.post(f"{at(billing)}/pause", status=200)

    for query in ({"q": "bill"}, {"status": "paused"}, {"profile": "standard"}, {"url": URL}):
        found = await api.get("/api/v1/endpoints", **query)
        assert [each["id"] for each in found["data"]] == [billing["id"]], query


async def test_a_target_is_opened_once_and_forgotten_when_the_endpoint_changes(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    targets = world.rooms.endpoints.targets
    await targets.load(world.instance.tenant_id, created["id"])
    opened = targets.get(created["id"])

    await api.ask("PATCH", at(created), {"url": "https://example.com/other"})

    assert opened is not None
    assert opened.url == URL
    assert targets.get(created["id"]) is None
    reloaded = await targets.load(world.instance.tenant_id, created["id"])
    assert reloaded is not None
    assert reloaded.url == "https://example.com/other"


async def test_an_opened_target_is_kept_for_a_minute_at_most(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    targets = world.rooms.endpoints.targets
    await targets.load(world.instance.tenant_id, created["id"])

    world.clock.advance(seconds=61)

    assert targets.get(created["id"]) is None


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"colour": "red"}, "/colour", "unknown_member"),
    ({"signing": {"secretHint": "abcd"}}, "/signing/secretHint", "unknown_member"),
    ({"retry": {"strategy": "fixed", "tries": 1}}, "/retry/tries", "unknown_member"),
    ({"url": "http://127.0.0.1/"}, "/url", "invalid_url"),
    ({"events": ["a..b"]}, "/events/0", "validation_error"),
    ({"timeoutMs": 0}, "/timeoutMs", "validation_error"),
    ({"timeoutMs": "2000"}, "/timeoutMs", "validation_error"),
    ({"maxInFlight": 101}, "/maxInFlight", "validation_error"),
    ({"profile": "telegraph"}, "/profile", "validation_error"),
    ({"signing": {"secret": "whsec_short"}}, "/signing/secret", "validation_error"),
    ({"metadata": {"a": "b" * 5_000}}, "/metadata", "validation_error"),
    ({"name": "n" * 101}, "/name", "validation_error"),
    ({"id": "0196f4a0-0000-7abc-8def-0123456789ab"}, "/id", "unknown_member"),
    ({"tenantId": "0196f4a0-0000-7abc-8def-0123456789ab"}, "/tenantId", "unknown_member"),
]


async def test_a_wrong_member_is_pointed_at_and_nothing_is_stored(api: Calls) -> None:
    for members, pointer, code in WRONG:
        answer = await api.ask("POST", "/api/v1/endpoints", {"url": URL, "events": ["a"], **members})

        assert answer.status_code == 422, members
        assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    assert (await api.get("/api/v1/endpoints"))["data"] == []


async def test_all_faults_are_told_at_once(api: Calls) -> None:
    answer = await api.ask("POST", "/api/v1/endpoints", {"url": "nonsense", "events": [], "timeoutMs": 1})

    assert sorted(fault["pointer"] for fault in answer.json()["errors"]) == ["/events", "/timeoutMs", "/url"]
