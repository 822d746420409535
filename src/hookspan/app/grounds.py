"""What must be there before anything opens: the schema, the data folder, keys, and rules read from the settings."""

from __future__ import annotations

import os
from ipaddress import ip_address, ip_network

from hookspan.config import BreakerSettings, ServerSettings, Settings
from hookspan.errors import Invalid, NotConfigured
from hookspan.inbound.enrich import parse_networks
from hookspan.inbound.floods import RateRules
from hookspan.inbound.receive import ReceiverSettings
from hookspan.model.addresses import AddressRules, parse_allow
from hookspan.model.gates import BreakerRules
from hookspan.model.urls import UrlRules, origins_of
from hookspan.storage import schema
from hookspan.storage.database import Database
from hookspan.storage.vault import KekRing, make_kek_file


def open_schema(settings: Settings, *, migrate: bool = True) -> None:
    """Bring the schema up to date; NotConfigured when it is not and we may not."""
    if settings.is_embedded:
        make_data_folder(settings)
    database = Database(settings.database_url)
    try:
        if migrate:
            schema.migrate(database.engine)
            return
        current, newest = schema.revisions(database.engine)
        if current != newest:
            raise NotConfigured(f"the schema is at {current}, this release needs {newest}: run `hookspan migrate`")
    finally:
        database.engine.dispose()


def make_data_folder(settings: Settings) -> None:
    """The data folder, for its owner alone (S55)."""
    os.umask(0o077)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)


def kek_ring(settings: Settings) -> KekRing:
    """The key-encryption keys: from the settings, else the embedded instance's own file, made at its first start."""
    if settings.kek:
        return KekRing.parse(settings.kek)
    path = settings.kek_file or settings.data / "hookspan.kek"
    if path.exists():
        return KekRing.parse(path.read_text())
    if settings.kek_file or not settings.is_embedded:
        raise NotConfigured(f"there is no key-encryption key at {path}")
    return KekRing.parse(make_kek_file(path))


def breaker_rules(breaker: BreakerSettings) -> BreakerRules:
    """When endpoints that fail are left alone, as the operator says."""
    return BreakerRules(
        breaker.outcomes_least,
        breaker.failed_share,
        round(breaker.open_seconds * 1_000),
        round(breaker.open_seconds_most * 1_000),
    )


def receiver_rules(settings: Settings, base_url: str, hop_key: bytes) -> ReceiverSettings:
    """How requests in are taken, as the operator says."""
    receiver = settings.receiver
    return ReceiverSettings(
        base_url,
        hop_key,
        parse_networks(settings.server.trusted_proxies, "/server/trusted_proxies"),
        uniform_refusals=receiver.uniform_refusals,
        refusals_most=receiver.refusals_most,
        rates=RateRules(receiver.open_per_second, receiver.tenant_per_second),
    )


def url_rules(settings: Settings) -> UrlRules:
    """Whom this instance may call; NotConfigured when its own address is none."""
    egress = settings.egress
    addresses = AddressRules(
        allow=parse_allow(egress.allow),
        deny=tuple(ip_network(entry) for entry in egress.deny),
        dev_loopback=settings.dev,
    )
    return UrlRules(
        addresses=addresses,
        https_only=egress.https_only,
        allow_self=egress.allow_self,
        own_origins=_own_origins(settings.server),
    )


def _own_origins(server: ServerSettings) -> frozenset[tuple[str, int]]:
    """Where others reach this instance: by its base URL, and where it listens unless that is for this machine alone.

    On loopback it may be a guest in a program with a port and endpoints of its own; hop counts end loops there.
    """
    try:
        named = frozenset() if server.base_url is None else origins_of(server.base_url)
    except Invalid as invalid:
        raise NotConfigured(f"setting server.base_url: {invalid.faults[0].detail}") from None
    try:
        address = ip_address(server.host)
    except ValueError:
        return named if server.host == "localhost" else named | {(server.host.lower(), server.port)}
    # Nobody calls a wildcard by its name, and the interfaces behind it are refused as addresses of this host.
    is_local = address.is_loopback or address.is_unspecified
    return named if is_local else named | {(address.compressed, server.port)}
