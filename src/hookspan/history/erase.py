"""Erase an event's content: at once in the tables, and a moment later in the log of the embedded database."""

from __future__ import annotations

from hookspan import observe
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.dialect import forget_log
from hookspan.storage.erase import content_erase


async def erase_content(database: Database, clock: Clock, tenant_id: str, event_id: str) -> None:
    """Erase; NotFound and Conflict as in storage/erase.py. Erasing twice is erasing once."""
    await database.write(content_erase, tenant_id, event_id, clock.now_ms())
    if not await database.read(forget_log):
        observe.warn("erase.log_kept", event=event_id)
