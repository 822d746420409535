"""Events that more endpoints want than one transaction should write: the list is fixed with the event, rows follow.

Who matched, under which name and in which order is decided at acceptance; what happens to endpoints afterwards is the
business of each delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from hookspan import failpoints
from hookspan.model.events import Birth, NewDelivery, NewEvent
from hookspan.storage.delivery_births import deliveries_insert
from hookspan.storage.dialect import wake_others
from hookspan.storage.tables import events, fanouts, webhook_events

_Listed = tuple[list[NewDelivery], dict[str, int]]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Listed).decode


def fanouts_insert(connection: Connection, births: Sequence[Birth], numbers: Mapping[tuple[str, str], int]) -> None:
    """Keep the lists of those births that have one."""
    for birth in births:
        if birth.fanout:
            event = birth.event
            own = {key: place for (event_id, key), place in numbers.items() if event_id == event.id}
            connection.execute(
                insert(fanouts).values(
                    event_id=event.id,
                    tenant_id=event.tenant_id,
                    matches=_encode((birth.fanout, own)),
                    total=len(birth.fanout),
                    created_at=event.created_at,
                )
            )


def fanout_expand(connection: Connection, most: int) -> list[str]:
    """Write the next `most` deliveries of the oldest list; the endpoints they are for, none when nothing is left."""
    row = connection.execute(
        select(fanouts).order_by(fanouts.c.created_at, fanouts.c.event_id).limit(1).with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return []
    listed, places = _decode(row.matches)
    batch = listed[row.done : row.done + most]
    event = _event(connection, row.event_id)
    deliveries_insert(
        connection, [(event, each) for each in batch], {(event.id, key): place for key, place in places.items()}
    )
    failpoints.reach("fanout.batch")
    mine = fanouts.c.event_id == row.event_id
    if row.done + len(batch) < row.total:
        connection.execute(update(fanouts).where(mine).values(done=row.done + len(batch)))
    else:
        connection.execute(delete(fanouts).where(mine))
        connection.execute(
            update(webhook_events)
            .where(webhook_events.c.id == row.event_id, webhook_events.c.status == "received")
            .values(status="processed")
        )
    wake_others(connection)
    return [each.endpoint_id for each in batch]


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
