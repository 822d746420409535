"""A tenant's own settings: which there are, what each may say, and what it says unless set (contracts C.7)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hookspan.errors import Fault, Invalid
from hookspan.ports import Clock
from hookspan.storage import audit
from hookspan.storage.database import Database
from hookspan.storage.settings import settings_change, settings_of

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({"event_types.unknown": ("allow", "reject")})
"""What each setting may say, its default first."""


class TenantSettings:
    """Read and change the settings of a tenant."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def read(self, tenant_id: str) -> dict[str, object]:
        """Every setting with its value, set or not."""
        kept = await self._database.read(settings_of, tenant_id)
        return {name: kept.get(name, words[0]) for name, words in WORDS.items()}

    async def change(self, tenant_id: str, wishes: Mapping[str, object]) -> dict[str, object]:
        """Set what is named; None goes back to the default. Invalid names every unknown name and wrong value."""
        faults = [fault for name, value in wishes.items() if (fault := _fault(name, value)) is not None]
        if faults:
            raise Invalid(faults)
        before = await self.read(tenant_id)
        audit.note(before={name: before[name] for name in wishes}, after=dict(wishes))
        await self._database.write(settings_change, tenant_id, dict(wishes), now=self._clock.now_ms())
        return await self.read(tenant_id)


def _fault(name: str, value: object) -> Fault | None:
    words = WORDS.get(name)
    if words is None:
        return Fault(f"/{name}", "unknown_member", "no such setting; remove it")
    if value is not None and value not in words:
        return Fault(f"/{name}", "validation_error", f"must be one of {', '.join(words)}, or null for the default")
    return None
