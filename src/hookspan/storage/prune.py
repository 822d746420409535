"""What retention takes away, in batches by index, and what it may never take (reliability §4.12).

A batch looks at the next `most` old rows behind an edge, deletes those it may and names the new edge: rows that must
stay are passed once a run and never looked at again by each batch behind them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, case, delete, exists, func, insert, select, text, update

from hookspan import failpoints
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import first_id_at, named_tenant
from hookspan.storage.search_index import documents_delete
from hookspan.storage.tables import (
    attempts,
    delivery_stats,
    endpoints,
    events,
    executions,
    fanouts,
    instance,
    replays,
    steps,
    tenants,
    test_sends,
    webhook_deliveries,
    webhook_events,
    webhook_tests,
    webhooks,
)

JANITOR = "janitor"
_ENDED = ("completed", "failed", "cancelled")
RESUME_MS = 600_000
"""How long a run that did not end is left alone before another process takes it up."""

_HELD = text("webhook_deliveries.status = 'held'")
# What waits because an instance was restored from a backup waits until people let it go.
_EXPIRES = func.coalesce(webhook_deliveries.c.reason, "") != "restored"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a batch did; `edge` is None when nothing old is left behind it."""

    deleted: int
    edge: str | None


Prune = Callable[[Connection, str, str, int, int], Pruned]
"""`prune(connection, tenant_id, edge, before_ms, most)`: one batch of a kind of rows."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the janitor: `clock` is the time it acts by, never more than two intervals after the last run's.

    Times are epoch ms; `previous` is the clock of the run before.
    """

    started_at: int
    clock: int
    previous: int
    is_resumed: bool = False


def deliveries_prune(connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int) -> Pruned:
    """Deliveries that ended before then, with their attempts; never one that is pending, sending or held."""
    column = webhook_deliveries.c
    ids = _old(connection, webhook_deliveries, tenant_id, edge, before_ms, most)
    ended = column.status.in_(("delivered", "exhausted", "cancelled"))
    gone = _gone(connection, webhook_deliveries, ids, ended, func.coalesce(column.completed_at, 0) < before_ms)
    connection.execute(delete(attempts).where(one_of(attempts.c.delivery_id, gone)))
    return _pruned(ids, gone, most)


def events_prune(
    connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int, *, apart: Sequence[str] = ()
) -> Pruned:
    """Events with their receipts; never one that is still owed to an endpoint, a workflow or a paused source.

    Events of the sources in `apart` stay: those have a retention of their own.
    """
    ids = _old(connection, events, tenant_id, edge, before_ms, most)
    kept = [~one_of(func.coalesce(events.c.webhook_id, ""), apart)] if apart else []
    return _pruned(ids, _events_gone(connection, tenant_id, ids, *kept), most)


def source_events_prune(
    connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int, *, webhook_id: str
) -> Pruned:
    """The same of one source."""
    column = webhook_events.c
    theirs = (column.webhook_id == webhook_id, column.id > edge, column.id < first_id_at(before_ms))
    query = select(column.id).where(*theirs, named_tenant(column.tenant_id, tenant_id)).order_by(column.id).limit(most)
    ids = connection.execute(query).scalars().all()
    return _pruned(ids, _events_gone(connection, tenant_id, ids), most)


def _events_gone(
    connection: Connection, tenant_id: str, ids: Sequence[str], *conditions: ColumnElement[bool]
) -> Sequence[str]:
    owed = (webhook_deliveries.c.event_id, webhook_deliveries.c.status.in_(("pending", "sending", "held")))
    worked_on = (executions.c.trigger_event_id, executions.c.status.in_(("pending", "running", "waiting")))
    waits = (webhook_events.c.id, webhook_events.c.status.in_(("received", "held")))
    free = [~exists().where(column == events.c.id, state) for column, state in (owed, worked_on, waits)]
    free.append(~exists().where(fanouts.c.event_id == events.c.id))
    free.append(events.c.status != "scheduled")
    gone = _gone(connection, events, ids, *free, *conditions)
    connection.execute(delete(webhook_events).where(one_of(webhook_events.c.id, gone)))
    documents_delete(connection, tenant_id, gone)
    return gone


