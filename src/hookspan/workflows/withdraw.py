"""Take a scheduled event back in time, with all that waits for it, and tell of the executions that end so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from hookspan.errors import Unavailable
from hookspan.events.publish import STALE_TRIES, UNSETTLED, Publisher
from hookspan.model.events import Birth
from hookspan.model.ids import new_id
from hookspan.storage import executions, scheduled
from hookspan.storage.database import Database
from hookspan.storage.scheduled import Withdrawn
from hookspan.workflows.facts import Fact, Subject, data_of, event_of
from hookspan.workflows.frames import frames_of
from hookspan.workflows.happenings import Publish
from hookspan.workflows.run import Engine
from hookspan.workflows.state import State


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Takes events back."""

    database: Database
    publisher: Publisher
    engine: Engine

    async def withdraw(self, tenant_id: str, event_id: str, *, now: int) -> Withdrawn:
        """Cancel the event, its deliveries and its executions in one transaction; raises as `scheduled.cancel`."""
        for _ in range(STALE_TRIES):
            facts = await self._facts(tenant_id, event_id, now)
            births = await self._births(facts)
            try:
                withdrawn = await self.database.write(scheduled.withdraw, tenant_id, event_id, now, births)
            except BaseException:
                self.publisher.abandoned(births)
                raise
            if withdrawn is None:
                self.publisher.abandoned(births)
                continue
            self._tell(facts, births, withdrawn)
            return withdrawn
        raise Unavailable(UNSETTLED)

    async def _facts(self, tenant_id: str, event_id: str, now: int) -> list[tuple[Subject, Fact]]:
        """`execution.cancelled` of each that waits; none of them has begun, so this is all there is to tell."""
        state = State(status="cancelled", completed_at=now)
        fact = Fact(Publish("execution.cancelled"), state, now)
        facts = []
        for identity in await self.database.read(scheduled.waiting_executions, tenant_id, event_id):
            row = await self.database.read(executions.execution_get, tenant_id, identity)
            if row is not None:
                version = await self.engine.version_of(row)
                facts.append((Subject(row, version.name, version.definition), fact))
        return facts

    async def _births(self, facts: Sequence[tuple[Subject, Fact]]) -> list[Birth]:
        births = []
        for place, (subject, fact) in enumerate(facts):
            event = replace(event_of(subject, fact, new_id(fact.at)), data=data_of(subject, fact))
            if place == 0:
                # A fact nobody wants leaves no birth that could turn out stale, so routing is read anew.
                self.publisher.stale(Birth(event, 0))
            birth = await self.publisher.prepare(event)
            if birth is not None:
                births.append(birth)
        return births

    def _tell(self, facts: Sequence[tuple[Subject, Fact]], births: Sequence[Birth], withdrawn: Withdrawn) -> None:
        written = [birth for birth in births if birth.event.execution_id in withdrawn.execution_ids]
        self.publisher.committed(written)
        self.publisher.abandoned([birth for birth in births if birth not in written])
        for subject, fact in facts:
            if subject.row.id in withdrawn.execution_ids and self.publisher.hears(subject.row.tenant_id):
                for frame in frames_of(subject, fact):
                    self.publisher.tell(frame)
