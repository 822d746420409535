"""Who killed the worker: executions that went silent twice are tried few at a time (reliability §4.3).

All that a process had claimed is silent when the process dies, and one of it was the killer. What went silent twice is
a suspect: a process drives some suspects side by side at most, and what went silent among them too is driven with no
other suspect beside it. Only such a claim leads into quarantine. Whoever must wait keeps his place in the line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row

from hookspan.model.executions import SUSPECT_ALONE_FROM, SUSPECT_FROM, SUSPECTS_MOST


def admitted(due: Sequence[Row[Any]], under_way: int) -> Collection[str] | None:
    """Ids of the suspects among these rows that may be driven beside as many others; None when no row is a suspect.

    While one that must be alone is due, no other is admitted, so that its turn comes.
    """
    suspects = [row for row in due if row.silent_claims >= SUSPECT_FROM]
    if not suspects:
        return None
    alone = next((row.id for row in suspects if row.silent_claims >= SUSPECT_ALONE_FROM), None)
    if alone is not None:
        return {alone} if under_way == 0 else ()
    return {row.id for row in suspects[: max(SUSPECTS_MOST - under_way, 0)]}
