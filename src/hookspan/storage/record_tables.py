"""What is kept beside the river: event types, jobs, audit rows, inboxes, a tenant's settings."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hookspan.storage.columns import Id, Ms, Word, metadata, tenant_column

event_types = Table(
    "event_types",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("name", Word, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("compatibility", Word, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    UniqueConstraint("tenant_id", "name"),
)

event_type_versions = Table(
    "event_type_versions",
    metadata,
    Column("event_type_id", Id, ForeignKey("event_types.id"), nullable=False),
    Column("version", Integer, nullable=False),
    tenant_column(),
    Column("schema", Text, nullable=False),
    Column("examples", Text, nullable=False, server_default="[]"),
    Column("created_at", Ms, nullable=False),
    PrimaryKeyConstraint("event_type_id", "version"),
)

# `plan` says what is done to whom, `cursor` how far it got: a job goes on where a dead process left it.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("kind", Word, nullable=False),
    Column("status", Word, nullable=False),
    Column("plan", Text, nullable=False),
    Column("cursor", Text),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("succeeded", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("errors", Text, nullable=False, server_default="[]"),
    Column("actor", Word, nullable=False),
    Column("lease_token", String(32)),
    Column("lease_until", Ms),
    Column("created_at", Ms, nullable=False),
    Column("started_at", Ms),
    Column("finished_at", Ms),
    Index("ix_jobs_tenant", "tenant_id", "id"),
    Index(
        "ix_jobs_open",
        "id",
        sqlite_where=text("status IN ('queued', 'running')"),
        postgresql_where=text("status IN ('queued', 'running')"),
    ),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("at", Ms, nullable=False),
    Column("actor", Word, nullable=False),
    Column("ip", Word),
    Column("user_agent", Text),
    Column("action", Word, nullable=False),
    Column("resource", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("request_id", Word),
    Column("reason", Text),
    # The chain's order, given when a row is sealed: ids of several processes are committed out of order.
    Column("place", Integer),
    Column("seal", LargeBinary),
    UniqueConstraint("tenant_id", "place"),
    Index("ix_audit_tenant", "tenant_id", "id"),
    Index(
        "ix_audit_unsealed", "tenant_id", "id", sqlite_where=text("seal IS NULL"), postgresql_where=text("seal IS NULL")
    ),
)

inboxes = Table(
    "inboxes",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("token", Word, nullable=False, unique=True),
    Column("status", Integer, nullable=False, server_default="200"),
    Column("created_at", Ms, nullable=False),
    Column("expires_at", Ms, nullable=False),
    Index("ix_inboxes_tenant", "tenant_id", "id"),
)

inbox_requests = Table(
    "inbox_requests",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("inbox_id", Id, ForeignKey("inboxes.id"), nullable=False),
    Column("method", Word, nullable=False),
    Column("query", Text, nullable=False, server_default=""),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Ms, nullable=False),
    Index("ix_inbox_requests_inbox", "inbox_id", "id"),
)

# A tenant's own values by dotted name (`retention`, `event_types.unknown`), JSON.
tenant_settings = Table(
    "tenant_settings",
    metadata,
    tenant_column(),
    Column("name", Word, nullable=False),
    Column("value", Text, nullable=False),
    Column("updated_at", Ms, nullable=False),
    PrimaryKeyConstraint("tenant_id", "name"),
)

# Work that began later than its tenant was promised: a row for each minute, process and level that had some.
sla_breaches = Table(
    "sla_breaches",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("priority", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Ms, nullable=False),
    Index("ix_sla_breaches_tenant", "tenant_id", "at"),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Word, nullable=False),
    Column("host", Text, nullable=False),
    Column("version", Word, nullable=False),
    Column("started_at", Ms, nullable=False),
    Column("beat_at", Ms, nullable=False),
)
"""Processes that do background work now; one that was not heard of for a while has failed."""
