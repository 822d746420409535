"""The event types hookspan knows: names, aliases, who emits them, their data shape, how long they are kept.

Data of contracts F.2. A fact has one canonical name; the other seeds' names for it are aliases. Retention class A is
always stored, S only where somebody wants it when it happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Seed = Literal["S1", "S2", "S3", "ours"]
Retention = Literal["A", "S"]

INBOUND = "webhook.received"
"""The generic name every inbound event has beside its provider's own."""


@dataclass(frozen=True, slots=True)
class EventType:
    """A row of the catalogue; `canonical` is set on an alias, `aliases` on a canonical name."""

    name: str
    seed: Seed
    emitter: str
    shape: str
    retention: Retention = "S"
    canonical: str | None = None
    aliases: tuple[str, ...] = ()


def _definition_types() -> list[EventType]:
    return [
        EventType("workflow.definition.created", "S1", "definitions", "V1", "A"),
        EventType("workflow.definition.updated", "S1", "definitions", "V1", "A"),
        EventType("workflow.definition.deleted", "S1", "definitions", "definition_deleted", "A"),
        EventType("workflow.triggered", "S2", "router", "workflow_triggered"),
    ]


def _run_types() -> list[EventType]:
    """Executions and steps, canonical names first, then seed 1's and seed 3's names for them."""
    s2_words, words = ("started", "completed", "failed"), ("started", "completed", "failed", "cancelled")
    executions = [
        EventType(
            f"execution.{word}",
            "S2" if word in s2_words else "ours",
            "engine",
            "D1",
            aliases=(f"workflow.execution.{word}", *([f"workflow.{word}"] if word in s2_words else [])),
        )
        for word in words
    ]
    steps = [
        EventType(
            f"step.{word}",
            "S2" if word in s2_words else "ours",
            "engine",
            "D2",
            aliases=(f"task.execution.{word}",),
        )
        for word in words
    ]
    return [
        *executions,
        *(
            EventType(f"workflow.execution.{word}", "S1", "engine", "V2", canonical=f"execution.{word}")
            for word in words
        ),
        *(EventType(f"workflow.{word}", "S3", "engine", "V3", canonical=f"execution.{word}") for word in s2_words),
        *steps,
        EventType("step.retrying", "ours", "engine", "D2_retrying"),
        *(_alias(f"task.execution.{word}", "S1", "V4", f"step.{word}") for word in words),
    ]


def _alias(name: str, seed: Seed, shape: str, canonical: str) -> EventType:
    return EventType(name, seed, "engine", shape, canonical=canonical)


def _workflow_types() -> list[EventType]:
    return [
        EventType("progress.updated", "S1", "engine", "V5"),
        EventType("blocker.detected", "S1", "engine", "V6"),
        EventType("blocker.resolved", "S1", "engine", "V6"),
        EventType("milestone.achieved", "S1", "engine", "V7"),
        EventType("resource.allocated", "S1", "resources", "V8"),
        EventType("resource.released", "S1", "resources", "V8"),
        EventType("resource.shortage", "S1", "resources", "V8_shortage"),
        EventType("synchronization.point.reached", "S1", "sync", "V9"),
        EventType("synchronization.point.completed", "S1", "sync", "V9"),
        EventType("synchronization.point.failed", "S1", "sync", "V9_failed"),
    ]


def _instance_types() -> list[EventType]:
    return [
        EventType("system.error", "S1", "monitor", "system_notice", "A"),
        EventType("system.warning", "S1", "monitor", "system_notice", "A"),
        EventType("system.info", "S1", "monitor", "system_notice", "A"),
        EventType(INBOUND, "S2", "receiver", "D3", "A"),
        EventType("webhook.processed", "S2", "router", "webhook_processed"),
        EventType("webhook.filtered", "S2", "receiver", "webhook_filtered"),
        EventType("webhook.failed", "S2", "receiver", "webhook_failed"),
        EventType("agent.started", "S3", "app", "V10", "A"),
        EventType("agent.stopped", "S3", "app", "V10", "A"),
        EventType("agent.failed", "S3", "app", "V10", "A"),
        EventType("task.scheduled", "S3", "scheduler", "V11"),
        EventType("task.executed", "S3", "scheduler", "V11"),
        EventType("task.failed", "S3", "scheduler", "V11"),
        EventType("api.key.created", "S3", "access", "V12", "A"),
        EventType("api.key.revoked", "S3", "access", "V12", "A"),
        EventType("api.limit.exceeded", "S3", "access", "limit_exceeded", "A"),
        EventType("system.health.degraded", "S3", "monitor", "health_degraded", "A"),
        EventType("system.health.restored", "S3", "monitor", "health_restored", "A"),
        EventType("custom", "S3", "app", "any", "A"),
    ]


def _outbound_types() -> list[EventType]:
    endpoint_words = ("created", "updated", "deleted", "disabled", "recovered")
    delivery_words = ("failing", "exhausted", "recovered")
    return [
        *(EventType(f"endpoint.{word}", "ours", "delivery", "endpoint_change") for word in endpoint_words),
        *(EventType(f"delivery.{word}", "ours", "delivery", "delivery_change") for word in delivery_words),
    ]


CATALOGUE: tuple[EventType, ...] = (
    *_definition_types(),
    *_run_types(),
    *_workflow_types(),
    *_instance_types(),
    *_outbound_types(),
)
_BY_NAME = {row.name: row for row in CATALOGUE}


def find(name: str) -> EventType | None:
    """The catalogue's row of a name, alias or canonical; None for a name only applications or providers know."""
    return _BY_NAME.get(name)


def names_of(canonical_type: str, *, inbound: bool = False) -> tuple[str, ...]:
    """Every name of a fact, canonical first, aliases in catalogue order.

    `inbound` says the fact is a received request: then its type is the provider's and its alias is generic. A fact
    that was published under a reserved name has that literal name only: do not ask here (contracts F.1).
    """
    if inbound:
        return (INBOUND,) if canonical_type == INBOUND else (canonical_type, INBOUND)
    row = _BY_NAME.get(canonical_type)
    return (canonical_type, *row.aliases) if row is not None else (canonical_type,)


def is_reserved(name: str) -> bool:
    """Whether only hookspan itself publishes this name, so that others need `events:publish_system`."""
    row = _BY_NAME.get(name)
    return row is not None and row.emitter != "app"


def retention(name: str) -> Retention:
    """Class of a name; what the catalogue does not list is an application's and always stored."""
    row = _BY_NAME.get(name)
    return row.retention if row is not None else "A"


def is_optional(name: str, origin: str) -> bool:
    """Whether this is a fact of hookspan's own that is kept only where somebody wants it."""
    return origin in ("workflow", "system") and retention(name) == "S"
