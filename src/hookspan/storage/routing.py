"""Who wants which events: what a routing snapshot is read from, and the version that says it is stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Connection, select, update

from hookspan.storage.dialect import one_of
from hookspan.storage.tables import endpoints, retry_policies, tenants

Made = TypeVar("Made")

_VERSIONS = select(tenants.c.id, tenants.c.routing_version).where(one_of(tenants.c.id))


def bump(connection: Connection, tenant_id: str) -> None:
    """Mark every snapshot of this tenant stale; called by each unit that changes who gets what."""
    connection.execute(
        update(tenants).where(tenants.c.id == tenant_id).values(routing_version=tenants.c.routing_version + 1)
    )


def versions(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, int]:
    """The routing version of each tenant."""
    found = connection.execute(_VERSIONS, {"members": sorted(set(tenant_ids))})
    return {row[0]: row[1] for row in found}


def subscribers(
    connection: Connection, tenant_id: str, made: Callable[[dict[str, Any]], Made]
) -> tuple[int, list[Made]]:
    """The version, and what `made` makes of every endpoint that may receive, with its policy; one transaction."""
    version = connection.execute(select(tenants.c.routing_version).where(tenants.c.id == tenant_id)).scalar_one()
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
    return version, [made(dict(row)) for row in connection.execute(query).mappings()]
