"""Deliveries as they are born, set-wise: with their event, or a batch of a long list after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from hookspan.model.events import NewDelivery, NewEvent
from hookspan.storage.dialect import insert_rows
from hookspan.storage.tables import webhook_deliveries

_COLUMNS = (
    "id tenant_id event_id endpoint_id event_type delivered_name profile unsafe_numbers status reason policy_id "
    "due_at first_due_at lease_token lease_until claims silent_claims max_attempts priority ordering_key seq "
    "blocks_key created_at completed_at"
)


def deliveries_insert(
    connection: Connection, owed: Sequence[tuple[NewEvent, NewDelivery]], numbers: Mapping[tuple[str, str], int]
) -> None:
    """Write what events owe to endpoints; `numbers` are places by (event id, ordering key)."""
    insert_rows(connection, webhook_deliveries, _COLUMNS, [_row(event, each, numbers) for event, each in owed])


def _row(event: NewEvent, delivery: NewDelivery, numbers: Mapping[tuple[str, str], int]) -> tuple[object, ...]:
    claims = 1 if delivery.lease_token else 0
    return (
        delivery.id,
        event.tenant_id,
        event.id,
        delivery.endpoint_id,
        event.type,
        delivery.delivered_name,
        delivery.profile,
        delivery.unsafe_numbers,
        delivery.status,
        delivery.reason,
        delivery.policy_id,
        delivery.due_at,
        delivery.due_at,
        delivery.lease_token,
        delivery.lease_until,
        claims,
        claims,
        delivery.max_attempts,
        delivery.priority,
        delivery.ordering_key,
        numbers.get((event.id, delivery.ordering_key)) if delivery.ordering_key else None,
        delivery.blocks_key,
        event.created_at,
        event.created_at if delivery.status == "exhausted" else None,
    )
