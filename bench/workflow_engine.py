"""The built-in engine in a process of its own: `python -m bench.workflow_engine NAME URL TOTAL` prints its figures.

executions  three trivial steps each, all due at once: how many a second, and CPU time
rows        the same claims, settles and commits without the machine: the limit of the run
first       one execution after another: from the commit of its row to the first step
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import uvloop
from sqlalchemy import Connection, select, update

from hookspan.clock import SystemClock
from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.events.stream import Feed
from hookspan.model.addresses import AddressRules
from hookspan.model.deliveries import Parcel
from hookspan.model.events import NewExecution
from hookspan.model.executions import step_row_id
from hookspan.model.ids import new_id
from hookspan.model.urls import UrlRules
from hookspan.net.egress import Egress
from hookspan.net.http import DeliveryClient
from hookspan.storage import events, schema
from hookspan.storage.database import Database
from hookspan.storage.dialect import insert_rows, one_of, update_rows
from hookspan.storage.tables import executions, steps, tenants
from hookspan.workflows.definitions import Definitions
from hookspan.workflows.functions import Functions, StepContext
from hookspan.workflows.record import Tools
from hookspan.workflows.run import Engine

TENANT = "t"
SLOTS = 64
FIRST_PAUSE_SECONDS = 0.02
BIRTHS = 500
TRIGGER = b'{"type":"webhook","method":"POST","path":"/p","headers":{},"query":{},"body":{"id":7},"metadata":{}}'
TRIVIAL: list[dict[str, object]] = [
    {"id": "one", "kind": "transform", "with": {"output": {"order": "{{trigger.body.id}}"}}},
    {"id": "two", "kind": "pass", "needs": ["one"]},
    {"id": "three", "kind": "transform", "needs": ["two"], "with": {"output": "{{steps.one.output.order}}"}},
]
NOTED: list[dict[str, object]] = [{"id": "one", "kind": "python", "with": {"function": "note"}}]
_SETTLED = "id status state output due_at lease_token lease_until silent_claims version started_at completed_at"
_STEP = "id tenant_id execution_id step_id name kind status attempts output started_at completed_at"
_STATE = msgspec.json.encode(
    {
        "status": "completed",
        "steps": {
            each: {"status": "completed", "attempt": 1, "started_at": 1_747_862_830_000, "completed_at": 1}
            for each in ("one", "two", "three")
        },
        "started_at": 1_747_862_830_000,
        "completed_at": 1_747_862_830_001,
        "progress_at": 1_747_862_830_001,
    }
)


class Nobody:
    """Deliveries are not made here."""

    def reserve(self, endpoint_id: str) -> bool:
        """There is never room."""
        return False

    def cancel(self, endpoint_id: str) -> None:
        """Nothing was reserved."""

    def take(self, parcel: Parcel) -> None:
        """Nothing was leased."""

    def backlog(self, endpoint_id: str) -> None:
        """Nobody claims."""

    def fanout_due(self) -> None:
        """Nobody expands."""

    def executions_due(self) -> None:
        """The engine is woken by hand."""


@dataclass
class Bench:
    """An engine on a database of its own."""

    database: Database
    clock: SystemClock = field(default_factory=SystemClock)
    functions: Functions = field(default_factory=Functions)

    def __post_init__(self) -> None:
        rules = UrlRules(addresses=AddressRules(dev_loopback=True))
        feed = Feed(self.clock)
        publisher = Publisher(self.database, Routing(self.database), Nobody(), feed, clock=self.clock)
        self.definitions = Definitions(self.database, publisher, clock=self.clock, url_rules=rules)
        tools = Tools(
            database=self.database,
            clock=self.clock,
            publisher=publisher,
            feed=feed,
            client=DeliveryClient(Egress(rules)),
            url_rules=rules,
            product="hookspan/bench",
            hop_key=b"bench",
            functions=self.functions,
        )
        self.engine = Engine(tools, slots=SLOTS)

    async def workflow(self, written: list[dict[str, object]]) -> str:
        """Its id."""
        row, _ = await self.definitions.create(TENANT, {"name": "bench", "steps": written})
        return row.id

    def born(self, workflow_id: str) -> NewExecution:
        """An execution as a webhook's transaction writes it."""
        now = self.clock.now_ms()
        return NewExecution(
            id=new_id(now),
            tenant_id=TENANT,
            workflow_id=workflow_id,
            workflow_version=1,
            trigger_type="webhook",
            trigger=TRIGGER,
            priority=1,
            created_at=now,
        )

    async def fill(self, workflow_id: str, total: int) -> list[str]:
        """So many executions, due now."""
        ids = []
        for start in range(0, total, BIRTHS):
            new = [self.born(workflow_id) for _ in range(min(BIRTHS, total - start))]
            await self.database.write(events.insert_executions, new)
            ids += [each.id for each in new]
        return ids


