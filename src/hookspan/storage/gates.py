"""Gates: one row an endpoint that keeps deliveries back, read and written with each batch of outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, case, select, text, update

from hookspan.model.gates import RAMP_FIRST, USUAL, BreakerRules, Bucket, Gate, Signal, moved
from hookspan.storage.dialect import one_of, update_rows
from hookspan.storage.tables import gates

_gates = gates.c

_COLUMNS = (
    "endpoint_id not_before fail_streak last_attempt_at last_ok_at last_failure_at failing_since warned breaker "
    "open_ms buckets cap ramps"
)
_FOUND = (
    select(*(_gates[name] for name in _COLUMNS.split(" ")), _gates.tenant_id)
    .where(one_of(_gates.endpoint_id))
    .order_by(_gates.endpoint_id)
    .with_for_update()
)
_MAKE = text(
    "INSERT INTO gates (endpoint_id, tenant_id) SELECT id, tenant_id FROM endpoints WHERE id = :endpoint_id"
    " ON CONFLICT (endpoint_id) DO NOTHING"
)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Bucket, ...]).decode


def gates_move(
    connection: Connection, signals: Mapping[tuple[str, str], Sequence[Signal]], rules: BreakerRules = USUAL
) -> dict[str, Gate]:
    """Move the gate of each (endpoint, tenant) by its outcomes; the gates as they now stand, by endpoint."""
    if not signals:
        return {}
    found = _found(connection, [endpoint_id for endpoint_id, _ in signals])
    missing = [key for key in signals if key[0] not in found]
    if missing:
        _ensure(connection, [endpoint_id for endpoint_id, _ in missing])
        found |= _found(connection, [endpoint_id for endpoint_id, _ in missing])
    now = {key[0]: moved(found[key[0]], given, rules) for key, given in signals.items() if key[0] in found}
    update_rows(connection, gates, _COLUMNS, [_row(now[endpoint_id]) for endpoint_id in sorted(now)])
    return now


def _found(connection: Connection, endpoint_ids: Sequence[str]) -> dict[str, Gate]:
    rows = connection.execute(_FOUND, {"members": sorted(endpoint_ids)})
    return {row[0]: _gate(row) for row in rows}


def _gate(row: Any) -> Gate:
    return Gate(
        endpoint_id=row[0],
        tenant_id=row[13],
        not_before=row[1],
        fail_streak=row[2],
        last_attempt_at=row[3],
        last_ok_at=row[4],
        last_failure_at=row[5],
        failing_since=row[6],
        warned=row[7],
        breaker=row[8],
        open_ms=row[9],
        buckets=_decode(row[10]) if row[10] else (),
        cap=row[11],
        ramps=row[12],
    )


def _row(gate: Gate) -> tuple[object, ...]:
    return (
        gate.endpoint_id,
        gate.not_before,
        gate.fail_streak,
        gate.last_attempt_at,
        gate.last_ok_at,
        gate.last_failure_at,
        gate.failing_since,
        gate.warned,
        gate.breaker,
        gate.open_ms,
        _encode(gate.buckets).decode() if gate.buckets else "",
        gate.cap,
        gate.ramps,
    )


def probe_take(connection: Connection, endpoint_id: str, now: int, lease_ms: int) -> bool:
    """Claim the one probe of a breaker whose time is over; False when another process has it.

    The gate shuts for the length of the probe's lease, so a probe whose process dies is followed by another.
    """
    taken = connection.execute(
        update(gates)
        .where(_gates.endpoint_id == endpoint_id, _gates.breaker != "closed", _gates.not_before <= now)
        .values(breaker="half_open", not_before=now + lease_ms)
    )
    return taken.rowcount == 1


def probe_return(connection: Connection, endpoint_id: str, now: int) -> None:
    """No probe was found to send after all: let the next look find one."""
    connection.execute(
        update(gates).where(_gates.endpoint_id == endpoint_id, _gates.breaker == "half_open").values(not_before=now)
    )


# -- rate --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a token bucket gives now: how many may begin, and from when on the next one may."""

    granted: int
    next_at: int


def tokens_take(connection: Connection, endpoint_id: str, rate: tuple[int, int], wanted: int, now: int) -> Tokens:
    """Take at most `wanted` tokens of the bucket (count, period_ms) of this endpoint; one bucket for all processes."""
    _ensure(connection, [endpoint_id])
    count, period_ms = rate
    row = connection.execute(
        select(_gates.rate_level, _gates.rate_at).where(_gates.endpoint_id == endpoint_id).with_for_update()
    ).first()
    full = count * 1_000
    level, at = (full, now) if row is None or row[0] is None else (row[0], row[1])
    level = min(full, level + max(0, now - at) * full // period_ms)
    granted = min(wanted, level // 1_000)
    level -= granted * 1_000
    connection.execute(update(gates).where(_gates.endpoint_id == endpoint_id).values(rate_level=level, rate_at=now))
    missing = max(0, 1_000 - level)
    return Tokens(granted, now + -(-missing * period_ms // full))


def tokens_return(connection: Connection, endpoint_id: str, unused: int) -> None:
    """Give back what was taken and not needed."""
    if unused:
        connection.execute(
            update(gates).where(_gates.endpoint_id == endpoint_id).values(rate_level=_gates.rate_level + unused * 1_000)
        )


# -- ramp ------------------------------------------------------------------------------------------------------------


def ramps_start(connection: Connection, endpoint_ids: Sequence[str]) -> None:
    """Begin again with one attempt in flight: after a pause, no herd."""
    _ensure(connection, endpoint_ids)
    connection.execute(
        update(gates).where(one_of(_gates.endpoint_id, sorted(endpoint_ids))).values(cap=RAMP_FIRST, ramps=True)
    )


def _ensure(connection: Connection, endpoint_ids: Sequence[str]) -> None:
    """A gate for each endpoint, as new ones have none."""
    connection.execute(_MAKE, [{"endpoint_id": endpoint_id} for endpoint_id in sorted(endpoint_ids)])


def breakers_open(connection: Connection) -> int:
    """How many endpoints are not sent to because they fail."""
    is_open = case((_gates.breaker == "closed", 0), else_=1)
    return sum(connection.execute(select(is_open).where(_gates.breaker != "closed").limit(10_000)).scalars())
