"""Inbound, whole: filters, refused requests, tests of sources, replays, held receipts, the index of searches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.String(length=36).with_variant(sa.VARCHAR(length=36, collation="C"), "postgresql")
Word = sa.String(length=100).with_variant(sa.VARCHAR(length=100, collation="C"), "postgresql")


def upgrade() -> None:
    """Add what this release needs."""
    _rejected_requests()
    _replays()
    _search_documents()
    _sla_breaches()
    _views()
    _webhook_filters()
    _webhook_forwards()
    _webhook_tests()
    _events()
    _executions()
    _webhook_events()
    _webhook_secrets()
    _search_index()


def _search_index() -> None:
    """The index of searches: trigrams of a document's text, by each database's own means.

    The tenant is three characters of its own before the text, so that a search stays among its documents.
    """
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_documents ADD COLUMN grams integer[] NOT NULL DEFAULT '{}'")
        op.execute(
            "CREATE INDEX ix_search_documents_grams ON search_documents USING gin (grams) "
            "WITH (gin_pending_list_limit = 4096)"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5"
        "(body, content='', detail='none', columnsize=0, tokenize='trigram case_sensitive 1')"
    )
    op.execute(
        "CREATE TRIGGER search_documents_insert AFTER INSERT ON search_documents BEGIN "
        "INSERT INTO search_index(rowid, body) "
        "VALUES (new.place, char(1) || substr(new.tenant_id, -2) || char(1) || new.body); END"
    )
    op.execute(
        "CREATE TRIGGER search_documents_delete AFTER DELETE ON search_documents BEGIN "
        "INSERT INTO search_index(search_index, rowid, body) "
        "VALUES ('delete', old.place, char(1) || substr(old.tenant_id, -2) || char(1) || old.body); END"
    )


def _rejected_requests() -> None:
    op.create_table(
        "rejected_requests",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=True),
        sa.Column("webhook_id", Id, nullable=True),
        sa.Column("cause", Word, nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("method", Word, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("source_ip", Word, nullable=True),
        sa.Column("headers", sa.Text(), server_default="{}", nullable=False),
        sa.Column("body_size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body_prefix", sa.LargeBinary(), nullable=True),
        sa.Column("provider", Word, nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_rejected_requests_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected_requests")),
    )
    op.create_index("ix_rejected_requests_tenant", "rejected_requests", ["tenant_id", "received_at"], unique=False)
    op.create_index("ix_rejected_requests_webhook", "rejected_requests", ["webhook_id", "id"], unique=False)


def _replays() -> None:
    op.create_table(
        "replays",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("source_event_id", Id, nullable=False),
        sa.Column("root_event_id", Id, nullable=False),
        sa.Column("webhook_id", Id, nullable=True),
        sa.Column("replay_count", sa.Integer(), nullable=False),
        sa.Column("actor", Word, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("modified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("diff", sa.Text(), nullable=True),
        sa.Column("job_id", Id, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_replays_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
        sa.UniqueConstraint("event_id", name=op.f("uq_replays_event_id")),
    )
    op.create_index("ix_replays_root_event", "replays", ["root_event_id"], unique=False)
    op.create_index("ix_replays_source_event", "replays", ["source_event_id"], unique=False)
    op.create_index("ix_replays_tenant", "replays", ["tenant_id", "id"], unique=False)


def _search_documents() -> None:
    op.create_table(
        "search_documents",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_search_documents_tenant_id")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_search_documents_tenant_id_id")),
    )
    op.create_index(
        "ix_search_documents_late",
        "search_documents",
        ["tenant_id", "id"],
        unique=False,
        sqlite_where=sa.text("late"),
        postgresql_where=sa.text("late"),
    )


def _sla_breaches() -> None:
    op.create_table(
        "sla_breaches",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_sla_breaches_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_breaches")),
    )
    op.create_index("ix_sla_breaches_tenant", "sla_breaches", ["tenant_id", "at"], unique=False)


def _views() -> None:
    op.create_table(
        "views",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("list", Word, nullable=False),
        sa.Column("name", Word, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("owner", Word, nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_views_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
        sa.UniqueConstraint("tenant_id", "list", "name", "owner", name=op.f("uq_views_tenant_id_list_name_owner")),
    )


def _webhook_filters() -> None:
    op.create_table(
        "webhook_filters",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("webhook_id", Id, nullable=False),
        sa.Column("field_path", sa.String(length=255), nullable=False),
        sa.Column("operator", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), server_default="null", nullable=False),
        sa.Column("logic_group", sa.Integer(), server_default="0", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_webhook_filters_tenant_id")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_filters_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_filters")),
    )
    op.create_index("idx_webhook_filters_webhook", "webhook_filters", ["webhook_id"], unique=False)


def _webhook_forwards() -> None:
    op.create_table(
        "webhook_forwards",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_webhook_forwards_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_webhook_forwards_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_forwards")),
    )
    op.create_index("ix_webhook_forwards_event", "webhook_forwards", ["event_id", "id"], unique=False)


def _webhook_tests() -> None:
    op.create_table(
        "webhook_tests",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("webhook_id", Id, nullable=False),
        sa.Column("event_id", Id, nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_webhook_tests_tenant_id")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_tests_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_tests")),
    )
    op.create_index("ix_webhook_tests_webhook", "webhook_tests", ["webhook_id", "id"], unique=False)


def _events() -> None:
    op.create_index(
        "ix_events_root",
        "events",
        ["root_event_id"],
        unique=False,
        sqlite_where=sa.text("root_event_id IS NOT NULL"),
        postgresql_where=sa.text("root_event_id IS NOT NULL"),
    )


def _executions() -> None:
    op.drop_index(
        op.f("ix_executions_due"),
        table_name="executions",
        sqlite_where=sa.text("due_at IS NOT NULL AND lease_token IS NULL"),
    )
    op.create_index(
        "ix_executions_due_by_level",
        "executions",
        ["priority", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL AND lease_token IS NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL AND lease_token IS NULL"),
    )


def _webhook_events() -> None:
    op.add_column("webhook_events", sa.Column("source_ip", Word, nullable=True))
    op.drop_index(op.f("idx_webhook_events_webhook"), table_name="webhook_events")
    op.create_index("idx_webhook_events_webhook", "webhook_events", ["webhook_id", "id"], unique=False)
    op.create_index(
        "ix_webhook_events_held",
        "webhook_events",
        ["webhook_id", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    )


def _webhook_secrets() -> None:
    op.add_column("webhook_secrets", sa.Column("which", Word, server_default="source", nullable=False))
