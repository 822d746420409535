"""What is received is kept bit for bit, refused work costs little, and nothing of a sender's proof is kept (S2, S9)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.events.stream import Feed
from hookspan.inbound.answers import Answer
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.floods import ADDRESSES_KEPT, REFUSALS_MOST, Floods
from hookspan.inbound.receive import Head, Headers, Receiver, ReceiverSettings
from hookspan.inbound.recording import Recording
from hookspan.inbound.sources import KeptSource, Sources, SourceWish
from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.tables import events, executions, webhook_events, workflow_versions, workflows
from hookspan.storage.vault import KekRing, Vault
from tests.support.clock import FakeClock
from tests.support.surface import KEK, NoHandoff
from tests.support.tenants import first_tenant

STRANGER = "203.0.113.9"
CANARY = "canary-7f3c9e51"


class Gateway:
    """A receiver on a real database, spoken to without a socket."""

    def __init__(self, database: Database, tenant_id: str) -> None:
        self.database, self.tenant_id, self.clock = database, tenant_id, FakeClock()
        vault = Vault(database, KekRing.parse(KEK), self.clock)
        self.sources = Sources(database, vault, self.clock)
        self.feed = Feed(self.clock)
        publisher = Publisher(database, Routing(database), NoHandoff(), self.feed, clock=self.clock)
        wishes = ReceiverSettings("https://hooks.test", b"hops")
        recording = Recording(Bindings(database, clock=self.clock), publisher, clock=self.clock)
        self.receiver = Receiver(self.sources, recording, clock=self.clock, settings=wishes)

    async def source(self, **members: Any) -> KeptSource:
        """A new source; `none` unless told otherwise."""
        wish = SourceWish(**{"name": new_id(0), "auth_type": "none", **members})  # type: ignore[typeddict-item]
        return await self.sources.create(self.tenant_id, wish)

    async def takes(
        self, path: str, body: bytes = b"{}", headers: Headers | None = None, *, query: str = "", peer: str = STRANGER
    ) -> Answer:
        """One request."""
        head = Head("POST", path, query, headers or [], peer, self.clock.monotonic())
        admission = self.receiver.admit(head)
        return admission.answer or await self.receiver.receive(admission, body)

    async def rows(self, table: Any) -> list[dict[str, Any]]:
        """Everything in a table."""

        def query(connection: Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

        return await self.database.read(query)

    async def workflow(self) -> str:
        """An active workflow that a source may name."""
        identity = new_id(0)

        def insert(connection: Connection) -> None:
            stamps = {"tenant_id": self.tenant_id, "created_at": 1}
            connection.execute(workflows.insert().values(id=identity, name="w", version=1, updated_at=1, **stamps))
            connection.execute(
                workflow_versions.insert().values(workflow_id=identity, version=1, definition="{}", **stamps)
            )

        await self.database.write(insert)
        return identity


@pytest.fixture
async def gateway(database: Database) -> Gateway:
    """On each database."""
    return Gateway(database, await first_tenant(database))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(bodies=st.lists(st.binary(max_size=400), min_size=1, max_size=20))
def test_any_bytes_come_back_bit_for_bit(database_url: str, bodies: list[bytes]) -> None:
    async def walk() -> list[tuple[bytes, bytes]]:
        opened = Database(database_url)
        opened.start()
        try:
            gateway = Gateway(opened, await first_tenant(opened))
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
    workflow = await gateway.workflow()
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


async def test_a_workflow_that_is_gone_fails_the_receipt_and_not_the_sender(gateway: Gateway) -> None:
    kept = await gateway.source(workflow_id=await gateway.workflow())
    await gateway.database.write(lambda connection: connection.execute(workflows.update().values(deleted_at=1)))

    answer = await gateway.takes(kept.source.path)

    (receipt,) = await gateway.rows(webhook_events)
    assert (answer.status, msgspec.json.decode(answer.body)["status"]) == (202, "failed")
    assert (receipt["status"], receipt["error_code"]) == ("failed", "workflow_deleted")
