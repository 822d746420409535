"""What is received is kept bit for bit, refused work costs little, and nothing of a sender's proof is kept (S2, S9)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import replace

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from hookspan.inbound.floods import ADDRESSES_KEPT, REFUSALS_MOST, Floods
from hookspan.inbound.head import Headers
from hookspan.inbound.sources import KeptSource
from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.tables import events, executions, webhook_events, workflow_versions, workflows
from tests.support.clock import FakeClock
from tests.support.gateway import Gateway

CANARY = "canary-7f3c9e51"


@pytest.fixture
async def gateway(database: Database) -> Gateway:
    """On each database."""
    return await Gateway.open(database)


async def a_workflow(gateway: Gateway) -> str:
    """An active workflow that a source may name."""
    identity = new_id(0)

    def insert(connection: Connection) -> None:
        stamps = {"tenant_id": gateway.tenant_id, "created_at": 1}
        connection.execute(workflows.insert().values(id=identity, name="w", version=1, updated_at=1, **stamps))
        connection.execute(
            workflow_versions.insert().values(workflow_id=identity, version=1, definition="{}", **stamps)
        )

    await gateway.database.write(insert)
    return identity


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(bodies=st.lists(st.binary(max_size=400), min_size=1, max_size=20))
def test_any_bytes_come_back_bit_for_bit(database_url: str, bodies: list[bytes]) -> None:
    async def walk() -> list[tuple[bytes, bytes]]:
        opened = Database(database_url)
        opened.start()
        try:
            gateway = await Gateway.open(opened)
            path = (await gateway.source()).source.path
            told = await asyncio.gather(*(gateway.takes(path, body) for body in bodies))
            ids = [msgspec.json.decode(answer.body)["eventId"] for answer in told]
            kept = {row["id"]: row["request_body"] for row in await gateway.rows(webhook_events)}
            return [(body, kept[identity]) for body, identity in zip(bodies, ids, strict=True)]
        finally:
            await opened.close()

    for sent, kept in asyncio.run(walk()):
        assert bytes(kept) == sent


POISON = {
    "NaN": b'{"id":NaN}',
    "a number without end": b'{"id":1e400}',
    "a long integer": b'{"id":' + b"9" * 4_300 + b"}",
    "a deep nest": b'{"id":' * 100_000,
    "a deep nest that ends": b"[" * 100_000 + b"]" * 100_000,
    "a lone surrogate": b'{"id":"\\ud800","type":"\\udfff"}',
    "an escaped NUL": b'{"id":"a\\u0000b","type":"a\\u0000b"}',
    "a member twice": b'{"id":1,"id":2}',
    "UTF-16": '{"id":1}'.encode("utf-16"),
    "not UTF-8": b'{"id":"\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "nothing": b"",
    "NULs": b"\x00" * 50,
}


@pytest.mark.parametrize("poison", POISON)
async def test_a_poisonous_body_is_stored_as_it_is(gateway: Gateway, poison: str) -> None:
    plain = await gateway.source(dedupe={"mode": "paths", "paths": ["$.id"]})

    answer = await gateway.takes(plain.source.path, POISON[poison], [(b"content-type", b"application/json")])

    assert answer.status == 202
    (kept,) = await gateway.rows(webhook_events)
    assert bytes(kept["request_body"]) == POISON[poison]
    (event,) = await gateway.rows(events)
    json.loads(event["data"])


async def test_odd_header_bytes_are_kept_and_hurt_nobody(gateway: Gateway) -> None:
    path = (await gateway.source()).source.path
    odd = [(b"content-type", b"text/\xff\xfe"), (b"x-odd", bytes(range(0x80, 0x100))), (b"webhook-id", b"\xe9" * 300)]

    first = await gateway.takes(path, b"a", odd, query="q=%ff%00&k=\xe9")
    repeat = await gateway.takes(path, b"a", odd)

    assert (first.status, repeat.status) == (202, 200)
    (event,) = await gateway.rows(events)
    assert event["data_content_type"].isascii()


BODY = b'{"n":1}'


def proof(kept: KeptSource) -> tuple[bytes, bytes]:
    """The field by which a sender of this source proves himself."""
    assert kept.credential is not None
    text = kept.credential.text
    if kept.credential.auth_type == "signature":
        return b"x-webhook-signature", b"sha256=" + hmac.digest(text.encode(), BODY, hashlib.sha256).hex().encode()
    if kept.credential.auth_type == "basic":
        return b"authorization", b"Basic " + base64.b64encode(text.encode())
    return b"x-api-key", text.encode()


def shown(case: str, name: bytes, right: bytes, other: bytes) -> Headers:
    """How the proof is shown."""
    cases: dict[str, list[bytes]] = {
        "missing": [],
        "empty": [b""],
        "wrong": [right[:-6] + bytes(reversed(right[-6:]))],
        "cut": [right[:-5]],
        "longer": [right + b"0"],
        "malformed": [b"sha256=\xff\x00" if name == b"x-webhook-signature" else b"Basic \xff"],
        "of another source": [other],
        "wrong twice": [other, other],
    }
    return [(name, value) for value in cases[case]]


@pytest.mark.parametrize("auth_type", ["signature", "basic", "api_key"])
@pytest.mark.parametrize(
    "case", ["missing", "empty", "wrong", "cut", "longer", "malformed", "of another source", "wrong twice"]
)
async def test_only_the_right_proof_is_stored(gateway: Gateway, auth_type: str, case: str) -> None:
    kept, other = await gateway.source(auth_type=auth_type), await gateway.source(auth_type=auth_type)
    name, right = proof(kept)

    refused = await gateway.takes(kept.source.path, BODY, shown(case, name, right, proof(other)[1]))
    stored = len(await gateway.rows(events))
    taken = await gateway.takes(kept.source.path, BODY, [(name, right)])

    assert (refused.status, refused.body, stored) == (401, b'{"error":"unauthorized"}', 0)
    assert (taken.status, len(await gateway.rows(events))) == (202, 1)


@pytest.mark.parametrize("auth_type", ["basic", "api_key"])
async def test_a_credential_beside_another_proves_nothing(gateway: Gateway, auth_type: str) -> None:
    kept = await gateway.source(auth_type=auth_type)
    name, right = proof(kept)

    answers = [
        await gateway.takes(kept.source.path, BODY, [(name, value) for value in values])
        for values in ((right, b"x"), (b"x", right))
    ]

    assert [answer.status for answer in answers] == [401, 401]


async def test_what_cannot_be_enforced_lets_nobody_in(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="signature")
    gateway.sources.snapshot.put(replace(kept.source, auth_type="telepathy"))

    answer = await gateway.takes(kept.source.path, b"{}")

    assert answer.status == 401
    assert await gateway.rows(events) == []


async def test_an_expired_secret_proves_nothing(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key")
    assert kept.credential is not None
    old = [(b"x-api-key", kept.credential.text.encode())]
    await gateway.sources.regenerate(gateway.tenant_id, kept.source.id, None, overlap_ms=60_000)

    during = await gateway.takes(kept.source.path, b"1", old)
    gateway.clock.advance(seconds=61)
    after = await gateway.takes(kept.source.path, b"2", old)

    assert (during.status, after.status) == (202, 401)


# -- floods -----------------------------------------------------------------------------------------------------------


async def test_a_stranger_who_guesses_is_turned_away_alike_on_known_and_unknown_paths(gateway: Gateway) -> None:
    known = (await gateway.source(auth_type="signature")).source.path
    for number in range(REFUSALS_MOST):
        await gateway.takes(f"guess-{number}")

    answers = [await gateway.takes(path) for path in (known, "nobody")]
    other = await gateway.takes(known, peer="203.0.113.10")
    gateway.clock.advance(seconds=11)
    later = await gateway.takes("nobody")

    assert [(answer.status, dict(answer.headers)["Retry-After"]) for answer in answers] == [(429, "10"), (429, "10")]
    assert (other.status, later.status) == (401, 404)


async def test_good_traffic_is_never_turned_away(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key", dedupe={"mode": "off"})
    assert kept.credential is not None
    key = [(b"x-api-key", kept.credential.text.encode())]

    statuses = {(await gateway.takes(kept.source.path, headers=key)).status for _ in range(REFUSALS_MOST + 50)}

    assert statuses == {202}


def test_a_million_addresses_do_not_fill_the_memory() -> None:
    floods = Floods(clock=FakeClock())

    for number in range(1_000_000):
        floods.refused(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(floods) == ADDRESSES_KEPT


# -- what workflows see -----------------------------------------------------------------------------------------------


async def test_a_workflow_sees_the_request_without_the_senders_proof(gateway: Gateway) -> None:
    workflow = await a_workflow(gateway)
    kept = await gateway.source(auth_type="api_key", workflow_id=workflow, credentials={"headerName": "X-My-Key"})
    assert kept.credential is not None
    headers = [
        (b"content-type", b"application/json"),
        (b"x-my-key", kept.credential.text.encode()),
        (b"authorization", f"Bearer {CANARY}".encode()),
        (b"cookie", CANARY.encode()),
        (b"x-other", b"not listed"),
    ]

    answer = await gateway.takes(kept.source.path, b'{"n":1.0}', headers, query=f"a=1&token={CANARY}")

    (run,) = await gateway.rows(executions)
    trigger = msgspec.json.decode(run["trigger"])
    assert msgspec.json.decode(answer.body)["executionId"] == run["id"]
    assert trigger["headers"] == {"content-type": "application/json"}
    assert trigger["query"] == {"a": "1", "token": "***"}
    assert trigger["body"] == {"n": 1.0}
    assert CANARY.encode() not in run["trigger"]
    assert kept.credential.text.encode() not in run["trigger"]


async def test_a_workflow_without_a_webhook_trigger_is_not_started_by_a_source(gateway: Gateway) -> None:
    kept = await gateway.source(workflow_id=await a_workflow(gateway))
    bare = workflow_versions.update().values(definition='{"triggers":[],"steps":[]}')
    await gateway.database.write(lambda connection: connection.execute(bare))

    await gateway.takes(kept.source.path)

    (receipt,) = await gateway.rows(webhook_events)
    assert (receipt["status"], receipt["error_code"]) == ("failed", "no_webhook_trigger")
    assert await gateway.rows(executions) == []


async def test_a_workflow_that_is_gone_fails_the_receipt_and_not_the_sender(gateway: Gateway) -> None:
    kept = await gateway.source(workflow_id=await a_workflow(gateway))
    await gateway.database.write(lambda connection: connection.execute(workflows.update().values(deleted_at=1)))

    answer = await gateway.takes(kept.source.path)

    (receipt,) = await gateway.rows(webhook_events)
    assert (answer.status, msgspec.json.decode(answer.body)["status"]) == (202, "failed")
    assert (receipt["status"], receipt["error_code"]) == ("failed", "workflow_deleted")
