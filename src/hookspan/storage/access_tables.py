"""Who may: tenants, people, sessions, keys and the instance's own values."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text, text

from hookspan.storage.columns import Id, Ms, Word, metadata, tenant_column

instance = Table(
    "instance",
    metadata,
    Column("name", Word, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

tenants = Table(
    "tenants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", Word, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("status", Word, nullable=False, server_default="active"),
    Column("routing_version", Integer, nullable=False, server_default="1"),
    Column("created_at", Ms, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("purpose", Word, nullable=False),
    Column("kek_id", Word, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("retired_at", Ms),
)

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("username", Word, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Ms, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", Word, primary_key=True),
    tenant_column(),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("seen_at", Ms, nullable=False),
    Column("expires_at", Ms, nullable=False),
)

denied_tokens = Table(
    "denied_tokens",
    metadata,
    Column("jti", Word, primary_key=True),
    Column("expires_at", Ms, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    tenant_column(),
    Column("prefix", Word, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("role", Word),
    Column("mac", LargeBinary, nullable=False),
    Column("created_by", Word, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("expires_at", Ms),
    Column("last_used_at", Ms),
    Column("revoked_at", Ms),
    Column("version", Integer, nullable=False, server_default="1"),
)