def source_days(connection: Connection, tenant_id: str) -> dict[str, int]:
    """Days that sources keep their events, for those that chose; deleted ones too, as long as they have events."""
    column = webhooks.c
    rows = connection.execute(select(column.id, column.settings).where(column.tenant_id == tenant_id))
    chosen = {row.id: json.loads(row.settings).get("retentionDays") for row in rows}
    return {webhook_id: days for webhook_id, days in chosen.items() if isinstance(days, int)}


def executions_prune(connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int) -> Pruned:
    """Executions that ended before then, with their steps; never one inside another that still runs."""
    column, parent = executions.c, executions.alias("parent")
    ids = _old(connection, executions, tenant_id, edge, before_ms, most)
    ended = one_of(column.id, ids), column.status.in_(_ENDED)
    has_open_parent = exists().where(parent.c.id == column.parent_execution_id, parent.c.status.not_in(_ENDED))
    query = select(column.id).where(*ended, ~has_open_parent, func.coalesce(column.completed_at, 0) < before_ms)
    query = query.with_for_update(of=executions)
    gone = connection.execute(query).scalars().all()
    connection.execute(delete(steps).where(one_of(steps.c.execution_id, gone)))
    connection.execute(delete(executions).where(one_of(column.id, gone)))
    return _pruned(ids, gone, most)


def tests_prune(connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int) -> Pruned:
    """Test sends."""
    ids = _old(connection, test_sends, tenant_id, edge, before_ms, most)
    return _pruned(ids, _gone(connection, test_sends, ids), most)


def webhook_tests_prune(connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int) -> Pruned:
    """Test requests of sources; the last of each are few, so there is no index of their age."""
    ids = _old(connection, webhook_tests, tenant_id, edge, before_ms, most)
    return _pruned(ids, _gone(connection, webhook_tests, ids), most)


def replays_prune(connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int) -> Pruned:
    """Who replayed what; kept as long as the audit log."""
    ids = _old(connection, replays, tenant_id, edge, before_ms, most)
    return _pruned(ids, _gone(connection, replays, ids), most)


def delivery_stats_prune(connection: Connection, tenant_id: str, edge: str, before_ms: int, most: int) -> Pruned:
    """Counts of spans that began before then; a span is taken whole."""
    column = delivery_stats.c
    mine = (column.tenant_id == tenant_id, column.at < before_ms)
    far = connection.execute(select(column.at).where(*mine).order_by(column.at).offset(most - 1).limit(1)).scalar()
    bound = mine if far is None else (*mine, column.at <= far)
    gone = connection.execute(delete(delivery_stats).where(*bound)).rowcount
    return Pruned(gone, None if far is None else edge)


def _old(connection: Connection, table: Table, tenant_id: str, edge: str, before_ms: int, most: int) -> Sequence[str]:
    identity = table.c.id
    mine = (table.c.tenant_id == tenant_id, identity > edge, identity < first_id_at(before_ms))
    return connection.execute(select(identity).where(*mine).order_by(identity).limit(most)).scalars().all()


def _gone(connection: Connection, table: Table, ids: Sequence[str], *conditions: ColumnElement[bool]) -> Sequence[str]:
    statement = delete(table).where(one_of(table.c.id, ids), *conditions)
    return connection.execute(statement.returning(table.c.id)).scalars().all()


def _pruned(ids: Sequence[str], gone: Sequence[str], most: int) -> Pruned:
    if gone:
        failpoints.reach("prune.batch")
    return Pruned(len(gone), ids[-1] if len(ids) == most else None)


# -- who runs, and when ----------------------------------------------------------------------------------------------