def _open(connection: Connection) -> bool:
    return connection.execute(select(executions.c.id).where(executions.c.status == "pending")).first() is not None


async def run_executions(bench: Bench, total: int) -> dict[str, float]:
    """Everything that is due, from the first claim to the last commit."""
    workflow_id = await bench.workflow(TRIVIAL)
    await bench.fill(workflow_id, SLOTS)
    while await bench.engine.claim_once():
        await bench.engine.quiet()
    await bench.fill(workflow_id, total)
    spent, began = time.process_time(), time.monotonic()
    loop = asyncio.create_task(bench.engine.claim_forever())
    while await bench.database.read(_open) or bench.engine.driven.leases:
        await asyncio.sleep(0.05)
    spent, seconds = time.process_time() - spent, time.monotonic() - began
    await bench.engine.drain(1)
    await loop
    return {"per_second": total / seconds, "cpu_ms": spent / total * 1e3}


def lease(connection: Connection, ids: Sequence[str]) -> None:
    """The rows of a claim."""
    leased = update(executions).where(one_of(executions.c.id, ids))
    connection.execute(leased.values(lease_token="0" * 32, lease_until=2**41, claims=executions.c.claims + 1))


def settle(connection: Connection, ids: Sequence[str]) -> Sequence[None]:
    """The rows of three steps and their execution's end."""
    done = ("completed", _STATE, b"7", None, None, None, 0, 2, 1, 2)
    update_rows(connection, executions, _SETTLED, [(each, *done) for each in ids])
    rows = [
        (step_row_id(each, name), TENANT, each, name, name, "transform", "completed", 1, b'{"order":7}', 1, 2)
        for each in ids
        for name in ("one", "two", "three")
    ]
    insert_rows(connection, steps, _STEP, rows)
    return [None] * len(ids)


async def run_rows(bench: Bench, total: int) -> dict[str, float]:
    """As many claims at once as the engine has slots, each settled by a caller of its own."""
    ids = await bench.fill(await bench.workflow(TRIVIAL), total)
    spent, began = time.process_time(), time.monotonic()
    for start in range(0, total, SLOTS):
        claimed = ids[start : start + SLOTS]
        await bench.database.write(lease, claimed)
        await asyncio.gather(*(bench.database.batch(settle, each) for each in claimed))
    spent, seconds = time.process_time() - spent, time.monotonic() - began
    return {"per_second": total / seconds, "cpu_ms": spent / total * 1e3}


async def run_first(bench: Bench, total: int) -> dict[str, float]:
    """Milliseconds from the commit that triggers to the first line of the first step, nothing else going on.

    Beside each the least it can be: the two commits of the claim and of the step that begins, without any work.
    """
    begun: asyncio.Queue[float] = asyncio.Queue()

    async def note(context: StepContext) -> None:
        begun.put_nowait(time.monotonic())

    bench.functions.register("note", note)
    workflow_id = await bench.workflow(NOTED)
    loop = asyncio.create_task(bench.engine.claim_forever())
    waits, commits = list[float](), list[float]()
    for _ in range(total):
        await bench.database.write(events.insert_executions, [bench.born(workflow_id)])
        committed = time.monotonic()
        bench.engine.wake()
        waits.append((await begun.get() - committed) * 1e3)
        await asyncio.sleep(FIRST_PAUSE_SECONDS)
        began = time.monotonic()
        await bench.database.write(_touch)
        await bench.database.write(_touch)
        commits.append((time.monotonic() - began) * 1e3)
    await bench.engine.drain(1)
    await loop
    return {**_percentiles("", waits), **_percentiles("commits_", commits)}


def _touch(connection: Connection) -> None:
    # Another value each time: SQLite writes no page, and so syncs nothing, for one that stays as it was.
    connection.execute(update(tenants).values(name=str(time.monotonic_ns())))


def _percentiles(name: str, found: list[float]) -> dict[str, float]:
    found.sort()
    return {f"{name}p50_ms": found[len(found) // 2], f"{name}p99_ms": found[int(len(found) * 0.99)]}


RUNS = {"executions": run_executions, "rows": run_rows, "first": run_first}


async def run(name: str, url: str, total: int) -> dict[str, float]:
    """One measurement on an empty database."""
    database = Database(url)
    schema.migrate(database.engine)
    database.start()
    await database.write(
        insert_rows, tenants, "id slug name status created_at", [(TENANT, TENANT, TENANT, "active", 1)]
    )
    figures = await RUNS[name](Bench(database), total)
    await database.close()
    return figures


def main() -> None:
    """Print one line of JSON."""
    name, url, total = sys.argv[1:]
    print(json.dumps(uvloop.run(run(name, url, int(total)))))


if __name__ == "__main__":
    main()
