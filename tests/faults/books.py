"""The database of a run: made with a log of every change of state, watched while it drains, read at the end."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from hookspan.storage import schema
from hookspan.storage.dialect import make_engine, reader_of
from hookspan.storage.resources import SETTING as RESOURCES
from hookspan.storage.search_index import index_release, index_state
from hookspan.storage.settings import setting_put
from hookspan.storage.tables import schedules, tenants
from hookspan.storage.vault import make_kek_file
from tests.faults.ledger import (
    Store,
    Stored,
    StoredAttempt,
    StoredDelivery,
    StoredEvent,
    StoredExecution,
    StoredHold,
    StoredJob,
    StoredReceipt,
    StoredReplay,
    StoredSource,
    StoredStep,
)
from tests.faults.move_log import log_moves
from tests.support.postgres import Server, running_server

_RECEIPTS = (
    "SELECT r.id, r.webhook_id, r.status, r.execution_id, r.request_body, e.data"
    " FROM webhook_events r LEFT JOIN events e ON e.id = r.id"
)
_SOURCES = "SELECT id, status, workflow_id IS NOT NULL FROM webhooks WHERE deleted_at IS NULL"
_EXECUTIONS = (
    "SELECT e.id, e.status, e.trigger_event_id, w.name, e.parent_execution_id, e.trigger, e.error"
    " FROM executions e JOIN workflows w ON w.id = e.workflow_id"
)
_STEPS = "SELECT execution_id, step_id, kind, status, attempts FROM steps"
_FLOW_MOVES = (
    "SELECT execution_id, step_id, origin, target, count(*) FROM fault_flow_moves"
    " GROUP BY execution_id, step_id, origin, target"
)
_HELD = "SELECT what, id, holder, is_held, amounts FROM fault_held ORDER BY n"
_LEFT = (
    "SELECT count(*) FROM {} WHERE execution_id IN"
    " (SELECT id FROM executions WHERE status IN ('completed', 'failed', 'cancelled'))"
)
_JOBS = "SELECT id, status, succeeded FROM jobs WHERE kind = 'events.replay'"


MINUTE_MS = 60_000
Ground = Callable[[Path], AbstractContextManager[object]]


@dataclass
class Books:
    """One run's database, from outside."""

    store: Store
    engine: Engine
    folder: Path
    settings: dict[str, str]
    server: Server | None = None

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a plain query gives, also right after the server was lost."""
        try:
            return self._rows(statement)
        except OperationalError:
            self.engine.dispose()
            return self._rows(statement)

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        with reader_of(self.engine).connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def count(self, statement: str) -> int:
        """The one number a plain query gives."""
        return int(self.rows(statement)[0][0])

    def open_work(self) -> int:
        """Deliveries, executions and held receipts not at an end, and lists of deliveries still to be written."""
        waiting = self.count(
            "SELECT count(*) FROM webhook_deliveries WHERE status IN ('pending', 'sending')"
            " OR (status = 'held' AND reason <> 'gone')"
        )
        running = self.count("SELECT count(*) FROM executions WHERE status IN ('pending', 'running', 'waiting')")
        held = self.count("SELECT count(*) FROM webhook_events WHERE status = 'held'")
        unfinished = held + self.count("SELECT count(*) FROM jobs WHERE status IN ('queued', 'running')")
        return waiting + running + unfinished + self.count("SELECT count(*) FROM fanouts")

    def pool(self, pools: Mapping[str, float]) -> None:
        """What every tenant has of each resource."""
        with self.engine.begin() as connection:
            for tenant_id in connection.execute(select(tenants.c.id)).scalars().all():
                setting_put(connection, tenant_id, RESOURCES, dict(pools), now=0)

    def strike(self) -> None:
        """Let the hour of every schedule have come a minute ago."""
        with self.engine.begin() as connection:
            connection.execute(schedules.update().values(next_at=round(time.time() * 1_000) - MINUTE_MS))

    def struck(self) -> int:
        """How many schedules have an hour that has come and were not fired for it yet."""
        return self.count(f"SELECT count(*) FROM schedules WHERE next_at <= {round(time.time() * 1_000)}")

    def forget_leases(self) -> None:
        """Whoever held a job or wrote the search index is dead for long: both may be taken over at once."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE jobs SET lease_until = 0 WHERE status = 'running'")
            index_release(connection, index_state(connection).holder)

    def read(self) -> Stored:
        """The whole third book."""
        events = self.rows("SELECT id, type, origin, data, execution_id FROM events ORDER BY id")
        keys = self.rows("SELECT scope, key, event_id FROM idempotency_keys WHERE event_id IS NOT NULL")
        moves = self.rows("SELECT origin, target, count(*) FROM fault_moves GROUP BY origin, target")
        return Stored(
            events=[_event(row) for row in events],
            deliveries=[
                StoredDelivery(*row)
                for row in self.rows(
                    "SELECT id, event_id, endpoint_id, status, reason, ordering_key, seq FROM webhook_deliveries"
                )
            ],
            attempts=[StoredAttempt(*row) for row in self.rows("SELECT delivery_id, number, outcome FROM attempts")],
            executions=[_execution(row) for row in self.rows(_EXECUTIONS)],
            steps=[StoredStep(*row) for row in self.rows(_STEPS)],
            flow_moves=[(row[0], row[1], row[2], row[3], row[4]) for row in self.rows(_FLOW_MOVES)],
            held=[_hold(row) for row in self.rows(_HELD)],
            left={table: self.count(_LEFT.format(table)) for table in ("resource_leases", "execution_messages")},
            keys={f"{row[0]} {row[1]}": row[2] for row in keys},
            receipts=[_receipt(row) for row in self.rows(_RECEIPTS)],
            sources=[StoredSource(row[0], row[1], bool(row[2])) for row in self.rows(_SOURCES)],
            replays=[StoredReplay(*row) for row in self.rows("SELECT event_id, source_event_id, job_id FROM replays")],
            jobs=[StoredJob(*row) for row in self.rows(_JOBS)],
            moves=[(row[0], row[1], row[2]) for row in moves],
            listed=[row[0] for row in self.rows("SELECT event_id FROM fanouts")],
        )


