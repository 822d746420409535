"""How priorities share the work and what each promises: read and changed by tenants, obeyed by every process.

Work of all tenants waits in the same lanes, so the weights are the instance's and its first tenant sets them; what a
level promises (`slaMs`) each tenant sets for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hookspan.errors import Forbidden
from hookspan.model.levels import LEVELS, USUAL_PROMISES, WEIGHTS, Cycle, Promises, cycle_of
from hookspan.ports import Clock
from hookspan.storage import audit
from hookspan.storage.database import Database
from hookspan.storage.priorities import Chosen, breaches_of_day, choice_change, choices


@dataclass(frozen=True, slots=True)
class Level:
    """One priority as a tenant sees it; `sla_ms` None promises nothing."""

    level: int
    weight: int
    sla_ms: int | None
    breaches_24h: int


@dataclass(frozen=True, slots=True)
class LevelChange:
    """What to change of a level; `sets_sla` tells a promise taken back from one left alone."""

    weight: int | None = None
    sets_sla: bool = False
    sla_ms: int | None = None


class Priorities:
    """The priorities of an instance whose first tenant is `tenant_id`; one for a process."""

    def __init__(self, database: Database, clock: Clock, tenant_id: str) -> None:
        self._database = database
        self._clock = clock
        self._tenant_id = tenant_id
        self._known: Mapping[str, Chosen] = {}
        self.on_change: Callable[[Cycle, Promises], None] = lambda cycle, promises: None

    async def refresh(self) -> None:
        """Take over what was chosen in any process; called every few seconds."""
        found = await self._database.read(choices)
        if found != self._known:
            self._known = found
            self.on_change(cycle_of(self._weights()), self._promises())

    async def levels(self, tenant_id: str) -> list[Level]:
        """Every level as this tenant sees it, the most urgent first."""
        await self.refresh()
        breaches = await self._database.read(breaches_of_day, tenant_id, self._clock.now_ms())
        weights, promises = self._weights(), self._promises()
        return [
            Level(level, weights[level], promises.sla_ms(tenant_id, level), breaches.get(level, 0)) for level in LEVELS
        ]

    async def change(self, tenant_id: str, level: int, wish: LevelChange) -> Level:
        """Change one level; Forbidden for weights asked for by a tenant that does not own the instance."""
        if wish.weight is not None and tenant_id != self._tenant_id:
            raise Forbidden("weights are the whole instance's, and only its first tenant may set them")
        before = next(each for each in await self.levels(tenant_id) if each.level == level)
        audit.note(before={"weight": before.weight, "slaMs": before.sla_ms})
        name = str(level)
        chosen = Chosen(
            {} if wish.weight is None else {name: wish.weight},
            {name: wish.sla_ms} if wish.sets_sla else {},
        )
        await self._database.write(choice_change, tenant_id, chosen, self._clock.now_ms())
        return next(each for each in await self.levels(tenant_id) if each.level == level)

    def _weights(self) -> dict[int, int]:
        chosen = self._known.get(self._tenant_id, Chosen()).weights
        return {level: chosen.get(str(level), WEIGHTS[level]) for level in LEVELS}

    def _promises(self) -> Promises:
        chosen = {
            tenant_id: {int(level): sla_ms for level, sla_ms in each.sla_ms.items()}
            for tenant_id, each in self._known.items()
            if each.sla_ms
        }
        return Promises(chosen) if chosen else USUAL_PROMISES
