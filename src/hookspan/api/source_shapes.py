"""Bodies of the sources' routes (contracts B.1, B.2): what is read and what is shown."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from hookspan.api.bodies import Answer, SeedBody
from hookspan.model.source_health import Health

AuthType = Literal["none", "signature", "basic", "api_key"]
SchemaCheck = Literal["enforce", "warn", "off"]
WebhookStatus = Literal["active", "paused", "disabled"]


class WebhookPatch(SeedBody):
    """Members to change; absent = unchanged."""

    name: str = ""
    description: str = ""
    workflow_id: str | None = None
    node_id: str | None = None
    path: str | None = None
    auth_type: AuthType = "signature"
    provider: str | None = None
    secret: str | None = None
    credentials: dict[str, str] | None = None
    enabled: bool = True
    status: WebhookStatus = "active"
    priority: int = 1
    methods: list[str] | None = None
    content_types: list[str] | None = None
    require_json: bool = False
    max_body_bytes: int = 1_048_576
    allowed_ips: list[str] | None = None
    dedupe: dict[str, Any] | None = None
    verification: dict[str, Any] | None = None
    response: dict[str, Any] | None = None
    event_type_prefix: str | None = None
    rate_limit: dict[str, Any] | None = None
    ordering_key: str | None = None
    registered_url: str | None = None
    split: str | None = None
    retention_days: int | None = None
    enrichment: dict[str, Any] | None = None
    schema_check: SchemaCheck = "enforce"
    handshake: dict[str, Any] | None = None


class WebhookInput(WebhookPatch):
    """A new source; only its name is required."""

    name: str


class RegenerateInput(SeedBody):
    """A secret of the provider's, and for how long the old one holds beside it; `await` takes one by handshake."""

    secret: str | None = None
    overlap_ms: int = 86_400_000
    is_awaited: bool = Field(default=False, alias="await")


class WebhookErrorRate(Answer):
    """failed ÷ (processed + failed) over an hour and a day."""

    h1: float
    h24: float


class WebhookDedupe(Answer):
    """What makes a request a repeat."""

    mode: Literal["auto", "id", "paths", "body", "off"]
    window_ms: int
    body_window_ms: int
    paths: list[str]
    ignore_paths: list[str]
    body_hash: bool
    on_conflict: Literal["reject", "ignore"]


class WebhookOwnAnswer(Answer):
    """What is answered on acceptance instead of the usual body."""

    status: int
    content_type: str
    body: str


class WebhookRateLimit(Answer):
    """At most `count` requests within `periodMs`."""

    count: int
    period_ms: int


class WebhookEnrichment(Answer):
    """What is written down about each request beside what it holds."""

    source_ip: bool
    user_agent: bool
    geo: bool
    timing: bool
    custom: dict[str, str]
    rules: list[dict[str, Any]]


class WebhookHandshake(Answer):
    """Who may subscribe: the token a prober must know (its hint, null without one), origins, and topics."""

    verify_token_hint: str | None
    origins: list[str]
    topics: list[str]


class Webhook(Answer):
    """A source: a URL of ours that takes webhooks in."""

    id: str
    tenant_id: str
    workflow_id: str
    node_id: str
    name: str
    description: str
    path: str
    url: str
    auth_type: AuthType
    provider: str | None
    enabled: bool
    status: WebhookStatus
    priority: int
    trigger_count: int
    last_triggered_at: str | SkipJsonSchema[None] = None
    created_at: str
    updated_at: str
    secret_hint: str | None
    previous_secret_expires_at: str | None
    health: Health
    error_rate: WebhookErrorRate
    methods: list[str]
    content_types: list[str] | None
    require_json: bool
    max_body_bytes: int
    allowed_ips: list[str]
    rate_limit: WebhookRateLimit | None
    verification: dict[str, Any] | None
    dedupe: WebhookDedupe
    response: WebhookOwnAnswer | None
    event_type_prefix: str | None
    ordering_key: str | None
    registered_url: str | None
    split: str | None
    retention_days: int | None
    enrichment: WebhookEnrichment
    schema_check: SchemaCheck
    handshake: WebhookHandshake
    awaiting_until: str | None


class WrittenWebhook(Webhook):
    """A source after a write; `secret` or `credentials` stand there when this very write set them."""

    secret: str | SkipJsonSchema[None] = None
    credentials: dict[str, str] | SkipJsonSchema[None] = None


class WebhookList(Answer):
    """One page of sources."""

    data: list[Webhook]
    total: int
    limit: int
    offset: int


class WebhookSecret(Answer):
    """A fresh secret, in clear; empty while it is awaited from the provider, until `awaitingUntil`."""

    secret: str
    awaiting_until: str | SkipJsonSchema[None] = None


class PreviousSecret(Answer):
    """A secret that still holds until it expires."""

    hint: str
    expires_at: str | None


class WebhookSecrets(Answer):
    """What senders must know, in clear."""

    secret: str | None
    credentials: dict[str, str] | None
    previous: list[PreviousSecret]
    verify_token: str | None
