"""Outbound: endpoints and their gates, deliveries, attempts, and what is counted of them.

Events, deliveries and attempts together carry six indexes beside their keys: each costs on every webhook. Two more are
of rows that few instances have: held deliveries, and ordered ones.
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

from hookspan.storage.columns import Id, Ms, Word, metadata, tenant_column

DELIVERY_STATES = ("pending", "sending", "held", "delivered", "exhausted", "cancelled")
STATS_SPAN_MS = 300_000
LATENCY_BUCKETS = 12

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("name", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False),
    Column("method", Word, nullable=False, server_default="POST"),
    Column("profile", Word, nullable=False),
    Column("events", Text, nullable=False),
    Column("status", Word, nullable=False, server_default="active"),
    Column("status_reason", Word),
    Column("status_changed_at", Ms),
    Column("policy_id", Id, ForeignKey("retry_policies.id"), nullable=False),
    Column("timeout_ms", Integer, nullable=False),
    Column("max_in_flight", Integer, nullable=False, server_default="10"),
    Column("headers", Text, nullable=False, server_default="{}"),
    Column("settings", Text, nullable=False, server_default="{}"),
    Column("unsafe_numbers", Word, nullable=False, server_default="exact"),
    Column("metadata", Text, nullable=False, server_default="{}"),
    Column("created_by", Word, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Ms, nullable=False),
    Column("updated_at", Ms, nullable=False),
    Column("deleted_at", Ms),
    CheckConstraint("status IN ('active', 'paused', 'disabled')", name="status"),
    Index("ix_endpoints_tenant", "tenant_id", "id"),
)

endpoint_secrets = Table(
    "endpoint_secrets",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("endpoint_id", Id, ForeignKey("endpoints.id"), nullable=False, index=True),
    Column("which", Word, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("hint", Word, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("expires_at", Ms),
)

# A policy is stored once by the hash of its content and never changed: a delivery keeps what it was born with.
retry_policies = Table(
    "retry_policies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("policy", Text, nullable=False),
)

# One row an endpoint: what keeps deliveries back without touching theirs (breaker, pauses asked for, ramp, rate).
gates = Table(
    "gates",
    metadata,
    Column("endpoint_id", Id, ForeignKey("endpoints.id"), primary_key=True),
    tenant_column(),
    Column("not_before", Ms, nullable=False, server_default="0"),
    Column("fail_streak", Integer, nullable=False, server_default="0"),
    Column("last_attempt_at", Ms),
    Column("last_ok_at", Ms),
    Column("last_failure_at", Ms),
    Column("failing_since", Ms),
    Column("warned", Integer, nullable=False, server_default="0"),
    Column("breaker", Word, nullable=False, server_default="closed"),
    Column("open_ms", Integer, nullable=False, server_default="0"),
    Column("buckets", Text, nullable=False, server_default=""),
    Column("cap", Integer),
    Column("ramps", Boolean, nullable=False, server_default=text("false")),
    Column("rate_level", BigInteger),
    Column("rate_at", Ms),
)

_SENDING = text("status = 'sending'")
# Two indexes for what is due: unordered rows by level and time, ordered ones by key and place, so that the rows that
# wait behind the head of their key never stand in front of others. The second is empty while nobody orders.
# A statement is served by a partial index only if it says its condition literally: {} is the name of its table.
UNORDERED = "{0}.status = 'pending' AND {0}.ordering_key IS NULL"
IN_ORDER = (
    "{0}.ordering_key IS NOT NULL AND {0}.status NOT IN ('delivered', 'cancelled')"
    " AND ({0}.status <> 'exhausted' OR {0}.blocks_key)"
)
_UNORDERED = text(UNORDERED.replace("{0}.", ""))
_IN_ORDER = text(IN_ORDER.replace("{0}.", ""))
_HELD = text("status = 'held'")

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Id, nullable=False),
    tenant_column(),
    Column("event_id", Id, nullable=False),
    Column("endpoint_id", Id, nullable=False),
    Column("event_type", Word, nullable=False),
    Column("delivered_name", Word, nullable=False),
    Column("profile", Word, nullable=False),
    Column("unsafe_numbers", Word, nullable=False),
    Column("status", Word, nullable=False),
    Column("reason", Word),
    Column("policy_id", Id, nullable=False),
    Column("due_at", Ms, nullable=False),
    Column("first_due_at", Ms, nullable=False),
    Column("lease_token", String(32)),
    Column("lease_until", Ms),
    Column("claims", Integer, nullable=False, server_default="0"),
    Column("silent_claims", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("max_attempts", Integer, nullable=False),
    Column("trigger", Word, nullable=False, server_default="automatic"),
    Column("priority", Integer, nullable=False),
    Column("ordering_key", Text),
    Column("seq", BigInteger),
    Column("blocks_key", Boolean, nullable=False, server_default=text("true")),
    Column("last_status_code", Integer),
    Column("last_error", Text),
    Column("last_attempt_at", Ms),
    Column("created_at", Ms, nullable=False),
    Column("completed_at", Ms),
    Column("first_delivered_at", Ms),
    PrimaryKeyConstraint("id"),
    CheckConstraint("status IN ('" + "', '".join(DELIVERY_STATES) + "')", name="status"),
    Index("ix_deliveries_tenant", "tenant_id", "id"),
    Index("ix_deliveries_event", "event_id"),
    Index("ix_deliveries_endpoint", "endpoint_id", "id"),
    Index(
        "ix_deliveries_due",
        "endpoint_id",
        "priority",
        "due_at",
        sqlite_where=_UNORDERED,
        postgresql_where=_UNORDERED,
    ),
    Index(
        "ix_deliveries_order",
        "endpoint_id",
        "ordering_key",
        "seq",
        sqlite_where=_IN_ORDER,
        postgresql_where=_IN_ORDER,
    ),
    Index("ix_deliveries_held", "endpoint_id", sqlite_where=_HELD, postgresql_where=_HELD),
    Index("ix_deliveries_lease", "lease_until", sqlite_where=_SENDING, postgresql_where=_SENDING),
    sqlite_with_rowid=False,
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    tenant_column(),
    Column("endpoint_id", Id, nullable=False),
    Column("trigger", Word, nullable=False),
    Column("outcome", Word, nullable=False),
    Column("status_code", Integer),
    Column("duration_ms", Integer),
    Column("timings", Text),
    Column("request", Text),
    Column("response_headers", Text),
    Column("response_body", LargeBinary),
    Column("response_truncated", Boolean, nullable=False, server_default=text("false")),
    Column("error", Text),
    Column("error_code", Word),
    Column("started_at", Ms, nullable=False),
    Column("finished_at", Ms),
    PrimaryKeyConstraint("delivery_id", "number"),
    sqlite_with_rowid=False,
)

# The last number given under an ordering key. Its row lock makes the order of numbers the order of commits.
order_keys = Table(
    "order_keys",
    metadata,
    tenant_column(),
    Column("key", Text, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("used_at", Ms, nullable=False),
    PrimaryKeyConstraint("tenant_id", "key"),
    sqlite_with_rowid=False,
)

# An event that more endpoints want than one transaction should write: the list is fixed, its deliveries follow.
fanouts = Table(
    "fanouts",
    metadata,
    Column("event_id", Id, primary_key=True),
    tenant_column(),
    Column("matches", LargeBinary, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("created_at", Ms, nullable=False),
)

# Counted while settling, by endpoint and span of five minutes; a0… and f0… are latency buckets of attempts and of
# first attempts (model/latency.py).
delivery_stats = Table(
    "delivery_stats",
    metadata,
    Column("endpoint_id", Id, nullable=False),
    Column("at", Ms, nullable=False),
    tenant_column(),
    Column("delivered", Integer, nullable=False),
    Column("exhausted", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failed_attempts", Integer, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    *(Column(f"a{n}", Integer, nullable=False, server_default="0") for n in range(LATENCY_BUCKETS)),
    *(Column(f"f{n}", Integer, nullable=False, server_default="0") for n in range(LATENCY_BUCKETS)),
    PrimaryKeyConstraint("endpoint_id", "at"),
    Index("ix_delivery_stats_tenant", "tenant_id", "at"),
    sqlite_with_rowid=False,
)

test_sends = Table(
    "test_sends",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("endpoint_id", Id),
    Column("url", Text, nullable=False),
    Column("profile", Word, nullable=False),
    Column("event_type", Word, nullable=False),
    Column("outcome", Word, nullable=False),
    Column("status_code", Integer),
    Column("duration_ms", Integer, nullable=False),
    Column("timings", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("request_body", LargeBinary, nullable=False),
    Column("response_headers", Text),
    Column("response_body", LargeBinary),
    Column("response_truncated", Boolean, nullable=False, server_default=text("false")),
    Column("error", Text),
    Column("created_at", Ms, nullable=False),
    Index("ix_test_sends_tenant", "tenant_id", "id"),
    Index("ix_test_sends_endpoint", "endpoint_id", "id"),
)
