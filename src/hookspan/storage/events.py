"""Events and all that is born with them: written set-wise, in the transaction that the answer waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, delete, select, text

from hookspan import failpoints
from hookspan.errors import Fault, Invalid
from hookspan.model.events import OTHER_BODY, Birth, Key, NewEvent, NewExecution, Recorded, with_facts
from hookspan.storage import order_keys, routing
from hookspan.storage.delivery_births import deliveries_insert
from hookspan.storage.dialect import insert_rows, one_of, wake_others
from hookspan.storage.fanouts import fanouts_insert
from hookspan.storage.tables import (
    events,
    executions,
    idempotency_keys,
    replays,
    webhook_events,
)

_EVENT_COLUMNS = (
    "id tenant_id type origin webhook_id workflow_id execution_id subject priority ordering_key status data "
    "data_content_type metadata depth replay_count source_event_id root_event_id test created_at occurred_at "
    "deliver_at type_version cloud_event publisher"
)
_RECEIPT_COLUMNS = (
    "id tenant_id webhook_id execution_id event_type event_type_signed request_method request_path request_query "
    "request_headers request_body body_size body_valid response_status processing_time_ms status error_code "
    "error_message filtered_reason metadata source_ip test created_at"
)
_EXECUTION_COLUMNS = (
    "id tenant_id workflow_id workflow_version status trigger_type trigger_event_id webhook_id trigger priority "
    "depth due_at created_at parent_execution_id parent_step_id parent_attempt nesting offspring"
)
_REPLAY_COLUMNS = (
    "id tenant_id event_id source_event_id root_event_id webhook_id replay_count actor reason modified diff job_id "
    "created_at"
)
_KEY_COLUMNS = "scope key tenant_id body_sha256 event_id created_at expires_at"


def record(connection: Connection, births: Sequence[Birth]) -> list[Recorded]:
    """Write every birth that is neither stale nor a duplicate: event, keys, receipt, deliveries, executions."""
    return _record(connection, births, stale_tenants(connection, births))


def record_together(connection: Connection, births: Sequence[Birth]) -> list[Recorded]:
    """As `record`, all or none; raises Invalid that names every birth whose key holds another body."""
    return _record(connection, births, stale_tenants(connection, births), together=True)


def record_judged(connection: Connection, births: Sequence[Birth]) -> None:
    """Write births that the same unit found not stale before it wrote its own rows.

    No second look: it could see routing that another process has just changed, and drop the events of rows that stay.
    """
    _record(connection, births, frozenset())


def _record(
    connection: Connection, births: Sequence[Birth], stale: frozenset[str], *, together: bool = False
) -> list[Recorded]:
    held = _held_keys(connection, births)
    outcomes = [_judge(birth, stale, held) for birth in births]
    if together:
        _refuse_mismatches(outcomes)
    born = with_facts(birth for birth, outcome in zip(births, outcomes, strict=True) if _is_fresh(outcome))
    fresh = [birth for birth in born if birth.is_kept]
    insert_rows(connection, events, _EVENT_COLUMNS, [_event_row(birth.event) for birth in fresh])
    failpoints.reach("accept.in_tx")
    insert_work(connection, fresh)
    insert_rows(connection, webhook_events, _RECEIPT_COLUMNS, _receipt_rows(fresh))
    insert_rows(connection, idempotency_keys, _KEY_COLUMNS, _key_rows(fresh))
    _insert_replays(connection, fresh)
    count_triggers(connection, fresh)
    return _count_duplicates(connection, births, outcomes)


def _refuse_mismatches(outcomes: Sequence[Recorded]) -> None:
    faults = [
        Fault(f"/events/{index}", "idempotency_mismatch", OTHER_BODY)
        for index, outcome in enumerate(outcomes)
        if outcome.other_body
    ]
    if faults:
        raise Invalid(faults)


def insert_work(connection: Connection, births: Sequence[Birth]) -> None:
    """What events cause: deliveries or lists of them, executions; and tell other processes if anybody may claim it."""
    numbers = order_keys.numbered(connection, births)
    deliveries_insert(connection, [(birth.event, each) for birth in births for each in birth.deliveries], numbers)
    fanouts_insert(connection, births, numbers)
    insert_executions(connection, [execution for birth in births for execution in birth.executions])
    if any(birth.executions or any(each.status == "pending" for each in birth.deliveries) for birth in births):
        wake_others(connection)


def stale_tenants(connection: Connection, births: Iterable[Birth]) -> frozenset[str]:
    """Tenants for which some birth was matched against an older routing than the committed one."""
    expected = {(birth.event.tenant_id, birth.routing_version) for birth in births}
    current = routing.versions(connection, (tenant_id for tenant_id, _ in expected))
    return frozenset(tenant_id for tenant_id, version in expected if current.get(tenant_id) != version)


def keys_prune(connection: Connection, now: int) -> int:
    """Forget keys that have expired; how many."""
    return connection.execute(delete(idempotency_keys).where(idempotency_keys.c.expires_at <= now)).rowcount


def insert_executions(connection: Connection, rows: Sequence[NewExecution]) -> None:
    """Write executions as pending, due now or at their hour."""
    insert_rows(
        connection,
        executions,
        _EXECUTION_COLUMNS,
        [
            (
                row.id,
                row.tenant_id,
                row.workflow_id,
                row.workflow_version,
                "pending",
                row.trigger_type,
                row.trigger_event_id,
                row.webhook_id,
                row.trigger,
                row.priority,
                row.depth,
                row.created_at if row.due_at is None else row.due_at,
                row.created_at,
                row.parent_execution_id,
                row.parent_step_id,
                row.parent_attempt,
                row.nesting,
                row.offspring,
            )
            for row in rows
        ],
    )


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who holds a key."""

    event_id: str
    body_sha256: bytes


