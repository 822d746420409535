"""Limits bite strangers and open sources, never honest senders, and forget addresses before they fill the memory."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from hookspan.api.event_input import Desk
from hookspan.api.hot import PUBLISH, HotRoutes
from hookspan.inbound.answers import Answer
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.floods import ADDRESSES_KEPT, OPEN_PER_SECOND, REFUSALS_MOST, TENANT_PER_SECOND, Buckets
from hookspan.inbound.head import Head
from hookspan.inbound.receive import Receiver, ReceiverSettings
from hookspan.inbound.recording import Recording
from hookspan.inbound.sources import KeptSource
from hookspan.storage.database import Database
from tests.support.clock import FakeClock
from tests.support.gateway import BASE, STRANGER, Gateway
from tests.support.surface import surface

LIMITED = (429, b'{"error":"rate_limited"}')


@pytest.fixture
async def gateway(database: Database) -> Gateway:
    """On each database."""
    return await Gateway.open(database)


async def statuses(gateway: Gateway, path: str, number: int, *, peer: str = STRANGER) -> list[int]:
    """So many requests at once; a GET, which is refused before anything is stored, where the source takes POST."""
    return [(await gateway.takes(path, b"", method="GET", peer=peer)).status for _ in range(number)]


def key_of(kept: KeptSource) -> list[tuple[bytes, bytes]]:
    """The API key of a source."""
    assert kept.credential is not None
    return [(b"x-api-key", kept.credential.text.encode())]


async def test_an_open_source_takes_a_burst_of_one_address_and_then_its_rate(gateway: Gateway) -> None:
    path = (await gateway.source()).source.path
    burst = await statuses(gateway, path, 2 * OPEN_PER_SECOND)

    over = await gateway.takes(path)
    other = await gateway.takes(path, peer="203.0.113.10")
    gateway.clock.advance(seconds=0.1)
    later = await statuses(gateway, path, OPEN_PER_SECOND // 10 + 1)

    assert set(burst) == {405}
    assert (over.status, over.body) == LIMITED
    assert dict(over.headers) == {"Retry-After": "1"}
    assert other.status == 202
    assert later == [405] * (OPEN_PER_SECOND // 10) + [429]


async def test_open_sources_share_the_rate_of_an_address(gateway: Gateway) -> None:
    one, two = (await gateway.source()).source.path, (await gateway.source()).source.path
    await statuses(gateway, one, 2 * OPEN_PER_SECOND)

    answer = await gateway.takes(two)

    assert answer.status == 429


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
async def test_this_machine_is_not_limited(gateway: Gateway, peer: str) -> None:
    path = (await gateway.source()).source.path

    found = await statuses(gateway, path, REFUSALS_MOST + 2 * OPEN_PER_SECOND, peer=peer)

    assert set(found) == {405}


async def test_a_proxy_that_does_not_say_for_whom_it_asks_is_not_limited(database: Database) -> None:
    gateway = await Gateway.open(database, trusted_proxies=(ip_network("198.51.100.0/24"),))
    path = (await gateway.source()).source.path
    said = [(b"x-forwarded-for", b"203.0.113.9")]

    silent = await statuses(gateway, path, REFUSALS_MOST + 2 * OPEN_PER_SECOND, peer="198.51.100.1")
    for _ in range(REFUSALS_MOST):
        await gateway.takes("nobody", headers=said, peer="198.51.100.1")
    flooding = await gateway.takes("nobody", headers=said, peer="198.51.100.1")
    other = await gateway.takes("nobody", headers=[(b"x-forwarded-for", b"203.0.113.8")], peer="198.51.100.1")

    assert set(silent) == {405}
    assert (flooding.status, other.status) == (429, 404)


async def test_who_is_no_proxy_cannot_blame_another(gateway: Gateway) -> None:
    blamed = [(b"x-forwarded-for", b"203.0.113.50")]
    for _ in range(REFUSALS_MOST):
        await gateway.takes("nobody", headers=blamed)

    own = await gateway.takes("nobody")
    other = await gateway.takes("nobody", peer="203.0.113.50")

    assert (own.status, other.status) == (429, 404)


async def test_a_source_may_have_a_rate_of_its_own(gateway: Gateway) -> None:
    kept = await gateway.source(
        auth_type="api_key", rate_limit={"count": 3, "periodMs": 60_000}, dedupe={"mode": "off"}
    )

    async def sends() -> Answer:
        return await gateway.takes(kept.source.path, headers=key_of(kept))

    at_once = [(await sends()).status for _ in range(4)]
    over = await sends()
    gateway.clock.advance(seconds=20)
    later = [(await sends()).status for _ in range(2)]

    assert at_once == [202, 202, 202, 429]
    assert dict(over.headers) == {"Retry-After": "20"}
    assert later == [202, 429]
    assert await gateway.causes() == ["rate_limited"] * 3


async def test_running_into_a_rate_is_no_flood(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key", rate_limit={"count": 1, "periodMs": 1_000})
    for _ in range(REFUSALS_MOST + 10):
        await gateway.takes(kept.source.path, headers=key_of(kept))

    gateway.clock.advance(seconds=1)
    answer = await gateway.takes(kept.source.path, headers=key_of(kept))

    assert answer.status == 202


async def test_tenants_that_share_an_instance_are_bounded_together_with_all_their_sources(gateway: Gateway) -> None:
    one, two = await gateway.source(auth_type="api_key"), await gateway.source(auth_type="api_key")
    alone = await statuses(gateway, one.source.path, 3 * TENANT_PER_SECOND, peer="127.0.0.1")
    gateway.tenants = 2

    shared = await statuses(gateway, one.source.path, 2 * TENANT_PER_SECOND, peer="127.0.0.1")
    over = await gateway.takes(two.source.path, headers=key_of(two))

    assert set(alone) == set(shared) == {405}
    assert over.status == 429


async def test_a_flood_is_turned_away_before_verification(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key")
    for _ in range(REFUSALS_MOST):
        await gateway.takes(kept.source.path, headers=[(b"x-api-key", b"guess")])

    answer = await gateway.takes(kept.source.path, headers=key_of(kept))

    assert (answer.status, answer.body) == LIMITED


def test_a_million_subjects_do_not_fill_the_memory() -> None:
    buckets = Buckets(FakeClock())

    for number in range(300_000):
        buckets.wait_s(str(number), most=1, window_s=1)

    assert len(buckets) == ADDRESSES_KEPT


# -- the publisher's door -------------------------------------------------------------------------------------------


async def test_who_guesses_the_keys_of_publishers_is_turned_away_before_any_is_looked_at(tmp_path: Path) -> None:
    async with surface(tmp_path) as world:
        rooms, access, clock = world.rooms, world.rooms.access, world.clock
        recording = Recording(Bindings(rooms.database, rooms.publisher), rooms.publisher, clock=clock)
        receiver = Receiver(rooms.sources, recording, clock=clock, settings=ReceiverSettings(BASE, b"hops"))
        desk = Desk(rooms.publisher, rooms.registry, clock, 1_048_576, 60_000)
        hot = HotRoutes(receiver, desk, access.keys, access.tokens)

        async def publishes(authorization: str, peer: str = STRANGER) -> tuple[int, str | None]:
            fields = [(b"authorization", authorization.encode()), (b"content-type", b"application/json")]
            exchange = hot.open(Head("POST", PUBLISH, "", fields, peer, 0.0), PUBLISH)
            assert exchange is not None
            answer = exchange.answer or await exchange.finish(b'{"type":"a.b","data":{}}')
            return answer.status, dict(answer.headers).get("Retry-After")

        right = world.owner["Authorization"]
        guesses = {await publishes("Bearer hsk_000000000000_guess") for _ in range(REFUSALS_MOST)}
        over = await publishes(right)
        other = await publishes(right, "203.0.113.10")
        world.clock.advance(seconds=10)
        later = await publishes(right)

    assert guesses == {(401, None)}
    assert over == (429, "10")
    assert [other[0], later[0]] == [202, 202]
