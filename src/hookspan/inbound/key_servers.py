"""Keys that live at a provider: certificates and key sets, fetched through the egress guard and kept for a while.

Whoever knows a path can name keys that do not exist, so a name is asked for once at a time, a refusal is remembered,
and one source may start only a few look-ups a minute; beyond that the answer is `KeyUnavailable`, which honest
senders retry. Redirects are never followed, answers are cut at 64 KiB.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hookspan import observe
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.verdict import KeyFetch, KeyNeeded, Refused, Verified
from hookspan.inbound.verify import Verifier
from hookspan.ports import Clock, HttpAnswer, HttpClient, HttpRequest

KEPT_MS = 24 * 3_600_000
UNKNOWN_MS = 300_000
UNREACHED_MS = 10_000
KEYS_MOST = 1_000
LOOKUPS_A_MINUTE = 10
PATHS_MOST = 10_000
TIMEOUT_MS = 5_000
ANSWER_BYTES = 65_536
POOL = "key-servers"
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class KeyUnavailable:
    """The provider's key could not be had now; answered 503, so that the sender tries again."""

    detail: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of a key until `expires_at` (epoch ms): the key itself, or why there is none."""

    expires_at: int
    found: bytes | Refused | KeyUnavailable


Settled: TypeAlias = Verified | Refused | KeyUnavailable


class KeyServers:
    """Settles verdicts that need a key of the provider's. Use from one event loop."""

    def __init__(self, client: HttpClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[_Kept]] = {}
        self._started: OrderedDict[str, tuple[int, int]] = OrderedDict()

    async def settled(
        self, verifier: Verifier, request: InboundRequest, secrets: Sequence[bytes], now_ms: int
    ) -> Settled:
        """The verdict, after a fetch where one is needed; without a need it never waits."""
        verdict = verifier.check(request, secrets, now_ms)
        if not isinstance(verdict, KeyNeeded):
            return verdict
        found = await self._found(verdict.fetch, request.path)
        return verdict.resume(found) if isinstance(found, bytes) else found

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _found(self, fetch: KeyFetch, path: str) -> bytes | Refused | KeyUnavailable:
        kept = self._kept.get(fetch.id)
        if kept is not None and kept.expires_at > self._clock.now_ms():
            self._kept.move_to_end(fetch.id)
            return kept.found
        task = self._under_way.get(fetch.id)
        if task is None:
            if not self._may_start(path):
                return KeyUnavailable(f"more than {LOOKUPS_A_MINUTE} unknown keys were named within a minute")
            task = asyncio.create_task(self._fetched(fetch))
            self._under_way[fetch.id] = task
        # One sender that hangs up must not end the look-up for the others.
        return (await asyncio.shield(task)).found

    def _may_start(self, path: str) -> bool:
        """Counts look-ups per source and minute; the source asked longest ago makes room."""
        minute = self._clock.now_ms() // _MINUTE_MS
        began, count = self._started.pop(path, (minute, 0))
        self._started[path] = (minute, count + 1 if began == minute else 1)
        while len(self._started) > PATHS_MOST:
            self._started.popitem(last=False)
        return self._started[path][1] <= LOOKUPS_A_MINUTE

    async def _fetched(self, fetch: KeyFetch) -> _Kept:
        try:
            kept = await self._asked(fetch)
        finally:
            self._under_way.pop(fetch.id, None)
        self._kept[fetch.id] = kept
        self._kept.move_to_end(fetch.id)
        while len(self._kept) > KEYS_MOST:
            self._kept.popitem(last=False)
        return kept

    async def _asked(self, fetch: KeyFetch) -> _Kept:
        headers = [("Accept", "*/*")]
        if fetch.body:
            headers.append(("Content-Type", "application/json"))
        answer = await self._client.send(
            HttpRequest(fetch.method, fetch.url, headers, fetch.body, TIMEOUT_MS, POOL, read_limit=ANSWER_BYTES)
        )
        kept = self._judged(fetch, answer)
        outcome = "found" if isinstance(kept.found, bytes) else kept.found.detail
        observe.step("webhook.key_fetched", url=fetch.url, outcome=outcome)
        return kept

    def _judged(self, fetch: KeyFetch, answer: object) -> _Kept:
        now = self._clock.now_ms()
        if not isinstance(answer, HttpAnswer):
            return _Kept(now + UNREACHED_MS, KeyUnavailable("the provider's key server was not reached"))
        if answer.status != 200:
            if 400 <= answer.status < 500 and answer.status not in (408, 429):
                told = f"the provider's key server knows no such key (it answered {answer.status})"
                return _Kept(now + UNKNOWN_MS, Refused("bad_signature", told))
            told = f"the provider's key server answered {answer.status}"
            return _Kept(now + UNREACHED_MS, KeyUnavailable(told))
        if answer.truncated:
            return _Kept(now + UNREACHED_MS, KeyUnavailable(f"the key is longer than {ANSWER_BYTES} bytes"))
        try:
            return _Kept(now + KEPT_MS, fetch.accept(answer.body))
        except ValueError as error:
            told = f"what the provider's key server sent is no key: {error}"
            return _Kept(now + UNKNOWN_MS, Refused("bad_signature", told))
