"""The targets kept open: read from the database, secrets unsealed, dropped after a minute or when something changed.

Secrets stay open for at most 60 seconds and 10,000 endpoints (security §8), and no longer than the first of them may
sign. A change in this process drops them at once, a change in another one when `refresh` sees that the tenant's
routing version moved.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from hookspan.errors import NotFound
from hookspan.model.retry import RetryPolicy
from hookspan.outbound.credentials import auth_headers
from hookspan.outbound.endpoint_secrets import Sealer
from hookspan.outbound.sign import Signer
from hookspan.outbound.targets import Rate, Target
from hookspan.ports import Clock, TlsRules, Vault
from hookspan.storage import routing
from hookspan.storage.database import Database
from hookspan.storage.endpoints import EndpointRow, endpoints_find
from hookspan.storage.policies import policies_find

KEPT_SECONDS = 60.0
KEPT_TARGETS = 10_000


class OpenedTargets:
    """Targets and policies by id: `get` and `policy_here` answer from memory, `load` and `policy` fill it."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, *, allow_insecure_tls: bool = False) -> None:
        self._database = database
        self._sealer = Sealer(vault)
        self._clock = clock
        self._allow_insecure_tls = allow_insecure_tls
        self._kept: OrderedDict[str, tuple[float, Target]] = OrderedDict()
        self._versions: dict[str, int] = {}
        self._policies: dict[str, RetryPolicy] = {}

    def get(self, endpoint_id: str) -> Target | None:
        """The target if it is here and fresh."""
        kept = self._kept.get(endpoint_id)
        if kept is None or kept[0] <= self._clock.monotonic():
            return None
        return kept[1]

    async def load(self, tenant_id: str, endpoint_id: str) -> Target | None:
        """Read the target as committed now; None when the endpoint is deleted."""
        return (await self.load_all(tenant_id, [endpoint_id])).get(endpoint_id)

    async def load_all(self, tenant_id: str, ids: Sequence[str]) -> dict[str, Target]:
        """Read many at once; one that is missing from the answer is deleted."""
        versions = await self._database.read(routing.versions, [tenant_id])
        rows = await self._database.read(endpoints_find, tenant_id, list(ids))
        if self._versions.get(tenant_id) != versions.get(tenant_id):
            self.forget(tenant_id)
        self._versions.update(versions)
        loaded = {row.id: self.opened(row) for row in rows}
        for row in rows:
            self._policies[row.policy_id] = row.policy
            self._kept[row.id] = (self._until(row), loaded[row.id])
        while len(self._kept) > KEPT_TARGETS:
            self._kept.popitem(last=False)
        return loaded

    def policy_here(self, policy_id: str) -> RetryPolicy | None:
        """A policy if it is here; policies never change."""
        return self._policies.get(policy_id)

    async def policy(self, policy_id: str) -> RetryPolicy:
        """A policy by the hash of its content; NotFound for a hash nobody stored."""
        if policy_id not in self._policies:
            self._policies.update(await self._database.read(policies_find, [policy_id]))
        if policy_id not in self._policies:
            raise NotFound("no such retry policy")
        return self._policies[policy_id]

    def forget(self, tenant_id: str) -> None:
        """Drop what is kept of a tenant; called after every change of its endpoints."""
        self._versions.pop(tenant_id, None)
        for identity in [key for key, (_, target) in self._kept.items() if target.tenant_id == tenant_id]:
            del self._kept[identity]

    async def refresh(self) -> None:
        """Drop the targets of tenants that another process changed; called every few seconds."""
        known = dict(self._versions)
        current = await self._database.read(routing.versions, list(known)) if known else {}
        for tenant_id, version in known.items():
            if current.get(tenant_id) != version:
                self.forget(tenant_id)

    def opened(self, row: EndpointRow) -> Target:
        """An endpoint's row as a target, its secrets in clear."""
        settings = row.settings
        rate = settings.rate_limit
        return Target(
            id=row.id,
            name=row.name,
            tenant_id=row.tenant_id,
            url=row.url,
            method=row.method,
            headers=self._sealer.opened_headers(row),
            timeout_ms=row.timeout_ms,
            max_in_flight=row.max_in_flight,
            is_active=row.status == "active",
            signer=self._signer(row),
            auth_headers=auth_headers(*self._sealer.opened_auth(row)),
            rate=None if rate is None else Rate(rate.count, rate.period_ms),
            tls=self._tls(row),
        )

    def _tls(self, row: EndpointRow) -> TlsRules | None:
        """What differs from the instance's own rules; verification is skipped only while the owner allows it."""
        tls, client = row.settings.tls, self._sealer.opened_client(row)
        verify = tls.verify or not self._allow_insecure_tls
        if tls.ca_pem is None and client is None and verify:
            return None
        if client is None:
            return TlsRules(tls.ca_pem, verify=verify)
        return TlsRules(tls.ca_pem, client.certificate_pem, client.key_pem, verify, client.id)

    def _signer(self, row: EndpointRow) -> Signer:
        """Live secrets, newest first; of seed-shaped ones the newest signs and the one before it stands beside."""
        now = self._clock.now_ms()
        first, second = [*self._sealer.live(row, "legacy", now), None, None][:2]
        return Signer(
            self._sealer.live(row, "standard", now),
            legacy_secret=first,
            previous_legacy_secret=second,
            ed25519_key=self._sealer.opened_key(row),
        )

    def _until(self, row: EndpointRow) -> float:
        """When the target is stale, on the monotonic clock: in a minute, or when the next secret's time is over."""
        now = self._clock.now_ms()
        ends = [each.expires_at - now for each in row.secrets if each.expires_at is not None and each.is_live(now)]
        return self._clock.monotonic() + min([KEPT_SECONDS, *(end / 1_000 for end in ends)])
