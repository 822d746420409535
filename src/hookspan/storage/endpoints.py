"""Endpoints: born, found, listed, changed, deleted; with the facts about them in the same unit.

Every change bumps the tenant's routing version in the same unit, so that no event is matched against what was.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, text, update

from hookspan.errors import Conflict, NotFound, PreconditionFailed
from hookspan.model.endpoint_settings import EndpointSettings, settings_read, settings_text
from hookspan.model.events import Birth
from hookspan.model.gates import RAMP_FIRST
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.match import matches
from hookspan.model.retry import RetryPolicy
from hookspan.storage import deliveries, routing
from hookspan.storage.dialect import one_of
from hookspan.storage.events import record_judged, stale_tenants
from hookspan.storage.keyset import Keyset, Slice, keyset_slice
from hookspan.storage.policies import policy_keep, policy_read
from hookspan.storage.sealed_secrets import SecretRow, of_endpoints
from hookspan.storage.tables import endpoints, gates, retry_policies, webhook_deliveries

Restart = Literal["ramp", "probe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """An endpoint as stored, with its policy and its secrets, newest first; in `headers` a sealed value is a mask."""

    id: str
    tenant_id: str
    name: str
    url: str
    method: str
    profile: str
    events: tuple[str, ...]
    status: str
    status_reason: str | None
    status_changed_at: int | None
    policy_id: str
    policy: RetryPolicy
    timeout_ms: int
    max_in_flight: int
    unsafe_numbers: UnsafeNumbers
    metadata: Mapping[str, object]
    created_by: str
    version: int
    created_at: int
    updated_at: int
    headers: Mapping[str, str] = field(default_factory=dict)
    settings: EndpointSettings = field(default_factory=EndpointSettings)
    last_attempt_at: int | None = None
    breaker: str = "closed"
    secrets: tuple[SecretRow, ...] = field(default=())

    def secret(self, which: str) -> SecretRow | None:
        """The newest secret of a kind."""
        return next((row for row in self.secrets if row.which == which), None)


@dataclass(frozen=True, slots=True)
class EndpointFilter:
    """Which endpoints a list shows; `text` is looked for in name and URL, `event` must be taken by a pattern."""

    statuses: Sequence[str] = ()
    profiles: Sequence[str] = ()
    url: str | None = None
    text: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointWrite:
    """A change as it was worked out: from `was` to `wished`, with the facts about it.

    `restart` says how sending begins again; `ends_held` cancels what was held meanwhile.
    """

    was: EndpointRow
    wished: EndpointRow
    births: Sequence[Birth]
    now: int
    restart: Restart | None = None
    ends_held: bool = False


def endpoint_insert(
    connection: Connection, row: EndpointRow, births: Sequence[Birth], *, most: int
) -> EndpointRow | None:
    """Write a new endpoint; Conflict when the tenant has `most` already, None when a birth is stale."""
    if stale_tenants(connection, births):
        return None
    counted = select(func.count()).select_from(endpoints).where(*_of_tenant(row.tenant_id))
    if connection.execute(counted).scalar_one() >= most:
        raise Conflict(f"this tenant has {most} endpoints already; delete one first")
    stored = replace(row, policy_id=policy_keep(connection, row.policy))
    connection.execute(insert(endpoints).values(id=row.id, tenant_id=row.tenant_id, **_columns(stored)))
    of_endpoints.change(connection, (row.tenant_id, row.id), (), stored.secrets)
    record_judged(connection, births)
    routing.bump(connection, row.tenant_id)
    return stored


def endpoint_find(connection: Connection, tenant_id: str, endpoint_id: str) -> EndpointRow:
    """One endpoint; NotFound when it is missing, deleted or another tenant's."""
    return _found(connection, _select(tenant_id).where(endpoints.c.id == endpoint_id))


def endpoints_find(connection: Connection, tenant_id: str, ids: Sequence[str]) -> list[EndpointRow]:
    """Those of `ids` that exist."""
    rows = connection.execute(_select(tenant_id).where(one_of(endpoints.c.id, ids))).all()
    return _with_secrets(connection, tenant_id, rows)


