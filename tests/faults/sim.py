"""L1 simulation: the real rooms on a real SQLite file, by a clock that only we move and a far side drawn from a seed.

Each seed is one life: events with and without order, answers good, bad, late and lost, processes that end between two
awaits, clocks that jump. Then calm, until nothing is due; the judge reads the same three books as of real processes.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import sqlite3
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from hookspan import observe
from hookspan.ports import ErrorCode, HttpAnswer, HttpFailure, HttpRequest
from hookspan.storage import delivery_leases, holds, schema
from hookspan.storage.database import Database
from hookspan.storage.dialect import make_engine
from tests.faults.books import Books
from tests.faults.checks import judge
from tests.faults.ledger import Arrival, Endpoint, Kill, Ledger, Options, Submission
from tests.faults.move_log import log_moves
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop, Worker

SHOPS, ROUNDS, KEYS = 2, 12, 3
JUMPS_SECONDS = (-3_600, 360, 2 * 86_400, 30 * 86_400)
RETRY = {"strategy": "fixed", "initialDelayMs": 2_000, "maxDelayMs": 2_000, "maxAttempts": 50}
FAILURES: tuple[ErrorCode, ...] = ("timeout", "connect_error", "protocol_error", "dns_error", "tls_error")
ANSWERS = {"ok": 50, "status": 20, "failure": 12, "lost": 8, "hint": 4, "slow": 12}
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_DATA = b'"data":'


class Whim(Shop):
    """A far side that answers as its seed draws, and writes down what came."""

    def __init__(self, name: str, chance: random.Random, arrivals: list[Arrival]) -> None:
        super().__init__(name)
        self._chance = chance
        self._arrivals = arrivals
        self.is_calm = False

    async def take(self, request: HttpRequest, moved: asyncio.Event) -> HttpAnswer | HttpFailure:
        """One request, answered at once or after some turns of the loop."""
        answer = "ok" if self.is_calm else self._chance.choices(list(ANSWERS), list(ANSWERS.values()))[0]
        if answer == "slow":
            for _ in range(self._chance.randrange(200)):
                await asyncio.sleep(0)
        arrival = self._arrived(request)
        if answer == "failure":
            return HttpFailure(self._chance.choice(FAILURES), "drawn", True, 1.0)
        if answer == "status":
            return self._told(arrival, self._chance.choice((500, 502, 503, 404, 302)))
        if answer == "hint":
            return self._told(arrival, self._chance.choice((429, 503)), [("retry-after", "7")])
        told = self._told(arrival, 200)
        await asyncio.sleep(0)
        return HttpFailure("timeout", "the answer was lost", True, 1.0) if answer == "lost" else told

    def _told(self, arrival: Arrival, status: int, headers: Sequence[tuple[str, str]] = ()) -> HttpAnswer:
        arrival.status = status
        return HttpAnswer(status, list(headers), b"", False, 1.0)

    def _arrived(self, request: HttpRequest) -> Arrival:
        fields = {name.lower(): value for name, value in request.headers}
        data = request.body.partition(_DATA)[2][:-1]
        arrival = Arrival(
            n=len(self._arrivals) + 1,
            endpoint=self.name,
            event=fields["webhook-id"],
            delivery=fields["x-hookspan-delivery"],
            claim=int(fields["x-hookspan-attempt"]),
            key=str(msgspec.json.decode(data)["key"]),
            sha256=hashlib.sha256(data).hexdigest(),
            is_signed="webhook-signature" in fields,
        )
        self._arrivals.append(arrival)
        return arrival


class Life:
    """One seed's run."""

    def __init__(self, seed: int, path: Path) -> None:
        self._chance = random.Random(f"life:{seed}")
        url = f"sqlite:///{path}"
        self.engine: Engine = make_engine(url)
        self.books = Books("sqlite", self.engine, path.parent, {})
        self.clock = FakeClock()
        self.database = Database(url)
        self.hooks = Hooks(self.database, self.clock)
        self.ledger = Ledger(options=Options(layer="sim", seed=seed, stops=1))
        self.shops = [Whim(f"shop-{number}", self._chance, self.ledger.received) for number in range(SHOPS)]

    async def run(self) -> Ledger:
        """Live, calm down, judge."""
        self.database.start()
        await self.hooks.open()
        for shop in self.shops:
            identity = await self.hooks.subscribe(shop, "fault.*", retry=RETRY)
            self.ledger.endpoints.append(Endpoint(shop.name, ("fault.*",), "ok", identity))
        for _ in range(ROUNDS):
            await self._round()
        await self._calm()
        await self.database.close()
        self.ledger.stored = self.books.read()
        self.engine.dispose()
        self.ledger.violations = judge(self.ledger)
        return self.ledger

    async def _round(self) -> None:
        for _ in range(self._chance.randrange(4)):
            await self._publish()
        deed = self._chance.choice(("work", "work", "work", "die", "die", "jump", "cold"))
        self.hooks.hand.is_cold = deed == "cold"
        if deed == "die":
            await self._die()
        elif deed == "jump":
            self.clock.advance(seconds=self._chance.choice(JUMPS_SECONDS))
        self.clock.advance(seconds=self._chance.choice((0.1, 2, 20, 400)))
        await self._work()

    async def _publish(self) -> None:
        key = f"s-{len(self.ledger.submitted)}"
        data = b'{"key":"%s", "big":12345678901234567890}' % key.encode()
        order = f"k{self._chance.randrange(KEYS)}" if self._chance.random() < 0.5 else None
        submission = Submission(key, "publish", "fault.order", hashlib.sha256(data).hexdigest(), order=order)
        submission.sent_at = len(self.ledger.submitted) * 2.0
        self.ledger.submitted.append(submission)
        submission.ids.append(await self.hooks.publish("fault.order", data, ordering_key=order))
        submission.acked_at = submission.sent_at + 1.0

    async def _work(self) -> None:
        """What the loops of the product do, once."""
        now = self.clock.now_ms()
        await self.database.write(delivery_leases.sweep, now, 500, now)
        await self.database.write(holds.hold_and_release, now, 1_000)
        await self.hooks.worker.claim()
        await self.hooks.worker.rest()

    async def _die(self) -> None:
        """The process ends at whatever await each of its tasks stands."""
        mine = asyncio.current_task()
        claiming = asyncio.ensure_future(self.hooks.worker.claim())
        for _ in range(self._chance.randrange(60)):
            await asyncio.sleep(0)
        tasks = [task for task in asyncio.all_tasks() if task not in (mine, claiming)]
        claiming.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(claiming, *tasks, return_exceptions=True)
        self.ledger.kills.append(Kill("worker", "crash", "awaits", 1, True))
        self.hooks.workers[0] = Worker(self.hooks)

    async def _calm(self) -> None:
        for shop in self.shops:
            shop.is_calm = True
        self.hooks.hand.is_cold = False
        for _ in range(60):
            self.clock.advance(seconds=700)
            await self._work()
            if not self.books.open_work():
                return


