"""What proves who someone is never comes to rest: not in the database, no log, no other's door (S46, S50)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hookspan import observe
from tests.support.hostile import OK, Receiver, answers
from tests.support.instance import Instance, running
from tests.support.raw_http import post, status_of

CANARIES = {
    "bearer": "canary-bearer-91c2",
    "cookie": "canary-cookie-a7d0",
    "key": "canary-key-55b8-0123456789",
    "query": "canary-query-c3e1",
    "secret": "canary-secret-f00d-0123456789",
    "password": "canary-password-7711",
    "legacy": "canary-legacy-secret-2468-0123456789",
}
PAYLOAD = b'{"visible":"payload-31337"}'


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged."""
    stream, observe.log.stream = observe.log.stream, io.StringIO()
    assert isinstance(observe.log.stream, io.StringIO)
    yield observe.log.stream
    observe.log.stream = stream


@pytest.fixture
async def instance(tmp_path: Path, log: io.StringIO) -> AsyncIterator[Instance]:
    """An instance that logs all it can."""
    async with running(tmp_path, log_level="debug") as started:
        yield started


async def sources_of_every_kind(instance: Instance) -> list[bytes]:
    """Right and wrong requests that carry every canary a sender may carry."""
    keyed = await instance.source(
        name="keyed", auth_type="api_key", credentials={"headerName": "X-My-Key", "key": CANARIES["key"]}
    )
    queried = await instance.source(
        name="queried", auth_type="api_key", credentials={"queryName": "token", "key": CANARIES["query"]}
    )
    signing = await instance.source(name="signing", auth_type="signature", secret=CANARIES["secret"])
    basic = await instance.source(
        name="basic", auth_type="basic", credentials={"username": "u", "password": CANARIES["password"]}
    )
    prefix = "/api/v1/webhooks/"
    common = (f"Cookie: session={CANARIES['cookie']}", "Connection: close")
    bearer = f"Authorization: Bearer {CANARIES['bearer']}"
    signature = hmac.digest(CANARIES["secret"].encode(), PAYLOAD, hashlib.sha256).hex()
    return [
        post(prefix + keyed.source.path, PAYLOAD, f"X-My-Key: {CANARIES['key']}", bearer, *common),
        post(f"{prefix}{queried.source.path}?token={CANARIES['query']}&a=1", PAYLOAD, bearer, *common),
        post(prefix + signing.source.path, PAYLOAD, f"X-Webhook-Signature: sha256={signature}", bearer, *common),
        post(prefix + basic.source.path, PAYLOAD, f"Authorization: Basic {_basic()}", *common),
        post(prefix + basic.source.path, PAYLOAD, bearer, f"X-My-Key: {CANARIES['key']}", *common),
        post(f"{prefix}{CANARIES['key']}?token={CANARIES['query']}", PAYLOAD, bearer, *common),
    ]


def _basic() -> str:
    return base64.b64encode(f"u:{CANARIES['password']}".encode()).decode()


async def test_no_proof_of_a_sender_is_found_anywhere_afterwards(
    instance: Instance, log: io.StringIO, tmp_path: Path
) -> None:
    async with Receiver(answers(OK)) as shop:
        await instance.application.endpoints.create(
            instance.tenant_id,
            {"url": shop.url(), "events": ["*"], "profile": "orchestrator", "legacy_secret": CANARIES["legacy"]},
            created_by="native",
        )
        requests = await sources_of_every_kind(instance)

        statuses = [status_of(await instance.ask(request)) for request in requests]
        while len(shop.requests) < 4:
            shop.heard.clear()
            await asyncio.wait_for(shop.heard.wait(), 5)
        await instance.application.deliverer.drain()

    observe.log.flush()
    signature = hmac.digest(CANARIES["secret"].encode(), PAYLOAD, hashlib.sha256).hex()
    kept = _database_files(tmp_path)
    places = {"database": kept, "log": log.getvalue().encode(), "shop": b"".join(shop.requests)}
    proofs = [*CANARIES.values(), signature, _basic()]
    assert statuses == [202, 202, 202, 202, 401, 404]
    assert b"payload-31337" in kept
    assert b"payload-31337" in places["shop"]
    assert b"webhook.rejected" in places["log"]
    assert b"payload-31337" not in places["log"]
    assert {place: [proof for proof in proofs if proof.encode() in said] for place, said in places.items()} == {
        place: [] for place in places
    }


def _database_files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("hookspan.db*"))
