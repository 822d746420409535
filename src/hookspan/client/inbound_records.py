"""What the API answers with about webhooks in (contracts B); durations in milliseconds, instants with their zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hookspan.client.shapes import Shape

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate(Shape):
    """failed ÷ (processed + failed) over an hour and a day."""

    h1: float = 0.0
    h24: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Shape):
    """An inbound source; `secret` and `credentials` only where this very request made them."""

    id: str
    tenant_id: str = ""
    workflow_id: str = ""
    node_id: str = "trigger"
    name: str = ""
    description: str = ""
    path: str = ""
    url: str = ""
    auth_type: str = ""
    provider: str | None = None
    enabled: bool = True
    status: str = ""
    priority: int = 1
    trigger_count: int = 0
    last_triggered_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    secret: str | None = field(default=None, repr=False)
    credentials: Json | None = field(default=None, repr=False)
    secret_hint: str | None = None
    previous_secret_expires_at: datetime | None = None
    awaiting_until: datetime | None = None
    health: str = ""
    error_rate: ErrorRate = field(default_factory=ErrorRate)
    methods: tuple[str, ...] = ()
    content_types: tuple[str, ...] | None = None
    require_json: bool = False
    max_body_bytes: int = 0
    allowed_ips: tuple[str, ...] = ()
    rate_limit: Json | None = None
    verification: Json | None = None
    dedupe: Json = field(default_factory=dict)
    response: Json | None = None
    event_type_prefix: str | None = None
    ordering_key: str | None = None
    registered_url: str | None = None
    split: str | None = None
    retention_days: int | None = None
    enrichment: Json = field(default_factory=dict)
    schema_check: str = ""
    handshake: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousSecret(Shape):
    """An older secret that still holds until it expires."""

    hint: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets(Shape):
    """What senders must know, in clear."""

    secret: str | None = field(default=None, repr=False)
    credentials: Json | None = field(default=None, repr=False)
    previous: tuple[PreviousSecret, ...] = ()
    verify_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFilter(Shape):
    """A row of a source's filter."""

    id: str
    webhook_id: str = ""
    field_path: str = ""
    operator: str = ""
    value: object = None
    logic_group: int = 0
    enabled: bool = True
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterVerdict(Shape):
    """Whether a request passes, and why; `error` is `filter_error` when the answer could not be found."""

    passed: bool = False
    reason: str = ""
    details: Json = field(default_factory=dict)
    groups: tuple[Json, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest(Shape):
    """What rows would have said of the last requests; `examples` and `changed` hold ids of events."""

    tested: int = 0
    passed: int = 0
    filtered: int = 0
    failed: int = 0
    examples: Json = field(default_factory=dict)
    changed: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult(Shape):
    """What the sender of a test request would have heard; `error` is the cause when it was refused."""

    __test__ = False

    success: bool = False
    status_code: int = 0
    response_time_ms: int = 0
    headers: Json = field(default_factory=dict)
    body: str = ""
    event_id: str | None = None
    execution_id: str | None = None
    status: str | None = None
    filter: FilterVerdict | None = None
    verification: str = ""
    error: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTest(Shape):
    """One of the last ten tests of a source; credentials in its request are masked."""

    id: str
    event_id: str | None = None
    created_at: datetime | None = None
    request: Json = field(default_factory=dict)
    response: TestResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Shape):
    """A request to start a test from: the last real one, the provider's, or one made from a schema."""

    kind: str = ""
    event_type: str = ""
    event_id: str | None = None
    method: str = "POST"
    headers: Json = field(default_factory=dict)
    query: Json = field(default_factory=dict)
    body: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSuggestion(Shape):
    """A path for a filter, with an example where the caller may see payloads."""

    path: str = ""
    kind: str = ""
    example: object = None
    seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent(Shape):
    """One inbound request. Lists leave out query, headers and body unless `include` asks for them."""

    id: str
    tenant_id: str = ""
    webhook_id: str = ""
    execution_id: str | None = None
    event_type: str = ""
    event_type_signed: bool = False
    request_method: str = ""
    request_path: str = ""
    request_query: Json | None = None
    request_headers: Json | None = None
    request_body: object = None
    request_body_encoding: str | None = None
    body_size: int = 0
    response_status: int = 0
    processing_time_ms: int = 0
    status: str = ""
    error_message: str | None = None
    error_code: str | None = None
    filtered_reason: str | None = None
    priority: int = 1
    test: bool = False
    duplicate_count: int = 0
    last_duplicate_at: datetime | None = None
    replay_count: int = 0
    source_event_id: str | None = None
    metadata: Json = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRequest(Shape):
    """A request that ended without an event; it was never verified, so it cannot be replayed."""

    id: str
    webhook_id: str | None = None
    cause: str = ""
    detail: str = ""
    status: int = 0
    method: str = ""
    path: str = ""
    source_ip: str | None = None
    headers: Json | None = None
    body_size: int = 0
    body_prefix: str | None = None
    provider: str | None = None
    received_at: datetime | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Shape):
    """A preset in words; `sample` and `verification` only where it was asked for alone."""

    id: str
    title: str = ""
    docs: str = ""
    auth: str = ""
    kind: str = ""
    status: str = ""
    evidence: str = ""
    signature_place: str | None = None
    signed_fields: tuple[str, ...] = ()
    secret: Json = field(default_factory=dict)
    time: Json | None = None
    dedupe: tuple[str, ...] = ()
    id_signed: bool = False
    event_type: tuple[str, ...] = ()
    type_signed: bool = False
    handshakes: tuple[str, ...] = ()
    awaits_secret: bool = False
    methods: tuple[str, ...] = ()
    needs_registered_url: bool = False
    can_sign: bool = False
    has_sample: bool = False
    sample: Json | None = None
    verification: Json | None = None
