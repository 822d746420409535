"""One attempt: build, sign, send, decide, settle.

The body is a pure function of the event and of what its delivery was born with, so every attempt sends the same
bytes; the outcome and the delivery's next state are written in one transaction, fenced by the lease's token.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from hookspan import failpoints, observe
from hookspan.errors import StoreAway
from hookspan.model.deliveries import Attempt, Parcel, Settled
from hookspan.model.hops import hop_header
from hookspan.model.retry import RetryPolicy
from hookspan.model.times import instant, optional_instant
from hookspan.outbound import profiles
from hookspan.outbound.retry import Delivered, EndpointGone, Exhausted, Outcome, RetryAt, classify, decide
from hookspan.outbound.targets import Target, Targets
from hookspan.ports import Clock, HttpAnswer, HttpClient, HttpFailure, HttpRequest, LiveFeed
from hookspan.storage import deliveries, delivery_claims
from hookspan.storage.database import Database

KEPT_BODY_BYTES = 16_384
SETTLES_MOST = 1_024

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: `product` is `hookspan/<version>`, `hop_key` the instance's key for the loop-guard header."""

    product: str
    hop_key: bytes


class Deliverer:
    """Carries deliveries for the dispatcher."""

    def __init__(
        self,
        database: Database,
        client: HttpClient,
        targets: Targets,
        feed: LiveFeed,
        *,
        clock: Clock,
        sender: Sender,
    ) -> None:
        self._database = database
        self._client = client
        self._targets = targets
        self._feed = feed
        self._clock = clock
        self._sender = sender
        self._settling = asyncio.Semaphore(SETTLES_MOST)
        self._open_settles: set[asyncio.Future[bool]] = set()
        self.on_retry: Callable[[int], None] = lambda due_at_ms: None
        self.on_pause: Callable[[str, int], None] = lambda endpoint_id, until_ms: None

    async def deliver(self, parcel: Parcel) -> bool:
        """Attempt once; True when the endpoint took it. The settle is queued, not awaited."""
        target = self._targets.get(parcel.endpoint_id) or await self._targets.load(parcel.tenant_id, parcel.endpoint_id)
        policy = self._targets.policy_here(parcel.policy_id) or await self._targets.policy(parcel.policy_id)
        # Once the rest of the lease is shorter than an attempt may take, another worker might send it meanwhile.
        if target is None or not target.is_active or self._clock.now_ms() > parcel.lease_until - target.timeout_ms:
            await self._database.write(delivery_claims.release, [parcel])
            return False
        request, started_at = self._request(parcel, target)
        failpoints.reach("send.before_connect")
        answer = await self._client.send(request)
        failpoints.reach("send.after_status")
        settled = self._judge(parcel, policy, request, answer, started_at)
        if settled.gate_until:
            self.on_pause(parcel.endpoint_id, settled.gate_until)
        await self._settle(settled)
        return settled.status == "delivered"

    def _request(self, parcel: Parcel, target: Target) -> tuple[HttpRequest, int]:
        event = parcel.event
        fact = profiles.Fact(
            event.id,
            parcel.endpoint_id,
            parcel.delivered_name,
            event.type,
            event.occurred_at or event.created_at,
            event.data,
            event.data_content_type,
            event.metadata,
            parcel.unsafe_numbers,
        )
        wire = profiles.build(parcel.profile, fact)
        if target.method == "GET":
            wire = profiles.without_body(wire)
        now = self._clock.now_ms()
        hops = hop_header(self._sender.hop_key, event.id, event.depth + 1)
        attempt = profiles.Try(parcel.id, parcel.claim, self._sender.product, hops, event.test)
        headers = profiles.headers(parcel.profile, fact, wire, attempt)
        headers += target.signer.trio(event.id, now // 1_000, wire.body)
        headers += target.signer.legacy(parcel.profile, wire.body)
        if target.headers:
            ours = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in target.headers if name.lower() not in ours]
        return (
            HttpRequest(target.method, target.url, headers, wire.body, target.timeout_ms, target.tenant_id),
            now,
        )

    def _judge(
        self,
        parcel: Parcel,
        policy: RetryPolicy,
        request: HttpRequest,
        answer: HttpAnswer | HttpFailure,
        started_at: int,
    ) -> Settled:
        now = self._clock.now_ms()
        outcome = outcome_of(answer)
        verdict = decide(
            _with_granted(policy, parcel.max_attempts),
            outcome,
            attempt=parcel.attempts + 1,
            now_ms=now,
            first_due_at_ms=parcel.first_due_at,
            random01=random.random(),  # noqa: S311  # jitter, no secret
        )
        attempt = attempt_of(request, answer, outcome, started_at=started_at, finished_at=now)
        match verdict:
            case Delivered():
                return Settled(parcel=parcel, attempt=attempt, status="delivered", reason=None, due_at=parcel.due_at)
            case EndpointGone():
                return Settled(
                    parcel=parcel, attempt=attempt, status="held", reason="gone", due_at=now, endpoint_gone=True
                )
            case Exhausted():
                return Settled(
                    parcel=parcel,
                    attempt=attempt,
                    status="exhausted",
                    reason="attempts",
                    due_at=now,
                    gate_until=verdict.gate_until_ms or 0,
                )
            case RetryAt():
                is_stale = isinstance(answer, HttpFailure) and answer.reused and not parcel.attempts
                return Settled(
                    parcel=parcel,
                    attempt=attempt,
                    status="pending",
                    reason=None,
                    due_at=now if is_stale else verdict.due_at_ms,
                    gate_until=verdict.gate_until_ms or 0,
                )

    # -- settle --------------------------------------------------------------------------------------------------

    async def _settle(self, settled: Settled) -> None:
        await self._settling.acquire()
        future = self._database.batch(deliveries.settle, settled)
        self._open_settles.add(future)
        future.add_done_callback(lambda done: self._settled(settled, done))

    def _settled(self, settled: Settled, future: asyncio.Future[bool]) -> None:
        self._settling.release()
        self._open_settles.discard(future)
        if future.cancelled():
            return
        parcel, attempt = settled.parcel, settled.attempt
        error = future.exception()
        if error is not None:
            # The lease runs out and the sweeper takes over: the outcome is lost, the delivery is not.
            detail = error.detail if isinstance(error, StoreAway) else repr(error)
            observe.fail("delivery.settle", delivery=parcel.id, error=detail)
            return
        failpoints.reach("settle.after_commit")
        observe.count(observe.attempts_total, attempt.outcome)
        if parcel.claim == 1:
            observe.first_attempt(parcel.event.priority, (attempt.started_at - parcel.event.created_at) / 1_000)
        observe.attempt_seconds.observe(attempt.duration_ms / 1_000)
        observe.step(
            "delivery.attempted",
            delivery=parcel.id,
            event=parcel.event.id,
            endpoint=parcel.endpoint_id,
            tenant=parcel.tenant_id,
            attempt=parcel.claim,
            outcome=attempt.outcome,
            status=attempt.status_code,
            ms=attempt.duration_ms,
            state=settled.status,
            lost_lease=not future.result() or None,
        )
        if settled.status == "pending":
            self.on_retry(settled.due_at)
        self._feed.tell(_frame(settled))

    async def drain(self) -> None:
        """Wait until every outcome is written."""
        if self._open_settles:
            await asyncio.gather(*self._open_settles, return_exceptions=True)


