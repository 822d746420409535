"""What the API answers with, noun by noun (contracts B and C); durations in milliseconds, instants with their zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hookspan.client.shapes import Shape

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Shape):
    """An event as accepted; `deliveries` is None when so many endpoints match that they are written afterwards."""

    id: str
    type: str
    created_at: datetime
    duplicate: bool = False
    deliveries: int | None = None
    executions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Shape):
    """What became of one event of a batch: `accepted`, `duplicate`, or `rejected` with `error`."""

    index: int
    status: str
    id: str | None = None
    error: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult(Shape):
    """The verdicts of a batch, in its order."""

    data: tuple[Verdict, ...] = ()
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Shape):
    """Something that happened; `data` is parsed, the exact bytes are at `events.data`."""

    id: str
    type: str = ""
    names: tuple[str, ...] = ()
    origin: str = ""
    webhook_id: str | None = None
    workflow_id: str | None = None
    execution_id: str | None = None
    subject: str | None = None
    priority: int = 1
    ordering_key: str | None = None
    status: str = ""
    data: object = None
    data_content_type: str = "application/json"
    data_size: int = 0
    metadata: Json | None = None
    trace_id: str | None = None
    replay_count: int = 0
    source_event_id: str | None = None
    root_event_id: str | None = None
    test: bool = False
    created_at: datetime | None = None
    occurred_at: datetime | None = None
    deliver_at: datetime | None = None
    version: int | None = None
    data_base64: str | None = None
    receipt: Json | None = None
    counts: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Shape):
    """One event owed to one endpoint."""

    id: str
    event_id: str = ""
    event_type: str = ""
    delivered_name: str = ""
    endpoint_id: str = ""
    url: str = ""
    profile: str = ""
    status: str = ""
    status_reason: str | None = None
    attempts: int = 0
    max_attempts: int = 0
    next_attempt_at: datetime | None = None
    last_attempt_at: datetime | None = None
    last_status_code: int | None = None
    last_error: str | None = None
    priority: int = 1
    ordering_key: str | None = None
    body_form: str | None = None
    body_sha256: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Shape):
    """One HTTP try."""

    id: str
    delivery_id: str = ""
    number: int = 0
    trigger: str = ""
    outcome: str = ""
    status_code: int | None = None
    duration_ms: float = 0
    timings: Json = field(default_factory=dict)
    request: Json = field(default_factory=dict)
    response: Json | None = None
    error: str | None = None
    error_code: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Shape):
    """A delivery whose next attempt was asked for."""

    id: str
    status: str = ""
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing(Shape):
    """How deliveries are signed; secrets only in the answer to the request that set them."""

    secret_hint: str = ""
    secret: str | None = field(default=None, repr=False)
    has_legacy_secret: bool = False
    legacy_secret: str | None = field(default=None, repr=False)
    ed25519_public_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Shape):
    """Where events are sent."""

    id: str
    name: str = ""
    url: str = ""
    method: str = "POST"
    profile: str = "standard"
    events: tuple[str, ...] = ()
    filter: tuple[Json, ...] = ()
    headers: Json = field(default_factory=dict)
    auth: Json = field(default_factory=dict)
    status: str = ""
    status_reason: str | None = None
    status_changed_at: datetime | None = None
    retry: Json = field(default_factory=dict)
    timeout_ms: int = 0
    rate_limit: Json | None = None
    max_in_flight: int = 10
    ordering: Json | None = None
    priority: int | None = None
    signing: Signing | None = None
    unsafe_numbers: str = "exact"
    cloud_events_mode: str = "structured"
    tls: Json = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)
    created_by: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_delivery_at: datetime | None = None
    breaker: str = "closed"
    stats24h: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType(Shape):
    """A registered or built-in event type."""

    id: str = ""
    name: str = ""
    description: str = ""
    schema: object = None
    version: int = 1
    examples: tuple[object, ...] = ()
    compatibility: str = ""
    canonical: str | None = None
    aliases: tuple[str, ...] = ()
    built_in: bool = False
    seed: tuple[str, ...] = ()
    retain: str = ""
    archived: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow(Shape):
    """A workflow definition; triggers and steps as the API writes them."""

    id: str
    name: str = ""
    description: str = ""
    status: str = ""
    version: int = 1
    semver: str | None = None
    concurrency: int | None = None
    priority: int = 1
    vars: Json = field(default_factory=dict)
    triggers: tuple[Json, ...] = ()
    steps: tuple[Json, ...] = ()
    sync_points: tuple[Json, ...] = ()
    milestones: tuple[Json, ...] = ()
    schedules: tuple[Json, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution(Shape):
    """One run of a workflow; a child names the step of its parent that it is the work of."""

    id: str
    workflow_id: str = ""
    workflow_version: int = 1
    status: str = ""
    trigger_type: str = ""
    trigger_event_id: str | None = None
    input: object = None
    output: object = None
    output_truncated: bool = False
    error: object = None
    priority: int = 1
    parent_execution_id: str | None = None
    parent_step_id: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    duration_ms: float | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Shape):
    """An API key; `key` only in the answer that made it."""

    id: str
    name: str = ""
    scopes: tuple[str, ...] = ()
    role: str | None = None
    prefix: str = ""
    key: str | None = field(default=None, repr=False)
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant(Shape):
    """Whose things they are."""

    id: str
    slug: str = ""
    name: str = ""
    limits: Json = field(default_factory=dict)
    status: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Shape):
    """Work over many things, done in the background."""

    id: str = ""
    kind: str = ""
    status: str = ""
    done: int = 0
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    errors: tuple[Json, ...] = ()
    plan: Json = field(default_factory=dict)
    created_by: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Shape):
    """An object of a list that has no class of its own: its members are in `extra`."""
