"""Take a scheduled event back in time, with all that waits for it, and tell of the executions that end so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from hookspan.errors import Unavailable
from hookspan.events.publish import STALE_TRIES, UNSETTLED, Publisher
from hookspan.model.events import Birth
from hookspan.model.workflows import Definition
from hookspan.storage import executions, scheduled
from hookspan.storage.database import Database
from hookspan.storage.scheduled import Withdrawn
from hookspan.workflows.advance import advance
from hookspan.workflows.facts import Fact, Subject, as_ended, data_of, event_of, fact_ids
from hookspan.workflows.frames import frames_of
from hookspan.workflows.happenings import Cancelled, Publish
from hookspan.workflows.progress import report
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
            births: list[Birth] = []
            try:
                async for birth in self._births(facts):
                    births.append(birth)
                withdrawn = await self.database.write(scheduled.withdraw, tenant_id, event_id, now, births)
            except BaseException:
                self.publisher.abandoned(births)
                raise
            if withdrawn is not None:
                self._tell(facts, births, withdrawn)
                return withdrawn
            for birth in births:
                self.publisher.stale(birth)
        raise Unavailable(UNSETTLED)

    async def _facts(self, tenant_id: str, event_id: str, now: int) -> list[tuple[Subject, Fact]]:
        """What the end of each that waits has to tell, as of any that is cancelled before it began."""
        facts: list[tuple[Subject, Fact]] = []
        for identity in await self.database.read(scheduled.waiting_executions, tenant_id, event_id):
            row = await self.database.read(executions.execution_get, tenant_id, identity)
            if row is not None:
                version = await self.engine.version_of(row)
                subject = Subject(row, version.name, version.definition)
                facts += [(subject, fact) for fact in _end(version.definition, now)]
        return facts

    async def _births(self, facts: Sequence[tuple[Subject, Fact]]) -> AsyncIterator[Birth]:
        for (subject, fact), event_id in zip(facts, fact_ids([fact for _, fact in facts]), strict=True):
            yield await self.publisher.prepare(replace(event_of(subject, fact, event_id), data=_data(subject, fact)))

    def _tell(self, facts: Sequence[tuple[Subject, Fact]], births: Sequence[Birth], withdrawn: Withdrawn) -> None:
        written = [birth for birth in births if birth.event.execution_id in withdrawn.execution_ids]
        self.publisher.committed(written)
        self.publisher.abandoned([birth for birth in births if birth not in written])
        for subject, fact in facts:
            if subject.row.id in withdrawn.execution_ids and self.publisher.hears(subject.row.tenant_id):
                for frame in frames_of(subject, fact):
                    self.publisher.tell(frame)


def _end(definition: Definition, now: int) -> list[Fact]:
    state, commands = advance(definition, State(), Cancelled(now))
    told = [command for command in commands if isinstance(command, Publish)]
    return [Fact(each, as_ended(state, each.step_id) if each.step_id else state, now) for each in told]


def _data(subject: Subject, fact: Fact) -> bytes:
    if fact.publish.type != "progress.updated":
        return data_of(subject, fact)
    # What has ended is not waited for, so nobody asks how long its steps take.
    return msgspec.json.encode(report(subject.row.id, subject.definition, fact.state, mean_ms=None, now=fact.at))
