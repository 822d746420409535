"""Events that more endpoints want than one transaction should write: the list is fixed with the event, rows follow.

Who matched, under which name and in which order is decided at acceptance; what happens to endpoints afterwards is the
business of each delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, insert

from hookspan.model.events import Birth, NewDelivery
from hookspan.storage.tables import fanouts

_Listed = tuple[list[NewDelivery], dict[str, int]]

_encode = msgspec.json.Encoder().encode
listed = msgspec.json.Decoder(_Listed).decode
"""The deliveries of a list, and their places by ordering key."""


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
