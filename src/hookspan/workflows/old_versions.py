"""Seal what an earlier release left in clear, or took for no secret: every definition is looked at once a process."""

from __future__ import annotations

from contextlib import suppress

from hookspan.model.workflows import VersionRow
from hookspan.ports import Vault
from hookspan.storage import unsealed_versions
from hookspan.storage.database import Database
from hookspan.storage.unsealed_versions import Edge
from hookspan.workflows.sealing import resealed_text

BATCH = 100


class OldVersions:
    """The stored versions that are not yet looked at."""

    def __init__(self, database: Database, vault: Vault, *, batch: int = BATCH) -> None:
        self._database = database
        self._vault = vault
        self._batch = batch
        self._edge: Edge | None = None
        self._is_done = False

    async def turn(self) -> None:
        """Seal the secrets of all that are left; nothing once every version was seen."""
        while not self._is_done:
            rows = await self._database.read(unsealed_versions.versions_behind, self._edge, self._batch)
            sealed = [
                (row, text) for tenant_id, row in rows if (text := self._sealed(tenant_id, row)) != row.definition
            ]
            if sealed:
                await self._database.write(unsealed_versions.versions_seal, sealed)
            self._is_done = len(rows) < self._batch
            if rows:
                self._edge = (rows[-1][1].workflow_id, rows[-1][1].version)

    def _sealed(self, tenant_id: str, row: VersionRow) -> str:
        # A tenant whose keys were destroyed has nothing that could be sealed any more, and nothing that opens.
        with suppress(LookupError, ValueError):
            return resealed_text(self._vault, row, tenant_id=tenant_id)
        return row.definition
