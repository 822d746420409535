"""How many executions run at once: of a workflow, and of a tenant (its setting `executions.concurrency`).

What is due and would be one too many is parked, whether it begins or has slept: it is due again when the workflow or
tenant it is parked at has room. As many as there is room for are woken of each priority, so that the claim decides
whose turn it is and parks the others again. What sleeps takes no room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, func, select, text, update

from hookspan.model.levels import LEVELS
from hookspan.storage.dialect import one_of
from hookspan.storage.tables import execution_messages, executions, tenant_settings, workflows

SETTING = "executions.concurrency"

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


def park(connection: Connection, rows: Sequence[Row[Any]]) -> set[str]:
    """Park those of `rows` (id, workflow_id, tenant_id, told) that are too many; their ids."""
    doors = _doors(connection, rows)
    parked: dict[str, list[str]] = {}
    freed: set[str] = set()
    called_off = _called_off(connection, rows)
    for row in rows:
        at = None if row.id in called_off else doors.closed(row)
        if at is None:
            doors.enter(row)
            continue
        parked.setdefault(at, []).append(row.id)
        if at == row.workflow_id:
            freed.add(row.tenant_id)
    for at, ids in sorted(parked.items()):
        connection.execute(update(executions).where(one_of(_columns.id, ids)).values(due_at=None, parked_by=at))
    # A full workflow must not keep its tenant's room from the others that wait for it.
    make_room(connection, {each: room for each in freed if (room := doors.room(each))})
    return {identity for ids in parked.values() for identity in ids}


def _called_off(connection: Connection, rows: Sequence[Row[Any]]) -> frozenset[str]:
    """Those that were told to end: that takes no room, and waits for none."""
    told = [row.id for row in rows if row.told]
    if not told:
        return frozenset()
    message = execution_messages.c
    query = select(message.execution_id).where(one_of(message.execution_id, told), message.kind == "cancel")
    return frozenset(connection.execute(query).scalars())


def _doors(connection: Connection, rows: Sequence[Row[Any]]) -> _Doors:
    workflow_ids = sorted({row.workflow_id for row in rows if row.of_workflow is not None})
    tenant_ids = sorted({row.tenant_id for row in rows if row.of_tenant is not None})
    # One claim at a time per limit: two that count at once would both find room.
    limits = select(workflows.c.id, workflows.c.concurrency).where(one_of(workflows.c.id, workflow_ids))
    connection.execute(limits.order_by(workflows.c.id).with_for_update(key_share=True)).all()
    chosen = select(tenant_settings.c.tenant_id).where(
        one_of(tenant_settings.c.tenant_id, tenant_ids), tenant_settings.c.name == SETTING
    )
    connection.execute(chosen.order_by(tenant_settings.c.tenant_id).with_for_update(key_share=True)).all()
    most = {row.workflow_id: row.of_workflow for row in rows if row.of_workflow is not None}
    most |= {row.tenant_id: msgspec.json.decode(row.of_tenant) for row in rows if row.of_tenant is not None}
    return _Doors(most, _running(connection))


def _running(connection: Connection) -> Counter[str]:
    """How many of each workflow and tenant are leased: read by the index of leases, never by that of all that was."""
    is_leased = _columns.lease_token.is_not(None) & (_columns.lease_until > 0)
    query = select(_columns.workflow_id, _columns.tenant_id).where(is_leased)
    return Counter(each for row in connection.execute(query) for each in row)


def make_room(connection: Connection, freed: Mapping[str, int]) -> None:
    """Let so many of what is parked at a workflow or tenant be claimed, the oldest of each priority."""
    for each, number in sorted(freed.items()):
        ids = [identity for level in LEVELS for identity in _oldest(connection, each, level, number)]
        if ids:
            connection.execute(update(executions).where(one_of(_columns.id, ids)).values(due_at=_columns.created_at))


def _oldest(connection: Connection, each: str, level: int, number: int) -> Sequence[str]:
    parked = (
        select(_columns.id)
        .where(_PARKED, _columns.parked_by == each, _columns.priority == level)
        .order_by(_columns.id)
        .limit(number)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(parked).scalars().all()


def unpark(connection: Connection) -> None:
    """Let as many be looked at again as there is room for: a limit was changed, or a worker died."""
    places = _parked_places(connection)
    if not places:
        return
    running = _running(connection)
    of_workflow = select(workflows.c.id, workflows.c.concurrency).where(one_of(workflows.c.id, places))
    of_tenant = select(tenant_settings.c.tenant_id, tenant_settings.c.value).where(
        one_of(tenant_settings.c.tenant_id, places), tenant_settings.c.name == SETTING
    )
    most = {row[0]: row[1] for row in connection.execute(of_workflow) if row[1] is not None}
    most |= {row[0]: msgspec.json.decode(row[1]) for row in connection.execute(of_tenant)}
    make_room(connection, {each: max(most.get(each, WOKEN_MOST) - running[each], 0) for each in places})


WOKEN_MOST = 1_000
"""How many are woken at once where there is no limit any more."""


def _parked_places(connection: Connection) -> list[str]:
    """Workflows and tenants at which something is parked: one look into the index for each, however much there is."""
    places: list[str] = []
    while True:
        after = _columns.parked_by > (places[-1] if places else "")
        found = connection.execute(select(func.min(_columns.parked_by)).where(_PARKED, after)).scalar()
        if found is None:
            return places
        places.append(found)