def _with_granted(policy: RetryPolicy, most: int) -> RetryPolicy:
    """The policy with the attempts a person added to this delivery."""
    return policy if most <= policy.attempts else replace(policy, max_attempts=most, enabled=True)


def outcome_of(answer: HttpAnswer | HttpFailure) -> Outcome:
    """What the far side did, as the retry rules read it."""
    if isinstance(answer, HttpFailure):
        return Outcome(failure=answer.code)
    hint = None
    if answer.status in (429, 503):
        hint = next((value for name, value in answer.headers if name.lower() == "retry-after"), None)
    return Outcome(status=answer.status, retry_after=hint)


def attempt_of(
    request: HttpRequest, answer: HttpAnswer | HttpFailure, outcome: Outcome, *, started_at: int, finished_at: int
) -> Attempt:
    """The attempt as it is recorded."""
    word = classify(outcome)
    told = answer if isinstance(answer, HttpAnswer) else None
    return Attempt(
        outcome=word,
        status_code=told.status if told else None,
        duration_ms=round(answer.duration_ms),
        timings=_json(answer.timings).decode(),
        request=_json({"method": request.method, "url": request.url, "headers": request.headers}).decode(),
        response_headers=_json(told.headers).decode() if told else None,
        response_body=told.body[:KEPT_BODY_BYTES] if told else None,
        response_truncated=told is not None and (told.truncated or len(told.body) > KEPT_BODY_BYTES),
        error=_error_text(answer),
        error_code=None if word == "delivered" else word,
        started_at=started_at,
        finished_at=finished_at,
    )


def _error_text(answer: HttpAnswer | HttpFailure) -> str | None:
    if isinstance(answer, HttpFailure):
        return answer.detail
    return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def _frame(settled: Settled) -> dict[str, object]:
    parcel, attempt = settled.parcel, settled.attempt
    return {
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