def _held_keys(connection: Connection, births: Sequence[Birth]) -> dict[tuple[str, str], _Holder]:
    """Keys of these births that are held already; expired ones are freed."""
    by_scope: dict[str, set[str]] = {}
    now = 0
    for birth in births:
        now = max(now, birth.event.created_at)
        for key in birth.keys:
            by_scope.setdefault(key.scope, set()).add(key.key)
    held: dict[tuple[str, str], _Holder] = {}
    table = idempotency_keys.c
    for scope in sorted(by_scope):
        query = select(table.key, table.event_id, table.body_sha256, table.expires_at).where(
            table.scope == scope, one_of(table.key, sorted(by_scope[scope]))
        )
        expired = []
        for key, event_id, body_sha256, expires_at in connection.execute(query):
            if expires_at <= now:
                expired.append(key)
            else:
                held[scope, key] = _Holder(event_id, body_sha256)
        if expired:
            connection.execute(delete(idempotency_keys).where(table.scope == scope, one_of(table.key, expired)))
    return held


def _judge(birth: Birth, stale: frozenset[str], held: dict[tuple[str, str], _Holder]) -> Recorded:
    """Fresh, stale, or whose duplicate; a fresh one holds its keys against the rest of the batch."""
    event = birth.event
    if event.tenant_id in stale:
        return Recorded(event.id, stale=True)
    for key in birth.keys:
        holder = held.get((key.scope, key.key))
        if holder is not None:
            other_body = key.reject_other_body and holder.body_sha256 != key.body_sha256
            return Recorded(event.id, duplicate_of=holder.event_id, other_body=other_body)
    for key in birth.keys:
        held[key.scope, key.key] = _Holder(event.id, key.body_sha256)
    return Recorded(event.id)


def _is_fresh(outcome: Recorded) -> bool:
    return not outcome.stale and outcome.duplicate_of is None


def _event_row(event: NewEvent) -> tuple[object, ...]:
    return (
        event.id,
        event.tenant_id,
        event.type,
        event.origin,
        event.webhook_id,
        event.workflow_id,
        event.execution_id,
        event.subject,
        event.priority,
        event.ordering_key,
        "scheduled" if event.deliver_at else "stored",
        event.data,
        event.data_content_type,
        event.metadata,
        event.depth,
        event.replay_count,
        event.source_event_id,
        event.root_event_id,
        event.test,
        event.created_at,
        event.occurred_at,
        event.deliver_at,
        event.type_version,
        event.cloud_event,
        event.publisher,
    )


