"""Long lists written out, a batch at a time; with the last one the receipt is processed, and that is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select, update

from hookspan import failpoints
from hookspan.model.events import Birth, NewEvent
from hookspan.model.receipt_facts import Processed
from hookspan.storage.delivery_births import deliveries_insert
from hookspan.storage.dialect import wake_others
from hookspan.storage.events import record_judged, stale_tenants
from hookspan.storage.fanouts import listed
from hookspan.storage.tables import events, fanouts, webhook_events


@dataclass(frozen=True, slots=True)
class Finishing:
    """A receipt that the next batch will have processed, as it will be told."""

    tenant_id: str
    depth: int
    is_test: bool
    done: Processed


def fanout_finishing(connection: Connection, most: int) -> Finishing | None:
    """The receipt that the next batch of `most` deliveries finishes, if it finishes one."""
    row = connection.execute(_oldest()).first()
    if row is None or row.done + most < row.total:
        return None
    receipt = webhook_events.c
    query = (
        select(receipt.webhook_id, receipt.execution_id, receipt.processing_time_ms)
        .add_columns(events.c.workflow_id, events.c.depth, events.c.test)
        .join(events, events.c.id == receipt.id)
        .where(receipt.id == row.event_id, receipt.status == "received")
    )
    found = connection.execute(query).first()
    if found is None:
        return None
    done = Processed(found.webhook_id, row.event_id, found.execution_id, found.workflow_id, found.processing_time_ms)
    return Finishing(row.tenant_id, found.depth, found.test, done)


@dataclass(frozen=True, slots=True)
class Expanded:
    """What one batch did: for which endpoints it wrote, and which event's list it finished. `is_stale`: look again."""

    endpoint_ids: Sequence[str] = ()
    finished: str | None = None
    is_stale: bool = False


def fanout_expand(connection: Connection, most: int, told: Mapping[str, Birth]) -> Expanded:
    """Write the next `most` deliveries of the oldest list; for no endpoint when nothing is left.

    `told` is what to tell of a receipt that is finished, by event. Nothing is written, and it is stale, when that is
    not known of the receipt at hand or was matched against an old routing.
    """
    row = connection.execute(_oldest().with_for_update(skip_locked=True)).first()
    if row is None:
        return Expanded()
    is_last = row.done + most >= row.total
    birth = told.get(row.event_id)
    is_unknown = is_last and row.event_id not in told and _waits(connection, row.event_id)
    if is_unknown or (is_last and birth is not None and stale_tenants(connection, [birth])):
        return Expanded(is_stale=True)
    endpoint_ids = _write(connection, row, most)
    if is_last:
        _finish(connection, row.event_id, birth)
    wake_others(connection)
    return Expanded(endpoint_ids, row.event_id if is_last else None)


def _write(connection: Connection, row: Row[Any], most: int) -> list[str]:
    deliveries, places = listed(row.matches)
    batch = deliveries[row.done : row.done + most]
    event = _event(connection, row.event_id)
    numbers = {(event.id, key): place for key, place in places.items()}
    deliveries_insert(connection, [(event, each) for each in batch], numbers)
    failpoints.reach("fanout.batch")
    mine = fanouts.c.event_id == row.event_id
    connection.execute(update(fanouts).where(mine).values(done=row.done + len(batch)))
    return [each.endpoint_id for each in batch]


def _finish(connection: Connection, event_id: str, birth: Birth | None) -> None:
    receipt = webhook_events.c
    connection.execute(delete(fanouts).where(fanouts.c.event_id == event_id))
    connection.execute(
        update(webhook_events).where(receipt.id == event_id, receipt.status == "received").values(status="processed")
    )
    if birth is not None:
        record_judged(connection, [birth])


def _waits(connection: Connection, event_id: str) -> bool:
    receipt = webhook_events.c
    query = select(receipt.id).where(receipt.id == event_id, receipt.status == "received")
    return connection.execute(query).first() is not None


def _oldest() -> Select[Any]:
    return select(fanouts).order_by(fanouts.c.created_at, fanouts.c.event_id).limit(1)


def _event(connection: Connection, event_id: str) -> NewEvent:
    """What a delivery takes from its event; its data are not needed."""
    row = connection.execute(
        select(events.c.id, events.c.tenant_id, events.c.type, events.c.created_at, events.c.origin).where(
            events.c.id == event_id
        )
    ).one()
    return NewEvent(
        id=row.id, tenant_id=row.tenant_id, type=row.type, data=b"", created_at=row.created_at, origin=row.origin
    )
