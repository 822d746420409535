"""The birth of an event in memory: who wants it, what it starts, and what is told of that; nothing is stored yet.

Sending is leased at birth where this process has room for it; whoever gets a birth writes it or abandons it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from hookspan.events.choices import Choice, EventView, chosen
from hookspan.events.frames import has_own_frame
from hookspan.events.replayed import Matches, is_for_endpoints, keys_of_replay, meant_by
from hookspan.events.routing import EventTrigger, Snapshot, Subscriber, fact_names
from hookspan.events.starts import begun_by
from hookspan.model.deliveries import LEASE_MARGIN_MS
from hookspan.model.events import Birth, Entry, NewDelivery, NewEvent, NewExecution
from hookspan.model.ids import new_id
from hookspan.model.randomness import lease_token
from hookspan.model.starts import TRIGGERED, triggered, triggered_bare
from hookspan.ports import Clock

FANOUT_FROM = 1_000
"""More matching endpoints than this are written in batches after the event (reliability §4.1)."""
_TRIGGERED_NAMES = fact_names(TRIGGERED, "workflow")


class Births:
    """Conceives for one publisher; `reserve` keeps room for a delivery to an endpoint, if there is any."""

    def __init__(self, reserve: Callable[[str], bool], clock: Clock, *, lease_margin_ms: int = LEASE_MARGIN_MS) -> None:
        self._reserve = reserve
        self._clock = clock
        self._lease_margin_ms = lease_margin_ms
        self.fanout_from = FANOUT_FROM

    def unleased(self) -> Births:
        """The same without room for anything: for a thread of the database, which must not ask for it."""
        births = Births(lambda endpoint_id: False, self._clock)
        births.fanout_from = self.fanout_from
        return births

    def of(self, snapshot: Snapshot, entry: Entry) -> Birth:
        """The birth of an entry as this snapshot routes it, with the facts about it, wanted or not."""
        new, receipt, replay = entry.event, entry.receipt, entry.replay
        is_routed = receipt is None or receipt.status in ("received", "processed")
        metadata = new.metadata or (receipt.metadata if receipt is not None else None)
        origin = entry.matched_as or new.origin
        names, view = fact_names(new.type, origin), EventView(new.type, new.data, metadata)
        matches = meant_by(replay, snapshot.match(names)) if is_routed else ()
        deliveries = self._deliveries(snapshot, new, view, matches)
        executions = entry.executions
        if is_routed and (triggers := snapshot.triggers(names)) and not is_for_endpoints(replay):
            executions = [*executions, *self._begun(new, view, triggers, executions, origin)]
        keys = entry.keys if replay is None else [*entry.keys, *keys_of_replay(replay, new)]
        facts = self._told_of(snapshot, new, executions) if executions else []
        # The older of the two is what the transaction compares with the committed one: both must hold.
        version = snapshot.version if entry.judged_at is None else min(snapshot.version, entry.judged_at)
        is_listed = len(deliveries) > self.fanout_from
        if entry.facts and not (is_listed and receipt is not None):
            facts += self._facts(snapshot, entry)
        if is_listed:
            # What is told of a receipt is told when its list is written.
            return Birth(new, version, (), executions, receipt, keys, deliveries, facts, replay)
        return Birth(new, version, deliveries, executions, receipt, keys, (), facts, replay)

    def _facts(self, snapshot: Snapshot, entry: Entry) -> list[Birth]:
        """What is told of the event itself; the data only of what somebody wants, or nothing else shows live."""
        about, births = entry.event, list[Birth]()
        for fact in entry.facts:
            now = self._clock.now_ms()
            is_wanted = snapshot.is_wanted(fact_names(fact.type, "system"))
            event = NewEvent(
                id=new_id(now),
                tenant_id=about.tenant_id,
                type=fact.type,
                data=b"" if has_own_frame(fact.type) and not is_wanted else fact.data(),
                created_at=now,
                origin="system",
                # As deep as what it tells of, so that the hops of a loop through us are counted (S32).
                depth=about.depth,
                test=about.test,
            )
            births += self._told(snapshot, event) if is_wanted else [_unkept(snapshot, event)]
        return births

    def _told_of(self, snapshot: Snapshot, cause: NewEvent, executions: Sequence[NewExecution]) -> list[Birth]:
        """That executions were triggered, by whatever they were."""
        if not snapshot.is_wanted(_TRIGGERED_NAMES):
            return [_unkept(snapshot, triggered_bare(execution, is_test=cause.test)) for execution in executions]
        # One link only: workflows that start whenever one starts would otherwise fill this transaction by themselves.
        starts = cause.type != TRIGGERED
        facts = [triggered(execution, is_test=cause.test) for execution in executions]
        return [birth for fact in facts for birth in self._told(snapshot, fact, starts=starts)]

    def _told(self, snapshot: Snapshot, fact: NewEvent, *, starts: bool = True) -> list[Birth]:
        """A fact that goes with its event, and what is told of the executions it starts."""
        names, view = fact_names(fact.type, fact.origin), EventView(fact.type, fact.data, None)
        deliveries = self._deliveries(snapshot, fact, view, snapshot.match(names))
        triggers = snapshot.triggers(names) if starts else ()
        executions = self._begun(fact, view, triggers, (), fact.origin) if triggers else []
        if not (deliveries or executions or snapshot.is_kept(names)):
            return [_unkept(snapshot, fact)]
        birth = Birth(fact, snapshot.version, deliveries, executions)
        return [birth, *self._told_of(snapshot, fact, executions)] if executions else [birth]

    def _begun(
        self,
        new: NewEvent,
        view: EventView,
        triggers: Sequence[EventTrigger],
        executions: Sequence[NewExecution],
        origin: str,
    ) -> list[NewExecution]:
        begun = {each.workflow_id for each in executions}
        return begun_by(new, view, triggers, origin=origin, begun=begun, now=self._clock.now_ms())

    def _deliveries(self, snapshot: Snapshot, new: NewEvent, view: EventView, matches: Matches) -> list[NewDelivery]:
        if not matches:
            return []
        now = self._clock.now_ms()
        may_lease = len(matches) <= self.fanout_from
        if not snapshot.is_choosy:
            return [self._delivery(new, subscriber, name, now, may_lease=may_lease) for subscriber, name in matches]
        return [self._chosen(choice, now, may_lease=may_lease) for choice in chosen(new, view, matches)]

    def _chosen(self, choice: Choice, now: int, *, may_lease: bool) -> NewDelivery:
        delivery = self._delivery(choice.event, choice.subscriber, choice.name, now, may_lease=may_lease)
        if choice.fault is None:
            return delivery
        return msgspec.structs.replace(delivery, status="exhausted", reason="filter_error")

    def _delivery(self, new: NewEvent, subscriber: Subscriber, name: str, now: int, *, may_lease: bool) -> NewDelivery:
        due_at = max(now, new.deliver_at or 0)
        # What has an order, a rate or a later time goes through the claim, which keeps it.
        is_direct = may_lease and new.ordering_key is None and not subscriber.is_limited and due_at == now
        leased = subscriber.is_active and is_direct and self._reserve(subscriber.endpoint_id)
        return NewDelivery(
            id=new_id(now),
            endpoint_id=subscriber.endpoint_id,
            delivered_name=name,
            profile=subscriber.profile,
            unsafe_numbers=subscriber.unsafe_numbers,
            status="sending" if leased else "pending" if subscriber.is_active else "held",
            reason=None if subscriber.is_active else subscriber.status,
            policy_id=subscriber.policy_id,
            max_attempts=subscriber.max_attempts,
            due_at=due_at,
            priority=new.priority if subscriber.priority is None else subscriber.priority,
            ordering_key=new.ordering_key,
            blocks_key=subscriber.blocks_key,
            lease_token=lease_token() if leased else None,
            lease_until=now + subscriber.timeout_ms + self._lease_margin_ms if leased else None,
        )


def _unkept(snapshot: Snapshot, fact: NewEvent) -> Birth:
    return Birth(fact, snapshot.version, is_kept=False)