def endpoints_slice(
    connection: Connection, tenant_id: str, wanted: EndpointFilter, keyset: Keyset
) -> tuple[list[EndpointRow], Slice]:
    """One page."""
    conditions = _conditions(wanted)
    if wanted.event is not None:
        conditions.append(one_of(endpoints.c.id, _takers(connection, tenant_id, wanted.event)))
    page = keyset_slice(connection, _select(tenant_id).where(*conditions), endpoints.c.id, keyset)
    return _with_secrets(connection, tenant_id, page.rows), page


def endpoints_offset(connection: Connection, tenant_id: str, limit: int, offset: int) -> tuple[list[EndpointRow], int]:
    """Endpoints newest first by offset, as seed 1 lists them, and how many there are in all."""
    total = connection.execute(select(func.count()).select_from(endpoints).where(*_of_tenant(tenant_id))).scalar_one()
    query = _select(tenant_id).order_by(endpoints.c.id.desc()).limit(limit).offset(offset)
    return _with_secrets(connection, tenant_id, connection.execute(query).all()), total


def _takers(connection: Connection, tenant_id: str, event: str) -> list[str]:
    """Ids of the endpoints with a pattern that takes this name; a tenant has few enough to look at each."""
    query = select(endpoints.c.id, endpoints.c.events).where(*_of_tenant(tenant_id))
    return [row.id for row in connection.execute(query) if any(matches(each, event) for each in json.loads(row.events))]


def endpoint_store(connection: Connection, write: EndpointWrite) -> EndpointRow | None:
    """Write a change with its facts; None when the endpoint or the routing moved meanwhile: work it out again."""
    was, tenant_id = write.was, write.was.tenant_id
    mine = (endpoints.c.id == was.id, *_of_tenant(tenant_id))
    seen = connection.execute(select(endpoints.c.version).where(*mine).with_for_update()).scalar()
    if seen != was.version or stale_tenants(connection, write.births):
        return None
    policy_id = policy_keep(connection, write.wished.policy)
    breaker = "open" if write.restart == "probe" else was.breaker
    version = was.version + 1
    stored = replace(write.wished, policy_id=policy_id, version=version, updated_at=write.now, breaker=breaker)
    connection.execute(update(endpoints).where(*mine).values(**_columns(stored)))
    of_endpoints.change(connection, (tenant_id, was.id), was.secrets, stored.secrets)
    if write.ends_held:
        held_cancel(connection, tenant_id, was.id, now=write.now)
    if write.restart is not None:
        _restart(connection, stored, write.restart, write.now)
    record_judged(connection, write.births)
    routing.bump(connection, tenant_id)
    return stored


_MAKE_GATE = text(
    "INSERT INTO gates (endpoint_id, tenant_id) VALUES (:endpoint_id, :tenant_id) ON CONFLICT (endpoint_id) DO NOTHING"
)


def _restart(connection: Connection, row: EndpointRow, how: Restart, now: int) -> None:
    """Begin again with one in flight; after a disabling with one probe, its failures forgotten (reliability §4.6)."""
    connection.execute(_MAKE_GATE, {"endpoint_id": row.id, "tenant_id": row.tenant_id})
    values: dict[str, object] = {"cap": RAMP_FIRST, "ramps": True}
    if how == "probe":
        values |= {"breaker": "open", "not_before": now, "open_ms": 0, "buckets": ""}
        values |= {"failing_since": None, "fail_streak": 0, "warned": 0}
    mine = (gates.c.endpoint_id == row.id, gates.c.tenant_id == row.tenant_id)
    connection.execute(update(gates).where(*mine).values(**values))


def check_version(row: EndpointRow, if_version: Collection[int] | None) -> None:
    """Raise PreconditionFailed when the caller saw another version than the one that is there."""
    if if_version is not None and row.version not in if_version:
        raise PreconditionFailed(f"the endpoint is at version {row.version} by now; read it again")


