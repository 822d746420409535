"""L2 for executions: one process after the other dies at each pass of each point of an execution's way; others go on.

Each plan is first walked by a process that nobody disturbs; whatever a death leaves must end just so.
"""

from __future__ import annotations

import contextlib
import itertools
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from hookspan import observe
from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.settings import setting_put
from hookspan.storage.tables import tenants
from tests.faults.books import Books, books
from tests.faults.launcher import PROGRAM
from tests.faults.ledger import Kill, Ledger, Options
from tests.faults.tour import POOLS, Mill, again, halted, inner, patient, tour
from tests.faults.tour_books import Family, compare, read_family
from tests.faults.tour_walk import ROUND_SECONDS, ROUNDS, NotingFarSide, walk
from tests.faults.victims import Launcher, launching, until
from tests.support.clock import FakeClock
from tests.support.workshop import Workshop

FAR_URL = "https://far.example.com/"
PLANS = ("tour", "again", "halted")
POINTS = (
    "commit.before",
    "commit.after",
    "step.before_effect",
    "step.after_effect",
    "step.after_commit",
    "execution.claimed",
    "record.in_tx",
    "message.in_tx",
    "grant.in_tx",
    "child.in_tx",
)
"""Where it may die; which passes are died at follows from the stride, and with one from the seed."""
WANTED = ("flow.*", "execution.*", "step.*", "workflow.triggered", "resource.*", "milestone.*", "synchronization.*")
LEASE_SECONDS = 31.0
UNDONE_SECONDS = 10.0
_OPEN = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
)


@dataclass
class Town:
    """The database of a run, its workflows, and what starts processes on it."""

    options: Options
    folder: Path
    books: Books
    url: str
    launcher: Launcher
    database: Database
    clock: FakeClock
    tenant_id: str
    ledger: Ledger
    workflows: Mapping[str, str]
    lives: int = 0

    def shop(self, folder: Path) -> Workshop:
        """An engine in this process, whose far side is that of a life."""
        far_side, functions = NotingFarSide(folder / "requests"), Mill(folder / "calls").functions()
        return Workshop(self.database, self.clock, self.tenant_id, far_side, functions=functions)

    async def life(self, plan: str, failpoint: str) -> tuple[int, Family]:
        """An execution that one process walks to its end or its own, then another to its end."""
        self.lives += 1
        folder = self.folder / f"life-{self.lives}"
        folder.mkdir()
        shop = self.shop(folder)
        started = await shop.engine.start(self.tenant_id, self.workflows[plan], {"key": "k"})
        argv = [self.url, self.tenant_id, plan, started.id, str(folder), str(self.clock.monotonic())]
        armed = {"HOOKSPAN_FAILPOINT": failpoint, PROGRAM: "tests.faults.tour_victim"}
        victim = await self.launcher.start("tour_victim", argv, folder, armed, log=folder)
        code = await victim.code
        if code not in (0, -signal.SIGKILL):
            said = victim.log.read_text(errors="replace")[-2_000:]
            self.ledger.noted.append(f"STUCK {plan} at {failpoint or 'no point'}: its process ended with {code} {said}")
        await self._undone()
        self.clock.advance(seconds=ROUNDS * ROUND_SECONDS + LEASE_SECONDS)
        await shop.engine.sweep()
        if not await walk(shop, plan, started.id):
            self.ledger.noted.append(f"STUCK {plan} at {failpoint or 'no point'}: not over after {ROUNDS} rounds")
        return code, read_family(self.books, started.id, folder)

    async def _undone(self) -> None:
        """Wait until the server has undone what the dead process left open: until then its rows are locked."""
        if self.options.store == "postgres":
            await until(UNDONE_SECONDS, lambda: self.books.count(_OPEN) == 0)


async def tours(options: Options) -> Ledger:
    """Each plan, each point, pass after pass until a life ends without a death."""
    began = time.monotonic()
    observe.log.level = observe.LEVELS["error"]
    async with _town(options) as town:
        for plan in options.plans or PLANS:
            _, wanted = await town.life(plan, "")
            town.ledger.noted += [f"UNDISTURBED {plan}: {each}" for each in compare(wanted, wanted)]
            for point in options.points or POINTS:
                await _die_at_each_pass(town, plan, point, wanted)
        ledger = town.ledger
        ledger.numbers |= {"lives": town.lives, "deaths": len(ledger.kills)}
        ledger.numbers["seconds"] = round(time.monotonic() - began, 1)
        ledger.violations = [*ledger.noted]
        return ledger


async def _die_at_each_pass(town: Town, plan: str, point: str, wanted: Family) -> None:
    stride = town.options.stride
    for hits in itertools.count(1 + (town.options.seed - 1) % stride, stride):
        code, found = await town.life(plan, f"{point}:{hits}")
        if code != -signal.SIGKILL:
            return
        town.ledger.kills.append(Kill(plan, point, "passes", hits, is_reached=True))
        town.ledger.noted += [f"AT {plan}/{point}:{hits}: {each}" for each in compare(found, wanted)]


@asynccontextmanager
async def _town(options: Options) -> AsyncIterator[Town]:
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hookspan-tours-")))
        kept = stack.enter_context(books(options.store, folder))
        url = kept.settings.get("HOOKSPAN_DATABASE__URL") or f"sqlite:///{kept.folder / 'hookspan.db'}"
        launcher = await stack.enter_async_context(launching(folder))
        database, clock = Database(url), FakeClock()
        database.start()
        stack.push_async_callback(database.close)
        tenant_id = new_id(clock.now_ms())
        await database.write(_settle_in, tenant_id, clock.now_ms())
        shop = Workshop(database, clock, tenant_id)
        await shop.listen_to(*WANTED)
        saved = await _saved(shop)
        yield Town(options, folder, kept, url, launcher, database, clock, tenant_id, Ledger(options=options), saved)


def _settle_in(connection: Connection, tenant_id: str, now: int) -> None:
    connection.execute(tenants.insert().values(id=tenant_id, slug="flows", name="Flows", created_at=now))
    setting_put(connection, tenant_id, "resources", POOLS, now=now)


async def _saved(shop: Workshop) -> dict[str, str]:
    """The id of each plan's workflow."""

    async def save(definition: Mapping[str, object]) -> str:
        row, _ = await shop.definitions.create(shop.tenant_id, definition)
        return row.id

    inner_id, patient_id = await save(inner()), await save(patient())
    return {
        "tour": await save(tour(FAR_URL, inner_id)),
        "again": await save(again(inner_id)),
        "halted": await save(halted(patient_id)),
    }
