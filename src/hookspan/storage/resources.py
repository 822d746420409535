"""Resources of a tenant: who asked for how much of which pool, and who was given it (workflows' `resources`).

Grants are decided one tenant at a time, all or nothing, by priority and then by arrival: who waits for a pool keeps
later and lesser steps from it. What asks for more than a pool ever has waits, but blocks nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select, update

from hookspan import failpoints
from hookspan.model.executions import Message
from hookspan.model.ids import new_id
from hookspan.storage.dialect import insert_rows, one_of
from hookspan.storage.execution_messages import tell
from hookspan.storage.settings import setting_get
from hookspan.storage.tables import resource_leases, tenants

SETTING = "resources"
LOOKED_AT_MOST = 1_000
"""How many waiting steps of a tenant are looked at in one go."""

_columns = resource_leases.c
_LEASE = "id tenant_id execution_id step_id resources priority requested_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRequest:
    """What a step asks for; `resources` is amount by pool."""

    id: str
    tenant_id: str
    execution_id: str
    step_id: str
    resources: Mapping[str, float]
    priority: int
    requested_at: int


def request(connection: Connection, requests: Sequence[ResourceRequest]) -> None:
    """Let steps wait for resources."""
    rows = [
        (
            each.id,
            each.tenant_id,
            each.execution_id,
            each.step_id,
            msgspec.json.encode(each.resources).decode(),
            each.priority,
            each.requested_at,
        )
        for each in requests
    ]
    insert_rows(connection, resource_leases, _LEASE, rows)


def release(connection: Connection, lease_ids: Sequence[str]) -> None:
    """Free what steps held or waited for."""
    connection.execute(delete(resource_leases).where(one_of(_columns.id, lease_ids)))


def waiting_tenants(connection: Connection) -> list[str]:
    """Tenants some of whose steps wait."""
    query = select(_columns.tenant_id).where(_columns.granted_at.is_(None)).distinct()
    return list(connection.execute(query).scalars())


def allot(connection: Connection, tenant_id: str, now: int) -> set[str]:
    """Give a tenant's waiting steps what is free; the executions that were told so, or of a shortage."""
    # One decision at a time; it locks no execution before this row.
    connection.execute(select(tenants.c.id).where(tenants.c.id == tenant_id).with_for_update(key_share=True))
    waiting = _waiting(connection, tenant_id)
    if not waiting:
        return set()
    decided = _Pools(_limits(connection, tenant_id), _in_use(connection, tenant_id))
    granted: list[_Decided] = []
    short: list[_Decided] = []
    for row in waiting:
        wanted = msgspec.json.decode(row.resources, type=dict[str, float])
        if decided.take(wanted):
            granted.append((row, {}))
        elif not row.is_short:
            short.append((row, {"requested": wanted, "available": decided.free(wanted)}))
    _mark(connection, [row.id for row, _ in granted], granted_at=now)
    failpoints.reach("grant.in_tx")
    _mark(connection, [row.id for row, _ in short], is_short=True)
    told = [_message("granted", row, said, now) for row, said in granted]
    told += [_message("short", row, said, now) for row, said in short]
    return tell(connection, told)


_Decided = tuple[Row[Any], Mapping[str, object]]


class _Pools:
    """What is left of each pool while grants are decided."""

    def __init__(self, limits: Mapping[str, float], used: Mapping[str, float]) -> None:
        self._limits = limits
        self._left = {name: limit - used.get(name, 0.0) for name, limit in limits.items()}
        self._awaited: set[str] = set()

    def take(self, wanted: Mapping[str, float]) -> bool:
        """Take all of it, or nothing and stand in the way of those behind."""
        limited = [name for name in wanted if name in self._limits]
        if any(wanted[name] > self._limits[name] for name in limited):
            return False
        if any(name in self._awaited or wanted[name] > self._left[name] for name in limited):
            self._awaited.update(limited)
            return False
        for name in limited:
            self._left[name] -= wanted[name]
        return True

    def free(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """What is left now of the pools that were asked of."""
        return {name: max(self._left[name], 0.0) for name in wanted if name in self._limits}


def _waiting(connection: Connection, tenant_id: str) -> Sequence[Row[Any]]:
    query = (
        select(_columns.id, _columns.execution_id, _columns.step_id, _columns.resources, _columns.is_short)
        .add_columns(_columns.tenant_id)
        .where(_columns.tenant_id == tenant_id, _columns.granted_at.is_(None))
        .order_by(_columns.priority.desc(), _columns.requested_at, _columns.id)
        .limit(LOOKED_AT_MOST)
    )
    return connection.execute(query).all()


def _limits(connection: Connection, tenant_id: str) -> dict[str, float]:
    """The size of each pool; one without a number is unlimited."""
    given = setting_get(connection, tenant_id, SETTING)
    pools = given if isinstance(given, dict) else {}
    return {name: float(size) for name, size in pools.items() if isinstance(size, int | float)}


def _in_use(connection: Connection, tenant_id: str) -> dict[str, float]:
    query = select(_columns.resources).where(_columns.tenant_id == tenant_id, _columns.granted_at.is_not(None))
    used: dict[str, float] = {}
    for stored in connection.execute(query).scalars():
        for name, amount in msgspec.json.decode(stored, type=dict[str, float]).items():
            used[name] = used.get(name, 0.0) + amount
    return used


def _mark(connection: Connection, lease_ids: Sequence[str], **values: object) -> None:
    if lease_ids:
        connection.execute(update(resource_leases).where(one_of(_columns.id, lease_ids)).values(**values))


def _message(kind: str, row: Row[Any], said: Mapping[str, object], now: int) -> Message:
    return Message(
        id=new_id(now),
        tenant_id=row.tenant_id,
        execution_id=row.execution_id,
        kind="granted" if kind == "granted" else "short",
        topic=row.step_id,
        payload=msgspec.json.encode({**said, "lease": row.id}),
        created_at=now,
    )
