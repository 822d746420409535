"""The address table: who may be called at all, whatever the spelling (security §3)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookspan.errors import NotConfigured
from hookspan.model.addresses import CLOSED_PORTS, AddressRules, parse_allow, port_refusal, refusal

STRICT = AddressRules()

#: What the standard library's is_global wrongly calls global.
WRONGLY_GLOBAL = [
    "192.88.99.1", "224.0.0.1", "239.255.255.250", "168.63.129.16", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "::5efe:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::",
    "2002:a9fe:a9fe::", "3fff::1", "5f00::1", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip

TEST_LIST = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "100::1",
    "2001:db8::1", "2001::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    *WRONGLY_GLOBAL,
    "8.8.8.8", "2606:4700::1111",
]  # fmt: skip

#: The registries' blocks that are not globally reachable (IANA special-purpose registries, RFC 6890 and later).
IANA_SPECIAL = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "240.0.0.0/4", "255.255.255.255/32", "::1/128", "::/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64",
    "100:0:0:1::/64", "2001::/23", "2001::/32", "2001:2::/48", "2001:db8::/32", "2002::/16", "3fff::/20",
    "5f00::/16", "fc00::/7", "fe80::/10",
]  # fmt: skip

WRAPPINGS = ("::ffff:0:0", "::", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::")


def in_ipv6(address: IPv4Address) -> list[IPv6Address]:
    wrapped = [IPv6Address(int(IPv6Address(prefix)) + int(address)) for prefix in WRAPPINGS]
    return [*wrapped, IPv6Address((0x2002 << 112) + (int(address) << 80))]


def test_of_the_whole_list_exactly_two_addresses_are_admitted() -> None:
    admitted = [row for row in TEST_LIST if refusal(ip_address(row), STRICT) is None]

    assert len(TEST_LIST) == 46
    assert admitted == ["8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize("block", IANA_SPECIAL)
def test_no_special_purpose_block_of_the_registries_is_open(block: str) -> None:
    network = ip_network(block)

    assert refusal(network.network_address, STRICT)
    assert refusal(network.broadcast_address, STRICT)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_refused_is_refused_in_every_ipv6_wrapping(address: IPv4Address) -> None:
    verdicts = [refusal(wrapped, STRICT) for wrapped in in_ipv6(address)]

    assert all(verdicts) or refusal(address, STRICT) is None


@given(st.ip_addresses(v=6))
def test_outside_the_global_range_and_nat64_no_ipv6_address_is_admitted(address: IPv6Address) -> None:
    verdict = refusal(address, STRICT)

    assert verdict or address in ip_network("2000::/3") or address in ip_network("64:ff9b::/96")


def test_a_public_host_behind_nat64_is_reachable() -> None:
    verdict = refusal(IPv6Address("64:ff9b::8.8.8.8"), STRICT)

    assert verdict is None


@pytest.mark.parametrize("row", ["127.0.0.1", "127.9.9.9", "::1"])
def test_the_developer_switch_opens_loopback(row: str) -> None:
    verdict = refusal(ip_address(row), AddressRules(dev_loopback=True, own_addresses=frozenset({ip_address(row)})))

    assert verdict is None


@pytest.mark.parametrize("row", [row for row in TEST_LIST[:-2] if row not in {"127.0.0.1", "127.255.255.254", "::1"}])
def test_the_developer_switch_opens_nothing_but_loopback(row: str) -> None:
    verdict = refusal(ip_address(row), AddressRules(dev_loopback=True))

    assert verdict


def test_the_operator_opens_one_network_on_one_port() -> None:
    rules = AddressRules(allow=parse_allow(["10.1.0.0/16:443", "[fd00::/8]:6379"]))

    assert refusal(IPv4Address("10.1.2.3"), rules, port=443) is None
    assert refusal(IPv6Address("fd00::5"), rules, port=6379) is None
    assert refusal(IPv4Address("10.1.2.3"), rules, port=80)
    assert refusal(IPv4Address("10.2.0.1"), rules, port=443)
    assert refusal(IPv4Address("10.1.2.3"), rules)


def test_a_port_opened_for_one_network_stays_closed_for_all_others() -> None:
    rules = AddressRules(allow=parse_allow(["10.1.0.0/16:6379"]))

    assert port_refusal(6379, rules) is None
    assert refusal(IPv4Address("8.8.8.8"), rules, port=6379)


def test_what_the_operator_denies_stays_denied_even_when_allowed() -> None:
    denied = AddressRules(allow=parse_allow(["8.8.8.0/24:443"]), deny=(ip_network("8.8.8.8/32"),))

    assert refusal(IPv4Address("8.8.8.8"), denied, port=443)
    assert refusal(IPv4Address("8.8.4.4"), denied, port=443) is None


def test_an_address_of_this_host_is_refused_though_public() -> None:
    rules = AddressRules(own_addresses=frozenset({IPv4Address("8.8.8.8")}))

    assert refusal(IPv4Address("8.8.8.8"), rules, port=443) == "an address of this host"
    assert refusal(IPv6Address("64:ff9b::8.8.8.8"), rules, port=443) == "an address of this host"


@pytest.mark.parametrize("port", [1, 22, 25, 79, 81, 442, 444, 1023, *sorted(CLOSED_PORTS)])
def test_ports_of_mail_shells_and_databases_are_closed(port: int) -> None:
    assert port_refusal(port, STRICT)
    assert refusal(IPv4Address("8.8.8.8"), STRICT, port=port)


@pytest.mark.parametrize("port", [80, 443, 1024, 3000, 8080, 8443, 65_535])
def test_ports_of_web_servers_are_open(port: int) -> None:
    assert port_refusal(port, STRICT) is None
    assert refusal(IPv4Address("8.8.8.8"), STRICT, port=port) is None


def test_the_operator_may_open_a_port() -> None:
    assert port_refusal(9200, AddressRules(extra_ports=frozenset({9200}))) is None


@pytest.mark.parametrize("entry", ["10.0.0.0/8", "10.0.0.1/8:443", "10.0.0.0/8:0", "10.0.0.0/8:70000", "host:443", ""])
def test_an_allow_entry_that_is_not_cidr_and_port_stops_the_start(entry: str) -> None:
    with pytest.raises(NotConfigured, match=r"CIDR:port"):
        parse_allow([entry])