def _receipt_rows(births: Sequence[Birth]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for birth in births:
        receipt = birth.receipt
        if receipt is None:
            continue
        rows.append(
            (
                birth.event.id,
                birth.event.tenant_id,
                receipt.webhook_id,
                birth.own_execution_id,
                receipt.event_type,
                receipt.event_type_signed,
                receipt.request_method,
                receipt.request_path,
                receipt.request_query,
                receipt.request_headers,
                receipt.request_body,
                receipt.body_size,
                receipt.body_valid,
                receipt.response_status,
                receipt.processing_time_ms,
                "received" if birth.fanout and receipt.status == "processed" else receipt.status,
                receipt.error_code,
                receipt.error_message,
                receipt.filtered_reason,
                receipt.metadata,
                receipt.source_ip,
                birth.event.test,
                birth.event.created_at,
            )
        )
    return rows


def _key_rows(births: Sequence[Birth]) -> list[tuple[object, ...]]:
    # In order of the keys: who inserts one that another has inserted waits for him, and never each for the other.
    return sorted(_key_row(birth.event, key) for birth in births for key in birth.keys)


def _key_row(event: NewEvent, key: Key) -> tuple[object, ...]:
    return (key.scope, key.key, event.tenant_id, key.body_sha256, event.id, event.created_at, key.expires_at)


def _insert_replays(connection: Connection, births: Sequence[Birth]) -> None:
    rows = [
        (
            made.id,
            birth.event.tenant_id,
            birth.event.id,
            made.source_event_id,
            made.root_event_id,
            made.webhook_id,
            made.replay_count,
            made.actor,
            made.reason,
            made.modified,
            made.diff,
            made.job_id,
            birth.event.created_at,
        )
        for birth in births
        if (made := birth.replay) is not None
    ]
    if rows:
        insert_rows(connection, replays, _REPLAY_COLUMNS, rows)
        failpoints.reach("replay.in_tx")


def count_triggers(connection: Connection, births: Sequence[Birth]) -> None:
    """Sources count what they started, replays and tests left out; one UPDATE a source and batch."""
    counts: Counter[str] = Counter()
    last: dict[str, int] = {}
    for birth in births:
        event, receipt = birth.event, birth.receipt
        if receipt and receipt.status == "processed" and not (event.test or event.replay_count):
            counts[receipt.webhook_id] += 1
            last[receipt.webhook_id] = event.created_at
    for webhook_id in sorted(counts):
        connection.execute(_COUNT_TRIGGERS, {"id": webhook_id, "count": counts[webhook_id], "at": last[webhook_id]})


def _count_duplicates(connection: Connection, births: Sequence[Birth], outcomes: Sequence[Recorded]) -> list[Recorded]:
    """Count repeats on the first receipt, and learn its status for the answer."""
    counted: list[Recorded] = []
    for birth, outcome in zip(births, outcomes, strict=True):
        if birth.receipt and outcome.duplicate_of and not outcome.other_body:
            values = {"id": outcome.duplicate_of, "at": birth.event.created_at}
            status = connection.execute(_COUNT_DUPLICATE, values).scalar()
            outcome = msgspec.structs.replace(outcome, status=status)  # noqa: PLW2901  # the same outcome, told in full
        counted.append(outcome)
    return counted


_COUNT_TRIGGERS = text(
    "UPDATE webhooks SET trigger_count = trigger_count + :count, last_triggered_at ="
    " CASE WHEN last_triggered_at > :at THEN last_triggered_at ELSE :at END WHERE id = :id"
)
_COUNT_DUPLICATE = text(
    "UPDATE webhook_events SET duplicate_count = duplicate_count + 1, last_duplicate_at = :at WHERE id = :id"
    " RETURNING status"
)
