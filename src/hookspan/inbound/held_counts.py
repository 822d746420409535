"""How much is held for each source, in memory: the receiver asks before it holds one more request."""

from __future__ import annotations

from collections.abc import Mapping

HELD_MOST = 100_000


class HeldCounts:
    """Counts as last read, and what this process has held since; other processes' show with the next reading."""

    def __init__(self, most: int = HELD_MOST) -> None:
        self._most = most
        self._counts: dict[str, int] = {}

    def is_full(self, webhook_id: str) -> bool:
        """Whether nothing more may be held for this source."""
        return self._counts.get(webhook_id, 0) >= self._most

    def add(self, webhook_id: str, count: int = 1) -> None:
        """This process has held so many more, or let so many go."""
        self._counts[webhook_id] = max(0, self._counts.get(webhook_id, 0) + count)

    def put(self, counts: Mapping[str, int]) -> None:
        """What the store holds now, by source."""
        self._counts = dict(counts)
