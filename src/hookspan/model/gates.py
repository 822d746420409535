"""The health of an endpoint: breaker, ramp and halved concurrency, as pure moves of its gate (reliability §4.6).

```
closed ──≥ 70 % of ≥ 10 outcomes failed in 5 min──▶ open ──its time is over──▶ half_open (one probe)
   ▲                                                  ▲                            │
   └───────────── the probe succeeded ────────────────┼──── the probe failed ──────┘
```

A gate keeps deliveries back without touching their rows and without spending their attempts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Breaker = Literal["closed", "open", "half_open"]
Bucket = tuple[int, int, int]
"""(start in epoch ms, succeeded, failed)"""

WINDOW_MS = 300_000
BUCKET_MS = 30_000
RAMP_FIRST = 1
RAMP_LAST = 4
"""A ramp goes 1, 2, 4 and then to the endpoint's own limit."""


class BreakerRules(Struct, frozen=True, gc=False):
    """When a breaker opens and for how long."""

    outcomes_least: int = 10
    failed_share: float = 0.7
    open_ms_first: int = 30_000
    open_ms_most: int = 600_000


USUAL = BreakerRules()


class Gate(Struct, frozen=True, kw_only=True, gc=False):
    """What is known of an endpoint; times are epoch ms. `cap` limits attempts in flight, None leaves the endpoint's."""

    endpoint_id: str
    tenant_id: str
    not_before: int = 0
    fail_streak: int = 0
    last_attempt_at: int | None = None
    last_ok_at: int | None = None
    last_failure_at: int | None = None
    failing_since: int | None = None
    warned: int = 0
    breaker: Breaker = "closed"
    open_ms: int = 0
    buckets: tuple[Bucket, ...] = ()
    cap: int | None = None
    ramps: bool = False


class Signal(Struct, frozen=True, gc=False):
    """One outcome. `most` is the endpoint's limit in flight, `pause_until` what the far side asked for, or 0."""

    at: int
    is_ok: bool
    most: int
    is_probe: bool = False
    is_crowding: bool = False
    pause_until: int = 0


def moved(gate: Gate, signals: Sequence[Signal], rules: BreakerRules = USUAL) -> Gate:
    """The gate after these outcomes, in order."""
    if _is_calm(gate) and all(signal.is_ok for signal in signals):
        return _after_calm(gate, signals)
    for signal in signals:
        gate = _move(gate, signal, rules)
    return gate


def _is_calm(gate: Gate) -> bool:
    return gate.breaker == "closed" and gate.cap is None and gate.failing_since is None


def _after_calm(gate: Gate, signals: Sequence[Signal]) -> Gate:
    """The usual case, at the price of one: all is well and stays so."""
    at = max(signal.at for signal in signals)
    return replace(
        gate, last_attempt_at=at, last_ok_at=at, buckets=_counted(gate.buckets, at, len(signals), 0), fail_streak=0
    )


def _move(gate: Gate, signal: Signal, rules: BreakerRules) -> Gate:
    at = signal.at
    gate = replace(
        gate,
        last_attempt_at=at,
        not_before=max(gate.not_before, signal.pause_until),
        buckets=_counted(gate.buckets, at, int(signal.is_ok), int(not signal.is_ok)),
    )
    return _succeeded(gate, signal) if signal.is_ok else _failed(gate, signal, rules)


def _succeeded(gate: Gate, signal: Signal) -> Gate:
    gate = replace(gate, last_ok_at=signal.at, fail_streak=0, failing_since=None, warned=0)
    if signal.is_probe and gate.breaker != "closed":
        return replace(
            gate, breaker="closed", open_ms=0, buckets=(), not_before=0, cap=_within(2 * RAMP_FIRST, signal), ramps=True
        )
    if gate.cap is None:
        return gate
    if not gate.ramps:
        return replace(gate, cap=_within(gate.cap + 1, signal))
    cap = None if gate.cap >= RAMP_LAST else _within(gate.cap * 2, signal)
    return replace(gate, cap=cap, ramps=cap is not None)


def _within(cap: int, signal: Signal) -> int | None:
    """A cap below the endpoint's own limit, or none."""
    return cap if cap < signal.most else None


def _failed(gate: Gate, signal: Signal, rules: BreakerRules) -> Gate:
    gate = replace(
        gate,
        last_failure_at=signal.at,
        fail_streak=gate.fail_streak + 1,
        failing_since=gate.failing_since or signal.at,
    )
    if signal.is_crowding and gate.breaker == "closed":
        gate = replace(gate, cap=max(1, (gate.cap or signal.most) // 2), ramps=False)
    if gate.breaker == "closed":
        return _opened(gate, signal.at, rules.open_ms_first) if _is_failing(gate, rules) else gate
    # Outcomes of attempts that began before the breaker opened say nothing new.
    if signal.is_probe:
        return _opened(gate, signal.at, min(rules.open_ms_most, max(rules.open_ms_first, 2 * gate.open_ms)))
    return gate


def _is_failing(gate: Gate, rules: BreakerRules) -> bool:
    failed = sum(bucket[2] for bucket in gate.buckets)
    total = failed + sum(bucket[1] for bucket in gate.buckets)
    return total >= rules.outcomes_least and failed >= rules.failed_share * total


def _opened(gate: Gate, at: int, open_ms: int) -> Gate:
    return replace(gate, breaker="open", open_ms=open_ms, not_before=max(gate.not_before, at + open_ms))


def _counted(buckets: tuple[Bucket, ...], at: int, succeeded: int, failed: int) -> tuple[Bucket, ...]:
    start = at - at % BUCKET_MS
    if buckets and buckets[-1][0] >= start:
        last = buckets[-1]
        return (*buckets[:-1], (last[0], last[1] + succeeded, last[2] + failed))
    kept = tuple(bucket for bucket in buckets if bucket[0] > at - WINDOW_MS)
    return (*kept, (start, succeeded, failed))
