"""A run's whole scene: database, receiver, hookspan processes, producers; and the calm phase that ends every run."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import msgspec

from tests.faults import web
from tests.faults.books import Books, Ground, books
from tests.faults.callers import Callers
from tests.faults.checks import judge
from tests.faults.launcher import PROGRAM
from tests.faults.ledger import Endpoint, Kill, Ledger, Options, Submission
from tests.faults.producers import Crowd, Door
from tests.faults.program import CALLS
from tests.faults.receiver import Plan, secret_of
from tests.faults.sources import PUSH_SECRET, TIDAL, replayed, sources_made, turned
from tests.faults.tour import POOLS as TOUR_POOLS
from tests.faults.victims import FarSide, Launcher, NotReady, Victim, far_side, launching, until

_NONE: Mapping[str, str] = MappingProxyType({})
SHORT_CLOCKS = {
    "HOOKSPAN_LEASES__MARGIN_MS": "1500",
    "HOOKSPAN_LEASES__EXECUTION_MS": "5000",
    "HOOKSPAN_LEASES__SWEEP_SECONDS": "0.8",
    "HOOKSPAN_BREAKER__OPEN_SECONDS": "0.3",
    "HOOKSPAN_BREAKER__OPEN_SECONDS_MOST": "1",
}
TIDE_PUSHES, TIDE_SECONDS = 8, 600.0
REPLAY_SECONDS = 20.0
POOLS = {name: amount * 3 for name, amount in TOUR_POOLS.items()}
CALLS_FILE = "calls"
RETRY = {"strategy": "fixed", "initialDelayMs": 150, "maxDelayMs": 1_000, "maxAttempts": 50}
CHAOS_ENDPOINTS = (
    Endpoint("plain", ("fault.*",), "chaos"),
    Endpoint("moody", ("fault.order",), "moody"),
    Endpoint("pushes", ("github.*", "fault.told"), "chaos"),
    Endpoint("inbound", ("webhook.received",), "chaos"),
    Endpoint("flows", ("flow.*",), "chaos"),
    Endpoint("step", (), "step"),
)
OK_ENDPOINTS = tuple(msgspec.structs.replace(endpoint, mood="ok") for endpoint in CHAOS_ENDPOINTS)


@dataclass
class Scene:
    """One run under way."""

    options: Options
    folder: Path
    books: Books
    launcher: Launcher
    far: FarSide
    crowd: Crowd
    ledger: Ledger
    settings: Mapping[str, str]
    callers: Callers
    victims: dict[str, Victim] = field(default_factory=dict)
    _producers: list[asyncio.Task[None]] = field(default_factory=list)
    _attending: asyncio.Task[None] | None = None

    # -- processes -----------------------------------------------------------------------------------------------

    async def serve(
        self,
        *,
        failpoint: str = "",
        is_worker: bool = True,
        settings: Mapping[str, str] = _NONE,
        name: str = "serve",
    ) -> Victim:
        """Start `serve`; it does not answer yet. One under another name has a folder of its own."""
        folder = self.books.folder if name == "serve" else self.books.folder.with_name(name)
        argv = ["serve", "--dev", "--data", str(folder), "--port", "0"]
        return await self.start(name, argv if is_worker else [*argv, "--no-worker"], failpoint, settings, folder=folder)

    async def worker(self, name: str, *, failpoint: str = "") -> Victim:
        """Start a `worker`."""
        return await self.start(name, ["worker", "--data", str(self.books.folder)], failpoint)

    async def start(
        self,
        name: str,
        argv: list[str],
        failpoint: str = "",
        settings: Mapping[str, str] = _NONE,
        *,
        folder: Path | None = None,
    ) -> Victim:
        """Start any command of hookspan."""
        told = {**self.settings, **settings, "HOOKSPAN_FAILPOINT": failpoint}
        if self.options.callers and argv[0] in ("serve", "worker"):
            told |= {PROGRAM: "tests.faults.program", CALLS: str(self.folder / CALLS_FILE)}
        victim = await self.launcher.start(name, argv, folder or self.books.folder, told, log=self.folder)
        self.victims[name] = victim
        return victim

    async def answering(self, victim: Victim) -> None:
        """Wait until a serving process answers, and send the producers there."""
        await victim.ready()
        self.crowd.door.url, self.crowd.door.token = victim.url, victim.token

    async def kill(self, victim: Victim, gate: str, units: int, *, is_reached: bool) -> None:
        """SIGKILL, written down."""
        self.ledger.kills.append(Kill(victim.name, "SIGKILL", gate, units, is_reached))
        await victim.end(signal.SIGKILL)

    # -- setting up ----------------------------------------------------------------------------------------------

    async def set_up(self, victim: Victim) -> None:
        """Endpoints, a workflow, the sources, some bound to it, through the API."""
        url, token = victim.url, victim.token
        for endpoint in self.ledger.endpoints:
            if endpoint.patterns:
                made = await web.ask(url, token, "/api/v1/endpoints", self._endpoint(endpoint))
                place = self.ledger.endpoints.index(endpoint)
                self.ledger.endpoints[place] = msgspec.structs.replace(endpoint, id=made["id"])
        workflow = await web.ask(url, token, "/api/v1/workflows", self._workflow())
        self.crowd.paths = await sources_made(url, token, workflow["id"])
        if self.options.callers:
            self.books.pool(POOLS)
            self.ledger.pools = dict(POOLS)
            await self.callers.set_up(url, token, f"{self.far.url}/step")

    def _endpoint(self, endpoint: Endpoint) -> dict[str, object]:
        key = base64.b64encode(secret_of(self.options.seed, endpoint.name)).decode()
        return {
            "name": endpoint.name,
            "url": f"{self.far.url}/{endpoint.name}",
            "events": list(endpoint.patterns),
            "timeoutMs": self.options.timeout_ms,
            "maxInFlight": self.options.max_in_flight,
            "retry": RETRY,
            "signing": {"secret": f"whsec_{key}"},
        }

    def _workflow(self) -> dict[str, object]:
        call = {
            "method": "POST",
            "url": f"{self.far.url}/step",
            "body": "{{steps.shape.output}}",
        }
        shape = {"output": {"key": "{{trigger.body.key}}"}}
        told = {"event": "fault.told", "data": {"key": "{{trigger.body.key}}"}}
        retry = {"maxAttempts": 10, "initialDelayMs": 100, "multiplier": 1, "maxDelayMs": 100, "jitter": 0}
        return {
            "name": "tell",
            "status": "active",
            "triggers": [{"id": "trigger", "kind": "webhook"}],
            "steps": [
                {"id": "shape", "kind": "transform", "with": shape},
                {"id": "call", "kind": "http", "needs": ["shape"], "with": call, "timeoutMs": 1_000, "retry": retry},
                {"id": "tell", "kind": "emit", "needs": ["call"], "with": told},
            ],
        }

    def produce(self) -> None:
        """Let the producers loose."""
        self._producers = [asyncio.create_task(self.crowd.produce(number)) for number in range(self.options.producers)]
        self._producers += [asyncio.create_task(self.callers.call(number)) for number in range(self.options.callers)]
        if self.options.callers:
            self._attending = asyncio.create_task(self.callers.attend())
        if self.options.is_tidal:
            self._producers.append(asyncio.create_task(self._tides()))

    async def _tides(self) -> None:
        """A person pauses a source and lets it go on, each after so many requests of its own."""
        for verb in itertools.cycle(("pause", "resume")):
            await self._more(self._tidal, TIDE_PUSHES)
            while not self.crowd.is_over and not await self._turned(verb):
                await self._more(lambda: self.crowd.acks, 1)
            if self.crowd.is_over:
                return

    async def _more(self, counted: Callable[[], int], units: int) -> None:
        before = counted()
        await until(TIDE_SECONDS, lambda: self.crowd.is_over or counted() - before >= units)

    def _tidal(self) -> int:
        return sum(submission.source == TIDAL.name for submission in self._pushed())

    async def _turned(self, verb: str) -> bool:
        return await turned(self.crowd.door.url, self.crowd.door.token, TIDAL.name, verb)

    def hush(self) -> None:
        """End what producers are left."""
        for producer in self._producers:
            producer.cancel()
        if self._attending is not None:
            self._attending.cancel()

    async def all_produced(self) -> None:
        """Wait until every producer is done."""
        await asyncio.gather(*self._producers)

    async def replay(self, victim: Victim, count: int, per_second: int) -> None:
        """Ask for a job that replays what was pushed last, as soon as there is so much."""
        await until(REPLAY_SECONDS, lambda: len(self._pushed()) >= count or not victim.is_alive)
        event_ids = [submission.ids[0] for submission in self._pushed()[-count:]]
        await replayed(victim.url, victim.token, event_ids, per_second)

    def _pushed(self) -> list[Submission]:
        return [submission for submission in self.crowd.submitted if submission.is_acked and submission.source]

    # -- the end -------------------------------------------------------------------------------------------------

    async def resume(self) -> None:
        """Make endpoints active again that said 410."""
        door = self.crowd.door
        rows = self.books.rows("SELECT id FROM endpoints WHERE status <> 'active' AND deleted_at IS NULL")
        for row in rows:
            with contextlib.suppress(web.Refused):
                await web.ask(door.url, door.token, f"/api/v1/endpoints/{row[0]}/resume", {})

    async def calm(self) -> None:
        """Faults off, producers finish, everything drains within the deadline or is stuck."""
        began = time.monotonic()
        self.far.calm()
        self.crowd.is_over = self.callers.is_over = True
        await self.all_produced()
        deadline = time.monotonic() + self.options.drain_seconds
        await self.resume()
        await self._flood()
        while self._is_open() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            await self.resume()
        self.ledger.numbers["drain_seconds"] = round(time.monotonic() - began, 2)

    def _is_open(self) -> bool:
        return bool(self.books.open_work() or (self.options.callers and self.callers.standing()))

    async def _flood(self) -> None:
        """No source holds anything any longer."""
        is_held = self.books.count("SELECT count(*) FROM webhooks WHERE status = 'paused'")
        if is_held and not await self._turned("resume"):
            self.ledger.noted.append("STUCK the source that was paused cannot be resumed")

    async def stop(self) -> None:
        """SIGTERM to everything that runs; an exit code other than 0 is noted."""
        for victim in self.victims.values():
            if not victim.is_alive:
                continue
            try:
                code = await victim.end(signal.SIGTERM)
            except TimeoutError:
                self.ledger.noted.append(f"UNCLEAN STOP {victim.name} did not end within 30 s of SIGTERM")
                await victim.end(signal.SIGKILL)
                continue
            if code != 0:
                self.ledger.noted.append(f"UNCLEAN STOP {victim.name} ended with {code} on SIGTERM")

    def close(self) -> Ledger:
        """Read the books and judge."""
        ledger = self.ledger
        self.far.count()
        ledger.submitted, ledger.started = self.crowd.submitted, self.callers.started
        ledger.noted += [*self.crowd.noted, *self.callers.noted]
        calls = self.folder / CALLS_FILE
        ledger.calls = [line.rpartition(" ")[0] for line in calls.read_text().splitlines()] if calls.exists() else []
        ledger.received = list(self.far.arrivals.values())
        ledger.stored = self.books.read()
        ledger.canaries = self._canaries()
        ledger.noted += self._faults()
        taken = [(each.endpoint, each.event) for each in ledger.received if each.is_taken and each.event]
        ledger.numbers |= {
            "kills": len(ledger.kills),
            "acked": sum(submission.is_acked for submission in ledger.submitted),
            "unacked": sum(not submission.is_acked for submission in ledger.submitted),
            "events": len(ledger.stored.events),
            "requests": len(ledger.received),
            "taken": len(taken),
            "duplicates": len(taken) - len(set(taken)),
            "exhausted": sum(each.status == "exhausted" for each in ledger.stored.deliveries),
            "unknown": sum(each.outcome == "unknown" for each in ledger.stored.attempts),
            "executions": len(ledger.stored.executions),
            "begun": sum(started.id is not None for started in ledger.started),
            "quarantined": sum(each.code == "quarantined" for each in ledger.stored.executions),
            "receipts": len(ledger.stored.receipts),
            "replays": len(ledger.stored.replays),
            "refused": sum(self.crowd.refusals.values()),
        }
        ledger.violations = judge(ledger)
        return ledger

    def _faults(self) -> list[str]:
        """What processes said of executions that ended their drive with a fault of ours."""
        lines = [line for path in sorted(self.folder.glob("*.log")) for line in path.read_bytes().splitlines()]
        return [f"FAULT {line.decode(errors='replace')[:300]}" for line in lines if b'"execution.fault"' in line]

    def _canaries(self) -> list[str]:
        """Secrets that stand in some log."""
        secrets = [base64.b64encode(secret_of(self.options.seed, each.name)) for each in self.ledger.endpoints]
        secrets += [PUSH_SECRET.encode(), self.crowd.door.token.encode()]
        return [
            f"{path.name}: {secret[:6].decode()}…"
            for path in sorted(self.folder.glob("*.log"))
            for secret in secrets
            if secret and secret in path.read_bytes()
        ]


@asynccontextmanager
async def scene(
    options: Options,
    endpoints: tuple[Endpoint, ...],
    *,
    slow_ms: int = 0,
    settings: Mapping[str, str] = SHORT_CLOCKS,
    ground: Ground = contextlib.nullcontext,
) -> AsyncIterator[Scene]:
    """Everything but the hookspan processes themselves, which end with the block too.

    `ground` is entered with the data's folder, and left when nothing uses it any longer.
    """
    with tempfile.TemporaryDirectory(prefix="hookspan-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with books(options.store, folder, ground) as kept:
            plan = Plan(options.seed, endpoints, slow_ms=slow_ms)
            async with launching(folder) as launcher, far_side(folder, plan) as far:
                crowd = Crowd(options.seed, Door("", ""), events=options.events, order_keys=options.order_keys)
                crowd.push = options.push
                callers = Callers(options.seed, crowd.door, kept)
                ledger = Ledger(options=options, endpoints=list(endpoints))
                limits = {"HOOKSPAN_LOG__LEVEL": "info"}
                told = {**kept.settings, **settings, **limits}
                yield Scene(options, folder, kept, launcher, far, crowd, ledger, told, callers)


async def played(town: Scene, play: Callable[[Scene], Awaitable[None]]) -> Ledger:
    """Play, then calm, stop and judge; an instance that does not come up or refuses is a violation too."""
    began = time.monotonic()
    try:
        await play(town)
        await town.calm()
        await town.stop()
    except (NotReady, web.Refused) as broken:
        town.ledger.noted.append(f"DOWN {broken}")
    finally:
        town.hush()
    town.ledger.numbers["seconds"] = round(time.monotonic() - began, 1)
    return town.close()


async def reached(victim: Victim, counted: object, units: int, seconds: float) -> bool:
    """Wait until the victim did this much; False when it ended or the time was over first."""
    assert callable(counted)
    await until(seconds, lambda: counted() >= units or not victim.is_alive)
    return bool(counted() >= units)
