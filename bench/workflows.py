"""What the built-in engine costs: trivial steps beside the limit of the run, the way to a first step, many sleepers.

The limit is the same rows in the same number of commits without the machine (workflow_engine.py).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import uvloop

from bench.api import ask
from bench.inbound import signed, source_of
from bench.load import Outcome, on_schedule
from bench.process import SERVER_CORE, Server, hookspan, serving
from bench.scenarios import percentile
from tests.support.postgres import running_server

TOTAL, FIRSTS = 5_000, 200
SLEEPERS, WOKEN = 100_000, 10_000
RATE, CALM_SECONDS, WAKING_SECONDS, IDLE_SECONDS = 300.0, 5.0, 15.0, 5.0
WAKE_AFTER_SECONDS = 1.0
WAKING_MOST_SECONDS = 60.0
A_YEAR_MS = 366 * 86_400_000
NAP: dict[str, object] = {
    "name": "sleeper",
    "steps": [
        {"id": "nap", "kind": "wait", "with": {"durationMs": A_YEAR_MS}},
        {"id": "take", "kind": "pass", "needs": ["nap"]},
    ],
}


def run(folder: Path) -> dict[str, float]:
    """Both databases, then sleepers on the embedded one."""
    figures = _engine("sqlite", {name: f"sqlite:///{folder}/workflows-{name}.db" for name in ("a", "b", "c")})
    with running_server() as postgres:
        for name in ("a", "b", "c"):
            postgres.execute(f"CREATE DATABASE workflows_{name}")
        figures |= _engine("postgresql", {name: postgres.url(f"workflows_{name}") for name in ("a", "b", "c")})
    return figures | sleepers(folder / "sleepers")


def _engine(database: str, urls: dict[str, str]) -> dict[str, float]:
    cost = _measured("executions", urls["a"], TOTAL)
    limit = _measured("rows", urls["b"], TOTAL)
    first = _measured("first", urls["c"], FIRSTS)
    return {
        f"{database}_executions_per_s": cost["per_second"],
        f"{database}_cpu_ms": cost["cpu_ms"],
        f"{database}_limit_cpu_ms": limit["cpu_ms"],
        f"{database}_ratio_to_limit": cost["cpu_ms"] / limit["cpu_ms"],
        **{f"{database}_first_{name}": found for name, found in first.items()},
    }


def _measured(name: str, url: str, total: int) -> dict[str, float]:
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", "bench.workflow_engine", name, url, str(total)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return dict(json.loads(ended.stdout))


def sleepers(folder: Path) -> dict[str, float]:
    """Rows made in one life of the server, slept on and woken in the next, with webhooks coming in all the while."""
    with hookspan(folder) as server:
        source = source_of(server, "steady")
        _fall_asleep(server)
        empty_mib, empty_idle = server.child.rss_mib(), _idle(server)
    database = folder / "hookspan.db"
    with sqlite3.connect(database) as rows:
        _copies(rows)
    with serving(folder) as server:
        calm = uvloop.run(_received(server, source, CALM_SECONDS))
        full_mib, idle = server.child.rss_mib(), _idle(server)
        waking, seconds = uvloop.run(_while_waking(server, source, database))
        return {
            "sleeping": SLEEPERS,
            "empty_rss_mib": empty_mib,
            "sleeping_rss_mib": full_mib,
            "empty_idle_cpu_share": empty_idle,
            "sleeping_idle_cpu_share": idle,
            "woken": WOKEN,
            "woken_after_s": seconds,
            **_told("calm", calm),
            **_told("waking", waking),
        }


def _idle(server: Server) -> float:
    """The share of a core that is spent while nothing is asked of it for a while, which is what is measured here."""
    before = server.child.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    return (server.child.cpu_seconds() - before) / IDLE_SECONDS


def _told(name: str, outcome: Outcome) -> dict[str, float]:
    return {
        f"{name}_accepted_per_s": outcome.accepted / outcome.seconds,
        f"{name}_refused": sum(outcome.statuses.values()) - outcome.accepted,
        f"{name}_p50_ms": percentile(outcome.waits_ns, 0.5),
        f"{name}_p99_ms": percentile(outcome.waits_ns, 0.99),
    }


def _fall_asleep(server: Server) -> None:
    """The first sleeper, which the others are copied from; asked for until it sleeps, before anything is measured."""
    workflow_id = ask(server, "POST", "/api/v1/workflows", NAP)["id"]
    ask(server, "POST", f"/api/v1/workflows/{workflow_id}/executions", {})
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if ask(server, "GET", "/api/v1/executions?status=waiting")["data"]:
            return
        time.sleep(0.05)
    raise RuntimeError("the execution did not fall asleep")


async def _received(server: Server, source: dict[str, Any], seconds: float) -> Outcome:
    return await on_schedule(server.port, signed(source), rate=RATE, seconds=seconds)


async def _while_waking(server: Server, source: dict[str, Any], database: Path) -> tuple[Outcome, float]:
    """What was received, and how long it took until all that were woken had ended."""
    waking = asyncio.create_task(asyncio.to_thread(_wake, database))
    outcome = await _received(server, source, WAKING_SECONDS)
    return outcome, await waking


def _wake(database: Path) -> float:
    """Seconds until all that sleeps has gone on. It looks from outside and seldom, so as to cost the server nothing."""
    time.sleep(WAKE_AFTER_SECONDS)
    rows = sqlite3.connect(database, timeout=30, isolation_level=None)
    began = time.monotonic()
    rows.execute("UPDATE executions SET due_at = ? WHERE webhook_id = 'woken'", (int(time.time() * 1_000),))
    open_ones = "SELECT COUNT(*) FROM executions WHERE webhook_id = 'woken' AND status = 'waiting'"
    while rows.execute(open_ones).fetchone()[0] and time.monotonic() - began < WAKING_MOST_SECONDS:
        time.sleep(0.2)
    rows.close()
    return time.monotonic() - began


def _copies(rows: sqlite3.Connection) -> None:
    """The first `WOKEN` of them know that their time has come, but nobody has been told to look."""
    for table in ("executions", "steps"):
        names = [row[1] for row in rows.execute(f"PRAGMA table_info({table})")]
        first = dict(zip(names, rows.execute(f"SELECT * FROM {table}").fetchone(), strict=True))
        marks = ", ".join("?" * len(names))
        copies = (_copy(table, first, number) for number in range(SLEEPERS))
        rows.executemany(f"INSERT INTO {table} VALUES ({marks})", ([copy[name] for name in names] for copy in copies))


def _copy(table: str, first: dict[str, Any], number: int) -> dict[str, Any]:
    identity = str(uuid.UUID(int=number + 1))
    if table == "steps":
        return {**first, "id": str(uuid.UUID(int=(1 << 100) + number)), "execution_id": identity}
    copy = {**first, "id": identity}
    if number >= WOKEN:
        return copy
    due = f'"due_at":{first["due_at"]}'.encode()
    assert due in first["state"]
    return {**copy, "webhook_id": "woken", "state": first["state"].replace(due, b'"due_at":1')}
