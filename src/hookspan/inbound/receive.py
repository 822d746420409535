"""The walk of a request in, and the answer at its end (providers §5); nothing is looked up by an unverified id.

admit    source ─► rates ─► hops ─► method ─► unsigned handshake ─► address ─► encoding, type, length
receive  ─► body within its limit ─► verification ─► signed handshake ─► JSON ─► one transaction ─► answer

`admit` judges what the head tells before a byte of the body is taken; an unknown path costs a stranger the same as a
known one. A test request walks the same way (`rehearse`), but nothing of it is counted or kept as refused.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from hookspan import failpoints, observe
from hookspan.errors import HookspanError, Unavailable
from hookspan.inbound import answers
from hookspan.inbound.answers import Answer, Ending
from hookspan.inbound.birth import Taken
from hookspan.inbound.enrich import Network, client_address
from hookspan.inbound.floods import REFUSALS_MOST, Floods, RateRules, SourceRates
from hookspan.inbound.handshakes import Signed, acknowledged, brought, confirmation_url, confirmed, pinged
from hookspan.inbound.head import (
    PREFIX,
    Admission,
    Head,
    Headers,
    hops_in,
    judged,
    plain_path,
    request_of,
    too_large,
)
from hookspan.inbound.key_servers import KeyServers, KeyUnavailable, Settled
from hookspan.inbound.recording import LIVE, Manner, Outcome, Recording
from hookspan.inbound.rejections import Refused as RefusedRequest
from hookspan.inbound.rejections import Rejections
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.source import MAX_BODY_BYTES, Source, SourcesByPath
from hookspan.inbound.verdict import KeyNeeded, Refused, Verified
from hookspan.model.jsonview import JsonView
from hookspan.ports import Clock, HttpClient

__all__ = ["PREFIX", "Admission", "Head", "Headers", "Receiver", "ReceiverSettings", "Walked", "Ways"]

Skip = Literal["ip", "verify"]
TakeSecret = Callable[[str, str, str], Awaitable[object]]

_DUMMY_KEY = os.urandom(32)
_FOLDED = frozenset({401, 403, 405})
_PROOF = frozenset(
    {
        "missing_signature", "malformed_signature", "bad_signature", "stale_timestamp", "future_timestamp",
        "basic_failed", "key_failed", "not_configured",
    }
)  # fmt: skip
# What is no attempt of a stranger: a handshake that was answered, a limit of good traffic, a fault of ours.
_UNCOUNTED = frozenset({"handshake", "rate_limited", "key_unavailable"})
_UNLOGGED = frozenset({"unavailable"})


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """`base_url` is our address as senders know it; `hop_key` the instance's key of the loop guard.

    `uniform_refusals` tells whoever fails to prove himself what an unknown path tells.
    """

    base_url: str
    hop_key: bytes
    trusted_proxies: tuple[Network, ...] = ()
    uniform_refusals: bool = False
    refusals_most: int = REFUSALS_MOST
    rates: RateRules = field(default_factory=RateRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What the walk reaches beside the store; without a way, what needs it is refused, and refusals are not kept.

    `take_secret(tenant_id, webhook_id, secret)` keeps a secret that came by handshake; `closed` says why nothing is
    taken now (draining, a full disk), `is_shared` whether several tenants live here.
    """

    keys: KeyServers | None = None
    client: HttpClient | None = None
    rejections: Rejections | None = None
    take_secret: TakeSecret | None = None
    closed: Callable[[], str | None] = lambda: None
    is_shared: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a request came to: its answer, and what was recorded or why nothing was.

    `taken` is the verified request of a walk that reached the recording.
    """

    answer: Answer
    ending: Ending | None = None
    outcome: Outcome | None = None
    taken: Taken | None = None


class Receiver:
    """Receives for every source of the instance."""

    def __init__(
        self,
        sources: SourcesByPath,
        recording: Recording,
        *,
        clock: Clock,
        settings: ReceiverSettings,
        ways: Ways | None = None,
    ) -> None:
        self._sources = sources
        self._recording = recording
        self._clock = clock
        self._settings = settings
        self._ways = ways or Ways()
        proxies = settings.trusted_proxies
        self.floods = Floods(clock=clock, most=settings.refusals_most, proxies=proxies)
        self._rates = SourceRates(clock, rules=settings.rates, proxies=proxies, is_shared=self._ways.is_shared)

    def client_of(self, head: Head) -> str:
        """The address it came from, as far as trusted proxies tell."""
        return client_address(head.peer, head.headers, self._settings.trusted_proxies)

    # -- before the body -----------------------------------------------------------------------------------------

    def admit(self, head: Head) -> Admission:
        """Steps 1 to 7 of the order of work; an answer in the admission is final."""
        client = self.client_of(head)
        source = self._sources.by_path(plain_path(head.path))
        is_known = source is not None and source.status != "disabled"
        most = source.max_body_bytes if source is not None and is_known else MAX_BODY_BYTES
        hops = hops_in(head, self._settings.hop_key)
        admission = Admission(head, source, client, most, hops)
        ending = self._closed() or self._over_rate(source if is_known else None, client)
        if ending is not None:
            return self._decided(admission, ending)
        if source is None:
            return self._later(admission, Ending(answers.NOT_FOUND, "unknown_path", "no source has this path"))
        if not is_known:
            return self._later(admission, Ending(answers.NOT_FOUND, "disabled", "the source is disabled"))
        ending = judged(head, source, client, hops=hops)
        if ending is None:
            return admission
        return self._later(admission, ending) if self._is_folded(ending) else self._decided(admission, ending)

    def _closed(self) -> Ending | None:
        reason = self._ways.closed()
        return None if reason is None else Ending(answers.UNAVAILABLE, "unavailable", reason)

    def _over_rate(self, source: Source | None, client: str) -> Ending | None:
        wait_s = self.floods.wait_s(client)
        if wait_s is not None:
            return Ending(answers.rate_limited(wait_s), "rate_limited", "too many refused requests from this address")
        wait_s = None if source is None else self._rates.wait_s(source, client)
        if wait_s is not None:
            return Ending(answers.rate_limited(wait_s), "rate_limited", "more requests than the source takes")
        return None

    def _decided(self, admission: Admission, ending: Ending) -> Admission:
        return msgspec.structs.replace(admission, answer=self._end(admission, ending))

    def _later(self, admission: Admission, ending: Ending) -> Admission:
        """Told only after the read and the MAC that an unknown path costs."""
        return msgspec.structs.replace(admission, max_body_bytes=MAX_BODY_BYTES, late=ending)

    def too_large(self, admission: Admission) -> Answer:
        """The body is over its limit while it is read; an unknown path hears what it always hears."""
        ending = admission.late or too_large(admission.max_body_bytes)
        return self._end(admission, ending)

    def timed_out(self, admission: Admission) -> Answer:
        """The body did not come in time."""
        return self._end(admission, Ending(answers.TIMEOUT, "timeout", "the body did not come in time"))

    # -- with the body -------------------------------------------------------------------------------------------

    async def receive(self, admission: Admission, body: bytes) -> Answer:
        """Steps 8 to 13; 2xx only after the commit."""
        if admission.answer is not None:
            return admission.answer
        source = admission.source
        if source is None or admission.late is not None:
            hmac.digest(_DUMMY_KEY, body, hashlib.sha256)
            unknown = Ending(answers.NOT_FOUND, "unknown_path")
            return self._end(admission, admission.late or unknown, body)
        walked = await self._walk(admission, source, body, LIVE)
        if walked.ending is not None:
            return self._end(admission, walked.ending, body)
        if walked.outcome is not None:
            observe.accept_seconds.observe(self._clock.monotonic() - admission.head.started_at)
            observe.count(
                observe.receipts_total, "duplicate" if walked.outcome.duplicate else walked.outcome.status, ""
            )
        return walked.answer

    async def rehearse(
        self, source: Source, head: Head, body: bytes, *, manner: Manner, skips: frozenset[Skip] = frozenset()
    ) -> Walked:
        """The same walk for a test request to `source`, whatever its path says; nobody's limit is used up.

        `manner` says how it is recorded (recording.TEST flags the event and leaves dedupe out; `is_dry` stores
        nothing). `skips` leaves steps out: `ip`, because a test comes from a person's address; `verify`, for schemes
        that only their provider can sign.
        """
        client = self.client_of(head)
        admission = Admission(head, source, client, source.max_body_bytes, hops_in(head, self._settings.hop_key))
        ending = judged(head, source, client, hops=admission.hops, skips=frozenset(skips))
        if source.status == "disabled":
            ending = Ending(answers.NOT_FOUND, "disabled", "the source is disabled")
        if ending is None and len(body) > source.max_body_bytes:
            ending = too_large(source.max_body_bytes)
        if ending is not None:
            return Walked(ending.answer, ending)
        return await self._walk(admission, source, body, manner, skips)

    async def _walk(
        self,
        admission: Admission,
        source: Source,
        body: bytes,
        manner: Manner,
        skips: frozenset[Skip] = frozenset(),
    ) -> Walked:
        now, taken_at = self._clock.now_ms(), self._clock.monotonic()
        request = request_of(admission.head, source, self._settings.base_url, body)
        ending = pinged(request, source) or await self._secret_taken(request, source, now)
        if ending is not None:
            return Walked(ending.answer, ending)
        live = [secret.value for secret in source.secrets if secret.expires_at is None or secret.expires_at > now]
        verdict: Settled = Verified(None) if "verify" in skips else await self._verdict(source, request, live, now)
        if not isinstance(verdict, Verified):
            ending = _unproven(source, verdict)
            return Walked(ending.answer, ending)
        failpoints.reach("receive.verified")
        view = body_view(request, source.preset.record.form)
        held = live[verdict.key_index] if verdict.key_index is not None else b""
        ending = await self._after_proof(source, Signed(request, view, held))
        if ending is not None:
            return Walked(ending.answer, ending)
        taken = Taken(
            request,
            verdict,
            view,
            now,
            admission.hops,
            client=admission.client,
            read_ms=_ms(taken_at - admission.head.started_at),
            verify_ms=_ms(self._clock.monotonic() - taken_at),
            started_at=admission.head.started_at,
        )
        return await self._record(source, taken, manner)

    async def _verdict(self, source: Source, request: InboundRequest, secrets: list[bytes], now: int) -> Settled:
        if self._ways.keys is not None:
            return await self._ways.keys.settled(source.verifier, request, secrets, now)
        verdict = source.verifier.check(request, secrets, now)
        return KeyUnavailable("there is no way to the key server") if isinstance(verdict, KeyNeeded) else verdict

    async def _secret_taken(self, request: InboundRequest, source: Source, now: int) -> Ending | None:
        """A secret that comes by handshake is kept before its bringer hears so."""
        if self._ways.take_secret is None or source.handshake.awaiting_until <= now:
            return None

        def view() -> JsonView:
            return body_view(request, source.preset.record.form)

        found = brought(request, view, source, now)
        if found is None:
            return None
        try:
            await self._ways.take_secret(source.tenant_id, source.id, found.secret)
        except Unavailable as error:
            return Ending(answers.UNAVAILABLE, "unavailable", error.detail)
        except HookspanError:
            # Another one came first: this is a request like any other now.
            return None
        return found.ending

    async def _after_proof(self, source: Source, signed: Signed) -> Ending | None:
        """Signed handshakes, then the demand for JSON."""
        if source.preset.record.handshake:
            ending = acknowledged(signed, source)
            url = None if ending is not None else confirmation_url(signed, source)
            if url is not None and self._ways.client is not None:
                ending = await confirmed(self._ways.client, url, source.tenant_id)
            if ending is not None:
                return ending
        if source.require_json and not signed.view.is_json:
            return Ending(answers.INVALID_JSON, "invalid_json", f"expected JSON: {signed.view.fault}")
        return None

    async def _record(self, source: Source, taken: Taken, manner: Manner) -> Walked:
        try:
            outcome = await self._recording.record(source, taken, manner)
        except Unavailable as error:
            observe.warn("webhook.unavailable", source=source.id, error=error.detail)
            return Walked(answers.UNAVAILABLE, Ending(answers.UNAVAILABLE, "unavailable", error.detail), taken=taken)
        if outcome.id_conflict:
            ending = Ending(answers.ID_CONFLICT, "id_conflict", "this delivery id came before with another body")
            return Walked(ending.answer, ending, outcome, taken)
        return Walked(answers.told(source, outcome), None, outcome, taken)

    # -- the end without an event --------------------------------------------------------------------------------

    def _end(self, admission: Admission, ending: Ending, body: bytes | None = None) -> Answer:
        """Count, tell and keep a request that ends here; what it hears."""
        answer = answers.NOT_FOUND if self._is_folded(ending) else ending.answer
        if ending.cause in _UNLOGGED:
            observe.count(observe.receipts_total, "unavailable", "store")
            return answer
        source, client = admission.source, admission.client
        if ending.cause not in _UNCOUNTED:
            self.floods.refused(client)
        status = "handshake" if ending.cause == "handshake" else "rejected"
        observe.count(observe.receipts_total, status, ending.cause)
        source_id = source.id if source else None
        observe.step(f"webhook.{status}", source=source_id, cause=ending.cause, status=answer.status, client=client)
        if self._ways.rejections is not None:
            refused = RefusedRequest(ending, answer.status, admission.head, source, client, body)
            self._ways.rejections.note(refused)
        return answer

    def _is_folded(self, ending: Ending) -> bool:
        """Whether this refusal sounds like an unknown path, for owners who publish readable paths."""
        return self._settings.uniform_refusals and (ending.answer.status in _FOLDED or ending.cause in _PROOF)


def _unproven(source: Source, verdict: Refused | KeyUnavailable) -> Ending:
    if isinstance(verdict, KeyUnavailable):
        return Ending(answers.KEY_UNAVAILABLE, "key_unavailable", verdict.detail)
    return Ending(answers.unproven(source), verdict.cause, verdict.detail)


def _ms(seconds: float) -> int:
    return round(seconds * 1_000)
