"""What the API answers with about history: replays, forwards, levels, retention, views (contracts B.7, B.9, C.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hookspan.client.shapes import Shape

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed(Shape):
    """A new event made from an old one, or `error` where it could not be."""

    success: bool = False
    event_id: str | None = None
    execution_id: str | None = None
    replay_count: int = 0
    source_event_id: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(Shape):
    """That an event was replayed, by whom and why; `diff` is a JSON Patch where the content was changed."""

    id: str
    event_id: str = ""
    source_event_id: str = ""
    root_event_id: str = ""
    webhook_id: str | None = None
    replay_count: int = 0
    actor: str = ""
    reason: str | None = None
    modified: bool = False
    diff: tuple[Json, ...] | None = None
    diff_truncated: bool = False
    job_id: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEvent(Shape):
    """An event of a chain; `replay` is None on the original."""

    id: str
    type: str = ""
    status: str = ""
    replay_count: int = 0
    source_event_id: str | None = None
    created_at: datetime | None = None
    receipt_status: str | None = None
    execution_id: str | None = None
    replay: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain(Shape):
    """An original and its replays, oldest first, at most 200 of `total`."""

    root_event_id: str = ""
    max_depth: int = 0
    total: int = 0
    data: tuple[ChainEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward(Shape):
    """What a local server answered to an event that `hookspan listen` handed it."""

    id: str = ""
    status_code: int | None = None
    duration_ms: int = 0
    target: str | None = None
    error: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityLevel(Shape):
    """A level: its weight, what it promises (`sla_ms`, None for nothing), what waits and what began too late."""

    level: int
    name: str = ""
    weight: int = 0
    sla_ms: int | None = None
    queued: int = 0
    oldest_ms: int = 0
    breaches24h: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Days(Shape):
    """For how many days something is kept; None for ever."""

    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Shape):
    """How long each kind of record is kept."""

    events: Days = field(default_factory=Days)
    deliveries: Days = field(default_factory=Days)
    executions: Days = field(default_factory=Days)
    rejected: Days = field(default_factory=Days)
    tests: Days = field(default_factory=Days)
    audit: Days = field(default_factory=Days)
    sweep_interval_ms: int = 0
    next_run_at: datetime | None = None
    last_run: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Shape):
    """Filters of a list under a name; `own` tells whether the caller may change it."""

    id: str
    list: str = ""
    name: str = ""
    query: Json = field(default_factory=dict)
    shared: bool = False
    own: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
