"""The log of refused requests: bounded, masked, written beside the path of a request, listed, counted and pruned."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert

from hookspan.errors import StoreAway
from hookspan.events.interest import Interest
from hookspan.inbound.rejections import PREFIX_BYTES, ROWS_PER_SECOND, WAITING_MOST
from hookspan.inbound.sources import KeptSource
from hookspan.model.ids import new_id
from hookspan.storage import rejections
from hookspan.storage.database import Database
from hookspan.storage.keyset import ALWAYS, Span
from hookspan.storage.rejections import (
    ROWS_PER_SOURCE,
    RejectionFilter,
    RejectionRow,
    rejections_list,
    rejections_prune,
    rejections_total,
    rejections_write,
)
from hookspan.storage.tables import rejected_requests
from tests.support.clock import START_MS
from tests.support.gateway import STRANGER, Gateway

CANARY = "canary-51f3c9e7"


@pytest.fixture
async def gateway(database: Database) -> Gateway:
    """On each database."""
    return await Gateway.open(database)


async def listed(gateway: Gateway, kept: KeptSource, *causes: str) -> list[RejectionRow]:
    """A source's refused requests, newest first."""
    await gateway.rejections.flush()
    owner = (gateway.tenant_id, kept.source.id)
    found, _ = await gateway.database.read(rejections_list, owner, RejectionFilter(causes), limit=100, offset=0)
    return found


