"""The only door by which an event is born: match, write it with all the work it causes, hand that work over.

prepare    match in memory, lease what this process has room to send
record     one transaction: event, keys, receipt, deliveries, executions (storage/events.py)
committed  hand leased deliveries to the dispatcher, wake the engine, tell the live feed
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from hookspan import observe
from hookspan.errors import Conflict, Unavailable
from hookspan.events.births import Births
from hookspan.events.frames import frames_of_birth
from hookspan.events.routing import EventTrigger, Routing, Snapshot, Subscriber, fact_names, held
from hookspan.model.catalogue import is_optional
from hookspan.model.deliveries import LEASE_MARGIN_MS, Parcel
from hookspan.model.events import (
    OTHER_BODY,
    Birth,
    Entry,
    Key,
    NewDelivery,
    NewEvent,
    NewReceipt,
    Published,
    Recorded,
    with_facts,
)
from hookspan.model.ids import id_time_ms
from hookspan.ports import Clock, Handoff, LiveFeed
from hookspan.storage import events, events_list
from hookspan.storage.database import Database

STALE_TRIES = 8
Written = Literal["done", "stale", "lost"]
UNSETTLED = "subscriptions are changing faster than events are matched; try again"


class Overtaken(Unavailable):
    """The routing that an entry's executions were decided by has changed: nothing is stored, decide again."""


