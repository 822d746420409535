"""What an answer means for a delivery: delivered, again at, exhausted, or the endpoint is gone (reliability 4.5).

Pure: time and chance are arguments. A hint of the far side (`Retry-After`, RFC 9110 §10.2.3) can only lengthen a
wait. It is held to 24 hours, to the policy's own cap, and to eight days from the first due time. Only attempts end a
delivery, its age never does: it may have waited for a paused endpoint, an open breaker or a clock that leapt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hookspan.model.retry import SPAN_LIMIT_MS, RetryPolicy
from hookspan.model.retry_after import HINT_LIMIT_MS, retry_after_ms
from hookspan.ports import ErrorCode

OutcomeWord = Literal["delivered", "http_error", "redirect"] | ErrorCode

GATE_LIMIT_MS = 3_600_000
_HINTED = (429, 503)
_CROWDED = (429, 502, 504)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: a status, or the kind of failure that kept one from arriving."""

    status: int | None = None
    failure: ErrorCode | None = None
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """The far side has it."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again; `gate_until_ms` holds all deliveries to this endpoint until then."""

    due_at_ms: int
    gate_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Exhausted:
    """No attempt is left; `reason` says which limit was reached."""

    reason: str
    gate_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class EndpointGone:
    """The far side said 410: hold the delivery, disable the endpoint."""


Verdict: TypeAlias = Delivered | RetryAt | Exhausted | EndpointGone


def classify(outcome: Outcome) -> OutcomeWord:
    """The outcome word of an attempt (contracts C.4)."""
    if outcome.failure is not None:
        return outcome.failure
    if outcome.status is None or outcome.status < 200:
        return "protocol_error"
    if outcome.status < 300:
        return "delivered"
    return "redirect" if outcome.status < 400 else "http_error"


def decide(
    policy: RetryPolicy,
    outcome: Outcome,
    *,
    attempt: int,
    now_ms: int,
    first_due_at_ms: int,
    random01: float,
) -> Verdict:
    """Judge attempt number `attempt` (from 1), which ended at `now_ms`; `random01` in [0, 1) draws the jitter."""
    if classify(outcome) == "delivered":
        return Delivered()
    if outcome.status == 410:
        return EndpointGone()
    hint_ms = _read_hint_ms(outcome, now_ms)
    gate_until_ms = now_ms + min(hint_ms, GATE_LIMIT_MS) if hint_ms and outcome.status == 429 else None
    if attempt >= policy.attempts:
        return Exhausted(f"{attempt} of {policy.attempts} attempts used", gate_until_ms)
    due_at_ms = now_ms + policy.wait_ms(attempt, random01=random01)
    hinted_ms = now_ms + min(hint_ms, _hint_cap_ms(policy))
    return RetryAt(max(due_at_ms, min(hinted_ms, first_due_at_ms + SPAN_LIMIT_MS)), gate_until_ms)


def is_crowding(outcome: Outcome, now_ms: int) -> bool:
    """Whether the far side seems overloaded without saying until when: the endpoint's concurrency is halved."""
    return outcome.status in _CROWDED and _read_hint_ms(outcome, now_ms) == 0


def _hint_cap_ms(policy: RetryPolicy) -> int:
    return min(HINT_LIMIT_MS, policy.max_delay_ms) if policy.is_formula else HINT_LIMIT_MS


def _read_hint_ms(outcome: Outcome, now_ms: int) -> int:
    """How long the far side asks us to wait, at most a day; 0 where it asks nothing sensible."""
    if outcome.status not in _HINTED or outcome.retry_after is None:
        return 0
    return retry_after_ms(outcome.retry_after, now_ms)
