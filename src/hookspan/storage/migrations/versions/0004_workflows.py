"""Workflows, whole: triggers, children, limits, what is told to executions, resources, workers."""

from __future__ import annotations

import time

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.String(length=36).with_variant(sa.VARCHAR(length=36, collation="C"), "postgresql")
Word = sa.String(length=100).with_variant(sa.VARCHAR(length=100, collation="C"), "postgresql")


def upgrade() -> None:
    """Add what this release needs."""
    _workers()
    _event_triggers()
    _execution_messages()
    _resource_leases()
    _schedules()
    _events()
    _executions()
    _workflows()
    _releases()
    _patience()


def _workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", Word, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("version", Word, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )


def _event_triggers() -> None:
    op.create_table(
        "event_triggers",
        sa.Column("workflow_id", Id, nullable=False),
        sa.Column("trigger_id", Word, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), server_default="[]", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_event_triggers_tenant_id")),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflows.id"], name=op.f("fk_event_triggers_workflow_id")),
        sa.PrimaryKeyConstraint("workflow_id", "trigger_id", name=op.f("pk_event_triggers")),
    )
    op.create_index("ix_event_triggers_tenant", "event_triggers", ["tenant_id"], unique=False)


def _execution_messages() -> None:
    op.create_table(
        "execution_messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("execution_id", Id, nullable=False),
        sa.Column("kind", Word, nullable=False),
        sa.Column("topic", Word, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["executions.id"], name=op.f("fk_execution_messages_execution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_execution_messages_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution_messages")),
    )
    op.create_index("ix_execution_messages_execution", "execution_messages", ["execution_id", "id"], unique=False)


def _resource_leases() -> None:
    op.create_table(
        "resource_leases",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("execution_id", Id, nullable=False),
        sa.Column("step_id", Word, nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=True),
        sa.Column("is_short", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_id"], ["executions.id"], name=op.f("fk_resource_leases_execution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_resource_leases_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_leases")),
    )
    op.create_index("ix_resource_leases_execution", "resource_leases", ["execution_id"], unique=False)
    op.create_index("ix_resource_leases_tenant", "resource_leases", ["tenant_id", "requested_at"], unique=False)


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("workflow_id", Id, nullable=False),
        sa.Column("trigger_id", Word, nullable=False),
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("cron", Word, nullable=False),
        sa.Column("timezone", Word, nullable=False),
        sa.Column("missed", Word, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("missed IN ('run_once', 'skip')", name=op.f("ck_schedules_missed")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_schedules_tenant_id")),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflows.id"], name=op.f("fk_schedules_workflow_id")),
        sa.PrimaryKeyConstraint("workflow_id", "trigger_id", name=op.f("pk_schedules")),
    )
    op.create_index("ix_schedules_due", "schedules", ["next_at"], unique=False)


def _events() -> None:
    op.create_index(
        "ix_events_scheduled",
        "events",
        ["deliver_at"],
        unique=False,
        sqlite_where=sa.text("status = 'scheduled'"),
        postgresql_where=sa.text("status = 'scheduled'"),
    )


def _executions() -> None:
    op.add_column("executions", sa.Column("parent_execution_id", Id, nullable=True))
    op.add_column("executions", sa.Column("parent_step_id", Word, nullable=True))
    op.add_column("executions", sa.Column("parent_attempt", sa.Integer(), nullable=True))
    op.add_column("executions", sa.Column("nesting", sa.Integer(), server_default="0", nullable=False))
    op.add_column("executions", sa.Column("offspring", sa.Integer(), server_default="1000", nullable=False))
    op.add_column("executions", sa.Column("told", sa.Integer(), server_default="0", nullable=False))
    op.add_column("executions", sa.Column("parked_by", Id, nullable=True))
    op.create_index(
        "ix_executions_ended",
        "executions",
        ["tenant_id", "completed_at", "id"],
        unique=False,
        sqlite_where=sa.text("completed_at IS NOT NULL"),
        postgresql_where=sa.text("completed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_executions_parent",
        "executions",
        ["parent_execution_id"],
        unique=False,
        sqlite_where=sa.text("parent_execution_id IS NOT NULL"),
        postgresql_where=sa.text("parent_execution_id IS NOT NULL"),
    )
    op.create_index(
        "ix_executions_parked",
        "executions",
        ["parked_by", "priority", "id"],
        unique=False,
        sqlite_where=sa.text("parked_by IS NOT NULL AND due_at IS NULL AND completed_at IS NULL"),
        postgresql_where=sa.text("parked_by IS NOT NULL AND due_at IS NULL AND completed_at IS NULL"),
    )


def _workflows() -> None:
    op.add_column("workflows", sa.Column("concurrency", sa.Integer(), nullable=True))


def _releases() -> None:
    """Events whose hour has passed are no longer scheduled: nothing said so before this release."""
    now = int(time.time() * 1_000)
    due = sa.text("UPDATE events SET status = 'stored' WHERE status = 'scheduled' AND deliver_at <= :now")
    op.execute(due.bindparams(now=now))


def _patience() -> None:
    """Steps that wait for others have no timeout and one try, unless somebody wrote otherwise.

    Before this release what is usual for calls was written for every kind, and nothing obeyed it for these.
    """
    connection, edge = op.get_bind(), {"id": "", "version": 0}
    page = sa.text(
        "SELECT workflow_id, version, definition FROM workflow_versions WHERE (workflow_id, version) > (:id, :version) "
        "ORDER BY workflow_id, version LIMIT 100"
    )
    change = sa.text("UPDATE workflow_versions SET definition = :text WHERE workflow_id = :id AND version = :version")
    while rows := connection.execute(page, edge).all():
        for row in rows:
            edge = {"id": row.workflow_id, "version": row.version}
            text = _patient(row.definition)
            if text != row.definition:
                connection.execute(change, {**edge, "text": text})


def _patient(text: str) -> str:
    """The definition with what those steps were given unasked taken back; every other byte, and one unread, stays."""
    try:
        graph = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        steps = msgspec.json.decode(graph["steps"], type=list[dict[str, msgspec.Raw]])
        changed = [_patient_step(step) for step in steps]
    except (ValueError, KeyError):
        return text
    if changed == steps:
        return text
    return msgspec.json.encode({**graph, "steps": changed}).decode()


def _patient_step(step: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    if msgspec.json.decode(step["kind"]) not in ("wait", "external", "workflow"):
        return step
    changed, usual = dict(step), {"initialDelayMs": 1000, "multiplier": 2.0, "maxDelayMs": 30000, "jitter": 0.2}
    if "timeoutMs" in step and msgspec.json.decode(step["timeoutMs"]) == 15_000:
        changed["timeoutMs"] = msgspec.Raw(b"null")
    if "retry" in step and msgspec.json.decode(step["retry"]) == {"maxAttempts": 3, **usual}:
        changed["retry"] = msgspec.Raw(msgspec.json.encode({"maxAttempts": 1, **usual}))
    return changed
