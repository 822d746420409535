"""The addresses of this host's interfaces, which the egress guard refuses (security §3, "ourselves")."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from hookspan.model.addresses import Address

_LOCAL_V4 = re.compile(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL")
_V4_TABLE = Path("/proc/net/fib_trie")
_V6_TABLE = Path("/proc/net/if_inet6")


def interface_addresses() -> frozenset[Address]:
    """Every address of this host, secondary ones too; where there is no /proc, those its own name resolves to."""
    found = parse_v4_table(_text(_V4_TABLE)) | parse_v6_table(_text(_V6_TABLE))
    return found or _addresses_of_own_name()


def parse_v4_table(text: str) -> frozenset[Address]:
    """The local addresses in the kernel's IPv4 routing table (/proc/net/fib_trie)."""
    return frozenset(IPv4Address(quad) for quad in _LOCAL_V4.findall(text))


def parse_v6_table(text: str) -> frozenset[Address]:
    """The addresses in /proc/net/if_inet6: 32 hex digits at the start of each line."""
    return frozenset(IPv6Address(bytes.fromhex(line[:32])) for line in text.splitlines())


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _addresses_of_own_name() -> frozenset[Address]:
    try:
        answers = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:
        return frozenset()
    return frozenset(ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers)
