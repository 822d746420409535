"""Who wants an event: a snapshot of each tenant's endpoints and workflow triggers, matched before the transaction.

A snapshot carries the routing version it was read at; the transaction compares it with the committed one, so an
event never misses an endpoint or a workflow that was there when it was accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import msgspec

from hookspan.model.catalogue import names_of
from hookspan.model.endpoint_settings import settings_read, wire_profile
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.match import PatternIndex, delivered_name
from hookspan.model.retry import policy_from_json
from hookspan.model.rules import Rules, stored_rules
from hookspan.storage import routing
from hookspan.storage.database import Database

CACHED_TYPES = 10_000
Decided = TypeVar("Decided")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """An endpoint as fan-out sees it."""

    endpoint_id: str
    profile: str
    patterns: tuple[str, ...]
    is_active: bool
    status: str
    timeout_ms: int
    unsafe_numbers: UnsafeNumbers
    policy_id: str
    max_attempts: int
    priority: int | None = None
    ordering_path: str | None = None
    blocks_key: bool = True
    is_limited: bool = False
    rules: Rules | None = None

    @property
    def is_choosy(self) -> bool:
        """Whether the event's data decide if it goes there, or in which order."""
        return self.rules is not None or self.ordering_path is not None


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """A trigger of an active workflow as fan-out sees it; `version` is the one that its executions are pinned to."""

    workflow_id: str
    workflow_name: str
    version: int
    trigger_id: str
    priority: int
    patterns: tuple[str, ...]
    rules: Rules | None = None


@dataclass(slots=True)
class Snapshot:
    """One tenant's subscribers and triggers at one routing version."""

    version: int
    index: PatternIndex[Subscriber]
    is_choosy: bool = False
    starters: PatternIndex[EventTrigger] | None = None
    """None where no event starts anything."""
    kept: PatternIndex[None] | None = None
    """What the tenant keeps whoever wants it; None where that is nothing."""
    _matches: dict[tuple[str, ...], Sequence[tuple[Subscriber, str]]] = field(default_factory=dict)
    _triggers: dict[tuple[str, ...], Sequence[EventTrigger]] = field(default_factory=dict)
    _kept: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def match(self, names: tuple[str, ...]) -> Sequence[tuple[Subscriber, str]]:
        """Who wants a fact with these names, each with the name it is delivered under (contracts F.1)."""
        known = self._matches.get(names)
        if known is None:
            known = [
                (subscriber, name)
                for subscriber in self.index.match(names)
                if (name := delivered_name(subscriber.patterns, names, subscriber.profile)) is not None
            ]
            if len(self._matches) < CACHED_TYPES:
                self._matches[names] = known
        return known

    def triggers(self, names: tuple[str, ...]) -> Sequence[EventTrigger]:
        """What a fact with these names may start, before any filter is asked."""
        if self.starters is None:
            return ()
        known = self._triggers.get(names)
        if known is None:
            known = self.starters.match(names)
            if len(self._triggers) < CACHED_TYPES:
                self._triggers[names] = known
        return known

    def is_wanted(self, names: tuple[str, ...]) -> bool:
        """Whether anybody may want a fact with these names."""
        return bool(self.match(names) or self.triggers(names)) or self.is_kept(names)

    def is_kept(self, names: tuple[str, ...]) -> bool:
        """Whether the tenant keeps every fact with these names."""
        if self.kept is None:
            return False
        known = self._kept.get(names)
        if known is None:
            known = bool(self.kept.match(names))
            if len(self._kept) < CACHED_TYPES:
                self._kept[names] = known
        return known


class Routing:
    """Snapshots by tenant, read on first use and dropped when a transaction finds them stale."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshots: dict[str, Snapshot] = {}

    def peek(self, tenant_id: str) -> Snapshot | None:
        """The snapshot if it is here."""
        return self._snapshots.get(tenant_id)

    async def load(self, tenant_id: str) -> Snapshot:
        """Read the snapshot as committed now."""
        # Made on the reader's thread: filters compile there, and nobody waits for them.
        read = await self._database.read(routing.read_all, tenant_id, _subscriber, _trigger)
        snapshot = self._snapshots[tenant_id] = _snapshot(read)
        return snapshot

    async def subscribers(self, tenant_id: str) -> list[Subscriber]:
        """Every endpoint as committed now, matching or not."""
        return await self._database.read(routing.subscribers, tenant_id, _subscriber)

    async def triggers(self, tenant_id: str) -> list[EventTrigger]:
        """Every event trigger as committed now, matching or not; those of one workflow stand together."""
        return await self._database.read(routing.triggers, tenant_id, _trigger)

    def drop(self, tenant_id: str) -> None:
        """Forget a snapshot that turned out stale."""
        self._snapshots.pop(tenant_id, None)


def held(tenant_id: str, decide: Callable[[Snapshot], Decided]) -> Callable[..., Decided]:
    """What decides so in a transaction, `decided(connection)`, by routing that holds still until it ends."""

    def decided(read: routing.Read[Subscriber, EventTrigger]) -> Decided:
        return decide(_snapshot(read))

    return partial(routing.held, tenant_id=tenant_id, subscriber=_subscriber, trigger=_trigger, decide=decided)


def _snapshot(read: routing.Read[Subscriber, EventTrigger]) -> Snapshot:
    found, triggers = read.subscribers, read.triggers
    return Snapshot(
        read.version,
        PatternIndex([(each, each.patterns) for each in found]),
        any(each.is_choosy for each in found),
        PatternIndex([(each, each.patterns) for each in triggers]) if triggers else None,
        PatternIndex([(None, read.kept)]) if read.kept else None,
    )


def names_of_stored(event_type: str, origin: str, webhook_id: str | None) -> tuple[str, ...]:
    """As `fact_names`, of an event that is on record: the replay of one that came in has come in too."""
    return fact_names(event_type, "webhook" if origin == "replay" and webhook_id is not None else origin)


def fact_names(event_type: str, origin: str) -> tuple[str, ...]:
    """Under which names an event is matched: a published reserved name stands for itself alone (contracts F.1)."""
    if origin in ("api", "library", "cli"):
        return (event_type,)
    return names_of(event_type, inbound=origin == "webhook")


def _trigger(row: routing.TriggerRow) -> EventTrigger:
    rules = stored_rules(row.filter.encode())
    return EventTrigger(
        row.workflow_id,
        row.workflow_name,
        row.version,
        row.trigger_id,
        row.priority,
        tuple(msgspec.json.decode(row.events, type=list[str])),
        None if rules.is_open else rules,
    )


def _subscriber(row: dict[str, Any]) -> Subscriber:
    settings = settings_read(row["settings"])
    rules = stored_rules(bytes(settings.filter))
    return Subscriber(
        endpoint_id=row["id"],
        profile=wire_profile(row["profile"], settings.cloud_events_mode),
        patterns=tuple(msgspec.json.decode(row["events"], type=list[str])),
        is_active=row["status"] == "active",
        status=row["status"],
        timeout_ms=row["timeout_ms"],
        unsafe_numbers=row["unsafe_numbers"],
        policy_id=row["policy_id"],
        priority=settings.priority,
        ordering_path=None if settings.ordering is None else settings.ordering.key,
        blocks_key=settings.ordering is None or settings.ordering.on_exhausted != "skip",
        is_limited=settings.rate_limit is not None,
        rules=None if rules.is_open else rules,
        max_attempts=policy_from_json(msgspec.json.decode(row["policy"])).attempts,
    )
