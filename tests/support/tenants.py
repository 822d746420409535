"""The first tenant of a database, without the rest of an instance."""

from __future__ import annotations

from hookspan.access.instance import Instance
from hookspan.access.users import Passwords
from hookspan.storage.database import Database
from hookspan.storage.vault import KekRing, Vault
from tests.support.clock import FakeClock
from tests.support.surface import KEK


async def first_tenant(database: Database) -> str:
    """Its id; made when there is none."""
    vault = Vault(database, KekRing.parse(KEK), FakeClock())
    await Instance.first_start(database, vault, FakeClock(), passwords=Passwords(memory_kib=64, passes=1))
    return (await Instance.load(database, vault)).tenant_id
