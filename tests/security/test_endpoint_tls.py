"""TLS of single endpoints: client keys sealed and never read back, verification skipped only by leave (S39, S49)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import pytest
import trustme

from hookspan.api.asgi import make_app
from hookspan.outbound.endpoints import Endpoints
from tests.support.calls import URL, Calls
from tests.support.surface import BASE, Surface

AUTHORITY = trustme.CA()
CA = AUTHORITY.cert_pem.bytes().decode()
LEAF = AUTHORITY.issue_cert("shop.example")
CERTIFICATE = "".join(blob.bytes().decode() for blob in LEAF.cert_chain_pems)
KEY = LEAF.private_key_pem.bytes().decode()
OTHER_KEY = AUTHORITY.issue_cert("other.example").private_key_pem.bytes().decode()
MUTUAL = {"caPem": CA, "clientCertPem": CERTIFICATE, "clientKeyPem": KEY}


def at(endpoint: dict[str, Any]) -> str:
    return f"/api/v1/endpoints/{endpoint['id']}"


async def test_a_client_key_goes_to_the_wire_and_into_no_answer(world: Surface, api: Calls) -> None:
    created = await api.endpoint(tls=MUTUAL)

    reads = [(await api.ask("GET", path)).text for path in (at(created), "/api/v1/endpoints", f"{at(created)}/secret")]

    target = await world.rooms.endpoints.targets.load(world.instance.tenant_id, created["id"])
    assert created["tls"] == {"caPem": CA, "hasClientCert": True, "verify": True}
    assert [text for text in reads if "PRIVATE KEY" in text] == []
    assert target is not None
    assert target.tls is not None
    assert (target.tls.ca_pem, target.tls.cert_pem, target.tls.key_pem) == (CA, CERTIFICATE, KEY)
    assert target.tls.identity


async def test_a_put_of_what_was_read_keeps_the_certificate_and_null_removes_it(api: Calls) -> None:
    created = await api.endpoint(tls=MUTUAL)
    base = {"url": URL, "events": ["a"]}

    kept = await api.ask("PUT", at(created), {**base, "tls": {"caPem": CA, "verify": True}})
    removed = await api.ask("PATCH", at(created), {"tls": {"clientCertPem": None, "clientKeyPem": None}})

    assert kept.json()["tls"]["hasClientCert"] is True
    assert removed.json()["tls"] == {"caPem": CA, "hasClientCert": False, "verify": True}


@pytest.mark.parametrize(
    ("tls", "pointer"),
    [
        ({"clientCertPem": CERTIFICATE, "clientKeyPem": OTHER_KEY}, "/tls/clientKeyPem"),
        ({"clientCertPem": CERTIFICATE, "clientKeyPem": "nonsense"}, "/tls/clientKeyPem"),
        ({"clientCertPem": KEY, "clientKeyPem": KEY}, "/tls/clientCertPem"),
        ({"caPem": KEY}, "/tls/caPem"),
        ({"caPem": "ü"}, "/tls/caPem"),
    ],
)
async def test_texts_that_could_not_be_used_are_refused(api: Calls, tls: dict[str, str], pointer: str) -> None:
    answer = await api.ask("POST", "/api/v1/endpoints", {"url": URL, "events": ["a"], "tls": tls})

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert "PRIVATE" not in answer.text


def allowing(world: Surface) -> Endpoints:
    """The endpoints of an instance whose owner allows it."""
    rooms = world.rooms
    return Endpoints(
        rooms.database,
        rooms.vault,
        rooms.clock,
        rooms.endpoints.url_rules,
        publisher=rooms.publisher,
        allow_insecure_tls=True,
    )


async def test_verification_is_skipped_only_where_the_owner_allows_it_and_an_administrator_asks(world: Surface) -> None:
    endpoints = allowing(world)
    app = make_app(replace(world.rooms, endpoints=endpoints))
    body = {"url": URL, "events": ["a"], "tls": {"verify": False}}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as client:
        calls = Calls(client, await world.key_for("integrator"))
        answers = {
            role: (await calls.ask("POST", "/api/v1/endpoints", body, headers=await world.key_for(role))).status_code
            for role in ("integrator", "admin", "owner")
        }
        tested = await calls.ask("POST", "/api/v1/endpoints/test", {"url": URL, "tls": {"verify": False}})

    assert answers == {"integrator": 403, "admin": 201, "owner": 201}
    assert tested.status_code == 403


async def test_verification_is_back_as_soon_as_the_owner_takes_the_leave_away(world: Surface) -> None:
    tenant_id = world.instance.tenant_id
    wish: Any = {"url": URL, "events": ["a"], "tls": {"verify": False}}
    made = (await allowing(world).create(tenant_id, wish, created_by="native")).endpoint

    skipping = await allowing(world).targets.load(tenant_id, made.id)
    checking = await world.rooms.endpoints.targets.load(tenant_id, made.id)

    assert skipping is not None
    assert skipping.tls is not None
    assert skipping.tls.verify is False
    assert checking is not None
    assert checking.tls is None
