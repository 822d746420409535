"""How many executions run at once: of a workflow, and of a tenant (its setting `executions.concurrency`).

What is due and would be one too many is parked, whether it begins or has slept: it is due again when the workflow or
tenant it is parked at has room. As many as there is room for are woken of each priority, so that the claim decides
whose turn it is and parks the others again. What sleeps takes no room.

However much waits, one transaction parks and wakes no more than some thousands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, case, func, select, text, update

from hookspan.model.levels import LEVELS
from hookspan.storage.dialect import one_of, wake_others
from hookspan.storage.tables import execution_messages, executions, tenant_settings, workflows

SETTING = "executions.concurrency"
AHEAD_MOST = 1_000
"""How many of each priority are looked at for more of what is parked, so that a long line does not keep the others."""
WOKEN_MOST = 1_000
"""How many of each priority are woken at once at one workflow or tenant."""
PLACES_MOST = 100
"""At how many workflows and tenants one transaction looks for what may be woken."""

_columns = executions.c
# The literal condition lets both planners use the partial index of what is parked.
_PARKED = text("parked_by IS NOT NULL AND due_at IS NULL AND completed_at IS NULL")

_OF_WORKFLOW = select(workflows.c.concurrency).where(workflows.c.id == _columns.workflow_id)
_OF_TENANT = select(tenant_settings.c.value).where(
    tenant_settings.c.tenant_id == _columns.tenant_id, tenant_settings.c.name == SETTING
)
OF_WORKFLOW: ColumnElement[Any] = _OF_WORKFLOW.correlate(executions).scalar_subquery().label("of_workflow")
OF_TENANT: ColumnElement[Any] = _OF_TENANT.correlate(executions).scalar_subquery().label("of_tenant")


@dataclass(slots=True)
class _Doors:
    """How many more may run, by workflow or tenant id; what is not named is unlimited."""

    most: dict[str, int]
    running: Counter[str] = field(default_factory=Counter)

    def closed(self, row: Row[Any]) -> str | None:
        """Where it must be parked: at its workflow rather than at its tenant."""
        return next((each for each in (row.workflow_id, row.tenant_id) if self.room(each) == 0), None)

    def room(self, each: str) -> int | None:
        """How many more, None for any number."""
        return max(self.most[each] - self.running[each], 0) if each in self.most else None

    def enter(self, row: Row[Any]) -> None:
        """One more runs."""
        self.running.update((row.workflow_id, row.tenant_id))


def limits_of(row: Row[Any]) -> tuple[str, ...]:
    """The workflow and the tenant of a row, where they limit how many run."""
    limits = ((row.workflow_id, row.of_workflow), (row.tenant_id, row.of_tenant))
    return tuple(each for each, most in limits if most is not None)


def park(connection: Connection, rows: Sequence[Row[Any]], now: int) -> set[str]:
    """Park those of `rows` (id, workflow_id, tenant_id, told) that are too many; their ids.

    Where those are most of them, what stands behind them and waits for the same is parked with them.
    """
    doors = _doors(connection, rows)
    parked: dict[str, list[str]] = {}
    freed: set[str] = set()
    admitted: set[str] = set()
    called_off = _called_off(connection, rows)
    for row in rows:
        at = None if row.id in called_off else doors.closed(row)
        if at is None:
            doors.enter(row)
            admitted.add(row.id)
            continue
        parked.setdefault(at, []).append(row.id)
        if at == row.workflow_id:
            freed.add(row.tenant_id)
    for at, ids in sorted(parked.items()):
        connection.execute(update(executions).where(one_of(_columns.id, ids)).values(due_at=None, parked_by=at))
    number = sum(len(ids) for ids in parked.values())
    if number * 2 > len(rows):
        _park_behind(connection, sorted(parked), now, spared=admitted)
    # A full workflow must not keep its tenant's room from the others that wait for it.
    make_room(connection, {each: room for each in freed if (room := doors.room(each))}, now)
    return {identity for ids in parked.values() for identity in ids}


def _in_line(level: int) -> str:
    return (
        "SELECT * FROM (SELECT id FROM executions WHERE due_at IS NOT NULL AND lease_token IS NULL"  # noqa: S608  # our own words
        f" AND priority = {level} AND due_at <= :now ORDER BY due_at LIMIT :ahead) line_{level}"
    )


_LINES = text(" UNION ALL ".join(_in_line(level) for level in LEVELS))


def _park_behind(connection: Connection, full: Sequence[str], now: int, *, spared: Collection[str]) -> None:
    """Park more of what is due at places that are full; what was told something is judged by itself.

    `spared` will be leased in this transaction.
    """
    found = connection.execute(_LINES, {"now": now, "ahead": AHEAD_MOST}).scalars()
    line = [each for each in found if each not in spared]
    of_workflow = one_of(_columns.workflow_id, full)
    waits = (of_workflow | one_of(_columns.tenant_id, full)) & (_columns.told == 0)
    is_due = one_of(_columns.id, line) & (_columns.due_at <= now) & _columns.lease_token.is_(None)
    # Two statements, and ids between them: in one, PostgreSQL would read the line anew for each of its rows.
    ids = connection.execute(select(_columns.id).where(is_due, waits).with_for_update(skip_locked=True)).scalars().all()
    place = case((of_workflow, _columns.workflow_id), else_=_columns.tenant_id)
    connection.execute(update(executions).where(one_of(_columns.id, ids)).values(due_at=None, parked_by=place))


def _called_off(connection: Connection, rows: Sequence[Row[Any]]) -> frozenset[str]:
    """Those that were told to end: that takes no room, and waits for none."""
    told = [row.id for row in rows if row.told]
    if not told:
        return frozenset()
    message = execution_messages.c
    query = select(message.execution_id).where(one_of(message.execution_id, told), message.kind == "cancel")
    return frozenset(connection.execute(query).scalars())


def _doors(connection: Connection, rows: Sequence[Row[Any]]) -> _Doors:
    _hold(connection, {each for row in rows for each in limits_of(row)})
    most = {row.workflow_id: row.of_workflow for row in rows if row.of_workflow is not None}
    most |= {row.tenant_id: msgspec.json.decode(row.of_tenant) for row in rows if row.of_tenant is not None}
    return _Doors(most, _running(connection))


def _hold(connection: Connection, places: Collection[str]) -> None:
    """One at a time counts, parks or frees at a limit: two that count at once would both find room."""
    ids = sorted(places)
    limits = select(workflows.c.id).where(one_of(workflows.c.id, ids)).order_by(workflows.c.id)
    connection.execute(limits.with_for_update(key_share=True)).all()
    column = tenant_settings.c
    chosen = select(column.tenant_id).where(one_of(column.tenant_id, ids), column.name == SETTING)
    connection.execute(chosen.order_by(column.tenant_id).with_for_update(key_share=True)).all()


def _running(connection: Connection) -> Counter[str]:
    """How many of each workflow and tenant are leased: read by the index of leases, never by that of all that was."""
    is_leased = _columns.lease_token.is_not(None) & (_columns.lease_until > 0)
    query = select(_columns.workflow_id, _columns.tenant_id).where(is_leased)
    return Counter(each for row in connection.execute(query) for each in row)


def give_back(connection: Connection, freed: Mapping[str, int], now: int) -> None:
    """Let others have the room that so many leave at each limit; also those that are being parked there right now."""
    if freed:
        _hold(connection, freed)
        make_room(connection, freed, now)


def make_room(connection: Connection, freed: Mapping[str, int], now: int) -> int:
    """Let so many of what is parked at a workflow or tenant be claimed, the oldest of each priority; how many are."""
    woken: list[str] = []
    for each, number in sorted(freed.items()):
        for level in LEVELS:
            woken += _oldest(connection, each, level, min(number, WOKEN_MOST))
    if woken:
        # One may have been born by a clock that was ahead.
        due_at = case((_columns.created_at <= now, _columns.created_at), else_=now)
        connection.execute(update(executions).where(one_of(_columns.id, woken)).values(due_at=due_at))
        wake_others(connection)
    return len(woken)


def _oldest(connection: Connection, each: str, level: int, number: int) -> Sequence[str]:
    parked = (
        select(_columns.id)
        .where(_PARKED, _columns.parked_by == each, _columns.priority == level)
        .order_by(_columns.id)
        .limit(number)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(parked).scalars().all()


def unpark(connection: Connection, now: int, after: str = "") -> str | None:
    """Let as many be looked at again as there is room for: a limit was changed, or a worker died.

    Looks at some places behind `after`; behind which the next call goes on, None when it has seen all of them.
    """
    places = _parked_places(connection, after)
    if not places:
        return None
    running = _running(connection)
    of_workflow = select(workflows.c.id, workflows.c.concurrency).where(one_of(workflows.c.id, places))
    of_tenant = select(tenant_settings.c.tenant_id, tenant_settings.c.value).where(
        one_of(tenant_settings.c.tenant_id, places), tenant_settings.c.name == SETTING
    )
    most = {row[0]: row[1] for row in connection.execute(of_workflow) if row[1] is not None}
    most |= {row[0]: msgspec.json.decode(row[1]) for row in connection.execute(of_tenant)}
    woken = 0
    for place, before in zip(places, [after, *places], strict=False):
        room = max(most[place] - running[place], 0) if place in most else WOKEN_MOST
        number = make_room(connection, {place: room}, now)
        if place not in most and number >= WOKEN_MOST:
            return before
        woken += number
        if woken >= WOKEN_MOST:
            return place
    return places[-1] if len(places) == PLACES_MOST else None


def _parked_places(connection: Connection, after: str) -> list[str]:
    """Workflows and tenants at which something is parked: one look into the index for each, however much there is."""
    places: list[str] = []
    while len(places) < PLACES_MOST:
        behind = _columns.parked_by > (places[-1] if places else after)
        found = connection.execute(select(func.min(_columns.parked_by)).where(_PARKED, behind)).scalar()
        if found is None:
            break
        places.append(found)
    return places
