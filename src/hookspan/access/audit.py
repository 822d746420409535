"""Seal and read the audit log: a chain of hashes per tenant, so that a row changed, taken or moved is named (S51)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hookspan import observe
from hookspan.ports import Clock
from hookspan.storage import audit
from hookspan.storage.audit import AuditFilter, Head
from hookspan.storage.database import Database
from hookspan.storage.keyset import Keyset, Slice

SEAL_SECONDS = 5.0
SEALED_AT_ONCE = 500
READ_AT_ONCE = 1_000
TOLD_EVERY_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: the row, its place, and what is wrong with it."""

    id: str
    place: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk over a tenant's chain found. `head` is its end: kept elsewhere, it proves that none was cut off."""

    checked: int
    waiting: int
    head: Head
    fault: Break | None = None


class AuditLog:
    """The audit log of every tenant: list, seal, verify."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._told_at: dict[str, int] = {}

    async def list(self, tenant_id: str, wanted: AuditFilter, keyset: Keyset) -> Slice:
        """One page of the tenant's rows."""
        return await self._database.read(audit.audit_slice, tenant_id, wanted, keyset)

    async def seal(self) -> int:
        """Chain every row that waits; how many tenants had any. Called by the worker."""
        tenants = await self._database.read(audit.unsealed_tenants)
        for tenant_id in tenants:
            head = await self._database.write(audit.audit_seal, tenant_id, SEALED_AT_ONCE)
            now = self._clock.now_ms()
            if now - self._told_at.get(tenant_id, 0) >= TOLD_EVERY_MS:
                self._told_at[tenant_id] = now
                observe.step("audit.head", tenant=tenant_id, place=head.place, seal=head.seal.hex())
        return len(tenants)

    async def verify(self, tenant_id: str) -> Verdict:
        """Walk the tenant's chain from its beginning; the first row that does not fit is named."""
        head, checked = await self._database.read(audit.audit_anchor, tenant_id), 0
        fault: Break | None = None
        while fault is None:
            rows = await self._database.read(audit.audit_links, tenant_id, head.place, READ_AT_ONCE)
            head, fault, count = _walked(head, rows)
            checked += count
            if len(rows) < READ_AT_ONCE:
                break
        waiting = await self._database.read(audit.audit_waiting, tenant_id)
        return Verdict(checked, len(waiting), head, fault)


def _walked(head: Head, rows: Sequence[audit.Link]) -> tuple[Head, Break | None, int]:
    for count, row in enumerate(rows):
        if row.place != head.place + 1:
            missing = f"the row at place {head.place + 1} before it is gone"
            return head, Break(row.id, row.place, missing), count
        if row.seal is None or bytes(row.seal) != audit.seal_of(head.seal, row, row.place):
            return head, Break(row.id, row.place, "it was changed or moved"), count
        head = Head(row.place, bytes(row.seal))
    return head, None, len(rows)
