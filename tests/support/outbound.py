"""What tests of the outbound client share: a client with scripted name answers, and requests with short deadlines."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from hookspan.model.addresses import AddressRules
from hookspan.model.urls import UrlRules
from hookspan.net.egress import Egress, Resolver
from hookspan.net.http import DeliveryClient
from hookspan.net.pool import PoolLimits
from hookspan.ports import HttpRequest, TlsRules

DEV = UrlRules(AddressRules(dev_loopback=True))
PUBLIC = "93.184.216.34"


class Names:
    """A resolver: each look-up of a name takes its next scripted answer, the last one for ever."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.calls: list[str] = []
        self._answers = {name.replace("_", "."): list(given) for name, given in answers.items()}

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.calls.append(host)
        given = self._answers.get(host)
        if not given:
            raise OSError(-2, "Name or service not known")
        return given.pop(0) if len(given) > 1 else given[0]


def loopback_names(_host: str, _port: int) -> Sequence[str]:
    """A resolver for which every name is this machine."""
    return ["127.0.0.1"]


@asynccontextmanager
async def delivering(
    rules: UrlRules = DEV,
    *,
    resolver: Resolver = loopback_names,
    tls: ssl.SSLContext | None = None,
    limits: PoolLimits | None = None,
    allow_insecure_tls: bool = False,
) -> AsyncIterator[DeliveryClient]:
    """A delivery client that is closed at the end."""
    egress = Egress(rules, resolver=resolver)
    client = DeliveryClient(egress, tls=tls, limits=limits, allow_insecure_tls=allow_insecure_tls)
    try:
        yield client
    finally:
        await client.close()


def post(
    url: str,
    *,
    headers: Sequence[tuple[str, str]] = (("Content-Type", "application/json"),),
    body: bytes = b'{"order":7}',
    timeout_ms: int = 2_000,
    tenant_id: str = "tenant-a",
    read_limit: int = 65_536,
    method: str = "POST",
    tls: TlsRules | None = None,
) -> HttpRequest:
    """A request as a delivery would send it."""
    return HttpRequest(method, url, headers, body, timeout_ms, tenant_id, read_limit, tls)
