"""The frames of the live feed about events, deliveries and endpoints: small, and without payloads (contracts B.11).

They are made after the commit they tell of, and only where somebody hears them. Every fact of hookspan's own that is
kept only where somebody wants it has a frame of its own type, kept or not; `event.published` tells of what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from hookspan.model.catalogue import is_optional
from hookspan.model.deliveries import Settled
from hookspan.model.events import Birth, NewDelivery, NewEvent
from hookspan.model.times import instant, optional_instant

Made = dict[str, object]

_ENDS = {"delivered": "delivery.delivered", "exhausted": "delivery.exhausted", "held": "delivery.held"}
_TOLD_ROOMS = frozenset(
    {"execution", "step", "progress", "blocker", "milestone", "resource", "synchronization", "webhook"}
)
_TOLD_TYPES = frozenset({"endpoint.updated", "endpoint.disabled", "endpoint.recovered", "delivery.exhausted"})


class _About(msgspec.Struct):
    """What a fact's data say it is about, and how an endpoint stands; as a task says it (contracts F.3, V11)."""

    event_id: str | None = None
    endpoint_id: str | None = None
    delivery_id: str | None = None
    status: str | None = None
    reason: str | None = None


class _Ours(_About, rename="camel"):
    """The same in the words of all other facts."""


def has_own_frame(fact: str) -> bool:
    """Whether the room that a fact comes from tells of it by a frame of this type, with more in it than its ids."""
    return fact.partition(".")[0] in _TOLD_ROOMS or fact in _TOLD_TYPES


def frames_of_birth(birth: Birth) -> Iterator[Made]:
    """A fact by its own name, an event that is kept or the request it came in with, each delivery born with it.

    Deliveries too many for one transaction are told of when they are attempted.
    """
    event = birth.event
    if is_optional(event.type, event.origin) and not has_own_frame(event.type):
        yield _fact(event)
    if birth.is_kept:
        yield _event(birth)
    for delivery in birth.deliveries:
        yield _born(birth.event, delivery)


def frames_of_outcome(settled: Settled, *, holds: bool) -> Iterator[Made]:
    """An attempt, and what became of its delivery and endpoint where the outcome was taken (`holds`)."""
    parcel, attempt = settled.parcel, settled.attempt
    frame: Made = {
        "topic": "deliveries",
        "type": "delivery.attempted",
        "tenantId": parcel.tenant_id,
        "endpointId": parcel.endpoint_id,
        "deliveryId": parcel.id,
        "eventId": parcel.event.id,
        "status": settled.status,
        "attempt": {
            "number": parcel.claim,
            "outcome": attempt.outcome,
            "statusCode": attempt.status_code,
            "durationMs": attempt.duration_ms,
        },
        "nextAttemptAt": optional_instant(settled.due_at if settled.status == "pending" else None),
        "timestamp": instant(attempt.finished_at),
    }
    yield frame
    if holds and settled.status in _ENDS:
        yield {**frame, "type": _ENDS[settled.status]}
    if holds and settled.endpoint_gone:
        yield endpoint_frame("disabled", parcel.tenant_id, parcel.endpoint_id, reason="gone", now=attempt.finished_at)
    elif holds and settled.status == "delivered" and parcel.is_probe:
        yield endpoint_frame("recovered", parcel.tenant_id, parcel.endpoint_id, now=attempt.finished_at)


def endpoint_frame(
    word: str, tenant_id: str, endpoint_id: str, *, now: int, status: str = "", reason: str | None = None
) -> Made:
    """`endpoint.updated`, `.disabled` or `.recovered`; status follows from the word unless told."""
    return {
        "topic": "endpoints",
        "type": f"endpoint.{word}",
        "tenantId": tenant_id,
        "endpointId": endpoint_id,
        "status": status or ("disabled" if word == "disabled" else "active"),
        "statusReason": reason,
        "timestamp": instant(now),
    }


def deliveries_frame(
    word: str, tenant_id: str, *, now: int, delivery_id: str | None = None, **about: str | int | None
) -> Made:
    """`delivery.cancelled` or `.held` by other means than an attempt.

    Of one delivery, or without an id of `count` deliveries at once: of an endpoint, an event, or the tenant.
    """
    return {
        "topic": "deliveries",
        "type": f"delivery.{word}",
        "tenantId": tenant_id,
        "deliveryId": delivery_id,
        **about,
        "status": word,
        "timestamp": instant(now),
    }


def _fact(event: NewEvent) -> Made:
    room, _, word = event.type.rpartition(".")
    about = _About() if not event.data else msgspec.json.decode(event.data, type=_About if room == "task" else _Ours)
    if room == "endpoint":
        status, now = about.status or "", event.created_at
        return endpoint_frame(
            word, event.tenant_id, about.endpoint_id or "", now=now, status=status, reason=about.reason
        )
    ids = {
        "executionId": event.execution_id,
        "workflowId": event.workflow_id,
        "endpointId": about.endpoint_id,
        "deliveryId": about.delivery_id,
        "eventId": about.event_id,
    }
    # A task is the run of a workflow, or an event that waits.
    topic = "deliveries" if room == "delivery" else "executions" if event.workflow_id else "events"
    return {
        "topic": topic,
        "type": event.type,
        "tenantId": event.tenant_id,
        **{name: identity for name, identity in ids.items() if identity is not None},
        "timestamp": instant(event.created_at),
    }


def _event(birth: Birth) -> Made:
    event, receipt = birth.event, birth.receipt
    told: Made = {"eventId": event.id, "eventType": event.type, "origin": event.origin}
    end: Made = {"timestamp": instant(event.created_at)}
    if receipt is None:
        frame: Made = {"topic": "events", "type": "event.published", "tenantId": event.tenant_id, **told}
        if event.execution_id is not None:
            frame |= {"executionId": event.execution_id, "workflowId": event.workflow_id}
        return frame | end
    return {
        "topic": "webhooks",
        "type": f"webhook.{receipt.status}",
        "tenantId": event.tenant_id,
        "webhookId": receipt.webhook_id,
        **told,
        "executionId": birth.own_execution_id,
        "status": receipt.status,
        "responseStatus": receipt.response_status,
        "processingTimeMs": receipt.processing_time_ms,
        **end,
    }


def _born(event: NewEvent, delivery: NewDelivery) -> Made:
    word = delivery.status if delivery.status in ("held", "exhausted") else "created"
    return {
        "topic": "deliveries",
        "type": f"delivery.{word}",
        "tenantId": event.tenant_id,
        "endpointId": delivery.endpoint_id,
        "deliveryId": delivery.id,
        "eventId": event.id,
        "status": delivery.status,
        "statusReason": delivery.reason,
        "nextAttemptAt": instant(delivery.due_at) if word == "created" else None,
        "timestamp": instant(event.created_at),
    }
