"""What tenants chose for their priorities, and how often work began later than that promises (contracts B.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, delete, func, select

from hookspan.storage.dialect import insert_rows
from hookspan.storage.settings import setting_get, setting_put
from hookspan.storage.tables import sla_breaches, tenant_settings, tenants

NAME = "priorities"
DAY_MS = 86_400_000


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tenant's choice by level as text; what is absent is the usual, `sla_ms` None promises nothing."""

    weights: dict[str, int] = {}
    sla_ms: dict[str, int | None] = {}


def choices(connection: Connection) -> dict[str, Chosen]:
    """The choices of every tenant that made some."""
    query = select(tenant_settings.c.tenant_id, tenant_settings.c.value).where(tenant_settings.c.name == NAME)
    return {tenant_id: msgspec.json.decode(value, type=Chosen) for tenant_id, value in connection.execute(query)}


def choice_of(connection: Connection, tenant_id: str) -> Chosen:
    """One tenant's choice."""
    kept = setting_get(connection, tenant_id, NAME)
    return Chosen() if kept is None else msgspec.convert(kept, Chosen)


def choice_change(connection: Connection, tenant_id: str, change: Chosen, now: int) -> Chosen:
    """Add to a tenant's choice; what it is then."""
    # One change after the other: both read before they write.
    connection.execute(select(tenants.c.id).where(tenants.c.id == tenant_id).with_for_update(key_share=True))
    kept = choice_of(connection, tenant_id)
    chosen = Chosen({**kept.weights, **change.weights}, {**kept.sla_ms, **change.sla_ms})
    setting_put(connection, tenant_id, NAME, msgspec.to_builtins(chosen), now=now)
    return chosen


@dataclass(frozen=True, slots=True)
class Breaches:
    """How many pieces of work of a tenant and level began too late, told at `at` (epoch ms)."""

    id: str
    tenant_id: str
    priority: int
    number: int
    at: int


def breaches_add(connection: Connection, rows: Sequence[Breaches]) -> None:
    """Keep counts, and forget those older than a day."""
    told = [(row.id, row.tenant_id, row.priority, row.number, row.at) for row in rows]
    insert_rows(connection, sla_breaches, "id tenant_id priority number at", told)
    for row in rows:
        old = (sla_breaches.c.tenant_id == row.tenant_id) & (sla_breaches.c.at <= row.at - DAY_MS)
        connection.execute(delete(sla_breaches).where(old))


def breaches_of_day(connection: Connection, tenant_id: str, now: int) -> Mapping[int, int]:
    """How many there were by level in the last 24 hours."""
    column = sla_breaches.c
    query = (
        select(column.priority, func.sum(column.number))
        .where(column.tenant_id == tenant_id, column.at > now - DAY_MS)
        .group_by(column.priority)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}
