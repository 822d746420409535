"""The facts that outcomes cause: a delivery that keeps failing, is exhausted or recovers, an endpoint that is gone or
well again (contracts F.2). Facts about deliveries of such facts are not made: no loops.
"""

from __future__ import annotations

import msgspec

from hookspan.model.deliveries import Settled
from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant
from hookspan.model.urls import redact_url
from hookspan.outbound.targets import Target

FAILING_FROM = 4
"""The failed attempt at which a delivery counts as failing."""
DEPTH_MOST = 5

_json = msgspec.json.Encoder().encode


def consequences(settled: Settled, target: Target, now: int) -> list[NewEvent]:
    """The facts that go into the transaction of this outcome; mostly none."""
    event = settled.parcel.event
    names = _names(settled)
    if not names or event.type.startswith(("delivery.", "endpoint.")) or event.depth >= DEPTH_MOST or event.test:
        return []
    return [_fact(settled, name, _shown(settled, name, target, now), now) for name in names]


def _names(settled: Settled) -> list[str]:
    failed = settled.parcel.attempts + 1
    names = []
    if settled.status == "delivered" and settled.parcel.attempts >= FAILING_FROM:
        names.append("delivery.recovered")
    if settled.status == "pending" and failed == FAILING_FROM:
        names.append("delivery.failing")
    if settled.status == "exhausted":
        names.append("delivery.exhausted")
    if settled.endpoint_gone:
        names.append("endpoint.disabled")
    if settled.status == "delivered" and settled.parcel.is_probe:
        names.append("endpoint.recovered")
    return names


def _shown(settled: Settled, name: str, target: Target, now: int) -> dict[str, object]:
    parcel, attempt = settled.parcel, settled.attempt
    if name.startswith("endpoint."):
        is_gone = name == "endpoint.disabled"
        return {
            "endpointId": parcel.endpoint_id,
            "name": target.name,
            "url": redact_url(target.url),
            "status": "disabled" if is_gone else "active",
            "reason": "gone" if is_gone else "probe_delivered",
            "at": instant(now),
        }
    return {
        "deliveryId": parcel.id,
        "eventId": parcel.event.id,
        "endpointId": parcel.endpoint_id,
        "eventType": parcel.event.type,
        "attempts": parcel.attempts + 1,
        "lastStatusCode": attempt.status_code,
        "lastError": attempt.error,
        "at": instant(now),
    }


def _fact(settled: Settled, name: str, shown: dict[str, object], now: int) -> NewEvent:
    event = settled.parcel.event
    return NewEvent(
        id=new_id(now),
        tenant_id=event.tenant_id,
        type=name,
        data=_json(shown),
        created_at=now,
        origin="system",
        depth=event.depth + 1,
    )
