"""One attempt: build, sign, send, decide, settle.

The body is a pure function of the event and of what its delivery was born with, so every attempt sends the same
bytes; the outcome and the delivery's next state are written in one transaction, fenced by the lease's token.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Any

import msgspec
from msgspec.structs import replace

from hookspan import failpoints, observe
from hookspan.errors import StoreAway
from hookspan.events.frames import frames_of_outcome
from hookspan.events.publish import Publisher
from hookspan.model.deliveries import Attempt, Parcel, Settled
from hookspan.model.events import Birth, NewEvent
from hookspan.model.gates import USUAL, BreakerRules, Gate
from hookspan.model.hops import hop_header
from hookspan.model.levels import USUAL_PROMISES
from hookspan.model.retry import RetryPolicy
from hookspan.outbound import profiles
from hookspan.outbound.consequences import consequences
from hookspan.outbound.masking import masked_answer, masked_request
from hookspan.outbound.retry import Delivered, EndpointGone, Exhausted, Outcome, RetryAt, classify, decide, is_crowding
from hookspan.outbound.targets import Target, Targets
from hookspan.ports import Clock, HttpAnswer, HttpClient, HttpFailure, HttpRequest
from hookspan.storage import deliveries, delivery_leases
from hookspan.storage.database import Database
from hookspan.storage.deliveries import Written

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
        *,
        publisher: Publisher,
        clock: Clock,
        sender: Sender,
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._client = client
        self._targets = targets
        self._clock = clock
        self._sender = sender
        self._settling = asyncio.Semaphore(SETTLES_MOST)
        self._open_settles: set[asyncio.Future[Any]] = set()
        self.obey(USUAL)
        self.promises = USUAL_PROMISES
        self.on_retry: Callable[[int], None] = lambda due_at_ms: None
        self.on_breach: Callable[[str, int, int], None] = lambda tenant_id, priority, promised_ms: None
        self.on_pause: Callable[[str, int], None] = lambda endpoint_id, until_ms: None
        self.on_gate: Callable[[Gate], None] = lambda gate: None
        self.on_certificate: Callable[[Target, int], None] = lambda target, ends_at_ms: None

    def obey(self, rules: BreakerRules) -> None:
        """Open and close breakers by these rules."""
        self._unit = deliveries.settle_by(rules)

    async def deliver(self, parcel: Parcel) -> Attempt | None:
        """Attempt once; None when nothing was sent after all. The settle is queued, not awaited."""
        target = self._targets.get(parcel.endpoint_id) or await self._targets.load(parcel.tenant_id, parcel.endpoint_id)
        policy = self._targets.policy_here(parcel.policy_id) or await self._targets.policy(parcel.policy_id)
        # Once the rest of the lease is shorter than an attempt may take, another worker might send it meanwhile.
        if target is None or not target.is_active or self._clock.now_ms() > parcel.lease_until - target.timeout_ms:
            await self._database.write(delivery_leases.release, [parcel])
            return None
        request, started_at = self._request(parcel, target)
        failpoints.reach("send.before_connect")
        answer = await self._client.send(request)
        failpoints.reach("send.after_status")
        if isinstance(answer, HttpAnswer):
            if answer.certificate_ends_at is not None:
                self.on_certificate(target, answer.certificate_ends_at)
            answer = masked_answer(answer, target)
        settled = self._judge(parcel, policy, masked_request(request, target), answer, started_at)
        if settled.gate_until:
            self.on_pause(parcel.endpoint_id, settled.gate_until)
        await self._settle(replace(settled, most_in_flight=target.max_in_flight), target)
        return settled.attempt

    def _request(self, parcel: Parcel, target: Target) -> tuple[HttpRequest, int]:
        event = parcel.event
        fact = profiles.event_fact(
            event, parcel.endpoint_id, parcel.delivered_name, unsafe_numbers=parcel.unsafe_numbers
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
        for configured in (target.auth_headers, target.headers):
            if configured:
                ours = {name.lower() for name, _ in headers}
                headers += [(name, value) for name, value in configured if name.lower() not in ours]
        return (
            HttpRequest(
                target.method, target.url, headers, wire.body, target.timeout_ms, target.tenant_id, tls=target.tls
            ),
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
        settled = Settled(
            parcel=parcel,
            attempt=attempt,
            status="delivered",
            reason=None,
            due_at=parcel.due_at,
            is_crowding=is_crowding(outcome, now),
        )
        match verdict:
            case Delivered():
                return settled
            case EndpointGone():
                return replace(settled, status="held", reason="gone", due_at=now, endpoint_gone=True)
            case Exhausted():
                gate_until = verdict.gate_until_ms or 0
                return replace(settled, status="exhausted", reason="attempts", due_at=now, gate_until=gate_until)
            case RetryAt():
                is_stale = isinstance(answer, HttpFailure) and answer.reused and not parcel.attempts
                due_at = now if is_stale else verdict.due_at_ms
                return replace(settled, status="pending", due_at=due_at, gate_until=verdict.gate_until_ms or 0)

    # -- settle --------------------------------------------------------------------------------------------------

    async def _settle(self, settled: Settled, target: Target) -> None:
        await self._settling.acquire()
        facts = consequences(settled, target, settled.attempt.finished_at)
        if facts:
            settled = replace(settled, births=await self._births(facts))
        future = self._database.batch(self._unit, settled)
        self._open_settles.add(future)
        future.add_done_callback(lambda done: self._settled(settled, target, done))

    async def _births(self, facts: Sequence[NewEvent]) -> list[Birth]:
        return [await self._publisher.prepare(fact) for fact in facts]

    def _settled(self, settled: Settled, target: Target, future: asyncio.Future[Written]) -> None:
        self._settling.release()
        self._open_settles.discard(future)
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            # The lease runs out and the sweeper takes over: the outcome is lost, the delivery is not.
            detail = error.detail if isinstance(error, StoreAway) else repr(error)
            observe.fail("delivery.settle", delivery=settled.parcel.id, error=detail)
            self._publisher.abandoned(settled.births)
            return
        written = future.result()
        if written.again:
            self._again(settled, target)
            return
        failpoints.reach("settle.after_commit")
        if settled.births:
            (self._publisher.committed if written.holds else self._publisher.abandoned)(settled.births)
        if written.gate is not None:
            self.on_gate(written.gate)
        if settled.status == "pending":
            self.on_retry(settled.due_at)
        self._tell(settled, written)

    def _again(self, settled: Settled, target: Target) -> None:
        """Who wants the facts of this outcome changed while it was written: match them once more."""
        for birth in settled.births:
            self._publisher.stale(birth)
        task = asyncio.ensure_future(self._settle(replace(settled, births=()), target))
        self._open_settles.add(task)
        task.add_done_callback(self._open_settles.discard)

    def _tell(self, settled: Settled, written: Written) -> None:
        parcel, attempt = settled.parcel, settled.attempt
        observe.count(observe.attempts_total, attempt.outcome)
        if parcel.claim == 1:
            waited_ms = attempt.started_at - max(parcel.event.created_at, parcel.event.deliver_at or 0)
            observe.first_attempt(parcel.priority, waited_ms / 1_000)
            promised_ms = self.promises.sla_ms(parcel.tenant_id, parcel.priority)
            if promised_ms is not None and waited_ms > promised_ms:
                observe.count(observe.sla_breaches_total, parcel.priority)
                self.on_breach(parcel.tenant_id, parcel.priority, promised_ms)
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
            lost_lease=not written.holds or None,
        )
        if self._publisher.hears(parcel.tenant_id):
            for frame in frames_of_outcome(settled, holds=written.holds):
                self._publisher.tell(frame)

    async def drain(self) -> None:
        """Wait until every outcome is written."""
        while self._open_settles:
            await asyncio.gather(*self._open_settles, return_exceptions=True)


def _with_granted(policy: RetryPolicy, most: int) -> RetryPolicy:
    """The policy with the attempts a person added to this delivery."""
    return policy if most <= policy.attempts else replaced(policy, max_attempts=most, enabled=True)


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