def endpoint_delete(connection: Connection, was: EndpointRow, births: Sequence[Birth], *, now: int) -> bool:
    """Mark it deleted, forget its secrets, end the deliveries that wait for it; False when it moved meanwhile."""
    mine = (endpoints.c.id == was.id, endpoints.c.version == was.version, *_of_tenant(was.tenant_id))
    if stale_tenants(connection, births):
        return False
    gone = connection.execute(
        update(endpoints).where(*mine).values(deleted_at=now, updated_at=now, version=was.version + 1)
    )
    if gone.rowcount == 0:
        return False
    deliveries.cancel_of_endpoint(connection, was.tenant_id, was.id, now)
    of_endpoints.forget(connection, was.tenant_id, was.id)
    record_judged(connection, births)
    routing.bump(connection, was.tenant_id)
    return True


def held_cancel(connection: Connection, tenant_id: str, endpoint_id: str, *, now: int) -> int:
    """End what is held for an endpoint whose owner does not want it any more (reliability §2.1, move 15)."""
    column = webhook_deliveries.c
    mine = (column.tenant_id == tenant_id, column.endpoint_id == endpoint_id, column.status == "held")
    ended = update(webhook_deliveries).where(*mine).values(status="cancelled", reason="user", completed_at=now)
    return connection.execute(ended).rowcount


def _of_tenant(tenant_id: str) -> tuple[ColumnElement[bool], ...]:
    return (endpoints.c.tenant_id == tenant_id, endpoints.c.deleted_at.is_(None))


def _select(tenant_id: str) -> Select[Any]:
    return (
        select(endpoints, retry_policies.c.policy, gates.c.last_attempt_at, gates.c.breaker)
        .join(retry_policies, retry_policies.c.id == endpoints.c.policy_id)
        .outerjoin(gates, gates.c.endpoint_id == endpoints.c.id)
        .where(*_of_tenant(tenant_id))
    )


def _conditions(wanted: EndpointFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(one_of(endpoints.c.status, wanted.statuses))
    if wanted.profiles:
        conditions.append(one_of(endpoints.c.profile, wanted.profiles))
    if wanted.url:
        conditions.append(endpoints.c.url == wanted.url)
    if wanted.text:
        text = wanted.text.lower()
        conditions.append(
            or_(
                func.lower(endpoints.c.name).contains(text, autoescape=True),
                func.lower(endpoints.c.url).contains(text, autoescape=True),
            )
        )
    return conditions


def _found(connection: Connection, query: Select[Any]) -> EndpointRow:
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("no such endpoint")
    return _with_secrets(connection, row.tenant_id, [row])[0]


def _with_secrets(connection: Connection, tenant_id: str, rows: Sequence[Row[Any]]) -> list[EndpointRow]:
    secrets = of_endpoints.of(connection, {row.id: tenant_id for row in rows})
    return [_endpoint(row, secrets.get(row.id, ())) for row in rows]


def _endpoint(row: Row[Any], secrets: tuple[SecretRow, ...]) -> EndpointRow:
    return EndpointRow(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        url=row.url,
        method=row.method,
        profile=row.profile,
        events=tuple(json.loads(row.events)),
        status=row.status,
        status_reason=row.status_reason,
        status_changed_at=row.status_changed_at,
        policy_id=row.policy_id,
        policy=policy_read(row.policy),
        timeout_ms=row.timeout_ms,
        max_in_flight=row.max_in_flight,
        unsafe_numbers=row.unsafe_numbers,
        metadata=json.loads(row.metadata),
        created_by=row.created_by,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        headers=json.loads(row.headers),
        settings=settings_read(row.settings),
        breaker=row.breaker or "closed",
        last_attempt_at=row.last_attempt_at,
        secrets=secrets,
    )


def _columns(row: EndpointRow) -> dict[str, object]:
    return {
        "name": row.name,
        "url": row.url,
        "method": row.method,
        "profile": row.profile,
        "events": json.dumps(row.events),
        "status": row.status,
        "status_reason": row.status_reason,
        "status_changed_at": row.status_changed_at,
        "policy_id": row.policy_id,
        "timeout_ms": row.timeout_ms,
        "max_in_flight": row.max_in_flight,
        "unsafe_numbers": row.unsafe_numbers,
        "metadata": json.dumps(dict(row.metadata)),
        "headers": json.dumps(dict(row.headers)),
        "settings": settings_text(row.settings),
        "created_by": row.created_by,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
