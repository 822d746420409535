"""The egress guard in front of real sockets: vetted once, connected to as vetted (security S14, S40, S41, S45)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest

from hookspan.model.addresses import Address, AddressRules, parse_allow
from hookspan.model.urls import UrlRules
from hookspan.net.egress import LOOKUPS_PER_TENANT, Egress, Refused, Vetted
from hookspan.net.http import DeliveryClient
from hookspan.net.interfaces import interface_addresses, parse_v4_table, parse_v6_table
from hookspan.ports import HttpAnswer, HttpFailure
from tests.support.hostile import OK, Receiver, answers
from tests.support.outbound import DEV, PUBLIC, Names, delivering, post

STRICT = UrlRules()


def no_interfaces() -> frozenset[Address]:
    return frozenset()


async def verdict(egress: Egress, text: str, tenant_id: str = "tenant-a") -> Vetted | Refused:
    return await egress.vet(egress.url(text), tenant_id)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "fe80::1%eth0"]
)
async def test_a_name_that_leads_inside_is_blocked_before_any_connection(address: str) -> None:
    async with (
        Receiver(answers(OK)) as target,
        delivering(STRICT, resolver=Names(inside_example=[[address]])) as client,
    ):
        outcome = await client.send(post(target.url(host="inside.example")))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("blocked", False)
    assert target.connections == 0


async def test_one_bad_answer_among_good_ones_refuses_the_name() -> None:
    names = Names(mixed_example=[[PUBLIC, "8.8.8.8", "10.0.0.1"]])
    egress = Egress(STRICT, resolver=names, interfaces=no_interfaces)

    outcome = await verdict(egress, "https://mixed.example/")

    assert outcome == Refused("blocked", "mixed.example leads to 10.0.0.1, which is a private network")


async def test_a_rebinding_name_is_asked_once_and_its_second_answer_never_connected_to() -> None:
    names = Names(rebind_example=[["127.0.0.2"], ["127.0.0.1"]])
    async with Receiver(answers(OK)) as target, delivering(resolver=names) as client:
        outcomes = [await client.send(post(target.url(host="rebind.example"))) for _ in range(3)]

    assert {outcome.code for outcome in outcomes if isinstance(outcome, HttpFailure)} == {"connect_error"}
    assert target.connections == 0
    assert names.calls == ["rebind.example"]


async def test_a_rebinding_name_keeps_its_vetted_public_address() -> None:
    names = Names(rebind_example=[[PUBLIC], ["127.0.0.1"]])
    egress = Egress(STRICT, resolver=names, interfaces=no_interfaces)

    first = await verdict(egress, "http://rebind.example:8080/")
    second = await verdict(egress, "http://rebind.example:8080/")

    assert first == second == Vetted((PUBLIC,))
    assert names.calls == ["rebind.example"]


async def test_a_literal_address_is_vetted_without_a_look_up() -> None:
    names = Names()
    async with delivering(STRICT, resolver=names) as client:
        outcome = await client.send(post("http://169.254.169.254/latest/meta-data"))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("blocked", False)
    assert names.calls == []


async def test_a_name_without_an_address_is_a_dns_error() -> None:
    async with delivering(resolver=Names()) as client:
        outcome = await client.send(post("http://nowhere.example/"))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("dns_error", False)


async def test_requests_at_the_same_time_share_one_look_up() -> None:
    names = Names(shop_example=[["127.0.0.1"]])
    async with Receiver(answers(OK)) as target, delivering(DEV, resolver=names) as client:
        url = target.url(host="shop.example")
        outcomes = await asyncio.gather(*(client.send(post(url)) for _ in range(5)))

    assert all(isinstance(outcome, HttpAnswer) for outcome in outcomes)
    assert names.calls == ["shop.example"]


async def test_another_tenant_asks_for_itself() -> None:
    names = Names(shop_example=[[PUBLIC]])
    egress = Egress(STRICT, resolver=names, interfaces=no_interfaces)

    await verdict(egress, "https://shop.example/", "tenant-a")
    await verdict(egress, "https://shop.example/", "tenant-b")

    assert names.calls == ["shop.example", "shop.example"]


class BlackHole:
    """A resolver that answers only when released, and counts who waits inside."""

    def __init__(self) -> None:
        self.waiting = 0
        self.entered = threading.Event()
        self.released = threading.Event()

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        if host.startswith("good"):
            return [PUBLIC]
        self.waiting += 1
        self.entered.set()
        self.released.wait(10)
        return [PUBLIC]


async def test_a_black_holed_zone_holds_four_threads_of_its_tenant_and_delays_nobody_else() -> None:
    hole = BlackHole()
    egress = Egress(STRICT, resolver=hole, interfaces=no_interfaces, lookup_budget_s=0.8)

    stuck = asyncio.gather(*(verdict(egress, f"https://bad{number}.example/", "tenant-a") for number in range(60)))
    other = await verdict(egress, "https://good.example/", "tenant-b")
    outcomes = await stuck

    assert other == Vetted((PUBLIC,))
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} == {"dns_error"}
    assert hole.waiting == LOOKUPS_PER_TENANT
    hole.released.set()
    await egress.close()


async def test_a_finished_look_up_makes_room_for_the_next() -> None:
    egress = Egress(STRICT, resolver=lambda _host, _port: [PUBLIC], interfaces=no_interfaces, lookup_budget_s=0.2)

    verdicts = [await verdict(egress, f"https://shop{number}.example/") for number in range(LOOKUPS_PER_TENANT + 1)]

    assert verdicts == [Vetted((PUBLIC,))] * (LOOKUPS_PER_TENANT + 1)


async def test_a_look_up_longer_than_the_deadline_is_a_dns_error_within_it() -> None:
    hole = BlackHole()
    async with delivering(DEV, resolver=hole) as client:
        outcome = await client.send(post("http://slow.example/", timeout_ms=200))
        hole.released.set()

    assert isinstance(outcome, HttpFailure)
    assert outcome.code == "dns_error"
    assert outcome.duration_ms < 700


async def test_closing_ends_a_look_up_under_way() -> None:
    hole = BlackHole()
    async with delivering(DEV, resolver=hole) as client:
        sending = asyncio.create_task(client.send(post("http://slow.example/")))
        await asyncio.to_thread(hole.entered.wait, 5)
    hole.released.set()

    outcome = await sending

    assert isinstance(outcome, HttpFailure)
    assert outcome.bytes_sent is False


async def test_a_new_policy_meets_the_next_request_even_on_a_warm_connection() -> None:
    egress = Egress(DEV, resolver=Names(shop_example=[["127.0.0.1"]]))
    client = DeliveryClient(egress)
    async with Receiver(answers(OK)) as target:
        before = await client.send(post(target.url(host="shop.example")))
        egress.replace_rules(UrlRules(AddressRules(dev_loopback=True, deny=(ip_network("127.0.0.0/8"),))))
        after = await client.send(post(target.url(host="shop.example")))
        await client.close()

    assert isinstance(before, HttpAnswer)
    assert isinstance(after, HttpFailure)
    assert after.code == "blocked"
    assert len(target.requests) == 1


async def test_an_interface_of_this_host_is_refused_unless_the_operator_allows_it() -> None:
    def interfaces() -> frozenset[Address]:
        return frozenset({IPv4Address(PUBLIC)})

    names = Names(own_example=[[PUBLIC]])
    strict = Egress(STRICT, resolver=names, interfaces=interfaces)
    allowed = Egress(
        UrlRules(AddressRules(allow=parse_allow([f"{PUBLIC}/32:443"]))), resolver=names, interfaces=interfaces
    )

    assert isinstance(await verdict(strict, "https://own.example/"), Refused)
    assert isinstance(await verdict(allowed, "https://own.example/"), Vetted)


async def test_a_new_interface_counts_after_a_refresh() -> None:
    own: set[Address] = set()
    egress = Egress(STRICT, resolver=Names(own_example=[[PUBLIC]]), interfaces=lambda: frozenset(own))
    before = await verdict(egress, "https://own.example/")

    own.add(IPv4Address(PUBLIC))
    egress.refresh()

    assert isinstance(before, Vetted)
    assert isinstance(await verdict(egress, "https://own.example/"), Refused)


async def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver(answers(OK)) as proxy, Receiver(answers(OK)) as target:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url("/"))
        async with delivering() as client:
            outcome = await client.send(post(target.url()))

    assert isinstance(outcome, HttpAnswer)
    assert (proxy.connections, target.connections) == (0, 1)


def test_this_machine_knows_its_loopback_address() -> None:
    assert IPv4Address("127.0.0.1") in interface_addresses()


def test_the_kernel_tables_are_read() -> None:
    v4 = """
  +-- 10.1.0.0/16 2 0 2
     |-- 10.1.0.7
        /32 host LOCAL
     |-- 10.1.255.255
        /32 link BROADCAST
"""
    v6 = "fd000000000000000000000000000002 04 40 00 82     eth0\n"

    assert parse_v4_table(v4) == {IPv4Address("10.1.0.7")}
    assert parse_v6_table(v6) == {IPv6Address("fd00::2")}
