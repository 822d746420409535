"""What the receipt says about a request beside its content: who sent it, from where, when, and what the source adds.

The client address is the right-most hop that is not a trusted proxy; none is trusted by default, because every
header a client sends can be invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

import msgspec

from hookspan.errors import Invalid
from hookspan.inbound import user_agents
from hookspan.inbound.request import InboundRequest
from hookspan.model.paths import Scopes
from hookspan.model.templates import Template, TemplateError
from hookspan.model.times import instant

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

PlaceOf: TypeAlias = Callable[[str], Mapping[str, str | float | None] | None]

MAX_HOPS = 32
CUSTOM_BYTES = 16_384
"""What the rules may add to one receipt, as JSON."""

_write = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class CustomRule:
    """When `holds`, the members of `set` go into `custom`; a later rule wins."""

    holds: Callable[[Scopes], bool]
    set: Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Enrichment:
    """A source's `enrichment` member, compiled; `place_of` is None where no place is asked for."""

    source_ip: bool = True
    user_agent: bool = True
    timing: bool = True
    custom: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[CustomRule, ...] = ()
    place_of: PlaceOf | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the receiver measured: the client's address, when the request came, and how long each phase took.

    `filter_ms` is told once the filters have judged. `store_ms` stays 0: it is written by the very commit that it
    would measure.
    """

    client: str
    received_at_ms: int
    read_ms: int = 0
    verify_ms: int = 0
    filter_ms: int = 0
    store_ms: int = 0


def metadata(request: InboundRequest, arrival: Arrival, enrichment: Enrichment) -> dict[str, object]:
    """The receipt's `metadata` (contracts B.6) without what the rules add; what a source switched off is null."""
    user_agent = _text(request, b"user-agent") if enrichment.user_agent else None
    place = enrichment.place_of(arrival.client) if enrichment.place_of else None
    return {
        "sourceIp": arrival.client or None if enrichment.source_ip else None,
        "userAgent": user_agent,
        "userAgentParsed": _copied(user_agents.parsed(user_agent) if user_agent else None),
        "geo": _copied(place),
        "receivedAt": instant(arrival.received_at_ms),
        "contentType": _text(request, b"content-type"),
        "contentLength": len(request.body),
        "timing": _timing(arrival) if enrichment.timing else None,
        "custom": dict(enrichment.custom),
    }


def customised(metadata: Mapping[str, object], enrichment: Enrichment, scopes: Scopes) -> dict[str, object]:
    """The metadata with what the rules add; a member whose template leads nowhere is left out, the rest stands.

    So is one that would make all of them larger than `CUSTOM_BYTES`.
    """
    custom: dict[str, object] = dict(enrichment.custom)
    left = CUSTOM_BYTES
    for rule in enrichment.rules:
        if not rule.holds(scopes):
            continue
        for name, value in _rendered(rule.set, scopes).items():
            left -= len(_write(value)) + len(name)
            if left < 0:
                return {**metadata, "custom": custom}
            custom[name] = value
    return {**metadata, "custom": custom}


def client_address(peer: str, headers: Iterable[tuple[bytes, bytes]], trusted: Sequence[Network] = ()) -> str:
    """The canonical text of the client's address; `peer` is the other end of the connection.

    Walks `X-Forwarded-For` from the right while the reporter is a trusted proxy. A hop that is no address ends the
    walk at the proxy that reported it. An IPv4 address inside IPv6 is that IPv4 address.
    """
    reporter = _address(peer)
    if reporter is None:
        return peer
    if not is_within(reporter, trusted):
        return str(reporter)
    for hop in _hops(headers):
        address = _address(hop)
        if address is None:
            break
        reporter = address
        if not is_within(reporter, trusted):
            break
    return str(reporter)


def is_within(address: str | Address, networks: Iterable[Network]) -> bool:
    """Whether an address is in one of the networks; a text that is no address is in none."""
    read = _address(address) if isinstance(address, str) else address
    return read is not None and any(read in network for network in networks)


def parse_networks(texts: Iterable[str], pointer: str) -> tuple[Network, ...]:
    """Addresses and CIDR ranges; raises Invalid at the entry that is neither or has bits set behind its mask."""
    networks: list[Network] = []
    for index, text in enumerate(texts):
        try:
            networks.append(ip_network(text.strip()))
        except ValueError as error:
            raise Invalid.one(f"{pointer}/{index}", f"{text[:60]!r} is no address or CIDR range") from error
    return tuple(networks)


def _hops(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    return [hop.strip() for hop in ",".join(lines).rsplit(",", MAX_HOPS)[-MAX_HOPS:][::-1]] if lines else []


def _address(text: str) -> Address | None:
    bare = text
    if text.startswith("["):
        bare = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        bare = text.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _copied(shared: Mapping[str, object] | None) -> dict[str, object] | None:
    return None if shared is None else dict(shared)


def _text(request: InboundRequest, name: bytes) -> str | None:
    value = request.header(name)
    return value.decode("latin-1") if value else None


def _timing(arrival: Arrival) -> dict[str, int]:
    return {
        "readMs": arrival.read_ms,
        "verifyMs": arrival.verify_ms,
        "filterMs": arrival.filter_ms,
        "storeMs": arrival.store_ms,
    }


def _rendered(members: Mapping[str, Template], scopes: Scopes) -> dict[str, object]:
    rendered: dict[str, object] = {}
    for name, template in members.items():
        try:
            rendered[name] = template.render(scopes)
        except TemplateError:
            continue
    return rendered
