"""Rows for layers that call the real store without processes: a tenant, endpoints, births, outcomes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, insert

from hookspan.model.deliveries import Attempt, DeliveryStatus, Parcel, Settled
from hookspan.model.events import Birth, Key, NewDelivery, NewEvent
from hookspan.model.retry import RetryPolicy
from hookspan.storage import routing
from hookspan.storage.policies import policy_keep
from hookspan.storage.tables import endpoints
from hookspan.storage.tenants import TenantRow, tenant_insert

LEASE_MS = 16_000
ATTEMPTS = 2
POLICY = RetryPolicy(strategy="fixed", max_attempts=ATTEMPTS, initial_delay_ms=1_000)
STATUSES: dict[str, DeliveryStatus] = {"ok": "delivered", "fails": "pending", "gone": "held"}
WORDS = {"ok": ("delivered", 200), "fails": ("http_error", 500), "gone": ("http_error", 410)}


class Stock:
    """One tenant with endpoints `e0`, `e1`, … that want everything."""

    def __init__(self, connection: Connection, count: int, now: int) -> None:
        self._count = 0
        self.tenant_id = self._id()
        tenant_insert(connection, TenantRow(self.tenant_id, "stock", "Stock", now))
        self.policy_id = policy_keep(connection, POLICY)
        self.endpoint_ids = [self._id() for _ in range(count)]
        row = {
            "tenant_id": self.tenant_id,
            "url": "https://example.com/",
            "profile": "standard",
            "events": '["*"]',
            "policy_id": self.policy_id,
            "timeout_ms": 1_000,
            "created_by": "native",
            "created_at": now,
            "updated_at": now,
        }
        connection.execute(insert(endpoints), [{"id": identity, **row} for identity in self.endpoint_ids])

    def _id(self) -> str:
        """Ids in order and the same in every run, so that a failing case can be made smaller."""
        self._count += 1
        return f"01a00000-{self._count >> 12 & 0xFFFF:04x}-7{self._count & 0xFFF:03x}-8000-000000000000"

    def version(self, connection: Connection) -> int:
        """The tenant's routing version."""
        return routing.versions(connection, [self.tenant_id])[self.tenant_id]

    def birth(self, statuses: Sequence[str], now: int, *, version: int, key: str) -> Birth:
        """An event owed to each endpoint, born `pending`, `held` or leased (`sending`)."""
        event = NewEvent(
            id=self._id(),
            tenant_id=self.tenant_id,
            type="fault.order",
            data=b'{"key":"%s","pad":"%s"}' % (key.encode(), b"x" * 900),
            created_at=now,
            origin="api",
        )
        owed = [
            self._owed(endpoint_id, status, now)
            for endpoint_id, status in zip(self.endpoint_ids, statuses, strict=True)
        ]
        held = Key(f"publish:{self.tenant_id}", key, hashlib.sha256(event.data).digest(), now + 604_800_000)
        return Birth(event, version, owed, keys=[held])

    def _owed(self, endpoint_id: str, status: str, now: int) -> NewDelivery:
        is_leased = status == "sending"
        identity = self._id()
        return NewDelivery(
            id=identity,
            endpoint_id=endpoint_id,
            delivered_name="fault.order",
            profile="standard",
            unsafe_numbers="exact",
            status="sending" if is_leased else "held" if status == "held" else "pending",
            reason="paused" if status == "held" else None,
            policy_id=self.policy_id,
            max_attempts=ATTEMPTS,
            due_at=now,
            lease_token=hashlib.sha256(identity.encode()).hexdigest()[:32] if is_leased else None,
            lease_until=now + LEASE_MS if is_leased else None,
        )


def parcel_of(birth: Birth, delivery: NewDelivery) -> Parcel:
    """What the dispatcher gets of a delivery that was leased at birth."""
    assert delivery.lease_token is not None
    assert delivery.lease_until is not None
    return Parcel(
        id=delivery.id,
        endpoint_id=delivery.endpoint_id,
        event=birth.event,
        delivered_name=delivery.delivered_name,
        profile=delivery.profile,
        unsafe_numbers=delivery.unsafe_numbers,
        policy_id=delivery.policy_id,
        max_attempts=delivery.max_attempts,
        attempts=0,
        claim=1,
        lease_token=delivery.lease_token,
        lease_until=delivery.lease_until,
        due_at=delivery.due_at,
        first_due_at=delivery.due_at,
        trigger="automatic",
    )


def settled(parcel: Parcel, outcome: str, now: int) -> Settled:
    """What became of a parcel: `ok`, `fails` (exhausted at its last attempt) or `gone` (410)."""
    word, status_code = WORDS[outcome]
    is_last = outcome == "fails" and parcel.attempts + 1 >= parcel.max_attempts
    attempt = Attempt(
        outcome=word,
        status_code=status_code,
        duration_ms=3,
        timings="{}",
        request="{}",
        response_headers=None,
        response_body=None,
        response_truncated=False,
        error=None,
        error_code=None,
        started_at=now,
        finished_at=now,
    )
    return Settled(
        parcel=parcel,
        attempt=attempt,
        status="exhausted" if is_last else STATUSES[outcome],
        reason="attempts" if is_last else "gone" if outcome == "gone" else None,
        due_at=now + 1_000,
        endpoint_gone=outcome == "gone",
    )
