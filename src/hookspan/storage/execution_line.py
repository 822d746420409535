"""Who stands in the line of due executions behind those of workflows that have their part (reliability §4.7)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text

from hookspan.model.executions import SUSPECT_FROM
from hookspan.model.levels import LEVELS

LOOKED_AT = 5_000
"""How many of each priority one look goes through."""


class Due(NamedTuple):
    """One that is due, epoch ms."""

    level: int
    due_at: int
    id: str
    workflow_id: str


class Stretch(NamedTuple):
    """The part of the line that was looked at, and the instant that the next look begins with, 0 for the front."""

    due: list[Due]
    next_from: int


def _of_level(level: int) -> str:
    # Suspects have rules of their own, so they are left to the claims that know them.
    return (
        "SELECT * FROM (SELECT priority, due_at, id, workflow_id FROM executions"  # noqa: S608  # our own words
        f" WHERE due_at IS NOT NULL AND lease_token IS NULL AND silent_claims < {SUSPECT_FROM}"
        f" AND priority = {level} AND due_at >= :begin AND due_at <= :now ORDER BY due_at LIMIT :most) line_{level}"
    )


_LINE = text(" UNION ALL ".join(_of_level(level) for level in LEVELS))


def stretch(connection: Connection, begin: int, now: int, *, most: int = LOOKED_AT) -> Stretch:
    """What has been due since `begin` or later, of each priority the oldest `most`."""
    due = [Due(*row) for row in connection.execute(_LINE, {"begin": begin, "now": now, "most": most})]
    ends = []
    for level in LEVELS:
        of_level = [each.due_at for each in due if each.level == level]
        if len(of_level) >= most:
            ends.append(max(of_level))
    # Of more than a stretch that are due in one millisecond the rest is passed over.
    return Stretch(due, max(min(ends), begin + 1) if ends else 0)
