"""Outbound, whole: gates with a breaker, order and levels of deliveries, event types, jobs, audit, inboxes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.String(length=36).with_variant(sa.VARCHAR(length=36, collation="C"), "postgresql")
Word = sa.String(length=100).with_variant(sa.VARCHAR(length=100, collation="C"), "postgresql")

IN_ORDER = (
    "ordering_key IS NOT NULL AND status NOT IN ('delivered', 'cancelled') AND (status <> 'exhausted' OR blocks_key)"
)


def upgrade() -> None:
    """Add what this release needs; nothing of the release before is changed but two indexes."""
    _audit()
    _delivery_stats()
    _event_types()
    _fanouts()
    _inboxes()
    _jobs()
    _order_keys()
    _tenant_settings()
    _test_sends()
    _event_type_versions()
    _inbox_requests()
    _endpoints()
    _events()
    _gates()
    _webhook_deliveries()
    _webhook_events()


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", Word, nullable=False),
        sa.Column("ip", Word, nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("action", Word, nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("request_id", Word, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_audit_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("tenant_id", "place", name=op.f("uq_audit_tenant_id_place")),
    )
    op.create_index("ix_audit_tenant", "audit", ["tenant_id", "id"], unique=False)
    op.create_index(
        "ix_audit_unsealed",
        "audit",
        ["tenant_id", "id"],
        unique=False,
        sqlite_where=sa.text("seal IS NULL"),
        postgresql_where=sa.text("seal IS NULL"),
    )


def _delivery_stats() -> None:
    op.create_table(
        "delivery_stats",
        sa.Column("endpoint_id", Id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("exhausted", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("a0", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a1", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a2", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a3", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a4", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a5", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a6", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a7", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a8", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a9", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a10", sa.Integer(), server_default="0", nullable=False),
        sa.Column("a11", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f0", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f1", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f2", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f3", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f4", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f5", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f6", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f7", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f8", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f9", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f10", sa.Integer(), server_default="0", nullable=False),
        sa.Column("f11", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_delivery_stats_tenant_id")),
        sa.PrimaryKeyConstraint("endpoint_id", "at", name=op.f("pk_delivery_stats")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_stats_tenant", "delivery_stats", ["tenant_id", "at"], unique=False)


def _event_types() -> None:
    op.create_table(
        "event_types",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("name", Word, nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("compatibility", Word, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_event_types_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_types")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_event_types_tenant_id_name")),
    )


def _fanouts() -> None:
    op.create_table(
        "fanouts",
        sa.Column("event_id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("matches", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_fanouts_tenant_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_fanouts")),
    )


def _inboxes() -> None:
    op.create_table(
        "inboxes",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("token", Word, nullable=False),
        sa.Column("status", sa.Integer(), server_default="200", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_inboxes_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inboxes")),
        sa.UniqueConstraint("token", name=op.f("uq_inboxes_token")),
    )
    op.create_index("ix_inboxes_tenant", "inboxes", ["tenant_id", "id"], unique=False)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("kind", Word, nullable=False),
        sa.Column("status", Word, nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("succeeded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("errors", sa.Text(), server_default="[]", nullable=False),
        sa.Column("actor", Word, nullable=False),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_jobs_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(
        "ix_jobs_open",
        "jobs",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status IN ('queued', 'running')"),
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    op.create_index("ix_jobs_tenant", "jobs", ["tenant_id", "id"], unique=False)


def _order_keys() -> None:
    op.create_table(
        "order_keys",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_order_keys_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_order_keys")),
        sqlite_with_rowid=False,
    )


def _tenant_settings() -> None:
    op.create_table(
        "tenant_settings",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("name", Word, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_tenant_settings_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "name", name=op.f("pk_tenant_settings")),
    )


def _test_sends() -> None:
    op.create_table(
        "test_sends",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("endpoint_id", Id, nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("profile", Word, nullable=False),
        sa.Column("event_type", Word, nullable=False),
        sa.Column("outcome", Word, nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("timings", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("request_body", sa.LargeBinary(), nullable=False),
        sa.Column("response_headers", sa.Text(), nullable=True),
        sa.Column("response_body", sa.LargeBinary(), nullable=True),
        sa.Column("response_truncated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_test_sends_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_sends")),
    )
    op.create_index("ix_test_sends_endpoint", "test_sends", ["endpoint_id", "id"], unique=False)
    op.create_index("ix_test_sends_tenant", "test_sends", ["tenant_id", "id"], unique=False)


def _event_type_versions() -> None:
    op.create_table(
        "event_type_versions",
        sa.Column("event_type_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("examples", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_type_id"], ["event_types.id"], name=op.f("fk_event_type_versions_event_type_id")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_event_type_versions_tenant_id")),
        sa.PrimaryKeyConstraint("event_type_id", "version", name=op.f("pk_event_type_versions")),
    )


def _inbox_requests() -> None:
    op.create_table(
        "inbox_requests",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("inbox_id", Id, nullable=False),
        sa.Column("method", Word, nullable=False),
        sa.Column("query", sa.Text(), server_default="", nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inboxes.id"], name=op.f("fk_inbox_requests_inbox_id")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_inbox_requests_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_requests")),
    )
    op.create_index("ix_inbox_requests_inbox", "inbox_requests", ["inbox_id", "id"], unique=False)


def _endpoints() -> None:
    op.add_column("endpoints", sa.Column("settings", sa.Text(), server_default="{}", nullable=False))


def _events() -> None:
    op.add_column("events", sa.Column("type_version", sa.Integer(), nullable=True))
    op.add_column("events", sa.Column("cloud_event", sa.Text(), nullable=True))
    op.add_column("events", sa.Column("publisher", sa.Text(), nullable=True))


def _gates() -> None:
    op.add_column("gates", sa.Column("failing_since", sa.BigInteger(), nullable=True))
    op.add_column("gates", sa.Column("warned", sa.Integer(), server_default="0", nullable=False))
    op.add_column("gates", sa.Column("breaker", Word, server_default="closed", nullable=False))
    op.add_column("gates", sa.Column("open_ms", sa.Integer(), server_default="0", nullable=False))
    op.add_column("gates", sa.Column("buckets", sa.Text(), server_default="", nullable=False))
    op.add_column("gates", sa.Column("cap", sa.Integer(), nullable=True))
    op.add_column("gates", sa.Column("ramps", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("gates", sa.Column("rate_level", sa.BigInteger(), nullable=True))
    op.add_column("gates", sa.Column("rate_at", sa.BigInteger(), nullable=True))


def _webhook_deliveries() -> None:
    op.add_column("webhook_deliveries", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.add_column(
        "webhook_deliveries", sa.Column("blocks_key", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("webhook_deliveries", sa.Column("first_delivered_at", sa.BigInteger(), nullable=True))
    op.drop_index(
        op.f("ix_deliveries_claim"), table_name="webhook_deliveries", sqlite_where=sa.text("status = 'pending'")
    )
    op.create_index(
        "ix_deliveries_due",
        "webhook_deliveries",
        ["endpoint_id", "priority", "due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending' AND ordering_key IS NULL"),
        postgresql_where=sa.text("status = 'pending' AND ordering_key IS NULL"),
    )
    op.create_index(
        "ix_deliveries_order",
        "webhook_deliveries",
        ["endpoint_id", "ordering_key", "seq"],
        unique=False,
        sqlite_where=sa.text(IN_ORDER),
        postgresql_where=sa.text(IN_ORDER),
    )


def _webhook_events() -> None:
    op.create_index(
        "idx_webhook_events_test",
        "webhook_events",
        ["tenant_id", "id"],
        unique=False,
        sqlite_where=sa.text("test"),
        postgresql_where=sa.text("test"),
    )
