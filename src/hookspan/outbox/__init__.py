"""Publish inside a transaction of the caller's own: a row beside the caller's rows, moved to hookspan afterwards.

`table` is where it stands, `publishing` writes it, `rows` is what a relay needs to know of it (contracts G.1).
"""

from __future__ import annotations

from hookspan.outbox.publishing import apublish, publish
from hookspan.outbox.table import OutboxMissing, create_outbox, outbox_table

__all__ = ["OutboxMissing", "apublish", "create_outbox", "outbox_table", "publish"]