def _event(row: tuple[Any, ...]) -> StoredEvent:
    identity, event_type, origin, content, execution_id = row
    data = bytes(content)
    return StoredEvent(identity, event_type, origin, key_of(data), hashlib.sha256(data).hexdigest(), execution_id)


def _hold(row: tuple[Any, ...]) -> StoredHold:
    what, identity, holder, is_held, amounts = row
    return StoredHold(what, identity, holder, bool(is_held), json.loads(amounts or "{}"))


def _execution(row: tuple[Any, ...]) -> StoredExecution:
    identity, status, trigger, workflow, parent, content, error = row
    code = "" if error is None else str(json.loads(error).get("code"))
    return StoredExecution(identity, status, trigger, workflow, parent, key_of(bytes(content)), code)


def key_of(data: bytes) -> str:
    """The key that an event's data name, or the body that they tell of."""
    with contextlib.suppress(ValueError, AttributeError):
        members = json.loads(data)
        return str(members["key"] if "key" in members else members.get("body", {}).get("key"))
    return ""


def _receipt(row: tuple[Any, ...]) -> StoredReceipt:
    identity, source, status, execution, own, content = row
    body = bytes(own if own is not None else content or b"")
    return StoredReceipt(identity, source, status, execution, hashlib.sha256(body).hexdigest())


@contextmanager
def books(store: Store, folder: Path, ground: Ground = contextlib.nullcontext) -> Iterator[Books]:
    """A fresh, migrated database with its log of moves; a PostgreSQL server of its own where that is asked for."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    kek = data / "hookspan.kek"
    settings = {"HOOKSPAN_KEK_FILE": str(kek), "HOOKSPAN_DEV": "true"}
    server = None
    with contextlib.ExitStack() as stack:
        stack.enter_context(ground(data))
        make_kek_file(kek)
        if store == "sqlite":
            url = f"sqlite:///{data / 'hookspan.db'}"
        else:
            server = stack.enter_context(running_server())
            server.execute("CREATE DATABASE faults")
            url = server.url("faults")
            settings["HOOKSPAN_DATABASE__URL"] = url
        engine = make_engine(url)
        stack.callback(engine.dispose)
        schema.migrate(engine)
        log_moves(engine)
        yield Books(store, engine, data, settings, server)
