"""Resources of a tenant: who asked for how much of which pool, and who was given it (workflows' `resources`).

Grants are decided one tenant at a time, all or nothing, by priority and then by arrival: who waits for a pool keeps
later and lesser steps from it. What asks for more than a pool ever has waits, but blocks nobody. All that wait with the
same wish are judged as one once it cannot be granted, so the work follows what is granted and not how many wait.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from hookspan import failpoints
from hookspan.model.executions import Message
from hookspan.model.ids import new_id
from hookspan.storage.dialect import insert_rows, one_of
from hookspan.storage.execution_messages import tell
from hookspan.storage.settings import setting_get
from hookspan.storage.tables import resource_leases, tenants

SETTING = "resources"
PAGE = 200
"""How many waiting steps are looked at between two looks at who may still be served."""
GRANTED_MOST, TOLD_MOST = 1_000, 1_000
"""How many are served, and told of a shortage, in one transaction; the next release or sweep goes on."""

_columns = resource_leases.c
_read_wish = msgspec.json.Decoder(dict[str, Decimal]).decode
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


def decide(connection: Connection, tenant_ids: Collection[str]) -> None:
    """One at a time frees or gives the resources of a tenant; who does locks no execution before this."""
    mine = select(tenants.c.id).where(one_of(tenants.c.id, sorted(tenant_ids))).order_by(tenants.c.id)
    connection.execute(mine.with_for_update(key_share=True)).all()


def waiting_tenants(connection: Connection) -> list[str]:
    """Tenants some of whose steps wait."""
    query = select(_columns.tenant_id).where(_columns.granted_at.is_(None)).distinct()
    return list(connection.execute(query).scalars())


def allot(connection: Connection, tenant_id: str, now: int) -> set[str]:
    """Give a tenant's waiting steps what is free; the executions that were told so, or of a shortage."""
    decide(connection, [tenant_id])
    wishes = _wishes(connection, tenant_id)
    if not wishes:
        return set()
    pools = _Pools(_limits(connection, tenant_id), _in_use(connection, tenant_id))
    granted = _grant(connection, tenant_id, wishes, pools, now)
    failpoints.reach("grant.in_tx")
    told = [_message("granted", row, {}, now) for row in granted]
    if len(granted) < GRANTED_MOST:
        short = _untold(connection, tenant_id, wishes)
        _mark(connection, [row.id for row in short], is_short=True)
        told += [_message("short", row, pools.shortage(wishes[row.resources]), now) for row in short]
    return tell(connection, told)


_Wish = Mapping[str, Decimal]
"""What a step asks for; many steps ask for the same."""


class _Pools:
    """What is left of each pool while grants are decided; decimal, as three times 0.1 of 0.3 is all of it."""

    def __init__(self, limits: _Wish, used: _Wish) -> None:
        self._limits = limits
        self._left = {name: limit - used.get(name, 0) for name, limit in limits.items()}
        self._awaited: set[str] = set()

    def is_open(self, wanted: _Wish) -> bool:
        """Whether it matters who asks for this next: it can be had one day, and not all its pools are awaited."""
        limited = self._limited(wanted)
        is_possible = all(wanted[name] <= self._limits[name] for name in limited)
        return is_possible and (not limited or not self._awaited.issuperset(limited))

    def take(self, wanted: _Wish) -> bool:
        """Take all of it, or nothing and stand in the way of those behind."""
        limited = self._limited(wanted)
        if any(name in self._awaited or wanted[name] > self._left[name] for name in limited):
            self._awaited.update(limited)
            return False
        for name in limited:
            self._left[name] -= wanted[name]
        return True

    def shortage(self, wanted: _Wish) -> dict[str, object]:
        """What was asked for, what is left now of the pools that are limited, and those that never have as much."""
        limited = self._limited(wanted)
        return {
            "requested": {name: float(amount) for name, amount in wanted.items()},
            "available": {name: float(max(self._left[name], Decimal(0))) for name in limited},
            "tooSmall": {name: float(self._limits[name]) for name in limited if wanted[name] > self._limits[name]},
        }

    def _limited(self, wanted: _Wish) -> list[str]:
        return [name for name in wanted if name in self._limits]


def _grant(
    connection: Connection, tenant_id: str, wishes: Mapping[str, _Wish], pools: _Pools, now: int
) -> list[Row[Any]]:
    """Mark and return who is given all it asked for.

    Each step that is judged is served or makes one more pool awaited, and a wish whose pools all are is passed over:
    every wish is come to, however many steps wait with those that cannot be granted.
    """
    granted: list[Row[Any]] = []
    while len(granted) < GRANTED_MOST:
        still_open = [each for each, wanted in wishes.items() if pools.is_open(wanted)]
        if not still_open:
            break
        rows = _waiting(connection, tenant_id, one_of(_columns.resources, still_open), PAGE)
        served = [row for row in rows if pools.is_open(wishes[row.resources]) and pools.take(wishes[row.resources])]
        _mark(connection, [row.id for row in served], granted_at=now)
        granted += served
        if len(rows) < PAGE:
            break
    return granted


def _waiting(connection: Connection, tenant_id: str, which: ColumnElement[bool], limit: int) -> Sequence[Row[Any]]:
    query = (
        select(_columns.id, _columns.execution_id, _columns.step_id, _columns.resources)
        .add_columns(_columns.tenant_id)
        .where(_columns.tenant_id == tenant_id, _columns.granted_at.is_(None), which)
        .order_by(_columns.priority.desc(), _columns.requested_at, _columns.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def _untold(connection: Connection, tenant_id: str, wishes: Mapping[str, _Wish]) -> Sequence[Row[Any]]:
    """Who waits with one of these wishes and was not told so yet; who asked for another meanwhile comes next."""
    which = _columns.is_short.is_(False) & one_of(_columns.resources, [*wishes])
    return _waiting(connection, tenant_id, which, TOLD_MOST)


def _wishes(connection: Connection, tenant_id: str) -> dict[str, _Wish]:
    """What is waited for, each wish once, by how it is written."""
    waits = (_columns.tenant_id == tenant_id) & _columns.granted_at.is_(None)
    written = connection.execute(select(_columns.resources).where(waits).distinct()).scalars()
    return {each: _read_wish(each) for each in written}


def _limits(connection: Connection, tenant_id: str) -> _Wish:
    """The size of each pool; one without a number is unlimited."""
    given = setting_get(connection, tenant_id, SETTING)
    pools = given if isinstance(given, dict) else {}
    return {name: Decimal(repr(size)) for name, size in pools.items() if isinstance(size, int | float)}


def _in_use(connection: Connection, tenant_id: str) -> _Wish:
    held = (_columns.tenant_id == tenant_id) & _columns.granted_at.is_not(None)
    query = select(_columns.resources, func.count()).where(held).group_by(_columns.resources)
    used: dict[str, Decimal] = {}
    for written, number in connection.execute(query):
        for name, amount in _read_wish(written).items():
            used[name] = used.get(name, Decimal(0)) + amount * number
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