def janitor_read(connection: Connection) -> dict[str, int | None]:
    """What is kept of the last run: `clock`, `startedAt` and `finishedAt`; empty before the first."""
    value = connection.execute(select(instance.c.value).where(instance.c.name == JANITOR)).scalar()
    return {} if value is None else dict(json.loads(bytes(value)))


def janitor_begin(connection: Connection, now: int, interval_ms: int) -> Run | None:
    """Begin a run that is due, or take up one whose process died; None when there is nothing to do now.

    A clock that jumped forward is followed by two intervals a run, so that no jump deletes a history (§4.12).
    """
    locked = select(instance.c.value).where(instance.c.name == JANITOR).with_for_update()
    value = connection.execute(locked).scalar()
    kept = {} if value is None else json.loads(bytes(value))
    run = _due(kept, now, interval_ms)
    if run is not None:
        _keep(connection, {"clock": run.clock, "previous": run.previous, "startedAt": now, "finishedAt": None}, kept)
    return run


def janitor_end(connection: Connection, now: int) -> None:
    """The run has done all it had to."""
    kept = janitor_read(connection)
    _keep(connection, {**kept, "finishedAt": now}, kept)


def _due(kept: dict[str, int | None], now: int, interval_ms: int) -> Run | None:
    started_at, clock = kept.get("startedAt"), kept.get("clock")
    if started_at is None or clock is None:
        return Run(now, now, now)
    is_back = now < started_at
    if kept.get("finishedAt") is None and not is_back:
        resumed = Run(now, clock, kept.get("previous") or clock, is_resumed=True)
        return resumed if now >= started_at + RESUME_MS else None
    if not is_back and now < started_at + interval_ms:
        return None
    return Run(now, min(now, clock + 2 * interval_ms), clock)


def _keep(connection: Connection, values: dict[str, int | None], kept: dict[str, int | None]) -> None:
    value = json.dumps(values).encode()
    if kept:
        connection.execute(update(instance).where(instance.c.name == JANITOR).values(value=value))
    else:
        connection.execute(insert(instance).values(name=JANITOR, value=value))


def tenants_all(connection: Connection) -> list[str]:
    """Every tenant's id."""
    return list(connection.execute(select(tenants.c.id).order_by(tenants.c.id)).scalars())


def holds_aged(connection: Connection, after_ms: int, until_ms: int) -> list[tuple[str, str, int]]:
    """Deliveries held since (after, until]: tenant, endpoint and how many, for the warning before their end."""
    column = webhook_deliveries.c
    query = (
        select(column.tenant_id, column.endpoint_id, func.count())
        .join(endpoints, endpoints.c.id == column.endpoint_id)
        .where(_HELD, _EXPIRES, _held_since() > after_ms, _held_since() <= until_ms)
        .group_by(column.tenant_id, column.endpoint_id)
        .order_by(column.endpoint_id)
    )
    return [(tenant_id, endpoint_id, number) for tenant_id, endpoint_id, number in connection.execute(query)]


def holds_expire(connection: Connection, held_before_ms: int, now: int, most: int) -> int:
    """End deliveries held since before then (15, `hold_expired`); how many."""
    column = webhook_deliveries.c
    query = (
        select(column.id)
        .join(endpoints, endpoints.c.id == column.endpoint_id)
        .where(_HELD, _EXPIRES, _held_since() <= held_before_ms)
        .order_by(column.id)
        .limit(most)
    )
    ids = connection.execute(query).scalars().all()
    ended = update(webhook_deliveries).where(one_of(column.id, ids), column.status == "held")
    connection.execute(ended.values(status="cancelled", reason="hold_expired", completed_at=now))
    return len(ids)


def _held_since() -> ColumnElement[int]:
    """The later of its birth and of the time at which its endpoint ceased to be active."""
    born, stopped = webhook_deliveries.c.created_at, func.coalesce(endpoints.c.status_changed_at, 0)
    return case((born > stopped, born), else_=stopped)
