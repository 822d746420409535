"""Secrets of native endpoints: shown when set, kept by what was read, revealed on purpose (contracts C.2, S24)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from hookspan.storage.tables import endpoints
from tests.support.calls import URL, Calls
from tests.support.surface import Surface

CANARIES = {
    "headers": {"X-Plain": "seen", "Authorization": "Bearer canary-header", "X-Session-Token": "canary-token"},
    "auth": {"type": "api-key", "apiKey": "canary-api-key", "headerName": "X-Shop"},
    "signing": {"secret": "canary-secret-of-24-bytes-", "legacySecret": "canary-legacy", "ed25519": True},
}


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


async def test_no_read_holds_a_secret(api: Calls) -> None:
    created = await api.endpoint(**CANARIES)

    reads = [
        (await api.ask("GET", path)).text
        for path in (at(created), "/api/v1/endpoints", "/api/webhooks", f"/api/webhooks/{created['id']}")
    ]

    assert [text for text in reads if "canary" in text or "whsk_" in text] == []
    assert created["headers"] == {"X-Plain": "seen", "Authorization": "***", "X-Session-Token": "***"}
    assert created["auth"] == {"type": "api-key", "headerName": "X-Shop"}


async def test_a_reveal_shows_all_but_private_keys(api: Calls) -> None:
    created = await api.endpoint(**CANARIES)

    answer = await api.ask("GET", f"{at(created)}/secret")

    found = answer.json()
    assert (found["secret"], found["legacySecret"]) == ("canary-secret-of-24-bytes-", "canary-legacy")
    assert found["auth"] == {"apiKey": "canary-api-key"}
    assert found["headers"] == CANARIES["headers"]
    assert "whsk_" not in answer.text


async def test_what_was_read_can_be_put_back_and_every_secret_stays(world: Surface, api: Calls) -> None:
    created = await api.endpoint(**CANARIES)
    targets = world.rooms.endpoints.targets
    before = await targets.load(world.instance.tenant_id, created["id"])
    read = await api.get(at(created))
    read_only = {"id", "status", "statusReason", "statusChangedAt", "signing", "tls", "createdBy", "createdAt"}
    read_only |= {"updatedAt", "lastDeliveryAt", "breaker", "stats24h"}

    answer = await api.ask("PUT", at(created), {name: read[name] for name in read if name not in read_only})

    after = await targets.load(world.instance.tenant_id, created["id"])
    assert answer.status_code == 200
    assert before is not None
    assert after is not None
    assert (before.headers, before.auth_headers) == (after.headers, after.auth_headers)
    assert before.signer.trio("id", 1, b"x") == after.signer.trio("id", 1, b"x")
    assert before.signer.legacy("standard", b"x") == after.signer.legacy("standard", b"x")


async def test_the_mask_keeps_one_header_and_a_new_value_takes_the_place_of_another(api: Calls) -> None:
    created = await api.endpoint(headers={"X-A-Token": "one", "X-B-Token": "two", "X-C-Token": "three"})

    await api.ask("PATCH", at(created), {"headers": {"x-a-token": "***", "X-B-Token": "new", "X-C-Token": None}})

    assert (await api.get(f"{at(created)}/secret"))["headers"] == {"x-a-token": "one", "X-B-Token": "new"}


async def test_a_change_of_the_header_name_keeps_the_key(api: Calls) -> None:
    created = await api.endpoint(auth={"type": "api-key", "apiKey": "k"})

    changed = await api.ask("PATCH", at(created), {"auth": {"type": "api-key", "headerName": "X-Other"}})

    assert changed.json()["auth"] == {"type": "api-key", "headerName": "X-Other"}
    assert (await api.get(f"{at(created)}/secret"))["auth"] == {"apiKey": "k"}


async def test_another_kind_of_authentication_forgets_the_old_credentials(api: Calls) -> None:
    created = await api.endpoint(auth={"type": "bearer", "token": "t"})

    refused = await api.ask("PATCH", at(created), {"auth": {"type": "basic", "username": "u"}})
    await api.ask("PATCH", at(created), {"auth": {"type": "none"}})

    assert refused.status_code == 422
    assert (await api.get(f"{at(created)}/secret"))["auth"] == {}


async def test_an_ed25519_pair_is_made_once_kept_and_taken_away(api: Calls) -> None:
    created = await api.endpoint(signing={"ed25519": True})
    public = created["signing"]["ed25519PublicKey"]

    again = (await api.ask("PATCH", at(created), {"signing": {"ed25519": True}})).json()
    replaced = (await api.ask("PUT", at(created), {"url": URL, "events": ["a"]})).json()
    gone = (await api.ask("PATCH", at(created), {"signing": {"ed25519": False}})).json()

    assert public.startswith("whpk_")
    assert again["signing"]["ed25519PublicKey"] == replaced["signing"]["ed25519PublicKey"] == public
    assert gone["signing"]["ed25519PublicKey"] is None


async def test_an_operator_and_a_viewer_reveal_and_rotate_nothing(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    for role in ("operator", "viewer", "designer"):
        headers = await world.key_for(role)

        answers = [
            await api.ask("GET", f"{at(created)}/secret", headers=headers),
            await api.ask("POST", f"{at(created)}/rotate-secret", {}, headers=headers),
        ]

        assert [answer.status_code for answer in answers] == [403, 403]


async def test_another_tenant_finds_nothing_there(world: Surface, api: Calls) -> None:
    created = await api.endpoint(**CANARIES)
    stranger = await world.key_for("owner", tenant_id=await world.second_tenant())
    missing = "/api/v1/endpoints/0196f4a0-0000-7abc-8def-0123456789ab"
    routes = [
        ("POST", "/rotate-secret"), ("GET", "/secret"), ("POST", "/test"), ("GET", "/tests"),
        ("GET", "/schedule-preview"), ("POST", "/resume"), ("PATCH", ""), ("DELETE", ""),
    ]  # fmt: skip

    for method, path in routes:
        body: Any = {} if method in ("POST", "PATCH") else None
        foreign = await api.ask(method, at(created) + path, body, headers=stranger)
        unknown = await api.ask(method, missing + path, body, headers=stranger)

        assert (foreign.status_code, unknown.status_code) == (404, 404), path
        assert foreign.json()["detail"] == unknown.json()["detail"]
    assert (await api.get(at(created)))["status"] == "active"


async def test_a_header_saved_before_its_name_was_a_secret_is_masked_sent_and_kept(world: Surface, api: Calls) -> None:
    created = await api.endpoint(headers={"X-Plain": "seen"})
    await world.rooms.database.write(_in_clear, created["id"])
    targets, tenant_id = world.rooms.endpoints.targets, world.instance.tenant_id
    before = await targets.load(tenant_id, created["id"])

    shown = await api.get(at(created))
    answer = await api.ask("PATCH", at(created), {"headers": shown["headers"]})

    after = await targets.load(tenant_id, created["id"])
    assert shown["headers"] == {"DD-API-KEY": "***"}
    assert answer.status_code == 200
    assert before is not None
    assert after is not None
    assert dict(before.headers) == dict(after.headers) == {"DD-API-KEY": "canary"}


def _in_clear(connection: Connection, endpoint_id: str) -> None:
    text = '{"DD-API-KEY":"canary"}'
    connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(headers=text))
