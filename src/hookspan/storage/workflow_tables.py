"""Tables of workflows: their versions, executions with their steps, what is told to them, what they hold."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
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

workflows = Table(
    "workflows",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("name", Word, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("status", Word, nullable=False, server_default="active"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("semver", Word, nullable=False, server_default="1.0.0"),
    Column("concurrency", Integer),
    Column("created_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    Column("deleted_at", Ms),
    Index("ix_workflows_tenant", "tenant_id", "id"),
)

workflow_versions = Table(
    "workflow_versions",
    metadata,
    Column("workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("version", Integer, nullable=False),
    tenant_column(),
    Column("definition", Text, nullable=False),
    Column("created_at", Ms, nullable=False),
    PrimaryKeyConstraint("workflow_id", "version"),
)

executions = Table(
    "executions",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("workflow_id", Id, nullable=False),
    Column("workflow_version", Integer, nullable=False),
    Column("status", Word, nullable=False),
    Column("trigger_type", Word, nullable=False),
    Column("trigger_event_id", Id),
    Column("webhook_id", Id),
    Column("trigger", LargeBinary, nullable=False),
    Column("state", LargeBinary),
    Column("output", LargeBinary),
    Column("error", Text),
    Column("priority", Integer, nullable=False),
    Column("depth", Integer, nullable=False, server_default="0"),
    Column("parent_execution_id", Id),
    Column("parent_step_id", Word),
    Column("parent_attempt", Integer),
    Column("nesting", Integer, nullable=False, server_default="0"),
    Column("told", Integer, nullable=False, server_default="0"),
    Column("due_at", Ms),
    Column("lease_token", String(32)),
    Column("lease_until", Ms),
    Column("claims", Integer, nullable=False, server_default="0"),
    Column("silent_claims", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Ms, nullable=False),
    Column("started_at", Ms),
    Column("completed_at", Ms),
    CheckConstraint("status IN ('pending', 'running', 'waiting', 'completed', 'failed', 'cancelled')", name="status"),
    Index("ix_executions_tenant", "tenant_id", "id"),
    Index("ix_executions_workflow", "workflow_id", "id"),
    Index(
        "ix_executions_trigger_event",
        "trigger_event_id",
        sqlite_where=text("trigger_event_id IS NOT NULL"),
        postgresql_where=text("trigger_event_id IS NOT NULL"),
    ),
    Index(
        "ix_executions_parent",
        "parent_execution_id",
        sqlite_where=text("parent_execution_id IS NOT NULL"),
        postgresql_where=text("parent_execution_id IS NOT NULL"),
    ),
    Index(
        "ix_executions_parked",
        "workflow_id",
        "id",
        sqlite_where=text("status = 'pending' AND due_at IS NULL"),
        postgresql_where=text("status = 'pending' AND due_at IS NULL"),
    ),
    Index(
        "ix_executions_due_by_level",
        "priority",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL AND lease_token IS NULL"),
        postgresql_where=text("due_at IS NOT NULL AND lease_token IS NULL"),
    ),
    Index(
        "ix_executions_lease",
        "lease_until",
        sqlite_where=text("lease_token IS NOT NULL"),
        postgresql_where=text("lease_token IS NOT NULL"),
    ),
)

steps = Table(
    "steps",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("execution_id", Id, nullable=False),
    Column("step_id", Word, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Word, nullable=False),
    Column("status", Word, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("input", LargeBinary),
    Column("output", LargeBinary),
    Column("error", Text),
    Column("due_at", Ms),
    Column("started_at", Ms),
    Column("completed_at", Ms),
    UniqueConstraint("execution_id", "step_id"),
    ForeignKeyConstraint(["execution_id"], ["executions.id"], ondelete="CASCADE"),
    CheckConstraint(
        "status IN ('pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled')", name="status"
    ),
)

execution_messages = Table(
    "execution_messages",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("execution_id", Id, nullable=False),
    Column("kind", Word, nullable=False),
    Column("topic", Word, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("created_at", Ms, nullable=False),
    ForeignKeyConstraint(["execution_id"], ["executions.id"], ondelete="CASCADE"),
    Index("ix_execution_messages_execution", "execution_id", "id"),
)

resource_leases = Table(
    "resource_leases",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("execution_id", Id, nullable=False),
    Column("step_id", Word, nullable=False),
    Column("resources", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("requested_at", Ms, nullable=False),
    Column("granted_at", Ms),
    Column("is_short", Boolean, nullable=False, server_default=text("false")),
    ForeignKeyConstraint(["execution_id"], ["executions.id"], ondelete="CASCADE"),
    Index("ix_resource_leases_execution", "execution_id"),
    Index("ix_resource_leases_tenant", "tenant_id", "requested_at"),
)

event_triggers = Table(
    "event_triggers",
    metadata,
    Column("workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("trigger_id", Word, nullable=False),
    tenant_column(),
    Column("events", Text, nullable=False),
    Column("filter", Text, nullable=False, server_default="[]"),
    Column("version", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    PrimaryKeyConstraint("workflow_id", "trigger_id"),
    Index("ix_event_triggers_tenant", "tenant_id"),
)
"""The event triggers of active workflows, for the current version: what routing matches."""

schedules = Table(
    "schedules",
    metadata,
    Column("workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("trigger_id", Word, nullable=False),
    tenant_column(),
    Column("cron", Word, nullable=False),
    Column("timezone", Word, nullable=False),
    Column("missed", Word, nullable=False),
    Column("next_at", Ms, nullable=False),
    Column("last_at", Ms),
    PrimaryKeyConstraint("workflow_id", "trigger_id"),
    CheckConstraint("missed IN ('run_once', 'skip')", name="missed"),
    Index("ix_schedules_due", "next_at"),
)
"""The schedule triggers of active workflows, and when each is next due."""