class Publisher:
    """Publishes for every room; one for a process."""

    def __init__(
        self,
        database: Database,
        routing: Routing,
        handoff: Handoff,
        feed: LiveFeed,
        *,
        clock: Clock,
        lease_margin_ms: int = LEASE_MARGIN_MS,
    ) -> None:
        self._database = database
        self._routing = routing
        self._handoff = handoff
        self._feed = feed
        self._births = Births(handoff.reserve, clock, lease_margin_ms=lease_margin_ms)

    @property
    def fanout_from(self) -> int:
        """More matching endpoints than this are written in batches after the event."""
        return self._births.fanout_from

    @fanout_from.setter
    def fanout_from(self, most: int) -> None:
        self._births.fanout_from = most

    async def publish(self, new: NewEvent, *, keys: Sequence[Key] = ()) -> Published:
        """Bring one event into being that needs nothing beside it; see `publish_entry`."""
        return await self.publish_entry(Entry(new, keys))

    async def publish_entry(self, entry: Entry) -> Published:
        """Bring one event into being with what stands beside it; on disk when this returns.

        A repeat of a key gives the first event with `duplicate`. Raises Conflict `idempotency_mismatch` for another
        body under one key, StoreAway when the outcome is not known to be committed, Overtaken when what the entry was
        judged by has changed; so do the other two.
        """
        for _ in range(STALE_TRIES):
            birth = await self.conceive(entry)
            try:
                recorded = await self._database.batch(events.record, birth)
            except BaseException:
                self.abandoned([birth])
                raise
            if recorded.stale:
                self._again([entry], [birth])
                continue
            published = self._published(birth, recorded)
            if published.other_body:
                raise Conflict(OTHER_BODY, code="idempotency_mismatch")
            return published
        raise Unavailable(UNSETTLED)

    async def publish_through(self, entry: Entry, unit: Callable[..., Written]) -> bool:
        """Bring about the work of an event that is stored already, by a unit of another room.

        `unit(connection, birth)` says `done`, `stale` (match again) or `lost`: then nothing is handed over, False.
        """
        for _ in range(STALE_TRIES):
            birth = await self.conceive(entry)
            try:
                written = await self._database.write(unit, birth)
            except BaseException:
                self.abandoned([birth])
                raise
            if written == "stale":
                self._again([entry], [birth])
                continue
            if written == "lost":
                self.abandoned([birth])
                return False
            self._handed_over([birth])
            self._tell_of(birth)
            self.committed(birth.facts)
            return True
        raise Unavailable(UNSETTLED)

    async def commit(self, told: Sequence[NewEvent], write: Callable[[Sequence[Birth]], Awaitable[Written]]) -> bool:
        """Write facts with a change of another room, matched again while subscriptions change; False when `lost`.

        `write` runs the unit with their births, which says what `publish_through`'s does. Raises Unavailable.
        """
        for _ in range(STALE_TRIES):
            births: list[Birth] = []
            try:
                for event in told:
                    births.append(await self.prepare(event))
                written = await write(births)
            except BaseException:
                self.abandoned(births)
                raise
            if written == "done":
                self.committed(births)
                return True
            if written == "lost":
                self.abandoned(births)
                return False
            for birth in births:
                self.stale(birth)
        raise Unavailable(UNSETTLED)

    async def publish_entries(self, entries: Sequence[Entry], *, atomic: bool = False) -> list[Published]:
        """Bring many events of one tenant into being in one transaction; the answers are in order.

        Raises Invalid, nothing stored, when an `atomic` batch holds a key that was used with another body.
        """
        unit = events.record_together if atomic else events.record
        for _ in range(STALE_TRIES):
            births = [await self.conceive(entry) for entry in entries]
            try:
                recorded = await self._database.write(unit, births)
            except BaseException:
                self.abandoned(births)
                raise
            if any(each.stale for each in recorded):
                self._again(entries, births)
                continue
            return [self._published(birth, each) for birth, each in zip(births, recorded, strict=True)]
        raise Unavailable(UNSETTLED)

    def _again(self, entries: Iterable[Entry], births: Iterable[Birth]) -> None:
        """Forget what turned out stale; matching anew is not enough for entries that were judged by it."""
        for birth in births:
            self.stale(birth)
        if any(entry.judged_at is not None for entry in entries):
            raise Overtaken(UNSETTLED)

    async def routing_version(self, tenant_id: str) -> int:
        """The routing version that this process matches by; a birth finds out if another one is committed."""
        return (await self._snapshot(tenant_id)).version

    def forget(self, tenant_id: str) -> None:
        """Match by what is committed when it is asked for next."""
        self._routing.drop(tenant_id)

    def hears(self, tenant_id: str) -> bool:
        """Whether frames about this tenant are worth making."""
        return self._feed.hears(tenant_id)

    def tell(self, frame: Mapping[str, object]) -> None:
        """Tell the live feed of a change that is on disk."""
        self._feed.tell(frame)

    async def subscribers(self, tenant_id: str) -> list[Subscriber]:
        """Every endpoint of a tenant as fan-out sees it, as committed now."""
        return await self._routing.subscribers(tenant_id)

    async def triggers(self, tenant_id: str) -> list[EventTrigger]:
        """Every event trigger of a tenant, as committed now."""
        return await self._routing.triggers(tenant_id)

    async def work_of(self, tenant_id: str, event_id: str) -> tuple[int, int]:
        """How many deliveries and executions an earlier event was born with, to answer its repeat like the first."""
        counts = (await self._database.read(events_list.events_counts, tenant_id, [event_id]))[event_id]
        return sum(counts.deliveries.values()), counts.executions

    def _published(self, birth: Birth, recorded: Recorded) -> Published:
        event = birth.event
        if recorded.duplicate_of is not None:
            self.abandoned([birth])
            return Published(
                recorded.duplicate_of,
                event.type,
                id_time_ms(recorded.duplicate_of),
                True,
                0,
                other_body=recorded.other_body,
                status=recorded.status,
            )
        self.committed([birth])
        return Published(
            event.id,
            event.type,
            event.created_at,
            False,
            None if birth.fanout else len(birth.deliveries),
            [execution.id for execution in birth.executions],
        )

    async def prepare(
        self,
        new: NewEvent,
        *,
        keys: Sequence[Key] = (),
        receipt: NewReceipt | None = None,
        data: Callable[[], Awaitable[bytes]] | None = None,
    ) -> Birth:
        """A birth for a unit of another room; one that is not kept of a fact that nobody wants.

        `data` makes the event's data when somebody may want them, before any filter looks at them.
        """
        if data is not None:
            snapshot = await self._snapshot(new.tenant_id)
            if is_optional(new.type, new.origin) and not snapshot.is_wanted(fact_names(new.type, new.origin)):
                return Birth(new, snapshot.version, is_kept=False)
            new = msgspec.structs.replace(new, data=await data())
        return _prepared(self._births, await self._snapshot(new.tenant_id), Entry(new, keys, receipt))

    def deciding(self, tenant_id: str, told: Sequence[NewEvent]) -> Callable[..., tuple[int, Sequence[Birth]]]:
        """The way that always ends, for a unit of another room: `deciding(connection)` prepares all of these in it.

        It gives the routing version and the births; nobody changes the tenant's subscriptions until it commits. They
        hold no room, so there is nothing to abandon. For what has come to nothing STALE_TRIES times: it reads all
        endpoints of the tenant in the transaction.
        """
        births = self._births.unleased()

        def decide(snapshot: Snapshot) -> tuple[int, Sequence[Birth]]:
            return snapshot.version, [_prepared(births, snapshot, Entry(each)) for each in told]

        return held(tenant_id, decide)

    async def keeps(self, fact: NewEvent) -> bool:
        """Whether the tenant keeps facts of this type, whoever wants them."""
        return (await self._snapshot(fact.tenant_id)).is_kept(fact_names(fact.type, fact.origin))

    async def conceive(self, entry: Entry) -> Birth:
        """A birth for a unit of another room, kept whoever wants it, with the facts about it."""
        return self._births.of(await self._snapshot(entry.event.tenant_id), entry)

    async def _snapshot(self, tenant_id: str) -> Snapshot:
        return self._routing.peek(tenant_id) or await self._routing.load(tenant_id)

    def committed(self, births: Iterable[Birth]) -> None:
        """Hand over the work of births that are on disk, and tell of them; and of what nobody keeps, now it is true."""
        births = list(with_facts(births))
        self._handed_over(birth for birth in births if birth.is_kept)
        for birth in births:
            event = birth.event
            if is_optional(event.type, event.origin):
                observe.count(observe.facts_total, event.type, "yes" if birth.is_kept else "no")
            self._tell_of(birth)
            if not birth.is_kept:
                continue
            observe.count(observe.events_total, event.origin)
            observe.step(
                "event.published",
                event=event.id,
                tenant=event.tenant_id,
                type=event.type,
                origin=event.origin,
                bytes=len(event.data),
                deliveries=len(birth.deliveries) or len(birth.fanout),
                executions=len(birth.executions),
            )

    def _tell_of(self, birth: Birth) -> None:
        if self._feed.hears(birth.event.tenant_id):
            for frame in frames_of_birth(birth):
                self._feed.tell(frame)

    def _handed_over(self, births: Iterable[Birth]) -> None:
        for birth in births:
            for delivery in birth.deliveries:
                if delivery.lease_token is not None:
                    self._handoff.take(_parcel(birth.event, delivery))
                elif delivery.status == "pending":
                    self._handoff.backlog(delivery.endpoint_id)
            if birth.executions:
                self._handoff.executions_due()
            if birth.fanout:
                self._handoff.fanout_due()

    def abandoned(self, births: Iterable[Birth]) -> None:
        """Give back the room kept for births that were not written."""
        for birth in with_facts(births):
            for delivery in birth.deliveries:
                if delivery.lease_token is not None:
                    self._handoff.cancel(delivery.endpoint_id)

    def stale(self, birth: Birth) -> None:
        """A birth was matched against an old routing: forget that, so that the next prepare reads the new one."""
        self.abandoned([birth])
        self._routing.drop(birth.event.tenant_id)


def _prepared(births: Births, snapshot: Snapshot, entry: Entry) -> Birth:
    """A birth that is not kept where it is of a fact that nobody wants."""
    event, birth = entry.event, births.of(snapshot, entry)
    if not is_optional(event.type, event.origin) or birth.deliveries or birth.fanout or birth.executions:
        return birth
    is_kept = snapshot.is_kept(fact_names(event.type, event.origin))
    return birth if is_kept else msgspec.structs.replace(birth, is_kept=False)


def _parcel(event: NewEvent, delivery: NewDelivery) -> Parcel:
    assert delivery.lease_token is not None
    assert delivery.lease_until is not None
    return Parcel(
        id=delivery.id,
        endpoint_id=delivery.endpoint_id,
        event=event,
        delivered_name=delivery.delivered_name,
        profile=delivery.profile,
        unsafe_numbers=delivery.unsafe_numbers,
        policy_id=delivery.policy_id,
        max_attempts=delivery.max_attempts,
        attempts=0,
        claim=1,
        lease_token=delivery.lease_token,
        lease_until=delivery.lease_until,
        due_at=delivery.due_at,
        first_due_at=delivery.due_at,
        trigger="automatic",
    )
