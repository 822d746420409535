"""Every table of the river. The seeds' table and column names are kept where they name them.

Ids are UUIDv7 as canonical text, times integer milliseconds, payloads bytes as received, other structures JSON text.
Who may, what is sent and what is kept beside it stand in tables of their own files and are named here once more.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from hookspan.storage import (
    access_tables,
    delivery_tables,
    inbound_tables,
    record_tables,
    search_tables,
    workflow_tables,
)
from hookspan.storage.columns import Id, Ms, Word, metadata, tenant_column

instance, tenants, keys = access_tables.instance, access_tables.tenants, access_tables.keys
users, sessions = access_tables.users, access_tables.sessions
denied_tokens, api_keys = access_tables.denied_tokens, access_tables.api_keys

retry_policies, endpoints = delivery_tables.retry_policies, delivery_tables.endpoints
endpoint_secrets, gates = delivery_tables.endpoint_secrets, delivery_tables.gates
webhook_deliveries, attempts = delivery_tables.webhook_deliveries, delivery_tables.attempts
order_keys, fanouts = delivery_tables.order_keys, delivery_tables.fanouts
delivery_stats, test_sends = delivery_tables.delivery_stats, delivery_tables.test_sends
event_types, event_type_versions = record_tables.event_types, record_tables.event_type_versions
jobs, audit, tenant_settings = record_tables.jobs, record_tables.audit, record_tables.tenant_settings
sla_breaches, workers = record_tables.sla_breaches, record_tables.workers
inboxes, inbox_requests = record_tables.inboxes, record_tables.inbox_requests
webhook_filters, rejected_requests = inbound_tables.webhook_filters, inbound_tables.rejected_requests
webhook_tests, replays, views = inbound_tables.webhook_tests, inbound_tables.replays, inbound_tables.views
webhook_forwards = inbound_tables.webhook_forwards
search_documents = search_tables.search_documents
workflows, workflow_versions = workflow_tables.workflows, workflow_tables.workflow_versions
executions, steps = workflow_tables.executions, workflow_tables.steps
execution_messages, resource_leases = workflow_tables.execution_messages, workflow_tables.resource_leases
event_triggers, schedules = workflow_tables.event_triggers, workflow_tables.schedules

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("workflow_id", Id),
    Column("node_id", Word, nullable=False, server_default="trigger"),
    Column("name", Word, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("path", String(255), nullable=False, unique=True),
    Column("auth_type", Word, nullable=False),
    Column("provider", Word),
    Column("status", Word, nullable=False, server_default="active"),
    Column("priority", Integer, nullable=False, server_default="1"),
    Column("settings", Text, nullable=False, server_default="{}"),
    Column("trigger_count", BigInteger, nullable=False, server_default="0"),
    Column("last_triggered_at", Ms),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    Column("deleted_at", Ms),
    CheckConstraint("status IN ('active', 'paused', 'disabled')", name="status"),
    Index("ix_webhooks_tenant", "tenant_id", "id"),
    Index(
        "uq_webhooks_name",
        "tenant_id",
        "name",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("webhook_id", Id, ForeignKey("webhooks.id"), nullable=False, index=True),
    Column("which", Word, nullable=False, server_default="source"),
    Column("sealed", LargeBinary, nullable=False),
    Column("hint", Word, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("expires_at", Ms),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("type", Word, nullable=False),
    Column("origin", Word, nullable=False),
    Column("webhook_id", Id),
    Column("workflow_id", Id),
    Column("execution_id", Id),
    Column("subject", Text),
    Column("priority", Integer, nullable=False),
    Column("ordering_key", Text),
    Column("status", Word, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("data_content_type", Text, nullable=False),
    Column("metadata", LargeBinary),
    Column("trace_id", Word),
    Column("depth", Integer, nullable=False, server_default="0"),
    Column("replay_count", Integer, nullable=False, server_default="0"),
    Column("source_event_id", Id),
    Column("root_event_id", Id),
    Column("test", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Ms, nullable=False),
    Column("occurred_at", Ms),
    Column("deliver_at", Ms),
    Column("type_version", Integer),
    Column("cloud_event", Text),
    Column("publisher", Text),
    Index("ix_events_tenant", "tenant_id", "id"),
    Index(
        "ix_events_root",
        "root_event_id",
        sqlite_where=text("root_event_id IS NOT NULL"),
        postgresql_where=text("root_event_id IS NOT NULL"),
    ),
    Index(
        "ix_events_scheduled",
        "deliver_at",
        sqlite_where=text("status = 'scheduled'"),
        postgresql_where=text("status = 'scheduled'"),
    ),
)

# Publish keys are scoped by the tenant, receive keys by the source, stored answers by tenant and route.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("scope", String(160), nullable=False),
    Column("key", String(300), nullable=False),
    tenant_column(),
    Column("body_sha256", LargeBinary, nullable=False),
    Column("event_id", Id),
    Column("status", Integer),
    Column("answer", LargeBinary),
    Column("created_at", Ms, nullable=False),
    Column("expires_at", Ms, nullable=False, index=True),
    PrimaryKeyConstraint("scope", "key"),
    sqlite_with_rowid=False,
)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("webhook_id", Id, nullable=False),
    Column("execution_id", Id),
    Column("event_type", Word, nullable=False),
    Column("event_type_signed", Boolean, nullable=False),
    Column("request_method", String(10), nullable=False),
    Column("request_path", Text, nullable=False),
    Column("request_query", Text, nullable=False, server_default=""),
    Column("request_headers", Text, nullable=False),
    Column("request_body", LargeBinary),
    Column("body_size", Integer, nullable=False),
    Column("body_valid", Boolean, nullable=False, server_default=text("true")),
    Column("response_status", Integer, nullable=False),
    Column("processing_time_ms", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("error_code", Word),
    Column("error_message", Text),
    Column("filtered_reason", Text),
    Column("metadata", Text, nullable=False, server_default="{}"),
    Column("source_ip", Word),
    Column("duplicate_count", Integer, nullable=False, server_default="0"),
    Column("last_duplicate_at", Ms),
    Column("test", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Ms, nullable=False),
    CheckConstraint("status IN ('received', 'processed', 'filtered', 'failed', 'held')", name="status"),
    Index("idx_webhook_events_tenant", "tenant_id", "id"),
    Index("idx_webhook_events_webhook", "webhook_id", "id"),
    Index(
        "idx_webhook_events_status",
        "status",
        "created_at",
        sqlite_where=text("status <> 'processed'"),
        postgresql_where=text("status <> 'processed'"),
    ),
    Index(
        "ix_webhook_events_held",
        "webhook_id",
        "id",
        sqlite_where=text("status = 'held'"),
        postgresql_where=text("status = 'held'"),
    ),
    Index("idx_webhook_events_test", "tenant_id", "id", sqlite_where=text("test"), postgresql_where=text("test")),
)
