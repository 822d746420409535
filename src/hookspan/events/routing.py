"""Who wants an event: a snapshot of each tenant's endpoints, matched in memory before the transaction.

A snapshot carries the routing version it was read at; the transaction compares it with the committed one, so an
event never misses an endpoint that was there when it was accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from hookspan.model.catalogue import names_of
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.match import PatternIndex, delivered_name
from hookspan.model.retry import policy_from_json
from hookspan.storage import routing
from hookspan.storage.database import Database

CACHED_TYPES = 10_000


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


@dataclass(slots=True)
class Snapshot:
    """One tenant's subscribers at one routing version."""

    version: int
    index: PatternIndex[Subscriber]
    _matches: dict[tuple[str, ...], Sequence[tuple[Subscriber, str]]] = field(default_factory=dict)

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
        version, rows = await self._database.read(routing.subscribers, tenant_id)
        snapshot = Snapshot(version, PatternIndex([(each, each.patterns) for each in map(_subscriber, rows)]))
        self._snapshots[tenant_id] = snapshot
        return snapshot

    def drop(self, tenant_id: str) -> None:
        """Forget a snapshot that turned out stale."""
        self._snapshots.pop(tenant_id, None)


def fact_names(event_type: str, origin: str) -> tuple[str, ...]:
    """Under which names an event is matched: a published reserved name stands for itself alone (contracts F.1)."""
    if origin in ("api", "library", "cli"):
        return (event_type,)
    return names_of(event_type, inbound=origin == "webhook")


def _subscriber(row: dict[str, Any]) -> Subscriber:
    settings: dict[str, Any] = msgspec.json.decode(row["settings"])
    ordering: dict[str, Any] = settings.get("ordering") or {}
    return Subscriber(
        endpoint_id=row["id"],
        profile=row["profile"],
        patterns=tuple(msgspec.json.decode(row["events"], type=list[str])),
        is_active=row["status"] == "active",
        status=row["status"],
        timeout_ms=row["timeout_ms"],
        unsafe_numbers=row["unsafe_numbers"],
        policy_id=row["policy_id"],
        priority=settings.get("priority"),
        ordering_path=ordering.get("key"),
        blocks_key=ordering.get("onExhausted") != "skip",
        is_limited=settings.get("rateLimit") is not None,
        max_attempts=policy_from_json(msgspec.json.decode(row["policy"])).attempts,
    )