async def test_a_refused_request_is_kept_with_its_cause_and_no_proof(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key", credentials={"headerName": "X-My-Key"})
    sent = [
        (b"x-my-key", CANARY.encode()),
        (b"authorization", CANARY.encode()),
        (b"cookie", CANARY.encode()),
        (b"user-agent", b"curl/8"),
    ]

    await gateway.takes(kept.source.path, b'{"order":1}', sent)

    (row,) = await listed(gateway, kept)
    assert (row.cause, row.status, row.method, row.source_ip) == ("key_failed", 401, "POST", STRANGER)
    assert row.path == f"/api/v1/webhooks/{kept.source.path}"
    assert (row.body_size, bytes(row.body_prefix or b""), row.count) == (11, b'{"order":1}', 1)
    assert (row.provider, row.received_at) == (None, START_MS)
    assert dict(json.loads(row.headers)) == {
        "x-my-key": "***",
        "authorization": "***",
        "cookie": "***",
        "user-agent": "curl/8",
    }


async def test_a_signature_is_kept_as_its_beginning_and_a_hash(gateway: Gateway) -> None:
    kept = await gateway.source(provider="github", secret="it is secret")
    signature = b"sha256=" + b"ab" * 32

    await gateway.takes(kept.source.path, b"{}", [(b"x-hub-signature-256", signature)])
    await gateway.takes("nobody", b"{}", [(b"x-hub-signature-256", signature)])

    rows = await gateway.refused()
    assert [(row["cause"], row["provider"], row["webhook_id"]) for row in rows] == [
        ("bad_signature", "github", kept.source.id),
        ("unknown_path", None, None),
    ]
    for row in rows:
        assert "abab" * 8 not in row["headers"]
        assert "… sha256:" in json.loads(row["headers"])[0][1]


@pytest.mark.parametrize(("keeps_bodies", "size"), [(True, PREFIX_BYTES), (False, 0)])
async def test_of_a_body_only_the_beginning_is_kept_and_none_where_the_operator_says_so(
    database: Database, keeps_bodies: bool, size: int
) -> None:
    gateway = await Gateway.open(database, keeps_bodies=keeps_bodies)
    kept = await gateway.source(auth_type="api_key")

    await gateway.takes(kept.source.path, b"a" * 5_000)

    (row,) = await listed(gateway, kept)
    assert (row.body_size, len(row.body_prefix or b"")) == (5_000, size)


async def test_a_proof_that_stands_in_the_body_is_not_kept(gateway: Gateway) -> None:
    kept = await gateway.source(provider="msgraph", secret="the client state", require_json=True)

    await gateway.takes(kept.source.path, b'{"value":[{"clientState":"the client stat"}]}')

    (row,) = await listed(gateway, kept)
    assert (row.cause, row.body_prefix) == ("bad_signature", None)


async def test_ten_rows_a_second_and_beyond_that_a_count(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key")

    for _ in range(50):
        await gateway.takes(kept.source.path)
    first = await listed(gateway, kept)
    for _ in range(5):
        await gateway.takes(kept.source.path)
    counted = await listed(gateway, kept)
    gateway.clock.advance(seconds=1)
    await gateway.takes(kept.source.path)
    later = await listed(gateway, kept)

    assert [row.count for row in first] == [41] + [1] * (ROWS_PER_SECOND - 1)
    assert [row.count for row in counted][:2] == [46, 1]
    assert [row.count for row in later][:2] == [1, 46]


async def test_each_cause_counts_for_itself(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key")
    await gateway.takes(kept.source.path, method="GET")
    for _ in range(20):
        await gateway.takes(kept.source.path)

    for _ in range(7):
        await gateway.takes(kept.source.path, method="GET")

    (method,) = await listed(gateway, kept, "method")
    assert method.count == 8


async def test_one_source_does_not_use_up_the_room_of_another(gateway: Gateway) -> None:
    loud, quiet = await gateway.source(auth_type="api_key"), await gateway.source(auth_type="api_key")

    for _ in range(50):
        await gateway.takes(loud.source.path)
    await gateway.takes(quiet.source.path)

    assert len(await listed(gateway, quiet)) == 1


async def test_what_finds_no_room_is_dropped_and_nobody_waits(gateway: Gateway) -> None:
    sources = [await gateway.source(auth_type="api_key") for _ in range(12)]
    for second in range(15):
        gateway.clock.advance(seconds=second and 1)
        for kept in sources:
            for number in range(ROWS_PER_SECOND):
                await gateway.takes(kept.source.path, peer=f"198.51.{second}.{number}")

    rows = await gateway.refused()

    assert len(rows) == WAITING_MOST


async def test_a_store_that_is_away_costs_the_rows_and_not_the_memory(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key")
    await gateway.takes(kept.source.path)
    await gateway.database.close()

    with pytest.raises(StoreAway):
        await gateway.rejections.flush()

    await gateway.rejections.flush()


async def test_the_owner_of_a_source_hears_of_it_live(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key")
    told = gateway.feed.open(Interest(gateway.tenant_id, frozenset({"webhooks"})))

    await gateway.takes(kept.source.path)
    await gateway.takes("nobody")

    frame = await told.next()
    assert {name: frame[name] for name in ("topic", "type", "webhookId", "cause", "tenantId")} == {
        "topic": "webhooks",
        "type": "webhook.rejected",
        "webhookId": kept.source.id,
        "cause": "key_failed",
        "tenantId": gateway.tenant_id,
    }


# -- as rows --------------------------------------------------------------------------------------------------------


def a_row(gateway: Gateway, at: int, **members: Any) -> RejectionRow:
    """A refused request that came at a time."""
    usual = {
        "id": new_id(at),
        "tenant_id": gateway.tenant_id,
        "webhook_id": "0196f4b0-0a00-7c11-8d22-0123456789ab",
        "cause": "method",
        "detail": "",
        "status": 405,
        "method": "GET",
        "path": "/api/v1/webhooks/x",
        "source_ip": None,
        "headers": "[]",
        "body_size": 0,
        "body_prefix": None,
        "provider": None,
        "received_at": at,
    }
    return RejectionRow(**{**usual, **members})


async def test_a_source_keeps_its_newest_thousand(gateway: Gateway) -> None:
    rows = [a_row(gateway, START_MS + number) for number in range(ROWS_PER_SOURCE + 30)]
    other = a_row(gateway, START_MS, webhook_id="0196f4b0-0a00-7c11-8d22-0123456789ac")

    await gateway.database.write(rejections_write, [other, *rows[:600]], {})
    await gateway.database.write(rejections_write, rows[600:], {})

    kept = {row["id"] for row in await gateway.rows(rejected_requests)}
    assert kept == {other.id, *(row.id for row in rows[30:])}


async def test_unknown_paths_keep_ten_thousand_for_the_instance(gateway: Gateway) -> None:
    values = [vars_of(a_row(gateway, START_MS + number, tenant_id=None, webhook_id=None)) for number in range(10_000)]
    await gateway.database.write(lambda connection: connection.execute(insert(rejected_requests), values))
    newest = a_row(gateway, START_MS + 20_000, tenant_id=None, webhook_id=None)

    await gateway.database.write(rejections_write, [newest], {})

    found, total = await gateway.database.read(rejections_list, None, RejectionFilter(), limit=1, offset=0)
    assert (found[0].id, total) == (newest.id, rejections.ROWS_UNKNOWN)


def vars_of(row: RejectionRow) -> dict[str, Any]:
    """A row as columns."""
    return {name: getattr(row, name) for name in RejectionRow.__slots__}


async def test_a_span_is_counted_by_what_came_and_handshakes_are_none_of_it(gateway: Gateway) -> None:
    rows = [
        a_row(gateway, START_MS, count=40),
        a_row(gateway, START_MS + 1_000),
        a_row(gateway, START_MS + 1_000, cause="handshake", count=9),
        a_row(gateway, START_MS + 1_000, webhook_id="0196f4b0-0a00-7c11-8d22-0123456789ac"),
        a_row(gateway, START_MS, tenant_id=None, webhook_id=None, count=7),
    ]
    await gateway.database.write(rejections_write, rows, {rows[1].id: 2})

    async def total(webhook_id: str | None, span: Span) -> int:
        return await gateway.database.read(rejections_total, gateway.tenant_id, webhook_id, span)

    assert await total(None, ALWAYS) == 44
    assert await total(rows[0].webhook_id, ALWAYS) == 43
    assert await total(None, Span(START_MS + 1_000, None)) == 4
    assert await total(None, Span(None, START_MS + 1_000)) == 40


async def test_retention_takes_a_tenants_old_rows_in_batches_and_nobody_elses(gateway: Gateway) -> None:
    old = [a_row(gateway, START_MS - 1_000 + number) for number in range(5)]
    unknown = a_row(gateway, START_MS - 1_000, tenant_id=None, webhook_id=None)
    new = a_row(gateway, START_MS)
    await gateway.database.write(rejections_write, [*old, unknown, new], {})

    edge: str | None = ""
    deleted = []
    while edge is not None:
        pruned = await gateway.database.write(rejections_prune, gateway.tenant_id, edge, START_MS, 2)
        edge = pruned.edge
        deleted.append(pruned.deleted)

    assert deleted == [2, 2, 1]
    assert {row["id"] for row in await gateway.rows(rejected_requests)} == {unknown.id, new.id}


async def test_requests_to_unknown_paths_go_after_seven_days(gateway: Gateway) -> None:
    await gateway.takes("nobody")
    await gateway.rejections.flush()
    gateway.clock.advance(seconds=7 * 86_400)
    await gateway.takes("nobody")
    await gateway.rejections.flush()
    gateway.clock.advance(seconds=1)

    await gateway.rejections.prune()

    assert len(await gateway.rows(rejected_requests)) == 1
