"""Places beyond the slots of a process, so that a slow workflow that fills them keeps no other waiting.

A slot is given to whoever is due, so one workflow with work may have them all. When all are taken there are up to
a third more, for workflows that do not have their part: three quarters of what the others leave of all places. Then
there is one left for one workflow more until very many of them are slow at once. Of one slot or two there is no third:
whoever gives so small a number means it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.execution_line import Due, stretch
from hookspan.workflows.driven import Driven

LOOK_SECONDS = 1.0


def places(slots: int) -> int:
    """All there are, with those in reserve: alone a workflow has its part when it holds the slots."""
    return slots + slots // 3


def has_its_part(held: int, all_held: int, slots: int) -> bool:
    """Whether a workflow that holds so many of all that are held must leave the rest to others; one each is due."""
    left = places(slots) - (all_held - held)
    return held >= max(1, left * 3 // 4)


def admitted(line: Iterable[Due], held: Mapping[str, int], slots: int) -> list[str]:
    """The ids in this line that may have the places in reserve, those of high priority and long due first."""
    now_held = Counter(held)
    all_held = now_held.total()
    ids: list[str] = []
    for each in sorted(line, key=lambda due: (-due.level, due.due_at)):
        if all_held >= places(slots):
            break
        if not has_its_part(now_held[each.workflow_id], all_held, slots):
            now_held[each.workflow_id] += 1
            all_held += 1
            ids.append(each.id)
    return ids


class Reserve:
    """What may be claimed when all slots are taken; it looks once a second, however often it is asked."""

    def __init__(self, database: Database, clock: Clock, driven: Driven) -> None:
        self._database = database
        self._clock = clock
        self._driven = driven
        self._looked_s = -LOOK_SECONDS
        self._begin = 0

    async def due(self) -> Sequence[str]:
        """Who is due and may have a place; a long line is gone through look by look."""
        now_s, slots = self._clock.monotonic(), self._driven.slots
        if now_s - self._looked_s < LOOK_SECONDS or -self._driven.room >= places(slots) - slots:
            return ()
        self._looked_s = now_s
        found = await self._database.read(stretch, self._begin, self._clock.now_ms())
        self._begin = found.next_from
        return admitted(found.due, self._driven.by_workflow, slots)
