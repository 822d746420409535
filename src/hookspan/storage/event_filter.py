"""Which events a list shows: the filters of contracts B.6 and C.3 as conditions, on the event and on its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import ALWAYS, Span
from hookspan.storage.tables import events, executions, webhook_deliveries, webhook_events


@dataclass(frozen=True, slots=True)
class TypeMatch:
    """Stored types that may match a pattern: exact names, all below a prefix, every inbound event, or any at all.

    `is_exact` False says that more may match than are meant.
    """

    names: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    is_inbound: bool = False
    is_any: bool = False
    is_exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events a list shows; an empty member does not filter. `is_test` None shows both.

    `needle` is looked for in the text of an event and is in lower case. `response_statuses` are half-open spans.
    `now` tells scheduled events that are still waiting from those whose time has come, which count as stored.
    """

    types: TypeMatch | None = None
    origins: Sequence[str] = ()
    webhook_ids: Sequence[str] = ()
    workflow_ids: Sequence[str] = ()
    execution_ids: Sequence[str] = ()
    receipt_statuses: Sequence[str] = ()
    event_statuses: Sequence[str] = ()
    delivery_statuses: Sequence[str] = ()
    endpoint_ids: Sequence[str] = ()
    methods: Sequence[str] = ()
    response_statuses: Sequence[tuple[int, int]] = ()
    source_ips: Sequence[str] = ()
    error_codes: Sequence[str] = ()
    subject: str | None = None
    ordering_key: str | None = None
    priorities: Sequence[int] = ()
    has_execution: bool | None = None
    is_replay: bool | None = None
    is_test: bool | None = None
    needle: str | None = None
    span: Span = ALWAYS
    now: int = 0


def event_conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    """The filter as conditions on an event; its span of time, its needle and what only a receipt knows left out."""
    column = events.c
    among = (
        (column.origin, wanted.origins),
        (column.webhook_id, wanted.webhook_ids),
        (column.workflow_id, wanted.workflow_ids),
    )
    equal = (
        (column.subject, wanted.subject),
        (column.ordering_key, wanted.ordering_key),
        (column.test, wanted.is_test),
    )
    conditions: list[ColumnElement[bool]] = [one_of(one, values) for one, values in among if values]
    conditions += [one == value for one, value in equal if value is not None]
    if wanted.priorities:
        conditions.append(column.priority.in_(wanted.priorities))
    if wanted.event_statuses and not wanted.receipt_statuses:
        conditions.append(or_(*(_in_status(word, wanted.now) for word in wanted.event_statuses)))
    if wanted.types is not None and not wanted.types.is_any:
        conditions.append(_of_types(wanted.types))
    if wanted.is_replay is not None:
        conditions.append(column.replay_count > 0 if wanted.is_replay else column.replay_count == 0)
    if wanted.execution_ids:
        conditions.append(or_(one_of(column.execution_id, wanted.execution_ids), _started(wanted.execution_ids)))
    if wanted.has_execution is not None:
        conditions.append(_started() if wanted.has_execution else ~_started())
    if wanted.delivery_statuses or wanted.endpoint_ids:
        conditions.append(_delivered(wanted))
    return conditions


def conditions_of(wanted: EventFilter, *, on_receipts: bool = False) -> list[ColumnElement[bool]]:
    """The filter as conditions on an event, its span of time and its needle left out.

    `on_receipts` says that the statement has the event's receipt beside it; else a condition looks for it.
    """
    conditions = event_conditions(wanted)
    of_receipt = _receipt_conditions(wanted)
    if of_receipt:
        conditions += of_receipt if on_receipts else [_received(*of_receipt)]
    if wanted.receipt_statuses:
        status = one_of(webhook_events.c.status, wanted.receipt_statuses)
        # Both kinds of words share one filter, and one of them is enough.
        own = [_in_status(word, wanted.now) for word in wanted.event_statuses]
        conditions.append(or_(status if on_receipts else _received(status), *own))
    return conditions


def _received(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(webhook_events.c.id == events.c.id, *conditions)


def _receipt_conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    column = webhook_events.c
    among = (
        (column.request_method, wanted.methods),
        (column.source_ip, wanted.source_ips),
        (column.error_code, wanted.error_codes),
    )
    conditions: list[ColumnElement[bool]] = [one_of(one, values) for one, values in among if values]
    if wanted.response_statuses:
        answered = column.response_status
        spans = [and_(answered >= low, answered < high) for low, high in wanted.response_statuses]
        conditions.append(or_(*spans))
    return conditions


def _in_status(word: str, now: int) -> ColumnElement[bool]:
    """A scheduled event whose time has come is shown as stored: no row changes at that moment."""
    column = events.c
    if word == "scheduled":
        return and_(column.status == word, column.deliver_at > now)
    if word == "stored":
        return or_(column.status == word, and_(column.status == "scheduled", column.deliver_at <= now))
    return column.status == word


def _of_types(types: TypeMatch) -> ColumnElement[bool]:
    # A range and not LIKE: it uses byte order on both databases, and LIKE folds case on one of them.
    below = [and_(events.c.type > f"{prefix}.", events.c.type < f"{prefix}/") for prefix in types.prefixes]
    came_in = or_(events.c.origin == "webhook", and_(events.c.origin == "replay", events.c.webhook_id.is_not(None)))
    inbound = [came_in] if types.is_inbound else []
    return or_(one_of(events.c.type, sorted(types.names)), *below, *inbound)


def _started(execution_ids: Sequence[str] = ()) -> ColumnElement[bool]:
    """The event started an execution, or one of these."""
    execution = executions.alias("started").c
    conditions = [execution.trigger_event_id == events.c.id]
    if execution_ids:
        conditions.append(one_of(execution.id, execution_ids))
    return exists(select(execution.id).where(*conditions))


def _delivered(wanted: EventFilter) -> ColumnElement[bool]:
    delivery = webhook_deliveries.c
    conditions: list[ColumnElement[bool]] = [delivery.event_id == events.c.id]
    if wanted.delivery_statuses:
        conditions.append(one_of(delivery.status, wanted.delivery_statuses))
    if wanted.endpoint_ids:
        conditions.append(one_of(delivery.endpoint_id, wanted.endpoint_ids))
    return exists().where(*conditions)
