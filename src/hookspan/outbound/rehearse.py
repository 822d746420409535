"""Send a test: one request through the guarded client as a delivery would look; nothing published, no retry (A.4, C.2).

What a test tells must not make it a port scanner: refused, filtered, nameless and forbidden read the same and take
at least 300 ms (security S17); ten tests a minute for a tenant.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

import msgspec

from hookspan import observe
from hookspan.errors import RateLimited
from hookspan.model.deliveries import Attempt
from hookspan.model.ids import new_id
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.redact import joined
from hookspan.outbound import profiles
from hookspan.outbound.deliver import attempt_of, outcome_of
from hookspan.outbound.masking import masked_answer, masked_request
from hookspan.outbound.targets import Target
from hookspan.ports import Clock, HttpAnswer, HttpClient, HttpFailure, HttpRequest

TESTS_MOST = 10
TESTS_SPAN_SECONDS = 60.0
TENANTS_KEPT = 10_000
FLOOR_SECONDS = 0.3
BODY_CHARACTERS = 10_000
UNREACHABLE = "blocked or unreachable"

TEST_EVENT = "custom"
TEST_DATA = b'{"test":true,"message":"hookspan test delivery"}'

_json = msgspec.json.Encoder().encode
_read_fields = msgspec.json.Decoder(list[tuple[str, str]]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What to send to whom: `profile` is the wire's (cloudevents-binary too), `data` are JSON bytes."""

    target: Target
    profile: str
    event: str
    data: bytes
    unsafe_numbers: UnsafeNumbers = "exact"


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """What was sent and what came back; `headers` and `body` are empty when nothing did.

    `attempt` is as a delivery's would be recorded, secrets masked; `id` stands for the delivery that there is not.
    """

    id: str
    success: bool
    status_code: int | None
    message: str
    duration_ms: int
    attempt: Attempt
    sent_body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


class RehearsalBudget:
    """Ten test sends a minute for each tenant."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    def spend(self, tenant_id: str) -> None:
        """Count one; RateLimited when the minute's ten are used."""
        now = self._clock.monotonic()
        sent = self._sent.setdefault(tenant_id, deque())
        self._sent.move_to_end(tenant_id)
        while sent and sent[0] <= now - TESTS_SPAN_SECONDS:
            sent.popleft()
        if len(sent) >= TESTS_MOST:
            wait_s = max(1, ceil(sent[0] + TESTS_SPAN_SECONDS - now))
            raise RateLimited(f"{TESTS_MOST} test sends a minute; try again later", retry_after_s=wait_s)
        sent.append(now)
        while len(self._sent) > TENANTS_KEPT:
            self._sent.popitem(last=False)


async def rehearse(client: HttpClient, clock: Clock, test: Rehearsal, *, product: str) -> RehearsalResult:
    """Send once, with `X-Hookspan-Test: true`."""
    started, started_at = clock.monotonic(), clock.now_ms()
    identity = new_id(started_at)
    request = _request(test, identity, started_at, product)
    answer = await client.send(request)
    if isinstance(answer, HttpAnswer):
        answer = masked_answer(answer, test.target)
    elif not _stood(answer):
        observe.step("endpoint.test_unreachable", tenant=test.target.tenant_id, outcome=answer.code)
        answer = await _uniform(answer, clock, started)
    kept = masked_request(request, test.target)
    ended_at = started_at + round(answer.duration_ms)
    attempt = attempt_of(kept, answer, outcome_of(answer), started_at=started_at, finished_at=ended_at)
    return told(identity, attempt, request.body)


def told(identity: str, attempt: Attempt, sent_body: bytes) -> RehearsalResult:
    """What a recorded attempt tells whoever asked for the test."""
    is_ok = attempt.outcome == "delivered"
    if attempt.status_code is None:
        reason = "timeout" if attempt.outcome == "timeout" else UNREACHABLE
    else:
        reason = f"HTTP {attempt.status_code}"
    fields = _read_fields(attempt.response_headers or "[]")
    return RehearsalResult(
        identity,
        is_ok,
        attempt.status_code,
        "Webhook delivered successfully" if is_ok else f"Webhook delivery failed: {reason}",
        attempt.duration_ms,
        attempt,
        sent_body,
        joined((name.lower(), value) for name, value in fields),
        (attempt.response_body or b"").decode("utf-8", "replace")[:BODY_CHARACTERS],
    )


def _request(test: Rehearsal, identity: str, now: int, product: str) -> HttpRequest:
    target = test.target
    event_id = new_id(now)
    metadata = _json({"test_id": f"test_{now}"})
    fact = profiles.Fact(
        event_id,
        target.id,
        test.event,
        test.event,
        now,
        test.data,
        metadata=metadata,
        unsafe_numbers=test.unsafe_numbers,
    )
    wire = profiles.build(test.profile, fact)
    if target.method == "GET":
        wire = profiles.without_body(wire)
    headers = [
        *profiles.headers(test.profile, fact, wire, profiles.Try(identity, 1, product, is_test=True)),
        *target.signer.trio(event_id, now // 1_000, wire.body),
        *target.signer.legacy(test.profile, wire.body),
    ]
    for configured in (target.auth_headers, target.headers):
        ours = {name.lower() for name, _ in headers}
        headers += [(name, value) for name, value in configured if name.lower() not in ours]
    return HttpRequest(
        target.method, target.url, headers, wire.body, target.timeout_ms, target.tenant_id, tls=target.tls
    )


def _stood(failure: HttpFailure) -> bool:
    """A timeout of the far side's own: a connection stood and it did not answer."""
    return failure.code == "timeout" and (failure.bytes_sent or failure.timings.connect_ms is not None)


async def _uniform(failure: HttpFailure, clock: Clock, started: float) -> HttpFailure:
    """One failure in place of all that would tell what listens where, not sooner than the floor."""
    missing = FLOOR_SECONDS - (clock.monotonic() - started)
    if missing > 0:
        await clock.sleep(missing)
    return HttpFailure("connect_error", UNREACHABLE, False, max(failure.duration_ms, FLOOR_SECONDS * 1_000))
