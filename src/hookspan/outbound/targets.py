"""Endpoints as an attempt needs them: address, limits, opened keys; kept in memory, reloaded when routing changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hookspan.model.retry import RetryPolicy
from hookspan.outbound.sign import Signer
from hookspan.ports import TlsRules


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket of `count` tokens, filled again over `period_ms`; each attempt takes one (contracts C.2 `rateLimit`)."""

    count: int
    period_ms: int


@dataclass(frozen=True, slots=True)
class Target:
    """One endpoint, ready to be sent to. `headers` are the configured ones, checked; `auth_headers` win over them."""

    id: str
    tenant_id: str
    url: str
    method: str
    headers: tuple[tuple[str, str], ...]
    timeout_ms: int
    max_in_flight: int
    is_active: bool
    signer: Signer
    auth_headers: tuple[tuple[str, str], ...] = ()
    rate: Rate | None = None
    tls: TlsRules | None = None
    name: str = ""


class Targets(Protocol):
    """What the delivery side asks of the endpoints' room."""

    def get(self, endpoint_id: str) -> Target | None:
        """The target if it is here and not stale."""
        ...

    async def load(self, tenant_id: str, endpoint_id: str) -> Target | None:
        """Read the target; None when the endpoint is deleted."""
        ...

    async def policy(self, policy_id: str) -> RetryPolicy:
        """A retry policy by the hash of its content."""
        ...

    def policy_here(self, policy_id: str) -> RetryPolicy | None:
        """The same from memory."""
        ...
