"""Who wants which events: what a routing snapshot is read from, and the version that says it is stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Connection, select, update

from hookspan.storage.dialect import one_of
from hookspan.storage.tables import endpoints, event_triggers, retry_policies, tenant_settings, tenants, workflows

SETTING = "events.keep"
"""The setting that holds the patterns of what a tenant keeps, whoever wants it."""

Made = TypeVar("Made")
Begun = TypeVar("Begun")
Decided = TypeVar("Decided")

_VERSIONS = select(tenants.c.id, tenants.c.routing_version).where(one_of(tenants.c.id))


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """An event trigger of an active workflow's current version; `events` and `filter` are JSON."""

    workflow_id: str
    workflow_name: str
    version: int
    trigger_id: str
    priority: int
    events: str
    filter: str


@dataclass(frozen=True, slots=True)
class Read(Generic[Made, Begun]):
    """What a snapshot is made of, as one transaction saw it; `kept` are patterns."""

    version: int
    subscribers: Sequence[Made]
    triggers: Sequence[Begun]
    kept: Sequence[str]


def bump(connection: Connection, tenant_id: str) -> None:
    """Mark every snapshot of this tenant stale; called by each unit that changes who gets what."""
    connection.execute(
        update(tenants).where(tenants.c.id == tenant_id).values(routing_version=tenants.c.routing_version + 1)
    )


def versions(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, int]:
    """The routing version of each tenant."""
    found = connection.execute(_VERSIONS, {"members": sorted(set(tenant_ids))})
    return {row[0]: row[1] for row in found}


def read_all(
    connection: Connection,
    tenant_id: str,
    subscriber: Callable[[dict[str, Any]], Made],
    trigger: Callable[[TriggerRow], Begun],
) -> Read[Made, Begun]:
    """The version, what is made of every endpoint and every event trigger, what is kept anyway; one transaction."""
    # The version first: what is committed while the rest is read makes this stale, and never goes unseen.
    version = connection.execute(select(tenants.c.routing_version).where(tenants.c.id == tenant_id)).scalar_one()
    found = subscribers(connection, tenant_id, subscriber)
    return Read(version, found, triggers(connection, tenant_id, trigger), _kept(connection, tenant_id))


def held(
    connection: Connection,
    tenant_id: str,
    subscriber: Callable[[dict[str, Any]], Made],
    trigger: Callable[[TriggerRow], Begun],
    decide: Callable[[Read[Made, Begun]], Decided],
) -> Decided:
    """What is decided by routing that nobody changes before this transaction ends: they wait for their `bump`."""
    # At once as strong as an update takes it: two that share the row, and then both write it, wait for each other.
    connection.execute(select(tenants.c.id).where(tenants.c.id == tenant_id).with_for_update(key_share=True))
    return decide(read_all(connection, tenant_id, subscriber, trigger))


def _kept(connection: Connection, tenant_id: str) -> list[str]:
    column = tenant_settings.c
    query = select(column.value).where(column.tenant_id == tenant_id, column.name == SETTING)
    value = connection.execute(query).scalar()
    return [] if value is None else msgspec.json.decode(value, type=list[str])


def subscribers(connection: Connection, tenant_id: str, made: Callable[[dict[str, Any]], Made]) -> list[Made]:
    """What `made` makes of every endpoint that may receive, with its policy."""
    columns = (
        endpoints.c.id,
        endpoints.c.profile,
        endpoints.c.events,
        endpoints.c.status,
        endpoints.c.status_reason,
        endpoints.c.timeout_ms,
        endpoints.c.unsafe_numbers,
        endpoints.c.settings,
        endpoints.c.policy_id,
        retry_policies.c.policy,
    )
    query = (
        select(*columns)
        .join(retry_policies, retry_policies.c.id == endpoints.c.policy_id)
        .where(endpoints.c.tenant_id == tenant_id, endpoints.c.deleted_at.is_(None))
        .order_by(endpoints.c.id)
    )
    return [made(dict(row)) for row in connection.execute(query).mappings()]


def triggers(connection: Connection, tenant_id: str, made: Callable[[TriggerRow], Made]) -> list[Made]:
    """What `made` makes of every event trigger of an active workflow; those of one workflow stand together."""
    column = event_triggers.c
    query = (
        select(
            column.workflow_id,
            workflows.c.name,
            column.version,
            column.trigger_id,
            column.priority,
            column.events,
            column.filter,
        )
        .join(workflows, workflows.c.id == column.workflow_id)
        .where(column.tenant_id == tenant_id, workflows.c.status == "active", workflows.c.deleted_at.is_(None))
    )
    # Sorted here: to be spared the sorting, SQLite would read the triggers of all tenants in the order of their key.
    rows = sorted((TriggerRow(*row) for row in connection.execute(query)), key=_key)
    return [made(row) for row in rows]


def _key(row: TriggerRow) -> tuple[str, str]:
    return row.workflow_id, row.trigger_id
