"""The egress guard: one look-up, every answer vetted, and the address that was vetted is the one connected to.

A name that answers with a public address once and with 127.0.0.1 the next time (DNS rebinding) gains nothing, because
there is no next time: the client never resolves again. One bad answer among good ones refuses the whole name.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from ipaddress import ip_address
from time import monotonic
from typing import Literal, TypeVar

from hookspan.model.addresses import Address, refusal
from hookspan.model.urls import Url, UrlRules, parse_url
from hookspan.net.interfaces import interface_addresses

LOOKUP_THREADS = 32
LOOKUP_BUDGET_S = 5.0
LOOKUPS_PER_TENANT = 4
ANSWER_LIFE_S = 30.0
INTERFACES_LIFE_S = 60.0
MAX_REMEMBERED = 10_000
MAX_ANSWERS = 32

Key = TypeVar("Key")
Value = TypeVar("Value")
Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to literal addresses, best first; blocks, and raises OSError when there is no answer."""


@dataclass(frozen=True, slots=True)
class Vetted:
    """Addresses that may be called, best first, as text for the socket."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the host may not be called, or has no address."""

    code: Literal["blocked", "dns_error"]
    detail: str


Verdict = Vetted | Refused


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver; a dotted name is asked fully qualified, so search domains never answer for it."""
    name = f"{host}." if "." in host else host
    return [str(answer[4][0]) for answer in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]


class Egress:
    """Vets where the product connects to; verdicts are remembered for 30 s for each tenant, host and port.

    `rules` may be replaced at any time and count from the next request on. Use from one event loop.
    """

    def __init__(
        self,
        rules: UrlRules,
        *,
        resolver: Resolver = resolve,
        interfaces: Callable[[], frozenset[Address]] = interface_addresses,
        lookup_budget_s: float = LOOKUP_BUDGET_S,
    ) -> None:
        self._resolver = resolver
        self._interfaces = interfaces
        self._lookup_budget_s = lookup_budget_s
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="lookup")
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._urls: dict[str, Url] = {}
        self._verdicts: dict[tuple[str, str, int], tuple[float, Verdict]] = {}
        self._pending: dict[tuple[str, str, int], asyncio.Task[Verdict]] = {}
        self._configured = rules
        self.rules = rules
        self.refresh()

    def replace_rules(self, rules: UrlRules) -> None:
        """Take new rules; verdicts made under the old are forgotten."""
        self._configured = rules
        self.refresh()

    def refresh(self) -> None:
        """Read the interface addresses again, by itself once a minute; if anything changed, forget every verdict."""
        self._interfaces_due = monotonic() + INTERFACES_LIFE_S
        addresses = self._configured.addresses
        own = addresses.own_addresses | self._interfaces()
        rules = replace(self._configured, addresses=replace(addresses, own_addresses=own))
        if rules != self.rules:
            self._verdicts.clear()
            self._urls.clear()
        self.rules = rules

    def url(self, text: str) -> Url:
        """The parsed URL, remembered; raises Invalid like `parse_url`."""
        url = self._urls.get(text)
        if url is None:
            url = parse_url(text, self.rules)
            _remember(self._urls, text, url)
        return url

    def known(self, url: Url, tenant_id: str, now: float) -> Vetted | None:
        """The addresses if they were vetted within the last 30 s; `now` is monotonic seconds."""
        entry = self._verdicts.get((tenant_id, url.host, url.port))
        if entry is None or entry[0] < now:
            return None
        return entry[1] if isinstance(entry[1], Vetted) else None

    async def vet(self, url: Url, tenant_id: str) -> Verdict:
        """The addresses to connect to, or why not; one look-up at a time for each tenant, host and port."""
        if monotonic() >= self._interfaces_due:
            self.refresh()
        key = (tenant_id, url.host, url.port)
        entry = self._verdicts.get(key)
        if entry is not None and entry[0] >= monotonic():
            return entry[1]
        if url.literal is not None:
            return self._keep(key, [url.host])
        task = self._pending.get(key)
        if task is None:
            task = self._pending[key] = asyncio.create_task(self._look_up(key))
            task.add_done_callback(lambda _: self._pending.pop(key, None))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                return Refused("dns_error", "the client was closed")
            raise

    async def close(self) -> None:
        """Give up look-ups under way; threads inside the system's resolver end when it answers."""
        for task in list(self._pending.values()):
            task.cancel()
        await asyncio.gather(*self._pending.values(), return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_up(self, key: tuple[str, str, int]) -> Verdict:
        try:
            async with asyncio.timeout(self._lookup_budget_s):
                answers = await self._resolve(*key)
        except TimeoutError:
            return self._settle(key, Refused("dns_error", f"{key[1]} was not resolved in {self._lookup_budget_s:g} s"))
        except (OSError, UnicodeError) as error:
            return self._settle(key, Refused("dns_error", f"{key[1]} does not resolve: {error}"))
        return self._keep(key, answers)

    async def _resolve(self, tenant_id: str, host: str, port: int) -> Sequence[str]:
        slots = self._slots.setdefault(tenant_id, asyncio.Semaphore(LOOKUPS_PER_TENANT))
        await slots.acquire()
        answer = asyncio.get_running_loop().run_in_executor(self._threads, self._resolver, host, port)
        # A look-up we no longer wait for still holds its thread, so its slot is freed by the thread alone.
        answer.add_done_callback(lambda done: self._free_slot(tenant_id, slots, done))
        return await asyncio.shield(answer)

    def _free_slot(self, tenant_id: str, slots: asyncio.Semaphore, done: asyncio.Future[Sequence[str]]) -> None:
        slots.release()
        if not slots.locked() and len(self._slots) > MAX_REMEMBERED:
            self._slots.pop(tenant_id, None)
        if not done.cancelled():
            done.exception()

    def _keep(self, key: tuple[str, str, int], answers: Sequence[str]) -> Verdict:
        return self._settle(key, self._judge(key[1], key[2], answers))

    def _settle(self, key: tuple[str, str, int], verdict: Verdict) -> Verdict:
        _remember(self._verdicts, key, (monotonic() + ANSWER_LIFE_S, verdict))
        return verdict

    def _judge(self, host: str, port: int, answers: Sequence[str]) -> Verdict:
        if not answers:
            return Refused("dns_error", f"{host} has no address")
        if len(answers) > MAX_ANSWERS:
            return Refused("blocked", f"{host} has more than {MAX_ANSWERS} addresses")
        addresses = dict.fromkeys(ip_address(answer) for answer in answers)
        for address in addresses:
            reason = refusal(address, self.rules.addresses, port=port)
            if reason is not None:
                return Refused("blocked", f"{host} leads to {address}, which is {reason}")
        return Vetted(tuple(str(address) for address in addresses))


def _remember(memory: dict[Key, Value], key: Key, value: Value) -> None:
    if len(memory) >= MAX_REMEMBERED:
        del memory[next(iter(memory))]
    memory[key] = value
