"""Tenants: making one gives it its data key in the same transaction, so that nothing of it is ever stored in clear."""

from __future__ import annotations

from hookspan.model.ids import new_id
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.tenants import TenantRow, tenant_create
from hookspan.storage.vault import Vault


class Tenants:
    """Make tenants."""

    def __init__(self, database: Database, clock: Clock, vault: Vault) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    async def create(self, slug: str, name: str) -> TenantRow:
        """A new tenant with its data key; Conflict when the slug is taken."""
        now = self._clock.now_ms()
        row = TenantRow(new_id(now), slug, name, now)
        await self._database.write(tenant_create, row, self._vault.new_key(row.id))
        return row
