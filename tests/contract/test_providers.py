"""The catalogue of presets (contracts C.7): what a form needs to know of each, with a sample."""

from __future__ import annotations

from typing import Any

import pytest

from hookspan.inbound.providers import provider_ids
from tests.support.calls import Calls
from tests.support.surface import Surface

BASE = "/api/v1/providers"


async def listed(api: Calls) -> dict[str, dict[str, Any]]:
    return {shown["id"]: shown for shown in (await api.get(BASE))["data"]}


async def test_the_list_holds_every_preset_by_id_and_comes_whole(api: Calls) -> None:
    answer = await api.get(BASE)

    assert [shown["id"] for shown in answer["data"]] == list(provider_ids())
    assert (answer["total"], answer["hasMore"], answer["nextCursor"]) == (len(provider_ids()), False, None)


async def test_one_provider_tells_all_that_a_form_asks_for(api: Calls) -> None:
    shown = await api.get(f"{BASE}/stripe")

    record = shown.pop("verification")
    assert shown == {
        "id": "stripe",
        "title": "Stripe",
        "docs": "The secret (whsec_…) is shown at the webhook endpoint; each endpoint has its own.",
        "auth": "signature",
        "kind": "hmac",
        "status": "supported",
        "evidence": "confirmed",
        "signaturePlace": "header Stripe-Signature: v1=…",
        "signedFields": ["body", "time"],
        "secret": {"by": "provider", "format": "whsec_*", "encoding": "text"},
        "time": {"pastSeconds": 300, "futureSeconds": 300},
        "dedupe": ["body $.id"],
        "idSigned": True,
        "eventType": ["body $.type"],
        "typeSigned": True,
        "handshakes": [],
        "awaitsSecret": False,
        "methods": ["POST"],
        "needsRegisteredUrl": False,
        "canSign": True,
        "hasSample": True,
        "sample": {
            "headers": {"Content-Type": "application/json; charset=utf-8"},
            "body": '{"id": "evt_1MqqbKLt4dXK03v5qaIbiNCC", "object": "event", "type": "charge.succeeded",'
            ' "livemode": false}',
            "eventType": "stripe.charge.succeeded",
        },
    }
    assert record["text"] == "{timestamp}.{body}"


async def test_what_differs_between_providers_is_told_in_words(api: Calls) -> None:
    shown = await listed(api)

    assert shown["github"]["signaturePlace"] == "header X-Hub-Signature-256: sha256=…"
    assert (shown["github"]["idSigned"], shown["github"]["typeSigned"]) == (False, False)
    assert shown["vapi"]["signaturePlace"] == "header X-Vapi-Signature, else header X-Vapi-Secret"
    assert shown["vonage"]["signaturePlace"] == "header Authorization: Bearer"
    assert shown["postmark"]["signaturePlace"] == "header Authorization: Basic"
    assert shown["freshdesk"]["signaturePlace"] == "header X-API-Key, else query parameter key"
    assert shown["adyen"]["time"] is None
    assert shown["adyen"]["secret"]["encoding"] == "hex"
    assert shown["messagebird"]["dedupe"] == ["claim jti"]
    assert shown["zoom"]["dedupe"] == ["hash of body and time"]
    assert shown["airtable"]["eventType"] == ["always changed"]
    assert shown["telegram"]["eventType"] == ["the first member of the body beside update_id"]
    assert shown["twilio"]["eventType"][0] == "form field CallStatus"
    assert shown["dropbox"]["dedupe"] == ["none: equal deliveries are no duplicates"]
    assert (shown["zoom"]["status"], shown["zoom"]["handshakes"]) == ("experimental", ["H6"])
    assert shown["asana"]["awaitsSecret"] is True
    assert shown["square"]["needsRegisteredUrl"] is True
    assert (shown["discord"]["canSign"], shown["discord"]["secret"]["encoding"]) == (False, "public key (hex)")


async def test_an_unknown_provider_is_not_found(api: Calls) -> None:
    answer = await api.ask("GET", f"{BASE}/..%2f..%2fgithub")

    assert answer.status_code == 404
    assert (await api.ask("GET", f"{BASE}/githubb")).json()["code"] == "not_found"


@pytest.mark.parametrize("path", [BASE, f"{BASE}/github"])
async def test_the_catalogue_asks_for_a_credential(world: Surface, path: str) -> None:
    async with world.client() as client:
        answer = await client.get(path)

    assert answer.status_code == 401
