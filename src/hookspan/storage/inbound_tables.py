"""What is kept of webhooks in beside the sources and their receipts: filters, refused requests, tests, replays."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hookspan.storage.columns import Id, Ms, Word, metadata, tenant_column

# Seed 003 §4 and its SQL; `logic_group`: rows of one group are ANDed, groups are ORed.
webhook_filters = Table(
    "webhook_filters",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("webhook_id", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("field_path", String(255), nullable=False),
    Column("operator", String(20), nullable=False),
    Column("value", Text, nullable=False, server_default="null"),
    Column("logic_group", Integer, nullable=False, server_default="0"),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    Index("idx_webhook_filters_webhook", "webhook_id"),
)

# A request to an unknown path belongs to nobody: it has neither tenant nor source.
rejected_requests = Table(
    "rejected_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant_id", Id, ForeignKey("tenants.id")),
    Column("webhook_id", Id),
    Column("cause", Word, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("status", Integer, nullable=False),
    Column("method", Word, nullable=False),
    Column("path", Text, nullable=False),
    Column("source_ip", Word),
    Column("headers", Text, nullable=False, server_default="{}"),
    Column("body_size", Integer, nullable=False, server_default="0"),
    Column("body_prefix", LargeBinary),
    Column("provider", Word),
    Column("received_at", Ms, nullable=False),
    Column("count", Integer, nullable=False, server_default="1"),
    Index("ix_rejected_requests_webhook", "webhook_id", "id"),
    Index("ix_rejected_requests_tenant", "tenant_id", "received_at"),
)

# The last ten test requests of each source; `request` and `response` are JSON as they are shown.
webhook_tests = Table(
    "webhook_tests",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("webhook_id", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", Id),
    Column("request", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("created_at", Ms, nullable=False),
    Index("ix_webhook_tests_webhook", "webhook_id", "id"),
)

# One row a replay: which event was made from which, by whom, why, and what was changed (`diff` is a JSON Patch).
replays = Table(
    "replays",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("event_id", Id, nullable=False, unique=True),
    Column("source_event_id", Id, nullable=False),
    Column("root_event_id", Id, nullable=False),
    Column("webhook_id", Id),
    Column("replay_count", Integer, nullable=False),
    Column("actor", Word, nullable=False),
    Column("reason", Text),
    Column("modified", Boolean, nullable=False, server_default=text("false")),
    Column("diff", Text),
    Column("job_id", Id),
    Column("created_at", Ms, nullable=False),
    Index("ix_replays_tenant", "tenant_id", "id"),
    Index("ix_replays_source_event", "source_event_id"),
    Index("ix_replays_root_event", "root_event_id"),
)

# A list's filters under a name; `query` is JSON as the list route takes it.
views = Table(
    "views",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("list", Word, nullable=False),
    Column("name", Word, nullable=False),
    Column("query", Text, nullable=False),
    Column("owner", Word, nullable=False),
    Column("shared", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    UniqueConstraint("tenant_id", "list", "name", "owner"),
)

# What a program on somebody's own machine answered to an event that was forwarded to it.
webhook_forwards = Table(
    "webhook_forwards",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("event_id", Id, ForeignKey("events.id", ondelete="CASCADE"), nullable=False),
    Column("status_code", Integer),
    Column("duration_ms", Integer, nullable=False),
    Column("target", Text),
    Column("error", Text),
    Column("created_at", Ms, nullable=False),
    Index("ix_webhook_forwards_event", "event_id", "id"),
)
