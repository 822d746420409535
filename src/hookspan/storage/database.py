"""Connect, write in units, read. Writers commit in groups: what waited becomes one transaction and one fsync.

Units are plain functions of a connection and run on a writer thread (one on SQLite, a few on PostgreSQL):

    await database.write(unit, *args)    unit(connection, *args): one unit of work
    database.batch(unit, item)           unit(connection, items) → results, one for each item, in order
    await database.read(query, *args)    query(connection, *args) on a reader's connection

What queued while the last commit ran joins the next transaction: all of it where one writes, all items of one unit
where several do (write_lots.py). If that fails before its commit it is halved until the bad unit stands alone, and who
lost a race for locks runs again, so a unit may run more than once and must touch nothing but its connection. A failed
COMMIT is *unknown*: nobody may assume either outcome, and nothing is tried again (StoreAway).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar, cast

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hookspan import failpoints, observe
from hookspan.errors import HookspanError, StoreAway
from hookspan.storage import audit
from hookspan.storage.dialect import hear_notes, is_away, is_race, listen, make_engine, passive_checkpoint, reader_of
from hookspan.storage.write_lots import Job, WriteLots

P = ParamSpec("P")
R = TypeVar("R")
Item = TypeVar("Item")

COALESCE_FROM = 24
COALESCE_SECONDS = 0.0015
CHECKPOINT_SECONDS = 1.0
RECONNECT_SECONDS = 0.05
RACES_MOST = 5
"""How often a unit runs that loses a race for locks each time."""
RACES_OF_SEVERAL = 2
"""How often several run together that lose each time, before the halves go on alone."""
RACE_SECONDS = 0.02
"""How long it waits at most before it runs again, by chance, so that two who met do not meet anew."""


@dataclass(slots=True)
class _Outcomes:
    """Results of one transaction, handed to the event loop in a single call."""

    pairs: list[tuple[asyncio.Future[object], object, BaseException | None]] = field(default_factory=list)

    def deliver(self, database: Database) -> None:
        database.count_done(len(self.pairs))
        for future, result, error in self.pairs:
            if future.done():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)


@dataclass(slots=True)
class _Tries:
    """What came of the runs of one lot so far; the two reasons to run it again are counted apart."""

    jobs: int
    races: int = 0
    has_looked_again: bool = False

    def may_run_again(self, error: Exception) -> bool:
        """Count the error; True when the lot may succeed as it stands, after the wait of a lost race."""
        if is_race(error):
            self.races += 1
            if self.races >= (RACES_MOST if self.jobs == 1 else RACES_OF_SEVERAL):
                return False
            time.sleep(random.uniform(0, RACE_SECONDS))  # noqa: S311  # on the writer's own thread; no secret
            return True
        if self.jobs > 1 or self.has_looked_again or not isinstance(error, DBAPIError) or is_away(error):
            return False
        # Two writers met on one key; the second look sees what the other committed.
        self.has_looked_again = True
        return True


class Database:
    """The one database of an instance: a URL such as `sqlite:////data/hookspan.db` or `postgresql://…`."""

    def __init__(self, url: str, *, writers: int = 2, readers: int = 4, inbox: int = 20_000) -> None:
        self.engine: Engine = make_engine(url)
        self._reader = reader_of(self.engine)
        self.is_single_writer = self.engine.dialect.name == "sqlite"
        self._lots = WriteLots(is_mixed=self.is_single_writer)
        self._inbox_limit = inbox
        self._waiting = 0
        self.submitted = 0
        """Writes asked for so far: whoever can wait sees by it that others are writing."""
        self._gathered: list[Job] = []
        self._writers = 1 if self.is_single_writer else writers
        self._threads: list[threading.Thread] = []
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="hookspan-read")
        self._closing = threading.Event()

    def start(self) -> None:
        """Start the writer threads; the schema must be in place (storage/migrations)."""
        # At the default 5 ms a writer beside a busy loop makes answers wait; at 0.1 ms switching costs a fifth more.
        sys.setswitchinterval(1e-3)
        for number in range(self._writers):
            self._spawn(self._write_forever, f"hookspan-write-{number}")
        if self.is_single_writer:
            self._spawn(self._checkpoint_forever, "hookspan-checkpoint")

    def on_wake(self, callback: Callable[[], None]) -> None:
        """Call back on this event loop when another process committed due work. A hint: whoever is deaf must poll."""
        if self.is_single_writer:
            return
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(callback)

        def listen_forever() -> None:
            while not self._closing.is_set():
                with contextlib.suppress(SQLAlchemyError, psycopg.Error):
                    listen(self.engine, wake, self._closing.is_set)
                self._closing.wait(RECONNECT_SECONDS * 20)

        self._spawn(listen_forever, "hookspan-listen")

    def on_note(self, channel: str, on_note: Callable[[str], None], on_open: Callable[[], None]) -> None:
        """Call back on this event loop with each note of the channel; `on_open` whenever it begins to be heard."""
        loop = asyncio.get_running_loop()

        def tell(callback: Callable[..., None], *arguments: str) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(callback, *arguments)

        def hear_forever() -> None:
            while not self._closing.is_set():
                with contextlib.suppress(SQLAlchemyError, psycopg.Error):
                    heard = partial(tell, on_note)
                    hear_notes(self.engine, channel, heard, partial(tell, on_open), self._closing.is_set)
                self._closing.wait(RECONNECT_SECONDS * 20)

        self._spawn(hear_forever, f"hookspan-{channel}")

    def _spawn(self, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    async def close(self) -> None:
        """Finish what is queued, then close every connection."""
        self._flush()
        self._closing.set()
        self._lots.close()
        await asyncio.get_running_loop().run_in_executor(None, self._join)
        self._readers.shutdown()
        self.engine.dispose()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join(timeout=30)

    # -- asking for work -----------------------------------------------------------------------------------------

    async def write(self, unit: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one unit in a transaction of its own or a shared one; returns after COMMIT.

        The first unit of a request that is audited carries its row of the audit log (storage/audit.py).
        """
        call = cast(Callable[..., object], unit if not kwargs else partial(unit, **kwargs))
        entry = audit.pending.get()
        if entry is None or entry.state != "open":
            return cast(R, await self._submit(call, batched=False, args=args))
        result: object = False
        try:
            result = await self._submit(entry.joined(call), batched=False, args=args)
        finally:
            entry.settle(written=audit.wrote(result))
        return cast(R, result)

    def batch(self, unit: Callable[[Connection, Sequence[Item]], Sequence[R]], item: Item) -> asyncio.Future[R]:
        """Queue an item for a set-wise unit; the future resolves after COMMIT."""
        return cast("asyncio.Future[R]", self._submit(cast(Callable[..., object], unit), batched=True, item=item))

    async def read(self, query: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on a reader's connection; it sees everything committed before this call."""

        def run() -> R:
            try:
                with self._reader.connect() as connection:
                    return query(connection, *args, **kwargs)
            except DBAPIError as error:
                if is_away(error):
                    raise StoreAway("the database did not answer") from error
                raise

        if self._closing.is_set():
            raise StoreAway("the database is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    @property
    def waiting(self) -> int:
        """How many units wait for a writer."""
        return self._waiting

    def count_done(self, count: int) -> None:
        """These no longer wait; counted on the event loop, where they were counted in."""
        self._waiting -= count

    def _submit(
        self, unit: Callable[..., object], *, batched: bool, item: object = None, args: tuple[object, ...] = ()
    ) -> asyncio.Future[object]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        if self._closing.is_set() or self._waiting >= self._inbox_limit:
            future.set_exception(StoreAway("too many writes are waiting; try again in a second"))
            return future
        self._waiting += 1
        self.submitted += 1
        self._gathered.append(Job(loop, future, unit, batched, item, args))
        # One hand-over for all that one turn of the loop submits: each put wakes the writer and costs the lock.
        if len(self._gathered) == 1:
            loop.call_soon(self._flush)
        return future

    def _flush(self) -> None:
        if self._gathered:
            self._lots.put(self._gathered)
            self._gathered = []

    # -- the writer thread ---------------------------------------------------------------------------------------

    def _write_forever(self) -> None:
        connection: Connection | None = None
        busy = False
        while (jobs := self._lots.take(COALESCE_SECONDS if busy else 0.0)) is not None:
            try:
                connection = connection or self.engine.connect()
            except Exception as error:  # noqa: BLE001  # the thread's boundary: without it every write would wait for ever
                observe.fail("store.connect", error=type(error).__name__)
                self._settle([(job, None, StoreAway("the database did not answer")) for job in jobs])
                time.sleep(RECONNECT_SECONDS)
                continue
            self._commit(connection, jobs)
            busy = len(jobs) >= COALESCE_FROM
        if connection is not None:
            connection.close()

    def _commit(self, connection: Connection, jobs: list[Job]) -> None:
        """One transaction for all jobs; on a fault the halves go on alone, and who lost a race runs again."""
        tries = _Tries(len(jobs))
        while True:
            try:
                results = _run(connection, jobs)
                failpoints.reach("commit.before")
            except Exception as error:  # noqa: BLE001  # the boundary of the writer: a unit may refuse with any error
                self._rollback(connection, error)
                if tries.may_run_again(error):
                    continue
                self._refuse(connection, jobs, error)
                return
            self._end(connection, jobs, results)
            return

    def _refuse(self, connection: Connection, jobs: list[Job], error: Exception) -> None:
        """What could not run is told so; of several the halves are tried alone."""
        if is_away(error):
            self._settle([(job, None, StoreAway("the database did not answer")) for job in jobs])
        elif len(jobs) > 1:
            half = len(jobs) // 2
            self._commit(connection, jobs[:half])
            self._commit(connection, jobs[half:])
        elif is_race(error):
            observe.warn("store.race", units=1)
            self._settle([(job, None, StoreAway("too many write the same; try again in a second")) for job in jobs])
        else:
            self._settle([(job, None, error) for job in jobs])

    def _end(self, connection: Connection, jobs: list[Job], results: list[object]) -> None:
        try:
            connection.commit()
        except SQLAlchemyError as error:
            self._rollback(connection, error)
            self._settle([(job, None, StoreAway("the outcome of the commit is unknown")) for job in jobs])
            return
        failpoints.reach("commit.after")
        observe.commit_batch(len(jobs))
        self._settle([(job, result, None) for job, result in zip(jobs, results, strict=True)])

    @staticmethod
    def _rollback(connection: Connection, error: BaseException) -> None:
        # A fault may leave a cursor open, and its snapshot would lock us out of our own database: begin anew.
        with contextlib.suppress(SQLAlchemyError):
            if not isinstance(error, HookspanError):
                connection.invalidate()
            connection.rollback()
        if is_away(error):
            time.sleep(RECONNECT_SECONDS)

    def _settle(self, outcomes: list[tuple[Job, object, BaseException | None]]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, _Outcomes] = {}
        for job, result, error in outcomes:
            by_loop.setdefault(job.loop, _Outcomes()).pairs.append((job.future, result, error))
        for loop, group in by_loop.items():
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(group.deliver, self)

    def _checkpoint_forever(self) -> None:
        with self._reader.connect() as connection:
            while not self._closing.wait(CHECKPOINT_SECONDS):
                passive_checkpoint(connection)


def _run(connection: Connection, jobs: list[Job]) -> list[object]:
    """Run all jobs on one connection, batched units once for all their items; results in the order of jobs."""
    results: dict[int, object] = {}
    groups: dict[Callable[..., object], list[int]] = {}
    for index, job in enumerate(jobs):
        if job.batched:
            groups.setdefault(job.unit, []).append(index)
        else:
            results[index] = job.unit(connection, *job.args)
    for unit, indexes in groups.items():
        answers = cast(Sequence[object], unit(connection, [jobs[index].item for index in indexes]))
        results.update(zip(indexes, answers, strict=True))
    return [results[index] for index in range(len(jobs))]
