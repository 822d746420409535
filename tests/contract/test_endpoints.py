"""Native endpoints (contracts C.1, C.2)."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.surface import Surface

URL = "https://example.com/hook"


async def made(world: Surface, client: httpx2.AsyncClient, **members: Any) -> dict[str, Any]:
    body = {"url": URL, "events": ["invoice.*"], **members}
    answer = await client.post("/api/v1/endpoints", json=body, headers=world.owner)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_a_new_endpoint_has_a_secret_that_is_shown_once(world: Surface, client: httpx2.AsyncClient) -> None:
    created = await made(world, client, name="Billing")

    later = await client.get(f"/api/v1/endpoints/{created['id']}", headers=world.owner)

    secret = created["signing"]["secret"]
    assert secret.startswith("whsec_")
    assert later.json()["signing"] == {"secretHint": secret[-4:], "hasLegacySecret": False}
    assert (later.json()["profile"], later.json()["createdBy"]) == ("standard", "native")
    assert later.json()["retry"]["maxAttempts"] == 11
    revealed = await client.get(f"/api/v1/endpoints/{created['id']}/secret", headers=world.owner)
    assert revealed.json() == {"secret": secret, "legacySecret": None}
