"""What a program on somebody's own machine answered to an event, as it is shown (contracts D.4)."""

from __future__ import annotations

from hookspan.api.bodies import Answer
from hookspan.model.times import instant
from hookspan.storage.forwards import ForwardRow


class Forward(Answer):
    """One forward."""

    id: str
    status_code: int | None
    duration_ms: int
    target: str | None
    error: str | None
    created_at: str


def forward_shown(row: ForwardRow) -> Forward:
    """A row as it is shown."""
    return Forward(
        id=row.id,
        status_code=row.status_code,
        duration_ms=row.duration_ms,
        target=row.target,
        error=row.error,
        created_at=instant(row.created_at),
    )
