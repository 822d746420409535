"""Try an address before it is registered: one request through the guarded client, nothing stored, no retry (A.4).

What a test tells must not make it a port scanner: refused, filtered, nameless and forbidden read the same and take
at least 300 ms (security S17); ten tests a minute for a tenant.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from hookspan.errors import RateLimited
from hookspan.model.ids import new_id
from hookspan.model.redact import joined, stored_fields
from hookspan.outbound import profiles
from hookspan.outbound.sign import Signer, generate_secret
from hookspan.ports import Clock, HttpAnswer, HttpClient, HttpFailure, HttpRequest

TESTS_MOST = 10
TESTS_SPAN_SECONDS = 60.0
TENANTS_KEPT = 10_000
FLOOR_SECONDS = 0.3
TIMEOUT_MS = 15_000
BODY_CHARACTERS = 10_000
UNREACHABLE = "blocked or unreachable"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What to send: `url` is canonical, `data` are JSON bytes."""

    tenant_id: str
    url: str
    event: str
    data: bytes
    secret: str | None


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """What came back; `headers` and `body` are empty when nothing did."""

    success: bool
    status_code: int | None
    message: str
    duration_ms: int
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
    """Send once in profile `orchestrator`, as a delivery would look, with `X-Hookspan-Test: true`."""
    started = clock.monotonic()
    answer = await client.send(_request(test, clock.now_ms(), product))
    if isinstance(answer, HttpAnswer):
        return _answered(answer)
    if _stood(answer):
        return RehearsalResult(False, None, "Webhook delivery failed: timeout", round(answer.duration_ms))
    missing = FLOOR_SECONDS - (clock.monotonic() - started)
    if missing > 0:
        await clock.sleep(missing)
    duration_ms = round(max(answer.duration_ms, FLOOR_SECONDS * 1_000))
    return RehearsalResult(False, None, f"Webhook delivery failed: {UNREACHABLE}", duration_ms)


def _request(test: Rehearsal, now: int, product: str) -> HttpRequest:
    event_id, endpoint_id, delivery_id = new_id(now), new_id(now), new_id(now)
    fact = profiles.Fact(event_id, endpoint_id, test.event, test.event, now, test.data)
    wire = profiles.build("orchestrator", fact)
    signer = Signer([generate_secret()], legacy_secret=test.secret)
    attempt = profiles.Try(delivery_id, 1, product, is_test=True)
    headers = [
        *profiles.headers("orchestrator", fact, wire, attempt),
        *signer.trio(event_id, now // 1_000, wire.body),
        *signer.legacy("orchestrator", wire.body),
    ]
    return HttpRequest("POST", test.url, headers, wire.body, TIMEOUT_MS, test.tenant_id)


def _stood(failure: HttpFailure) -> bool:
    """A timeout of the far side's own: a connection stood and it did not answer."""
    return failure.code == "timeout" and (failure.bytes_sent or failure.timings.connect_ms is not None)


def _answered(answer: HttpAnswer) -> RehearsalResult:
    is_ok = 200 <= answer.status < 300
    message = "Webhook delivered successfully" if is_ok else f"Webhook delivery failed: HTTP {answer.status}"
    fields = stored_fields([(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers])
    body = answer.body.decode("utf-8", "replace")[:BODY_CHARACTERS]
    return RehearsalResult(is_ok, answer.status, message, round(answer.duration_ms), joined(fields), body)
