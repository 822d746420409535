"""Every move of a delivery that the table does not name is impossible."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from hookspan.errors import Conflict
from hookspan.model.deliveries import LEGAL, MOVES, Attempt, DeliveryStatus, Parcel, Settled
from hookspan.storage import deliveries, delivery_claims, delivery_leases
from hookspan.storage.delivery_claims import Want
from hookspan.storage.delivery_tables import DELIVERY_STATES
from hookspan.storage.tables import webhook_deliveries
from tests.support.hooks import Hooks, Shop

STATES: tuple[DeliveryStatus, ...] = get_args(DeliveryStatus)


def set_state(connection: Connection, event_id: str, state: str) -> None:
    columns = webhook_deliveries.c
    lease = {"lease_token": "t" * 32, "lease_until": 0} if state == "sending" else {"lease_token": None}
    connection.execute(update(webhook_deliveries).where(columns.event_id == event_id).values(status=state, **lease))


def test_the_table_names_the_states_of_the_schema() -> None:
    named = {state for move in MOVES for state in (move.origin, move.target) if state}

    assert named == set(STATES) == set(DELIVERY_STATES)


def test_delivered_and_cancelled_are_left_only_by_force_or_never() -> None:
    leaving = {origin: {to for start, to in LEGAL if start == origin} for origin in ("delivered", "cancelled")}

    assert leaving == {"delivered": {"pending"}, "cancelled": set()}


async def test_the_database_refuses_a_state_of_no_name(hooks: Hooks, shop: Shop) -> None:
    event = await hooks.publish("order.paid")

    with pytest.raises(IntegrityError):
        await hooks.database.write(set_state, event, "lost")


@pytest.mark.parametrize("state", STATES)
async def test_a_claim_moves_only_what_is_pending(hooks: Hooks, shop: Shop, state: DeliveryStatus) -> None:
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    endpoint = hooks.delivery_of(event)["endpoint_id"]
    await hooks.database.write(set_state, event, state)
    now = hooks.clock.now_ms()

    claimed = await hooks.database.write(delivery_claims.claim, [Want(endpoint, 5, 30_000)], now, "n" * 32)

    assert len(claimed.parcels) == (state == "pending")


@pytest.mark.parametrize(("origin", "target"), list(product(STATES, STATES)))
async def test_a_settle_moves_only_what_is_sending_but_for_a_late_success(
    hooks: Hooks, shop: Shop, origin: DeliveryStatus, target: DeliveryStatus
) -> None:
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    parcel = await _claimed(hooks, event)
    if origin != "sending":
        await hooks.database.write(set_state, event, origin)

    await hooks.database.batch(deliveries.settle, _settled(parcel, target))

    moved = hooks.delivery_of(event)["status"]
    if origin == "sending":
        assert moved == target
    else:
        is_late_success = target == "delivered" and origin in ("pending", "held")
        assert moved == ("delivered" if is_late_success else origin)


@pytest.mark.parametrize("state", STATES)
async def test_a_sweep_moves_only_lapsed_leases(hooks: Hooks, shop: Shop, state: DeliveryStatus) -> None:
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    await hooks.database.write(set_state, event, state)
    now = hooks.clock.now_ms()

    await hooks.database.write(delivery_leases.sweep, now, 10, now)

    assert hooks.state_of(event) == ("pending" if state == "sending" else state)


@pytest.mark.parametrize("state", STATES)
async def test_a_person_retries_only_what_the_table_lets_him(hooks: Hooks, shop: Shop, state: DeliveryStatus) -> None:
    # What is held although its endpoint is active is about to be released; a person may be quicker (12).
    waits = ("pending", "held", "exhausted")
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    await hooks.database.write(set_state, event, state)

    if state in waits:
        await hooks.retry(event)
    else:
        with pytest.raises(Conflict):
            await hooks.retry(event)

    assert hooks.state_of(event) == ("pending" if state in waits else state)


@pytest.mark.parametrize("state", STATES)
async def test_a_person_cancels_only_what_waits(hooks: Hooks, shop: Shop, state: DeliveryStatus) -> None:
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    await hooks.database.write(set_state, event, state)
    identity = hooks.delivery_of(event)["id"]

    def cancel(connection: Connection) -> None:
        deliveries.cancel(connection, hooks.tenant_id, identity, hooks.clock.now_ms())

    if (state, "cancelled") in LEGAL:
        await hooks.database.write(cancel)
    else:
        with pytest.raises(Conflict):
            await hooks.database.write(cancel)

    is_ended = (state, "cancelled") in LEGAL
    assert hooks.state_of(event) == ("cancelled: user" if is_ended else state)


async def _claimed(hooks: Hooks, event: str) -> Parcel:
    endpoint = hooks.delivery_of(event)["endpoint_id"]
    now = hooks.clock.now_ms()
    claimed = await hooks.database.write(delivery_claims.claim, [Want(endpoint, 1, 30_000)], now, "n" * 32)
    (parcel,) = claimed.parcels
    return parcel


def _settled(parcel: Parcel, target: DeliveryStatus) -> Settled:
    attempt = Attempt(
        outcome="delivered" if target == "delivered" else "http_error",
        status_code=200,
        duration_ms=1,
        timings="{}",
        request="{}",
        response_headers=None,
        response_body=None,
        response_truncated=False,
        error=None,
        error_code=None,
        started_at=1,
        finished_at=2,
    )
    return Settled(parcel=parcel, attempt=attempt, status=target, reason=None, due_at=0)
