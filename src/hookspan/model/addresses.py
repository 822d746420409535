"""Whom we never call: verdicts over literal addresses and ports, by our own table (security §3).

The standard library is no substitute: `ipaddress.is_global` answers True for seventeen addresses of the test list that
lead inside (multicast, NAT64 and 6to4 wrappings of private IPv4, a cloud's host service in public space).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from hookspan.errors import NotConfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CLOSED_PORTS = frozenset(
    {2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 5900, 6379, 6443, 8500, 9200, 9300, 10250, 11211, 15672, 27017}
)

_REFUSED_V4 = (
    (IPv4Network("0.0.0.0/8"), "this host"),
    (IPv4Network("10.0.0.0/8"), "a private network"),
    (IPv4Network("100.64.0.0/10"), "carrier-grade NAT"),
    (IPv4Network("127.0.0.0/8"), "loopback"),
    (IPv4Network("169.254.0.0/16"), "link-local, where clouds keep their metadata"),
    (IPv4Network("172.16.0.0/12"), "a private network"),
    (IPv4Network("192.0.0.0/24"), "reserved for protocols"),
    (IPv4Network("192.0.2.0/24"), "reserved for documentation"),
    (IPv4Network("192.88.99.0/24"), "a 6to4 relay"),
    (IPv4Network("192.168.0.0/16"), "a private network"),
    (IPv4Network("198.18.0.0/15"), "reserved for benchmarks"),
    (IPv4Network("198.51.100.0/24"), "reserved for documentation"),
    (IPv4Network("203.0.113.0/24"), "reserved for documentation"),
    (IPv4Network("224.0.0.0/4"), "multicast"),
    (IPv4Network("240.0.0.0/4"), "reserved"),
    (IPv4Network("168.63.129.16/32"), "a cloud's host service"),
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = (
    (IPv6Network("2001::/23"), "reserved for protocols"),
    (IPv6Network("2001:db8::/32"), "reserved for documentation"),
    (IPv6Network("2002::/16"), "a 6to4 wrapping"),
    (IPv6Network("3fff::/20"), "reserved for documentation"),
)
_NAT64 = IPv6Network("64:ff9b::/96")
_LOOPBACK_V6 = IPv6Address("::1")
_ALLOW_ENTRY = re.compile(r"\[?([0-9A-Fa-f.:]+(?:/[0-9]{1,3})?)\]?:([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What the operator added to the table, for the whole instance and never per tenant.

    `allow` opens one network on one port and wins over everything but `deny`; `dev_loopback` opens loopback only;
    `own_addresses` are the interfaces and listen addresses of this host; `extra_ports` widens the port rule.
    """

    allow: tuple[tuple[Network, int], ...] = ()
    deny: tuple[Network, ...] = ()
    dev_loopback: bool = False
    own_addresses: frozenset[Address] = frozenset()
    extra_ports: frozenset[int] = frozenset()


def parse_allow(entries: Iterable[str]) -> tuple[tuple[Network, int], ...]:
    """`egress.allow` as written in the settings, `10.1.0.0/16:443` or `[fd00::/8]:443`; raises NotConfigured."""
    return tuple(_allow_entry(entry) for entry in entries)


def _allow_entry(entry: str) -> tuple[Network, int]:
    match = _ALLOW_ENTRY.fullmatch(entry)
    try:
        if match is None or not 0 < int(match[2]) < 65_536:
            raise ValueError(entry)
        return ip_network(match[1]), int(match[2])
    except ValueError:
        raise NotConfigured(
            f"egress.allow holds {entry!r}, which is not CIDR:port; write it like 10.1.0.0/16:443 or [fd00::/8]:443"
        ) from None


def port_refusal(port: int, rules: AddressRules) -> str | None:
    """Why a URL may not name this port, or None: 80, 443 and 1024–65535 but for those where databases listen."""
    if _is_open_port(port, rules) or any(port == allowed for _, allowed in rules.allow):
        return None
    return f"port {port} is not open to webhooks"


def refusal(address: Address, rules: AddressRules, *, port: int | None = None) -> str | None:
    """Why this address may not be called, or None when it may. Without `port` no allow entry can match."""
    if any(address in network for network in rules.deny):
        return "denied by the operator (egress.deny)"
    if any(port == allowed and address in network for network, allowed in rules.allow):
        return None
    if port is not None and not _is_open_port(port, rules):
        return f"port {port} is not open to webhooks"
    if rules.dev_loopback and _is_loopback(address):
        return None
    if address in rules.own_addresses:
        return "an address of this host"
    return _table_refusal(address, rules, port)


def _is_open_port(port: int, rules: AddressRules) -> bool:
    if port in rules.extra_ports:
        return True
    return port in {80, 443} or (1024 <= port <= 65_535 and port not in CLOSED_PORTS)


def _is_loopback(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.packed[0] == 127
    return address == _LOOPBACK_V6


def _table_refusal(address: Address, rules: AddressRules, port: int | None) -> str | None:
    if isinstance(address, IPv4Address):
        return next((reason for network, reason in _REFUSED_V4 if address in network), None)
    if address.scope_id is not None:
        return "bound to one interface by a zone id"
    if address in _NAT64:
        # Loopback behind a translator is the translator's own, so the developer switch does not reach it.
        inner = AddressRules(rules.allow, rules.deny, own_addresses=rules.own_addresses, extra_ports=rules.extra_ports)
        return refusal(IPv4Address(address.packed[12:]), inner, port=port)
    if address not in _GLOBAL_V6:
        return "not a global unicast address"
    return next((reason for network, reason in _REFUSED_V6 if address in network), None)