@lru_cache(maxsize=1)
def template() -> bytes:
    """A migrated database with its log of moves."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hookspan.db"
        engine = make_engine(f"sqlite:///{path}")
        schema.migrate(engine)
        log_moves(engine)
        engine.dispose()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path.read_bytes()


async def life(seed: int) -> Ledger:
    """One seed on a database of its own, in memory where there is some."""
    with tempfile.TemporaryDirectory(prefix="hookspan-sim-", dir=MEMORY) as folder:
        path = Path(folder) / "hookspan.db"
        path.write_bytes(template())
        return await Life(seed, path).run()


async def sim(options: Options) -> Ledger:
    """As many seeds as `events` says, beginning with the given one; violations name theirs."""
    whole = Ledger(options=options)
    kinds: dict[str, float] = {"lives": 0, "events": 0, "requests": 0, "crashes": 0, "unknown": 0}
    observe.log.level = observe.LEVELS["off"]
    for seed in range(options.seed, options.seed + options.events):
        ledger = await life(seed)
        kinds["lives"] += 1
        kinds["events"] += len(ledger.submitted)
        kinds["requests"] += len(ledger.received)
        kinds["crashes"] += len(ledger.kills)
        kinds["unknown"] += sum(attempt.outcome == "unknown" for attempt in ledger.stored.attempts)
        whole.violations += [f"{violation} (seed {seed})" for violation in ledger.violations]
    whole.numbers = kinds
    return whole
