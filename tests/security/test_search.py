"""Searches and lists of events against forged cursors, SQL in the filters, and other tenants (S9, S31, S35)."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlalchemy import Connection, text

from hookspan.errors import TooSlow
from hookspan.history.indexer import Indexer
from hookspan.history.search import EventQuestion, Search
from hookspan.model.ids import new_id
from hookspan.storage import search_postgresql, search_sqlite
from hookspan.storage.database import Database
from hookspan.storage.dialect import insert_rows, own_way, time_limit
from hookspan.storage.event_filter import EventFilter
from hookspan.storage.keyset import Keyset
from hookspan.storage.tables import tenants
from tests.support.calls import Calls
from tests.support.clock import START_MS, FakeClock
from tests.support.history import Past, add_tenant, remember
from tests.support.surface import Surface

EVENTS = "/api/v1/events"
SQL_WORDS = [
    "' OR '1'='1",
    "'; DROP TABLE events; --",
    '" OR rowid > 0 OR "',
    "NEAR(a b)",
    "body : x*",
    "AND OR NOT",
    "%%%",
    "___",
    "a%c",
    "a_c",
    "\\'\\",
    "{1,2}",
    "$1::int",
    ":needle",
    "?1?2?3",
    "(((",
    "\x01ab\x01",
]


async def finds(database: Database, tenant_id: str, needle: str) -> list[str]:
    question = EventQuestion(EventFilter(needle=needle.lower()))
    page = await Search(database).events(tenant_id, question, Keyset(50))
    return [each.event.id for each in page.found]


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_a_needle_means_itself_whatever_it_looks_like(database: Database, is_indexed: bool) -> None:
    tenant_id = await database.write(add_tenant, "one")
    at = START_MS - 60_000
    pasts = [Past(at=at + number, body=f"<{word}>".encode()) for number, word in enumerate(SQL_WORDS)]
    decoy = Past(at=at - 1, body=b"abc ' or 1 and near body rowid 1")
    _, *ids = await database.write(remember, tenant_id, [decoy, *pasts])
    if is_indexed:
        await Indexer(database, FakeClock()).turn()

    found = [await finds(database, tenant_id, word) for word in SQL_WORDS]

    assert found == [[identity] for identity in ids]


async def test_a_tenant_finds_its_own_alone(database: Database) -> None:
    owners = [await database.write(add_tenant, name) for name in ("one", "two")]
    at = START_MS - 60_000
    ids = [await database.write(remember, owner, [Past(at=at, body=b"needle")]) for owner in owners]
    await Indexer(database, FakeClock()).turn()
    late = [await database.write(remember, owner, [Past(at=START_MS, body=b"needle")]) for owner in owners]

    found = [await finds(database, owner, "needle") for owner in owners]

    assert found == [[*new, *old] for new, old in zip(late, ids, strict=True)]


def indexed(connection: Connection, tenant_id: str, needle: str) -> list[str]:
    way = own_way(connection, sqlite=search_sqlite, postgresql=search_postgresql)
    stretch = way.indexed(connection, tenant_id, needle, edge=None, rising=False, most=100)
    assert stretch is not None
    return list(stretch.ids)


def add_alike(connection: Connection, name: str) -> str:
    """A tenant whose id ends as that of the others."""
    identity = new_id(1)[:-2] + "aa"
    insert_rows(connection, tenants, "id slug name status created_at", [(identity, name, name, "active", 1)])
    return identity


async def test_the_index_alone_keeps_tenants_and_needles_apart(database: Database) -> None:
    owners = [await database.write(add_alike, name) for name in ("one", "two")]
    at = START_MS - 60_000
    texts = [*SQL_WORDS, "abcd bcde", "abcde"]
    pasts = [Past(at=at + number, body=f"<{word}>".encode()) for number, word in enumerate(texts)]
    ids = {owner: await database.write(remember, owner, pasts) for owner in owners}
    await Indexer(database, FakeClock()).turn()

    for owner in owners:
        found = [await database.read(indexed, owner, word.lower()) for word in SQL_WORDS]
        assert found == [[identity] for identity in ids[owner][: len(SQL_WORDS)]]
        assert await database.read(indexed, owner, "abcde") == [ids[owner][-1]]


async def test_a_read_that_takes_too_long_is_ended(database: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def query(connection: Connection) -> None:
        with time_limit(connection, 0.1):
            connection.execute(text(endless))

    with pytest.raises(TooSlow):
        await database.read(query)
    assert await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1


@pytest.fixture
async def cursor(api: Calls) -> str:
    """A cursor of the owner's list."""
    for _ in range(3):
        await api.publish("order.paid", {"note": "needle"})
    found: str = (await api.get(EVENTS, limit=1, q="needle"))["nextCursor"]
    return found


async def refused(api: Calls, **options: Any) -> tuple[int, str]:
    answer = await api.ask("GET", options.pop("path", EVENTS), **options)
    return answer.status_code, answer.json().get("code", "")


async def test_a_cursor_counts_for_its_tenant_route_and_filters_alone(world: Surface, api: Calls, cursor: str) -> None:
    stranger = await world.key_for("owner", tenant_id=await world.second_tenant())
    source = await api.post("/api/v1/webhooks", {"name": "one", "authType": "none"})
    own = {"q": "needle", "cursor": cursor}

    answers = [
        await refused(api, params=own, headers=stranger),
        await refused(api, params={**own, "q": "needl"}),
        await refused(api, params={**own, "status": "failed"}),
        await refused(api, params={**own, "sort": "createdAt"}),
        await refused(api, params=own, path=f"/api/v1/webhooks/{source['id']}/events"),
    ]

    assert answers == [(400, "invalid_cursor")] * 5
    assert len((await api.get(EVENTS, **own, limit=1))["data"]) == 1


@pytest.mark.parametrize("place", [0, 8, 15, 16, 20, -1])
async def test_a_cursor_with_one_bit_changed_is_refused(api: Calls, cursor: str, place: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[place] ^= 1
    forged = base64.urlsafe_b64encode(raw).decode().rstrip("=")

    assert await refused(api, params={"q": "needle", "cursor": forged}) == (400, "invalid_cursor")


@pytest.mark.parametrize("word", ["x", "0" * 40, "../../etc", "AAAA=", "é" * 10])
async def test_a_cursor_that_is_none_is_refused(api: Calls, word: str) -> None:
    assert await refused(api, params={"cursor": word}) == (400, "invalid_cursor")


@pytest.mark.parametrize("word", SQL_WORDS)
@pytest.mark.parametrize("name", ["eventType", "method", "sourceIp", "errorCode", "subject", "webhookId", "facets"])
async def test_sql_in_a_filter_finds_nothing_and_breaks_nothing(api: Calls, name: str, word: str) -> None:
    await api.publish("order.paid")

    answer = await api.ask("GET", EVENTS, params={name: word})

    assert answer.status_code in (200, 422)
    assert answer.status_code == 422 or answer.json()["data"] == []
    assert len((await api.get(EVENTS))["data"]) == 1
